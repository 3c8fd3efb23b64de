"""Chunks: where they stand, what they are called, and that nothing is cut apart or lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import CHAPTERS, MARKDOWN, PARAGRAPHS, PLAIN, Cut, Shape, cut, letters, write

from report_qa.documents.section import Section
from report_qa.text.sentences import sentence_spans

WINDOWS = {"text", "note", "question"}
"""Kinds of chunks that are ranges of their section; the others are statements about tables."""

SHAPES = st.sampled_from([MARKDOWN, PLAIN])
CUTS = st.builds(
    lambda shape, chapters, window: cut(write(shape, chapters), shape.name, window_chars=window),
    SHAPES,
    CHAPTERS,
    st.integers(40, 200),
)


def ids_under(result: Cut, heading: str) -> set[str]:
    """Return the ids of the chunks whose section has a heading above it."""
    return {chunk.id for chunk in result.chunks if heading in result.sections[chunk.section].path}


@given(CUTS)
def test_chunks_lie_inside_their_section(result: Cut) -> None:
    for chunk in result.chunks:
        assert 0 <= chunk.start < chunk.end <= len(result.sections[chunk.section].text)


@given(CUTS)
def test_chunks_of_text_are_their_range_of_the_section(result: Cut) -> None:
    for chunk in result.chunks:
        if chunk.kind in WINDOWS:
            assert result.sections[chunk.section].text[chunk.start : chunk.end] == chunk.text


@given(CUTS)
def test_no_chunk_cuts_a_sentence_or_a_table_row(result: Cut) -> None:
    for chunk in result.chunks:
        section = result.sections[chunk.section]
        if chunk.kind in WINDOWS:
            units = [(span.start, span.end) for span in sentence_spans(section.text)]
        else:
            units = [span for placed in section.tables for span in placed.row_spans]
        assert chunk.start in {start for start, _ in units}
        assert chunk.end in {end for _, end in units}


@given(CUTS)
def test_ids_are_unique_in_a_document_and_the_same_in_every_run(result: Cut) -> None:
    ids = [chunk.id for chunk in result.chunks]
    assert len(ids) == len(set(ids))
    text, name = result.document.text, result.document.name
    first, second = (cut(text, name, window_chars=60) for _ in range(2))
    assert [chunk.id for chunk in first.chunks] == [chunk.id for chunk in second.chunks]


@given(CUTS)
def test_the_source_lines_of_a_chunk_hold_its_words(result: Cut) -> None:
    lines = result.document.text.split("\n")
    for chunk in result.chunks:
        source = letters("".join(lines[chunk.first_line - 1 : chunk.last_line]))
        if chunk.kind in WINDOWS:
            assert letters(chunk.text) in source
        elif chunk.kind == "cell":
            assert letters(chunk.text.replace("：", ": ").rsplit(": ", 1)[1]) in source


@given(CUTS)
def test_every_sentence_outside_tables_is_in_a_chunk(result: Cut) -> None:
    for position, section in enumerate(result.sections):
        held = [(c.start, c.end) for c in result.chunks if c.section == position and c.kind in WINDOWS]
        for span in sentence_spans(section.text):
            kind = section.kinds[section.text.count("\n", 0, span.start)]
            assert kind == "table" or any(a <= span.start and span.end <= b for a, b in held)


@given(CUTS)
def test_no_word_of_a_document_is_lost(result: Cut) -> None:
    kept = letters(result.title + "".join(word for s in result.sections for word in (*s.path, s.text)))
    for line in result.document.text.split("\n"):
        for cell in line.strip("|- ").replace("\t", "|").lstrip("# ").split("|"):
            assert letters(cell) in kept


@given(SHAPES, PARAGRAPHS)
def test_an_inserted_paragraph_keeps_the_ids_of_the_other_sections(shape: Shape, inserted: str) -> None:
    before = [("收入情况", ["收入比上年增长。主要来自华东地区的客户。" * 3]), ("成本情况", ["成本下降。" * 12])]
    after = [("收入情况", [before[0][1][0], inserted]), before[1]]
    old, new = cut(write(shape, before), shape.name), cut(write(shape, after), shape.name)
    heading = next(path[-1] for path in (s.path for s in old.sections) if "成本" in path[-1])
    assert ids_under(old, heading) == ids_under(new, heading) != set()


def test_equal_texts_under_equal_headings_have_ids_of_their_own() -> None:
    body = "本节没有需要说明的事项，相关内容与上一年度的报告保持一致，未发生任何变化。"
    text = f"# 报告\n\n## 说明\n\n{body}{body}\n\n## 其他\n\n{body}\n\n## 说明\n\n{body}{body}\n"
    chunks = cut(text, "a.md", window_chars=40).chunks
    assert len({chunk.id for chunk in chunks}) == len(chunks) == 5


def test_the_same_text_in_another_document_has_another_id() -> None:
    text = "# 报告\n\n收入增长。\n"
    assert cut(text, "a.md").chunks[0].id != cut(text, "b.md").chunks[0].id


def test_a_sentence_longer_than_the_window_stays_whole() -> None:
    sentence = "企业" * 100 + "。"
    assert [chunk.text for chunk in cut(f"# 报告\n\n{sentence}短句。\n", "a.md").chunks] == [sentence, "短句。"]


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("问题：您使用哪些工具？", "question"),
        ("Question: which tools do you use?", "question"),
        ("■ 减少投资 ■ 保持不变 ■ 增加少于20%", "question"),
        ("总体样本：N=2887", "note"),
        ("Source: yearbook", "note"),
        ("[1] Freed AI", "note"),
    ],
)
def test_notes_and_survey_questions_are_chunks_apart_from_the_text(note: str, kind: str) -> None:
    result = cut(f"# 报告\n\n## 收入\n收入增长。\n\n{note}\n", "a.md", window_chars=2)
    assert [(chunk.kind, chunk.text) for chunk in result.chunks] == [("text", "收入增长。"), (kind, note)]


def test_a_footnote_that_was_wrapped_stays_whole() -> None:
    text = "Fares of all the routes\n\nSome words.\n\nNotes: (a) A dash means none. (b) A day return\ncosts twice the fare.\n"
    assert "(b) A day return costs twice the fare." in cut(text, "a.txt").chunks[-1].text


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("表 3-1　各档用水（单位：L）", "各档用水（单位：L）"),
        ("Table 2. Water", "Water"),
        ("表 4", "表 4"),
        ("见下表。", ""),
    ],
)
def test_statements_about_a_table_know_its_title(above: str, title: str) -> None:
    result = cut(f"# 手册\n\n## 清洗\n{above}\n\n| 档位 | 用水 |\n|---|---|\n| 快洗 | 260 |\n\n再按键。\n", "m.md")
    assert {chunk.table_title for chunk in result.chunks if chunk.kind != "text" and chunk.kind != "note"} == {title}
    assert {chunk.table_title for chunk in result.chunks if chunk.kind == "text"} == {""}


def test_the_title_of_a_table_changes_the_ids_of_its_statements() -> None:
    table = "| 档位 | 用水 |\n|---|---|\n| 快洗 | 260 |\n"
    first, second = (cut(f"# 手册\n\n## 清洗\n表 1 {name}\n\n{table}", "m.md") for name in ("夏季", "冬季"))
    of_cells = [{chunk.id for chunk in made.chunks if chunk.kind == "cell"} for made in (first, second)]
    assert of_cells[0]
    assert not of_cells[0] & of_cells[1]


def test_what_stands_under_a_table_belongs_to_the_chapter_and_not_to_the_table() -> None:
    text = "1. FLEET\n\nTen ships sail.\n\nTable 4. The fleet\n\nShip     Built     Cars\nMarram   2023      68\nSula     2001      44\n\nThe Marram was dear.\n\n2. STAFF\n\nNobody left the company.\n"
    result = cut(text, "a.txt")
    assert [section.path[-1] for section in result.sections] == ["1. FLEET", "2. STAFF"]
    assert "The Marram was dear." in result.sections[0].text


def test_source_lines_are_those_of_the_characters() -> None:
    section: Section = cut("# 报告\n\n第一段。\n\n第二段。\n", "a.md").sections[0]
    assert section.text == "第一段。\n第二段。"
    assert section.source_lines(0, 4) == (3, 3)
    assert section.source_lines(5, 9) == (5, 5)
    assert section.source_lines(0, 9) == (3, 5)


def test_no_window_reaches_over_a_table() -> None:
    text = "# 手册\n\n## 清洗\n先看表。\n\n| 档位 | 用水 |\n|---|---|\n| 快洗 | 260 |\n\n再按键。\n"
    result = cut(text, "m.md", window_chars=400)
    windows = [chunk.text for chunk in result.chunks if chunk.kind == "text"]
    assert windows == ["先看表。", "再按键。"]
