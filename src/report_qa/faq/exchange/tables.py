"""Files as rows of named cells: CSV, XLSX, JSON and JSON lines, read without guessing and written without formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from report_qa.documents.readers.source import unreadable
from report_qa.documents.readers.text import decode
from report_qa.errors import FAQError, Text
from report_qa.indexing.files import write_atomically

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Table:
    """A file's rows.

    Attributes:
        header: names of the columns; of JSON, the keys of the first record.
        rows: number (as an editor or spreadsheet counts it) and cells by position; of JSON, the record itself. They are
            read while one goes through them, once.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[str] | Mapping[str, Any]]]


def read_table(path: Path) -> Table:
    """Read a file.

    Raises:
        FAQError: unknown kind of file, damaged, or without a row. What is damaged further on is told on the way there.
        DocumentError: it cannot be opened or is no text.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _unreadable(path, f"{suffix or 'no ending'} is none of {', '.join(SUFFIXES)}", "文件类型不支持")
    rows: Iterator[tuple[int, Any]]
    if suffix == ".xlsx":
        rows = _xlsx_rows(path)
    elif suffix == ".json":
        rows = _json_rows(path, _text_of(path))
    else:
        rows = (_json_lines if suffix == ".jsonl" else _csv_rows)(path, _text_of(path))
    first = next(rows, None)
    if first is None:
        raise _unreadable(path, "it holds no row", "没有任何行")
    header = tuple(first[1]) if isinstance(first[1], Mapping) else tuple(cell.strip() for cell in first[1])
    return Table(header, chain([first], rows))


def _text_of(path: Path) -> str:
    try:
        return decode(path.read_bytes(), path.name)[0]
    except OSError as error:
        raise unreadable(path.name, error) from error


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = "\t" if path.suffix.lower() == ".tsv" or "\t" in text.split("\n", 1)[0] else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [_unguarded(cell) for cell in cells]
    except csv.Error as error:
        raise _unreadable(path, f"line {reader.line_num}: {error}", f"第 {reader.line_num} 行：{error}") from error


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        # values, not formulas; in a merged cell only the first of its cells has the value
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for number, cells in enumerate(book.active.iter_rows(values_only=True), start=1):
            texts = ["" if value is None else _unguarded(str(value)) for value in cells]
            if any(text.strip() for text in texts):
                yield number, texts
        book.close()
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise _unreadable(path, str(error).strip('"') or "damaged", "文件损坏") from error


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise _unreadable(path, f"no JSON: {error}", f"不是 JSON：{error}") from error
    records = raw.get("data", raw.get("items")) if isinstance(raw, dict) else raw
    if not isinstance(records, list):
        raise _unreadable(path, "a list of records is expected", "应为记录的列表")
    for number, record in enumerate(records, start=1):
        yield number, _record(record)


def _json_lines(_: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            try:
                yield number, _record(json.loads(line))
            except ValueError:
                yield number, {"": line}  # told as a row that cannot be read, the others go on


def _record(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {"": json.dumps(value, ensure_ascii=False)}


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; :func:`read_table` takes the guard off again."""
    return f"'{cell}" if cell.startswith((*_RISKY, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_RISKY, "'")) else cell


def write_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as CSV (UTF-8 with a mark, so that Excel shows Chinese), XLSX, JSON or JSON lines, by the ending.

    Lists become lines of one cell in CSV and XLSX, and stay lists in JSON.

    Raises:
        FAQError: unknown ending.
        IndexUnusable: the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        data = _xlsx_bytes(header, rows)
    elif suffix in {".csv", ".txt", ".tsv"}:
        target = io.StringIO()
        writer = csv.writer(target, delimiter="," if suffix == ".csv" else "\t")
        writer.writerows([[*header]] * bool(header) + [[guarded(_cell(v)) for v in row] for row in rows])
        data = target.getvalue().encode("utf-8-sig")
    elif suffix in {".json", ".jsonl"}:
        records = [dict(zip(header, row, strict=True)) for row in rows]
        if suffix == ".json":
            data = json.dumps(records, ensure_ascii=False, indent=2).encode()
        else:
            data = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    else:
        raise _unreadable(path, f"{suffix or 'no ending'} is none of {', '.join(SUFFIXES)}", "文件类型不支持")
    write_atomically(path, data)


def _xlsx_bytes(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("FAQ")
    for row in [[*header]] * bool(header) + [list(row) for row in rows]:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", guarded(_cell(value))))
            cell.data_type = "s"  # text, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)


def _unreadable(path: Path, reason: str, reason_zh: str) -> FAQError:
    return FAQError(
        Text(f"{path.name} cannot be taken: {reason.rstrip('.')}.", f"无法处理 {path.name}：{reason_zh}。"),
        Text("docs/faq.md lists the files that can be read and written.", "可读写的文件格式见 docs/faq.md。"),
    )
