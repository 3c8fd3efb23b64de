"""Figures that compare, taken from tables and sentences letter for letter; what does not compare gives none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.tables.cells import number_of
from report_qa.documents.tables.series import MAX_POINTS, Point, Series, change_in, series_of_table
from report_qa.documents.tables.table import make_table


def series_of(rows: list[list[str]], *cited: int) -> tuple[Series, ...]:
    """Return the series of a table, header first."""
    table = make_table(rows, range(len(rows)))
    assert table is not None
    return series_of_table(table, {(i, j) for i in cited for j in range(len(rows[0]))})


def test_one_cited_row_is_compared_over_its_columns_without_the_total() -> None:
    grid = [["挑战", "制造", "金融", "总体"], ["人才缺乏", "28.9%", "31.4%", "30%"], ["算力", "20%", "21%", "22%"]]
    (series,) = series_of(grid, 0)
    assert series == Series("人才缺乏", (Point("制造", 28.9, "28.9%", True), Point("金融", 31.4, "31.4%", True)))


def test_only_cited_cells_are_marked() -> None:
    table = make_table([["挑战", "制造", "金融"], ["人才缺乏", "28.9%", "31.4%"], ["算力", "20%", "21%"]], range(3))
    assert table is not None
    (series,) = series_of_table(table, {(1, 0), (1, 2)})
    assert [(point.label, point.cited) for point in series.points] == [("制造", False), ("金融", True)]


def test_a_column_is_compared_over_all_rows_with_the_unit_of_its_header() -> None:
    grid = [["Model", "Oil (L)"], ["S5", "4.2"], ["S7", "1,005.5"]]
    (series,) = series_of(grid, 1)
    assert series == Series("Oil", (Point("S5", 4.2, "4.2 L"), Point("S7", 1005.5, "1,005.5 L", True)))


def test_columns_of_different_units_are_compared_apart() -> None:
    grid = [["保养项目", "公里", "月"], ["机油", "10000公里", "12个月"], ["空滤", "20000公里", "24个月"]]
    assert [(s.title, [p.shown for p in s.points]) for s in series_of(grid, 0)] == [
        ("公里", ["10000公里", "20000公里"]),
        ("月", ["12个月", "24个月"]),
    ]


@pytest.mark.parametrize(
    "grid",
    [
        [["项目", "值"], ["甲", "3人"], ["乙", "4%"]],  # other units
        [["项目", "值"], ["甲", "3"], ["乙", "约定"]],  # a word
        [["项目", "值"], ["甲", "3"]],  # nothing to compare with
        [["项目", "值"], ["甲", "0"], ["乙", "0"]],  # no length to draw
        [["1", "2"], ["3", "4"], ["5", "6"]],  # rows without names
        [["项目", "值"], *([f"项{chr(0x4E00 + i)}", "3"] for i in range(MAX_POINTS + 1))],  # too many
    ],
)
def test_what_does_not_compare_gives_no_series(grid: list[list[str]]) -> None:
    assert series_of(grid, 0) == ()


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("车载问答准确率从最初的35%提升到了84%。", (35, "35%"), (84, "84%")),
        ("处理时长由4小时缩短至2.5小时。", (4, "4小时"), (2.5, "2.5小时")),
        ("占比由31.4提高到45.2%。", (31.4, "31.4%"), (45.2, "45.2%")),
        ("方案设计：1.5H → 1H", (1.5, "1.5H"), (1, "1H")),
        ("The time fell from 4 hours to 2.5 hours.", (4, "4 hours"), (2.5, "2.5 hours")),
        ("It cut costs from $1,200 to $300 a year.", (1200, "$1,200"), (300, "$300")),
    ],
)
def test_a_change_is_told_before_and_after(text: str, before: tuple[float, str], after: tuple[float, str]) -> None:
    series = change_in(text, "效果", "en")
    assert series is not None
    assert [(p.label, p.value, p.shown) for p in series.points] == [("before", *before), ("after", *after)]


@pytest.mark.parametrize(
    "text",
    [
        "从2023年增长到2025年。",  # years
        "需要3到5天。",  # a range
        "It takes from 3 to 5 days.",
        "从100元降至三成。",
        "成本从100元降至30%。",  # other units
        "It fell from $3 to 4%.",
        "从35%提升。到84%。",  # not one sentence
        "没有数字。",
        "",
    ],
)
def test_what_is_no_change_gives_none(text: str) -> None:
    assert change_in(text, "", "zh") is None


@given(st.lists(st.floats(0.1, 99.9).map(lambda v: f"{v:.1f}%"), min_size=2, max_size=8))
def test_values_are_those_of_the_cells(cells: list[str]) -> None:
    header = ["项", *(f"列{chr(0x4E00 + i)}" for i in range(len(cells)))]
    (series,) = series_of([header, ["行", *cells], ["另一行", *cells]], 0)
    assert [point.shown for point in series.points] == cells
    assert [(point.value, "%") for point in series.points] == [number_of(cell) for cell in cells]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    change = change_in(text, "", "zh")
    assert change is None or all(point.shown in text for point in change.points)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["%", "小时", "元", ""]))
def test_any_change_is_read_back(first: float, second: float, unit: str) -> None:
    before, after = f"{first:.2f}{unit}", f"{second:.2f}{unit}"
    series = change_in(f"由{before}降至{after}。", "", "zh")
    if before == after:
        assert series is None
    else:
        assert series is not None
        assert [p.shown for p in series.points] == [before, after]
