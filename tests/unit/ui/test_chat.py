"""The actions of the page, without a browser: what is shown and kept, in which order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from report_qa.config import PathSettings, Settings
from report_qa.errors import ModelError, QuestionError, Text
from report_qa.qa.records import Answer, AnswerEvent, Event, Stage, StageEvent, Status, TokenEvent, Turn
from report_qa.runtime.database import Database
from report_qa.runtime.feedback import list_feedback
from report_qa.runtime.line import Line
from report_qa.runtime.running import AnswerRun
from report_qa.ui import chat as chat_module
from report_qa.ui.asking import View
from report_qa.ui.chat import Chat
from report_qa.ui.judging import Judging
from report_qa.ui.opening import Openings
from report_qa.ui.state import Exchange
from report_qa.ui.texts import UNEXPECTED

MISSING = ModelError(Text("No model.", "没有模型。"), Text("Fetch it.", "请下载。"))


@dataclass
class Scripted:
    """Gives the same events to every question; goes on for ever where there is no answer among them."""

    events: Sequence[Event] = ()
    defect: bool = False
    documents: Sequence[object] = ()
    histories: list[tuple[Turn, ...]] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    next: tuple[str, ...] = ()

    def following(self, answer: Answer, asked: Sequence[str] = ()) -> Sequence[str]:
        """Propose what was not asked."""
        return [question for question in self.next if question not in asked]

    def stream(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Iterator[Event]:
        """Play the script."""
        self.histories.append(tuple(history))
        try:
            yield from self.events
            if self.defect:
                raise ZeroDivisionError
            while not any(isinstance(e, AnswerEvent) for e in self.events):
                yield TokenEvent("…")
                threading.Event().wait(0.01)
        finally:
            self.closed.set()


def answered(text: str = "好") -> AnswerEvent:
    """Return an answer."""
    return AnswerEvent(Answer(Status.ANSWERED, text, "zh", "问", "问"))


@dataclass
class Shelf:
    """Collections that a function opens."""

    open: Callable[[str], Scripted]
    collections: Sequence[str] = ("default",)

    def names(self) -> list[str]:
        """Return the collections."""
        return list(self.collections)


def openings_of(open_service: Callable[[], Scripted]) -> Openings:
    """Return the openings of one collection."""
    return Openings(Shelf(lambda name: open_service()))  # type: ignore[arg-type]


def chat_with(service: Scripted, settings: Settings | None = None, **options: Any) -> Chat:
    """Return a chat whose service is open."""
    openings = openings_of(lambda: service)
    openings.of("default").begin()
    assert openings.of("default").wait(5)
    return Chat(openings, settings or Settings(), **options)


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less."""
    monkeypatch.setattr(chat_module, "TICK_S", 0.05)


def test_an_answer_is_shown_after_its_draft_and_kept() -> None:
    service = Scripted((StageEvent(Stage.WRITING), TokenEvent("草"), TokenEvent("稿"), answered()))
    views = list(chat_with(service).ask(" 问 ", (), "zh", "s"))
    assert views[0].busy is True
    assert views[0].conversation == (Exchange("问"),)
    assert views[-1].busy is False
    assert views[-1].conversation is not None
    assert views[-1].conversation[-1].text == "好"
    assert views[-1].live == ""


def test_what_is_blank_or_asked_twice_is_not_asked() -> None:
    chat = chat_with(Scripted((answered(),)))
    assert list(chat.ask("  \n", (), "zh", "s")) == []
    running = chat.ask("一", (), "zh", "s")
    next(running)
    assert list(chat.ask("二", (), "zh", "s")) == []
    running.close()
    assert list(chat.ask("三", (), "zh", "s"))


def test_a_question_that_is_too_long_is_given_back() -> None:
    service = Scripted((answered(),))
    views = list(chat_with(service).ask("长" * 2001, (), "en", "s"))
    assert [view.box for view in views] == ["长" * 2001]
    assert "2001" in (views[0].notice or "")
    assert service.histories == []


def test_a_question_the_service_does_not_take_is_given_back() -> None:
    error = QuestionError(Text("No words.", "没有文字。"), Text("Write some.", "请输入文字。"))
    service = Scripted((AnswerEvent(Answer(Status.FAILED, "", "zh", "?", "?", error=error)),))
    assert list(chat_with(service).ask("?!", (), "zh", "s"))[-1].box == "?!"


