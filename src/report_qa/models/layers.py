"""The lower layers of a language model as a model of their own.

What a text says is clearest in the middle of a language model; its last layers turn that into the next word. A file of
the first layers alone gives their states through the same runtime, and takes less time and memory than the whole.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gguf import GGUFReader, GGUFWriter

_OUTPUT = "output.weight"  # turns states into words, which nobody asks of the lower layers


def write_lower_layers(source: Path, target: Path, layers: int) -> None:
    """Write the first layers of a GGUF file as a GGUF file, all at once: ``target`` is whole or absent.

    Args:
        source: a language model.
        target: the file to write; one that is there is replaced.
        layers: how many of its layers are kept, at least 1.

    Raises:
        OSError: it cannot be read or written.
        ValueError: ``source`` is no GGUF file of so many layers.
    """
    from gguf import GGUFReader, GGUFWriter

    reader = GGUFReader(source)
    architecture = str(reader.fields["general.architecture"].contents())
    count = reader.fields[f"{architecture}.block_count"].contents()
    if not 1 <= layers <= count:
        raise ValueError(f"{source} has {count} layers, not {layers}")
    temporary = target.with_name(f"{target.name}.new")
    writer = GGUFWriter(temporary, architecture)
    _copy_metadata(reader, writer, {f"{architecture}.block_count": layers})
    for tensor in reader.tensors:
        if tensor.name != _OUTPUT and _layer_of(tensor.name) < layers:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(temporary, target)


def _layer_of(tensor: str) -> int:
    """Return the layer that a tensor belongs to, counted from 0; 0 for those of the whole model."""
    return int(tensor.split(".")[1]) if tensor.startswith("blk.") else 0


def _copy_metadata(reader: GGUFReader, writer: GGUFWriter, changed: dict[str, int]) -> None:
    from gguf import GGUFValueType

    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue  # the writer's own
        kind = field.types[0]
        value = changed.get(key, field.contents())
        of = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(key, value, kind, sub_type=of)
