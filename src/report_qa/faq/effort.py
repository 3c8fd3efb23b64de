"""What review costs: minutes per hundred approved pairs, share approved as drafted, saving against writing by hand."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from report_qa.faq.records import State
from report_qa.faq.schema import ChangeRow, EffortRow, PairRow
from report_qa.faq.store import FaqStore

_WORDING = ("question", "answer")
_DRAFTED = frozenset({"model", "table", "list"})


@dataclass(frozen=True)
class Effort:
    """The figures of a collection.

    Attributes:
        approved: pairs approved or published now; ``rejected`` those rejected by people, merged ones left out.
        unedited: of the approved ones that were drafted, how many have question and answer as drafted.
        drafted: approved ones that a model drafted or that were computed from a table or list.
        timed: pairs whose review was timed.
        minutes: measured review time, of all decisions, also those that rejected.
    """

    approved: int
    rejected: int
    drafted: int
    unedited: int
    timed: int
    minutes: float

    @property
    def minutes_per_hundred(self) -> float | None:
        """Review minutes for a hundred approved pairs, None before any was timed and approved."""
        return 100 * self.minutes / self.approved if self.approved and self.timed else None

    @property
    def unedited_share(self) -> float | None:
        """Share (0 to 1) of approved drafts that needed no edit."""
        return self.unedited / self.drafted if self.drafted else None

    def saving(self, hand_minutes: float) -> float | None:
        """Share (0 to 1) of the work saved against ``hand_minutes`` a pair by hand; negative for a loss."""
        spent = self.minutes_per_hundred
        return 1 - spent / (100 * hand_minutes) if spent is not None else None


def effort(store: FaqStore) -> Effort:
    """Return the figures of a collection."""
    mine = PairRow.collection == store.collection
    with store.session() as session:
        rows = session.execute(sa.select(PairRow.id, PairRow.state, PairRow.source, PairRow.reason).where(mine)).all()
        edited = set(
            session.scalars(
                sa.select(ChangeRow.pair_id)
                .join(PairRow, PairRow.id == ChangeRow.pair_id)
                .where(mine, ChangeRow.action == "edit", ChangeRow.field.in_(_WORDING), ~ChangeRow.undone)
            )
        )
        timed, seconds = session.execute(
            sa.select(sa.func.count(sa.distinct(EffortRow.pair_id)), sa.func.sum(EffortRow.seconds))
            .join(PairRow, PairRow.id == EffortRow.pair_id)
            .where(mine)
        ).one()
    approved = [row for row in rows if row.state in {State.APPROVED, State.PUBLISHED}]
    drafted = [row for row in approved if row.source in _DRAFTED]
    rejected = sum(row.state == State.REJECTED and not row.reason.startswith("merged into ") for row in rows)
    return Effort(
        approved=len(approved), rejected=rejected, drafted=len(drafted),
        unedited=sum(row.id not in edited for row in drafted), timed=timed, minutes=(seconds or 0.0) / 60,
    )  # fmt: skip
