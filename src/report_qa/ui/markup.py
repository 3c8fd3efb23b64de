"""Text -> safe HTML. Whatever comes from users, documents or the model is data here and never markup."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from report_qa.errors import Text
from report_qa.text.sentences import sentence_spans

Range = tuple[int, int]

CELL_SEPARATOR = " | "

_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS = re.compile(r"(?:\s*\[\d{1,3}\])+")


def escape(text: str) -> str:
    """Return text that means itself in HTML, in elements and in quoted attributes."""
    return html.escape(text, quote=True)


def say(text: Text, language: str, **values: object) -> str:
    """Return a text of the interface in a language, with its values filled in, as HTML."""
    return escape(text.in_language(language).format(**values))


def local_time(stamp: str) -> str:
    """Return an ISO 8601 time as the clock of this machine shows it, to the minute; what is none stays as it is."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp


def action(name: str, label: Text, language: str, extra: str = "") -> str:
    """Return a button for an action, which is named by its ``data-`` attribute."""
    return f'<button type="button" class="rqa-action" data-{name} {extra}>{say(label, language)}</button>'


def merge_ranges(ranges: Sequence[Range], length: int) -> list[Range]:
    """Return the ranges clipped to ``0:length``, in order, without overlaps and empty ones."""
    merged: list[Range] = []
    for start, end in sorted((max(0, a), min(length, b)) for a, b in ranges):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def marked(text: str, start: int, end: int, ranges: Sequence[Range]) -> str:
    """Return ``text[start:end]`` escaped, with what lies in ``ranges`` in ``<mark>``.

    Args:
        text: the whole text that ``ranges`` refer to.
        start, end: the part wanted.
        ranges: in order and without overlaps.
    """
    parts = []
    at = start
    for a, b in ranges:
        a, b = max(a, start), min(b, end)
        if a < b:
            parts.append(escape(text[at:a]))
            parts.append(f"<mark>{escape(text[a:b])}</mark>")
            at = b
    parts.append(escape(text[at:end]))
    return "".join(parts)


def _lines(text: str) -> Iterator[Range]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _cells(text: str, line: Range) -> Iterator[Range]:
    start, end = line
    while True:
        cut = text.find(CELL_SEPARATOR, start, end)
        if cut < 0:
            yield start, end
            return
        yield start, cut
        start = cut + len(CELL_SEPARATOR)


def section_html(text: str, highlights: Sequence[Range]) -> str:
    """Return a section as HTML: lines as paragraphs, rows of cells as tables, highlights marked.

    Args:
        text: the section's text, table rows with cells joined by `` | ``.
        highlights: ranges of ``text``.
    """
    ranges = merge_ranges(highlights, len(text))
    parts: list[str] = []
    rows: list[Range] = []
    for start, end in _lines(text):
        if CELL_SEPARATOR in text[start:end]:
            rows.append((start, end))
            continue
        parts.append(_rows_html(text, rows, ranges))
        rows = []
        if text[start:end].strip():
            parts.append(f"<p>{marked(text, start, end, ranges)}</p>")
    parts.append(_rows_html(text, rows, ranges))
    return "".join(parts)


def _rows_html(text: str, rows: Sequence[Range], ranges: Sequence[Range]) -> str:
    if len(rows) < 2:  # one line with a bar in it is no table
        return "".join(f"<p>{marked(text, a, b, ranges)}</p>" for a, b in rows)
    parts = ['<div class="rqa-table" tabindex="0"><table>']
    for i, row in enumerate(rows):
        tag = "th" if i == 0 else "td"
        cells = "".join(f"<{tag}>{marked(text, a, b, ranges)}</{tag}>" for a, b in _cells(text, row))
        parts.append(f"<tr>{cells}</tr>")
    parts.append("</table></div>")
    return "".join(parts)


def numbers_of(statement: str) -> list[int]:
    """Return the numbers of the markers in a statement."""
    return [int(number) for number in _MARKER.findall(statement)]


def statements(text: str) -> list[list[str]]:
    """Return the statements of an answer, by line: each a sentence with the markers that follow it.

    The statements of a line together are the line; blank lines are left out.
    """
    return [list(_cut(line)) for line in text.split("\n") if line.strip()]


def _cut(line: str) -> Iterator[str]:
    start = 0
    for span in sentence_spans(line):
        markers = _MARKERS.match(line, span.end)
        end = markers.end() if markers else span.end
        if start < end < len(line):
            yield line[start:end]
            start = end
    yield line[start:]


def answer_html(text: str, chip: Callable[[int], str | None], under: Mapping[int, str] = MappingProxyType({})) -> str:
    """Return an answer as paragraphs, its ``[n]`` markers as chips.

    Args:
        text: the answer, with markers.
        chip: gives the HTML of a marker's chip, or None when there is no such source; the marker then stays text.
        under: HTML that stands under a statement, by its position in the answer; the paragraph is parted there.
    """
    parts: list[str] = []
    at = 0
    for line in statements(text):
        run = ""
        for statement in line:
            run += statement
            if figures := under.get(at):
                parts.append(f"<p>{_with_chips(run, chip)}</p>{figures}")
                run = ""
            at += 1
        if run.strip():
            parts.append(f"<p>{_with_chips(run, chip)}</p>")
    return "".join(parts)


def _with_chips(line: str, chip: Callable[[int], str | None]) -> str:
    parts = []
    at = 0
    for found in _MARKER.finditer(line):
        made = chip(int(found[1]))
        if made is not None:
            # a chip stands close to the word it supports, as a note's number does
            parts.append(escape(line[at : found.start()].rstrip() if at < found.start() else ""))
            parts.append(made)
            at = found.end()
    parts.append(escape(line[at:]))
    return "".join(parts)
