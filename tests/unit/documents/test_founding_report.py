"""The structure of the founding report, which was exported from slides and keeps hardly any markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapes import Cut, cut

from report_qa.documents.blocks import Kind
from report_qa.documents.readers import read_document
from report_qa.documents.section import Section
from report_qa.documents.tables.table import Table


@pytest.fixture
def report(founding_report: Path) -> Cut:
    """The report, cut with the default sizes."""
    return cut(read_document(founding_report, "report.txt").text, "report.txt", window_chars=150, section_chars=1200)


def section_of(report: Cut, heading: str) -> Section:
    """Return the only section whose innermost heading holds some words."""
    (section,) = [s for s in report.sections if heading in s.title]
    return section


def table_of(report: Cut, heading: str) -> Table:
    """Return the only table of a section."""
    (placed,) = section_of(report, heading).tables
    return placed.table


def test_the_title_is_the_reports(report: Cut) -> None:
    assert report.title == "AI转型的进展洞察报告"


def test_the_parts_come_in_order_with_their_subtitles(report: Cut) -> None:
    tops = list(dict.fromkeys(section.path[0] for section in report.sections if section.path))
    assert tops == [
        "理论篇 · AI 转型的定义和内涵",
        "应用篇 · AI 转型的应用调查",
        "投资篇 · AI 转型的投资情况",
        "风险篇 · AI 转型的挑战和风险",
        "预期篇 · AI 转型的未来展望",
        "项目顾问、项目策划、网络调研、报告撰写",
    ]


def test_every_viewpoint_slide_is_one_section(report: Cut) -> None:
    lines = [line for line in report.document.text.split("\n") if line.startswith("观点：")]
    titles = [section.title for section in report.sections if section.title.startswith("观点：")]
    assert titles == [line.strip() for line in lines]
    assert len(titles) == 13


@pytest.mark.parametrize(
    ("heading", "above", "words"),
    [
        ("汽车行业", "智能增强", "问答准确率: 35% -> 84%"),
        ("广告行业", "智能增强", "案例来源：易点天下"),
        ("医疗行业", "组织变革", "医护人员+AI"),
        ("多个行业使用数智员工", "组织变革", "景区IP代言人"),
        ("程序员", "心智重塑", "案例来源: 腾讯云"),
        ("终身学习", "心智重塑", "AI行政助手"),
    ],
)
def test_every_case_is_a_section_of_its_own_under_its_concept(
    report: Cut, heading: str, above: str, words: str
) -> None:
    section = section_of(report, heading)
    assert section.path[-2] == above
    assert words in section.text


def test_cases_do_not_mix(report: Cut) -> None:
    assert "广告" not in section_of(report, "汽车行业").text
    assert "84%" not in section_of(report, "广告行业").text


def test_the_challenges_table_has_eight_rows_of_eleven_industries(report: Cut) -> None:
    table = table_of(report, "缺乏合适的模型和工具、技术能力不足")
    assert len(table.rows) == 8
    assert len(table.header) == 12
    cells = {(row[0], name): cell for row in table.rows for name, cell in zip(table.header, row, strict=True)}
    assert cells["算力难以获取", "IT/互联网/电信"] == "27.1%"
    assert cells["算力难以获取", "金融"] == "32.9%"
    assert cells["应用有门槛，不会使用", "建筑/房地产"] == "32.4%"
    assert cells["缺乏管理层支持", "医疗/健康/医药"] == "40.0%"
    assert cells["缺乏管理层支持", "法律/商业咨询"] == "34.0%"


def test_the_challenges_table_is_stated_with_its_extremes_and_ties(report: Cut) -> None:
    stated = {chunk.text for chunk in report.chunks if chunk.kind in {"cell", "extreme"}}
    cells = [chunk for chunk in report.chunks if chunk.kind == "cell" and "%" in chunk.text]
    assert len(cells) == 88
    assert "人才缺乏 · 金融：31.4%" in stated
    assert "农业：最高（最大）的是人才缺乏、技术能力不足（31.4%），最低（最小）的是算力难以获取（17.1%）" in stated
    assert "缺乏管理层支持：最高（最大）的是医疗/健康/医药（40.0%），最低（最小）的是金融（18.6%）" in stated


def test_the_medical_table_keeps_every_role_with_its_cell_and_without_markup(report: Cut) -> None:
    table = table_of(report, "医疗行业")
    (row,) = table.rows
    cells = dict(zip(table.header, row, strict=True))
    assert list(cells) == ["文档记录员", "实验助理", "放射科医生", "手术操作助理", "家庭医生"]
    assert "文档工作时间 ↓ 73%" in cells["文档记录员"]
    assert "病历撰写效率 ↑ 30倍" in cells["文档记录员"]
    assert "人工筛查成本 ↓ 88.5%" in cells["实验助理"]
    assert "可协助 87% 外科医师" in cells["手术操作助理"]
    assert "经济负担 ↓ 120亿+" in cells["家庭医生"]
    assert not any("<" in cell for cell in row)


@pytest.mark.parametrize(
    ("case", "statement"),
    [
        ("医疗行业", "文档记录员：文档工作时间 ↓ 73%"),
        ("程序员", "解决方案设计：1.5H → 1H"),
        ("程序员", "单元测试：1H → 40min"),
        ("程序员", "需求开发 [编码与测试]：4H → 2.5H"),
    ],
)
def test_tables_without_row_names_are_stated_by_column(report: Cut, case: str, statement: str) -> None:
    position = report.sections.index(section_of(report, case))
    assert any(c.text.startswith(statement) for c in report.chunks if c.section == position and c.kind == "column")


def test_the_programmer_table_has_two_rows_of_five_steps(report: Cut) -> None:
    table = table_of(report, "程序员")
    assert table.header == (
        "解决方案设计",
        "需求开发 [编码与测试]",
        "单元测试",
        "代码审查",
        "问题解决 [缺陷与安全风险]",
    )
    assert table.rows[0] == ("1.5H → 1H", "4H → 2.5H", "1H → 40min", "30min → 15min", "1H → 30min")
    assert table.rows[1][3] == "AI代码审查 用于自动 代码修改"


def test_the_framework_table_keeps_its_empty_cells(report: Cut) -> None:
    table = table_of(report, "层次框架")
    assert [row[0] for row in table.rows] == ["智能变革 客户需求", "", ""]
    assert [row[2] for row in table.rows] == ["客户满意", "员工幸福", "财务健康"]


def test_survey_questions_and_samples_are_notes_and_no_body(report: Cut) -> None:
    found = 0
    for section in report.sections:
        for line, kind in zip(section.text.split("\n"), section.kinds, strict=True):
            if line.startswith(("问题：", "总体样本：", "回答样本：", "案例来源", "评分量表")):
                found += 1
                assert kind == Kind.NOTE
    assert found >= 28
    assert not any("问题：您" in chunk.text for chunk in report.chunks if chunk.kind == "text")


def test_titles_of_figures_without_data_are_captions(report: Cut) -> None:
    section = section_of(report, "与供应商联合开发")
    kinds = dict(zip(section.text.split("\n"), section.kinds, strict=True))
    assert kinds["企业使用生成式AI的方式"] == Kind.CAPTION


def test_labels_that_slides_repeat_are_dropped_but_head_their_group_once(report: Cut) -> None:
    for label in ("智能增强", "组织变革", "心智重塑"):
        assert sum(section.title == label for section in report.sections) == 1
        assert not any(label in section.text.split("\n") for section in report.sections)


def test_the_people_stand_under_their_roles(report: Cut) -> None:
    assert "项目顾问：司晓、刘琼" in section_of(report, "项目顾问").text
