"""The one family of errors that is meant for the people who use report-qa.

Everything a user can cause or cure is raised as a :class:`ReportQAError`: one line saying what is wrong
and one saying what to do, each in English and Chinese. The command line, the web page and the API all
show exactly these lines; anything else that escapes is a defect of ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A message in both interface languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the Chinese text for ``zh`` (or ``zh-…``), the English one otherwise."""
        return self.zh if language.startswith("zh") else self.en


class ReportQAError(Exception):
    """An error with its remedy.

    Args:
        message: what is wrong, one line.
        remedy: what the user can do about it, one line.
        retryable: whether the same call may succeed later without any change.
    """

    def __init__(self, message: Text, remedy: Text, *, retryable: bool = False) -> None:
        super().__init__(f"{message.en} {remedy.en}")
        self.message = message
        self.remedy = remedy
        self.retryable = retryable

    def line(self, language: str = "en") -> str:
        """Return message and remedy as one line in the given language."""
        return f"{self.message.in_language(language)} {self.remedy.in_language(language)}"


UNEXPECTED = Text("Something went wrong inside the program.", "程序内部出错。")
UNEXPECTED_REMEDY = Text("Try again; the log of the program holds the details.", "请重试；详情见程序日志。")
"""What is shown of a defect of ours."""


class ConfigError(ReportQAError):
    """A setting is unknown, out of bounds or unreadable."""


class CollectionMissing(ConfigError):
    """There is no collection of that name."""


class RunMissing(ConfigError):
    """There is no evaluation run of that name."""


class ModelError(ReportQAError):
    """A model is missing, damaged, unreachable or too slow."""


class DocumentError(ReportQAError):
    """A corpus file cannot be read as text."""


class DocumentMissing(DocumentError):
    """There is no document of that name."""


class IndexUnusable(ReportQAError):
    """The index is missing, damaged, or was built by other models or rules."""


class QuestionError(ReportQAError):
    """A question that cannot be asked: empty, too long, or without a single word."""


class FAQError(ReportQAError):
    """Something about the reviewed questions and answers: no such pair, a step that its state does not allow…"""


class FAQMissing(FAQError):
    """There is no pair, or no release, of that number."""


class FAQConflict(FAQError):
    """Somebody else changed the pair in the meantime; nothing was written."""


class Busy(ReportQAError):
    """More questions are waiting than the line has places."""


class EvaluationBusy(ReportQAError):
    """An evaluation run is going on, and there is one at a time."""


class StateUnusable(ReportQAError):
    """The database of keys, feedback and imports cannot be read or written."""


class Exposed(ReportQAError):
    """The address can be reached from other machines, and nothing would ask who comes."""
