"""How tables are set in plain text as it is found: groups, wrapped names, frames, titles right above, no header."""

from __future__ import annotations

import pytest
from shapes import cut

from report_qa.documents.blocks import Kind, Line
from report_qa.documents.plain import parse_plain
from report_qa.documents.tables.columns import lacks_header, table_rows


def lines(text: str) -> list[Line]:
    return [Line(line, number, number) for number, line in enumerate(text.split("\n"), start=1)]


def cells(text: str) -> list[tuple[str, ...]]:
    return [row.cells for row in table_rows(lines(text))]


def kinds(text: str) -> list[Kind]:
    return [block.kind for block in parse_plain(text)]


def test_a_name_alone_on_its_line_names_the_rows_below_it_up_to_the_next_or_a_total() -> None:
    text = (
        "                1 hour   Half day   Week\n"
        "ADULTS\n"
        "City bike            5         12     75\n"
        "E-bike               9         25    160\n"
        "EXTRAS\n"
        "Helmet            free       free   free\n"
        "Child seat           1          2     12\n"
        "Total               15         39    247"
    )
    assert [row[0] for row in cells(text)[1:]] == [
        "ADULTS · City bike",
        "ADULTS · E-bike",
        "EXTRAS · Helmet",
        "EXTRAS · Child seat",
        "Total",
    ]
    assert cells(text)[0] == ("", "1 hour", "Half day", "Week")


def test_a_name_broken_into_two_lines_is_put_together() -> None:
    text = (
        "Reason                    Share   Change\n"
        "Meeting colleagues          64%     +6\n"
        "Asked to by the\n"
        "employer                    29%     +11\n"
        "Systolic pressure,\n"
        "  mm Hg                     18%     0"
    )
    assert [row[0] for row in cells(text)[1:]] == [
        "Meeting colleagues",
        "Asked to by the employer",
        "Systolic pressure, mm Hg",
    ]


def test_a_name_alone_over_rows_without_one_is_not_lost() -> None:
    text = "Ship      Cause             Days\nMarram    Docking              0\nSula\n          Battery cooling      9\nKittiwake Docking             18"
    assert any(row[0] == "Sula" for row in cells(text)[1:])


def test_a_unit_below_the_name_of_a_row_belongs_to_it() -> None:
    text = "            一线    二线\n阅读时长      48      39\n（分钟/天）\n购书支出     312     215\n（元/年）"
    said = {chunk.text for chunk in cut(f"某某阅读调查报告全文\n\n城市对比情况说明\n{text}\n").chunks}
    assert {"阅读时长 · 一线：48分钟/天", "购书支出 · 二线：215元/年"} <= said


def test_names_in_the_middle_of_their_columns_stand_over_one_run_of_the_names_below() -> None:
    text = (
        "Event              Drug A          Placebo\n"
        "                 n      %        n      %\n"
        "Headache         22   10.8      18    9.1\n"
        "Nausea           15    7.4       6    3.0"
    )
    assert cells(text)[0] == ("Event", "Drug A · n", "Drug A · %", "Placebo · n", "Placebo · %")
    said = {chunk.text for chunk in cut(f"Trial of the drug\n\nSafety\n\n{text}\n").chunks}
    assert {"Headache · Drug A: 10.8%", "Headache · Placebo · n: 18"} <= said


@pytest.mark.parametrize("value", ["61.2 (9.8)", "98 (48.0%)", "148 ± 12", "07:15", "465×188", "7:00-9:00"])
def test_figures_of_several_numbers_are_no_names_of_columns(value: str) -> None:
    text = f"Item            Drug A          Placebo\nFirst           {value:<15} {value}\nSecond          {value:<15} {value}"
    assert cells(text)[0] == ("Item", "Drug A", "Placebo")
    assert len(cells(text)) == 3


def test_ideographs_set_apart_to_fill_a_column_are_one_name_and_those_over_columns_are_two() -> None:
    text = "指    标          全市      城市\n居民消费价格       0.3       0.4\n衣  着             1.0       1.1"
    assert cells(text) == [("指标", "全市", "城市"), ("居民消费价格", "0.3", "0.4"), ("衣着", "1.0", "1.1")]
    text = "方式        总体      男      女\n听书        36.8    33.9    39.6\n纸质书      59.4    55.2    63.5"
    assert cells(text)[0] == ("方式", "总体", "男", "女")


