"""What can go wrong with a chat endpoint, said so that the user can mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from report_qa.errors import ModelError, Text

_TOO_LONG = (
    "context size",
    "context length",
    "context_length",
    "context window",
    "prompt is too long",
    "too many tokens",
)


@contextmanager
def model_errors(identity: str) -> Iterator[None]:
    """Turn the errors of the OpenAI client and of HTTP into :class:`ModelError`."""
    import httpx
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx.TimeoutException) as error:
        raise _timeout(identity) from error
    except (openai.APIConnectionError, httpx.TransportError) as error:
        raise _unreachable(identity, error) from error
    except httpx.HTTPStatusError as error:
        # of a request made without the client, to the server of this process
        raise _refused(identity, f"HTTP {error.response.status_code}") from error
    except openai.APIStatusError as error:
        raise _status(identity, error) from error
    except openai.APIError as error:
        # sent in the middle of a stream, where HTTP has no status any more
        raise _too_long(identity) if _is_too_long(error.message) else _refused(identity, error.message) from error
    except (ValueError, KeyError, TypeError) as error:
        # LangChain's own finding: a page in the place of an answer, or an answer of another interface
        raise _not_understood(identity, error) from error


def refuses_logprobs(error: ModelError) -> bool:
    """Tell whether an endpoint refused a call because it was asked for log-probabilities."""
    return "logprob" in str(error.__cause__ or "").lower()


def refuses_schemas(error: ModelError) -> bool:
    """Tell whether an endpoint refused a call because it was asked to follow a JSON schema."""
    reason = str(error.__cause__ or "").lower()
    return any(word in reason for word in ("response_format", "json_schema", "grammar"))


def _status(identity: str, error: object) -> ModelError:
    import openai

    message = error.message if isinstance(error, openai.APIStatusError) else ""
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return _bad_key(identity)
    if isinstance(error, openai.NotFoundError):
        return _not_found(identity)
    if isinstance(error, openai.RateLimitError):
        return _busy(identity, message)
    if _is_too_long(message):
        return _too_long(identity)
    return _refused(identity, message, retryable=isinstance(error, openai.InternalServerError))


def _is_too_long(message: str) -> bool:
    return any(phrase in message.lower() for phrase in _TOO_LONG)


def _timeout(identity: str) -> ModelError:
    return ModelError(
        Text(f"The language model {identity} gave no answer in time.", f"语言模型 {identity} 没有及时响应。"),
        Text("Try again, or raise llm.timeout_s.", "请重试，或调大 llm.timeout_s。"),
        retryable=True,
    )


def _unreachable(identity: str, error: Exception) -> ModelError:
    reason = str(error.__cause__ or error).rstrip(".")
    return ModelError(
        Text(f"The language model {identity} cannot be reached: {reason}.", f"无法连接语言模型 {identity}：{reason}。"),
        Text(
            "Check llm.base_url and the network, or use the embedded model (llm.provider = embedded).",
            "请检查 llm.base_url 和网络，或改用内置模型（llm.provider = embedded）。",
        ),
        retryable=True,
    )


def _not_understood(identity: str, error: Exception) -> ModelError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return ModelError(
        Text(
            f"The endpoint of {identity} gave an answer that is not OpenAI-compatible: {reason}.",
            f"{identity} 的服务返回的内容不符合 OpenAI 接口：{reason}。",
        ),
        Text(
            "Check that llm.base_url ends as the provider says (mostly in /v1).",
            "请确认 llm.base_url 与服务商的说明一致（多以 /v1 结尾）。",
        ),
    )


def _bad_key(identity: str) -> ModelError:
    return ModelError(
        Text(f"The endpoint of {identity} refuses the key.", f"{identity} 的服务拒绝了密钥。"),
        Text("Set llm.api_key (REPORT_QA_LLM__API_KEY).", "请设置 llm.api_key（REPORT_QA_LLM__API_KEY）。"),
    )


def _not_found(identity: str) -> ModelError:
    return ModelError(
        Text(f"The endpoint does not have the model {identity}.", f"服务端没有模型 {identity}。"),
        Text(
            "Check llm.model, and that llm.base_url ends as the provider says (mostly in /v1).",
            "请检查 llm.model，并确认 llm.base_url 与服务商的说明一致（多以 /v1 结尾）。",
        ),
    )


def _busy(identity: str, message: str) -> ModelError:
    return ModelError(
        Text(
            f"The endpoint of {identity} takes no more calls now: {message}.",
            f"{identity} 的服务暂不接受调用：{message}。",
        ),
        Text("Wait a little, or check the account.", "请稍候再试，或检查账户余额与限额。"),
        retryable=True,
    )


def _too_long(identity: str) -> ModelError:
    return ModelError(
        Text(
            f"The question with its passages is too long for {identity}.", f"问题和资料超出 {identity} 的上下文长度。"
        ),
        Text(
            "Shorten the question, lower retrieval.context_tokens, or raise llm.context_tokens.",
            "请缩短问题、调小 retrieval.context_tokens，或调大 llm.context_tokens。",
        ),
    )


def _refused(identity: str, message: str, *, retryable: bool = False) -> ModelError:
    reason = message.strip().rstrip(".") or "no reason given"
    return ModelError(
        Text(
            f"The language model {identity} refused the call: {reason}.", f"语言模型 {identity} 拒绝了调用：{reason}。"
        ),
        Text("Check the llm settings ('report-qa config').", "请检查 llm 设置（report-qa config）。"),
        retryable=retryable,
    )
