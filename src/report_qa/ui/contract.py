"""What the page needs of the service behind it, and nothing more; tests put a scripted one in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from report_qa.faq.batch import Batch, Wanted
from report_qa.faq.generate import Stop, TellTally
from report_qa.qa.records import Event, Turn


class TitledSection(Protocol):
    """A section of a document."""

    @property
    def title(self) -> str:
        """Its innermost heading, or empty."""


class SourceDocument(Protocol):
    """A document that is answered from."""

    @property
    def name(self) -> str:
        """File name in the corpus."""

    @property
    def title(self) -> str:
        """Title as it is shown."""

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""

    @property
    def sections(self) -> Sequence[TitledSection]:
        """What it consists of; questions are proposed from it."""


class Service(Protocol):
    """Answers questions. Problems of an answer are told by its last event, never raised."""

    @property
    def documents(self) -> Sequence[SourceDocument]:
        """The documents in the index."""

    def stream(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Iterator[Event]:
        """Answer a question; the last event is the answer, and closing the iterator stops the model."""

    def dislike(self, question: str) -> None:
        """Keep a question whose answer was called wrong."""

    def draft(self, wanted: Wanted, tell: TellTally | None = None, stop: Stop = lambda: False) -> Batch:
        """Draft pairs of question and answer, telling of every part; raises where no part can be drafted."""


OpenService = Callable[[], Service]
"""Loads the models and the index; raises :class:`report_qa.errors.ReportQAError` when one cannot be used."""
