"""Sentences, lists and table statements compete as evidence, and the best of them are quoted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st
from scripted_chat import use_scripted_chat

from report_qa.config import Settings
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import recipe_of
from report_qa.providers.chat import ChatModel
from report_qa.qa.answerability import log_odds
from report_qa.qa.context import build_passages
from report_qa.qa.evidence import Evidence, extracted, find_evidence, judged
from report_qa.qa.quote import choose_quotes, quoted, with_english_scales
from report_qa.qa.retrieve import Query, Retriever
from report_qa.qa.windows import distinct, rank_windows
from report_qa.service import index_corpus

REPORT = """# 年度报告

## 冷库
截至年末共运营41座冷库。其中使用旧制冷剂的有6座。

## 学习工具
公司在这一年里为全体员工开放了新的学习工具，并安排了专人答疑，每个部门都有一名联络员，负责收集大家在使用当中遇到的问题。
员工可以使用三样工具：
- 在线学习平台
- 研究助理
- 行政助手

## 收入
| 地区 | 收入（亿元） | 占比 |
| --- | --- | --- |
| 华北 | 13.4 | 15.8% |
| 西南 | 9.2 | 10.9% |

## 审批
| 单笔金额 | 审批人 |
| --- | --- |
| 10,000 元及以下 | 部门经理 |
| 10,000 元以上至 50,000 元 | 财务总监 |
| 50,000 元以上 | 总经理 |

## 型号
| 项目 | Q8 | Q8 Plus | Q8 Ultra |
| --- | --- | --- | --- |
| 集尘容量 | 0.4升 | 2.5升 | 3.0升 |
| 满电时长 | 90分钟 | 120分钟 | 150分钟 |
"""

Find = Callable[[str], list[Evidence]]


@pytest.fixture
def find(embedder: HashingEmbedder, make_settings: Callable[..., Settings], corpus: Path) -> Find:
    (corpus / "report.md").write_text(REPORT, encoding="utf-8")
    settings = make_settings()
    index_corpus(settings)
    library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
    retriever = Retriever(library, embedder, settings.retrieval)

    def find_(question: str) -> list[Evidence]:
        query = Query(question)
        windows = distinct(rank_windows(question, retriever.search(query), library), 12)
        return find_evidence(query, windows, embedder)

    return find_


def test_the_sentence_that_answers_comes_before_its_neighbour(find: Find) -> None:
    best = find("使用旧制冷剂的有几座")[0]
    assert best.text == "其中使用旧制冷剂的有6座。"
    section = best.window.hit.ref.section
    assert section.text[best.start : best.end] == best.text


def test_a_list_competes_as_a_whole_and_item_by_item(find: Find) -> None:
    texts = [piece.text for piece in find("员工可以使用哪三样工具")]
    assert any("在线学习平台" in text and "行政助手" in text for text in texts)
    assert any(text.endswith("研究助理") and "\n" not in text for text in texts)


def test_a_table_value_comes_with_the_unit_of_its_column(find: Find) -> None:
    texts = [piece.text for piece in find("西南收入多少亿")]
    assert "西南 · 收入：9.2亿元" in texts
    assert any("最高（最大）的是华北（13.4亿元）" in text for text in texts)


@pytest.mark.parametrize(("model", "capacity"), [("Q8", "0.4升"), ("Q8 Plus", "2.5升"), ("q8 ultra", "3.0升")])
def test_the_variant_that_is_named_comes_before_the_others(find: Find, model: str, capacity: str) -> None:
    cells = [piece for piece in find(f"{model}的集尘容量是多少") if piece.window.chunk.kind == "cell"]
    assert cells[0].text.endswith(capacity)


def test_the_best_piece_is_judged_and_asked_for_the_answer(find: Find) -> None:
    best = find("冷库有几座")[0]
    model = use_scripted_chat(lambda task, last: "是")
    chat = ChatModel(model, "scripted@1")
    assert judged("冷库有几座", "zh", best, chat) == pytest.approx(0.9)
    assert extracted("冷库有几座", "zh", best, chat) == pytest.approx(0.9)
    assert all(best.text in last for _, last in model.asked)
    model.yes = None
    assert judged("冷库有几座", "zh", best, chat) is None
    assert extracted("冷库有几座", "zh", best, chat) is None


def test_quotes_name_the_passage_they_stand_in(find: Find, make_settings: Callable[..., Settings]) -> None:
    evidence = find("使用旧制冷剂的有几座")
    passages = build_passages([[piece.window for piece in evidence]], make_settings().retrieval, len)
    quotes = choose_quotes(evidence, passages)
    assert 1 <= len(quotes) <= 3
    by_number = {passage.number: passage for passage in passages}
    assert all(quote.piece.text in by_number[quote.number].text for quote in quotes)
    assert choose_quotes(evidence, ()) == []


def test_what_is_quoted_beside_the_best_is_a_whole_statement_and_about_as_good(
    find: Find, make_settings: Callable[..., Settings]
) -> None:
    best, *others = find("使用旧制冷剂的有几座")
    fragment = next(piece for piece in others if piece.text.endswith("研究助理") and "\n" not in piece.text)
    sentence = next(piece for piece in others if piece.text.endswith("。") and piece.text not in best.text)
    passages = build_passages([[best.window, fragment.window, sentence.window]], make_settings().retrieval, len)
    close = [replace(piece, score=best.score - 1) for piece in (fragment, sentence)]
    assert [quote.piece.text for quote in choose_quotes([best, *close], passages)] == [best.text, sentence.text]
    far = replace(sentence, score=best.score - 4)
    assert [quote.piece.text for quote in choose_quotes([best, far], passages)] == [best.text]


def test_a_list_is_quoted_on_one_line(find: Find) -> None:
    whole = next(piece for piece in find("三样工具") if piece.text.startswith("员工可以使用三样工具：\n"))
    assert quoted(whole) == "员工可以使用三样工具：在线学习平台；研究助理；行政助手。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("收入16.0亿元", "收入1.6 billion 元"),
        ("约2.07亿元", "约207 million 元"),
        ("罚款18万元", "罚款180,000 元"),
        ("6,120万千瓦时", "61.2 million 千瓦时"),
        ("没有数字", "没有数字"),
    ],
)
def test_chinese_scales_are_put_into_english_numbers(text: str, expected: str) -> None:
    assert with_english_scales(text) == expected


@given(st.floats(min_value=0, max_value=1))
def test_log_odds_stay_finite_and_keep_the_order(probability: float) -> None:
    assert -8 < log_odds(probability) < 8
    assert (log_odds(probability) >= 0) == (probability >= 0.5) or abs(probability - 0.5) < 1e-9


@pytest.mark.parametrize(("question", "other"), [("Q9的集尘容量是多少", True), ("Q8的集尘容量是多少", False)])
def test_statements_about_another_model_than_the_one_asked_for_are_told_apart(
    find: Find, question: str, other: bool
) -> None:
    about = [piece for piece in find(question) if "Q8：" in piece.text or "Q8 集尘" in piece.text]
    assert about
    assert all(piece.contradicts == other for piece in about)


def test_the_row_for_the_range_that_an_amount_falls_into_comes_first(find: Find) -> None:
    found = [piece for piece in find("一万五的单笔金额由谁审批") if piece.window.chunk.kind in {"cell", "row"}]
    assert "财务总监" in found[0].text