def test_a_frame_of_lines_is_no_text_and_what_stands_between_two_of_its_rules_is_one_row() -> None:
    text = (
        "┌──────┬──────┬──────┐\n"
        "│产品  │产量  │比上年│\n"
        "│      │(万吨)│增长% │\n"
        "├──────┼──────┼──────┤\n"
        "│粮食  │186.3 │ 1.2  │\n"
        "│油料  │ 12.5 │-0.8  │\n"
        "└──────┴──────┴──────┘"
    )
    assert cells(text) == [("产品", "产量 (万吨)", "比上年增长%"), ("粮食", "186.3", "1.2"), ("油料", "12.5", "-0.8")]
    assert kinds(text) == [Kind.TABLE]
    plus = "+------+-----+\n| Size | RAM |\n+------+-----+\n| a    | 4   |\n| b    | 8   |\n+------+-----+"
    assert cells(plus) == [("Size", "RAM"), ("a", "4"), ("b", "8")]
    assert kinds(plus) == [Kind.TABLE]


def test_the_title_of_a_table_is_none_of_its_rows() -> None:
    text = "Table 2-1  Journeys by mode (millions)\nMode        2019     2021\nBus         84.2     41.0\nTram        22.5     11.8"
    assert kinds(text) == [Kind.CAPTION, Kind.TABLE]
    text = "Item    Share\nPens     64%\nInk      33%\nTable 2  Reasons\nReason  Share\nPrice    12%\nColour   13%"
    assert kinds(text) == [Kind.TABLE, Kind.CAPTION, Kind.TABLE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Size (H x W)  85 x 60 cm\nWeight        68 kg\nVoltage       220-240 V, 50 Hz", ["Size (H x W): 85 x 60 cm", "Weight: 68 kg", "Voltage: 220-240 V, 50 Hz"]),
        ("Admissions   Ms Hale    ext. 210\nAccounts     Mr Brook   ext. 214", ["Admissions: Ms Hale, ext. 210", "Accounts: Mr Brook, ext. 214"]),
        ("一楼  挂号收费处、药房\n二楼  内科、儿科\n三楼  外科、骨科", ["一楼：挂号收费处、药房", "二楼：内科、儿科", "三楼：外科、骨科"]),
        ("Total\t5,412\nof which sales\t1,204", ["Total: 5,412", "of which sales: 1,204"]),
        ("10分钟以内\t12.4%\n1小时以上\t20.9%", ["10分钟以内：12.4%", "1小时以上：20.9%"]),
        ("工作温度    10~32℃\n相对湿度    20%~80%RH\n功耗        打印 ≤450W", ["工作温度：10~32℃", "相对湿度：20%~80%RH", "功耗：打印 ≤450W"]),
    ],
)  # fmt: skip
def test_rows_without_a_header_name_no_columns(text: str, expected: list[str]) -> None:
    blocks = parse_plain(text)
    assert [block.kind for block in blocks] == [Kind.LIST]
    assert [line.text for line in blocks[0].lines] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Item\t1 hour\tWeek\nCity bike\t5\t75\nE-bike\t9\t160",
        "保养项目\t1万公里\t2万公里\n制动液\t检查\t更换\n滤芯\t更换\t更换",
        "Region\t2022\t2023\nNorth\t1995\t2001\nSouth\t1200\t1300",
        "Class\t1\t2\t3\nPupils\t24\t25\t22\nTeachers\t2\t2\t1",
        "年龄\t18-29岁\n手机阅读\t91.2%\n听书\t35.1%",
    ],
)
def test_names_of_columns_with_numbers_in_them_are_a_header(text: str) -> None:
    assert not lacks_header(table_rows(lines(text)))


def test_a_group_may_hold_smaller_ones() -> None:
    text = "项目                利率\n一、活期            0.05\n二、定期存款\n（一）整存整取\n三个月              0.65\n一年                0.95\n三、通知存款\n七天                0.30"
    assert [row[0] for row in cells(text)[1:]] == [
        "一、活期",
        "二、定期存款 · （一）整存整取 · 三个月",
        "二、定期存款 · （一）整存整取 · 一年",
        "三、通知存款 · 七天",
    ]


def test_names_before_colons_are_no_names_of_columns() -> None:
    text = "Data logger of the works\n\nINPUTS\n  Channels:      8 differential\n  Range:         ±10 V\n  Rate:          up to 100 kS/s\n"
    assert [line.text for line in parse_plain(text)[-1].lines] == [
        "Channels: 8 differential",
        "Range: ±10 V",
        "Rate: up to 100 kS/s",
    ]


def test_a_heading_that_gives_the_unit_at_its_end_is_no_row() -> None:
    text = "某某公司经营分析报告\n\n一、总体情况\n\n前三季度实现营业收入四十五亿元，同比增长百分之八，完成全年预算的百分之七十六，好于上年。\n\n二、分板块情况                     单位：亿元\n板块      本期      上年\n制造      28.3      25.9\n贸易      12.1      12.6\n"
    assert "制造 · 本期：28.3亿元" in {chunk.text for chunk in cut(text).chunks}
    assert cut(text).sections[-1].path == ("二、分板块情况 单位：亿元",)
