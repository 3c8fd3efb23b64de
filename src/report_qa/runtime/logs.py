"""Log lines of a server: as text or as JSON, each with the id of its request. No questions, no keys."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request that is being served."""

FIELDS = "fields"
"""Name of the attribute of a log record with further values, for JSON."""


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        known = request_id.get()
        return f"{line} [{known}]" if known else line


def show_logs(form: Literal["text", "json"]) -> None:
    """Show the package's own log on standard error, and the warnings of libraries."""
    formatter = _Json() if form == "json" else _Text("%(message)s")
    for name, level in (("report_qa", logging.INFO), ("", logging.WARNING)):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.StreamHandler(sys.stderr))
        logger.handlers[0].setFormatter(formatter)
        logger.handlers[0].setLevel(level)
    logging.getLogger("report_qa").setLevel(logging.INFO)
    logging.getLogger("report_qa").propagate = False
