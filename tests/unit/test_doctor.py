"""The doctor: every trouble is a finding with its remedy, and nothing makes it fall over."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from report_qa import doctor
from report_qa.config import Settings
from report_qa.doctor import CheckResult, examine, machine
from report_qa.indexing.build import build_index

TEXT = "# 年报\n\n## 经营\n\n2024年营业收入为12亿元。\n"
MakeSettings = Callable[..., Settings]


@pytest.fixture
def settings(make_settings: MakeSettings, corpus: Path, tmp_path: Path) -> Settings:
    """Settings over one document, with models that are not there."""
    (corpus / "a.md").write_text(TEXT, encoding="utf-8")
    return make_settings(paths__models=str(tmp_path / "models"))


def found(settings: Settings, name: str) -> list[CheckResult]:
    """Return what one check says."""
    return [result for result in examine(settings) if result.name == name]


def only(settings: Settings, name: str) -> CheckResult:
    """Return the one thing that a check says."""
    (result,) = found(settings, name)
    return result


def test_whatever_is_not_well_has_a_remedy_in_both_languages(settings: Settings) -> None:
    results = list(examine(settings))
    assert {result.name for result in results} >= {"python", "disk", "models folder", "corpus", "index", "port"}
    for result in results:
        assert result.message.en
        assert result.message.zh
        assert "\n" not in result.message.en
        assert (result.remedy is None) == (result.severity == "ok")


def test_who_serves_the_page_is_not_warned_of_its_own_port(settings: Settings) -> None:
    assert "port" not in {result.name for result in examine(settings, serving=True)}


def test_the_doctor_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    list(examine(settings))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_check_that_breaks_is_a_finding(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(settings: Settings) -> Iterator[CheckResult]:
        raise ImportError("libgomp.so.1: cannot open shared object file\nand more")

    monkeypatch.setattr(doctor.machine, "check_processor", breaks)
    result = only(settings, "processor")
    assert result.severity == "error"
    assert "libgomp.so.1" in result.message.en
    assert "and more" not in result.message.en


def test_an_index_of_these_documents_is_well(settings: Settings, embedder: HashingEmbedder) -> None:
    build_index(settings, embedder)
    assert only(settings, "index").severity == "ok"


def test_a_missing_index_is_told_with_the_command(settings: Settings) -> None:
    result = only(settings, "index")
    assert result.severity == "error"
    assert result.remedy is not None
    assert "report-qa index" in result.remedy.zh


def test_an_index_of_another_model_is_told(
    settings: Settings, make_settings: MakeSettings, embedder: HashingEmbedder
) -> None:
    build_index(settings, embedder)
    result = only(make_settings(embedding__model="another/model"), "index")
    assert result.severity == "error"
    assert "another/model" in result.message.en


def test_an_index_of_other_chunk_sizes_is_told(
    settings: Settings, make_settings: MakeSettings, embedder: HashingEmbedder
) -> None:
    build_index(settings, embedder)
    result = only(make_settings(chunks__window_chars="99"), "index")
    assert result.severity == "error"
    assert "window_chars" in result.message.en


def test_a_damaged_index_is_told(settings: Settings, embedder: HashingEmbedder) -> None:
    build_index(settings, embedder)
    (record,) = (settings.paths.index / "documents").glob("*.json")
    record.write_bytes(record.read_bytes().replace(b"12", b"13"))
    result = only(settings, "index")
    assert result.severity == "error"
    assert result.remedy is not None
    assert "--rebuild" in result.remedy.en


def test_documents_that_changed_since_are_named(settings: Settings, corpus: Path, embedder: HashingEmbedder) -> None:
    build_index(settings, embedder)
    (corpus / "b.txt").write_text("新的一份。", encoding="utf-8")
    well, stale = found(settings, "index")
    assert well.severity == "ok"
    assert stale.severity == "warning"
    assert "b.txt" in stale.message.en
    assert "a.md" not in stale.message.en


def test_every_document_that_cannot_be_read_is_named(settings: Settings, corpus: Path) -> None:
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "picture.txt").write_bytes(bytes(range(256)) * 8)
    (corpus / "film.mp4").write_bytes(b"PK")
    results = found(settings, "corpus")
    errors = [result.message.en for result in results if result.severity == "error"]
    assert any("empty.txt" in text for text in errors)
    assert any("picture.txt" in text for text in errors)
    (skipped,) = [result for result in results if result.severity == "warning"]
    assert "film.mp4" in skipped.message.en


def test_a_missing_corpus_folder_is_told(settings: Settings, corpus: Path) -> None:
    shutil.rmtree(corpus)
    assert only(settings, "corpus").severity == "error"


def test_a_model_that_is_not_here_is_told_with_the_command(make_settings: MakeSettings, tmp_path: Path) -> None:
    missing = make_settings(embedding__model="multilingual-e5-small", paths__models=str(tmp_path / "models"))
    for name in ("embedding model", "language model"):
        result = only(missing, name)
        assert result.severity == "error"
        assert result.remedy is not None
        assert "report-qa models pull" in result.remedy.en


def test_a_model_folder_without_a_record_is_damaged(make_settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "models" / "multilingual-e5-small").mkdir(parents=True)
    settings = make_settings(embedding__model="multilingual-e5-small", paths__models=str(tmp_path / "models"))
    result = only(settings, "embedding model")
    assert result.severity == "error"
    assert "damaged" in result.message.en


def test_an_unknown_embedded_model_is_told_with_the_known_ones(make_settings: MakeSettings) -> None:
    result = only(make_settings(llm__model="gpt"), "language model")
    assert result.severity == "error"
    assert result.remedy is not None
    assert "qwen2.5-coder-1.5b-instruct" in result.remedy.en


def test_a_gguf_file_of_ones_own_is_well(make_settings: MakeSettings, tmp_path: Path) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF")
    assert only(make_settings(llm__model=str(file)), "language model").severity == "ok"


@pytest.mark.parametrize(("name", "severity"), [("someone/model", "warning"), ("not a / name", "error")])
def test_a_model_of_the_hub_is_looked_for_on_this_machine(
    make_settings: MakeSettings, name: str, severity: str
) -> None:
    assert only(make_settings(reranker__model=name), "reranker").severity == severity


def test_without_room_for_the_models_the_folder_is_named(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: usage._replace(free=250_000_000))
    models, index = found(make_settings(paths__models=str(tmp_path / "models")), "disk")
    assert models.severity == "error"
    assert models.remedy is not None
    assert "paths.models" in models.remedy.en
    assert index.severity == "ok"


def test_little_memory_is_a_warning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_free_memory", lambda: 1_000_000_000)
    assert only(settings, "memory").severity == "warning"


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write everywhere")
def test_a_models_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    settings.paths.models.mkdir()
    settings.paths.models.chmod(0o500)
    assert only(settings, "models folder").severity == "error"


def test_a_taken_port_is_told(make_settings: MakeSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = only(make_settings(server__port=str(port)), "port")
    assert result.severity == "warning"
    assert str(port) in result.message.en


class Endpoint:
    """An OpenAI-compatible server that lists its models, or answers with another status."""

    def __init__(self, status: int = 200, models: tuple[str, ...] = ("qwen3:4b",)) -> None:
        body = json.dumps({"data": [{"id": name} for name in models]}).encode()
        keys: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keys.append(self.headers.get("Authorization"))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if self.path == "/v1/models" else b"")

            def log_message(self, *_: object) -> None:
                return

        self.keys = keys
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


def asked(endpoint: Endpoint, make_settings: MakeSettings, model: str = "qwen3:4b") -> CheckResult:
    """Return what is found of an endpoint, which is closed afterwards."""
    settings = make_settings(
        llm__provider="openai", llm__base_url=endpoint.address, llm__api_key="key-1", llm__model=model
    )
    try:
        return only(settings, "language model")
    finally:
        endpoint.close()


def test_an_endpoint_that_serves_the_model_is_well(make_settings: MakeSettings) -> None:
    endpoint = Endpoint()
    assert asked(endpoint, make_settings).severity == "ok"
    assert endpoint.keys == ["Bearer key-1"]


def test_an_endpoint_without_the_model_is_told_with_what_it_has(make_settings: MakeSettings) -> None:
    result = asked(Endpoint(), make_settings, model="qwen3:8b")
    assert result.severity == "error"
    assert result.remedy is not None
    assert "qwen3:4b" in result.remedy.en


def test_a_refused_key_is_told_and_not_shown(make_settings: MakeSettings) -> None:
    result = asked(Endpoint(status=401), make_settings)
    assert result.severity == "error"
    assert result.remedy is not None
    assert "llm.api_key" in result.remedy.en
    assert "key-1" not in result.message.en + result.remedy.en


def test_an_endpoint_that_lists_nothing_is_a_warning(make_settings: MakeSettings) -> None:
    assert asked(Endpoint(status=404), make_settings).severity == "warning"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "not an address", "http://[::1/v1"])
def test_an_endpoint_out_of_reach_is_told(make_settings: MakeSettings, address: str) -> None:
    result = only(make_settings(llm__provider="openai", llm__base_url=address), "language model")
    assert result.severity == "error"
    assert result.remedy is not None
    assert "llm.base_url" in result.remedy.en
