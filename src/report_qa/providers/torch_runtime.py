"""PyTorch on this machine: threads, precision, and loading without noise."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeVar

import torch

from report_qa.errors import ModelError, Text
from report_qa.providers.cores import available_cores

Model = TypeVar("Model")

# flags of /proc/cpuinfo: AVX-512 BF16 and AMX BF16 on x86, BF16 on 64-bit ARM
_BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}


def set_threads(threads: int) -> None:
    """Let PyTorch use that many CPU threads; 0 means all cores that this process may use."""
    torch.set_num_threads(threads or available_cores())


def precision_of(wanted: Literal["auto", "float32", "bfloat16"]) -> torch.dtype:
    """Return the data type to compute in; ``auto`` takes bfloat16 only where the CPU multiplies it natively.

    Elsewhere PyTorch emulates bfloat16, which is slower than float32.
    """
    if wanted == "auto":
        return torch.bfloat16 if has_native_bfloat16() else torch.float32
    return torch.bfloat16 if wanted == "bfloat16" else torch.float32


def has_native_bfloat16() -> bool:
    """Tell whether the CPU has instructions that multiply bfloat16."""
    if platform.system() == "Linux":
        return bool(_BFLOAT16_FLAGS & _cpu_flags(Path("/proc/cpuinfo")))
    # elsewhere PyTorch's own look at the CPU; it has no answer for Apple's chips, which then take float32
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(flag, False) for flag in _BFLOAT16_FLAGS)


def _cpu_flags(cpuinfo: Path) -> set[str]:
    for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() in {"flags", "Features"}:
            return set(value.split())
    return set()


def load_quietly(name: str, load: Callable[[], Model]) -> Model:
    """Run a loading function of sentence-transformers without its progress bars and notices.

    Raises:
        ModelError: the model does not exist, cannot be downloaded, or cannot be loaded.
    """
    try:
        with _quiet():
            return load()
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(
            Text(f"The model {name} cannot be loaded: {reason}.", f"无法加载模型 {name}：{reason}。"),
            Text(
                "Check the name or folder in the settings, and the way to the model hub (HF_ENDPOINT names a mirror).",
                "请检查设置中的名称或文件夹，以及到模型仓库的网络（可用 HF_ENDPOINT 指定镜像）。",
            ),
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    from transformers.utils import logging as transformers_logging

    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers")]
    levels = [logger.level for logger in loggers]
    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
