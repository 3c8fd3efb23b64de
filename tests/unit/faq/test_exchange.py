"""Import and export: every layout there and back, every row accounted for, no formula."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from report_qa.errors import FAQError, ReportQAError
from report_qa.faq.exchange.exporting import export_file
from report_qa.faq.exchange.importing import ImportReport, import_file
from report_qa.faq.exchange.layouts import LAYOUTS
from report_qa.faq.exchange.tables import _unguarded, guarded, read_table
from report_qa.faq.records import Draft, Evidence, State
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore

NAMELESS = ("ragflow", ".jsonl")
"""Two columns without names cannot be JSON."""
Q, A = "备胎放在哪里？", "备胎放在后备箱下面的储物格里。"


@pytest.fixture
def take(store: FaqStore, sources: Sources, tmp_path: Path):  # type: ignore[no-untyped-def]
    def taken(content: str | bytes, name: str, **options: object) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(path, store, sources, "ann", HashingEmbedder, **options)  # type: ignore[arg-type]

    return taken


FILES = {
    "report-qa": ("a.csv", f"question,answer,similar\n{Q},{A},备胎呢\n"),
    "weknora": (
        "a.csv",
        f"分类(必填),问题(必填),相似问题(选填-多个用##分隔),反例问题,机器人回答(必填)\n车,{Q},备胎呢##备用轮胎,机油呢,{A}\n",
    ),
    "maxkb": (
        "a.csv",
        f'分段标题（选填）,分段内容（必填，问题答案）,问题（选填，单元格内一行一个）\n,{A},"{Q}\n备胎呢"\n',
    ),
    "fastgpt": (
        "a.json",
        json.dumps([{"q": Q, "a": A, "indexes": [{"type": "custom", "text": "备胎呢"}, {"text": Q}]}]),
    ),
    "alpaca": ("a.jsonl", json.dumps({"instruction": Q, "input": "", "output": A}) + "\n"),
    "ragflow": ("a.txt", f"{Q}\t{A}\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_told_by_its_header_and_becomes_drafts_with_evidence(
    take, store: FaqStore, layout: str
) -> None:  # type: ignore[no-untyped-def]
    name, content = FILES[layout]
    report = take(content, name)
    assert (report.layout, report.rows, report.added, report.failed) == (layout, 1, 1, [])
    (pair,) = store.pairs()
    assert (pair.question, pair.answer, pair.state, pair.source) == (Q, A, State.DRAFT, "import")
    assert pair.evidence is not None
    assert pair.evidence.quote == A
    if layout not in {"alpaca", "ragflow"}:
        assert pair.similar[0] == "备胎呢"
    if layout == "weknora":
        assert (pair.similar, pair.negative) == (("备胎呢", "备用轮胎"), ("机油呢",))


@pytest.mark.parametrize(
    ("layout", "suffix"),
    [(layout, suffix) for layout in LAYOUTS for suffix in (".csv", ".xlsx", ".jsonl") if (layout, suffix) != NAMELESS],
)
def test_what_is_exported_is_imported_as_it_was(
    take,
    store: FaqStore,
    sources: Sources,
    tmp_path: Path,
    layout: str,
    suffix: str,  # type: ignore[no-untyped-def]
) -> None:
    evidence = Evidence("car.md", "车辆手册", ("轮胎",), A, 5, 5, "")
    store.add([Draft(question="=1+1 是多少？", answer="-5℃，即“2”", similar=("+x", "y"), evidence=evidence)], "ann")
    path = tmp_path / f"out{suffix}"
    export_file(path, store.pairs(), layout)
    other = FaqStore(store._engine, "other")
    report = import_file(path, other, sources, "bob", HashingEmbedder, evidence=False)
    assert (report.layout, report.added, report.failed) == (layout, 1, [])
    (pair,) = other.pairs()
    assert (pair.question, pair.answer) == ("=1+1 是多少？", "-5℃，即“2”")
    if layout not in {"alpaca", "ragflow"}:
        assert pair.similar == ("+x", "y")


def test_excel_gets_a_mark_for_chinese_and_no_formula(store: FaqStore, tmp_path: Path) -> None:
    store.add([Draft(question="=HYPERLINK(1)", answer="@x")], "ann")
    export_file(tmp_path / "a.csv", store.pairs())
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows[1][3:5] == ["'=HYPERLINK(1)", "'@x"]
    export_file(tmp_path / "a.xlsx", store.pairs())
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["D2"]
    assert (cell.data_type, cell.value) == ("s", "'=HYPERLINK(1)")


def test_repeats_merge_contradictions_fail_and_all_rows_are_accounted_for(
    take, store: FaqStore, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    store.add([Draft(question=Q, answer=A)], "ann")
    rows = [
        "question,answer,similar",
        f"{Q},{A},备胎呢",  # merged into pair 1
        f"备胎放在哪里?,{A},",  # the same but for width
        f"{Q},在车顶上。,",  # contradicts pair 1
        "机油多久换？,每5000公里更换机油。,",
        "机油多久换,每8000公里更换机油。,",  # contradicts the row before
        ",没有问题,",
        "没有回答？,,",
    ]
    report = take("\n".join(rows), "a.csv")
    assert (report.rows, report.added, report.merged, report.unchanged) == (7, 1, [(2, 1)], 1)
    assert [(number, reason.en) for number, reason, _ in report.failed] == [
        (4, "pair 1 answers this question otherwise"),
        (6, "an earlier row answers this question otherwise"),
        (7, "the question is missing"),
        (8, "the answer is missing"),
    ]
    assert store.get(1).similar == ("备胎呢",)
    report.write_failed(tmp_path / "failed.csv")
    again = read_table(tmp_path / "failed.csv")
    assert again.header == ("question", "answer", "similar", "row", "error", "错误")
    assert len(list(again.rows)) == 5


def test_a_dry_run_reports_the_same_and_writes_nothing(take, store: FaqStore) -> None:  # type: ignore[no-untyped-def]
    content = f"question,answer\n{Q},{A}\n,x\n"
    dry = take(content, "a.csv", dry_run=True)
    assert store.pairs() == []
    real = take(content, "a.csv")
    assert (dry.rows, dry.added, len(dry.failed)) == (real.rows, real.added, len(real.failed)) == (2, 1, 1)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", "x", "cannot be taken"),
        ("a.xlsx", "no zip", "cannot be taken"),
        ("a.json", "{x", "no JSON"),
        ("a.json", "3", "list of records"),
        ("a.csv", "Name,Preis,Farbe\n1,2,3\n", "of no known layout: Name、Preis、Farbe"),
        ("a.csv", "", "holds no row"),
    ],
)
def test_a_file_that_cannot_be_taken_is_one_line_and_writes_nothing(  # type: ignore[no-untyped-def]
    take, store: FaqStore, name: str, content: str, message: str
) -> None:
    with pytest.raises(ReportQAError, match=message):
        take(content, name)
    assert store.pairs() == []


def test_a_broken_line_of_json_lines_is_one_failed_row(take, store: FaqStore) -> None:  # type: ignore[no-untyped-def]
    report = take(json.dumps({"question": Q, "answer": A}) + "\n{broken\n", "a.jsonl")
    assert (report.added, [number for number, _, _ in report.failed]) == (1, [2])


def test_merged_cells_leave_rows_without_a_question_which_are_told(take, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    book = openpyxl.Workbook()
    for row in (["question", "answer"], [Q, A], [None, "x"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "m.xlsx")
    report = take((tmp_path / "m.xlsx").read_bytes(), "n.xlsx")
    assert (report.added, [(n, r.en) for n, r, _ in report.failed]) == (1, [(3, "the question is missing")])


def test_gb18030_is_read(take, store: FaqStore) -> None:  # type: ignore[no-untyped-def]
    assert take(f"question,answer\n{Q},{A}\n".encode("gb18030"), "a.csv").added == 1
    assert store.get(1).question == Q


def test_an_unknown_layout_is_told_with_the_known_ones(take, store: FaqStore, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FAQError, match=r"no layout x.*weknora"):
        take("question,answer\n1,2\n", "a.csv", layout="x")
    with pytest.raises(FAQError, match="cannot be written as x"):
        export_file(tmp_path / "a.csv", [], "x")


@given(st.text(max_size=30))
def test_a_guard_comes_off_again_and_stops_every_formula(cell: str) -> None:
    assert _unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_import_that_is_cut_off_writes_nothing(take, store: FaqStore, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    store.add([Draft(question=Q, answer=A)], "ann")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "add_in", cut_off)
    with pytest.raises(KeyboardInterrupt):
        take(f"question,answer,similar\n{Q},{A},备胎呢\n机油多久换？,每5000公里更换机油。,\n", "a.csv")
    assert [pair.similar for pair in store.pairs()] == [()]
