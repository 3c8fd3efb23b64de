"""What the page needs of the service behind it, and nothing more; tests put a scripted one in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from report_qa.faq.batch import Batch, Wanted
from report_qa.faq.tally import Stop, TellTally
from report_qa.indexing.build import BuildReport
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.indexing.manifest import DocumentEntry
from report_qa.providers.embedders import Embedder
from report_qa.qa.records import Answer, Event, Turn


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

    def following(self, answer: Answer, asked: Sequence[str] = ()) -> Sequence[str]:
        """Return questions that the documents answer and that one may ask next; ``asked`` are not among them."""

    def draft(self, wanted: Wanted, tell: TellTally | None = None, stop: Stop = lambda: False) -> Batch:
        """Draft pairs of question and answer, telling of every part; raises where no part can be drafted."""


class Shelf(Protocol):
    """The collections of this process; see :class:`report_qa.shelf.Shelf`. Errors are those of the family for users."""

    @property
    def embedder(self) -> Embedder:
        """The embedding model; loaded when it is first needed."""

    def names(self) -> list[str]:
        """Return the collections that hold documents."""

    def open(self, name: str) -> Service:
        """Return a collection, or all as one, as it is now; loads the models when they are not loaded yet."""

    def documents(self, name: str) -> dict[str, DocumentEntry]:
        """Return the documents of a collection by name."""

    def add(
        self, name: str, files: Sequence[Path], progress: BuildProgress | None, reading: BuildProgress | None
    ) -> BuildReport:
        """Import files into a collection; what the progress raises ends the import."""

    def remove(self, name: str, document: str) -> None:
        """Delete a document."""
