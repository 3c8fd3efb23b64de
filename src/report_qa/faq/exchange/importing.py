"""Importing pairs: row by row, what is the same is merged, what contradicts is told, nothing is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from report_qa.errors import FAQError, Text
from report_qa.faq.exchange.layouts import LAYOUTS, Layout, RowError
from report_qa.faq.exchange.tables import Table, read_table, write_table
from report_qa.faq.likeness import Likeness, beside, live, note_beside
from report_qa.faq.propose import with_evidence
from report_qa.faq.records import LIVE, Draft, State
from report_qa.faq.repeats import Asked, LoadEmbedder
from report_qa.faq.schema import PairRow
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore, apply_change
from report_qa.text.normalise import fold

_PUNCTUATION = re.compile(r"[\W_]+")

Known = Mapping[str, tuple[int, Draft]]
"""Number and content of the live pairs, by their questions as they are compared."""


@dataclass
class ImportReport:
    """What an import did, or would do.

    Attributes:
        layout: whose layout the file has.
        rows: rows read.
        added: drafts that are new; ``ids`` their numbers, empty in a dry run.
        merged: rows whose similar or negative questions went to a pair that was there, with its number.
        unchanged: rows that say what is there already.
        failed: number and reason of rows that were not taken, with what they hold.
        likeness: what the new pairs repeat or contradict in other words; none of it is merged. Empty in a dry run.
    """

    layout: str
    rows: int = 0
    added: int = 0
    ids: list[int] = field(default_factory=list)
    merged: list[tuple[int, int]] = field(default_factory=list)
    unchanged: int = 0
    failed: list[tuple[int, Text, Any]] = field(default_factory=list)
    header: tuple[str, ...] = ()
    likeness: Likeness = field(default_factory=Likeness)

    def write_failed(self, path: Path) -> None:
        """Write the rows that were not taken, each with its number and reason, to be mended and imported again."""
        names = self.header or tuple(str(i) for i in range(1, 1 + max(len(row) for _, _, row in self.failed)))
        rows = []
        for number, reason, row in self.failed:
            cells = list(row.values()) if isinstance(row, Mapping) else list(row)
            cells = (cells + [""] * len(names))[: len(names)]
            rows.append([*cells, number, reason.en, reason.zh])
        write_table(path, [*names, "row", "error", "错误"], rows)


def import_file(
    path: Path, store: FaqStore, sources: Sources, by: str, embedder: LoadEmbedder, *, layout: str = "",
    dry_run: bool = False, evidence: bool = True,
    tell: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> ImportReport:  # fmt: skip
    """Import a file; every new pair is a draft.

    Args:
        path: the file.
        store: where it goes.
        sources: where evidence is looked for.
        by: in whose name.
        embedder: compares the new questions with all live ones of like words, and is only loaded where there are such.
        layout: whose layout it has; empty finds out by its header.
        dry_run: report only.
        evidence: look for the sentence that each answer rests on.
        tell: told the name of the file, and of how many new pairs how many were looked up.

    Raises:
        FAQError: the file cannot be read, or its layout is unknown.
        ModelError: the embedding model is needed and cannot be had. No row was taken in any of these cases.
    """
    table = read_table(path)
    chosen = _layout(table, layout, path)
    report = ImportReport(chosen.name, header=table.header if chosen.headed else ())
    known = _known(store)
    new: dict[str, Draft] = {}
    changes: dict[int, Draft] = {}
    for number, row, draft in _drafts(table, chosen, report):
        _place(number, row, draft, known, new, changes, report)
    report.added = len(new)
    if dry_run:
        return report
    made = list(new.values())
    if evidence:
        made = with_evidence(made, sources, lambda done: tell(path.name, done, len(new)))
    asked = [Asked(-at, one.question, one.answer, one.language, one.source) for at, one in enumerate(made, start=1)]
    found = beside([*live(store), *asked], {one.id for one in asked}, embedder)
    with store.session() as session:  # all of the file or nothing
        for pair_id, gained in changes.items():
            row = session.get_one(PairRow, pair_id)
            values: dict[str, Any] = {"similar": gained.similar, "negative": gained.negative}
            if row.state in {State.APPROVED, State.PUBLISHED}:
                values["state"] = State.IN_REVIEW  # nobody has seen the new wordings yet
            apply_change(session, row, values, by, "edit")
        report.ids = store.add_in(session, made, by)
        numbers = dict(zip((one.id for one in asked), report.ids, strict=True))
        report.likeness = found.numbered(numbers)
        flagged = set(report.likeness.flags())
        note_beside(session, flagged & set(report.ids), flagged, report.likeness, by)
    return report


def _known(store: FaqStore) -> Known:
    columns = PairRow.id, PairRow.question, PairRow.answer, PairRow.similar, PairRow.negative
    query = sa.select(*columns).where(PairRow.collection == store.collection, PairRow.state.in_(LIVE))
    with store.session() as session:
        return {
            _key(question): (number, Draft(
                question=question, answer=answer, similar=tuple(similar), negative=tuple(negative)
            ))
            for number, question, answer, similar, negative in session.execute(query.order_by(PairRow.id))
        }  # fmt: skip


def _layout(table: Table, wanted: str, path: Path) -> Layout:
    if wanted and wanted not in LAYOUTS:
        raise FAQError(
            Text(f"There is no layout {wanted}.", f"没有名为 {wanted} 的格式。"),
            Text(f"Use one of: {', '.join(LAYOUTS)}.", f"请使用：{'、'.join(LAYOUTS)}。"),
        )
    if wanted:
        return LAYOUTS[wanted]
    found = next((layout for layout in LAYOUTS.values() if layout.detect(table.header)), None)
    if found is None:
        columns = "、".join(table.header)
        raise FAQError(
            Text(
                f"The columns of {path.name} are of no known layout: {columns}.",
                f"{path.name} 的列无法识别：{columns}。",
            ),
            Text(
                "Name columns question and answer, or say whose layout it is with --layout.",
                "请将列命名为 question 和 answer，或用 --layout 指定格式。",
            ),
        )
    return found


def _drafts(table: Table, layout: Layout, report: ImportReport) -> Iterator[tuple[int, Any, Draft]]:
    named = table.header if layout.headed else ()
    for position, (number, row) in enumerate(table.rows):
        if layout.headed and position == 0 and not isinstance(row, Mapping):
            continue
        report.rows += 1
        cells = row if isinstance(row, Mapping) else _named(row, named)
        try:
            draft = layout.read(cells)
        except RowError as error:
            en, _, zh = str(error).partition("|")
            report.failed.append((number, Text(en, zh), row))
        else:
            yield number, row, draft


def _named(row: Sequence[str], header: Sequence[str]) -> dict[str, str]:
    names = [*header, *(str(i) for i in range(len(header), len(row)))]
    return dict(zip(names, row, strict=False))


def _place(
    number: int, row: Any, draft: Draft, known: Known, new: dict[str, Draft], changes: dict[int, Draft],
    report: ImportReport,
) -> None:  # fmt: skip
    """Decide what a row is: new, a repeat of a row or pair, or a contradiction."""
    key = _key(draft.question)
    pair, there = known.get(key, (None, None))
    present = new.get(key) if pair is None else changes.get(pair, there)
    if present is None:
        new[key] = draft
        return
    if _key(present.answer) != _key(draft.answer):
        other = Text(f"pair {pair}", f"第 {pair} 条") if pair else Text("an earlier row", "前面的行")
        reason = Text(f"{other.en} answers this question otherwise", f"{other.zh}对此问题的回答不同")
        report.failed.append((number, reason, row))
        return
    similar = tuple(dict.fromkeys((*present.similar, *draft.similar)))
    negative = tuple(dict.fromkeys((*present.negative, *draft.negative)))
    if (similar, negative) == (present.similar, present.negative):
        report.unchanged += 1
        return
    joined = replace(present, similar=similar, negative=negative)
    if pair:
        changes[pair] = joined
        report.merged.append((number, pair))
    else:
        new[key] = joined
        report.unchanged += 1


def _key(text: str) -> str:
    """Return a text as it is compared: folded, without punctuation and white space."""
    return _PUNCTUATION.sub("", fold(text))
