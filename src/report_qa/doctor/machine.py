"""The machine: Python, disk, memory, folders, port and processor."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from report_qa.config import Settings
from report_qa.doctor import result
from report_qa.doctor.models import chat_name, is_installed
from report_qa.doctor.result import CheckResult
from report_qa.errors import Text

_OLDEST_PYTHON = (3, 11)
_MODELS_MEMORY = 3_000_000_000
"""Bytes that the two embedded models, their libraries and the prompt cache take together, rounded up."""
_INDEX_SPACE = 200_000_000
"""Free bytes that an index of a few dozen reports fits into with ease."""


def check_python(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether Python is new enough."""
    version, needed = platform.python_version(), ".".join(map(str, _OLDEST_PYTHON))
    if sys.version_info >= _OLDEST_PYTHON:
        yield result.ok("python", Text(f"Python {version}.", f"Python {version}。"))
        return
    yield result.error(
        "python",
        Text(f"Python {version} is older than {needed}.", f"Python {version} 低于 {needed}。"),
        Text(f"Install Python {needed} or newer.", f"请安装 Python {needed} 或更新版本。"),
    )


def check_disk(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether models and index have room."""
    from report_qa.models.catalog import EMBEDDED_MODELS

    missing = [n for n in (settings.embedding.model, chat_name(settings)) if n and not is_installed(n, settings)]
    models = [EMBEDDED_MODELS[name] for name in missing]
    # a model is put together beside its download, so for a while both are there
    wanted = sum(model.download_bytes + model.installed_bytes for model in models)
    for folder, needed, key in (
        (settings.paths.models, wanted, "paths.models"),
        (settings.paths.index, _INDEX_SPACE, "paths.index"),
    ):
        free = shutil.disk_usage(_existing(folder)).free
        shown = f"{free / 1e9:.1f} GB"
        if free >= needed:
            yield result.ok("disk", Text(f"{shown} free for {folder}.", f"{folder} 可用空间 {shown}。"))
            continue
        yield result.error(
            "disk",
            Text(
                f"{shown} free for {folder}, {needed / 1e9:.1f} GB are needed.",
                f"{folder} 可用空间 {shown}，需要 {needed / 1e9:.1f} GB。",
            ),
            Text(f"Free some space, or set {key} to another disk.", f"请腾出空间，或把 {key} 设到其他磁盘。"),
        )


def check_memory(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether the embedded models fit into memory."""
    free = _free_memory()
    if free is None:
        return
    shown = f"{free / 1e9:.1f} GB"
    if free >= _MODELS_MEMORY or settings.llm.provider != "embedded":
        yield result.ok("memory", Text(f"{shown} of memory free.", f"可用内存 {shown}。"))
        return
    yield result.warning(
        "memory",
        Text(
            f"{shown} of memory free; the embedded models take up to {_MODELS_MEMORY / 1e9:.0f} GB.",
            f"可用内存 {shown}；内置模型最多占用 {_MODELS_MEMORY / 1e9:.0f} GB。",
        ),
        Text(
            "Close other programs, or set a smaller llm.context_tokens.", "请关闭其他程序，或调小 llm.context_tokens。"
        ),
    )


def _free_memory() -> int | None:
    """Return the free bytes of memory, also within a container's limit, or None where the system does not tell."""
    free: list[int] = []
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        lines = (line.split() for line in meminfo.read_text(encoding="utf-8").splitlines())
        free += [int(line[1]) * 1024 for line in lines if line[0] == "MemAvailable:"]
    group = Path("/sys/fs/cgroup")
    if (group / "memory.max").exists():
        limit = (group / "memory.max").read_text(encoding="utf-8").strip()
        if limit.isdigit():
            free.append(int(limit) - int((group / "memory.current").read_text(encoding="utf-8")))
    return min(free, default=None)


def check_models_folder(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether models can be put where they belong."""
    folder = settings.paths.models
    existing = _existing(folder)
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        yield result.ok("models folder", Text(f"{folder} can be written.", f"{folder} 可写。"))
        return
    names = [name for name in (settings.embedding.model, chat_name(settings)) if name]
    whole = all(is_installed(name, settings) for name in names)
    yield CheckResult(
        "models folder",
        # a shared folder that is complete serves as well
        "warning" if whole else "error",
        Text(f"{folder} cannot be written.", f"{folder} 不可写。"),
        Text(
            "Mend its permissions, or set paths.models to another folder.",
            "请修正其权限，或把 paths.models 设为其他文件夹。",
        ),
    )


def check_port(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether the page can listen."""
    host, port = settings.server.host, settings.server.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        yield result.warning(
            "port",
            Text(
                f"Cannot listen on {host}:{port} ({error.strerror}).", f"无法监听 {host}:{port}（{error.strerror}）。"
            ),
            Text(
                "Unless that is this page already being served, set server.port or server.host.",
                "若并非本页面已在运行，请设置 server.port 或 server.host。",
            ),
        )
        return
    yield result.ok("port", Text(f"{host}:{port} is free.", f"{host}:{port} 空闲。"))


def check_processor(settings: Settings) -> Iterator[CheckResult]:
    """Tell what the processor offers."""
    from report_qa.providers.cores import available_cores
    from report_qa.providers.torch_runtime import has_native_bfloat16

    cores = available_cores()
    if has_native_bfloat16():
        message = Text(f"{cores} cores, native bfloat16.", f"{cores} 个核心，原生支持 bfloat16。")
    else:
        message = Text(
            f"{cores} cores, no native bfloat16: embedding computes in float32.",
            f"{cores} 个核心，不支持原生 bfloat16：嵌入以 float32 计算。",
        )
    yield result.ok("processor", message)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    folder = folder.expanduser().absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())
