"""Plain text -> blocks: headings by wording, number or position, lists, tables, captions and notes.

Reports that were exported from slides keep their structure only in what stands alone on a line and in what
repeats. Nothing here knows one particular report; the word lists are in :mod:`report_qa.documents.headings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind, Line, Rank
from report_qa.documents.headings import (
    explicit_rank,
    heads_numbered,
    heads_prose,
    is_note,
    is_numbered_capitals,
    names_a_table,
    nested_ranks,
    width,
)
from report_qa.documents.lone import drop_running_labels, mark_colophon, mark_numbered_headings, resolve_lone_lines
from report_qa.documents.notices import labels_a_notice
from report_qa.documents.pages import without_pages
from report_qa.documents.tables.cells import without_unit
from report_qa.documents.tables.columns import field_lines, lacks_header, row_lines, table_rows
from report_qa.documents.tables.rows import Row
from report_qa.documents.tables.table import make_table

_BULLET = re.compile(
    r"^\s*(?:[-•●▪◦·*]\s+|[①-⑳]\s*|\d{1,2}[.、)）]\s*|[（(]\d{1,2}[）)]\s*|\d{1,2}\s+(?=\D)"
    r"|[a-z][.)]\s+|[（(][a-z][）)]\s*)(?=\S)"
)
_HASHES = re.compile(r"^(#{1,6})\s+(\S.*?)\s*#*$")
_UNDERLINE = re.compile(r"^(?:={3,}|-{3,}|~{3,})$")
_BOLD = re.compile(r"^\*\*(.+?)\*\*$", re.DOTALL)
_SENTENCE_END = re.compile(r"[。！？!?；;：:.…][”’」』）)]?$")
_WORD_AT_END = re.compile(r"[A-Za-z0-9%)\]’”'\"],?$")
_WRAP_WIDTH = 28.0
"""Lines at least this wide (in ideographs) that do not end a sentence are taken to run on in the next line."""
_NARROW_WRAP = 12.0
"""The same where the next line begins with a small letter, as no line of a list of labels does in a narrow column."""


def parse_plain(text: str) -> list[Block]:
    """Return the blocks of a plain text in order: every line is in exactly one, but those that belong to its pages."""
    parted = without_pages(list(_groups(text)))
    groups = [block for raw in parted for block in _split_group(raw, begins=raw is parted[0])]
    blocks = drop_running_labels(_nested(mark_numbered_headings(groups)))
    return _merge_lists(mark_colophon(resolve_lone_lines(blocks)))


def _groups(text: str) -> Iterator[list[Line]]:
    group: list[Line] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip().strip("\ufeff")
        if line.strip():
            group.append(Line(line, number, number))  # what it begins with tells its columns
        elif group:
            yield group
            group = []
    if group:
        yield group


def _split_group(laid: list[Line], *, begins: bool) -> Iterator[Block]:
    """Yield the blocks of lines that no blank line parts.

    Args:
        laid: the lines, with the spaces that they begin with.
        begins: whether the text begins with them, as with a cover.
    """
    group = [replace(line, text=line.text.strip()) for line in laid]
    bold = _BOLD.match("\n".join(line.text for line in group))
    if bold and "**" not in bold[1]:
        title = re.sub(r"\s*\n\s*", "", bold[1]) if width(bold[1]) > len(bold[1]) * 0.7 else bold[1].replace("\n", " ")
        yield Block(Kind.HEADING, (Line(title.strip(), group[0].first, group[-1].last),), Rank.GROUP)
        return
    run: list[Line] = []
    index = 0
    while index < len(group):
        if marked := _marked_heading(laid[index:], first=index == 0 and not begins):
            yield from _prose(run)
            run = []
            yield marked
            while index < len(group) and group[index].first <= marked.lines[-1].last:
                index += 1
            continue
        if fields := field_lines(laid[index:]):
            yield from _prose(run)
            run = []
            yield Block(Kind.LIST, tuple(fields))
            index += len(fields)
            continue
        if rows := table_rows(laid[index:]):
            yield from _prose(run)
            run = []
            yield _table(rows)
            while index < len(group) and group[index].first <= rows[-1].line.last:
                index += 1
            continue
        if names_a_table(group[index].text) and table_rows(laid[index + 1 :]):
            yield from _prose(run)
            run = []
            yield Block(Kind.CAPTION, (group[index],))
            index += 1
            continue
        rank = explicit_rank(group[index].text)
        if rank is not None:
            yield from _prose(run)
            run = []
            yield Block(Kind.HEADING, (group[index],), rank)
        else:
            run.append(group[index])
        index += 1
    yield from _prose(run)


def _marked_heading(lines: Sequence[Line], *, first: bool) -> Block | None:
    """Return the heading that lines begin with by its marks: # before it, a rule under it, or capitals over text.

    A first line that only looks like a heading over the rest is returned as a paragraph of its own, to be decided on
    by what stands around it.
    """
    text = lines[0].text.strip()
    following = lines[1].text.strip() if len(lines) > 1 else ""
    line = replace(lines[0], text=text)
    if (rank := explicit_rank(text)) is not None and without_unit(text) != text:
        return Block(Kind.HEADING, (replace(line, text=re.sub(r"\s{2,}", " ", text)),), rank)
    if hashes := _HASHES.match(text):
        return Block(Kind.HEADING, (replace(line, text=hashes[2].strip()),), len(hashes[1]))
    if following and _UNDERLINE.match(following) and _may_be_underlined(lines[0].text, following):
        rank = {"=": Rank.PART, "-": Rank.TOPIC}.get(following[0], Rank.GROUP)
        return Block(Kind.HEADING, (replace(line, last=lines[1].last),), rank)
    if is_numbered_capitals(text) and following and not is_numbered_capitals(following):
        return Block(Kind.HEADING, (line,), Rank.PART)
    if first and following and heads_numbered(text, following):
        return Block(Kind.LIST, (line,))  # a heading, if its number counts on in others
    if first and following and not labels_a_notice(text) and heads_prose(text, following):
        return Block(Kind.PARAGRAPH, (line,))
    return None


def _may_be_underlined(text: str, rule: str) -> bool:
    """Whether a rule is about as long as the line above it, which is no row of a table and no sentence."""
    cells = re.search(r"\s{2,}|[\t|]", text.strip())
    return not cells and len(rule) >= width(text.strip()) and not text.rstrip().endswith(("。", "；", ".", ":", "："))


def _nested(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the ranks of their headings as those of the whole document have it."""
    at = [index for index, block in enumerate(blocks) if block.kind == Kind.HEADING]
    ranked = list(blocks)
    ranks = nested_ranks([(blocks[index].text, blocks[index].rank) for index in at])
    for index, rank in zip(at, ranks, strict=True):
        ranked[index] = replace(blocks[index], rank=rank)
    return ranked


