"""What is installed, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from report_qa.config import Settings
from report_qa.errors import Text
from report_qa.models import failures, record
from report_qa.models.catalog import EMBEDDED_MODELS, EmbeddedModel, Kind, embedded_model
from report_qa.models.fetch import folder_of
from report_qa.models.progress import Progress, SilentProgress


@dataclass(frozen=True)
class ModelStatus:
    """One embedded model on this machine.

    Attributes:
        name: name in the settings.
        kind: chat or embedding.
        licence: SPDX identifier.
        present: installed, by the cheap check.
        bytes: size on disk, or of the download when it is not present.
        path: where it lies or would lie.
        source: hub or registry, with repository or packages; empty when not present.
    """

    name: str
    kind: Kind
    licence: str
    present: bool
    bytes: int
    path: Path
    source: str


def list_models(settings: Settings) -> list[ModelStatus]:
    """Return the status of every embedded model; reads no model file."""
    return [_status(model, settings) for model in EMBEDDED_MODELS.values()]


def _status(model: EmbeddedModel, settings: Settings) -> ModelStatus:
    folder = folder_of(model, settings)
    found = record.read(folder)
    present = found is not None and all((folder / key).is_file() for key in found.files)
    return ModelStatus(
        name=model.name,
        kind=model.kind,
        licence=model.licence,
        present=present,
        bytes=found.bytes if found and present else model.download_bytes,
        path=folder / model.entry,
        source=f"{found.source}: {found.origin}" if found and present else "",
    )


def check(name: str, settings: Settings, progress: Progress | None = None) -> ModelStatus:
    """Read every file of an installed model and compare its SHA-256.

    Returns:
        The status of the model, which is whole.

    Raises:
        ModelError: not installed, or damaged; it names the file.
    """
    model = embedded_model(name)
    folder = folder_of(model, settings)
    found = record.read(folder)
    if found is None and not folder.exists():
        raise failures.not_installed(name)
    if found is None:
        raise failures.damaged(name, folder / record.RECORD_FILE)
    progress = progress or SilentProgress()
    progress.start(Text(f"Checking {name}", f"正在校验 {name}"), found.bytes)
    try:
        bad = record.damaged_files(folder, found, progress)
    finally:
        progress.done()
    if bad:
        raise failures.damaged(name, bad[0])
    return _status(model, settings)
