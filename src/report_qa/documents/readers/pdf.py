"""PDF files with text, by PDFium: pages -> paragraphs, headings, tables and pictures with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from report_qa.documents.blocks import Block, Kind, Line, Place
from report_qa.documents.headings import is_note
from report_qa.documents.pdf.content import Figure, Page, recognised_page, understand_page
from report_qa.documents.pdf.contents import without_contents
from report_qa.documents.pdf.engine import PDFIUM
from report_qa.documents.pdf.headings import Bookmark, rank_headings
from report_qa.documents.pdf.ocr import recognised_lines, recogniser
from report_qa.documents.pdf.page import read_page
from report_qa.documents.pdf.paragraphs import Run, TableRun, paragraphs
from report_qa.documents.pdf.running import without_running
from report_qa.documents.pdf.streams import holds_larger_stream
from report_qa.documents.readers.source import Reading, Source, broken, encrypted, too_many_pages
from report_qa.errors import DocumentError, Text

_SCALE = 150 / 72
"""Pixels a point of drawn pictures: 150 dots an inch."""
_LONGEST_PX = 2000
_MOST_NAMED = 12
_SIGNATURE = b"%PDF-"
_HEAD = 1024


def read_pdf(source: Source) -> Reading:
    """Read a PDF file.

    Raises:
        DocumentError: it is no PDF file, damaged, protected, has too many pages, or no page with readable text.
    """
    if _SIGNATURE not in source.data[:_HEAD]:
        raise broken(source.name, "PDF", Text("it does not begin as one", "开头不是 PDF 的格式"))
    with _opened(source) as (document, count):
        pages, unreadable = _pages(document, count, source)
        pages = without_running(pages)
        for i, page in enumerate(pages):
            with PDFIUM:
                pages[i] = _with_pictures(page, document, source)
            source.progress(count + i + 1, 2 * count)
        source.progress(2 * count, 2 * count)
        with PDFIUM:
            bookmarks = _bookmarks(document)
    runs = paragraphs(pages)
    ranks = rank_headings(runs, bookmarks)
    blocks = without_contents([block for i, run in enumerate(runs) for block in _blocks(run, ranks.get(i))])
    if not blocks:
        raise _no_text(source.name, pages)
    warnings = [*_warnings(pages, unreadable), *source.pictures.warnings]
    return Reading(blocks, "pdfium", pages=count, warnings=warnings)


@contextmanager
def _opened(source: Source) -> Iterator[tuple[pdfium.PdfDocument, int]]:
    """Open a file; give it with the number of its pages, and close it at the end."""
    if holds_larger_stream(source.data, source.limits.max_stream_mb * 1_000_000):
        raise _stream_too_large(source.name, source.limits.max_stream_mb)
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(source.data)
        except pdfium.PdfiumError as error:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
                raise encrypted(source.name) from error
            raise broken(source.name, "PDF", str(error).rstrip(".")) from error
        count = len(document)
    try:
        if count > source.limits.max_pages:
            raise too_many_pages(source.name, count, source.limits.max_pages)
        yield document, count
    finally:
        with PDFIUM:
            document.close()


def _pages(document: pdfium.PdfDocument, count: int, source: Source) -> tuple[list[Page], list[int]]:
    """Return the pages that can be read, and the numbers of those that cannot."""
    pages: list[Page] = []
    unreadable: list[int] = []
    for index in range(count):
        with PDFIUM:
            try:
                page = document[index]
            except pdfium.PdfiumError:
                unreadable.append(index + 1)
                continue
            understood = understand_page(read_page(page, index + 1))
        if (understood.scanned or understood.garbled) and source.limits.ocr:
            understood = _recognised(page, understood)
        pages.append(understood)
        with PDFIUM:
            page.close()
        source.progress(index + 1, 2 * count)  # each page is read, then drawn where it has pictures
    return pages, unreadable


def _recognised(page: pdfium.PdfPage, understood: Page) -> Page:
    recognise = recogniser()
    lines, turns = recognised_lines(page, recognise) if recognise else ([], 0)
    return recognised_page(understood, lines, turns) if lines else understood


def _with_pictures(page: Page, document: pdfium.PdfDocument, source: Source) -> Page:
    figures = [item for item in page.items if isinstance(item, Figure)]
    if not figures:
        return page
    shown = document[page.number - 1]
    drawn = {id(figure): _draw(shown, page, figure, source) for figure in figures}
    shown.close()
    columns = tuple(
        tuple(drawn[id(item)] if isinstance(item, Figure) else item for item in column) for column in page.columns
    )
    return replace(page, columns=columns)


def _draw(shown: pdfium.PdfPage, page: Page, figure: Figure, source: Source) -> Figure:
    box = figure.box
    scale = min(_SCALE, _LONGEST_PX / max(box.right - box.left, box.bottom - box.top))
    crop = (box.left, page.height - box.bottom, page.width - box.right, box.top)
    bitmap = shown.render(scale=scale, crop=crop)
    picture = source.pictures.add_image(bitmap.to_pil(), place=Place(page.number, box))
    bitmap.close()
    return replace(figure, picture=picture)


def _bookmarks(document: pdfium.PdfDocument) -> list[Bookmark]:
    marks = []
    for mark in document.get_toc():
        target = mark.get_dest()
        index = target.get_index() if target else None
        marks.append(Bookmark(mark.level + 1, mark.get_title(), None if index is None else index + 1))
    return marks


def _blocks(run: Run, rank: int | None) -> list[Block]:
    if isinstance(run, Block):
        return [run]
    if isinstance(run, TableRun):
        return run.blocks()
    if rank is not None:
        places = tuple(place for line in run.lines for place in line.places)
        return [Block(Kind.HEADING, (Line(run.text, 0, 0, places),), rank)]
    if run.kind == Kind.LIST:
        return [Block(Kind.LIST, _indented(run.lines, run.lefts, run.size))]
    return [Block(Kind.NOTE if is_note(run.lines[0].text) else Kind.PARAGRAPH, tuple(run.lines))]


def _indented(lines: Sequence[Line], lefts: Sequence[float], size: float) -> tuple[Line, ...]:
    """Return the items of a list, those further right than others under them."""
    steps: list[float] = []
    for left in sorted(lefts):
        if not steps or left - steps[-1] > size:
            steps.append(left)
    depths = [max(i for i, step in enumerate(steps) if left >= step - 0.01) for left in lefts]
    return tuple(replace(line, text="  " * depth + line.text) for line, depth in zip(lines, depths, strict=True))


def _stream_too_large(name: str, limit: int) -> DocumentError:
    return DocumentError(
        Text(f"A part of {name} unpacks to more than {limit} MB.", f"{name} 中有一部分解压后超过 {limit} MB。"),
        Text("If you trust it, raise reading.max_stream_mb.", "如果该文件可信，请调高 reading.max_stream_mb。"),
    )


def _no_text(name: str, pages: Sequence[Page]) -> DocumentError:
    kinds = Counter("scanned" if page.scanned else "garbled" if page.garbled else "empty" for page in pages)
    what = kinds.most_common(1)[0][0] if kinds else "empty"
    why = {
        "scanned": Text("its pages are scanned pictures", "页面均为扫描图像"),
        "garbled": Text("its letters have no meaning that a program can read", "其字体未给出文字编码"),
        "empty": Text("its pages are empty", "页面均为空白"),
    }[what]
    return DocumentError(
        Text(f"{name} holds no text ({why.en}).", f"{name} 中没有文字（{why.zh}）。"),
        Text(
            "Install the extra for text recognition (OCR), pip install 'report-qa[ocr]', or import a file with text.",
            "请安装文字识别（OCR）扩展：pip install 'report-qa[ocr]'，或导入带文字的文件。",
        ),
    )


def _warnings(pages: Sequence[Page], unreadable: Sequence[int]) -> list[Text]:
    told = []
    scanned = [page.number for page in pages if page.scanned]
    garbled = [page.number for page in pages if page.garbled]
    recognised = [page.number for page in pages if page.recognised]
    for numbers, en, zh in (
        (scanned, "scanned without text, left out", "为扫描图像、没有文字，已略过"),
        (garbled, "with letters that cannot be decoded, left out", "的文字无法解码，已略过"),
        (recognised, "without text, recognised in their picture (OCR)", "没有文字，已从图像中识别（OCR）"),
        (unreadable, "damaged, left out", "已损坏，已略过"),
    ):
        if numbers:
            named = ", ".join(map(str, numbers[:_MOST_NAMED])) + (", …" if len(numbers) > _MOST_NAMED else "")
            told.append(Text(f"{len(numbers)} page(s) {en}: {named}.", f"{len(numbers)} 页{zh}：第 {named} 页。"))
    return told
