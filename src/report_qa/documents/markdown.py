"""Markdown -> blocks, by markdown-it's CommonMark parser with tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from report_qa.documents.blocks import Block, Kind, Line, Rank
from report_qa.documents.headings import implicit_rank, is_field, is_note, names_a_table
from report_qa.documents.notices import labels_a_notice
from report_qa.documents.tables.columns import lacks_header, row_lines
from report_qa.documents.tables.rows import Row
from report_qa.documents.tables.table import make_table

_EMPHASIS = re.compile(
    r"(\*\*|__|~~|`)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"
)
_ALL_BOLD = re.compile(r"(\*\*|__)(?=\S)((?!\1).)+\1")
_HARD_BREAK = re.compile(r"(?: {2,}|\\|<br\s*/?>)$")
_BOLD = 0
"""The rank of a bold line until it is known what it stands under."""
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")


def parse_markdown(text: str) -> list[Block]:
    """Return the blocks of a Markdown text in order, inline markup stripped."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return _with_bold_headings([block for block in _blocks(tokens) if block.lines])


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _closing(tokens, index)
        if token.type == "heading_open":
            first, last = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
            if title := plain_inline(tokens[index + 1].content):
                yield Block(Kind.HEADING, (Line(title, first, last),), int(token.tag[1:]))
        elif token.type == "table_open":
            yield _table(tokens[index:end])
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield from _list(tokens[index : end + 1])
        elif token.type == "paragraph_open":
            yield from _paragraph(tokens[index + 1])
        elif token.type == "blockquote_open":
            yield from _blocks(tokens[index + 1 : end])
        elif lines := _verbatim(token):
            yield Block(Kind.PARAGRAPH, lines)
        index = end + 1


def _with_bold_headings(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with bold lines over text one level below the last heading; others are paragraphs as before."""
    made: list[Block] = []
    level = 0
    for block, following in zip(blocks, (*blocks[1:], None), strict=True):
        if block.kind == Kind.HEADING and block.rank == _BOLD:
            heads = following is not None and following.kind in {Kind.PARAGRAPH, Kind.LIST, Kind.TABLE}
            rank = min(max(level + 1, 2), Rank.LABEL) if made else Rank.PART
            block = replace(block, rank=rank) if heads else Block(_kind(block.text), block.lines)
        elif block.kind == Kind.HEADING:
            level = block.rank
        made.append(block)
    return made


def plain_inline(text: str) -> str:
    """Return inline Markdown as plain text: emphasis, code marks, links and pictures reduced to their words."""
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    previous = None
    while previous != text:
        previous, text = text, _EMPHASIS.sub(lambda m: m[2] or m[3] or m[4], text)
    return re.sub(r"<br\s*/?>", " ", text).strip()


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return the index of the token that closes the one at ``index`` (itself when it does not nest)."""
    if tokens[index].nesting != 1:
        return index
    level = tokens[index].level
    for end in range(index + 1, len(tokens)):
        if tokens[end].nesting == -1 and tokens[end].level == level:
            return end
    return len(tokens) - 1


def _inline_lines(token: Token) -> list[Line]:
    """Return the lines of a paragraph: one, unless it is broken on purpose.

    So are hard breaks, lines that are all names with their values, and the label of a warning above what it says.
    """
    number = (token.map[0] + 1) if token.map else 0
    rows = [(row, number + i) for i, row in enumerate(token.content.split("\n"))]
    fields = len(rows) > 1 and all(is_field(plain_inline(row)) for row, _ in rows)
    lines: list[list[tuple[str, int]]] = [[]]
    for row, at in rows:
        lines[-1].append((_HARD_BREAK.sub("", row), at))
        label = len(lines) == len(lines[0]) == 1 and labels_a_notice(plain_inline(row))
        if fields or label or _HARD_BREAK.search(row):
            lines.append([])
    return [joined for line in lines if (joined := _soft_joined(line)).text]


def _soft_joined(rows: Sequence[tuple[str, int]]) -> Line:
    """Return wrapped lines as one: with a space between Latin words and with nothing between ideographs."""
    text = "\n".join(row for row, _ in rows)
    joined = re.sub(r"(?<=[\x00-\x7f])\n(?=[\x00-\x7f])", " ", text).replace("\n", "")
    return Line(plain_inline(joined), rows[0][1], rows[-1][1]) if rows else Line("", 0, 0)


def _paragraph(token: Token) -> Iterator[Block]:
    lines = tuple(_inline_lines(token))
    if len(lines) == 1 and _heads_in_bold(token.content.strip(), lines[0].text):
        yield Block(Kind.HEADING, lines, _BOLD)
    elif lines:
        yield Block(_kind(lines[0].text), lines)


def _kind(text: str) -> Kind:
    return Kind.NOTE if is_note(text) else Kind.PARAGRAPH


def _heads_in_bold(content: str, text: str) -> bool:
    """Whether a paragraph is one bold line that may head others; a question stays with its answer, as does a label."""
    bold = _ALL_BOLD.fullmatch(content)
    return bold is not None and implicit_rank(text) is not None and not (labels_a_notice(text) or names_a_table(text))


def _list(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield a list, one line an item, numbered or bulleted as written, nested items indented under theirs.

    A table in an item parts the list; other blocks go on under their item.
    """
    lines: list[Line] = []
    stack: list[tuple[bool, int]] = []
    marker = ""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        found: Sequence[Line] = ()
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            stack.append((token.type[0] == "o", int(token.attrGet("start") or 1)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            stack.pop()
        elif token.type == "list_item_open":
            ordered, number = stack[-1]
            marker = "  " * (len(stack) - 1) + (f"{number}. " if ordered else "- ")
            stack[-1] = (ordered, number + 1)
        elif token.type == "table_open":
            end = _closing(tokens, index)
            yield Block(Kind.LIST, tuple(lines))
            yield _table(tokens[index:end])
            lines, index = [], end
        elif token.type == "inline":
            found = _inline_lines(token)
        elif token.nesting == 0:
            found = _verbatim(token)
        for line in found:
            lines.append(replace(line, text=marker + line.text))
            marker = "  " * len(stack)
        index += 1
    yield Block(Kind.LIST, tuple(lines))


def _table(tokens: Sequence[Token]) -> Block:
    grid: list[list[str]] = []
    numbers: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            grid.append([])
            numbers.append(token.map[0] + 1 if token.map else (tokens[0].map or [0])[0] + len(grid))
        elif token.type == "inline":
            grid[-1].append(plain_inline(token.content))
    lines = [Line("\t".join(row), number, number) for row, number in zip(grid, numbers, strict=True)]
    rows = [Row(tuple(row), line) for row, line in zip(grid, lines, strict=True)]
    # the first row of a table must be its header, also where there is nothing to write there
    if len(grid[0]) == 2 and len(rows) > 1 and lacks_header(rows):
        return Block(Kind.LIST, tuple(row_lines(rows)))
    return Block(Kind.TABLE, tuple(lines), table=make_table(grid, numbers))


def _verbatim(token: Token) -> tuple[Line, ...]:
    """Return the lines of code, or of HTML without its tags; none for what is neither."""
    if token.type not in {"fence", "code_block", "html_block"}:
        return ()
    first = (token.map[0] + 1) if token.map else 0
    content = re.sub(r"<[^>]+>", " ", token.content) if token.type == "html_block" else token.content
    offset = first + (token.type == "fence")
    return tuple(Line(row.strip(), offset + i, offset + i) for i, row in enumerate(content.split("\n")) if row.strip())
