"""Pairs rejected together on the page's desk, and table pairs with the cell that they are told for."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from report_qa.config import Settings
from report_qa.documents.tables.table import Table
from report_qa.faq.checks import check
from report_qa.faq.exchange.exporting import export_file
from report_qa.faq.records import Cell, Flag, State
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.table_cells import named_rows
from report_qa.faq.table_pairs import table_pairs
from report_qa.ui.review.desk import Desk
from report_qa.ui.review.queue import Filters, Position
from report_qa.ui.review.render import source_html


@pytest.fixture
def filled(store: FaqStore, sources: Sources) -> FaqStore:
    """The six pairs of the manual's table."""
    store.add([check(draft, sources) for draft in table_pairs(sources.documents)], "tables")
    return store


def test_all_that_the_filters_list_are_rejected_for_one_reason(settings: Settings, filled: FaqStore) -> None:
    desk, wanted = Desk(settings, HashingEmbedder), Filters(text="火花塞的费用")
    count = len(filled.pairs())
    assert desk.reject_all(wanted, Position(), "twice", " ").failed
    assert desk.reject_all(wanted, Position(), " ", "ann").failed
    assert len(filled.pairs([State.REJECTED])) == 0
    view = desk.reject_all(wanted, Position(), "twice", "ann")
    assert (view.failed, view.notice and view.notice.en) == (False, "1 pairs rejected.")
    (rejected,) = filled.pairs([State.REJECTED])
    assert (rejected.reason, rejected.updated_by) == ("twice", "ann")
    assert len(filled.pairs([State.DRAFT])) == count - 1
    assert filled.undo(rejected.id, "ann").state == State.DRAFT


def test_what_is_decided_already_is_not_rejected_with_the_others(settings: Settings, filled: FaqStore) -> None:
    filled.change(1, {"state": State.APPROVED}, "ann", "approve")
    Desk(settings, HashingEmbedder).reject_all(Filters(state=""), Position(), "all of them", "ann")
    assert [pair.id for pair in filled.pairs([State.APPROVED])] == [1]


def test_a_pair_names_its_cell_in_the_database_on_the_page_and_in_exports(
    settings: Settings, filled: FaqStore, sources: Sources, tmp_path: Path
) -> None:
    pair = next(pair for pair in filled.pairs() if pair.question == "机油：火花塞的费用是多少？")
    assert pair.evidence is not None
    assert pair.evidence.cell == Cell("火花塞", "费用")
    shown = source_html(pair, sources.place_of(pair.evidence), "cars", "en")
    assert "Table: row “火花塞”, column “费用”" in shown
    export_file(tmp_path / "out.csv", [pair])
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["row"], row["column"]) == ("火花塞", "费用")


def table(header: tuple[str, ...], *rows: tuple[str, ...]) -> Table:
    return Table(header, rows, tuple(range(len(rows))))


def test_rows_of_the_same_name_and_references_to_sections_are_not_asked_about() -> None:
    made = named_rows(
        table(
            ("项目", "里程", "介绍"), ("皮带", "30000", "4.4 节"), ("皮带", "100000", "–"), ("机油", "10000", "3.1 节")
        ),
        "保养",
    )
    assert [(row.label, row.cells) for row in made] == [("机油", (("里程", "10000"),))]


def test_units_of_the_header_go_to_the_values_and_codes_get_the_word_for_what_they_are() -> None:
    (row,) = named_rows(table(("编号", "电流（A）", "使用 · 时间（月）"), ("F01", "30", "12")), "保险丝")
    assert row.label == "编号 F01"
    assert row.cells == (("电流", "30 A"), ("时间（使用）", "12个月"))


def test_a_column_of_numbers_without_a_name_names_nothing() -> None:
    assert named_rows(table(("", "值"), ("1", "a"), ("2", "b")), "x") == []


def test_a_unit_that_stands_in_the_header_supports_the_answer(sources: Sources) -> None:
    checked = [check(draft, sources) for draft in table_pairs(sources.documents)]
    assert [flag for draft in checked for flag in draft.flags if flag == Flag("unsupported")] == []
