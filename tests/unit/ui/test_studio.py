"""The studio's parts as HTML, and its one drafting run: watched, stopped, its end told whatever it is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from report_qa.config import FAQSettings
from report_qa.errors import FAQError, ReportQAError, Text
from report_qa.faq.batch import Batch, Wanted
from report_qa.faq.coverage import Gap, SectionCoverage
from report_qa.faq.exchange.importing import ImportReport
from report_qa.faq.likeness import Likeness
from report_qa.faq.records import Release
from report_qa.faq.roundtrip import NotFound
from report_qa.faq.tally import Stop, Tally, TellTally
from report_qa.runtime.opening import Opening
from report_qa.ui.studio.drafting import Drafting, Progress
from report_qa.ui.studio.render import coverage_html, import_html, progress_html, releases_html
from report_qa.ui.studio.taking import Step, Taking, Tell

PRICED = FAQSettings(price_read=1.0, price_written=2.0)
TALLY = Tally(
    total=10, before=2, outcomes=Counter(drafted=4, broken=1), pairs=12, prompt_tokens=500_000, written_tokens=250_000,
    seconds=120.0,
)  # fmt: skip


class Drafter:
    """A service that drafts as a test says."""

    documents = ()

    def __init__(self, work: Callable[[TellTally, Stop], Batch]) -> None:
        self._work = work

    def stream(self, *_: object, **__: object) -> None:
        raise NotImplementedError

    def following(self, *_: object, **__: object) -> tuple[str, ...]:
        raise NotImplementedError

    def draft(self, wanted: Wanted, tell: TellTally | None = None, stop: Stop = lambda: False) -> Batch:
        assert tell is not None
        return self._work(tell, stop)


def ended(drafting: Drafting) -> Progress:
    for _ in range(500):
        if not drafting.progress.running:
            return drafting.progress
        time.sleep(0.01)
    raise AssertionError("it goes on")


def test_progress_tells_rate_time_left_and_cost() -> None:
    made = progress_html(Progress(running=True, tally=TALLY), PRICED, "en")
    # 12 pairs in 2 minutes; 5 parts in 2 minutes leave 5 for 2 more; 0.5 million at 1 and 0.25 million at 2
    assert "5 of 10 parts · 12 pairs · 6.0 a minute · 2 min left" in made
    assert "500000 tokens read, 250000 written · cost 1.0000" in made
    assert '<progress max="10" value="5">' in made
    assert "cost" not in progress_html(Progress(running=True, tally=TALLY), FAQSettings(), "en")


def test_calls_that_wait_for_their_turn_are_told() -> None:
    waiting = Progress(running=True, tally=replace(TALLY, waiting=3))
    assert "3 calls wait for their turn" in progress_html(waiting, PRICED, "en")
    assert "3 个调用等待中" in progress_html(waiting, PRICED, "zh")
    assert "wait" not in progress_html(Progress(running=True, tally=TALLY), PRICED, "en")


def test_the_end_tells_what_was_found_and_what_was_odd() -> None:
    batch = Batch(replace(TALLY, stopped=True), Likeness((3,), ((1, 2),), ()), missed=NotFound(4, 2))
    made = progress_html(Progress(batch=batch), PRICED, "en")
    assert "Stopped: 12 pairs drafted" in made
    assert "1 merged, 1 near repeats, 0 contradictions, 4 not found back by a search, 2 only by" in made
    assert "1 unreadable" in made
    assert "已停止" in progress_html(Progress(batch=batch), PRICED, "zh")


def test_nothing_that_is_shown_is_markup() -> None:
    gap = Gap(1, "<b>5</b>公里", ("<i>5</i>",))
    bad = Release("c", 1, "now", "<u>ann</u>", "<s>note</s>", "0" * 64, 1, False)
    report = ImportReport("csv", failed=[(2, Text("<q>x</q>", "x"), [])])
    error = ReportQAError(Text("<em>broke</em>", ""), Text("", ""))
    shown = [
        coverage_html([SectionCoverage("a.md", ("<h1>",), 0, 1, 0, (gap,))], "en"),
        releases_html([bad], 1, "en"),
        import_html(report, dry_run=True, language="en"),
        progress_html(Progress(error=error), PRICED, "en"),
    ]
    for mark in ("<b>5", "<i>", "<u>", "<s>", "<q>", "<em>", "<h1>"):
        assert not any(mark in html for html in shown)


def test_a_run_is_watched_and_told_to_stop() -> None:
    begun = threading.Event()

    def work(tell: TellTally, stop: Stop) -> Batch:
        tell(TALLY)
        begun.set()
        while not stop():
            time.sleep(0.01)
        return Batch(replace(TALLY, stopped=True))

    drafting = Drafting(Opening(lambda: Drafter(work)))
    assert drafting.start(Wanted())
    assert begun.wait(5)
    assert drafting.progress == Progress(running=True, tally=TALLY)
    assert not drafting.start(Wanted())
    drafting.stop()
    done = ended(drafting)
    assert done.batch is not None
    assert (done.batch.tally.stopped, done.error, done.running) == (True, None, False)


@pytest.mark.parametrize(
    ("raised", "told"),
    [(FAQError(Text("Down.", ""), Text("Wait.", "")), "Down. Wait."), (ZeroDivisionError(), "Something went wrong")],
)
def test_whatever_ends_a_run_is_told_and_another_can_begin(raised: Exception, told: str) -> None:
    def work(tell: TellTally, stop: Stop) -> Batch:
        raise raised

    drafting = Drafting(Opening(lambda: Drafter(work)))
    assert drafting.start(Wanted())
    error = ended(drafting).error
    assert error is not None
    assert told in error.line()
    assert drafting.start(Wanted())
    ended(drafting)


def test_stopping_while_the_models_are_opened_ends_the_run() -> None:
    gate = threading.Event()

    def opened() -> Drafter:
        gate.wait(5)
        raise AssertionError("nobody drafts")

    drafting = Drafting(Opening(opened))
    drafting.start(Wanted())
    drafting.stop()
    assert ended(drafting) == Progress()
    gate.set()


def test_an_import_is_watched_and_stopped_with_nothing_taken() -> None:
    gate, begun = threading.Event(), threading.Event()

    def work(tell: Tell) -> str:
        tell(1, 3)
        begun.set()
        gate.wait(20)
        tell(2, 3)
        return "taken"

    taking: Taking[str] = Taking(0.01)
    watched = taking.run(work)
    assert next(watched) in (Step(), Step(1, 3))
    assert begun.wait(20)
    assert next(watched) == Step(1, 3)
    with pytest.raises(FAQError, match="A file is being imported"):
        next(taking.run(work))
    taking.stop()
    gate.set()
    with pytest.raises(FAQError, match="no row was taken"):
        list(watched)
    assert list(taking.run(work))[-1] == "taken"


def test_who_leaves_the_page_leaves_no_import_behind() -> None:
    told: list[int] = []

    def work(tell: Tell) -> None:
        for done in range(10_000):
            told.append(done)
            tell(done, 10_000)
            time.sleep(0.01)

    taking: Taking[None] = Taking(0.01)
    watched = taking.run(work)
    next(watched)
    watched.close()  # type: ignore[attr-defined]  # a generator
    assert len(told) < 10_000
    assert next(taking.run(lambda tell: None)) is None
