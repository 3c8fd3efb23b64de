"""Tables of cells as files have them: names with values, groups of rows, sums, header rows."""

from __future__ import annotations

import pytest

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.tables.grids import Cell, table_blocks

Rows = list[list[Cell]]


def cells(*rows: list[str]) -> Rows:
    return [[Cell(text) for text in row] for row in rows]


def only(rows: Rows) -> Block:
    """Return the only block that is made of rows."""
    (block,) = table_blocks(rows)
    return block


def body(rows: Rows) -> list[tuple[str, ...]]:
    table = only(rows).table
    assert table is not None
    return list(table.rows)


def test_names_beside_values_are_lines_and_no_row_is_a_header() -> None:
    block = only(cells(["Model", "P-7"], ["Flow", "12 l/min"], ["Weight (kg)", "8.2"], ["Colour", "grey"]))
    assert block.kind == Kind.PARAGRAPH
    assert [line.text for line in block.lines] == ["Model: P-7", "Flow: 12 l/min", "Weight: 8.2 kg", "Colour: grey"]


def test_two_pairs_side_by_side_are_four_facts() -> None:
    rows = cells(["型号", "XR-200", "额定电压", "220 V"], ["制冷量", "3500 W", "噪声", "41 dB"])
    rows.append([Cell("净重"), Cell("9.5 kg", columns=3)])
    assert only(rows).text.split("\n") == [
        "型号：XR-200",
        "额定电压：220 V",
        "制冷量：3500 W",
        "噪声：41 dB",
        "净重：9.5 kg",
    ]


def test_a_group_over_all_pairs_is_said_with_each() -> None:
    rows = [[Cell("Inlet", columns=2)], *cells(["Size", "15 mm"], ["Pressure", "3 bar"])]
    rows += [[Cell("Outlet", columns=2)], *cells(["Bore", "22 mm"])]
    assert only(cells(["Height", "845 mm"]) + rows).text.split("\n") == [
        "Height: 845 mm", "Inlet · Size: 15 mm", "Inlet · Pressure: 3 bar", "Outlet · Bore: 22 mm",
    ]  # fmt: skip


def test_names_marked_as_headers_need_no_value_to_tell_them() -> None:
    rows = [[Cell("Dealer", header=True), Cell("Smith")], [Cell("Town", header=True), Cell("Leith")]]
    assert only(rows).text == "Dealer: Smith\nTown: Leith"


@pytest.mark.parametrize(
    "rows",
    [
        [["Region", "2023"], ["North", "12 km"], ["South", "about 9"]],
        [["Item", "EUR"], ["Print", "8,300"], ["Post", "210"]],
        [["参数", "XR-200"], ["制冷量", "3500 W"], ["噪声", "41 dB"]],
        [["Town", "Zone 1"], ["Leith", "210"], ["Perth", "198"]],
        [["假别", "天数"], ["婚假", "3天"], ["病假", "按医嘱"]],
        [["指标", "2022年", "2023年", "同比"], ["收入", "12", "14", "3%"], ["利润", "5", "4", "-2%"]],
        [["Part", "Size 1", "Part 2", "Size 2"], ["Bolt", "8", "Bolt", "10"]],
    ],
)
def test_a_table_with_a_header_stays_one(rows: list[list[str]]) -> None:
    assert only(cells(*rows)).table is not None


def test_a_row_over_the_whole_width_names_the_rows_below_up_to_the_sum_of_all() -> None:
    rows = cells(["No.", "Work", "EUR"])
    rows += [[Cell("Earthworks", columns=3)], *cells(["1", "Paving", "20"], ["2", "Kerbs", "5"])]
    rows += [[Cell("Planting", columns=3)], *cells(["3", "Trees", "9"])]
    rows += [[Cell("Total", columns=2), Cell("34")]]
    assert body(rows) == [
        ("1", "Earthworks · Paving", "20"), ("2", "Earthworks · Kerbs", "5"), ("3", "Planting · Trees", "9"),
        ("Total", "", "34"),
    ]  # fmt: skip


def test_rows_with_a_name_alone_are_groups_where_the_body_begins_with_one() -> None:
    rows = cells(["Item", "2022", "2023"], ["Staff", "", ""], ["Wages", "4", "5"], ["Kit", "", ""], ["Cars", "1", "2"])
    assert [row[0] for row in body(rows)] == ["Staff · Wages", "Kit · Cars"]


def test_a_row_without_values_is_no_group_where_the_body_begins_with_values() -> None:
    rows = cells(["Item", "2022", "2023"], ["Wages", "4", "5"], ["Islands", "", ""], ["Cars", "1", "2"])
    assert [row[0] for row in body(rows)] == ["Wages", "Islands", "Cars"]


def test_a_remark_over_the_whole_width_at_the_end_is_a_note_below() -> None:
    rows = [*cells(["Item", "EUR"], ["Post", "21"], ["Print", "83"]), [Cell("Prices without tax.", columns=2)]]
    table, note = table_blocks(rows)
    assert table.table is not None
    assert len(table.table.rows) == 2
    assert (note.kind, note.text) == (Kind.NOTE, "Prices without tax.")


def test_names_over_several_columns_take_the_row_below_where_the_first_cell_is_empty() -> None:
    rows = [[Cell("Site"), Cell("Energy", columns=2)], *cells(["", "2022", "2023"], ["Leith", "12", "13"])]
    table = only(rows).table
    assert table is not None
    assert table.header == ("Site", "Energy · 2022", "Energy · 2023")
    assert table.rows == (("Leith", "12", "13"),)


def test_a_group_that_is_marked_as_a_header_is_none_of_the_columns() -> None:
    rows = [[Cell(text, header=True) for text in ("Model", "T-3", "T-5")]]
    rows += [[Cell("Input", columns=3, header=True)], *cells(["Voltage", "1000 V", "900 V"])]
    table = only(rows).table
    assert table is not None
    assert table.header == ("Model", "T-3", "T-5")
    assert table.rows == (("Input · Voltage", "1000 V", "900 V"),)


def test_a_value_over_several_columns_is_that_of_each() -> None:
    rows = [*cells(["Spring", "Autumn", "Kind"], ["7", "9", "oak"]), [Cell("8", columns=2), Cell("ash")]]
    assert body(rows) == [("7", "9", "oak"), ("8", "8", "ash")]