def test_a_follow_up_passes_answered_turns_and_a_retry_drops_the_last() -> None:
    service = Scripted((answered(),))
    chat = chat_with(service)
    earlier = tuple(Exchange(q, "answered", text=a, collection="default") for q, a in (("一", "甲"), ("二", "乙")))
    list(chat.ask("三", earlier, "zh", "s"))
    views = list(chat.ask("二", earlier, "zh", "s", replace_last=True))
    assert service.histories == [(Turn("一", "甲"), Turn("二", "乙")), (Turn("一", "甲"),)]
    assert views[-1].conversation is not None
    assert [e.question for e in views[-1].conversation] == ["一", "二"]


def test_stop_ends_the_answer_and_the_model() -> None:
    service = Scripted((StageEvent(Stage.WRITING),))
    chat = chat_with(service)
    views = chat.ask("问", (), "zh", "s")
    next(views)
    next(views)
    chat.stop("another page")
    chat.stop("s")
    last = list(views)[-1]
    assert last.conversation == (Exchange("问"),)
    assert last.busy is False
    assert service.closed.wait(5)


def test_leaving_the_page_ends_the_model() -> None:
    service = Scripted((StageEvent(Stage.WRITING),))
    views = chat_with(service).ask("问", (), "zh", "s")
    next(views)
    next(views)
    views.close()  # type: ignore[attr-defined]
    assert service.closed.wait(5)


def test_a_defect_of_the_service_is_shown_as_a_failure() -> None:
    last = list(chat_with(Scripted((StageEvent(Stage.READING),), defect=True)).ask("问", (), "zh", "s"))[-1]
    assert last.conversation is not None
    assert (last.conversation[0].outcome, last.conversation[0].problem) == ("failed", UNEXPECTED)


def test_a_service_that_cannot_be_opened_is_tried_again() -> None:
    errors: list[Exception] = [MISSING, ZeroDivisionError()]
    service = Scripted((answered(),))

    def open_service() -> Scripted:
        if errors:
            raise errors.pop(0)
        return service

    chat = Chat(openings_of(open_service), Settings())
    first = list(chat.greet((), "en", ""))[-1]
    assert "No model. " in (first.status or "")
    assert "Fetch it." in (first.status or "")
    refused = list(chat.ask("问", (), "en", "s"))
    assert [view.box for view in refused] == ["问"]
    assert UNEXPECTED.en in (list(chat.reopen("en", ""))[-1].status or "")
    assert list(chat.reopen("en", ""))[-1].status == ""


def test_a_question_asked_while_starting_waits() -> None:
    ready = threading.Event()
    service = Scripted((answered(),))

    def open_service() -> Scripted:
        ready.wait(5)
        return service

    openings = openings_of(open_service)
    openings.of("default").begin()
    views = Chat(openings, Settings()).ask("问", (), "zh", "s")
    assert next(views).busy
    assert "正在启动" in (next(views).live or "")
    ready.set()
    last = list(views)[-1]
    assert last.conversation is not None
    assert last.conversation[0].outcome == "answered"


def test_editing_fills_the_box_and_can_be_given_up() -> None:
    chat = chat_with(Scripted())
    assert chat.edit((), "en") == View()
    assert chat.edit((Exchange("问"),), "en").box == "问"
    assert chat.edit((Exchange("问"),), "en").editing is True
    assert chat.cancel().editing is False
    assert chat.restart().conversation == ()


def test_the_line_is_first_come_first_served_and_can_be_left() -> None:
    line = Line()
    first, second, third = line.join(), line.join(), line.join()
    assert (first.ahead, second.ahead, third.ahead) == (0, 1, 2)
    assert not second.wait(0.01)
    second.leave()
    assert third.ahead == 1
    first.leave()
    first.leave()
    assert third.wait(0.01)


def test_a_run_that_is_stopped_in_the_line_never_asks() -> None:
    line = Line()
    before = line.join()
    opened: list[bool] = []

    def open_stream() -> Iterator[Event]:
        opened.append(True)
        return iter(())

    with AnswerRun(open_stream, line) as run:
        assert run.ahead == 1
    after = line.join()
    before.leave()
    assert after.wait(5)
    assert opened == []


