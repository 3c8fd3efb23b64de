"""Tables of questions and answers: CSV and XLSX."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from report_qa.errors import Text
from report_qa.evals.dataset import Case, Kind
from report_qa.evals.facts import holds_fact
from report_qa.evals.importers.imported import Imported, not_importable, parse, read_bytes
from report_qa.text.names import chinese_names, latin_names
from report_qa.text.normalise import fold, language_of
from report_qa.text.numbers import quantities

_COLUMNS = {
    "id": "id", "编号": "id", "序号": "id",
    "language": "language", "语言": "language",
    "kind": "kind", "题型": "kind",
    "question": "question", "问题": "question", "提问": "question",
    "answer": "answer", "gold": "answer", "答案": "answer", "回答": "answer",
    "key_facts": "key_facts", "关键事实": "key_facts",
    "forbidden": "forbidden", "禁止": "forbidden",
    "evidence": "evidence", "证据": "evidence", "原文": "evidence",
    "figure": "figure", "图片": "figure",
    "document": "document", "文档": "document",
}  # fmt: skip
_FACTS = re.compile(r"[;；\n]")
_FORMS = re.compile(r"[|｜]")
_LINES = re.compile(r"\n")


def import_sheet(source: Path) -> Imported:
    """Read a table with a row of headings; only question and answer are needed, other known columns are used.

    A row without an answer is an unanswerable question. Where no key facts are given, they are the numbers and names
    of the answer, or the whole answer where it has none.

    Raises:
        ConfigError: unreadable, without the two columns, or a row that is no case (with its number).
    """
    rows = _xlsx_rows(source) if source.suffix.lower() == ".xlsx" else _csv_rows(source)
    number, head = next(rows, (0, []))
    columns = {_COLUMNS[fold(name)]: i for i, name in enumerate(head) if fold(name) in _COLUMNS}
    for wanted, wanted_zh in (("question", "问题"), ("answer", "答案")):
        if wanted not in columns:
            raise not_importable(source, f"there is no column {wanted}", f"没有“{wanted_zh}”一列")
    unknown = [name for name in head if name.strip() and fold(name) not in _COLUMNS]
    cases: list[Case] = []
    guessed = 0
    for number, row in rows:
        cells = {name: row[i].strip() for name, i in columns.items() if i < len(row) and row[i].strip()}
        if cells:
            guessed += "answer" in cells and "key_facts" not in cells
            cases.append(_case(cells, source, number))
    return Imported(tuple(cases), notes=tuple(_notes(guessed, unknown)))


def key_facts_of(answer: str) -> tuple[tuple[str, ...], ...]:
    """Return the numbers and names of an answer, a fact each, or the whole answer where it has none."""
    found = [quantity.surface for quantity in quantities(fold(answer))]
    found += [*latin_names(answer), *chinese_names(answer)]
    facts = tuple((form,) for form in dict.fromkeys(found) if fold(form) and holds_fact(answer, form))
    return facts or ((answer,),)


def _case(cells: Mapping[str, str], source: Path, number: int) -> Case:
    answer = cells.get("answer", "")
    kind: str | Kind = cells.get("kind", "fact" if answer else "unanswerable")
    given = tuple(_split(_FORMS, fact) for fact in _split(_FACTS, cells.get("key_facts", "")))
    fields: dict[str, object] = {
        "id": cells.get("id", f"row-{number}"),
        "language": cells.get("language", language_of(cells.get("question", ""))),
        "kind": kind,
        "question": cells.get("question", ""),
        "gold": answer,
        "key_facts": given or (key_facts_of(answer) if answer and kind != "unanswerable" else ()),
        "forbidden": _split(_FORMS, cells.get("forbidden", "")),
        "evidence": _split(_LINES, cells.get("evidence", "")),
        "document": cells.get("document", ""),
    }
    if "figure" in cells:
        fields["figure"] = _split(_FORMS, cells["figure"])
    return parse(Case, json.dumps(fields), source, number)


def _split(separator: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in separator.split(text) if part.strip())


def _csv_rows(source: Path) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(_decoded(source), newline=""), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise not_importable(source, f"line {reader.line_num}: {error}", f"第 {reader.line_num} 行：{error}") from error


def _decoded(source: Path) -> str:
    data = read_bytes(source)
    marked_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # GB18030, in which Chinese spreadsheets save, decodes almost any bytes: UTF-8, which does not, is asked first
    for encoding in ["utf-16"] if marked_utf16 else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise not_importable(source, "it is not text in UTF-8, UTF-16 or GB18030", "不是 UTF-8、UTF-16 或 GB18030 文本")


def _xlsx_rows(source: Path) -> Iterator[tuple[int, Sequence[str]]]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(read_bytes(source)), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise not_importable(source, "it is not an XLSX file", "不是 XLSX 文件") from error
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        yield number, ["" if value is None else str(value) for value in row]


def _notes(guessed: int, unknown: Sequence[str]) -> Iterator[Text]:
    if guessed:
        yield Text(
            f"The key facts of {guessed} cases are the numbers and names of their answers: look them over.",
            f"{guessed} 个用例的关键事实取自答案中的数字与名称：请核对。",
        )
    if unknown:
        yield Text(f"Columns left out: {', '.join(unknown)}.", f"未使用的列：{'、'.join(unknown)}。")
