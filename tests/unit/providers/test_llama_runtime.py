"""The embedded server's life in the process, with the runtime played by a stand-in."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from report_qa.config import load_settings
from report_qa.errors import ModelError
from report_qa.providers import llama_server
from report_qa.providers.chat import load_chat


class FakeRuntime:
    """Has the parts of the runtime that are used; remembers the servers it started."""

    llama_load_mode = SimpleNamespace(LLAMA_LOAD_MODE_NONE=0)

    def __init__(self) -> None:
        self.started: list[Any] = []

    def CommonParams(self) -> Any:  # noqa: N802
        return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())

    def Server(self, parameters: Any) -> Any:  # noqa: N802
        if "broken" in parameters.model.path:
            raise RuntimeError("Failed to init server")
        self.started.append(parameters)
        return SimpleNamespace(listening_address=f"http://127.0.0.1:{9000 + len(self.started)}")


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> FakeRuntime:
    fake = FakeRuntime()
    monkeypatch.setattr(llama_server, "_runtime", lambda: fake)
    monkeypatch.setattr(llama_server, "_servers", {})
    return fake


def test_one_server_is_shared_by_all_callers_with_the_same_settings(runtime: FakeRuntime) -> None:
    first = llama_server.shared_server(Path("a.gguf"), 4096, 2)
    assert llama_server.shared_server(Path("a.gguf"), 4096, 2) is first
    assert llama_server.shared_server(Path("a.gguf"), 2048, 2) is not first
    assert len(runtime.started) == 2


def test_the_server_listens_on_this_machine_only_and_wants_a_key(runtime: FakeRuntime) -> None:
    server = llama_server.shared_server(Path("a.gguf"), 4096, 3)
    other = llama_server.shared_server(Path("b.gguf"), 4096, 3)
    (parameters, _) = runtime.started
    assert parameters.hostnames == ["127.0.0.1"]
    assert parameters.api_keys == [server.api_key]
    assert len(server.api_key) >= 32
    assert server.api_key != other.api_key
    assert parameters.cpuparams.n_threads == 3
    assert parameters.n_ctx == 4096 * llama_server.SLOTS


def test_stopping_lets_the_next_caller_start_anew(runtime: FakeRuntime) -> None:
    llama_server.shared_server(Path("a.gguf"), 4096, 2)
    llama_server.stop_all()
    llama_server.shared_server(Path("a.gguf"), 4096, 2)
    assert len(runtime.started) == 2


def test_a_file_that_cannot_be_loaded_is_a_model_error(runtime: FakeRuntime) -> None:
    with pytest.raises(ModelError, match=r"broken\.gguf") as caught:
        llama_server.shared_server(Path("broken.gguf"), 4096, 2)
    assert "models pull" in caught.value.remedy.en


def test_a_gguf_file_of_the_users_own_is_loaded_as_it_is(runtime: FakeRuntime, tmp_path: Path) -> None:
    path = tmp_path / "my-model.gguf"
    path.write_bytes(b"12345")
    settings = load_settings({"llm.model": str(path)}, environment={}).settings
    assert load_chat(settings).identity == "my-model@5"
    assert runtime.started[0].model.path == str(path)


def test_a_server_that_is_gone_is_a_model_error(runtime: FakeRuntime) -> None:
    server = llama_server.shared_server(Path("a.gguf"), 4096, 2)
    server.address = "http://127.0.0.1:9"
    with pytest.raises(ModelError, match="cannot be reached"):
        server.count_tokens("文本")
