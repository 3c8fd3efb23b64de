"""One writer an index at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from report_qa.errors import IndexUnusable, Text

_WAIT_S = 5.0


@contextmanager
def locked(index: Path) -> Iterator[None]:
    """Hold an index folder for writing.

    Raises:
        IndexUnusable: another process holds it, or the folder cannot be written, now or in the block.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / ".lock", timeout=_WAIT_S):
            yield
    except Timeout as error:
        raise IndexUnusable(
            Text(f"Another process is building the index in {index}.", f"另一个进程正在建立 {index} 中的索引。"),
            Text("Wait for it to finish.", "请等它完成。"),
            retryable=True,
        ) from error
    except OSError as error:
        raise IndexUnusable(
            Text(
                f"The index folder {index} cannot be written: {error.strerror}.",
                f"无法写入索引文件夹 {index}：{error.strerror}。",
            ),
            Text(
                "Check its permissions and free space, or set paths.index.",
                "请检查权限与磁盘空间，或设置 paths.index。",
            ),
        ) from error
