"""Documents and their parts, made for tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from report_qa.documents.chunks import Chunk, chunk_document
from report_qa.documents.document import Document
from report_qa.documents.markdown import parse_markdown
from report_qa.documents.notices import join_notices
from report_qa.documents.plain import parse_plain
from report_qa.documents.section import Section
from report_qa.documents.sections import split_document
from report_qa.text.normalise import language_of


@dataclass(frozen=True)
class Cut:
    """A document with its title, sections and chunks."""

    document: Document
    title: str
    sections: list[Section]
    chunks: list[Chunk]


def cut(text: str, name: str = "a.txt", *, window_chars: int = 80, section_chars: int = 400) -> Cut:
    """Cut a text as a build would."""
    plain = name.endswith(".txt")
    blocks = tuple(join_notices((parse_plain if plain else parse_markdown)(text)))
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(name, text, digest, language_of(text), blocks, plain=plain)
    title, sections = split_document(document, max_chars=section_chars)
    return Cut(document, title, sections, chunk_document(sections, window_chars=window_chars))


def paths(text: str, name: str = "a.txt") -> list[tuple[str, ...]]:
    """Return the headings of every section."""
    return [section.path for section in cut(text, name).sections]


def letters(text: str) -> str:
    """Return the letters and digits alone, as which a text can be found in its file again."""
    return re.sub(r"[\W_]", "", text)


@dataclass(frozen=True)
class Shape:
    """How a kind of file writes its parts."""

    name: str
    title: str
    heading: Callable[[int, str], str]
    table: Callable[[list[list[str]]], str]


MARKDOWN = Shape(
    "a.md",
    "# 年度报告",
    lambda number, text: f"## {text}",
    lambda rows: "\n".join(
        "| " + " | ".join(row) + " |" + ("\n|" + "---|" * len(row) if i == 0 else "") for i, row in enumerate(rows)
    ),
)
PLAIN = Shape(
    "a.txt",
    "某某公司年度发展报告",
    lambda number, text: f"第{'一二三四五六七八九'[number]}章 {text}",
    lambda rows: "\n".join("\t".join(row) for row in rows),
)

_ZH_WORDS = st.sampled_from(
    "企业 投资 模型 员工 数据 增长 占比 调研 人才 成本 环节 风险 应用 行业 3.5 45% 2887 份".split()
)
_EN_WORDS = st.sampled_from(
    "company invests model staff data growth share of the in 3.5 45% 2887 e.g. costs risk".split()
)
ZH_SENTENCES = st.lists(_ZH_WORDS, min_size=4, max_size=25).map(lambda words: "".join(words) + "。")
EN_SENTENCES = st.lists(_EN_WORDS, min_size=4, max_size=20).map(lambda words: "The " + " ".join(words) + " end.")
PARAGRAPHS = st.lists(ZH_SENTENCES, min_size=1, max_size=5).map("".join) | st.lists(
    EN_SENTENCES, min_size=1, max_size=5
).map(" ".join)
LISTS = st.lists(ZH_SENTENCES, min_size=2, max_size=4).map(lambda items: "\n".join(f"- {item}" for item in items))
NOTES = st.sampled_from(["数据来源：统计年鉴", "问题：您所在的企业使用哪些工具？", "Source: the yearbook"])
TABLES = st.lists(
    st.tuples(st.sampled_from(["华东", "华南", "华北", "West"]), st.integers(1, 99), st.integers(1, 99)),
    min_size=1,
    max_size=4,
).map(lambda rows: [["地区", "收入", "成本"], *([name, f"{a}%", f"{b}%"] for name, a, b in rows)])
BODIES = st.lists(PARAGRAPHS | LISTS | NOTES | TABLES, min_size=1, max_size=4)
CHAPTERS = st.lists(
    st.tuples(st.sampled_from(["收入情况", "成本情况", "未来展望", "Outlook"]), BODIES), min_size=1, max_size=4
)


def write(shape: Shape, chapters: list[tuple[str, list[str | list[list[str]]]]]) -> str:
    """Return the file of some chapters."""
    blocks = [shape.title]
    for number, (heading, bodies) in enumerate(chapters):
        blocks.append(shape.heading(number, heading))
        blocks += [body if isinstance(body, str) else shape.table(body) for body in bodies]
    return "\n\n".join(blocks) + "\n"
