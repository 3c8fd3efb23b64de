"""What a user names to import -> one file a document: pages with pictures beside them are packed together."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from report_qa.documents.readers.addresses import beside, local_path
from report_qa.errors import DocumentError, Text

_PAGES = frozenset({".html", ".htm", ".xhtml"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg"})
_SOURCE = re.compile(rb"""<img\s[^>]*?src\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time given to packed files, so that the same pages make the same file, which need not be indexed again."""


def importable(files: Sequence[Path], scratch: Path) -> dict[str, Path]:
    """Return the files to import by the name that each document is to have.

    Args:
        files: files, or folders of HTML pages.
        scratch: a folder for the packed ones.

    Raises:
        DocumentError: one is missing, a folder holds no page, or two would have one name.
    """
    found: dict[str, Path] = {}
    for path in files:
        name, file = _importable(path, scratch)
        if name in found and not found[name].samefile(file):
            raise DocumentError(
                Text(f"Two of the files are named {name}.", f"有两个文件同名：{name}。"),
                Text("Rename one, or import them one after the other.", "请重命名其中一个，或分次导入。"),
            )
        found[name] = file
    return found


def _importable(path: Path, scratch: Path) -> tuple[str, Path]:
    if path.is_dir():
        pages = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in _PAGES | _PICTURES)
        if not any(page.suffix.lower() in _PAGES for page in pages):
            raise DocumentError(
                Text(f"The folder {path} holds no HTML page.", f"文件夹 {path} 中没有 HTML 页面。"),
                Text("Name the files to import.", "请逐个指明要导入的文件。"),
            )
        return _packed(path.resolve().name, path, pages, scratch)
    if not path.is_file():
        raise DocumentError(
            Text(f"There is no file {path}.", f"文件 {path} 不存在。"), Text("Check the name.", "请检查文件名。")
        )
    if path.suffix.lower() in _PAGES and (beside := _pictures_beside(path)):
        return _packed(path.stem, path.parent, [path, *beside], scratch)
    return path.name.lstrip(".") or path.name, path


def _pictures_beside(page: Path) -> list[Path]:
    folder = page.parent.resolve()
    addresses = (local_path(found.decode("utf-8", "replace")) for found in _SOURCE.findall(page.read_bytes()))
    paths = {folder / address for address in addresses if address and beside(folder, address) is not None}
    return sorted(path.resolve() for path in paths)


def _packed(name: str, folder: Path, members: Sequence[Path], scratch: Path) -> tuple[str, Path]:
    target = scratch / f"{len(list(scratch.iterdir()))}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for member in members:
            inside = zipfile.ZipInfo(member.resolve().relative_to(folder.resolve()).as_posix(), _EPOCH)
            inside.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(inside, member.read_bytes())
    return f"{name}.zip", target
