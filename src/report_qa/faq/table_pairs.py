"""Pairs about tables, computed from the cells: they need no model and cannot be wrong about a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report_qa.documents.section import PlacedTable, Section
from report_qa.documents.tables.cells import number_of
from report_qa.documents.tables.table import is_total
from report_qa.errors import Text
from report_qa.faq.records import Cell, Draft, PairType
from report_qa.faq.source import Place
from report_qa.faq.subject import subject_of
from report_qa.faq.table_cells import NamedRow, named_rows
from report_qa.indexing.records import IndexedDocument

MOST_CELLS = 40
"""A larger table is asked by row and for its extremes only: nobody reviews ninety pairs of one table."""
_MOST_COLUMNS = 4
"""The values of a wider row are asked for without naming them all."""
_LONGEST = 160
"""Answers longer than this are lists to be looked up, not answers."""
_FEWEST_COMPARED = 2
_LABEL = re.compile(r"^(?:[\d.]+[.、]?\s*|[^\s：]{1,4}：)")
_VALUE = frozenset("数值 值 数据 参数值 value values figure data".split())
"""Names of a column that add nothing to the name of the row."""
_YES_NO = re.compile(r"不?(?:可以|需要|能|会|是)|没?有|yes|no", re.IGNORECASE)
_SPACED = re.compile(r"(?<=[A-Za-z0-9+])(?=的)")
_ASK_VALUE = {
    True: Text("What is the {row} of {subject}?", "{subject}的{row}是多少？"),
    False: Text("What is the {row} of {subject}?", "{subject}的{row}是什么？"),
}
_ASK = {
    True: Text("{heading}: what is the {column} of {row}?", "{heading}：{row}的{column}是多少？"),
    False: Text("{heading}: what is the {column} of {row}?", "{heading}：{row}的{column}是什么？"),
}
_ASK_WHETHER = Text("{heading}: {row}, {column}, yes or no?", "{heading}：{row}，{column}可以吗？")
_SAY_VALUE = Text("The {row} of {subject} is {value}.", "{subject}的{row}为{value}。")
_SAY = Text("The {column} of {row} is {value}.", "{row}的{column}为{value}。")
_SAY_WORDS = Text("{row}, {column}: {value}.", "{row}的{column}：{value}。")
_SAY_WHETHER = Text("{value} ({row}, {column}).", "{value}（{row}，{column}）。")
_ROW = {
    True: Text("{heading}: what are the figures of {row}?", "{heading}：{row}的各项数据分别是多少？"),
    False: Text("{heading}: what are {columns} of {row}?", "{heading}：{row}的{columns}分别是什么？"),
}
_EXTREME = Text(
    "{heading}: by {column}, which is highest and which is lowest?", "{heading}：按{column}看，最大和最小的分别是哪个？"
)
_EXTREME_ANSWER = Text(
    "By {column}, the highest is {top} ({highest}), the lowest is {low} ({lowest}).",
    "按{column}看，最大的是{top}（{highest}），最小的是{low}（{lowest}）。",
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
        for draft in section_table_pairs(document, section)
    ]


def section_table_pairs(document: IndexedDocument, section: Section) -> list[Draft]:
    """Return the pairs of the tables of one section of a document."""
    return [draft for placed in section.tables for draft in _TablePairs(document, section, placed).drafts()]


class _TablePairs:
    """The pairs of one table."""

    def __init__(self, document: IndexedDocument, section: Section, placed: PlacedTable) -> None:
        self._document = document
        self._section = section
        self._placed = placed
        self._heading = placed.table.title or _LABEL.sub("", section.title) or document.title
        self._rows = named_rows(placed.table, self._heading)

    def drafts(self) -> Iterator[Draft]:
        """Yield pairs by cell, or by row where the table is large, and those on the extremes of columns."""
        cells = sum(len(row.cells) for row in self._rows)
        for row in self._rows:
            if cells <= MOST_CELLS or len(row.cells) == 1:
                for column, value in row.cells:
                    yield from self._draft(
                        *self._cell(row, column, value), row.position, row.position, row.name, column
                    )
            elif row.cells:
                yield from self._draft(*self._row(row), row.position, row.position, row.name, "")
        for column in dict.fromkeys(column for row in self._rows for column, _ in row.cells):
            yield from self._extremes(column)

    def _cell(self, row: NamedRow, column: str, value: str) -> tuple[str, str]:
        if column.lower() in _VALUE:
            asked, said = _ASK_VALUE[value[:1].isdigit()], _SAY_VALUE
        elif _YES_NO.fullmatch(value):
            asked, said = _ASK_WHETHER, _SAY_WHETHER
        else:
            number = number_of(value) is not None
            asked, said = _ASK[number], _SAY if number else _SAY_WORDS
        return self._filled(asked, row=row.label, column=column), self._filled(
            said,
            row=row.label,
            column=column,
            value=value.rstrip("。.").capitalize() if said is _SAY_WHETHER else value.rstrip("。."),
        )

    def _row(self, row: NamedRow) -> tuple[str, str]:
        columns = self._joined([column for column, _ in row.cells])
        chinese = self._document.language == "zh"
        values = ("，" if chinese else ", ").join(f"{column} {value}" for column, value in row.cells)
        answer = f"{row.label}：{values}。" if chinese else f"{row.label}: {values}."
        return self._filled(_ROW[len(row.cells) > _MOST_COLUMNS], row=row.label, columns=columns), answer

    def _extremes(self, column: str) -> Iterator[Draft]:
        values = [(row, value, number_of(value)) for row in self._rows for name, value in row.cells if name == column]
        found = [(row, value, number) for row, value, number in values if number and not is_total(row.name)]
        units = {number[1] for _, _, number in found}
        if len(found) < _FEWEST_COMPARED or len(units) > 1 or len(found) < len(values) or column.lower() in _VALUE:
            return
        highest, lowest = max(number[0] for *_, number in found), min(number[0] for *_, number in found)
        if highest == lowest:
            return
        top = [(row.label, value) for row, value, number in found if number[0] == highest]
        low = [(row.label, value) for row, value, number in found if number[0] == lowest]
        answer = self._filled(
            _EXTREME_ANSWER, column=column, top=self._joined([name for name, _ in top]), highest=top[0][1],
            low=self._joined([name for name, _ in low]), lowest=low[0][1],
        )  # fmt: skip
        last = len(self._placed.table.rows) - 1
        yield from self._draft(self._filled(_EXTREME, column=column), answer, 0, last, "", column, "comparison")

    def _draft(
        self, question: str, answer: str, first: int, last: int, row: str, column: str, kind: PairType = "fact"
    ) -> Iterator[Draft]:
        if len(answer) > _LONGEST:
            return
        start, end = self._placed.row_spans[first][0], self._placed.row_spans[last][1]
        place = Place(self._document, self._section, start, end, True, Cell(row, column))
        yield Draft(
            question=question, answer=answer, evidence=place.evidence(), type=kind,
            language=self._document.language, source="table",
        )  # fmt: skip

    def _filled(self, text: Text, **values: str) -> str:
        subject = subject_of(self._document)
        made = text.in_language(self._document.language).format(heading=self._heading, subject=subject, **values)
        return _SPACED.sub(" ", made)

    def _joined(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        chinese = self._document.language == "zh"
        return ("、" if chinese else ", ").join(names[:-1]) + ("和" if chinese else " and ") + names[-1]
