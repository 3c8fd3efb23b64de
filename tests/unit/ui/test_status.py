"""The status page's parts: what was counted, what is loaded, what is indexed, and no secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder, factory_of

from report_qa.config import Settings, load_settings
from report_qa.doctor import CheckResult
from report_qa.errors import Text
from report_qa.indexing.collections import in_collection
from report_qa.indexing.manifest import NAME
from report_qa.providers.embedders import register_embedder
from report_qa.providers.loaded import Models
from report_qa.runtime.line import Line
from report_qa.runtime.measures import AnswerMeasure, Measures
from report_qa.service import index_corpus
from report_qa.ui.status import render
from report_qa.ui.status.desk import IndexLine, indexes_of, models_of


def test_questions_are_counted_by_how_they_ended() -> None:
    measures = Measures(Line())
    assert measures.answers() == []
    for seconds in (0.4, 1.5, 4.0, 9.0, 700.0):
        measures.count_answer("answered", seconds)
    measures.count_answer("left", 0.1)
    # bounds are 0.5, 1, 2, 5, 10 … 600: the third of five ended within 5, the fifth after the last
    assert measures.answers() == [AnswerMeasure("answered", 5, 5, None), AnswerMeasure("left", 1, 0.5, 0.5)]
    shown = render.usage_html(measures.answers(), 2, 64, "en")
    assert "2 of 64" in shown
    assert "longer" in shown
    assert "No question yet" in render.usage_html([], 0, 64, "en")


def test_models_tell_whether_they_are_here_and_loaded(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    register_embedder("fake", factory_of(HashingEmbedder()))
    file = tmp_path / "own.gguf"
    file.touch()
    settings = make_settings(llm__model=str(file), embedding__model="fake")
    models = Models(settings)
    assert models.loaded == frozenset()
    assert models.embedder is not None
    assert models.loaded == {"embedding"}
    llm, embedding = models_of(settings, models.loaded)
    assert (llm.role, llm.place, llm.present, llm.loaded) == ("llm", str(file), None, False)
    assert (embedding.name, embedding.loaded) == ("fake", True)
    remote = make_settings(llm__provider="openai", llm__model="m", llm__base_url="http://127.0.0.1:9/v1")
    assert models_of(remote, frozenset())[0].place == "http://127.0.0.1:9/v1"
    absent = make_settings(paths__models=str(tmp_path / "none"), embedding__model="multilingual-e5-small")
    assert [line.present for line in models_of(absent, frozenset())] == [False, False]
    assert "not on this machine" in render.models_html(models_of(absent, frozenset()), "en")


def test_every_collection_tells_its_index_or_what_is_wrong_with_it(
    make_settings: Callable[..., Settings], tmp_path: Path, corpus: Path
) -> None:
    register_embedder("fake", factory_of(HashingEmbedder()))
    (corpus / "a.md").write_text("# 甲\n\n有效样本2887份。\n", encoding="utf-8")
    settings = make_settings(embedding__model="fake", paths__library=str(tmp_path / "library"))
    assert indexes_of(settings) == []
    assert "No document" in render.indexes_html([], "en")
    index_corpus(settings)
    broken = in_collection(settings, "broken").paths.index
    broken.mkdir(parents=True)
    (broken / NAME).write_text("{", encoding="utf-8")
    first, second = indexes_of(settings)
    assert (first.collection, first.documents, first.error) == ("default", 1, None)
    assert first.chunks >= 1
    assert first.built
    assert second.error is not None
    assert second.error.message.en in render.indexes_html([IndexLine("broken", error=second.error)], "en").replace(
        "&#x27;", "'"
    )


def test_settings_are_shown_with_their_source_and_without_secrets() -> None:
    loaded = load_settings(
        {"server.port": "7999"},
        environment={"REPORT_QA_LLM__API_KEY": "sk-very-secret", "REPORT_QA_SERVER__LANGUAGE": "zh"},
    )
    shown = render.settings_html(loaded.listing(), "en")
    assert "sk-very-secret" not in shown
    assert "REPORT_QA_LLM__API_KEY" in shown
    assert "3 are not the default" in shown
    assert shown.index("server.port") < shown.index("<details")


def test_every_setting_and_nothing_else_is_explained_in_chinese() -> None:
    listing = load_settings().listing()
    assert set(render.descriptions_zh()) == {setting.path for setting in listing}
    for setting in listing:
        said = render.described(setting, "zh")
        assert any("\u4e00" <= character <= "\u9fff" for character in said)
        assert said in render.settings_html(listing, "zh")
        assert render.described(setting, "en") == setting.description


@pytest.mark.parametrize(
    ("severities", "told"), [(["ok"], "All is well"), (["ok", "error", "warning"], "Errors: 1, warnings: 1")]
)
def test_findings_are_told_with_their_remedies(severities: list[str], told: str) -> None:
    findings = [
        CheckResult("x", severity, Text(f"<{severity}>", "…"), None if severity == "ok" else Text("Do it.", "请做。"))  # type: ignore[arg-type]
        for severity in severities
    ]
    shown = render.health_html(findings, "en")
    assert told in shown
    assert ("Do it." in shown) is (len(severities) > 1)
    assert "&lt;ok&gt;" in shown
    assert "Checking" in render.health_html(None, "en")
