"""Pictures of an answer: those of the words that its statements rest on, each behind its statement."""

from __future__ import annotations

import pytest
from fakes import make_passage

from report_qa.documents.blocks import Block, Kind, Line, Picture
from report_qa.documents.document import Document
from report_qa.documents.pictures import refers_to
from report_qa.documents.sections import split_document
from report_qa.qa.cite import CitedAnswer, Statement, cite_statements
from report_qa.qa.records import Passage
from report_qa.text.sentences import Span

KEYS = "方向盘的按键如图 1 所示：1 为音量，2 为静音。"
PHONE = "接听电话请长按按键 2。"
SEATS = "座椅的按键见下图：1 为加热，2 为通风。"
CLEAN = "座椅请用中性清洁剂擦拭。"
TANK = "油箱容积为 52 升。"


def picture(file: str, caption: str) -> Block:
    """Return a picture with its caption."""
    return Block(Kind.PICTURE, (Line(caption, 1, 1),), picture=Picture(file, 300, 200, caption))


def text(said: str, kind: Kind = Kind.PARAGRAPH, rank: int = 0) -> Block:
    """Return a line of text."""
    return Block(kind, (Line(said, 1, 1),), rank)


BLOCKS = (
    text("方向盘", Kind.HEADING, 2), text(KEYS), picture("wheel", "图 1 方向盘按键"), text(PHONE),
    text("座椅", Kind.HEADING, 2), text(SEATS), picture("seat", "图 2 座椅按键"), text(CLEAN),
    text("加油", Kind.HEADING, 2), text(TANK), picture("cap", "油箱盖"),
)  # fmt: skip
SECTIONS = split_document(Document("a.pdf", "", "", "zh", BLOCKS, title="手册"), max_chars=2000)[1]
PASSAGES = tuple(make_passage(n, section.text, section=section) for n, section in enumerate(SECTIONS, start=1))


def quote(sentence: str, *, beside: bool = False) -> Statement:
    """Return a statement that quotes a sentence of the documents."""
    passage = holding(sentence)
    start = passage.section_text.index(sentence)
    return Statement(sentence, (passage.number,), Span(start, start + len(sentence)), beside)


def holding(sentence: str) -> Passage:
    """Return the passage that a sentence is from."""
    (passage,) = [passage for passage in PASSAGES if sentence in passage.section_text]
    return passage


def answer(*statements: Statement) -> CitedAnswer:
    """Return the answer that statements make."""
    return cite_statements(statements, PASSAGES)


def brought(cited: CitedAnswer) -> list[str]:
    """Return the files of its pictures."""
    return [picture.file for citation in cited.citations for picture in citation.pictures]


@pytest.mark.parametrize(
    ("first", "beside", "expected"),
    [
        (KEYS, (), ["wheel"]),
        (PHONE, (), []),
        # nothing refers to the cap, so that it belongs to what it stands by
        (TANK, (), ["cap"]),
        # the first brings its own; what is quoted beside it may be about something else
        (KEYS, (SEATS,), ["wheel"]),
        (KEYS, (PHONE, SEATS), ["wheel"]),
        # the first has none: the first one beside it that refers to one brings that
        (PHONE, (CLEAN, SEATS, KEYS), ["seat"]),
        (PHONE, (KEYS,), ["wheel"]),
        # what only stands by a picture does not bring it from beside
        (PHONE, (TANK,), []),
        (CLEAN, (PHONE,), []),
    ],
)
def test_the_best_statement_brings_its_pictures_and_others_only_what_they_refer_to(
    first: str, beside: tuple[str, ...], expected: list[str]
) -> None:
    assert brought(answer(quote(first), *(quote(one, beside=True) for one in beside))) == expected


def test_every_statement_that_was_written_brings_its_pictures() -> None:
    statements = [Statement("1 为音量，2 为静音。", (1,)), Statement("座椅的按键 1 为加热。", (2,))]
    assert brought(cite_statements(statements, PASSAGES)) == ["wheel", "seat"]


def test_pictures_stand_behind_their_statement() -> None:
    cited = answer(quote(PHONE), quote(KEYS, beside=True), quote(CLEAN, beside=True))
    wheel, seats = cited.citations
    assert cited.text[: wheel.pictures_at].endswith("2 为静音[1]。")
    assert cited.text[wheel.pictures_at :] == "座椅请用中性清洁剂擦拭[2]。"
    assert seats.pictures_at is None


def test_every_quoted_statement_is_marked_and_stands_in_the_quote() -> None:
    (citation,) = answer(quote(PHONE), quote(KEYS, beside=True)).citations
    section = holding(PHONE).section_text
    assert [section[a:b] for a, b in citation.highlights] == [KEYS, PHONE]
    assert citation.quote == f"{PHONE} … {KEYS}"


def test_a_translated_quote_keeps_its_place() -> None:
    start = holding(KEYS).section_text.index(KEYS)
    cited = answer(Statement("The keys: 1 is volume, 2 is mute.", (1,), Span(start, start + len(KEYS))))
    assert brought(cited) == ["wheel"]
    assert cited.citations[0].quote == KEYS


@pytest.mark.parametrize(
    ("said", "caption", "expected"),
    [
        ("位置如图 3-2 所示。", "图 3-2 面板", True),
        ("位置如图3.2所示。", "图 3-2 面板", True),
        ("位置如图 3-1 所示。", "图 3-2 面板", False),
        ("See figure 4 for it.", "Figure 4 Panel", True),
        ("开关组见下图：1 控制前窗。", "图 2-2 开关", True),
        ("It is shown below.", "", True),
        ("按下按键 2。", "图 2-2 开关", False),
        ("按下按键 2。", "", False),
    ],
)
def test_what_refers_to_a_picture(said: str, caption: str, expected: bool) -> None:
    assert refers_to(said, Picture("p", 300, 200, caption)) is expected
