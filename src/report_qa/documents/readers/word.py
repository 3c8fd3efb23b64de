"""Word files -> HTML by mammoth -> blocks."""

from __future__ import annotations

import io
from typing import Any

import mammoth

from report_qa.documents.readers.archives import open_archive
from report_qa.documents.readers.html import page_blocks
from report_qa.documents.readers.itemnumbers import item_numbers, numbered
from report_qa.documents.readers.source import Reading, Source, broken, damage_told
from report_qa.errors import Text

_STYLES = """
p[style-name='Title'] => p.title:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='List Number'] => ol > li:fresh
p[style-name='List Number 2'] => ol > li:fresh
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Bullet 2'] => ul > li:fresh
"""
"""Styles that mammoth does not know by itself; headings, lists made with buttons and tables it does."""


def read_docx(source: Source) -> Reading:
    """Read a Word file.

    Raises:
        DocumentError: it is no .docx file, damaged, or protected.
    """
    with open_archive(source, "Word") as archive:
        if "word/document.xml" not in archive.paths:
            raise broken(source.name, "Word", Text("no text in it", "其中没有文字"))
        text, styles = archive.read("word/document.xml") or b"", archive.read("word/styles.xml")
    pictures: list[bytes] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            pictures.append(stream.read())
        return {"src": str(len(pictures) - 1)}

    with damage_told(source.name, "Word"):
        numbers = item_numbers(text, styles)
        converted = mammoth.convert_to_html(
            io.BytesIO(source.data), style_map=_STYLES, convert_image=mammoth.images.img_element(keep)
        )
    blocks, title = page_blocks(
        f"<html><body>{numbered(converted.value, numbers)}</body></html>",
        source.name,
        source.pictures,
        lambda src: pictures[int(src)],
    )
    return Reading(blocks, "mammoth", title, warnings=source.pictures.warnings)
