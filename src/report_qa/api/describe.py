"""What the description of the API (OpenAPI) says of errors."""

from __future__ import annotations

from typing import Any

from report_qa.api.problems import CODES, MEDIA_TYPE

_EXAMPLE = {
    "type": "urn:report-qa:problem:collection_missing",
    "title": "There is no collection “wagon”. There are: default.",
    "status": 404,
    "detail": "There is no collection “wagon”. There are: default. Make it with "
    "'report-qa import FILE --collection wagon'.",
    "code": "collection_missing",
    "message": {
        "en": "There is no collection “wagon”. There are: default.",
        "zh": "没有名为“wagon”的文档集。现有：default。",
    },
    "remedy": {
        "en": "Make it with 'report-qa import FILE --collection wagon'.",
        "zh": "可用 report-qa import 文件 --collection wagon 建立。",
    },
    "retryable": False,
    "request_id": "5f2d8c1e9b0a4f67",
    "errors": [],
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457). Its `code` is one of: " + ", ".join(f"`{code}`" for code in CODES) + ".",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLE}},
    }
}
"""The answer of every address where something goes wrong."""
