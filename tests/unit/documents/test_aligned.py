"""Tables that are set with spaces, tabs or dots: columns by where they stand, names over several columns, values led to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import cut

from report_qa.documents.blocks import Kind, Line
from report_qa.documents.plain import parse_plain
from report_qa.documents.tables.cells import given_unit, unit_of_caption
from report_qa.documents.tables.columns import field_lines, table_rows
from report_qa.documents.tables.statements import statements
from report_qa.documents.tables.table import make_table


def lines(text: str) -> list[Line]:
    return [Line(line, number, number) for number, line in enumerate(text.split("\n"), start=1)]


def cells(text: str) -> list[tuple[str, ...]]:
    return [row.cells for row in table_rows(lines(text))]


def fields(text: str) -> list[str]:
    return [line.text for line in field_lines(lines(text))]


def test_a_name_over_several_columns_stands_before_each() -> None:
    text = (
        "                  Visitors            Change on\n"
        "Museum       2021    2022    2023   year before\n"
        "Old Mill     40.1    42.5    44.0         +3.5%\n"
        "Ferry Hall  110.0   101.2    99.8         -1.4%"
    )
    assert cells(text) == [
        ("Museum", "Visitors · 2021", "Visitors · 2022", "Visitors · 2023", "Change on year before"),
        ("Old Mill", "40.1", "42.5", "44.0", "+3.5%"),
        ("Ferry Hall", "110.0", "101.2", "99.8", "-1.4%"),
    ]


def test_names_over_tabbed_columns_are_shared_out_where_a_name_repeats() -> None:
    text = "\tOn time (%)\tRun (%)\tLongest gap\nLine\t2022\t2023\t2022\t2023\t2023\nNorth\t93\t90\t97\t96\t41"
    assert cells(text) == [
        ("Line", "On time · 2022 (%)", "On time · 2023 (%)", "Run · 2022 (%)", "Run · 2023 (%)", "Longest gap 2023"),
        ("North", "93", "90", "97", "96", "41"),
    ]


def test_a_second_line_of_names_belongs_to_the_column_above_it() -> None:
    text = "Ship     Built   Speed\n                 (knots)\nMarram    2023      16\nSula      2001      14"
    assert cells(text)[0] == ("Ship", "Built", "Speed (knots)")


def test_a_cell_behind_a_single_space_is_told_by_where_its_column_begins() -> None:
    text = (
        "Ship           Built   Home\n"
        "Marram         2023    Kessock\n"
        "Isle of Hallin 1996    Port Aldane\n"
        "Ronas Lass     1988    Kessock"
    )
    assert cells(text)[2] == ("Isle of Hallin", "1996", "Port Aldane")


def test_a_row_without_a_name_goes_on_under_the_one_above_and_a_wrapped_cell_is_joined() -> None:
    text = (
        "Ship      Cause             Days\n"
        "Marram    Docking              0\n"
        "          Battery cooling      9\n"
        "Sula      Berthing at the\n"
        "          pier of Vaila       13\n"
        "Kittiwake Docking             18"
    )
    assert cells(text)[1:] == [
        ("Marram", "Docking", "0"),
        ("Marram", "Battery cooling", "9"),
        ("Sula", "Berthing at the", ""),
        ("Sula", "pier of Vaila", "13"),
        ("Kittiwake", "Docking", "18"),
    ]
    wrapped = (
        "Sign      What to do\nRed       Stop the pump and call\n          the office\nGreen     Go on\nBlue      Wait"
    )
    assert cells(wrapped)[1] == ("Red", "Stop the pump and call the office")


def test_rows_under_a_group_carry_its_name() -> None:
    text = "Item          2022   2023\nIncome\n  Fares       19.1   21.4\n  Freight      3.7    3.9\nTotal         22.8   25.3"
    assert cells(text)[1:] == [
        ("Income · Fares", "19.1", "21.4"),
        ("Income · Freight", "3.7", "3.9"),
        ("Total", "22.8", "25.3"),
    ]


def test_a_text_that_is_set_in_as_a_whole_begins_where_it_is_set_in() -> None:
    text = "   Ship     Built\n   Marram    2023\n   Sula      2001\n   Both were repaired."
    assert cells(text) == [("Ship", "Built"), ("Marram", "2023"), ("Sula", "2001")]


def test_ideographs_take_two_columns() -> None:
    text = "线路      客流    准点\n北线       503   93.1%\n滨海快线  1044   88.0%"
    assert cells(text) == [("线路", "客流", "准点"), ("北线", "503", "93.1%"), ("滨海快线", "1044", "88.0%")]


def test_values_led_to_by_dots_are_fields_and_what_is_set_in_is_a_part() -> None:
    text = "Sailings cancelled ....... 814\n  of which weather ....... 463\nEmployees .......... 238\nThat was all."
    assert fields(text) == [
        "Sailings cancelled: 814",
        "Sailings cancelled, of which weather: 463",
        "Employees: 238",
    ]
    assert fields("额定功率    1200 W\n净重    8 kg") == ["额定功率：1200 W", "净重：8 kg"]
    assert fields("Year      Sales\n2023      12") == []
    assert fields("He waited ..... 5") == []
    assert fields("Safety ..... 3\nSetting up ..... 7\nCleaning ..... 12\nHelp ..... 30") == [], "a table of contents"


def test_fields_are_lines_of_their_own_between_paragraphs() -> None:
    blocks = parse_plain(
        "In brief\n\nCars carried ....... 297,600\nDogs ....... 12\n\nIt was a good year for all of us."
    )
    assert [(block.kind, [line.text for line in block.lines]) for block in blocks][1] == (
        Kind.LIST,
        ["Cars carried: 297,600", "Dogs: 12"],
    )


def test_the_title_of_a_table_is_not_that_of_its_chapter() -> None:
    text = "第三章 船队\n\n表 4 各船概况\n\n船名     建成   载车\n沙草号   2023     68\n鲣鸟号   2001     44"
    blocks = parse_plain(text)
    assert [(block.kind, block.text) for block in blocks[:2]] == [
        (Kind.HEADING, "第三章 船队"),
        (Kind.CAPTION, "表 4 各船概况"),
    ]
    assert blocks[-1].table is not None


NAMES = st.lists(st.text("abcdefghij", min_size=2, max_size=9), min_size=2, max_size=5, unique=True)


@given(NAMES, NAMES, st.data(), st.booleans())
def test_any_aligned_table_is_read_back(rows: list[str], columns: list[str], data: st.DataObject, right: bool) -> None:
    body = [[name, *(str(data.draw(st.integers(0, 99999))) for _ in columns)] for name in rows]
    grid = [["name", *columns], *body]
    widths = [max(len(row[j]) for row in grid) for j in range(len(grid[0]))]
    laid = [
        "  ".join(
            cell.rjust(size) if right and j else cell.ljust(size)
            for j, (cell, size) in enumerate(zip(row, widths, strict=True))
        )
        for row in grid
    ]
    assert cells("\n".join(laid)) == [tuple(row) for row in grid]


def test_marks_and_group_rows_are_said_in_statements_and_kept_in_the_table() -> None:
    made = make_table([["功能", "甲", "乙"], ["摄像头", "✓", "–"], ["烘干", "–", "✗"]], [1, 2, 3])
    assert made is not None
    said = [statement.text for statement in statements(made) if statement.kind == "cell"]
    assert said == ["摄像头 · 甲：✓（有）", "摄像头 · 乙：–（没有）", "烘干 · 甲：–（没有）", "烘干 · 乙：✗（没有）"]
    assert made.rows[0] == ("摄像头", "✓", "–")
    lamps = make_table([["Lamp", "State", "Meaning"], ["Ring", "white", "ready"], ["", "red", "fault"]], [1, 2, 3])
    assert lamps is not None
    assert "Ring · State red · Meaning: fault" in [statement.text for statement in statements(lamps)]
    assert lamps.rows[1] == ("", "red", "fault")


def test_a_dash_without_a_tick_is_a_missing_value_and_units_of_names_go_to_values() -> None:
    made = make_table([["档位", "噪声（dB）", "功率（W）"], ["安静", "52", "–"], ["极强", "69", "120"]], [1, 2, 3])
    assert made is not None
    said = [statement.text for statement in statements(made) if statement.kind == "cell"]
    assert said == ["安静 · 噪声：52 dB", "安静 · 功率（W）：–", "极强 · 噪声：69 dB", "极强 · 功率：120 W"]


def test_extremes_leave_out_missing_values_and_what_sums_up_the_others() -> None:
    made = make_table(
        [["Route", "Cars", "People"], ["Aldane", "68", "481.6"], ["Hallin", "-", "239.7"], ["Vaila", "24", "199.5"],
         ["Whole network", "92", "920.8"]], range(5)
    )  # fmt: skip
    assert made is not None
    said = [s.text for s in statements(made) if s.kind == "extreme" and s.last_row > s.first_row]
    assert "People: the highest is Aldane (481.6), the lowest is Vaila (199.5)" in said
    assert any(text.startswith("Cars: the highest is Whole network (92)") for text in said), "two values sum up nothing"


@pytest.mark.parametrize(
    ("caption", "unit"),
    [
        ("表 2　装箱物品（单位：件）", "件"),
        ("表 13-1　耗材（零售价，元）", "元"),
        ("Table 6. Satisfied or very satisfied (%)", "%"),
        ("Table 1. Passengers (thousands)", "thousand"),
        ("Table 3. Single fares (crowns)", "crowns"),
        ("Results (units: kg)", "kg"),
        ("Table 9 (continued)", ""),
        ("Addresses (offices)", ""),
        ("Table 4. Costs (in millions)", "million"),
        ("表 1　功能（✓ 有，– 无）", ""),
        ("Satisfied (%) by island", ""),
    ],
)
def test_the_unit_that_a_title_gives_goes_to_bare_numbers(caption: str, unit: str) -> None:
    assert unit_of_caption(caption) == unit


def test_a_value_with_a_unit_and_a_year_keep_to_themselves() -> None:
    assert given_unit("57", "%") == "57%"
    assert given_unit("+7.5%", "thousand") == "+7.5%"
    assert given_unit("481.6", "thousand") == "481.6 thousand"
    assert given_unit("2023", "件") == "2023"
    assert given_unit("2,023", "件") == "2,023件"
    assert given_unit("diesel", "%") == "diesel"


@pytest.mark.parametrize(
    ("values", "top"),
    [
        (["50%", "25%", "15%", "10%"], "50%"),
        (["1", "1", "2", "4"], "4"),
        (["481", "239", "199", "919"], "481"),
        (["919", "239", "199", "481"], "919"),
        (["60%", "25%", "15%", "100%"], "60%"),
    ],
)
def test_only_a_last_value_of_some_digits_is_taken_for_a_sum(values: list[str], top: str) -> None:
    rows = [[name, value] for name, value in zip("abcd", values, strict=True)]
    made = make_table([["name", "value"], *rows], range(5))
    assert made is not None
    [said] = [statement.text for statement in statements(made) if statement.kind == "extreme"]
    assert f"({top}), the lowest" in said


def test_statements_carry_the_unit_of_the_title_above_the_table_or_of_the_section() -> None:
    text = "# 手册\n\n## 附件\n\n表 2 装箱（单位：件）\n\n| 名称 | 标配 |\n|---|---|\n| 拖布 | 6 |\n| 滤网 | 2 |\n"
    assert "拖布 · 标配：6件" in [chunk.text for chunk in cut(text, "m.md", window_chars=150).chunks]
    text = "# Review\n\n## Satisfied (%)\n\n| Question | All |\n|---|---|\n| Food | 53 |\n| Safety | 92 |\n"
    assert "Food · All: 53%" in [chunk.text for chunk in cut(text, "m.md", window_chars=150).chunks]
