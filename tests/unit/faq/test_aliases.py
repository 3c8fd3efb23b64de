"""Questions of pairs lead to their passages, reviewed or not, and nothing of an unreviewed pair is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drafting import DraftingModel
from fakes import HashingEmbedder

from report_qa.config import FAQSettings, Settings
from report_qa.faq.aliases import Aliases
from report_qa.faq.records import Draft, Flag
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.vectors import QuestionVectors
from report_qa.service import ReportQA, index_corpus

TEXT = """# 手册

## 存放

后备箱下面有一个储物格。里面可以放下随车的工具和一件雨衣，每次用完后请把盖子扣好，以免行驶时发出响声。

## 胎压

冷态胎压为 0.25 MPa。每个月检查一次，满载出行之前也要检查一次，测量时车辆至少要停放三个小时。

## 灯光

大灯在雨天自动打开。进入隧道时也会自动打开，驶出隧道几秒以后会自动关闭，无需驾驶员另外操作。
"""
ODD = "冷态胎压为啥突然没有了"
"""Shares words with another section than the one that its pair rests on."""


@pytest.fixture
def settings(
    corpus: Path, make_settings: Callable[..., Settings], embedder: HashingEmbedder, model: DraftingModel
) -> Settings:
    (corpus / "a.md").write_text(TEXT, encoding="utf-8")
    made = make_settings(llm__provider="drafting")
    index_corpus(made)
    return made


def draft(settings: Settings, sentence: str, question: str, *flags: Flag) -> int:
    place = Sources.open(settings.paths.index).find(sentence)
    assert place is not None
    made = Draft(question=question, answer="还没有人看过", evidence=place.evidence(), flags=flags)
    return FaqStore.open(settings).add([made], "m")[0]


def found(settings: Settings, question: str) -> str:
    with ReportQA.open(settings, with_chat=False) as qa:
        return qa.search(question)[0].ref.section.title


def test_a_draft_leads_to_its_passage_and_shows_nothing_of_itself(settings: Settings) -> None:
    assert found(settings, ODD) == "胎压"
    number = draft(settings, "后备箱下面有一个储物格。", "备胎放在哪里？")
    FaqStore.open(settings).change(number, {"similar": (ODD,)}, "m")
    with ReportQA.open(settings) as qa:
        hit = qa.search(ODD)[0]
        answer = qa.ask(ODD)
    assert (hit.ref.section.title, hit.channels["alias"]) == ("存放", 1.0)
    assert any("储物格" in passage.text for passage in answer.passages)
    assert "还没有人看过" not in answer.text
    assert all("还没有人看过" not in passage.section_text for passage in answer.passages)


def test_pairs_are_taken_up_as_they_change(settings: Settings) -> None:
    with ReportQA.open(settings, with_chat=False) as qa:
        assert qa.reviewed == {}
        number = draft(settings, "后备箱下面有一个储物格。", ODD)
        assert qa.search(ODD)[0].ref.section.title == "存放"
        before = qa.reviewed
        FaqStore.open(settings).change(number, {"negative": (ODD,), "question": "备胎放在哪里？"}, "m")
        assert "alias" not in qa.search(ODD)[0].channels
        assert qa.reviewed != before
        FaqStore.open(settings).change(number, {"negative": (), "question": ODD, "state": "rejected"}, "m")
        assert "alias" not in qa.search(ODD)[0].channels


def test_a_pair_with_a_grave_flag_leads_nowhere(settings: Settings) -> None:
    draft(settings, "后备箱下面有一个储物格。", ODD, Flag("unsupported", "5"))
    assert Aliases(settings, HashingEmbedder()).leads(ODD) == []


def test_it_can_be_turned_off(settings: Settings) -> None:
    draft(settings, "后备箱下面有一个储物格。", ODD)
    assert found(settings, ODD) == "存放"
    assert found(settings.model_copy(update={"faq": FAQSettings(aliases=False)}), ODD) == "胎压"


def test_without_pairs_no_database_is_made(settings: Settings) -> None:
    assert Aliases(settings, HashingEmbedder()).leads(ODD) == []
    assert not (settings.paths.index / "faq.sqlite3").exists()


def test_every_question_is_embedded_once_also_by_another_process(tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    first = QuestionVectors(tmp_path, embedder).of(["甲？", "乙？", "甲？"])
    assert first.shape == (3, embedder.dimension)
    np.testing.assert_array_equal(first[0], first[2])
    again = QuestionVectors(tmp_path, Silent())
    np.testing.assert_array_equal(again.of(["乙？", "甲？"]), first[[1, 0]])
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:50])
    np.testing.assert_array_equal(QuestionVectors(tmp_path, embedder).of(["甲？"]), first[:1])


class Silent(HashingEmbedder):
    """Fails when it is asked to embed."""

    def embed_queries(self, texts: object) -> None:  # type: ignore[override]
        raise AssertionError("embedded again")
