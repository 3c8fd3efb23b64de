"""Tables with merged cells -> tables of one header row in which every cell says what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Block, Kind, Line, Place
from report_qa.documents.tables.fields import field_texts
from report_qa.documents.tables.groups import named_groups
from report_qa.documents.tables.rows import is_value
from report_qa.documents.tables.table import make_table

_JOIN = " · "
_WIDEST = 500
"""Columns and rows that one cell may span; more is an error of the file."""


@dataclass(frozen=True)
class Cell:
    """A cell as the file has it: its text, how many rows and columns it covers, whether it is marked as a header."""

    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def spread(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the rows with every merged cell repeated wherever it reaches, all rows equally wide."""
    grid: list[list[Cell | None]] = [[] for _ in rows]
    for i, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(grid[i]) and grid[i][column] is not None:
                column += 1
            for below in range(i, min(i + max(1, min(cell.rows, _WIDEST)), len(rows))):
                for right in range(column, column + max(1, min(cell.columns, _WIDEST))):
                    grid[below].extend([None] * (right + 1 - len(grid[below])))
                    grid[below][right] = cell
            column += max(1, min(cell.columns, _WIDEST))
    width = max((len(row) for row in grid), default=0)
    empty = Cell("")
    return [[cell or empty for cell in row] + [empty] * (width - len(row)) for row in grid]


def header_depth(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows head the table.

    Those marked so, else as many as the merged cells of the first reach, and one more under names over several columns
    where nothing is named below the first column's.
    """
    depth = 0
    for row in rows:
        group = depth > 0 and len(row) == 1 and row[0].columns > 1  # names the rows below it, not the columns
        if not row or group or not all(cell.header for cell in row):
            break
        depth += 1
    if depth:
        return min(depth, len(rows) - 1) or 1
    first = rows[0] if rows else ()
    if not any(cell.columns > 1 for cell in first):
        return 1
    reach = max((cell.rows for cell in first), default=1)
    if reach == 1 and len(rows) > 2 and first[0].columns == 1 and rows[1] and not rows[1][0].text.strip():
        reach = 2
    return min(reach, max(len(rows) - 1, 1))


def table_blocks(rows: Sequence[Sequence[Cell]], places: Sequence[Sequence[Place]] = ()) -> list[Block]:
    """Return a table as blocks: its title, if the first row is one, and the table; lines are numbered by row from 0.

    Args:
        rows: the cells as the file has them, each where its row begins.
        places: the places of each row, if they are known.
    """
    kept = [i for i, row in enumerate(rows) if any(cell.text.strip() for cell in row) or any(c.rows > 1 for c in row)]
    if len(kept) < len(rows) and not any(cell.rows > 1 for row in rows for cell in row):
        rows, places = [rows[i] for i in kept], [places[i] for i in kept if i < len(places)]
    blocks: list[Block] = []
    if len(rows) > 2 and len(rows[0]) == 1 and rows[0][0].rows == 1 and max(map(len, rows)) > 1:
        blocks.append(Block(Kind.CAPTION, (Line(_flat(rows[0][0].text), 0, 0, tuple(_at(places, 0))),)))
        rows, places = rows[1:], places[1:]
    if not rows:
        return blocks
    fields = field_texts(rows)
    if fields:
        lines = [Line(text, 0, 0, tuple(_at(places, i))) for i, texts in enumerate(fields) for text in texts]
        return [*blocks, Block(Kind.PARAGRAPH, tuple(lines))]
    return [*blocks, *_table(spread(rows), header_depth(rows), places)]


def _table(grid: Sequence[Sequence[Cell]], depth: int, places: Sequence[Sequence[Place]]) -> list[Block]:
    """Return a table of ``depth`` header rows, and the remarks below it."""
    header = [_JOIN.join(dict.fromkeys(row[j].text.strip() for row in grid[:depth] if row[j].text.strip()))
              for j in range(len(grid[0]))]  # fmt: skip
    body = grid[depth:]
    whole = [len(row) > 1 and row[0].rows == 1 and all(cell is row[0] for cell in row) for row in body]
    grouped = named_groups([_texts(row) for row in body], whole)
    head_places = tuple(place for i in range(depth) for place in _at(places, i))
    texts = [header, *(row for _, row in grouped.rows)]
    line_places = [head_places, *(tuple(_at(places, depth + i)) for i, _ in grouped.rows)]
    lines = tuple(Line("\t".join(map(_flat, row)), i, i, at)
                  for i, (row, at) in enumerate(zip(texts, line_places, strict=True)))  # fmt: skip
    table = make_table(texts, range(len(texts)))
    below = [
        Block(Kind.NOTE, (Line(_flat(body[i][0].text), 0, 0, tuple(_at(places, depth + i))),)) for i in grouped.below
    ]
    if table is None:
        lines = tuple(line for line in lines if line.text.strip())
        return [*([Block(Kind.PARAGRAPH, lines)] if lines else []), *below]
    return [Block(Kind.TABLE, lines, table=table), *below]


def _texts(row: Sequence[Cell]) -> list[str]:
    """Return the cells of a row of the body: a name over several columns, as that of a sum, is said in the first."""
    named = row[0].columns > 1 and not is_value(row[0].text)
    return [cell.text if not (j and named and cell is row[0]) else "" for j, cell in enumerate(row)]


def _at(places: Sequence[Sequence[Place]], index: int) -> Sequence[Place]:
    return places[index] if index < len(places) else ()


def _flat(text: str) -> str:
    return " ".join(text.split())
