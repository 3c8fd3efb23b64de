"""Markers of an answer become citations of the passages that hold what it says."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from fakes import make_passage
from hypothesis import given
from hypothesis import strategies as st

from report_qa.qa.cite import Statement, cite_statements, parse_statements, resolve, strip_markers
from report_qa.qa.records import Passage
from report_qa.text.sentences import Span

ACCURACY = make_passage(1, "问答准确率从35%提升到84%。已有2款车型接入使用。")
SURVEY = make_passage(2, "共回收3164份问卷。其中有效样本2887份。覆盖全国31个省。")
ENGLISH = make_passage(3, "The refund takes 7 days. Staff number 120.")
PASSAGES = (ACCURACY, SURVEY, ENGLISH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("有效2887份[2]。", [("有效2887份。", (2,))]),
        ("有效2887份。[2]", [("有效2887份。", (2,))]),
        ("有效2887份【2】。", [("有效2887份。", (2,))]),
        ("有效2887份［2］。", [("有效2887份。", (2,))]),
        ("第一句[1]。第二句[2]。", [("第一句。", (1,)), ("第二句。", (2,))]),
        ("第一句。[1]第二句。[2]", [("第一句。", (1,)), ("第二句。", (2,))]),
        ("Both hold [1, 2].", [("Both hold.", (1, 2))]),
        ("两者皆有[1，3]。", [("两者皆有。", (1, 3))]),
        ("Both hold [1][2].", [("Both hold.", (1, 2))]),
        ("It holds. [1] Next one [2].", [("It holds.", (1,)), ("Next one.", (2,))]),
        ("It holds [1] [1].", [("It holds.", (1,))]),
        ("No marker here.", [("No marker here.", ())]),
        ("[1]", []),
        ("", []),
    ],
)
def test_markers_belong_to_the_sentence_they_stand_in_or_behind(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(statement.text, statement.markers) for statement in parse_statements(text)] == expected


@pytest.mark.parametrize("text", ["有效2887份[2]。", "有效2887份。【2】", "有效2887份 [1, 2]。"])
def test_an_answer_without_its_markers_is_its_words(text: str) -> None:
    assert strip_markers(text) == "有效2887份。"


@pytest.mark.parametrize(
    ("text", "shown", "unknown"),
    [
        ("有效2887份[9]。", "有效2887份[2]。", ("[9]",)),
        ("有效2887份[2][7]。", "有效2887份[2]。", ("[7]",)),
        ("Staff number 120 [3, 12].", "Staff number 120 [3].", ("[12]",)),
        ("有效2887份【0】。", "有效2887份[2]。", ("[0]",)),
    ],
)
def test_a_marker_of_no_passage_is_reported_and_never_shown(text: str, shown: str, unknown: tuple[str, ...]) -> None:
    answer = resolve(text, PASSAGES)
    assert answer.text == shown
    assert answer.unknown_markers == unknown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("有效样本为2887份[1]。", "有效样本为2887份[2]。"),
        ("有效样本为2887份。", "有效样本为2887份[2]。"),
        ("There are 120 people on the staff [1].", "There are 120 people on the staff [3]."),
        ("The accuracy is 84 percent [2].", "The accuracy is 84 percent [1]."),
    ],
)
def test_a_statement_is_cited_to_the_passage_that_holds_its_numbers(text: str, shown: str) -> None:
    answer = resolve(text, PASSAGES)
    assert answer.text == shown
    assert answer.unsupported == ()


def test_a_statement_over_two_passages_cites_both() -> None:
    answer = resolve("准确率为84%，有效样本为2887份。", PASSAGES)
    assert answer.text == "准确率为84%，有效样本为2887份[1][2]。"
    assert [citation.number for citation in answer.citations] == [1, 2]


def test_a_claimed_passage_that_holds_as_much_stays_cited() -> None:
    twin = make_passage(4, SURVEY.text)
    assert resolve("有效样本为2887份[4]。", (*PASSAGES, twin)).text == "有效样本为2887份[4]。"


def test_a_citation_quotes_and_marks_the_sentence_that_supports_it() -> None:
    (citation,) = resolve("有效样本为2887份[2]。", PASSAGES).citations
    assert citation.passage is SURVEY
    assert citation.quote == "其中有效样本2887份。"
    assert [SURVEY.section_text[a:b] for a, b in citation.highlights] == ["其中有效样本2887份。"]


def test_in_a_table_row_only_its_name_and_the_cells_used_are_marked() -> None:
    table = "挑战 | 金融 | 农业\n人才缺乏 | 31.4% | 22.9%\n算力难以获取 | 32.9% | 17.1%"
    start = table.index("算力")
    passage = make_passage(
        1,
        "算力难以获取 · 农业：17.1%",
        section_text=table,
        spans=((table.index("人才"), start - 1), (start, len(table))),
    )
    (citation,) = resolve("农业中算力难以获取的比例是17.1%[1]。", [passage]).citations
    assert [table[a:b] for a, b in citation.highlights] == ["算力难以获取", "17.1%"]


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [("有效样本为2888份[2]。", ("2888",)), ("撰写者是马云[2]。", ("马云",)), ("It takes 9 days [3].", ("9 days",))],
)
def test_what_no_passage_holds_is_reported(text: str, unsupported: tuple[str, ...]) -> None:
    assert resolve(text, PASSAGES).unsupported == unsupported


def test_without_passages_nothing_is_cited_and_every_number_is_unsupported() -> None:
    answer = resolve("有效样本为2887份[1]。", ())
    assert answer.text == "有效样本为2887份。"
    assert answer.citations == ()
    assert answer.unknown_markers == ("[1]",)
    assert answer.unsupported == ("2887",)


SOURCES = st.lists(
    st.sampled_from(
        [
            "企业投资增长35%。人才缺乏。",
            "Costs fell by 12%. Staff number 120.",
            "地区 | 收入\n华东 | 20 亿元\n华南 | 15 亿元",
            "项目顾问：司晓、刘琼",
            "无标点的一行文字",
            "第一行\n\n第三行。",
        ]
    ),
    min_size=1,
    max_size=5,
)
ANSWERS = st.lists(
    st.sampled_from(
        [
            "增长35%", "Costs fell by 12%", "华东收入为20亿元", "由司晓撰写", "It is 99", "没有数字", "[1]", "[2, 3]", "【4】", "[77]",
            "［5］", "。", ". ", "！", "\n", "，", "[12][1]",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@st.composite
def passages_of(draw: st.DrawFn) -> list[Passage]:
    """Draw passages, each resting on some ranges of its section."""
    made = []
    for number, text in enumerate(draw(SOURCES), start=1):
        cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=2))})
        spans = tuple(pairwise(cuts))
        made.append(make_passage(number, text, spans=draw(st.sampled_from([spans, spans[:1], ()]))))
    return made


@given(passages_of(), ANSWERS)
def test_every_citation_is_of_a_given_passage_and_marks_a_range_of_its_section(
    passages: list[Passage], text: str
) -> None:
    for citation in resolve(text, passages).citations:
        assert any(citation.passage is passage for passage in passages)
        assert citation.number == citation.passage.number
        assert citation.quote in citation.passage.section_text
        assert citation.highlights
        assert all(0 <= a < b <= len(citation.passage.section_text) for a, b in citation.highlights)


@given(passages_of(), ANSWERS)
def test_the_markers_shown_are_exactly_the_citations(passages: list[Passage], text: str) -> None:
    answer = resolve(text, passages)
    shown = {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)}
    assert shown == {citation.number for citation in answer.citations}
    assert not re.search(r"[【［]", answer.text)


@pytest.mark.parametrize(
    ("written", "markers"),
    [("增长12%[1-3]。", (1, 2, 3)), ("增长12%[^2]。", (2,)), ("增长12%[来源1]。", (1,)), ("It grew [source 2].", (2,))],
)
def test_other_ways_to_write_a_marker_are_understood(written: str, markers: tuple[int, ...]) -> None:
    [statement] = parse_statements(written)
    assert statement.markers == markers
    assert "[" not in statement.text


SALES = make_passage(1, "门店从3家增到12家。员工从30人减到12人。\n年份 | 门店 | 员工\n2023 | 3 | 30\n2024 | 12 | 12")


def test_a_quoted_statement_is_cited_to_the_range_it_was_quoted_from() -> None:
    """Its translation shares the number 12 with two sentences, and with the first one more than with its own."""
    said = Statement("Staff fell to 12, while stores grew from 3.", (1,), Span(11, 23))
    (citation,) = cite_statements([said], [SALES]).citations
    assert citation.quote == "员工从30人减到12人。"
    assert citation.highlights == ((11, 23),)


def test_the_citation_of_several_statements_holds_what_bears_out_each() -> None:
    statements = [
        Statement("员工从30人减到12人。", (1,), Span(11, 23)),
        Statement("门店从3家增到12家。", (1,), Span(0, 11)),
    ]
    (citation,) = cite_statements(statements, [SALES]).citations
    assert citation.quote == "员工从30人减到12人。 … 门店从3家增到12家。"
    assert citation.highlights == ((0, 11), (11, 23))


def test_of_the_rows_that_a_table_statement_rests_on_the_cells_it_names_are_marked() -> None:
    rows = Span(SALES.section_text.index("2023"), len(SALES.section_text))
    (citation,) = cite_statements([Statement("2023：门店 3。", (1,), rows)], [SALES]).citations
    assert citation.quote == "2023 | 3 | 30"
    assert [SALES.section_text[start:end] for start, end in citation.highlights] == ["2023", "3"]
