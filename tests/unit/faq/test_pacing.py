"""Drafting at no more than so many calls of the model a minute: kept by all workers, told, and given up on a stop."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import langchain_core.rate_limiters
import pytest
from drafting import DraftingModel, good
from langchain_core.rate_limiters import BaseRateLimiter

from report_qa.config import Settings
from report_qa.faq.generate import generate
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.tally import Tally
from report_qa.providers import pacing
from report_qa.providers.chat import ChatModel
from report_qa.providers.pacing import GivenUpError, Pace


class Clock:
    """A clock that goes on by a second at every look."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        with self._lock:
            self.seconds += 1.0
            return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The limiter's clock, looked at without waiting."""
    made = Clock()
    monkeypatch.setattr(langchain_core.rate_limiters, "time", SimpleNamespace(monotonic=made.monotonic))
    monkeypatch.setattr(pacing, "_LOOK_S", 0.001)
    return made


class Turn(BaseRateLimiter):
    """Lets so many calls through, and then none."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def acquire(self, *, blocking: bool = True) -> bool:
        assert not blocking
        self.left -= 1
        return self.left >= 0

    async def aacquire(self, *, blocking: bool = True) -> bool:
        raise NotImplementedError


def limited(settings: Settings, calls: int, workers: int = 1) -> Settings:
    faq = settings.faq.model_copy(update={"calls_per_minute": calls, "workers": workers})
    return settings.model_copy(update={"faq": faq})


@pytest.mark.parametrize("workers", [1, 3])
def test_calls_are_an_interval_apart_whoever_makes_them(
    settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel, model: DraftingModel, clock: Clock,
    workers: int,
) -> None:  # fmt: skip
    at: list[float] = []

    def noted(sentence: str) -> str:
        at.append(clock.seconds)
        return good(sentence)

    model.script = noted
    tally = generate(limited(settings, 6, workers), store, sources, chat, languages=("zh", "en"))
    assert (tally.done, len(at) >= 4) == (4, True)
    # six a minute: one every ten seconds, but for the second that passes between a turn and its call
    assert all(later - earlier >= 9 for earlier, later in zip([0.0, *sorted(at)], sorted(at), strict=False))


def test_without_a_limit_nobody_looks_at_the_clock(
    settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel, clock: Clock
) -> None:
    assert generate(settings, store, sources, chat).pairs == 6
    assert clock.seconds == 0


def test_waiting_is_told_and_counts_in_rate_and_time_left(
    settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel, clock: Clock
) -> None:
    told: list[tuple[int, int, float]] = []
    tally = generate(
        limited(settings, 1), store, sources, chat,
        tell=lambda tally: told.append((tally.waiting, tally.done, tally.seconds)),
    )  # fmt: skip
    assert (1, 0) in {(waiting, done) for waiting, done, _ in told}
    assert (1, 1) in {(waiting, done) for waiting, done, _ in told}
    seconds = [second for _, _, second in told]
    assert seconds == sorted(seconds)
    assert len(set(seconds)) > tally.total + 1  # they go on between the parts too
    assert tally.waiting == 0


def test_a_stop_gives_up_the_calls_that_wait_and_their_parts_are_left(
    settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel, model: DraftingModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    turn = Turn(3)
    monkeypatch.setattr(Pace, "of", lambda calls: Pace(turn, 0.001))
    last: list[Tally] = []
    tally = generate(
        limited(settings, 1), store, sources, chat, tell=last.append,
        stop=lambda: bool(last) and last[-1].done == 1 and last[-1].waiting == 1,
    )  # fmt: skip
    assert (tally.stopped, tally.done, tally.pairs, tally.outcomes["failed"], len(model.asked)) == (True, 1, 3, 0, 3)
    turn.left = 100
    rest = generate(limited(settings, 1), store, sources, chat)
    assert (rest.before, rest.pairs, rest.stopped) == (1, 3, False)


def test_an_interrupt_leaves_no_call_waiting(
    settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel, model: DraftingModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    pace = Pace(Turn(0), 0.001)
    monkeypatch.setattr(Pace, "of", lambda calls: pace)

    def interrupted(tally: Tally) -> None:
        if tally.waiting:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(limited(settings, 1), store, sources, chat, tell=interrupted)
    with pytest.raises(GivenUpError):
        pace.acquire()
    assert model.asked == []
