"""Packed pages of HTML: an EPUB book, or a zip of a folder of pages."""

from __future__ import annotations

import re
from functools import partial

from lxml import etree

from report_qa.documents.blocks import Block
from report_qa.documents.readers.addresses import joined_path
from report_qa.documents.readers.archives import Archive, open_archive
from report_qa.documents.readers.html import page_blocks
from report_qa.documents.readers.source import Reading, Source, broken, too_many_pages
from report_qa.documents.readers.text import decode
from report_qa.errors import DocumentError, Text

_CONTAINER = "META-INF/container.xml"
_PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
_INDEX = re.compile(r"(?:^|/)index\.x?html?$", re.IGNORECASE)
_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"'#?]+)""", re.IGNORECASE)


def read_epub(source: Source) -> Reading:
    """Read a book, its chapters in the order in which it is read.

    Raises:
        DocumentError: it is no EPUB, damaged, or protected.
    """
    with open_archive(source, "EPUB") as archive:
        if "META-INF/encryption.xml" in archive.paths and "META-INF/rights.xml" in archive.paths:
            raise DocumentError(
                Text(f"{source.name} is copy-protected.", f"{source.name} 受版权保护（DRM）。"),
                Text("Import a copy without protection.", "请导入未加保护的副本。"),
            )
        pages, title = _spine(archive, source.name)
        blocks, _ = _read_pages(pages, archive, source)
    return Reading(blocks, "lxml (EPUB)", title, warnings=source.pictures.warnings)


def read_zip(source: Source) -> Reading:
    """Read a folder of pages packed as a zip: as its index links them, the rest in the order of their names.

    Raises:
        DocumentError: it is no zip, damaged, protected, or holds no page.
    """
    with open_archive(source, "ZIP") as archive:
        pages = _linked_order(archive, source.name)
        if not pages:
            raise DocumentError(
                Text(f"{source.name} holds no HTML page.", f"{source.name} 中没有 HTML 页面。"),
                Text("Pack a folder of .html pages, or import its files one by one.",
                     "请打包一个含 .html 页面的文件夹，或逐个导入其中的文件。"),
            )  # fmt: skip
        blocks, title = _read_pages(pages, archive, source)
    return Reading(blocks, "lxml (zip of pages)", title, warnings=source.pictures.warnings)


def _read_pages(pages: list[str], archive: Archive, source: Source) -> tuple[list[Block], str]:
    if len(pages) > source.limits.max_pages:
        raise too_many_pages(source.name, len(pages), source.limits.max_pages)
    blocks: list[Block] = []
    title = ""
    for path in pages:
        data = archive.read(path)
        if not data:
            continue
        text = decode(data, f"{source.name}/{path}")[0]
        found, page_title = page_blocks(text, source.name, source.pictures, partial(_member, archive, path))
        blocks.extend(found)
        title = title or page_title
    return blocks, title


def _member(archive: Archive, page: str, address: str) -> bytes | None:
    return archive.read(joined_path(page, address))


def _spine(archive: Archive, name: str) -> tuple[list[str], str]:
    container = _xml(archive.read(_CONTAINER), name)
    roots = container.xpath("//*[local-name()='rootfile']/@full-path")
    if not roots:
        raise broken(name, "EPUB", Text("no package file", "缺少包文件"))
    package_path = str(roots[0])
    package = _xml(archive.read(package_path), name)
    hrefs = {
        item.get("id"): item.get("href") or ""
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
        if "nav" not in (item.get("properties") or "").split()
    }
    order = [ref.get("idref") for ref in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']")]
    pages = [joined_path(package_path, hrefs[item]) for item in order if item in hrefs]
    titles = package.xpath("//*[local-name()='metadata']/*[local-name()='title']/text()")
    return pages, " ".join(str(titles[0]).split()) if titles else ""


def _xml(data: bytes | None, name: str) -> etree._Element:
    if not data:
        raise broken(name, "EPUB", Text("its table of contents is missing", "缺少目录"))
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise broken(name, "EPUB", str(error)) from error


def _linked_order(archive: Archive, name: str) -> list[str]:
    pages = sorted((path for path in archive.paths if _PAGE.search(path)), key=_natural)
    index = min((path for path in pages if _INDEX.search(path)), key=len, default=None)
    if index is None:
        return pages
    text = decode(archive.read(index) or b"", f"{name}/{index}")[0]
    linked = [joined_path(index, address) for address in _LINK.findall(text)]
    ordered = dict.fromkeys(path for path in (*linked, *pages) if path in pages and path != index)
    return [index, *ordered]


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path)]
