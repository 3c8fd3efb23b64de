"""Tables of plain text: which lines are rows, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.blocks import Kind, Line
from report_qa.documents.plain import parse_plain
from report_qa.documents.tables.columns import table_rows


def cells(text: str) -> list[tuple[str, ...]]:
    lines = [Line(line, number, number) for number, line in enumerate(text.split("\n"), start=1)]
    return [row.cells for row in table_rows(lines)]


def test_columns_set_with_spaces_are_cells_and_the_corner_may_be_missing() -> None:
    assert cells("2022     2023\nNorth loop   503   611\nShuttle   1,015   1,144\nAfter it.") == [
        ("", "2022", "2023"),
        ("North loop", "503", "611"),
        ("Shuttle", "1,015", "1,144"),
    ]


def test_a_rule_belongs_to_the_row_above_it() -> None:
    lines = [Line("线路　　客流", 7, 7), Line("----  ----", 8, 8), Line("北线　　503", 9, 9)]
    rows = table_rows(lines)
    assert [row.cells for row in rows] == [("线路", "客流"), ("北线", "503")]
    assert (rows[0].line.first, rows[0].line.last) == (7, 8)


def test_bars_part_cells_with_and_without_outer_ones() -> None:
    assert cells("| 代码 | 原因 |\n|---|---|\n| E4 | 溢水 |") == [("代码", "原因"), ("E4", "溢水")]
    assert cells("Vessel | Seats\nAurelia | 220") == [("Vessel", "Seats"), ("Aurelia", "220")]


@pytest.mark.parametrize(
    "prose",
    [
        "It opened in 2019.  It closed in 2021.\nIt opened again.  That was in 2022.",
        "1. Oil     40\n2. Filter     12",
        "- Oil     40\n- Filter     12",
        "Name     Place\nLi     Shanghai",
        "a line\nanother line",
        "One | two",
        "A very long text that nobody would put into the cell of a table, for it goes on and on and on     5\n"
        "Another very long text that nobody would put into the cell of any table, on and on and on     6",
    ],
)
def test_what_is_no_table_stays_text(prose: str) -> None:
    assert cells(prose) == []


def test_a_table_between_paragraphs_is_a_block_of_its_own() -> None:
    blocks = parse_plain("Numbers recovered.\n\nRoute     2022     2023\nNorth     503     611\n\nThe fleet grew.")
    assert [block.kind for block in blocks] == [Kind.PARAGRAPH, Kind.TABLE, Kind.PARAGRAPH]
    assert blocks[1].table is not None
    assert blocks[1].table.rows == (("North", "503", "611"),)


@given(st.lists(st.text(alphabet="ab1 |\t-.　", max_size=30), max_size=8))
def test_rows_are_the_first_lines_in_order_with_as_many_cells_at_most_as_the_header(texts: list[str]) -> None:
    lines = [Line(text, number, number) for number, text in enumerate(texts, start=1)]
    rows = table_rows(lines)
    assert len(rows) != 1
    covered = [number for row in rows for number in range(row.line.first, row.line.last + 1)]
    assert covered == list(range(1, len(covered) + 1))
    assert all(2 <= len(row.cells) <= len(rows[0].cells) for row in rows)
