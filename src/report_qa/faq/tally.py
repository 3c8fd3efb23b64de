"""How a drafting run stands: what is done and left, at which rate, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from report_qa.config import FAQSettings


@dataclass
class Tally:
    """How a run stands.

    Attributes:
        total: parts to do in this run; ``before`` were done by earlier runs.
        outcomes: number of parts by outcome: ``drafted``, ``empty``, ``labels``, ``broken``, ``cut``, ``failed``.
        pairs, table_pairs: stored pairs that go to review, by the model and computed from tables and lists.
        dropped: pairs of the model without question, answer or sentence.
        held: pairs, of those stored, that checks kept from review; they lie among the rejected ones.
        prompt_tokens, written_tokens: of all calls.
        seconds: since the start.
        ids: numbers of the stored pairs that go to review.
        stopped: whether it was told to stop before all was done.
        waiting: calls of the model that wait for their turn now, where their number a minute is limited.
    """

    total: int
    before: int
    outcomes: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    table_pairs: int = 0
    dropped: int = 0
    held: int = 0
    prompt_tokens: int = 0
    written_tokens: int = 0
    seconds: float = 0.0
    ids: list[int] = field(default_factory=list)
    stopped: bool = False
    waiting: int = 0

    @property
    def done(self) -> int:
        """Parts done in this run."""
        return sum(self.outcomes.values())

    @property
    def pairs_per_minute(self) -> float:
        """Drafted pairs a minute, computed ones left out; 0 before the first part."""
        return 60 * self.pairs / self.seconds if self.done else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the rest will take at this rate; None before the first part."""
        return (self.total - self.done) * self.seconds / self.done if self.done else None

    def cost(self, settings: FAQSettings) -> float:
        """What the tokens cost at the settings' prices; 0 where none are set."""
        return (self.prompt_tokens * settings.price_read + self.written_tokens * settings.price_written) / 1_000_000


TellTally = Callable[[Tally], None]
Stop = Callable[[], bool]
