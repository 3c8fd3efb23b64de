"""Both languages, and the questions proposed."""

from __future__ import annotations

import string
from dataclasses import dataclass

import pytest

from report_qa.errors import Text
from report_qa.ui import texts
from report_qa.ui.texts import MAX_EXAMPLES, example_questions, language_of


@dataclass(frozen=True)
class Section:
    """A section."""

    title: str


@dataclass(frozen=True)
class Doc:
    """A document."""

    name: str
    title: str
    sections: tuple[Section, ...] = ()
    language: str = "zh"


def fields(text: str) -> set[str]:
    """Return the placeholders of a string."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_string_is_there_in_both_languages_with_the_same_placeholders() -> None:
    found = [value for value in vars(texts).values() if isinstance(value, Text)]
    assert len(found) > 30
    for text in (*found, *texts.STAGES.values()):
        assert text.en.strip()
        assert text.zh.strip()
        assert fields(text.en) == fields(text.zh)


def test_a_known_document_has_its_own_questions() -> None:
    known = [Doc("ai-transformation-report-2025.txt", "报告")]
    assert example_questions(known, "zh")[0] == "广告素材用AI生成后成本降了多少？"
    assert example_questions(known, "en")[0] == "Which two kinds of risk worry companies most?"


def test_other_documents_are_asked_by_their_sections_or_titles() -> None:
    titles = ("", "Battery", "Battery", "x" * 99, "Cleaning", "a", "b", "c", "d", "e", "f")
    proposed = example_questions([Doc("b.md", "Manual", tuple(map(Section, titles)))], "en")
    assert len(proposed) == MAX_EXAMPLES
    assert proposed[:2] == ("What does the text say about “Battery”?", "What does the text say about “a”?")
    assert example_questions([Doc("b.md", "手册")], "zh") == ("关于“手册”，文中说了什么？",)
    assert example_questions((), "zh") == ()


@pytest.mark.parametrize(
    ("chosen", "configured", "accepted", "language"),
    [
        ("en", "zh", "zh-CN", "en"),
        ("", "zh", "en-US", "zh"),
        ("", "auto", "fr-FR, zh-CN;q=0.9, en;q=0.8", "zh"),
        ("", "auto", "en-US,en;q=0.9,zh;q=0.1", "en"),
        ("", "auto", "", "en"),
        ("<b>", "auto", "de", "en"),
    ],
)
def test_the_choice_comes_before_the_setting_and_the_browser(
    chosen: str, configured: str, accepted: str, language: str
) -> None:
    assert language_of(chosen, configured, accepted) == language
