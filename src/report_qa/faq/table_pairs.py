"""Pairs about tables, computed from the cells: they need no model and cannot be wrong about a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report_qa.documents.section import PlacedTable, Section
from report_qa.documents.tables import Statement, number_of, statements
from report_qa.errors import Text
from report_qa.faq.records import Draft, PairType
from report_qa.faq.source import Place
from report_qa.indexing.records import IndexedDocument

MOST_CELLS = 30
"""A larger table is asked by row and for its extremes only: nobody reviews ninety pairs of one table."""
_LONGEST = 160
"""Answers longer than this are lists to be looked up, not answers."""
_LABEL = re.compile(r"^(?:[\d.]+[.、]?\s*|[^\s：]{1,4}：)")
_CELL = {
    True: Text("What is the {column} of {row} ({heading})?", "{heading}：{row}的{column}是多少？"),
    False: Text("What does the table say on {column} of {row} ({heading})?", "{heading}：{row}的{column}是什么？"),
}
_CELL_ANSWER = Text("The {column} of {row} is {value}.", "{row}的{column}为{value}。")
_ROW = Text("What are the figures of {row} ({heading})?", "{heading}：{row}的各项数据分别是多少？")
_EXTREME = Text(
    "Which is highest and which is lowest by {row} ({heading})?", "{heading}：按{row}看，哪个最高，哪个最低？"
)


def table_pairs(documents: Sequence[IndexedDocument], language: str = "") -> list[Draft]:
    """Return the pairs of all tables whose rows have names.

    Args:
        documents: those of the index.
        language: only documents in this language; empty for all. Cells are never translated.
    """
    return [
        draft
        for document in documents
        if not language or document.language == language
        for section in document.sections
        for placed in section.tables
        if placed.table.has_row_names
        for draft in _pairs(document, section, placed)
    ]


def _pairs(document: IndexedDocument, section: Section, placed: PlacedTable) -> Iterator[Draft]:
    table = placed.table
    by_cell = (len(table.header) - 1) * len(table.rows) <= MOST_CELLS
    wanted = {"cell", "extreme"} if by_cell else {"row", "extreme"}
    heading = _LABEL.sub("", section.title) or document.title
    asked: set[str] = set()
    for statement in statements(table):
        # extremes within a row compare different things; those of a column are what is asked for
        across_row = statement.kind == "extreme" and statement.first_row == statement.last_row and len(table.rows) > 1
        if statement.kind not in wanted or across_row:
            continue
        made = _wording(statement, heading, document.language)
        if made and made[0] not in asked and len(made[1]) <= _LONGEST:
            asked.add(made[0])
            start, end = placed.row_spans[statement.first_row][0], placed.row_spans[statement.last_row][1]
            kind: PairType = "comparison" if statement.kind == "extreme" else "fact"
            yield Draft(
                question=made[0], answer=made[1], evidence=Place(document, section, start, end, True).evidence(),
                type=kind, language=document.language, source="table",
            )  # fmt: skip


def _wording(statement: Statement, heading: str, language: str) -> tuple[str, str] | None:
    """Return question and answer, or None where the statement cannot be taken apart."""
    colon = "：" if language == "zh" else ": "
    stop = "。" if language == "zh" else "."
    subject, found, value = statement.text.partition(colon)
    if not found or not value:
        return None
    if statement.kind == "cell":
        row, _, column = subject.partition(" · ")
        numeric = number_of(value) is not None
        question = _CELL[numeric].in_language(language).format(heading=heading, row=row, column=column)
        return question, _CELL_ANSWER.in_language(language).format(row=row, column=column, value=value)
    asked = _EXTREME if statement.kind == "extreme" else _ROW
    return asked.in_language(language).format(heading=heading, row=subject), f"{subject}{colon}{value}{stop}"
