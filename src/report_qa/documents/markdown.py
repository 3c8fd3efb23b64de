"""Markdown -> blocks, by markdown-it's CommonMark parser with tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from report_qa.documents.blocks import Block, Kind, Line
from report_qa.documents.headings import is_note
from report_qa.documents.tables import make_table

_EMPHASIS = re.compile(r"(\*\*|__|~~|`)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")


def parse_markdown(text: str) -> list[Block]:
    """Return the blocks of a Markdown text in order, inline markup stripped."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks: list[Block] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _closing(tokens, index)
        first, last = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
        if token.type == "heading_open":
            title = plain_inline(tokens[index + 1].content)
            if title:
                blocks.append(Block(Kind.HEADING, (Line(title, first, last),), int(token.tag[1:])))
        elif token.type == "table_open":
            blocks.append(_table(tokens[index:end]))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            blocks.append(Block(Kind.LIST, _items(tokens[index : end + 1])))
        elif token.type in {"paragraph_open", "blockquote_open"}:
            blocks.extend(_paragraphs(tokens[index : end + 1]))
        elif token.type in {"fence", "code_block", "html_block"}:
            blocks.extend(_verbatim(token))
        index = end + 1
    return [block for block in blocks if block.lines]


def plain_inline(text: str) -> str:
    """Return inline Markdown as plain text: emphasis, code marks, links and pictures reduced to their words."""
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    previous = None
    while previous != text:
        previous, text = text, _EMPHASIS.sub(lambda m: m[2] or m[3], text)
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
    first = (token.map[0] + 1) if token.map else 0
    last = token.map[1] if token.map else 0
    # a soft break is a wrapped line: it joins with a space between Latin words and with nothing between ideographs
    joined = re.sub(r"(?<=[\x00-\x7f])\n(?=[\x00-\x7f])", " ", token.content).replace("\n", "")
    plain = plain_inline(joined)
    return [Line(plain, first, last)] if plain else []


def _paragraphs(tokens: Sequence[Token]) -> list[Block]:
    blocks: list[Block] = []
    for token in tokens:
        if token.type == "inline":
            lines = _inline_lines(token)
            if lines:
                blocks.append(Block(Kind.NOTE if is_note(lines[0].text) else Kind.PARAGRAPH, tuple(lines)))
    return blocks


def _items(tokens: Sequence[Token]) -> tuple[Line, ...]:
    """Return one line an item, numbered or bulleted as written, nested items indented under theirs."""
    lines: list[Line] = []
    stack: list[tuple[bool, int]] = []
    marker = ""
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            stack.append((token.type[0] == "o", int(token.attrGet("start") or 1)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            stack.pop()
        elif token.type == "list_item_open":
            ordered, number = stack[-1]
            marker = "  " * (len(stack) - 1) + (f"{number}. " if ordered else "- ")
            stack[-1] = (ordered, number + 1)
        elif token.type == "inline":
            for line in _inline_lines(token):
                lines.append(Line(marker + line.text, line.first, line.last))
                marker = "  " * len(stack)
    return tuple(lines)


def _table(tokens: Sequence[Token]) -> Block:
    grid: list[list[str]] = []
    numbers: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            grid.append([])
            numbers.append(token.map[0] + 1 if token.map else (tokens[0].map or [0])[0] + len(grid))
        elif token.type == "inline":
            grid[-1].append(plain_inline(token.content))
    rows = tuple(Line("\t".join(row), number, number) for row, number in zip(grid, numbers, strict=True))
    return Block(Kind.TABLE, rows, table=make_table(grid, numbers))


def _verbatim(token: Token) -> list[Block]:
    first = (token.map[0] + 1) if token.map else 0
    content = re.sub(r"<[^>]+>", " ", token.content) if token.type == "html_block" else token.content
    rows = content.split("\n")
    offset = 1 if token.type == "fence" else 0
    lines = tuple(
        Line(row.strip(), first + i + offset, first + i + offset) for i, row in enumerate(rows) if row.strip()
    )
    return [Block(Kind.PARAGRAPH, lines)] if lines else []
