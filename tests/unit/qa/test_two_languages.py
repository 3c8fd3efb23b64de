"""A library in two languages: a question is nearer to any text of its own language, and that must not decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, factory_of
from numpy.typing import NDArray

from report_qa.config import Settings
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import recipe_of
from report_qa.providers.embedders import register_embedder
from report_qa.qa.evidence import find_evidence, level_languages
from report_qa.qa.retrieve import Query, Retriever, Rewrite, standardised
from report_qa.qa.windows import distinct, rank_windows
from report_qa.service import index_corpus
from report_qa.text.normalise import language_of

HANDBOOK = """# 员工手册

## 年假
工作满一年的员工每年有十天年假，假期须在次年三月底之前休完，过期不再补发，也不折算成工资。

## 加班
节假日加班按三倍工资计算，平日加班按一倍半计算，须由部门主管事先批准，否则不予承认。

## 考勤
迟到三次扣半天工资，旷工一天扣三天工资，每个月的考勤表由前台负责统计后交人事部门。
"""
MANUAL = """# Dishwasher manual

## Salt
Refill the salt container of the Borealis SMV46 when its lamp lights up. The SMV46 takes 1.5 kilograms of coarse salt.

## Filter
Clean the filter under running water every two weeks, and never run the machine without the filter.

## Noise
The machine is quieter in the night programme, which takes three hours and heats the water to 45 degrees.
"""


class LanguageBound(HashingEmbedder):
    """Puts texts of one language near each other whatever they say, as multilingual embedding models do."""

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super()._vectors(texts)
        for row, text in zip(vectors, texts, strict=True):
            row[0 if language_of(text) == "zh" else 1] += 0.9
            row /= np.linalg.norm(row)
        return vectors


@pytest.fixture
def embedder() -> HashingEmbedder:
    fake = LanguageBound()
    register_embedder("fake", factory_of(fake))
    return fake


@pytest.fixture
def library(embedder: HashingEmbedder, make_settings: Callable[..., Settings], corpus: Path) -> Library:
    (corpus / "handbook.md").write_text(HANDBOOK, encoding="utf-8")
    (corpus / "manual.md").write_text(MANUAL, encoding="utf-8")
    settings = make_settings()
    index_corpus(settings)
    return Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))


# a name that is misspelt is no keyword, and only its letters bring question and text together
FIRST = Query("Borealix SMV467能装多少盐")
QUERY = Query(
    FIRST.text,
    (Rewrite("zh", "Borealix SMV467能装多少盐？"), Rewrite("en", "How much salt does the Borealix SMV467 take?")),
)


def test_the_nearest_chunks_are_taken_in_each_language(library: Library, embedder: HashingEmbedder) -> None:
    (found,) = library.nearest(embedder.embed_queries([QUERY.text]), 1)
    languages = {library.sections[library.chunk_sections[position]].document.language for position in found}
    assert len(found) == 2
    assert languages == {"zh", "en"}


def test_the_section_in_the_other_language_is_found_first(
    library: Library, embedder: HashingEmbedder, make_settings: Callable[..., Settings]
) -> None:
    hits = Retriever(library, embedder, make_settings().retrieval).search(FIRST)
    assert hits[0].ref.section.title == "Salt"


def test_the_sentence_in_the_other_language_is_ranked_first(
    library: Library, embedder: HashingEmbedder, make_settings: Callable[..., Settings]
) -> None:
    hits = Retriever(library, embedder, make_settings().retrieval).search(QUERY)
    windows = distinct(rank_windows(" ".join(QUERY.wordings), hits, library), 12)
    best = find_evidence(QUERY, windows, embedder)[0]
    assert best.window.heading == "Salt"


def test_every_group_is_compared_within_itself_first() -> None:
    groups = np.asarray(["zh"] * 100 + ["en"] * 100)
    values = np.concatenate([np.linspace(0.8, 0.9, 100), np.linspace(0.6, 0.7, 100)])
    grouped = standardised(values, groups)
    assert grouped.std() == pytest.approx(1.0)
    assert grouped[99] - grouped[199] == pytest.approx(0.0, abs=0.5)
    # without groups the best of the other language lies below the worst of one's own
    plain = standardised(values)
    assert plain[199] < plain[0]


def test_a_group_of_one_keeps_its_place() -> None:
    grouped = standardised([0.9, 0.8, 0.7, 0.1], np.asarray(["zh", "zh", "zh", "en"]))
    assert grouped[3] == min(grouped)


def test_one_language_is_standardised_as_ever() -> None:
    values = [0.2, 0.5, 0.9]
    assert standardised(values, np.asarray(["zh"] * 3)) == pytest.approx(standardised(values))


def test_the_question_as_asked_is_as_near_to_the_pieces_of_every_language() -> None:
    languages = np.asarray(["zh", "en", "en"])
    # columns: as asked in Chinese, rewritten in Chinese, rewritten in English
    likeness = np.asarray([[0.90, 0.92, 0.80], [0.84, 0.82, 0.92], [0.80, 0.80, 0.90]])
    levelled = level_languages(QUERY, likeness, languages)
    # the English pieces gain 0.10 from the English rewriting over the Chinese one
    assert levelled[:, 0] == pytest.approx([0.90, 0.94, 0.90])
    assert levelled[:, 1:] == pytest.approx(likeness[:, 1:])
    assert likeness[1, 0] == 0.84


def test_without_a_rewriting_in_the_text_s_language_nothing_is_known_to_level() -> None:
    likeness = np.asarray([[0.90, 0.92], [0.84, 0.82]])
    query = Query(FIRST.text, QUERY.rewrites[:1])
    assert level_languages(query, likeness, np.asarray(["zh", "en"])) == pytest.approx(likeness)
