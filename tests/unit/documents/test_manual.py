"""The sample manual: the same sections from HTML and Word, as the Markdown has them, and the right picture for each fact.

The PDF is compared in ``tests/browser``, since Chromium prints it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from report_qa.documents.readers import read_document
from report_qa.documents.section import Section
from report_qa.documents.sections import split_document

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "tests" / "data" / "manual"
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both editions as HTML and Word files."""
    out = tmp_path_factory.mktemp("manual")
    subprocess.run([sys.executable, ROOT / "scripts" / "build_manual.py", out, "--no-pdf"], check=True)
    return out


def sections_of(path: Path) -> list[Section]:
    """Return the sections of a built manual."""
    return split_document(read_document(path, path.name), max_chars=1200)[1]


def source(language: str) -> str:
    """Return the Markdown of an edition."""
    return (SOURCES / f"manual.{language}.md").read_text(encoding="utf-8")


def questions(language: str) -> list[dict[str, Any]]:
    """Return the questions of an edition."""
    return [json.loads(line) for line in (SOURCES / f"questions.{language}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_and_word_give_the_same_sections(built: Path, language: str) -> None:
    page, word = (sections_of(built / language / f"manual.{kind}") for kind in ("html", "docx"))
    assert [(s.path, s.text, s.kinds) for s in page] == [(s.path, s.text, s.kinds) for s in word]
    assert [[(t.table.header, t.table.rows, t.span) for t in s.tables] for s in page] == [
        [(t.table.header, t.table.rows, t.span) for t in s.tables] for s in word
    ]
    assert [[(p.picture.caption, p.at, p.spans) for p in s.pictures] for s in page] == [
        [(p.picture.caption, p.at, p.spans) for p in s.pictures] for s in word
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_caption_and_cell_is_there(built: Path, language: str) -> None:
    text = source(language)
    sections = sections_of(built / language / "manual.docx")
    said = [heading for s in sections for heading in s.path] + [line for s in sections for line in s.text.split("\n")]
    assert set(re.findall(r"^###? (.+)$", text, re.MULTILINE)) <= set(said)
    captions = re.findall(r"^!\[(.+?)\]", text, re.MULTILINE)
    own = [p.picture.caption for s in sections for p in s.pictures if p.at is not None]
    assert own == captions
    rows = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)
    assert len(rows) > 90
    assert set(rows) <= set(said)


MERGED = {
    "zh": ("项目", "正常使用 · 里程（公里）", "正常使用 · 时间（月）", "恶劣条件 · 里程（公里）", "恶劣条件 · 时间（月）"),
    "en": (
        "Item", "Normal use · Distance (km)", "Normal use · Time (months)", "Hard use · Distance (km)",
        "Hard use · Time (months)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["html", "docx"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_with_merged_cells_is_right(built: Path, language: str, kind: str) -> None:
    sections = sections_of(built / language / f"manual.{kind}")
    (table,) = [t.table for s in sections for t in s.tables if t.table.header[-1] == MERGED[language][-1]]
    assert table.header == MERGED[language]
    assert table.rows[0][1:] == ("10000", "12", "5000", "6")
    # the belt's name covers two rows
    assert table.rows[-2][0] == table.rows[-1][0]
    assert table.rows[-1][1:] == ("100000", "96", "80000", "72")


def test_there_are_sixty_questions_and_enough_of_them_need_a_picture() -> None:
    asked = [question for language in LANGUAGES for question in questions(language)]
    assert len(asked) >= 60
    assert sum(bool(question["figure"]) for question in asked) >= 25
    assert len({question["id"] for question in asked}) == len(asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_that_answers_brings_its_picture_and_no_other(built: Path, language: str) -> None:
    sections = sections_of(built / language / "manual.html")
    wrong = []
    for question in questions(language):
        for sentence in question["evidence"]:
            (section,) = [s for s in sections if sentence in s.text]
            at = section.text.index(sentence)
            shown = [picture.caption for picture in section.pictures_of(at, at + len(sentence))]
            right = set(question["figure"]) <= set(shown) if question["figure"] else not shown
            if not right:
                wrong.append((question["question"], shown))
    assert wrong == []
