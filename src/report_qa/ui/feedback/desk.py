"""What reviewers do with feedback, without anything of the web in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.evals.dataset import Case, dump_cases, problem_of
from report_qa.evals.facts import holds_fact
from report_qa.faq.checks import check
from report_qa.faq.facts import facts_of
from report_qa.faq.gaps import make_drafts, only
from report_qa.faq.records import Draft
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import collections, existing
from report_qa.indexing.selection import among, is_joined
from report_qa.runtime.audit import Audit
from report_qa.runtime.database import Database, now
from report_qa.runtime.feedback import Feedback, KeptFeedback, Kind, list_feedback, mark_done
from report_qa.text.normalise import fold, language_of
from report_qa.ui.feedback import texts
from report_qa.ui.texts import collection_name

MOST_SHOWN = 500
_MARKER = re.compile(r"\s*\[\d{1,3}\]")


@dataclass(frozen=True)
class Group:
    """Feedback that says the same of the same question in the same collection.

    Attributes:
        last: the newest of it, whose answer is shown.
        ids: of all of it.
        kinds: what was said to be wrong, and how often.
        reasons: in words, the newest first.
    """

    last: KeptFeedback
    ids: tuple[int, ...]
    kinds: Counter[Kind]
    reasons: tuple[str, ...]

    @property
    def said(self) -> Feedback:
        """The newest of it."""
        return self.last.feedback


@dataclass(frozen=True)
class Fields:
    """What a reviewer says of a case: the right answer, its facts and sentences by line, or that there is none."""

    gold: str = ""
    facts: str = ""
    evidence: str = ""
    unanswerable: bool = False


class Desk:
    """The steps of the page, shared by all who use it; errors are those of the databases and the index.

    Args:
        settings: those without a collection.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings)
        self._audit = Audit(settings)

    def waiting(self) -> list[Group]:
        """Return what nobody has dealt with, put together by question, the newest first."""
        if not self._database.exists:
            return []
        grouped: dict[tuple[str, str, str], list[KeptFeedback]] = {}
        for kept in list_feedback(self._database, waiting=True, limit=MOST_SHOWN):
            said = kept.feedback
            grouped.setdefault((said.verdict, said.collection, fold(said.asked)), []).append(kept)
        return [_group(kept) for kept in grouped.values()]

    def cases(self) -> list[Case]:
        """Return the cases that were kept."""
        if not self._database.exists:
            return []
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT record FROM cases ORDER BY number").fetchall()
        return [Case.model_validate_json(row["record"]) for row in rows]

    def dataset(self) -> str:
        """Return the cases as a dataset, JSON lines."""
        return dump_cases(self.cases())

    def draft(self, number: int, by: str) -> Text:
        """Make a draft of feedback: with its answer and evidence where it was called right, else to be written.

        Raises:
            ReportQAError: it was dealt with, it belongs to no collection, or the collection cannot be used.
        """
        group = self._group(number)
        name = self._home(group.said)
        settings = existing(self._settings, name)
        store, sources = FaqStore.open(settings), Sources.open(settings.paths.index)
        written = _written(group.said, sources)
        gap = only(store, group.said.asked)
        (pair,) = store.add([written], by) if written else make_drafts(store, [gap], sources, by)
        self._done(group, f"draft {pair}", by)
        return Text(
            texts.DRAFTED.en.format(n=pair, collection=collection_name(name, "en")),
            texts.DRAFTED.zh.format(n=pair, collection=collection_name(name, "zh")),
        )

    def case(self, number: int, by: str, fields: Fields | None = None) -> Text:
        """Keep feedback as an evaluation case.

        Args:
            number: of the feedback.
            by: who does it.
            fields: what a reviewer says; None takes the answer that was called right.

        Raises:
            ReportQAError: it was dealt with, or it would be no usable case.
        """
        group = self._group(number)
        case = case_of(group.last, fields or as_given(group.said))
        with self._database.transaction() as connection:
            if not mark_done(connection, group.ids, f"case {case.id}"):
                raise ReportQAError(texts.GONE, texts.GONE_REMEDY)
            connection.execute(
                "INSERT INTO cases (at, by, collection, record) VALUES (?, ?, ?, ?)",
                (now(), by, group.said.collection, case.model_dump_json()),
            )
        self._audit.add(by, "feedback.case", case.id)
        return texts.CASE_KEPT

    def aside(self, number: int, by: str) -> Text:
        """Have feedback wait no longer."""
        self._done(self._group(number), "aside", by)
        return texts.PUT_ASIDE

    def _home(self, said: Feedback) -> str:
        """Return the collection that a draft of feedback goes to: what was asked, of several what it quotes is from."""
        if not is_joined(said.collection):
            return said.collection
        for name in among(collections(self._settings), said.collection):
            sources = Sources.open(existing(self._settings, name).paths.index)
            if any(sources.find(quote) for quote in said.evidence):
                return name
        raise ReportQAError(texts.IN_SEVERAL, texts.IN_SEVERAL_REMEDY)

    def _group(self, number: int) -> Group:
        found = next((group for group in self.waiting() if number in group.ids), None)
        if found is None:
            raise ReportQAError(texts.GONE, texts.GONE_REMEDY)
        return found

    def _done(self, group: Group, done: str, by: str) -> None:
        with self._database.transaction() as connection:
            mark_done(connection, group.ids, done)
        self._audit.add(by, "feedback.done", f"{group.last.id} {done}")


