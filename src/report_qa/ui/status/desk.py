"""What the status page knows, without anything of the web in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from report_qa.config import Setting, Settings
from report_qa.errors import ReportQAError, Text
from report_qa.indexing.collections import collections, in_collection
from report_qa.indexing.manifest import NAME, read_manifest
from report_qa.models.catalog import EMBEDDED_MODELS
from report_qa.models.status import list_models
from report_qa.runtime.line import Line
from report_qa.runtime.measures import Measures


class Finding(Protocol):
    """What a check of the installation found; see :class:`report_qa.doctor.CheckResult`."""

    @property
    def name(self) -> str:
        """The check."""

    @property
    def severity(self) -> str:
        """``ok``, ``warning`` or ``error``."""

    @property
    def message(self) -> Text:
        """What was found."""

    @property
    def remedy(self) -> Text | None:
        """What to do about it."""


@dataclass(frozen=True)
class Operations:
    """What the program that serves the page knows of itself.

    Attributes:
        listing: every setting in force, secrets masked.
        examine: checks the installation.
        loaded: tells which models are loaded, by their section in the settings.
        measures: what was counted.
        line: in front of the model.
    """

    listing: Sequence[Setting]
    examine: Callable[[], Iterable[Finding]]
    loaded: Callable[[], frozenset[str]]
    measures: Measures
    line: Line


@dataclass(frozen=True)
class ModelLine:
    """A model of the settings.

    Attributes:
        role: ``llm``, ``embedding`` or ``reranker``, as its section is named.
        name: as set.
        place: its file, or the endpoint; empty where it is found when it is loaded.
        present: whether it is on this machine; None where it is not one of ours, so that nothing is known.
        loaded: whether it is in use.
    """

    role: str
    name: str
    place: str
    present: bool | None
    loaded: bool


@dataclass(frozen=True)
class IndexLine:
    """The index of a collection: its size, when it was built (local time), or what is wrong with it."""

    collection: str
    documents: int = 0
    chunks: int = 0
    built: str = ""
    error: ReportQAError | None = None


def models_of(settings: Settings, loaded: frozenset[str]) -> list[ModelLine]:
    """Return the models of the settings."""
    ours = {status.name: status for status in list_models(settings)}
    wanted = {"llm": settings.llm.model, "embedding": settings.embedding.model, "reranker": settings.reranker.model}
    lines = []
    for role, name in wanted.items():
        if name is None:
            continue
        remote = role == "llm" and settings.llm.provider == "openai"
        if name in EMBEDDED_MODELS and not remote:
            place, present = str(ours[name].path), ours[name].present
        else:
            place, present = (settings.llm.base_url or "") if remote else _file(name), None
        lines.append(ModelLine(role, name, place, present, role in loaded))
    return lines


def _file(name: str) -> str:
    path = Path(name).expanduser()
    return str(path) if path.exists() else ""


def indexes_of(settings: Settings) -> list[IndexLine]:
    """Return the index of every collection that holds documents."""
    return [_index(name, in_collection(settings, name)) for name in collections(settings)]


def _index(name: str, settings: Settings) -> IndexLine:
    try:
        manifest = read_manifest(settings.paths.index)
        if manifest is None:
            return IndexLine(name)
        built = datetime.fromtimestamp((settings.paths.index / NAME).stat().st_mtime).strftime("%Y-%m-%d %H:%M")
    except ReportQAError as error:
        return IndexLine(name, error=error)
    documents = manifest.documents.values()
    return IndexLine(name, len(documents), sum(entry.chunks for entry in documents), built)
