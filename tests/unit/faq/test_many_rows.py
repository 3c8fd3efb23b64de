"""An import of very many rows: all of them, in batches, each that cannot be taken told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fakes import HashingEmbedder

from report_qa.faq.exchange import importing
from report_qa.faq.exchange.importing import import_file
from report_qa.faq.exchange.layouts import LAYOUTS, Layout
from report_qa.faq.exchange.tables import Table, read_table
from report_qa.faq.schema import ChangeRow, PairRow
from report_qa.faq.source import Sources
from report_qa.faq.store import BATCH, FaqStore

ROWS = 100_000
PARTS = "oil horn tyre seat lamp belt pump door".split()
BROKEN = 1000
"""Every so many rows one is no JSON, one has no answer, and one contradicts an earlier one."""


def asked(i: int) -> str:
    return f"How often is the {PARTS[i % len(PARTS)]} of car {i} checked?"


def lines() -> Iterator[str]:
    for i in range(ROWS):
        row = {"question": asked(i), "answer": f"Every {i % 12 + 1} months."}
        if i % BROKEN == 1:
            yield '{"question": '
            continue
        if i % BROKEN == 2:
            row["answer"] = ""
        if i % BROKEN == 3:
            row = {"question": asked(i - 3).lower(), "answer": "Never."}
        yield json.dumps(row)


def test_a_hundred_thousand_rows_are_taken_in_batches(
    store: FaqStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(lines()), encoding="utf-8")
    given, taken = 0, 0
    ahead: list[int] = []

    def counted(file: Path) -> Table:
        table = read_table(file)

        def rows() -> Iterator[tuple[int, object]]:
            nonlocal given
            for row in table.rows:
                given += 1
                yield row

        return Table(table.header, rows())  # type: ignore[arg-type]

    def read(cells: object) -> object:
        nonlocal taken
        taken += 1
        ahead.append(given - taken)
        return plain.read(cells)  # type: ignore[arg-type]

    plain = LAYOUTS["report-qa"]
    monkeypatch.setattr(importing, "read_table", counted)
    monkeypatch.setitem(
        LAYOUTS, "report-qa", Layout(plain.name, plain.detect, read, plain.header, plain.write)  # type: ignore[arg-type]
    )  # fmt: skip
    sizes: Counter[int] = Counter()

    @sa.event.listens_for(store._engine, "before_cursor_execute")
    def noted(*event: object) -> None:
        statement, parameters = str(event[2]), event[3]
        if statement.startswith("INSERT INTO faq_change"):
            sizes[len(parameters)] += 1  # type: ignore[arg-type]

    report = import_file(path, store, Sources([]), "ann", HashingEmbedder, evidence=False)
    assert set(ahead) == {0}  # a row is read when its turn comes
    bad = ROWS // BROKEN
    assert (report.rows, len(report.failed)) == (ROWS, 3 * bad)
    assert report.added == ROWS - 3 * bad == len(report.ids)
    assert max(sizes) == BATCH
    assert Counter(reason.en for _, reason, _ in report.failed) == {
        "the question is missing": bad, "the answer is missing": bad,
        "an earlier row answers this question otherwise": bad,
    }  # fmt: skip
    with store.session() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PairRow)) == report.added
        assert session.scalar(sa.select(sa.func.count()).select_from(ChangeRow)) == report.added
        last = session.get_one(PairRow, report.ids[-1])
        assert (last.question, last.revision) == (asked(ROWS - 1), 1)
    report.write_failed(tmp_path / "failed.csv")
    assert len(list(read_table(tmp_path / "failed.csv").rows)) == 1 + 3 * bad
