"""The document's own terms, taken from the headings that a first search finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from scripted_chat import use_scripted_chat

from report_qa.config import Settings
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import recipe_of
from report_qa.providers.chat import ChatModel
from report_qa.qa.retrieve import Query, Retriever, SectionHit, terms_of
from report_qa.qa.understand import understand
from report_qa.service import index_corpus

REPORT = """# 年度报告

## 3.1 门店客流
门店客流同比增长12%。这一年里，公司在全国各地新开了许多门店，并对老门店做了翻新，客人停留的时间比以往更长，回头客也明显多了起来。

## 观点：员工看好新工具
员工普遍看好新工具。公司在这一年里为全体员工开放了新的学习工具，并安排了专人答疑，每个部门都有一名联络员，负责收集遇到的问题。

## 4. 门店客流
华东的门店客流增长最快。这一地区的门店多开在商场里，周末的客人尤其多，店员在节假日轮流值班，公司也为他们准备了专门的补贴和餐食。
"""


Search = Callable[[str], list[SectionHit]]


@pytest.fixture
def search(embedder: HashingEmbedder, make_settings: Callable[..., Settings], corpus: Path) -> Search:
    (corpus / "report.md").write_text(REPORT, encoding="utf-8")
    settings = make_settings()
    index_corpus(settings)
    library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
    retriever = Retriever(library, embedder, settings.retrieval)
    return lambda question: retriever.search(Query(question))


def test_terms_are_headings_without_numbers_labels_and_repeats(search: Search) -> None:
    hits = search("门店客流")
    terms = terms_of(hits, "zh")
    assert terms[0] == "门店客流"
    assert "员工看好新工具" in terms
    assert terms.count("门店客流") == 1
    assert terms_of(hits, "en") == []


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        (
            ["员工如何看待公司的新工具？", "员工对新工具的看法如何？"],
            ["员工如何看待公司的新工具？", "员工对新工具的看法如何？"],
        ),
        (["员工怎么看新工具？", "员工看好新工具。", "员工怎么看新工具？"], ["员工怎么看新工具？"]),
        (["What do staff think?", "员工怎么看新工具？"], ["员工怎么看新工具？"]),
    ],
)
def test_a_heading_said_again_or_the_wrong_language_is_no_rewriting(
    search: Search, replies: list[str], expected: list[str]
) -> None:
    told = iter(replies)
    model = use_scripted_chat(lambda task, last: next(told))
    question = "what do staff think of the new tools"
    understood = understand(question, (), search(question), ChatModel(model, "scripted@1"))
    assert [rewrite.text for rewrite in understood.query.rewrites] == expected
    assert {rewrite.language for rewrite in understood.query.rewrites} == {"zh"}
    assert len(model.asked) == len(replies)
    assert "年度报告" in model.asked[0][1]
