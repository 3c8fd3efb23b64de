"""Tables: cells, and exact statements about them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.tables.cells import number_of
from report_qa.documents.tables.statements import Statement, asked_of_extremes, statements
from report_qa.documents.tables.table import Table, cell_text, make_table


def table(*rows: str) -> Table:
    """Return a table written with bars; the first row is the header."""
    made = make_table([row.split("|") for row in rows], range(1, len(rows) + 1))
    assert made is not None
    return made


def texts(made: Table, kind: str) -> list[str]:
    """Return the statements of one kind."""
    return [statement.text for statement in statements(made) if statement.kind == kind]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            ("地区|收入|成本", "华东|5%|6%", "华南|7%|8%"),
            ["华东 · 收入：5%", "华东 · 成本：6%", "华南 · 收入：7%", "华南 · 成本：8%"],
        ),
        (("Region|Income", "East|5%", "West|7%"), ["East · Income: 5%", "West · Income: 7%"]),
    ],
)
def test_every_cell_has_a_statement_with_its_row_and_column(rows: tuple[str, ...], expected: list[str]) -> None:
    assert texts(table(*rows), "cell") == expected


NAMES = st.lists(st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=4), min_size=2, max_size=6, unique=True)


@given(NAMES, NAMES, st.data())
def test_every_cell_of_any_named_table_is_stated_once_with_its_row(
    rows: list[str], columns: list[str], data: st.DataObject
) -> None:
    grid = [["项目", *columns]]
    for name in rows:
        grid.append([name, *(f"{data.draw(st.integers(0, 99))}%" for _ in columns)])
    made = make_table(grid, range(len(grid)))
    assert made is not None
    cells = [s for s in statements(made) if s.kind == "cell"]
    expected = [
        Statement("cell", f"{row[0]} · {name}：{cell}", i, i)
        for i, row in enumerate(grid[1:])
        for name, cell in zip(columns, row[1:], strict=True)
    ]
    assert cells == expected


@given(NAMES, st.data())
def test_the_extremes_of_a_column_are_its_largest_and_smallest_value(rows: list[str], data: st.DataObject) -> None:
    values = [data.draw(st.integers(-50, 50)) for _ in rows]
    made = make_table(
        [["项目", "增速"], *([n, f"{v}%"] for n, v in zip(rows, values, strict=True))], range(len(rows) + 1)
    )
    assert made is not None
    (statement,) = texts(made, "extreme")
    top = "、".join(n for n, v in zip(rows, values, strict=True) if v == max(values))
    low = "、".join(n for n, v in zip(rows, values, strict=True) if v == min(values))
    if max(values) == min(values):
        assert statement == f"增速：全部相同，均为 {values[0]}%"
    else:
        assert statement == f"增速：最高（最大）的是{top}（{max(values)}%），最低（最小）的是{low}（{min(values)}%）"


@pytest.mark.parametrize(
    ("rows", "statement"),
    [
        (
            ("地区|收入", "华东|9%", "华南|9%", "华北|3%"),
            "收入：最高（最大）的是华东、华南（9%），最低（最小）的是华北（3%）",
        ),
        (
            ("Region|Income", "East|9%", "West|3%", "North|3%"),
            "Income: the highest is East (9%), the lowest is West and North (3%)",
        ),
        (("地区|增速", "华东|-9%", "华南|3%"), "增速：最高（最大）的是华南（3%），最低（最小）的是华东（-9%）"),
        (("地区|收入", "华东|1,200", "华南|900"), "收入：最高（最大）的是华东（1,200），最低（最小）的是华南（900）"),
    ],
)
def test_extremes_name_all_that_tie(rows: tuple[str, ...], statement: str) -> None:
    assert statement in texts(table(*rows), "extreme")


@pytest.mark.parametrize(
    "rows",
    [
        ("地区|收入", "华东|9%", "华南|3"),
        ("地区|收入", "华东|9万元", "华南|3亿元"),
        ("地区|收入", "华东|9%", "华南|无"),
        ("Region|Income", "East|$9", "West|€3"),
        ("地区|收入", "华东|9%", "合计|3%"),
    ],
)
def test_numbers_that_do_not_compare_have_no_extreme(rows: tuple[str, ...]) -> None:
    assert texts(table(*rows), "extreme") == []
    assert len(texts(table(*rows), "column")) == 1


@pytest.mark.parametrize(
    "total", ["合计", "总计", "合计（亿元）", "收入合计", "Total", "Grand total", "Subtotal", "total:", "Total revenue"]
)
def test_totals_take_no_part_in_extremes_but_are_stated(total: str) -> None:
    made = table("地区|收入", "华东|9", "华南|3", f"{total}|12")
    assert texts(made, "extreme") == ["收入：最高（最大）的是华东（9），最低（最小）的是华南（3）"]
    stated = "合计 · 收入：12亿元" if total == "合计（亿元）" else f"{total} · 收入：12"
    assert stated in texts(made, "cell")


def test_a_total_column_takes_no_part_in_the_extremes_of_a_row() -> None:
    made = table("地区|一季度|二季度|合计", "华东|9|3|12")
    assert "华东：最高（最大）的是一季度（9），最低（最小）的是二季度（3）" in texts(made, "extreme")


@pytest.mark.parametrize("name", ["All-season tyres", "Overall satisfaction", "总体满意度"])
def test_a_name_that_only_begins_like_a_total_takes_part(name: str) -> None:
    assert texts(table("Item|Share", f"{name}|90%", "Price|80%"), "extreme")[0].count(name) == 1


@pytest.mark.parametrize(
    ("rows", "cell", "extreme"),
    [
        pytest.param(
            ("电池容量（kWh）|YL-7|YL-60D", "40|350 分钟|40 分钟", "80|440 分钟|55 分钟"),
            "电池容量 80 kWh · YL-60D：55 分钟",
            "YL-7：最高（最大）的是电池容量 80 kWh（440 分钟），最低（最小）的是电池容量 40 kWh（350 分钟）",
            id="amounts",
        ),
        pytest.param(
            ("Year|Revenue (£m)|Staff", "2021|240.1|300", "2022|252.4|310"),
            "2021 · Staff: 300",
            "Staff: the highest is 2022 (310), the lowest is 2021 (300)",
            id="years",
        ),
    ],
)
def test_numbers_under_a_name_that_tell_the_rows_apart_name_them(
    rows: tuple[str, ...], cell: str, extreme: str
) -> None:
    made = table(*rows)
    assert made.naming == 1
    assert cell in texts(made, "cell")
    assert extreme in texts(made, "extreme")


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(("排名|企业|收入", "1|甲|3亿", "2|乙|2亿"), id="running numbers"),
        pytest.param(("|企业|收入", "7|甲|3亿", "9|乙|2亿"), id="no name"),
        pytest.param(("份数|类型", "7|甲", "7|乙"), id="numbers that repeat"),
    ],
)
def test_numbers_that_tell_nothing_of_a_row_do_not_name_it(rows: tuple[str, ...]) -> None:
    assert table(*rows).naming == 0


@pytest.mark.parametrize("first", ["4H → 2.5H", "成本 ↓ 73%", "12", ""])
def test_a_first_column_of_data_is_a_column_like_the_others(first: str) -> None:
    made = table("设计|测试", f"{first}|好", "说明|说明二")
    assert made.naming == 0
    assert texts(made, "cell") == []
    assert "测试：好；说明二" in texts(made, "column")


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>时间 ↓ 73%</p><ul><li>甲</li><li>乙</li></ul>", "时间 ↓ 73%；甲；乙"),
        ("a<br/>b", "a; b"),
        ("R&amp;D **cost**", "R&D cost"),
        ("  x   y ", "x y"),
    ],
)
def test_markup_of_cells_becomes_plain_text(raw: str, plain: str) -> None:
    assert cell_text(raw) == plain


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("27.1%", (27.1, "%")),
        ("27.1％", (27.1, "%")),
        ("1,234.5", (1234.5, "")),
        ("-5%", (-5.0, "%")),
        ("−5", (-5.0, "")),
        ("约 30 天", (30.0, "天")),
        ("$9", (9.0, "$")),
        ("无", None),
        ("1 → 2", None),
        ("2024年10月", None),
        ("", None),
    ],
)
def test_a_cell_is_a_number_with_a_unit_or_none(cell: str, number: tuple[float, str] | None) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize("grid", [[], [["a", "b"]], [["a"], ["b"]]])
def test_what_has_no_body_or_one_column_is_no_table(grid: list[list[str]]) -> None:
    assert make_table(grid, range(len(grid))) is None


def test_a_row_without_its_last_cells_is_filled_up() -> None:
    assert table("a|b|c", "1|2").rows == (("1", "2", ""),)


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("收入（亿元）", "9.2", "西南 · 收入：9.2亿元"),
        ("样本数(家)", "1,174", "西南 · 样本数：1,174家"),
        ("Pressure (bar)", "2.4", "西南 · Pressure：2.4 bar"),
        ("占比（%）", "15.8", "西南 · 占比：15.8%"),
        ("占比（%）", "15.8%", "西南 · 占比（%）：15.8%"),
        ("容量（City）", "52", "西南 · 容量（City）：52"),
        ("说明（家）", "没有", "西南 · 说明（家）：没有"),
        ("停航天数", "9", "西南 · 停航天数：9天"),
        ("参数", "9", "西南 · 参数：9"),
        ("万元", "35", "西南 · 万元：35万元"),
        ("2023 · M crowns", "8.7", "西南 · 2023：8.7 million crowns"),
        ("£m", "8.7", "西南 · £m：£8.7 million"),
        ("Days", "28", "西南 · Days：28 days"),
        ("Hours worked", "12", "西南 · Hours worked：12 hours"),
        ("Days 1-3", "4", "西南 · Days 1-3：4"),
        ("Won", "4", "西南 · Won：4"),
    ],
)
def test_a_unit_of_the_header_goes_to_bare_numbers(header: str, cell: str, expected: str) -> None:
    assert texts(table(f"地区|{header}", f"西南|{cell}", "华北|没有数字"), "cell")[0] == expected


def test_a_unit_in_words_does_not_keep_numbers_from_being_compared() -> None:
    rows = ("Kind|2023 · M crowns", "Fuel|8.7", "Staff|14.2")
    assert texts(table(*rows), "extreme") == [
        "2023: the highest is Staff (14.2 million crowns), the lowest is Fuel (8.7 million crowns)"
    ]


def test_of_years_the_latest_and_the_earliest_are_named() -> None:
    assert texts(table("船|建成", "甲|1988", "乙|2023"), "extreme") == [
        "建成：最晚（最新）的是乙（2023），最早（最老）的是甲（1988）"
    ]
    assert texts(table("Ship|Seats", "A|1,988", "B|2,023"), "extreme")[0].startswith("Seats: the highest is B")


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        (("地区|收入|成本", "华东|5%|6%", "华南|7%|8%"), "收入：最高（最大）和最低（最小）的是哪个"),
        (("Region|Income", "East|5%", "West|7%"), "Income: which is highest, which is lowest"),
        (("Ship|Built", "East|1988", "West|2023"), "Built: which is latest (newest), which is earliest (oldest)"),
    ],
)
def test_extremes_are_compared_without_the_answers_they_give(rows: tuple[str, ...], asked: str) -> None:
    extremes = texts(table(*rows), "extreme")
    assert asked in [asked_of_extremes(text) for text in extremes]
    assert not any("华" in asked_of_extremes(text) for text in extremes if text.startswith("收入"))
    assert asked_of_extremes("华东 · 收入：5%") == "华东 · 收入：5%"


def test_a_column_of_units_gives_every_row_its_own() -> None:
    made = table(
        "参数|单位|标准版|长续航版", "轴距|mm|2780|2850", "长×宽|mm|4650×1880|4700×1880", "最高车速|km/h|180|—"
    )
    assert texts(made, "cell")[1:3] == ["轴距 · 标准版：2780 mm", "轴距 · 长续航版：2850 mm"]
    assert "长×宽 · 标准版：4650×1880 mm" in texts(made, "cell")
    assert "最高车速 · 长续航版：—" in texts(made, "cell")
    assert not any("标准版" in text for text in texts(made, "extreme")), "rows in different units do not compare"


def test_a_column_of_units_beside_prices_says_what_is_counted() -> None:
    made = table("名称|单位|数量|单价", "硒鼓|个|4|299", "复印纸|包|20|25")
    assert "硒鼓 · 数量：4个" in texts(made, "cell")
    assert "硒鼓 · 单价：299" in texts(made, "cell")


def test_the_unit_of_a_table_goes_to_no_value_of_another_measure() -> None:
    made = replace(table("项目|2024年|增减", "营业收入|1,284|11.6", "每股收益（元/股）|-0.12|3.1"), unit="万元")
    said = texts(made, "cell")
    assert said == [
        "营业收入 · 2024年：1,284万元",
        "营业收入 · 增减：11.6",
        "每股收益 · 2024年：-0.12元/股",
        "每股收益 · 增减：3.1元/股",
    ]


def test_a_number_in_brackets_is_one_below_zero() -> None:
    assert number_of("(2,310.4)") == (-2310.4, "")
    assert number_of("（2%）") == number_of("(2)%") == (-2.0, "%")
    made = replace(table("Item|2024|2023", "Revenue|412.6|398.1", "Costs|(301.2)|(289.9)"), unit="£ million")
    assert "Costs · 2024: £(301.2) million" in texts(made, "cell")
    assert "2024: the highest is Revenue (£412.6 million), the lowest is Costs (£(301.2) million)" in texts(
        made, "extreme"
    )


def test_a_unit_goes_to_both_ends_of_a_range_and_not_to_years() -> None:
    made = table("Part|Flow (ml/min)|Seasons (%)", "Pump|0.1–50|2023-24")
    assert texts(made, "cell") == ["Pump · Flow: 0.1–50 ml/min", "Pump · Seasons (%): 2023-24"]


def test_a_column_without_a_name_leaves_no_gap_in_what_is_said() -> None:
    made = table("|", "负责人|刘洋", "电话|010-66668888")
    assert texts(made, "cell") == ["负责人：刘洋", "电话：010-66668888"]
    assert texts(made, "row") == ["负责人：刘洋", "电话：010-66668888"]
    assert not texts(made, "column")


def test_a_currency_in_the_name_of_a_column_goes_to_its_values() -> None:
    made = table("Item|Fee per day (£)|Price (USD)", "Camera|3.00|890", "Binoculars|free|45")
    assert texts(made, "cell") == [
        "Camera · Fee per day: £3.00",
        "Camera · Price: 890 USD",
        "Binoculars · Fee per day (£): free",
        "Binoculars · Price: 45 USD",
    ]
