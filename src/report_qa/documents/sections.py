"""Blocks -> sections: the units in which a document says things, each under its path of headings.

A section is what one reads as a whole: a slide, a case, a numbered clause with the paragraphs, lists and
tables under it. Retrieval ranks sections, so that what belongs together is found together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from report_qa.documents.blocks import Block, Kind, Line, Rank
from report_qa.documents.document import Document
from report_qa.documents.headings import is_field, may_title_a_table, names_a_table, table_title, width
from report_qa.documents.lists import is_numbered
from report_qa.documents.pictures import bind_pictures
from report_qa.documents.section import PlacedPicture, PlacedTable, Section
from report_qa.documents.tables.cells import unit_of_caption, unit_of_line
from report_qa.documents.tables.table import Table

_WIDEST_COVER_LINE = 30.0
_MOST_COVER_LINES = 3
_ENDS = re.compile(r"[。！？；：，!?;:,.]$")
_ENDS_SENTENCE = re.compile(r"[。！；，!;,.]$")
SMALL_SECTION_CHARS = 40
"""A subsection with less text than this cannot be understood or found alone; it joins the section above it."""


@dataclass
class _Node:
    """A heading with the blocks right under it and its subsections."""

    title: str
    rank: int
    line: int
    blocks: list[Block] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)

    def size(self) -> int:
        return sum(len(b.text) for b in self.blocks) + sum(c.size() + len(c.title) for c in self.children)


def split_document(document: Document, *, max_chars: int) -> tuple[str, list[Section]]:
    """Return the document's title and its sections in order.

    Args:
        document: what to split.
        max_chars: sections longer than this are split in parts between blocks.
    """
    title, blocks = _take_title(document, list(document.blocks))
    root = _tree(blocks)
    return title, bind_pictures(list(_sections(root, (), document.name, max_chars)))


def _take_title(document: Document, blocks: list[Block]) -> tuple[str, list[Block]]:
    """Take the title off: what the file says, or the first heading if it is alone of its rank, or the first line."""
    headings = [b for b in blocks if b.kind == Kind.HEADING]
    first = next((b for b in blocks if b.lines), None)  # a picture may stand on a cover above the title
    if document.title:
        # pages put the name of their site behind their title
        said = first is not None and first.kind == Kind.HEADING and first.text in document.title
        return (first.text, [b for b in blocks if b is not first]) if first and said else (document.title, blocks)
    if first is not None and first.kind == Kind.HEADING:
        alone = sum(1 for b in headings if b.rank == first.rank) == 1
        # a plain text that begins with its first chapter has no title
        if alone or (document.plain and first.rank > Rank.TOPIC):
            return first.text, [b for b in blocks if b is not first]
    if first is not None and document.plain and (first.kind == Kind.CAPTION or _is_cover(first)):
        return " ".join(line.text for line in first.lines), blocks[1:]
    return document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0], blocks


def _is_cover(block: Block) -> bool:
    """Whether the first block of a plain text is what stands on a cover: two or three short lines, none a sentence."""
    short = all(width(line.text) <= _WIDEST_COVER_LINE and not _ENDS.search(line.text) for line in block.lines)
    fields = all(is_field(line.text) for line in block.lines)
    return block.kind == Kind.PARAGRAPH and 1 < len(block.lines) <= _MOST_COVER_LINES and short and not fields


def _tree(blocks: Sequence[Block]) -> _Node:
    root = _Node("", 0, 1)
    stack = [root]
    for block in blocks:
        if block.kind != Kind.HEADING:
            stack[-1].blocks.append(block)
            continue
        while stack[-1].rank >= block.rank:
            stack.pop()
        node = _Node(block.text, block.rank, block.lines[0].first)
        stack[-1].children.append(node)
        stack.append(node)
    return root


def _sections(node: _Node, above: tuple[str, ...], document: str, max_chars: int) -> Iterator[Section]:
    path = (*above, node.title) if node.title else above
    blocks = list(node.blocks)
    apart: list[_Node] = []
    for child in node.children:
        joins = child.rank == Rank.LABEL or (child.size() < SMALL_SECTION_CHARS and node.title and node.blocks)
        if joins and not apart and child.size() <= max_chars:
            blocks.extend(_flatten(child))
        else:
            apart.append(child)
    if node.title and blocks and not any(block.lines for block in blocks):
        blocks.insert(0, Block(Kind.PARAGRAPH, (Line(node.title, node.line, node.line),)))
    for part in _parts(blocks, max_chars):
        if any(block.lines for block in part):
            yield _compose(document, path, part)
    yield from (s for child in _join_small(apart) for s in _sections(child, path, document, max_chars))


def _join_small(nodes: Sequence[_Node]) -> Iterator[_Node]:
    """Join neighbouring small subsections of one rank, so that none is found alone.

    The first gives the title; the titles of the others stand in the text, above what they head.
    """
    waiting: _Node | None = None
    for node in nodes:
        small = not node.children and node.size() < SMALL_SECTION_CHARS
        if small and waiting is not None and waiting.rank == node.rank:
            waiting = _Node(waiting.title, node.rank, waiting.line, [*waiting.blocks, *_flatten(node)])
            continue
        if waiting is not None:
            yield waiting
        waiting = node if small else None
        if not small:
            yield node
    if waiting is not None:
        yield waiting


def _flatten(node: _Node) -> list[Block]:
    heading = Block(Kind.HEADING, (Line(node.title, node.line, node.line),), node.rank)
    return [heading, *node.blocks, *(block for child in node.children for block in _flatten(child))]


def _parts(blocks: Sequence[Block], max_chars: int) -> Iterator[list[Block]]:
    part: list[Block] = []
    size = 0
    for block in blocks:
        for piece in _pieces(block, max_chars):
            if part and size + len(piece.text) > max_chars and not _belongs(part[-1], piece):
                yield part
                part, size = [], 0
            part.append(piece)
            size += len(piece.text)
    if part:
        yield part


def _belongs(above: Block, block: Block) -> bool:
    """Whether two neighbours stay in one section: a warning and what it is about, a title and its table, a picture."""
    introduces = above.kind == Kind.WARNING or above.text.endswith(("：", ":"))
    introduces |= block.kind == Kind.TABLE and (above.kind == Kind.CAPTION or names_a_table(above.text))
    return introduces or block.kind in {Kind.WARNING, Kind.PICTURE}


def _pieces(block: Block, max_chars: int) -> Iterator[Block]:
    """Cut a block that is too long between its lines; tables and numbered steps stay whole."""
    if block.kind == Kind.TABLE or is_numbered(block) or len(block.text) <= max_chars:
        yield block
        return
    lines: list[Line] = []
    for line in block.lines:
        if lines and sum(len(li.text) for li in lines) + len(line.text) > max_chars:
            yield Block(block.kind, tuple(lines))
            lines = []
        lines.append(line)
    yield Block(block.kind, tuple(lines))


def _compose(document: str, path: tuple[str, ...], blocks: Sequence[Block]) -> Section:
    texts: list[str] = []
    lines: list[Line] = []
    kinds: list[Kind] = []
    tables: list[PlacedTable] = []
    pictures: list[PlacedPicture] = []
    offset = 0
    for block in blocks:
        rows = _table_lines(block) if block.table else [li.text for li in block.lines]
        start = offset
        spans = []
        for line, text in zip(block.lines, rows, strict=True):
            texts.append(text)
            lines.append(line)
            kinds.append(block.kind)
            spans.append((offset, offset + len(text)))
            offset += len(text) + 1
        if block.table:
            count = len(texts) - len(rows)
            above = list(zip(kinds[:count], lines[:count], strict=True))
            table = _titled(block.table, above, block.lines[0].first, path)
            tables.append(PlacedTable(table, tuple(spans[1:]), (start, offset - 1)))
        if block.picture:
            pictures.append(PlacedPicture(block.picture, start, tuple(spans)))
    paged = any(line.places for line in lines)
    return Section(
        document, path, "\n".join(texts), tuple((line.first, line.last) for line in lines), tuple(kinds),
        tuple(tables), tuple(line.places for line in lines) if paged else (), tuple(pictures),
    )  # fmt: skip


def _titled(table: Table, above: Sequence[tuple[Kind, Line]], first: int, path: Sequence[str]) -> Table:
    """Return a table with its title and unit, as the lines above it, or else the title of its section, give them.

    Args:
        table: the table.
        above: the lines above it in its section, each with the kind of its block.
        first: the source line that it begins in.
        path: the headings of its section.
    """
    unit = ""
    at = len(above) - 1
    while at >= 0 and (given := unit_of_line(above[at][1].text)):
        unit, first, at = unit or given, above[at][1].first, at - 1
    line = above[at][1].text if at >= 0 else ""
    title = line if at >= 0 and _heads(*above[at], first) else ""
    # a heading that was too small for a section of its own still tells what stands under it
    under = next((line.text for kind, line in reversed(above) if kind == Kind.HEADING), "")
    named = [text for text in (line, *path[-1:]) if may_title_a_table(text)]
    unit = unit or next((unit for text in named if (unit := unit_of_caption(text))), "")
    return replace(table, title=table_title(title or under).rstrip("：:"), unit=unit)


def _heads(kind: Kind, line: Line, first: int) -> bool:
    """Whether a line is the title of the table below it, or the words that introduce it.

    Args:
        kind: of its block.
        line: the line.
        first: the source line that the table, or a line with its unit, begins in.
    """
    if not may_title_a_table(line.text):
        return False
    if kind in {Kind.CAPTION, Kind.HEADING} or names_a_table(line.text) or line.text.endswith(("：", ":")):
        return True
    # what nothing parts from the table, as in texts that were copied out of slides
    return kind in {Kind.PARAGRAPH, Kind.LIST} and line.last + 1 == first and not _ENDS_SENTENCE.search(line.text)


def _table_lines(block: Block) -> list[str]:
    if block.table is None:
        return []
    return [" | ".join(row) for row in (block.table.header, *block.table.rows)]
