"""What holds for all tests: no settings from outside, a working directory of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder, factory_of
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from report_qa.config import ENV_PREFIX, Settings, load_settings
from report_qa.providers.embedders import register_embedder

ROOT = Path(__file__).resolve().parent.parent
FOUNDING_REPORT = ROOT / "corpus" / "ai-transformation-report-2025.txt"

# without a deadline or chance, since the machine may be busy and a failure must come again
hypothesis_settings.register_profile(
    "report-qa",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("report-qa")


@pytest.fixture(autouse=True)
def _apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the settings of the environment and of the working directory."""
    for name in os.environ:
        if name.startswith(ENV_PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))


@pytest.fixture
def founding_report() -> Path:
    """The report that the project was founded on."""
    return FOUNDING_REPORT


@pytest.fixture
def embedder() -> HashingEmbedder:
    """An embedder without a model, registered as ``fake``."""
    fake = HashingEmbedder()
    register_embedder("fake", factory_of(fake))
    return fake


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """An empty corpus folder."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.fixture
def make_settings(tmp_path: Path, corpus: Path) -> Callable[..., Settings]:
    """Make settings for the corpus folder and the fake embedder; keywords are paths with ``__`` for the dot."""

    def make(**changes: str) -> Settings:
        overrides = {
            "paths.corpus": str(corpus),
            "paths.index": str(tmp_path / "index"),
            "embedding.model": "fake",
            **{name.replace("__", "."): value for name, value in changes.items()},
        }
        return load_settings(overrides, environment={}).settings

    return make
