"""What the review page shows: which pairs are listed, the one in hand, what stands in its boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_qa.errors import Text
from report_qa.faq.effort import Effort
from report_qa.faq.records import OPEN, Change, Pair, State
from report_qa.faq.source import Place


@dataclass(frozen=True)
class Filters:
    """Which pairs are in the queue; empty means all, ``open`` those that wait for review.

    ``assigned`` is ``mine``, those of the reviewer ``by`` (of nobody without a name), or ``nobody``.
    """

    state: str = "open"
    flag: str = ""
    document: str = ""
    text: str = ""
    assigned: str = ""
    by: str = ""

    @property
    def states(self) -> Sequence[State]:
        """The states wanted; empty for all."""
        if not self.state:
            return ()
        return OPEN if self.state == "open" else (State(self.state),)

    @property
    def reviewer(self) -> str | None:
        """To whom the pairs are assigned; empty for nobody, None for anybody."""
        return {"mine": self.by.strip(), "nobody": ""}.get(self.assigned)


@dataclass(frozen=True)
class Position:
    """Where a reviewer is: the pair in hand, the revision that is shown, and since when (seconds since the epoch)."""

    number: int | None = None
    revision: int = 0
    since: float = 0.0


@dataclass(frozen=True)
class Fields:
    """What stands in the boxes of the page."""

    question: str
    answer: str
    similar: str
    negative: str
    quote: str

    @classmethod
    def of(cls, pair: Pair) -> Fields:
        """Return a pair as the boxes show it."""
        quote = pair.evidence.quote if pair.evidence else ""
        return cls(pair.question, pair.answer, "\n".join(pair.similar), "\n".join(pair.negative), quote)

    def changes(self, pair: Pair) -> Mapping[str, object]:
        """Return what differs from a pair, as :meth:`Review.edit` takes it."""
        shown = Fields.of(pair)
        changed: dict[str, object] = {}
        for name in ("question", "answer", "quote"):
            if getattr(self, name).strip() != getattr(shown, name).strip():
                changed[name] = getattr(self, name).strip()
        for name in ("similar", "negative"):
            lines = tuple(line.strip() for line in getattr(self, name).splitlines() if line.strip())
            if lines != getattr(pair, name):
                changed[name] = lines
        return changed


@dataclass(frozen=True)
class DeskView:
    """What the page shows.

    Attributes:
        queue: the pairs that fit the filters, flagged ones first.
        position: where the reviewer is.
        pair: the one in hand; ``place`` where its evidence stands, ``changes`` its history.
        effort: the figures of the collection.
        notice: what was done, or why not (``failed``).
    """

    queue: tuple[Pair, ...]
    position: Position
    pair: Pair | None
    place: Place | None
    changes: tuple[Change, ...]
    effort: Effort | None
    notice: Text | None = None
    failed: bool = False


def bulk(queue: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of a queue that are approved together: waiting, with evidence, without a flag."""
    return [pair for pair in queue if pair.state in OPEN and not pair.flags and pair.evidence]


def together(queue: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of a queue that are rejected or assigned together: those that wait for review."""
    return [pair for pair in queue if pair.state in OPEN]
