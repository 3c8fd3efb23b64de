"""Ruled tables of a page: lines -> cells by pdfplumber's algorithm, characters -> their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from report_qa.documents.blocks import Box
from report_qa.documents.pdf.lines import clean_text, lines_of_cell
from report_qa.documents.pdf.page import Char
from report_qa.documents.tables.grids import Cell

_NEAR = 3.0
"""Points within which lines meet and ends join."""
_HYPHENATED = re.compile(r"[a-z]{2}-$")
_MOST_RULES = 4000
"""A page with more lines is a drawing; looking for cells in it would take minutes."""


@dataclass(frozen=True)
class PageTable:
    """A table on a page: its box, its rows of cells as Cells, the box of each row, and where its columns begin."""

    box: Box
    rows: tuple[tuple[Cell, ...], ...]
    row_boxes: tuple[Box, ...]
    columns: tuple[float, ...]


def find_tables(rules: Sequence[Box], chars: Sequence[Char]) -> tuple[list[PageTable], list[Char]]:
    """Return the tables of a page and the characters that are in none of them.

    Args:
        rules: the lines of the page, as thin boxes.
        chars: its characters.

    Returns:
        Tables of two columns and rows or more, from the top down. A single framed cell is no table.
    """
    tables: list[PageTable] = []
    rest = list(chars)
    for group in cells_to_tables(_cells(rules)):
        boxes = [Box(*cell) for cell in group]
        inside, outside = _split(rest, _hull(boxes))
        table = _table(boxes, inside)
        if table is None:
            continue
        tables.append(table)
        rest = outside
    return sorted(tables, key=lambda table: table.box.top), rest


def find_frames(rules: Sequence[Box]) -> list[Box]:
    """Return the frames of a page: boxes of lines that are not parted into cells."""
    cells = _cells(rules)
    of_tables = {cell for group in cells_to_tables(cells) for cell in group}
    return [Box(*cell) for cell in cells if cell not in of_tables]


def _cells(rules: Sequence[Box]) -> list[tuple[float, float, float, float]]:
    """Return the cells that lines make."""
    if len(rules) < 4 or len(rules) > _MOST_RULES:
        return []
    edges = merge_edges([_edge(rule) for rule in rules], _NEAR, _NEAR, _NEAR, _NEAR)
    cells: list[tuple[float, float, float, float]] = intersections_to_cells(edges_to_intersections(edges, _NEAR, _NEAR))
    return cells


def _edge(rule: Box) -> dict[str, object]:
    horizontal = rule.right - rule.left >= rule.bottom - rule.top
    x, y = (rule.left + rule.right) / 2, (rule.top + rule.bottom) / 2
    x0, x1 = (rule.left, rule.right) if horizontal else (x, x)
    top, bottom = (y, y) if horizontal else (rule.top, rule.bottom)
    return {
        "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top,
        "orientation": "h" if horizontal else "v", "object_type": "line",
    }  # fmt: skip


def _hull(boxes: Sequence[Box]) -> Box:
    hull = boxes[0]
    for box in boxes[1:]:
        hull = hull.around(box)
    return hull


def _split(chars: Sequence[Char], box: Box) -> tuple[list[Char], list[Char]]:
    """Return the characters in a box with the spaces and line ends between them, and the others."""
    inside: list[Char] = []
    outside: list[Char] = []
    last = outside
    for char in chars:
        if char.size:
            last = inside if _holds(box, char.box) else outside
        last.append(char)
    return inside, outside


def _holds(box: Box, inner: Box) -> bool:
    x, y = (inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2
    return box.left - 1 <= x <= box.right + 1 and box.top - 1 <= y <= box.bottom + 1


def _table(boxes: Sequence[Box], chars: Sequence[Char]) -> PageTable | None:
    columns = _positions([box.left for box in boxes])
    tops = _positions([box.top for box in boxes])
    if len(columns) < 2 or len(tops) < 2:
        return None
    rights = _positions([box.right for box in boxes])[-1]
    bottoms = _positions([box.bottom for box in boxes])[-1]
    rows: list[list[tuple[float, Cell]]] = [[] for _ in tops]
    left = list(chars)
    for box in boxes:
        inside, left = _split(left, box)
        text = "\n".join(wrapped_lines([line.text for line in lines_of_cell(inside)]))
        height = _reach(tops, box.top, box.bottom)
        width = _reach(columns, box.left, box.right)
        rows[_index(tops, box.top)].append((box.left, Cell(text, height, width)))
    if not any(cell.text for row in rows for _, cell in row):
        return None  # an empty grid is a drawing
    hull = Box(columns[0], tops[0], rights, bottoms)
    ends = [*tops[1:], bottoms]
    return PageTable(
        hull,
        tuple(tuple(cell for _, cell in sorted(row, key=lambda item: item[0])) for row in rows),
        tuple(Box(hull.left, top, hull.right, end) for top, end in zip(tops, ends, strict=True)),
        tuple(columns),
    )


def wrapped_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a cell joined: a line end within a cell is where its width ended, but for list items."""
    joined: list[str] = []
    for line in lines:
        item = line[:1] in "-•●·▪◦①②③④⑤⑥⑦⑧⑨" or (line[:1].isdigit() and line[1:2] in ".、)）")
        if joined and not item:
            broken = joined[-1].endswith("-") and len(joined[-1]) > 1  # a word, or a code: R-, 100
            glue = " " if joined[-1][-1:].isascii() and line[:1].isascii() and not broken else ""
            before = joined[-1][:-1] if _HYPHENATED.search(joined[-1]) and line[:1].islower() else joined[-1]
            joined[-1] = clean_text(before + glue + line)
        else:
            joined.append(line)
    return joined


def _positions(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _index(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda i: abs(positions[i] - value))


def _reach(positions: Sequence[float], start: float, end: float) -> int:
    """Return how many rows or columns a cell covers: those that begin within it."""
    return max(1, sum(1 for position in positions if start - _NEAR <= position < end - _NEAR))
