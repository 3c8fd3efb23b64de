"""Plain text -> blocks: headings by wording, number or position, lists, tables, captions and notes.

Reports that were exported from slides keep their structure only in what stands alone on a line and in what
repeats. Nothing here knows one particular report; the word lists are in :mod:`report_qa.documents.headings`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from report_qa.documents.blocks import Block, Kind, Line, Rank
from report_qa.documents.headings import (
    explicit_rank,
    heads_numbered,
    heads_prose,
    implicit_rank,
    is_bare_mark,
    is_capitals,
    is_field,
    is_note,
    is_numbered_capitals,
    may_number_a_heading,
    names_a_table,
    nested_ranks,
    width,
)
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
_UNNUMBERED = re.compile(r"[-•●▪◦·*]\s")
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
    """Return the blocks of a plain text in order; every line that says anything ends up in exactly one block."""
    parted = without_pages(list(_groups(text)))
    groups = [block for raw in parted for block in _split_group(raw, begins=raw is parted[0])]
    blocks = _drop_running_labels(_nested(_mark_numbered_headings(groups)))
    blocks = _resolve_lone_lines(blocks)
    return _merge_lists(_mark_colophon(blocks))


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


def _lone(block: Block) -> bool:
    """Whether a block is one line that could be a heading by its looks."""
    return block.kind == Kind.PARAGRAPH and len(block.lines) == 1 and implicit_rank(block.text) is not None


def _drop_running_labels(blocks: Sequence[Block]) -> list[Block]:
    """Drop section labels that slides repeat beside their titles.

    A lone line that occurs three times or more heads a group where prose follows it directly; elsewhere it only
    repeats which group the slide is in.
    """
    counts = Counter(block.text for block in blocks if _lone(block))
    kept: list[Block] = []
    headed: set[str] = set()
    for index, block in enumerate(blocks):
        if not (_lone(block) and counts[block.text] >= 3):
            kept.append(block)
            continue
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        heads = follower is not None and follower.kind == Kind.PARAGRAPH and not _lone(follower)
        if heads and block.text not in headed:
            headed.add(block.text)
            kept.append(Block(Kind.HEADING, block.lines, Rank.GROUP))
    return kept


def _resolve_lone_lines(blocks: Sequence[Block]) -> list[Block]:
    """Decide for every run of lone lines which are headings, list items or figure captions."""
    resolved: list[Block] = []
    rank_above = 0
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if not _lone(block):
            if block.kind == Kind.HEADING:
                rank_above = block.rank
            resolved.append(block)
            index += 1
            continue
        end = index
        while end < len(blocks) and _lone(blocks[end]):
            end += 1
        run = list(blocks[index:end])
        headed = resolved and resolved[-1].kind == Kind.HEADING and is_bare_mark(resolved[-1].text)
        titles = []
        if names_a_table(run[-1].text) and end < len(blocks) and blocks[end].kind == Kind.TABLE:
            titles = [Block(Kind.CAPTION, run.pop().lines)]
        if headed and run and not names_a_table(run[0].text):
            resolved[-1] = _with_subtitle(resolved[-1], run.pop(0))
        if run:
            has_body = bool(titles) or _has_body(blocks, end)
            resolved.extend(_resolve_run(run, has_body, under_topic=rank_above == Rank.TOPIC))
        resolved.extend(titles)
        index = end
    return resolved


def _has_body(blocks: Sequence[Block], index: int) -> bool:
    """Whether prose, a list or a table begins at ``index``."""
    return index < len(blocks) and blocks[index].kind in {Kind.PARAGRAPH, Kind.LIST, Kind.TABLE}


def _mark_numbered_headings(blocks: Sequence[Block]) -> list[Block]:
    """Make headings of "1 Something", "2 Something", … where each stands alone with text of its own under it.

    Numbered lines that follow each other without anything between them are the items of a list.
    """
    marked = list(blocks)
    expected = 1
    found: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind != Kind.LIST or len(block.lines) != 1 or not may_number_a_heading(block.text):
            continue
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        if follower is not None and _number(block) == expected and _stands_under(follower, expected):
            found.append(index)
            expected += 1
    if len(found) >= 2:
        for index in found:
            marked[index] = Block(Kind.HEADING, marked[index].lines, Rank.PART)
    return marked


def _stands_under(block: Block, number: int) -> bool:
    """Whether a block is text, an unnumbered list, or the first subheading, of the chapter of a number."""
    if re.match(rf"{number}\.1(?!\d)", block.text):
        return True
    return block.kind in {Kind.PARAGRAPH, Kind.TABLE} or bool(_UNNUMBERED.match(block.text))


def _number(block: Block) -> int:
    match = re.match(r"\d+", block.text)
    return int(match[0]) if match else 0


def _with_subtitle(heading: Block, subtitle: Block) -> Block:
    line = heading.lines[0]
    return replace(heading, lines=(Line(f"{line.text} · {subtitle.text}", line.first, subtitle.lines[0].last),))


def _resolve_run(run: Sequence[Block], has_body: bool, *, under_topic: bool) -> list[Block]:
    """Resolve lone lines that follow each other.

    Under a marked topic they are captions of its figures, but for the last one if it heads a body. Elsewhere the
    first is the title; of several, those in the middle are the items that the title announces.
    """
    last = run[-1]
    last_rank = implicit_rank(last.text) or Rank.LABEL
    if under_topic:
        captions = [Block(Kind.CAPTION, b.lines) for b in (run[:-1] if has_body else run)]
        return [*captions, Block(Kind.HEADING, last.lines, Rank.LABEL)] if has_body else captions
    if len(run) == 1:
        return [Block(Kind.HEADING if has_body else Kind.CAPTION, last.lines, last_rank if has_body else 0)]
    title = Block(Kind.HEADING, run[0].lines, implicit_rank(run[0].text) or Rank.TITLE)
    items = [
        Block(Kind.HEADING, b.lines, Rank.GROUP) if is_capitals(b.text) else Block(Kind.LIST, b.lines)
        for b in (run[1:-1] if has_body else run[1:])
    ]
    if has_body and last_rank < title.rank:
        title = Block(Kind.CAPTION, title.lines)  # a name under a foreword: what comes next is higher than it
    rank = (
        Rank.LABEL
        if any(item.kind == Kind.LIST for item in items)
        else last_rank + (last_rank == title.rank < Rank.LABEL)
    )
    tail = [Block(Kind.HEADING, last.lines, rank)] if has_body else []
    return [title, *items, *tail]


def _mark_colophon(blocks: Sequence[Block]) -> list[Block]:
    """Give the block of names and roles at the end a heading of its own, made of its roles."""
    marked = list(blocks)
    for index in range(len(marked) - 1, max(len(marked) - 4, -1), -1):
        block = marked[index]
        headed = index > 0 and marked[index - 1].kind == Kind.HEADING
        if (
            not headed
            and block.kind == Kind.PARAGRAPH
            and len(block.lines) >= 2
            and all(is_field(li.text) for li in block.lines)
        ):
            roles = "、".join(re.split("[：:]", line.text)[0] for line in block.lines)
            marked.insert(
                index, Block(Kind.HEADING, (Line(roles, block.lines[0].first, block.lines[0].first),), Rank.PART)
            )
            break
    return marked


def _merge_lists(blocks: Sequence[Block]) -> list[Block]:
    """Join list blocks that only blank lines separate."""
    merged: list[Block] = []
    for block in blocks:
        if merged and block.kind == Kind.LIST and merged[-1].kind == Kind.LIST:
            merged[-1] = Block(Kind.LIST, merged[-1].lines + block.lines)
        else:
            merged.append(block)
    return merged
