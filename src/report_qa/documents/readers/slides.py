"""PowerPoint files -> blocks: a slide is a section under its title, with its text, tables, pictures and notes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pptx import Presentation
from pptx.util import Emu

from report_qa.documents.blocks import Block, Box, Kind, Line, Place
from report_qa.documents.headings import width
from report_qa.documents.readers.archives import open_archive
from report_qa.documents.readers.source import Reading, Source, damage_told, too_many_pages
from report_qa.documents.tables.cells import number_of
from report_qa.documents.tables.grids import Cell, table_blocks
from report_qa.text.normalise import language_of

_TITLE_RANK = 2
_UNNAMED = "PowerPoint Presentation"
"""The title that the program gives where the author gave none."""
_WIDEST_TITLE = 25.0
_ENDS = ("。", "；", "：", ".", ";", ":", ",", "，")
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
        slides = [slide for slide in show.slides if slide._element.get("show") != "0"]
        if len(slides) > source.limits.max_pages:
            raise too_many_pages(source.name, len(slides), source.limits.max_pages)
        blocks = [block for i, slide in enumerate(slides, start=1) for block in _slide(slide, i, source)]
        title = " ".join((show.core_properties.title or "").split())
    title = "" if title == _UNNAMED else title
    return Reading(blocks, "python-pptx", title, pages=len(slides), warnings=source.pictures.warnings)


def _slide(slide: Any, number: int, source: Source) -> Iterator[Block]:
    title = slide.shapes.title
    heading = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
    if not heading:
        title = _topmost(slide)
        heading = " ".join(title.text_frame.text.split()) if title is not None else ""
    place = _place(title, number) if heading else Place(number)
    yield Block(Kind.HEADING, (Line(heading or _UNTITLED.format(n=number), 0, 0, (place,)),), _TITLE_RANK)
    shapes = [shape for shape in _flat(slide.shapes) if title is None or shape.shape_id != title.shape_id]
    for shape in _in_order(shapes):
        yield from _shape(shape, number, source)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        lines = [" ".join(line.split()) for line in slide.notes_slide.notes_text_frame.text.split("\n")]
        lines = [line for line in lines if line]
        if lines:
            yield Block(Kind.PARAGRAPH, tuple(Line(line, 0, 0, (Place(number),)) for line in lines))


def _topmost(slide: Any) -> Any | None:
    """Return the text that heads a slide without a title: one short line above all else, or none."""
    shapes = [
        shape for shape in _flat(slide.shapes) if shape.top is not None and not getattr(shape, "is_placeholder", 0)
    ]
    first = min(shapes, key=lambda shape: shape.top, default=None)
    if first is None or not first.has_text_frame or len(shapes) < 2:
        return None
    text = first.text_frame.text.strip()
    beside = [s for s in shapes if s is not first and s.top < first.top + (first.height or 0)]
    fits = 0 < width(text) <= _WIDEST_TITLE and "\n" not in text and not text.endswith(_ENDS)
    return first if fits and not beside else None


def _in_order(shapes: Sequence[Any]) -> list[Any]:
    """Return shapes as they are read: columns one after the other, below what reaches over them, else downwards."""
    ordered = sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))
    if columns := _columns(ordered):
        return [shape for column in columns for shape in _in_order(column)]
    cuts = [
        count for count in range(1, len(ordered))
        if max(map(_bottom, ordered[:count])) <= min(shape.top or 0 for shape in ordered[count:])
    ]  # fmt: skip
    if not cuts:
        level = bool(ordered) and max(shape.top or 0 for shape in ordered) < min(map(_bottom, ordered))
        return sorted(ordered, key=lambda shape: shape.left or 0) if level else ordered
    at = next((count for count in reversed(cuts) if _columns(ordered[:count])), cuts[0])
    return [*_in_order(ordered[:at]), *_in_order(ordered[at:])]


def _columns(shapes: Sequence[Any]) -> list[list[Any]]:
    """Return the shapes left and right of a gap that none reaches over, two or more on either side; else nothing."""
    for edge in sorted({shape.left or 0 for shape in shapes}):
        left = [shape for shape in shapes if _right(shape) <= edge]
        right = [shape for shape in shapes if (shape.left or 0) >= edge]
        if len(left) + len(right) == len(shapes) and min(len(left), len(right)) > 1 and _beside(left, right):
            return [left, right]
    return []


def _right(shape: Any) -> int:
    return (shape.left or 0) + (shape.width or 0)


def _bottom(shape: Any) -> int:
    return (shape.top or 0) + (shape.height or 0)


def _beside(left: Sequence[Any], right: Sequence[Any]) -> bool:
    tops = [min(shape.top or 0 for shape in side) for side in (left, right)]
    bottoms = [max(map(_bottom, side)) for side in (left, right)]
    heights = [bottom - top for top, bottom in zip(tops, bottoms, strict=True)]
    return min(bottoms) - max(tops) > min(heights) / 2


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
    categories = [str(category) for category in plots[0].categories]
    # years and numbers name nothing by themselves
    named = "" if any(number_of(category) is None for category in categories) else _category(names)
    rows = [[Cell(named, header=True), *names]]
    for i, category in enumerate(categories):
        values = (_shown(one, one.values[i]) if i < len(one.values) else "" for one in series)
        rows.append([Cell(category), *map(Cell, values)])
    return rows


def _category(names: Sequence[Cell]) -> str:
    return "类别" if language_of("".join(name.text for name in names)) == "zh" else "Category"


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
