"""Packed files, opened with care: a member is read only if it lies inside and all of them together are not too much."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from report_qa.documents.readers.source import Source, damage_told, encrypted
from report_qa.errors import DocumentError, Text

_ENCRYPTED_BIT = 0x1
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins a compound file: an Office file with a password, or one of the formats before 2007."""
_MOST_MEMBERS = 50_000


class Archive:
    """The members of a packed file by their path."""

    def __init__(self, file: zipfile.ZipFile, name: str) -> None:
        self._file = file
        self._name = name
        self.paths = tuple(info.filename for info in file.infolist() if not info.is_dir())

    def read(self, path: str) -> bytes | None:
        """Return a member, or None where there is none of that name.

        Raises:
            DocumentError: it is damaged.
        """
        if path not in self.paths:
            return None
        with damage_told(self._name, "ZIP"):
            return self._file.read(path)


@contextmanager
def open_archive(source: Source, kind: str) -> Iterator[Archive]:
    """Open a packed file.

    Args:
        source: the file.
        kind: what it should be, for messages.

    Raises:
        DocumentError: it is no such file, is protected, unpacks to too much, or names paths outside of itself.
    """
    if source.data.startswith(_OLE):
        raise DocumentError(
            Text(
                f"{source.name} is protected with a password or in a format from before 2007.",
                f"{source.name} 受密码保护，或为 2007 年之前的格式。",
            ),
            Text(
                "Save it without the password as .docx, .pptx or .xlsx.", "请去除密码，另存为 .docx、.pptx 或 .xlsx。"
            ),
        )
    # zipfile, too, fails on damage with any kind of exception
    with damage_told(source.name, kind):
        file = zipfile.ZipFile(io.BytesIO(source.data))
        _check(file, source)
        archive = Archive(file, source.name)
    with file:
        yield archive


def _check(file: zipfile.ZipFile, source: Source) -> None:
    members = file.infolist()
    limit = source.limits.max_unpacked_mb
    # zipfile stops at the size that a member declares, so what is declared is what can come out
    if sum(info.file_size for info in members) > limit * 1_000_000 or len(members) > _MOST_MEMBERS:
        raise DocumentError(
            Text(f"{source.name} unpacks to more than {limit} MB.", f"{source.name} 解压后超过 {limit} MB。"),
            Text(
                "If you trust it, raise reading.max_unpacked_mb.",
                "如果该文件可信，请调高 reading.max_unpacked_mb。",
            ),
        )
    for info in members:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", info.filename):
            raise DocumentError(
                Text(
                    f"{source.name} holds a path that leads out of it ({info.filename}).",
                    f"{source.name} 含有指向外部的路径（{info.filename}）。",
                ),
                Text("Do not trust this file; pack it anew.", "该文件不可信，请重新打包。"),
            )
        if info.flag_bits & _ENCRYPTED_BIT:
            raise encrypted(source.name)
