"""The page needs nothing else, escapes what it shows, and tells every miss with its reason; Markdown does, too."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from eval_builders import failed, make_case, make_record, passage, refused, run_info, unanswerable

from report_qa.evals.folder import RunFolder
from report_qa.evals.markdown import markdown, tables
from report_qa.evals.page import page
from report_qa.evals.records import Bilingual
from report_qa.evals.scores import score_run

CASES = [
    make_case(id="fine"),
    make_case(id="evil", question="<script>alert(1)</script>|多少？", evidence=["<b>2887</b>份有效的问卷"]),
    make_case(id="lost", language="en", kind="table"),
    unanswerable(id="made-up"),
    make_case(id="broken"),
]
_VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Checks that every element is closed, and collects what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder.start(tmp_path / "run", run_info(CASES, **{"answer.refusal_threshold": "0.65"}), CASES)
    error = Bilingual(en="Out of reach.", zh="无法连接。")
    made.append(make_record(case="fine", answerability=0.9, first_token_s=1.5))
    made.append(make_record("错|了", case="evil", passages=(passage("<b>2887</b>份有效的问卷"),), answerability=0.8))
    made.append(refused(case="lost", passages=(), answerability=0.1))
    made.append(make_record(case="made-up", answerability=0.7))
    made.append(failed(case="broken", error=error))
    made.append(make_record(case="fine", system="naive", citations=None))
    return made


def test_the_page_is_whole_and_fetches_nothing(folder: RunFolder) -> None:
    text = page(score_run(folder), (), folder, "en")
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert parser.fetched == []
    assert not re.findall(r"url\(|@import|https?://", text)
    assert "prefers-color-scheme: dark" in text


def test_the_page_escapes_what_it_shows(folder: RunFolder) -> None:
    text = page(score_run(folder), (), folder, "en")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<mark>&lt;b&gt;2887&lt;/b&gt;份有效的问卷</mark>" in text


def test_every_miss_is_there_with_its_reason_in_both_languages(folder: RunFolder) -> None:
    text = page(score_run(folder), (), folder, "zh")
    reasons = re.findall(r'<details class="miss" data-reason="(\w+)">', text)
    assert reasons == ["wrong", "not_retrieved", "should_have_refused", "failed"]
    for said in ("Out of reach.", "无法连接。", "未检索到", "not retrieved", "应拒未拒", "should have refused"):
        assert said in text


def test_charts_are_drawn_for_what_is_known(folder: RunFolder) -> None:
    text = page(score_run(folder), (), folder, "en")
    # outcomes, headline, kinds, languages, costs, and two of the calibration
    assert text.count("<svg") == 7
    assert "0.65" in text
    assert not re.findall(r'="(?:nan|inf|-inf)', text)


def test_a_run_without_a_single_record_has_a_page(tmp_path: Path) -> None:
    empty = RunFolder.start(tmp_path / "run", run_info(CASES), CASES)
    assert "<h1>" in page(score_run(empty), (), empty, "en")


def test_markdown_shows_shares_with_counts_and_the_misses(folder: RunFolder) -> None:
    text = markdown(score_run(folder), (), folder, "en")
    assert "| | ours | naive |" in text
    assert "| attempted | 5 | 1 of 5 (not finished) |" in text
    assert "| answerable: right | 25% (1 of 4; 0%–75%) | 100% (1 of 1; 21%–100%) |" in text
    assert "| evil | wrong | <script>alert(1)</script>\\|多少？ | 错\\|了 |" in text
    assert "| broken | failed | 多少？ | Out of reach. |" in text


def test_measures_that_apply_to_nothing_are_left_out(folder: RunFolder) -> None:
    assert "picture" not in tables(score_run(folder), "en")
    assert "出图" not in tables(score_run(folder), "zh")
