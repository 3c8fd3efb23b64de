"""PowerPoint files -> blocks: a slide is a section under its title, with its text, tables, pictures and notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.util import Emu

from report_qa.documents.blocks import Block, Box, Kind, Line, Place
from report_qa.documents.grids import Cell, table_blocks
from report_qa.documents.readers.archives import open_archive
from report_qa.documents.readers.source import Reading, Source, damage_told, too_many_pages

_TITLE_RANK = 2
_UNNAMED = "PowerPoint Presentation"
"""The title that the program gives where the author gave none."""
_UNTITLED = "第 {n} 页 Slide {n}"


def read_pptx(source: Source) -> Reading:
    """Read a presentation.

    Raises:
        DocumentError: it is no .pptx file, damaged, protected, or has too many slides.
    """
    with open_archive(source, "PowerPoint"):
        pass
    with damage_told(source.name, "PowerPoint"):
        show = Presentation(io.BytesIO(source.data))
        slides = list(show.slides)
        if len(slides) > source.limits.max_pages:
            raise too_many_pages(source.name, len(slides), source.limits.max_pages)
        blocks = [block for i, slide in enumerate(slides, start=1) for block in _slide(slide, i, source)]
        title = " ".join((show.core_properties.title or "").split())
    title = "" if title == _UNNAMED else title
    return Reading(blocks, "python-pptx", title, pages=len(slides), warnings=source.pictures.warnings)


def _slide(slide: Any, number: int, source: Source) -> Iterator[Block]:
    title = slide.shapes.title
    heading = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
    place = _place(title, number) if heading else Place(number)
    yield Block(Kind.HEADING, (Line(heading or _UNTITLED.format(n=number), 0, 0, (place,)),), _TITLE_RANK)
    shapes = [shape for shape in _flat(slide.shapes) if title is None or shape.shape_id != title.shape_id]
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        yield from _shape(shape, number, source)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        lines = [" ".join(line.split()) for line in slide.notes_slide.notes_text_frame.text.split("\n")]
        lines = [line for line in lines if line]
        if lines:
            yield Block(Kind.PARAGRAPH, tuple(Line(line, 0, 0, (Place(number),)) for line in lines))


def _flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _place(shape: Any, number: int) -> Place:
    if shape.left is None or shape.top is None:
        return Place(number)
    left, top = Emu(shape.left).pt, Emu(shape.top).pt
    return Place(number, Box(left, top, left + Emu(shape.width or 0).pt, top + Emu(shape.height or 0).pt))


def _shape(shape: Any, number: int, source: Source) -> Iterator[Block]:
    place = _place(shape, number)
    if getattr(shape, "has_table", False):
        rows = [[_cell(cell) for cell in row.cells if not cell.is_spanned] for row in shape.table.rows]
        yield from table_blocks(rows, [(place,)] * len(rows))
    elif hasattr(shape, "image"):
        try:
            data = shape.image.blob
        except (KeyError, ValueError, AttributeError):  # a linked picture, which is not in the file
            source.pictures.count_unreadable()
            return
        picture = source.pictures.add(data, place=place)
        if picture:
            yield Block(Kind.PICTURE, (), picture=picture)
    elif shape.has_text_frame:
        yield from _text(shape.text_frame, place)
    elif getattr(shape, "has_chart", False):
        rows = _chart_rows(shape.chart)
        if not rows:
            source.pictures.count_unreadable()
            return
        title = shape.chart.chart_title.text_frame.text if shape.chart.has_title else ""
        if title.strip():
            yield Block(Kind.CAPTION, (Line(" ".join(title.split()), 0, 0, (place,)),))
        yield from table_blocks(rows, [(place,)] * len(rows))


def _chart_rows(chart: Any) -> list[list[Cell]]:
    """Return the data that a chart is drawn from: a row a category, a column a series; none without categories."""
    plots = [plot for plot in chart.plots if len(plot.categories)]
    if not plots:
        return []
    series = [one for plot in plots for one in plot.series]
    names = [Cell(one.name or "", header=True) for one in series]
    rows = [[Cell("", header=True), *names]]
    for i, category in enumerate(plots[0].categories):
        values = (_shown(one, one.values[i]) if i < len(one.values) else "" for one in series)
        rows.append([Cell(str(category)), *map(Cell, values)])
    return rows


def _shown(series: Any, value: float | None) -> str:
    """Return a value as the chart's number format shows it, as far as that is a share."""
    if value is None:
        return ""
    formats = series._element.xpath("c:val//c:formatCode/text()")
    if formats and formats[0].endswith("%"):
        return f"{value * 100:.10g}%"
    return f"{value:.10g}"


def _cell(cell: Any) -> Cell:
    return Cell(cell.text_frame.text.replace("\v", "\n"), cell.span_height or 1, cell.span_width or 1)


def _text(frame: Any, place: Place) -> Iterator[Block]:
    paragraphs = [(p.level, " ".join(p.text.split())) for p in frame.paragraphs]
    paragraphs = [(level, text) for level, text in paragraphs if text]
    if len(paragraphs) > 1 or any(level for level, _ in paragraphs):
        lines = tuple(Line("  " * level + f"- {text}", 0, 0, (place,)) for level, text in paragraphs)
        yield Block(Kind.LIST, lines)
    elif paragraphs:
        yield Block(Kind.PARAGRAPH, (Line(paragraphs[0][1], 0, 0, (place,)),))