def _group(kept: Sequence[KeptFeedback]) -> Group:
    kinds: Counter[Kind] = Counter(one.feedback.kind for one in kept)
    del kinds[""]
    reasons = tuple(dict.fromkeys(one.feedback.reason for one in kept if one.feedback.reason))
    return Group(kept[0], tuple(one.id for one in kept), kinds, reasons)


def plain_answer(said: Feedback) -> str:
    """Return an answer without its markers."""
    return _MARKER.sub("", said.answer).strip()


def as_given(said: Feedback) -> Fields:
    """Return an answer that was called right, or a refusal, as what a case wants."""
    return Fields(plain_answer(said), evidence="\n".join(said.evidence), unanswerable=said.outcome == "refused")


def _written(said: Feedback, sources: Sources) -> Draft | None:
    """Return a draft of an answer that was called right, where what it quotes is still in the documents."""
    places = (sources.find(quote, document=said.document) for quote in said.evidence)
    place = next((place for place in places if place), None)
    if said.verdict != "up" or said.outcome != "answered" or place is None:
        return None
    language, answer = language_of(said.asked), plain_answer(said)
    return check(Draft(question=said.asked, answer=answer, evidence=place.evidence(), language=language), sources)


def case_of(kept: KeptFeedback, fields: Fields) -> Case:
    """Return the case that feedback is with what a reviewer says.

    Raises:
        ReportQAError: an evaluation could not use it.
    """
    said, gold = kept.feedback, fields.gold.strip()
    if not gold and not fields.unanswerable:
        raise _bad(texts.NO_GOLD)
    language: Literal["zh", "en"] = "zh" if language_of(said.asked) == "zh" else "en"
    evidence = () if fields.unanswerable else _lines(fields.evidence)
    case = Case(
        id=f"feedback-{kept.id}",
        document=said.document,
        language=language,
        kind="unanswerable" if fields.unanswerable else "fact",
        question=said.asked,
        gold=gold,
        key_facts=() if fields.unanswerable else _facts(gold, fields.facts, evidence),
        evidence=evidence,
    )
    if problem := problem_of(case):
        raise _bad(problem)
    return case


def _facts(gold: str, given: str, evidence: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the facts as given, or else the gold answer's quantities and codes, or else all of it."""
    if lines := _lines(given):
        return tuple(tuple(form.strip() for form in line.split("|") if form.strip()) for line in lines)
    return tuple((fact,) for fact in facts_of(gold) if holds_fact(gold, fact)) or ((gold, *evidence),)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _bad(problem: Text) -> ReportQAError:
    told = Text(texts.BAD_CASE.en.format(problem=problem.en), texts.BAD_CASE.zh.format(problem=problem.zh))
    return ReportQAError(told, texts.BAD_CASE_REMEDY)
