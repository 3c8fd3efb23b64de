"""The sample manual printed to PDF by Chromium: read back, it has the sections of the page it was printed from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from report_qa.documents.document import Document
from report_qa.documents.readers import read_document
from report_qa.documents.sections import split_document

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("TESTS_CHROMIUM", "/usr/bin/chromium"))
PAGES = {"zh": 30, "en": 31}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both editions of the manual in all formats."""
    out = tmp_path_factory.mktemp("manual")
    # a process of its own, since Playwright runs once in a thread, and other tests hold it
    command = [sys.executable, ROOT / "scripts" / "build_manual.py", out, "--chromium", CHROMIUM]
    subprocess.run(command, check=True)
    return out


def read(path: Path) -> Document:
    """Read a built manual."""
    return read_document(path, path.name)


@pytest.mark.parametrize("language", PAGES)
def test_the_pdf_has_the_sections_tables_and_pictures_of_the_page(built: Path, language: str) -> None:
    printed = read(built / language / "manual.pdf")
    assert printed.warnings == ()
    assert abs((printed.pages or 0) - PAGES[language]) <= 3  # fonts differ between machines
    title, found = split_document(printed, max_chars=1200)
    expected_title, expected = split_document(read(built / language / "manual.html"), max_chars=1200)
    assert title == expected_title
    assert [section.path for section in found] == [section.path for section in expected]
    assert [section.text for section in found] == [section.text for section in expected]
    assert [[(t.table.header, t.table.rows) for t in s.tables] for s in found] == [
        [(t.table.header, t.table.rows) for t in s.tables] for s in expected
    ]
    assert [[(p.picture.caption, p.spans) for p in s.pictures] for s in found] == [
        [(p.picture.caption, p.spans) for p in s.pictures] for s in expected
    ]


@pytest.mark.parametrize("language", PAGES)
def test_every_line_of_the_pdf_knows_its_page_and_every_picture_its_box(built: Path, language: str) -> None:
    printed = read(built / language / "manual.pdf")
    assert all(line.places for block in printed.blocks for line in block.lines)
    pictures = [block.picture for block in printed.blocks if block.picture]
    assert len(pictures) == 31
    for picture in pictures:
        assert picture.place is not None
        assert picture.place.box is not None
        # 11 cm wide on the page
        assert picture.place.box.right - picture.place.box.left == pytest.approx(11 / 2.54 * 72, abs=3)
