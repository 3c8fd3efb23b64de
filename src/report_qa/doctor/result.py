"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from report_qa.errors import Text

Severity = Literal["ok", "warning", "error"]

MOST_NAMED = 8
"""How many files or models are named in one line."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    Attributes:
        name: the check, such as ``memory``.
        severity: ``error`` when something cannot work, ``warning`` when it may not, ``ok`` otherwise.
        message: what was found, one line.
        remedy: what to do about it; None when all is well.
    """

    name: str
    severity: Severity
    message: Text
    remedy: Text | None = None


def ok(name: str, message: Text) -> CheckResult:
    """All is well."""
    return CheckResult(name, "ok", message)


def warning(name: str, message: Text, remedy: Text) -> CheckResult:
    """Something may not work."""
    return CheckResult(name, "warning", message, remedy)


def error(name: str, message: Text, remedy: Text) -> CheckResult:
    """Something cannot work."""
    return CheckResult(name, "error", message, remedy)
