"""What reviewers do: edit, approve, reject, retire, reopen, assign; every step checked, in the history, and timed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy.orm import Session

from report_qa.config import FAQSettings
from report_qa.errors import FAQError, Text
from report_qa.faq.checks import check
from report_qa.faq.flags import describe, grave
from report_qa.faq.likeness import Likeness, beside, live, note_beside, partners, without_others
from report_qa.faq.records import CONTENT, LIVE, TYPES, Draft, Evidence, Pair, State
from report_qa.faq.repeats import Asked, LoadEmbedder
from report_qa.faq.schema import EffortRow
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore, now

LONGEST_LOOK_S = 600.0
"""More than this between two decisions is a break, not work on a pair."""


class Review:
    """The steps of one reviewer.

    Args:
        store: the collection.
        sources: the documents that evidence is looked up in.
        settings: whether two people are needed.
        by: the reviewer's name.
        embedder: compares what is written with other pairs; it is only loaded where their words are alike.

    All steps raise :class:`FAQConflict` where the pair was changed since ``revision``, and :class:`FAQError` where it
    does not exist or its state does not allow the step.
    """

    def __init__(
        self, store: FaqStore, sources: Sources, settings: FAQSettings, by: str, embedder: LoadEmbedder
    ) -> None:
        self.store = store
        self.sources = sources
        self._settings = settings
        self.by = by
        self._embedder = embedder

    def add(self, draft: Draft) -> Pair:
        """Store a pair that was written by hand and checked; what it repeats or contradicts is flagged on both."""
        new = Asked(0, draft.question, draft.answer, draft.language, draft.source)
        found = beside([*live(self.store), new], {new.id}, self._embedder)
        with self.store.session() as session:
            [number] = self.store.add_in(session, [draft], self.by)
            note_beside(session, {number}, (), found.numbered({new.id: number}), self.by)
        return self.store.get(number)

    def edit(
        self, number: int, values: Mapping[str, Any], *, revision: int | None = None, seconds: float | None = None
    ) -> Pair:
        """Change what a pair says; it is checked and compared with the others anew, and waits for approval.

        Args:
            number: the pair.
            values: new values by field: question, answer, similar, negative, type, language, or ``quote``, the words of
                the source that the answer rests on.
            revision: the one that was edited.
            seconds: how long it took.

        Raises:
            FAQError: question or answer would be empty, the type is unknown, or the quote is nowhere in the documents.
            ModelError: questions are of like words, and the embedding model cannot be had.
        """
        pair = self.store.get(number)
        wanted = dict(values)
        if "quote" in wanted:
            wanted["evidence"] = self._evidence(wanted.pop("quote"), pair)
        for name in ("question", "answer"):
            if name in wanted and not str(wanted[name]).strip():
                raise _refused(f"The {name} is empty.", "问题或回答为空。", "Write one.", "请填写。")
        if wanted.get("type", pair.type) not in TYPES:
            raise _refused(
                f"There is no type {wanted['type']}.", f"没有类型 {wanted['type']}。",
                f"Use one of: {', '.join(TYPES)}.", f"请使用：{'、'.join(TYPES)}。",
            )  # fmt: skip
        draft = Draft(**{f.name: getattr(pair, f.name) for f in fields(Draft)})
        checked = check(replace(draft, **wanted), self.sources)
        changed = {name: getattr(checked, name) for name in (*CONTENT, "flags")}
        if pair.state != State.IN_REVIEW:
            changed["state"] = State.IN_REVIEW
        if pair.state in LIVE and (checked.question, checked.answer) == (pair.question, pair.answer):
            return self._step(number, changed, "edit", revision, seconds)
        found = self._beside(number, checked)
        changed["flags"] = (*without_others(checked.flags), *found.flags().get(number, ()))
        edited = self._step(number, changed, "edit", revision, seconds)
        with self.store.session() as session:
            note_beside(session, {number}, partners(pair.flags), found, self.by)
        return edited

    def undo(self, number: int) -> Pair:
        """Take back the last change of a pair; see :meth:`FaqStore.undo`. It is compared with the others anew."""
        before = partners(self.store.get(number).flags)

        def compared(session: Session, pair: Pair) -> None:
            found = self._beside(number, pair) if pair.state in LIVE else Likeness()
            note_beside(session, {number}, before | partners(pair.flags), found, self.by)

        return self.store.undo(number, self.by, compared)

    def _beside(self, number: int, draft: Draft) -> Likeness:
        """Return what a pair repeats or contradicts as it is going to be."""
        others = [one for one in live(self.store) if one.id != number]
        changed = Asked(number, draft.question, draft.answer, draft.language, draft.source)
        return beside(sorted([*others, changed]), {number}, self._embedder)

    def _evidence(self, quote: str, pair: Pair) -> Evidence:
        document = pair.evidence.document if pair.evidence else ""
        place = self.sources.find(quote, document=document) or self.sources.find(quote)
        if place is None:
            raise _refused(
                "The quote stands in no document.", "任何文档中都没有这段引文。",
                "Copy it from the source, word for word.", "请从原文逐字复制。",
            )  # fmt: skip
        return place.evidence()

    def approve(
        self, number: int, *, anyway: bool = False, revision: int | None = None, seconds: float | None = None
    ) -> Pair:
        """Approve a pair for the next release.

        Args:
            number: the pair.
            anyway: approve in spite of grave flags; evidence it must have in any case.
            revision, seconds: see :meth:`edit`.

        Raises:
            FAQError: no evidence, a grave flag, or the approver wrote it and two people are needed.
        """
        pair = self.store.get(number)
        found = grave(pair.flags)
        if pair.evidence is None or any(flag.code in {"evidence_missing", "stale_gone"} for flag in found):
            raise _refused(
                f"Pair {number} has no evidence in the documents.", f"第 {number} 条在文档中没有依据。",
                "Give it with 'report-qa faq edit … --quote'.", "请用 report-qa faq edit … --quote 指定。",
            )  # fmt: skip
        if found and not anyway:
            raise _refused(
                f"Pair {number} is flagged: {'; '.join(describe(f, 'en') for f in found)}.",
                f"第 {number} 条有标记：{'；'.join(describe(f, 'zh') for f in found)}。",
                "Edit it, or approve it anyway (--anyway).", "请修改，或确认无误后强制通过（--anyway）。",
            )  # fmt: skip
        if self._settings.two_person and self._author(number) == self.by:
            raise _refused(
                f"{self.by} wrote pair {number} and may not approve it.",
                f"第 {number} 条由 {self.by} 撰写，不能由本人通过。",
                "Have somebody else approve it (faq.two_person).", "请由他人通过（faq.two_person）。",
            )  # fmt: skip
        return self._step(number, {"state": State.APPROVED, "reason": ""}, "approve", revision, seconds)

    def reject(self, number: int, reason: str, *, revision: int | None = None, seconds: float | None = None) -> Pair:
        """Reject a pair, saying why."""
        return self._ended(number, State.REJECTED, "reject", reason, revision, seconds)

    def retire(self, number: int, reason: str, *, revision: int | None = None) -> Pair:
        """Take a pair out of the next release."""
        return self._ended(number, State.RETIRED, "retire", reason, revision, None)

    def reopen(self, number: int, *, revision: int | None = None) -> Pair:
        """Bring a rejected or retired pair back to review."""
        return self._step(number, {"state": State.IN_REVIEW, "reason": ""}, "reopen", revision, None)

    def assign(self, number: int, reviewer: str, *, revision: int | None = None) -> Pair:
        """Give a pair to a reviewer; a draft is then in review."""
        pair = self.store.get(number)
        values: dict[str, Any] = {"reviewer": reviewer}
        if pair.state == State.DRAFT:
            values["state"] = State.IN_REVIEW
        return self._step(number, values, "assign", revision, None)

    def _ended(
        self, number: int, state: State, action: str, reason: str, revision: int | None, seconds: float | None
    ) -> Pair:
        if not reason.strip():
            raise _refused("No reason was given.", "没有说明原因。", "Say why (--reason).", "请说明原因（--reason）。")
        return self._step(number, {"state": state, "reason": reason.strip()}, action, revision, seconds)

    def _step(
        self, number: int, values: Mapping[str, Any], action: str, revision: int | None, seconds: float | None
    ) -> Pair:
        pair = self.store.change(number, values, self.by, action, revision=revision)
        if seconds is not None:
            spent = min(max(seconds, 0.0), LONGEST_LOOK_S)
            with self.store.session() as session:
                session.add(EffortRow(pair_id=number, reviewer=self.by, seconds=spent, action=action, at=now()))
        return pair

    def _author(self, number: int) -> str:
        """Return who wrote what the pair says now."""
        wrote = [c for c in self.store.history(number) if c.action == "create" or c.field in CONTENT]
        return wrote[-1].by


def _refused(en: str, zh: str, remedy_en: str, remedy_zh: str) -> FAQError:
    return FAQError(Text(en, zh), Text(remedy_en, remedy_zh))
