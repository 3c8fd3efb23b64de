"""Small file helpers: hash, and write a file so that readers see the old one or the new one, never a half."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from report_qa.errors import IndexUnusable, Text


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` through a temporary file beside it, flushed to disk before it takes the name.

    Raises:
        IndexUnusable: the folder cannot be written, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise IndexUnusable(
            Text(f"{path} cannot be written: {error.strerror}.", f"无法写入 {path}：{error.strerror}。"),
            Text("Check the folder's permissions and free space.", "请检查该文件夹的权限与磁盘空间。"),
        ) from error
