"""How an indexed document lies on disk: its sections and chunks as one JSON file, checked when it is read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from report_qa.documents.chunks import Chunk
from report_qa.documents.section import Section
from report_qa.errors import IndexUnusable, Text
from report_qa.indexing.files import sha256_of, write_atomically


@dataclass(frozen=True)
class IndexedDocument:
    """A document as it is in the index."""

    name: str
    title: str
    language: str
    sha256: str
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]

    @property
    def pictures(self) -> frozenset[str]:
        """The files of its pictures."""
        return frozenset(placed.picture.file for section in self.sections for placed in section.pictures)


_ADAPTER = TypeAdapter(IndexedDocument)


def damaged(what: str) -> IndexUnusable:
    """Return the error for an index that cannot be trusted."""
    return IndexUnusable(
        Text(f"The index is damaged ({what}).", f"索引已损坏（{what}）。"),
        Text("Rebuild it with 'report-qa index --rebuild'.", "请运行 report-qa index --rebuild 重建。"),
    )


def save_document(folder: Path, document: IndexedDocument) -> str:
    """Write a document's record; return its SHA-256, by which :func:`load_document` checks it.

    The file is named by its content, so that a record in use is never overwritten.
    """
    data = json.dumps(asdict(document), ensure_ascii=False, separators=(",", ":")).encode()
    digest = sha256_of(data)
    write_atomically(folder / f"{digest[:32]}.json", data)
    return digest


def load_document(folder: Path, digest: str) -> IndexedDocument:
    """Read a record.

    Raises:
        IndexUnusable: the record is missing or is not what was written.
    """
    path = folder / f"{digest[:32]}.json"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged(f"{path.name} cannot be read") from error
    if sha256_of(data) != digest:
        raise damaged(f"{path.name} was altered")
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError as error:
        raise damaged(f"{path.name} is of another form") from error
