"""Model files from the model hub, or from the mirror that ``HF_ENDPOINT`` names."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report_qa.errors import Text
from report_qa.models import failures
from report_qa.models.catalog import EmbeddedModel
from report_qa.models.failures import SourceUnavailable
from report_qa.models.progress import Progress
from report_qa.models.record import sha256_of

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling


def fetch(model: EmbeddedModel, folder: Path, progress: Progress, timeout_s: float) -> tuple[str, str]:
    """Bring the hub's files of a model into ``folder``, each verified.

    What an earlier, broken attempt left in ``folder`` is continued.

    Args:
        model: what to fetch.
        folder: where to.
        progress: told about the bytes.
        timeout_s: seconds without an answer before the hub is given up.

    Returns:
        The origin (repository@revision) and the SHA-256 of the weights.

    Raises:
        SourceUnavailable: no answer in time, an error, or no such model.
        ModelError: a file is not what the hub says it is.
    """
    info = _model_info(model.hub.repository, timeout_s)
    listed = {file.rfilename: file for file in info.siblings or []}
    wanted = [listed[name] for name in model.hub.files if name in listed]
    if model.hub.weights not in listed or not info.sha:
        raise SourceUnavailable(f"{model.hub.repository} has no file {model.hub.weights}")
    label = Text(f"Downloading {model.name} from the model hub", f"正在从模型仓库下载 {model.name}")
    progress.start(label, sum(file.size or 0 for file in wanted))
    try:
        for file in wanted:
            _download(model.hub.repository, info.sha, file.rfilename, folder, progress, timeout_s)
            _verify(model, file, folder / file.rfilename)
    finally:
        progress.done()
    weights = listed[model.hub.weights]
    weights_sha256 = model.hub.sha256.get(weights.rfilename) or (weights.lfs.sha256 if weights.lfs else "")
    return f"{model.hub.repository}@{info.sha}", weights_sha256 or sha256_of(folder / weights.rfilename)


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


def _model_info(repository: str, timeout_s: float) -> ModelInfo:
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(endpoint=_endpoint())
    try:
        return _within(timeout_s, lambda: api.model_info(repository, files_metadata=True, timeout=timeout_s))
    except (httpx.HTTPError, HfHubHTTPError, OSError, ValueError) as error:
        raise SourceUnavailable(_first_line(error)) from error


def _within(seconds: float, call: Callable[[], ModelInfo]) -> ModelInfo:
    # the HTTP client's timeout does not cover the name look-up, which may take half a minute without a network
    answer: Future[ModelInfo] = Future()

    def ask() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)  # raised again in the thread that waits

    threading.Thread(target=ask, name="hub-probe", daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError as error:
        raise SourceUnavailable(f"no answer in {seconds:g} s") from error


def _download(repository: str, revision: str, name: str, folder: Path, progress: Progress, timeout_s: float) -> None:
    import httpx
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        hf_hub_download(
            repository,
            name,
            revision=revision,
            local_dir=folder,
            endpoint=_endpoint(),
            etag_timeout=timeout_s,
            tqdm_class=_bar_class(progress),
        )
    except (httpx.HTTPError, HfHubHTTPError, ConnectionError, TimeoutError, ValueError, RuntimeError) as error:
        raise SourceUnavailable(_first_line(error)) from error
    except OSError as error:
        if error.errno is not None:
            raise  # the disk's trouble, not the hub's
        raise SourceUnavailable(_first_line(error)) from error


def _bar_class(progress: Progress) -> Any:
    """Return a stand-in for tqdm that passes what huggingface_hub reports on to ``progress``."""
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            progress.advance(int(kwargs.get("initial") or 0))

        def update(self, n: float | None = 1) -> bool | None:
            progress.advance(int(n or 0))
            return None

    return Bar


def _verify(model: EmbeddedModel, file: RepoSibling, path: Path) -> None:
    expected = model.hub.sha256.get(file.rfilename) or (file.lfs.sha256 if file.lfs else None)
    good = sha256_of(path) == expected if expected else _git_blob_id(path) == file.blob_id
    if not good:
        path.unlink()
        raise failures.wrong_download(model.name, file.rfilename)


def _git_blob_id(path: Path) -> str:
    # small files lie in git itself, which names them by this hash
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\x00" % len(content) + content, usedforsecurity=False).hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
