"""What built the index. The manifest is written last, so what it does not name does not exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from report_qa.config import ChunkSettings
from report_qa.documents.chunks import RULE
from report_qa.errors import IndexUnusable, Text
from report_qa.indexing.files import write_atomically
from report_qa.indexing.records import damaged

NAME = "manifest.json"
FORMAT = 1
"""Number of the layout of the index folder; raised when older folders can no longer be read."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recipe(_Record):
    """Everything that decides what a chunk and its vector are."""

    format: Literal[1] = 1
    embedder: str
    dimension: int = Field(ge=1)
    rule: str
    window_chars: int
    section_chars: int


class DocumentEntry(_Record):
    """A document in the index: the hash of its file and of its record, and what was found when it was read.

    ``pages`` is None for formats without pages; ``warnings`` tell, in English and Chinese, what could not be read.
    """

    sha256: str
    record: str
    title: str
    language: str
    sections: int
    chunks: int
    tables: int = 0
    pictures: int = 0
    pages: int | None = None
    parser: str = ""
    warnings: tuple[tuple[str, str], ...] = ()


class Manifest(_Record):
    """The recipe and the documents built by it."""

    recipe: Recipe
    documents: dict[str, DocumentEntry] = Field(default_factory=dict)


def recipe_of(embedder: str, dimension: int, chunks: ChunkSettings) -> Recipe:
    """Return the recipe that the present models and settings stand for."""
    return Recipe(
        embedder=embedder,
        dimension=dimension,
        rule=RULE,
        window_chars=chunks.window_chars,
        section_chars=chunks.section_chars,
    )


def read_manifest(index: Path) -> Manifest | None:
    """Return the manifest of an index folder, or None where no index was built.

    Raises:
        IndexUnusable: the manifest cannot be read, or is of another format.
    """
    path = index / NAME
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise damaged(f"{NAME} cannot be read") from error
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        raise damaged(f"{NAME} is not of format {FORMAT}") from error


def write_manifest(index: Path, manifest: Manifest) -> None:
    """Write the manifest in one step."""
    write_atomically(index / NAME, manifest.model_dump_json(indent=2).encode())


def missing_index(index: Path) -> IndexUnusable:
    """Return the error for a folder without an index."""
    return IndexUnusable(
        Text(f"There is no index in {index}.", f"{index} 中还没有索引。"),
        Text("Build it with 'report-qa index'.", "请运行 report-qa index 建立索引。"),
    )


def require_fit(manifest: Manifest, recipe: Recipe) -> None:
    """Refuse an index that other models or chunk rules built.

    Raises:
        IndexUnusable: naming the first thing that differs.
    """
    built, now = manifest.recipe.model_dump(), recipe.model_dump()
    for key, value in built.items():
        if now[key] != value:
            raise IndexUnusable(
                Text(
                    f"The index was built with another {key} ({value}; now {now[key]}).",
                    f"索引是用另一种 {key} 建立的（{value}；现为 {now[key]}）。",
                ),
                Text(
                    "Rebuild it with 'report-qa index', or go back to those settings.",
                    "请运行 report-qa index 重建，或改回原设置。",
                ),
            )