def _table(rows: Sequence[Row]) -> Block:
    """Return the rows of a table as a block; those of one without a header as a list."""
    if lacks_header(rows):
        return Block(Kind.LIST, tuple(row_lines(rows)))
    table = make_table([row.cells for row in rows], [row.line.first for row in rows])
    return Block(Kind.TABLE, tuple(replace(row.line, text="\t".join(row.cells)) for row in rows), table=table)


def _prose(lines: Sequence[Line]) -> Iterator[Block]:
    """Cut a run of lines without tables and headings into lists, notes and paragraphs."""
    for line in lines:
        if "\t" in line.text:
            lines = [replace(li, text=li.text.replace("\t", " ").strip()) for li in lines]
            break
    current: list[Line] = []
    kind = Kind.PARAGRAPH
    for line in lines:
        bullet = bool(_BULLET.match(line.text)) and len(line.text) > 1
        line_kind = Kind.LIST if bullet else Kind.NOTE if is_note(line.text) else Kind.PARAGRAPH
        if line_kind == Kind.PARAGRAPH and kind == Kind.LIST and current:
            # a plain line right under a list item explains it
            current.append(line)
            continue
        if line_kind == Kind.PARAGRAPH and kind == Kind.NOTE and current and _runs_on(current[-1].text, line.text):
            current.append(line)
            continue
        if line_kind != kind and current:
            yield Block(kind, _unwrap(current, kind))
            current = []
        kind = line_kind
        current.append(line)
    if current:
        yield Block(kind, _unwrap(current, kind))


def _unwrap(lines: Sequence[Line], kind: Kind) -> tuple[Line, ...]:
    """Join lines that were wrapped in the middle of a sentence."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        starts_item = kind == Kind.LIST and _BULLET.match(line.text)
        if before and not starts_item and _runs_on(before.text, line.text):
            glue = " " if before.text[-1].isascii() and line.text[0].isascii() else ""
            joined[-1] = Line(before.text + glue + line.text, before.first, line.last)
        else:
            joined.append(line)
    # plain texts exported from slides keep the ** of bold words
    return tuple(replace(line, text=line.text.replace("**", "")) for line in joined)


def _runs_on(text: str, following: str) -> bool:
    """Whether a sentence goes on in the next line: the line is long, or both break between words of Latin script."""
    if _SENTENCE_END.search(text):
        return False
    between_words = bool(_WORD_AT_END.search(text)) and following[:1].islower()
    return width(text) >= (_NARROW_WRAP if between_words else _WRAP_WIDTH)


def _merge_lists(blocks: Sequence[Block]) -> list[Block]:
    """Join list blocks that only blank lines separate."""
    merged: list[Block] = []
    for block in blocks:
        if merged and block.kind == Kind.LIST and merged[-1].kind == Kind.LIST:
            merged[-1] = Block(Kind.LIST, merged[-1].lines + block.lines)
        else:
            merged.append(block)
    return merged
