"""What can go wrong, for programs: a code that stays, an HTTP status, the message and the remedy in both languages."""

from __future__ import annotations

from report_qa.client.records import FieldError, Message, Problem
from report_qa.errors import (
    UNEXPECTED,
    UNEXPECTED_REMEDY,
    Busy,
    CollectionMissing,
    ConfigError,
    DocumentError,
    DocumentMissing,
    EvaluationBusy,
    FAQConflict,
    FAQError,
    FAQMissing,
    IndexUnusable,
    ModelError,
    QuestionError,
    ReportQAError,
    RunMissing,
    StateUnusable,
    Text,
)

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:report-qa:problem:"
_RETRY_AFTER_S = 5


class Refusal(ReportQAError):
    """A request that is not carried out, with its code and HTTP status.

    Args:
        code, status: of :data:`CODES`.
        message, remedy: as for every error.
        retry_after: seconds after which the same request may succeed; None: never without a change.
        errors: what is wrong with which value.
    """

    def __init__(
        self, code: str, message: Text, remedy: Text, *, retry_after: int | None = None,
        errors: tuple[FieldError, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(message, remedy, retryable=retry_after is not None)
        self.code = code
        self.retry_after = retry_after
        self.errors = errors


CODES: dict[str, int] = {
    "question_invalid": 422,
    "request_invalid": 422,
    "collection_missing": 404,
    "document_missing": 404,
    "import_missing": 404,
    "evaluation_missing": 404,
    "evaluation_busy": 409,
    "picture_missing": 404,
    "setting_invalid": 422,
    "document_unreadable": 422,
    "index_unusable": 503,
    "model_failed": 503,
    "state_unusable": 503,
    "queue_full": 503,
    "answer_timeout": 504,
    "faq_missing": 404,
    "faq_conflict": 412,
    "faq_refused": 409,
    "faq_unusable": 503,
    "key_missing": 401,
    "key_unknown": 401,
    "scope_missing": 403,
    "origin_refused": 403,
    "host_refused": 421,
    "rate_limited": 429,
    "too_many_questions": 429,
    "too_large": 413,
    "precondition_failed": 412,
    "idempotency_mismatch": 422,
    "idempotency_unknown": 409,
    "not_found": 404,
    "method_not_allowed": 405,
    "request_refused": 400,
    "internal": 500,
}
"""Every code with its HTTP status."""

_KINDS: tuple[tuple[type[ReportQAError], str], ...] = (
    (QuestionError, "question_invalid"),
    (CollectionMissing, "collection_missing"),
    (RunMissing, "evaluation_missing"),
    (EvaluationBusy, "evaluation_busy"),
    (DocumentMissing, "document_missing"),
    (ConfigError, "setting_invalid"),
    (DocumentError, "document_unreadable"),
    (IndexUnusable, "index_unusable"),
    (ModelError, "model_failed"),
    (StateUnusable, "state_unusable"),
    (Busy, "queue_full"),
    (FAQMissing, "faq_missing"),
    (FAQConflict, "faq_conflict"),
    (FAQError, "faq_refused"),
)
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def code_of(error: ReportQAError) -> str:
    """Return the code of an error."""
    if isinstance(error, Refusal):
        return error.code
    if isinstance(error, FAQError) and error.retryable and not isinstance(error, FAQConflict):
        return "faq_unusable"  # the database itself
    return next((code for kind, code in _KINDS if isinstance(error, kind)), "internal")


def problem_of(error: ReportQAError, language: str, request_id: str = "") -> Problem:
    """Return an error as it goes over the wire.

    Args:
        error: what went wrong.
        language: of ``title`` and ``detail``: ``zh`` or ``en``.
        request_id: of the request that it ended.
    """
    code = code_of(error)
    return Problem(
        type=_TYPE + code,
        title=error.message.in_language(language),
        status=CODES[code],
        detail=error.line(language),
        code=code,
        message=Message(en=error.message.en, zh=error.message.zh),
        remedy=Message(en=error.remedy.en, zh=error.remedy.zh),
        retryable=error.retryable,
        request_id=request_id,
        errors=list(error.errors) if isinstance(error, Refusal) else [],
    )


def headers_of(error: ReportQAError) -> dict[str, str]:
    """Return what an answer's head says of an error: when to come again, and how to say who one is."""
    headers = {}
    if error.retryable:
        wait = error.retry_after if isinstance(error, Refusal) and error.retry_after else _RETRY_AFTER_S
        headers["Retry-After"] = str(wait)
    if CODES[code_of(error)] == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def unexpected() -> ReportQAError:
    """Return what is told of a defect of ours."""
    return ReportQAError(UNEXPECTED, UNEXPECTED_REMEDY)


def of_status(status: int, detail: str) -> Refusal:
    """Return the error for what the web framework refuses by itself."""
    code = _BY_STATUS.get(status, "request_refused")
    known = {
        "not_found": (Text("There is nothing at this address.", "此地址没有内容。"), "GET /api/v1/openapi.json"),
        "method_not_allowed": (
            Text("This address does not take this method.", "此地址不支持该方法。"), "GET /api/v1/openapi.json"
        ),
        "too_large": (Text("The request is too large.", "请求过大。"), "api.max_request_kb, api.max_upload_mb"),
    }  # fmt: skip
    if code in known:
        message, see = known[code]
        return Refusal(code, message, Text(f"See {see}.", f"请参见 {see}。"))
    return Refusal(
        code,
        Text(f"The request was refused: {detail.rstrip('.')}.", f"请求被拒绝：{detail.rstrip('.')}。"),
        Text("See GET /api/v1/openapi.json.", "请参见 GET /api/v1/openapi.json。"),
    )


def invalid(errors: tuple[FieldError, ...]) -> Refusal:
    """Return the error for values of a request that are not as they should be."""
    first = errors[0]
    return Refusal(
        "request_invalid",
        Text(f"{first.at or 'The request'} is not valid: {first.why}.", f"{first.at or '请求'} 无效：{first.why}。"),
        Text("See GET /api/v1/openapi.json.", "请参见 GET /api/v1/openapi.json。"),
        errors=errors,
    )
