"""The models: embedded ones on disk, others in the hub's cache, endpoints by asking them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from report_qa.config import Settings
from report_qa.doctor import result
from report_qa.doctor.result import MOST_NAMED, CheckResult
from report_qa.errors import Text

if TYPE_CHECKING:
    import httpx

_ENDPOINT_TIMEOUT_S = 5.0


def check_embedding_model(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether the embedding model is here and whole."""
    from report_qa.models.catalog import EMBEDDED_MODELS

    name = settings.embedding.model
    if name in EMBEDDED_MODELS:
        yield _installed_model("embedding model", name, settings)
    else:
        yield _foreign_model("embedding model", name)


def check_reranker(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether the cross-encoder is here, if one is set."""
    if settings.reranker.model is not None:
        yield _foreign_model("reranker", settings.reranker.model)


def check_language_model(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether the language model is here and whole, or its endpoint answers."""
    llm = settings.llm
    if llm.provider == "openai":
        yield from _endpoint(settings)
    elif llm.provider != "embedded":
        yield result.warning(
            "language model",
            Text(f"The model provider {llm.provider} is not checked.", f"未检查模型服务 {llm.provider}。"),
            Text("Known here are embedded and openai.", "此处可检查的有 embedded 与 openai。"),
        )
    elif Path(llm.model).suffix == ".gguf" and Path(llm.model).expanduser().is_file():
        yield result.ok("language model", Text(f"{llm.model} is here.", f"{llm.model} 已在本机。"))
    else:
        yield _installed_model("language model", llm.model, settings)


def _installed_model(check: str, name: str, settings: Settings) -> CheckResult:
    from report_qa.models import failures, fetch, record
    from report_qa.models.catalog import embedded_model

    folder = fetch.folder_of(embedded_model(name), settings)
    found = record.read(folder)
    if found is None:
        error = failures.damaged(name, folder / record.RECORD_FILE) if folder.exists() else failures.not_installed(name)
        return result.error(check, error.message, error.remedy)
    if not record.altered_files(folder, found):
        return result.ok(check, Text(f"{name} is here and unaltered.", f"{name} 已在本机，未被改动。"))
    # copied files have new times, so only their content can tell
    bad = record.damaged_files(folder, found)
    if bad:
        error = failures.damaged(name, bad[0])
        return result.error(check, error.message, error.remedy)
    return result.ok(check, Text(f"{name} is here and whole.", f"{name} 已在本机，内容完整。"))


def _foreign_model(check: str, name: str) -> CheckResult:
    """Look for a sentence-transformers model by folder, then in the hub's cache on this machine."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        here = Path(name).expanduser().is_dir() or isinstance(try_to_load_from_cache(name, "config.json"), str)
    except HFValidationError:
        return result.error(
            check,
            Text(
                f"{name} is neither a folder nor a name on the model hub.",
                f"{name} 既不是文件夹，也不是模型仓库中的名称。",
            ),
            Text("Correct it in the settings.", "请在设置中改正。"),
        )
    if here:
        return result.ok(check, Text(f"{name} is here.", f"{name} 已在本机。"))
    return result.warning(
        check,
        Text(f"{name} is not on this machine.", f"本机没有 {name}。"),
        Text(
            "It is downloaded from the model hub when it is first used (HF_ENDPOINT names a mirror).",
            "首次使用时会从模型仓库下载（可用 HF_ENDPOINT 指定镜像）。",
        ),
    )


def _endpoint(settings: Settings) -> Iterator[CheckResult]:
    import httpx

    llm = settings.llm
    base = (llm.base_url or "https://api.openai.com/v1").rstrip("/")
    key = llm.api_key.get_secret_value() if llm.api_key else os.environ.get("OPENAI_API_KEY", "") * (not llm.base_url)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        response = httpx.get(f"{base}/models", headers=headers, timeout=_ENDPOINT_TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        yield result.error(
            "language model",
            Text(f"The endpoint {base} cannot be reached: {reason}.", f"无法访问模型服务 {base}：{reason}。"),
            Text("Check llm.base_url, and that the server runs.", "请检查 llm.base_url，并确认服务已启动。"),
        )
        return
    yield _endpoint_models(base, llm.model, response)


def _endpoint_models(base: str, model: str, response: httpx.Response) -> CheckResult:
    if response.status_code in {401, 403}:
        return result.error(
            "language model",
            Text(f"The endpoint {base} refuses the key.", f"模型服务 {base} 拒绝了密钥。"),
            Text("Set llm.api_key (REPORT_QA_LLM__API_KEY).", "请设置 llm.api_key（REPORT_QA_LLM__API_KEY）。"),
        )
    names = _listed(response) if response.is_success else []
    if model in names:
        return result.ok("language model", Text(f"{base} serves {model}.", f"{base} 提供 {model}。"))
    if names:
        some = ", ".join(names[:MOST_NAMED])
        return result.error(
            "language model",
            Text(f"{base} does not serve {model}.", f"{base} 没有模型 {model}。"),
            Text(f"Set llm.model to one it serves: {some}.", f"请把 llm.model 设为其中之一：{some}。"),
        )
    return result.warning(
        "language model",
        Text(
            f"{base} answers but does not list its models (status {response.status_code}).",
            f"{base} 有响应，但未列出模型（状态码 {response.status_code}）。",
        ),
        Text(
            "If questions fail, check llm.base_url; it mostly ends in /v1.",
            "若提问失败，请检查 llm.base_url，通常以 /v1 结尾。",
        ),
    )


def _listed(response: httpx.Response) -> list[str]:
    """Return the model names of an answer to ``GET /models``; none when it has another form."""
    try:
        return [str(entry["id"]) for entry in response.json()["data"]]
    except (ValueError, KeyError, TypeError):
        return []


def chat_name(settings: Settings) -> str | None:
    """Return the name of the embedded language model, or None when another one is set."""
    from report_qa.models.catalog import EMBEDDED_MODELS

    llm = settings.llm
    return llm.model if llm.provider == "embedded" and llm.model in EMBEDDED_MODELS else None


def is_installed(name: str, settings: Settings) -> bool:
    """Return whether a model need not be downloaded by us: it is here, or it is not one of the embedded ones."""
    from report_qa.models.catalog import EMBEDDED_MODELS
    from report_qa.models.fetch import installed

    return name not in EMBEDDED_MODELS or installed(name, settings) is not None
