"""The registry's binary format of the embedding model, on tiny synthetic files."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from safetensors.numpy import load_file

from report_qa.models import e5

SHAPE = e5.Shape(hidden=32, layers=1, heads=2, feed_forward=64, vocabulary=10, positions=8, types=2, epsilon=1e-12)


def pack_blocks(scales: NDArray[np.float16], numbers: NDArray[np.uint8]) -> bytes:
    """Return 4-bit blocks: for each, its scale and 32 numbers of 0 to 15."""
    out = bytearray()
    for scale, block in zip(scales, numbers, strict=True):
        out += scale.astype("<f2").tobytes() + (block[:16] | block[16:] << 4).astype(np.uint8).tobytes()
    return bytes(out)


def write_file(tensors: dict[str, tuple[int, int, bytes]]) -> bytes:
    """Return a whole file; each tensor is (type, elements, bytes)."""
    head = struct.pack("<4sI7if i", b"E5S1", 1, 32, 1, 2, 64, 10, 8, 2, 1e-12, 32)
    tokenizer = struct.pack("<i4iQ", 2, 0, 2, 1, 3, 5) + bytes(3 * 4 + 2 * 4 + 5) + struct.pack("<iI", 1, 7) + bytes(7)
    size = sum(2 + len(name) + 1 + 4 + 8 + 8 for name in tensors)
    at = len(head) + len(tokenizer) + 4 + size
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, (kind, elements, data) in tensors.items():
        directory += struct.pack(
            f"<H{len(name)}sBIQQ", len(name), name.encode(), kind, elements, at + len(body), len(data)
        )
        body += data
    return head + tokenizer + directory + body


def tiny_tensors(seed: int = 0) -> dict[str, tuple[int, int, bytes]]:
    """Return all tensors of ``SHAPE``: matrices in 4 bits, vectors in float32."""
    random = np.random.default_rng(seed)
    tensors = {}
    for _, name, dimensions in e5._layout(SHAPE):
        count = int(np.prod(dimensions))
        if len(dimensions) == 2:
            numbers = random.integers(0, 16, (count // 32, 32), dtype=np.uint8)
            tensors[name] = (1, count, pack_blocks(random.random(count // 32).astype(np.float16), numbers))
        else:
            tensors[name] = (0, count, random.random(count).astype("<f4").tobytes())
    return tensors


@given(
    scales=arrays(np.float16, 3, elements=st.floats(-8, 8, width=16)),
    numbers=arrays(np.uint8, (3, 32), elements=st.integers(0, 15)),
)
def test_blocks_come_back_as_number_minus_eight_times_scale(
    scales: NDArray[np.float16], numbers: NDArray[np.uint8]
) -> None:
    weights = e5.dequantise(pack_blocks(scales, numbers))
    expected = (numbers.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
    np.testing.assert_array_equal(weights, expected.reshape(-1))


def test_every_tensor_of_the_model_is_read_under_its_standard_name() -> None:
    tensors = tiny_tensors()
    shape, weights = e5.read_weights(memoryview(write_file(tensors)))
    assert shape.hidden == 32
    assert shape.epsilon == pytest.approx(1e-12)
    assert weights["encoder.layer.0.intermediate.dense.weight"].shape == (64, 32)
    assert weights["encoder.layer.0.output.dense.weight"].shape == (32, 64)
    np.testing.assert_array_equal(
        weights["encoder.layer.0.attention.output.LayerNorm.bias"], np.frombuffer(tensors["l0.aln.b"][2], "<f4")
    )
    np.testing.assert_array_equal(
        weights["embeddings.word_embeddings.weight"].reshape(-1), e5.dequantise(tensors["emb.word"][2])
    )


@settings(max_examples=60)
@given(st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_refused(share: float) -> None:
    whole = write_file(tiny_tensors())
    with pytest.raises(e5.FormatError):
        e5.read_weights(memoryview(whole[: int(len(whole) * share)]))


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("emb.word", (1, 64, bytes(36))),
        ("emb.word", (7, 320, bytes(180))),
        ("emb.ln.w", (0, 32, bytes(100))),
        ("emb.ln.w", None),
    ],
)
def test_a_missing_or_odd_tensor_is_refused(name: str, entry: tuple[int, int, bytes] | None) -> None:
    tensors = tiny_tensors()
    if entry is None:
        del tensors[name]
    else:
        tensors[name] = entry
    with pytest.raises(e5.FormatError, match=name):
        e5.read_weights(memoryview(write_file(tensors)))


def test_another_format_is_refused() -> None:
    with pytest.raises(e5.FormatError, match="magic"):
        e5.read_weights(memoryview(b"GGUF" + bytes(100)))


def test_the_folder_is_a_complete_sentence_transformers_model(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(write_file(tiny_tensors()))
    (tmp_path / "tokenizer.json").write_text("{}")
    folder = tmp_path / "model"
    folder.mkdir()
    e5.write_folder(tmp_path / "weights.bin", tmp_path / "tokenizer.json", folder)
    modules = json.loads((folder / "modules.json").read_text())
    assert [module["type"].rpartition(".")[2] for module in modules] == ["Transformer", "Pooling", "Normalize"]
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: ", "passage": "passage: "}
    config = json.loads((folder / "config.json").read_text())
    assert (config["hidden_size"], config["num_hidden_layers"], config["vocab_size"]) == (32, 1, 10)
    weights = load_file(folder / "model.safetensors")
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
