"""What the browser keeps of a conversation, and what is made of what it gives back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.blocks import Box, Picture, Place
from report_qa.errors import ModelError, Text
from report_qa.indexing.collections import ALL, DEFAULT
from report_qa.qa.records import Answer, Citation, Passage, Status
from report_qa.ui import state
from report_qa.ui.evidence import source_place
from report_qa.ui.render import exchange_html, history_html, plain_answer
from report_qa.ui.state import Conversation, Exchange, Source, dump, exchange_of, load, turns_of

PASSAGE = Passage(1, "r.txt", "报告", ("一", "二"), "t", "成本降低70%。其余。", ((0, 4),), 3, 9, ("c",), {"fused": 1.0})
ANSWER = Answer(
    Status.ANSWERED, "降低70% [1]。", "zh", "问", "问", (Citation(1, PASSAGE, ((4, 7),), "成本降低70%。"),), (PASSAGE,)
)
FAILURE = ModelError(Text("No model.", "没有模型。"), Text("Fetch it.", "请下载。"))


def test_an_answer_becomes_an_exchange_with_its_sources() -> None:
    exchange = exchange_of("问", ANSWER)
    assert exchange.outcome == "answered"
    assert exchange.sources == (
        Source(1, "r.txt", "报告", ("一", "二"), PASSAGE.section_text, ((4, 7),), 3, 9, cited=True),
    )


def test_a_citation_without_highlights_marks_what_was_read() -> None:
    answer = replace(ANSWER, citations=(Citation(1, PASSAGE, (), ""),))
    assert exchange_of("问", answer).sources[0].highlights == ((0, 4),)


def test_a_failure_keeps_message_and_remedy() -> None:
    exchange = exchange_of("问", Answer(Status.FAILED, "", "zh", "问", "问", error=FAILURE))
    assert (exchange.problem, exchange.remedy) == (FAILURE.message, FAILURE.remedy)
    assert "没有模型。" in exchange_html(exchange, "0", "zh", actions=True)


def test_only_answered_turns_are_history() -> None:
    conversation: Conversation = (
        exchange_of("一", ANSWER),
        Exchange("二"),
        Exchange("三", "refused", text="没有"),
        Exchange("四", "failed"),
    )
    assert [turn.question for turn in turns_of(conversation)] == ["一"]


def test_a_conversation_survives_the_browser() -> None:
    failed = exchange_of("问", Answer(Status.FAILED, "", "zh", "问", "问", error=FAILURE))
    conversation = (exchange_of("问", ANSWER), failed, Exchange("停"))
    assert load(dump(conversation)) == conversation


@pytest.mark.parametrize("stored", [None, "", [], {}, "x", [1], [{"question": 1}], [{"question": "a", "outcome": "b"}]])
def test_what_is_no_conversation_is_an_empty_one(stored: object) -> None:
    assert load(stored) == ()


def test_the_oldest_exchanges_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MAX_STORED_CHARS", 25)
    conversation = tuple(Exchange(f"{i}" * 10) for i in range(4))
    assert load(dump(conversation)) == conversation[2:]
    assert load(dump((Exchange("x" * 100),))) == (Exchange("x" * 100),)


def test_only_the_last_exchange_can_be_asked_again_and_none_while_one_runs() -> None:
    conversation = (Exchange("一"), Exchange("二"))
    assert history_html(conversation, "en").count('data-do="retry"') == 1
    assert 'data-do="' not in history_html(conversation, "en", busy=True)


def test_the_copied_answer_names_its_sources() -> None:
    assert plain_answer(exchange_of("问", ANSWER), "en") == "降低70% [1]。\n\n[1] 一 › 二 (r.txt · lines 3–9)"


@given(st.text(), st.text(), st.text())
def test_an_exchange_shows_no_foreign_markup(question: str, text: str, heading: str) -> None:
    source = Source(1, heading, heading, (heading,), text, ((0, 3),), 1, 1, cited=True)
    hostile = "<i>&\"'" + text
    for outcome in ("answered", "refused"):
        html = exchange_html(
            Exchange(f"<i>{question}", outcome, hostile, f"{hostile} [1]", sources=(source,)), "0", "en", actions=True
        )
        assert "<i>" not in html
        assert html.count("<template") == html.count("</template>") == 1
        assert ('class="rqa-chip"' in html) == (outcome == "answered")


PICTURE = Picture("0a.png", 400, 300, "图 1 面板 <b>", Place(7))


def test_pictures_of_citations_are_shown_once_under_the_answer() -> None:
    first = Citation(1, PASSAGE, ((4, 7),), "成本降低70%。", (Place(7),), (PICTURE,))
    second = replace(first, number=2, passage=replace(PASSAGE, number=2))
    answer = replace(ANSWER, text="降低70% [1][2]。", citations=(first, second), passages=(PASSAGE, second.passage))
    exchange = exchange_of("问", answer, "旅行车 2025")
    shown = exchange_html(exchange, "0", "zh", actions=False)
    assert shown.count("<img") == 1
    assert f'src="files/pictures/{quote("旅行车 2025")}/0a.png"' in shown
    assert "[1] 图 1 面板 &lt;b&gt; · 第 7 页" in shown
    assert "旅行车 2025 / r.txt · 第 7 页" in shown
    assert load(dump((exchange,))) == (exchange,)


def test_a_picture_stands_under_the_sentence_that_it_belongs_to() -> None:
    picture = replace(PICTURE, file="1b.png")
    first = Citation(1, PASSAGE, ((4, 7),), "甲。", (Place(7),), (PICTURE,))
    second = replace(first, number=2, passage=replace(PASSAGE, number=2), pictures=(PICTURE, picture))
    text = "甲是这样的。[1] 乙是那样的[2]。丙没有图。\n完。"
    answer = replace(ANSWER, text=text, citations=(first, second), passages=(PASSAGE, second.passage))
    shown = exchange_html(exchange_of("问", answer), "0", "zh", actions=False)
    order = [shown.index(part) for part in ("甲是", "0a.png", "乙是", "1b.png", "丙没有图", "完。")]
    assert order == sorted(order)
    assert shown.count("<img") == 2


def test_a_picture_told_of_a_later_sentence_stands_under_that_one() -> None:
    text = "降低70%[1]。如图所示[1]。完。"
    cited = Citation(1, PASSAGE, ((4, 7),), "成本降低70%。", (), (PICTURE,), pictures_at=text.index("完"))
    shown = exchange_html(exchange_of("问", replace(ANSWER, text=text, citations=(cited,))), "0", "zh", actions=False)
    order = [shown.index(part) for part in ("降低70%", "如图所示", "0a.png", "完。")]
    assert order == sorted(order)


def test_the_nearest_statement_of_a_refusal_shows_its_picture() -> None:
    nearest = Citation(1, PASSAGE, ((0, 4),), "成本降低70%。", (), (PICTURE,))
    refused = replace(ANSWER, status=Status.REFUSED, text="没有。", citations=(), nearest=nearest)
    shown = exchange_html(exchange_of("问", refused), "0", "zh", actions=False)
    assert shown.index("rqa-nearest") < shown.index("0a.png")


def test_an_answer_without_pictures_shows_no_place_for_them() -> None:
    assert "rqa-pictures" not in exchange_html(exchange_of("问", ANSWER), "0", "zh", actions=False)


@pytest.mark.parametrize("asked", [ALL, "sedan,van"])
def test_where_several_collections_were_asked_every_source_says_its_own(asked: str) -> None:
    passage = replace(PASSAGE, document="van/书/a.pdf")
    citation = Citation(1, passage, ((4, 7),), "", (Place(7, Box(1, 2, 3, 4)),), (PICTURE,))
    exchange = exchange_of("问", replace(ANSWER, citations=(citation,), passages=(passage,)), asked)
    (source,) = exchange.sources
    assert (source.collection, source.document) == ("van", "书/a.pdf")
    assert source.pictures[0].url == "files/pictures/van/0a.png"
    assert source.page_images[0].url == f"files/pages/van/7/{quote('书/a.pdf')}?boxes=1.0%2C2.0%2C3.0%2C4.0"
    assert "van / 书/a.pdf · 第 7 页" in plain_answer(exchange, "zh")
    assert exchange.collection == asked
    assert load(dump((exchange,))) == (exchange,)
    assert turns_of((exchange,), asked)
    main = replace(source, collection=DEFAULT)
    assert source_place(main, "en") == "Main documents / 书/a.pdf · page 7"
    assert source_place(replace(main, joined=False), "en") == "书/a.pdf · page 7"
    assert not turns_of((exchange,), "van")


def test_the_part_of_a_question_that_stays_open_stands_under_the_answer() -> None:
    reason = Text("The documents do not seem to say: “how many?”", "资料中似乎没有提到：“how many?”")
    shown = exchange_html(exchange_of("?", replace(ANSWER, reason=reason)), "k", "zh", actions=False)
    assert '<p class="rqa-reason" lang="zh">资料中似乎没有提到：“how many?”</p>' in shown
    copied = plain_answer(exchange_of("?", replace(ANSWER, reason=reason)), "zh")
    assert copied.split("\n")[1] == "资料中似乎没有提到：“how many?”"
