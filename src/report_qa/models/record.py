"""The record kept beside an installed model: where it came from and the hash of every file.

It makes the everyday check cheap (size and modification time of each file, no network, no reading) and the
full one possible, and it gives the weights the identity that an index remembers.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from report_qa.models.progress import Progress

RECORD_FILE = "source.json"
_FORMAT = 1
_BLOCK_BYTES = 1 << 20

Source = Literal["hub", "registry"]


@dataclass(frozen=True)
class FileRecord:
    """Size in bytes, SHA-256 and modification time (nanoseconds) of an installed file."""

    bytes: int
    sha256: str
    mtime_ns: int


@dataclass(frozen=True)
class Record:
    """What was installed.

    Attributes:
        name: the embedded model.
        source: hub or registry.
        origin: repository and revision, or packages and versions.
        weights_sha256: hash of the weights as they were downloaded; it tells quantised from original ones.
        files: path inside the model folder to its record.
    """

    name: str
    source: Source
    origin: str
    weights_sha256: str
    files: Mapping[str, FileRecord]

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(file.bytes for file in self.files.values())


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """Return the SHA-256 of a file in hexadecimal, reporting bytes read to ``progress``."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
            if progress is not None:
                progress.advance(len(block))
    return digest.hexdigest()


def describe(folder: Path, name: str, source: Source, origin: str, weights_sha256: str) -> Record:
    """Return the record of all files under ``folder``."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECORD_FILE)
    files = {path.relative_to(folder).as_posix(): of_file(path) for path in paths}
    return Record(name, source, origin, weights_sha256, files)


def of_file(path: Path) -> FileRecord:
    """Return the record of one file."""
    status = path.stat()
    return FileRecord(status.st_size, sha256_of(path), status.st_mtime_ns)


def write(folder: Path, record: Record) -> None:
    """Write the record into the model folder, atomically."""
    temporary = folder / f"{RECORD_FILE}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({"format": _FORMAT, **asdict(record)}, stream, indent=1, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, folder / RECORD_FILE)


def read(folder: Path) -> Record | None:
    """Return the record of a model folder, or None when there is none that can be understood."""
    try:
        data = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
        if data.pop("format") != _FORMAT:
            return None
        files = {key: FileRecord(**file) for key, file in data.pop("files").items()}
        return Record(files=files, **data)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        # no record, or not one of ours: the caller treats the folder as damaged
        return None


def altered_files(folder: Path, record: Record) -> list[Path]:
    """Return the files that are missing, of another size, or touched since they were recorded; reads no content."""
    altered = []
    for key, file in record.files.items():
        path = folder / key
        if not path.is_file() or (path.stat().st_size, path.stat().st_mtime_ns) != (file.bytes, file.mtime_ns):
            altered.append(path)
    return altered


def damaged_files(folder: Path, record: Record, progress: Progress | None = None) -> list[Path]:
    """Return the files that are missing or whose content is not what was recorded; reads everything."""
    damaged = []
    for key, file in record.files.items():
        path = folder / key
        if not path.is_file() or path.stat().st_size != file.bytes or sha256_of(path, progress) != file.sha256:
            damaged.append(path)
    return damaged