def test_a_full_line_is_told_as_a_failure_with_its_remedy() -> None:
    line = Line(limit=1)
    line.join()
    chat = Chat(openings_of(lambda: Scripted((answered(),))), Settings(), line)
    last = list(chat.ask("问", (), "en", "s"))[-1]
    assert last.conversation is not None
    assert last.conversation[-1].outcome == "failed"
    assert last.conversation[-1].remedy is not None
    assert last.conversation[-1].remedy.en == "Ask again in a minute."
    assert line.taken == 1


def test_a_wider_line_lets_several_have_their_turn() -> None:
    line = Line(width=2)
    places = [line.join() for _ in range(4)]
    assert [place.ahead for place in places] == [0, 0, 1, 2]
    assert places[1].wait(0.01)
    assert not places[2].wait(0.01)
    places[0].leave()
    assert places[2].wait(0.01)


def test_an_answer_is_judged_once_and_only_where_that_is_asked(tmp_path: Path) -> None:
    service = Scripted((answered(),))
    without = list(chat_with(service).ask("问", (), "en", "s"))[-1]
    assert 'data-do="judge"' not in (without.history or "")
    settings = Settings(paths=PathSettings(state=tmp_path))
    chat = chat_with(service, settings, judging=Judging(settings))
    shown = list(chat.ask("问", (), "en", "s"))[-1]
    assert 'data-do="judge"' in (shown.history or "")
    assert shown.conversation is not None
    sent = json.dumps({"at": "0", "verdict": "down", "kind": "wrong", "reason": "不对"})
    after = chat.judge(sent, shown.conversation, "en")
    assert 'data-do="judge"' not in (after.history or "")
    assert "Thank you" in (after.notice or "")
    assert after.conversation is not None
    assert chat.judge(sent, after.conversation, "en") == View()
    assert chat.judge(sent.replace('"0"', '"1"'), shown.conversation, "en") == View()
    assert [kept.feedback.reason for kept in list_feedback(Database(settings))] == ["不对"]


def test_a_judgement_that_cannot_be_kept_is_told_and_can_be_given_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(paths=PathSettings(state=tmp_path / "file"))
    chat = chat_with(Scripted((answered(),)), settings, judging=Judging(settings))
    shown = list(chat.ask("问", (), "en", "s"))[-1]
    assert shown.conversation is not None
    view = chat.judge('{"at": 0, "verdict": "up"}', shown.conversation, "en")
    assert "paths.state" in (view.notice or "")
    assert view.conversation is None


def test_questions_to_go_on_with_stand_beside_the_last_answer_only() -> None:
    chat = chat_with(Scripted((answered(),), next=("一", "二", "三")))
    first = list(chat.ask("一", (), "zh", "s"))[-1]
    assert first.conversation is not None
    assert "可以接着问" in (first.history or "")
    second = list(chat.ask("二", first.conversation, "zh", "s"))[-1]
    assert second.conversation is not None
    assert [exchange.following for exchange in second.conversation] == [("二", "三"), ("三",)]
    assert (second.history or "").count("可以接着问") == 1


def test_what_was_asked_in_other_marks_is_not_proposed_again() -> None:
    chat = chat_with(Scripted((answered(),), next=("怎么充电？", "ＡＢＣ 是什么？", "三")))
    first = list(chat.ask("怎么充电", (), "zh", "s"))[-1]
    assert first.conversation is not None
    second = list(chat.ask("abc是什么?", first.conversation, "zh", "s"))[-1]
    assert second.conversation is not None
    assert second.conversation[-1].following == ("三",)


def test_every_question_is_counted_by_how_it_ended() -> None:
    counted: list[str] = []
    chat = chat_with(Scripted((answered(),)), count=lambda outcome, seconds: counted.append(outcome))
    list(chat.ask("一", (), "zh", "s"))
    endless = chat_with(Scripted(), count=lambda outcome, seconds: counted.append(outcome))
    running = endless.ask("二", (), "zh", "s")
    next(running)
    running.close()
    assert counted == ["answered", "left"]
