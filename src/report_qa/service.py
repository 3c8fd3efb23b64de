"""The whole system behind a few calls: open it, index, search, ask."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from report_qa.config import Settings, load_settings
from report_qa.documents.packing import importable
from report_qa.errors import FAQError
from report_qa.faq.aliases import AliasedRetriever, Aliases, Leading
from report_qa.faq.batch import Batch, Wanted, draft
from report_qa.faq.following import computed
from report_qa.faq.gaps import Reason, note
from report_qa.faq.joined import JoinedAliases, JoinedFaq
from report_qa.faq.serve import PublishedFaq, beside
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.tally import Stop, TellTally
from report_qa.indexing.build import BuildReport, build_index
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.indexing.joined import JoinedLibrary
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import missing_index, read_manifest, recipe_of
from report_qa.indexing.records import IndexedDocument
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.providers.loaded import Models
from report_qa.providers.probes import Probe
from report_qa.providers.tokens import estimate_tokens
from report_qa.qa.answer import Answerer
from report_qa.qa.finding import Finder
from report_qa.qa.records import Answer, AnswerEvent, Event, PassagesEvent, Status, Turn
from report_qa.qa.retrieve import Query, Retriever, SectionHit
from report_qa.qa.understand import check_question
from report_qa.text.normalise import language_of

logger = logging.getLogger(__name__)

_PROPOSED = 3
"""Most questions to go on with."""


class ReportQA:
    """An opened index with its models.

    Example:
        >>> with ReportQA.open() as qa:  # doctest: +SKIP
        ...     print(qa.ask("问卷最后有多少份有效？").text)
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        retriever: Retriever,
        embedder: Embedder,
        chat: ChatModel | None,
        probe: Probe | None = None,
        faq: PublishedFaq | JoinedFaq | None = None,
        aliases: Leading | None = None,
    ) -> None:
        self.settings = settings
        self._library = library
        self._retriever = retriever
        self._embedder = embedder
        self._chat = chat
        self._probe = probe
        self._faq = faq
        self._aliases = aliases

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        progress: Progress | None = None,
        *,
        with_chat: bool = True,
        models: Models | None = None,
    ) -> Self:
        """Open the index and load the models; models that are not there are downloaded.

        Args:
            settings: by default those of file and environment.
            progress: told about downloads.
            with_chat: load the language model too; searching alone does not need it.
            models: those of the settings where they are shared with other indexes; by default its own.

        Raises:
            ModelError: a model cannot be had, started or reached.
            IndexUnusable: no index, a damaged one, or one of other models or rules.
            FAQError: there is a database of reviewed answers, and it cannot be used.
        """
        settings = settings or load_settings().settings
        manifest = read_manifest(settings.paths.index)
        if manifest is None or not manifest.documents:
            # said before any model is loaded: it is the cheaper thing to find out
            raise missing_index(settings.paths.index)
        models = models or Models(settings, progress)
        embedder = models.embedder
        library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
        chat = models.chat if with_chat else None
        aliases = Aliases(settings, embedder) if settings.faq.aliases else None
        faq = PublishedFaq.open(settings, embedder, Sources(library.documents)) if with_chat else None
        return cls._over(settings, library, models, chat, faq, aliases)

    @classmethod
    def join(cls, settings: Settings, parts: Mapping[str, ReportQA], models: Models) -> Self:
        """Return several opened indexes as one, whose documents are named ``collection/document``.

        A reviewed answer of one is given where no other's says otherwise; see :class:`report_qa.faq.joined.JoinedFaq`.

        Args:
            settings: those without a collection.
            parts: the indexes by collection, opened on the models; one at least.
            models: those of the settings.
        """
        chat = models.chat if all(part._chat is not None for part in parts.values()) else None
        library = JoinedLibrary({name: part.library for name, part in parts.items()})
        published = {name: part.faq for name, part in parts.items() if part.faq is not None}
        leading = {name: part._aliases for name, part in parts.items() if isinstance(part._aliases, Aliases)}
        faq = JoinedFaq(published, models.embedder) if published else None
        aliases = JoinedAliases(leading, models.embedder) if leading else None
        return cls._over(settings, library, models, chat, faq, aliases)

    @classmethod
    def _over(
        cls,
        settings: Settings,
        library: Library,
        models: Models,
        chat: ChatModel | None,
        faq: PublishedFaq | JoinedFaq | None,
        aliases: Leading | None,
    ) -> Self:
        embedder = models.embedder
        retriever = AliasedRetriever(library, embedder, settings.retrieval, models.reranker, aliases)
        retriever.warm_up()
        probe = models.probe if chat is not None else None
        qa = cls(settings, library, retriever, embedder, chat, probe, faq, aliases)
        if chat is not None and models.warms(library.languages):
            qa._answerer().warm_up()
        return qa

    @property
    def documents(self) -> tuple[IndexedDocument, ...]:
        """The documents that are asked."""
        return self._library.documents

    def stream(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Iterator[Event]:
        """Answer a question, telling of every step; see :meth:`report_qa.qa.answer.Answerer.stream`.

        A published answer that fits is given as it was approved, without asking the model; questions that may be meant
        are told beside an answer found in the documents.
        """
        suggestions: tuple[str, ...] = ()
        if self._faq is not None:
            try:
                approved, suggestions = self._faq.consult(question, history, language)
            except FAQError as error:
                asked_in = language or language_of(question)
                yield AnswerEvent(Answer(Status.FAILED, "", asked_in, question, question, error=error))
                return
            if approved is not None:
                yield PassagesEvent(approved.passages, question)
                yield AnswerEvent(approved)
                return
        for event in self._answerer().stream(question, history, language):
            if isinstance(event, AnswerEvent):
                self._note(event.answer)
                event = AnswerEvent(beside(event.answer, suggestions))
            yield event

    def following(self, answer: Answer, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """Return questions to go on with, about what stands near the passages that an answer cites, at most three.

        Published ones, each of which the release answers, come first, then such as are computed from the documents
        themselves; see :mod:`report_qa.faq.following`.

        Args:
            answer: the answer.
            asked: what was asked before, and need not be proposed.
        """
        if not answer.citations:
            return ()
        known = (*asked, answer.question, answer.standalone)
        passages = [citation.passage for citation in answer.citations]
        try:
            published = self._faq.near(passages, answer.language, known, _PROPOSED) if self._faq else ()
            sources, left = Sources(self._library.documents), _PROPOSED - len(published)
            return published + computed(sources, self._retriever, answer, (*known, *published), left)
        except FAQError as error:
            # the answer stands whether there is something to go on with or not
            logger.warning("no questions could be proposed: %s", error)
            return ()

    def _note(self, answer: Answer) -> None:
        """Keep the question of an answer that is refused or unsure, where gaps are kept."""
        if answer.status is Status.FAILED:
            return  # nothing is known about whether the documents say
        if answer.status is Status.REFUSED:
            self._keep(answer.standalone, Reason.REFUSED)
        elif answer.answerability is not None and answer.answerability < self.settings.faq.gap_answerability:
            self._keep(answer.standalone, Reason.UNSURE)

    def _keep(self, question: str, reason: Reason) -> None:
        if self.settings.faq.gaps:
            try:
                note(FaqStore.open(self.settings), question, reason)
            except FAQError as error:
                # the answer stands whether its question can be kept or not
                logger.warning("a question could not be kept: %s", error)

    def ask(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Answer:
        """Answer a question.

        Args:
            question: in Chinese or English.
            history: earlier turns of the conversation, oldest first.
            language: language of the answer, by default the question's.

        Returns:
            The answer, refusal or failure; errors of models are told in it, not raised.
        """
        *_, last = self.stream(question, history, language)
        if not isinstance(last, AnswerEvent):
            raise RuntimeError("the stream of events ended without an answer")
        return last.answer

    def draft(self, wanted: Wanted, tell: TellTally | None = None, stop: Stop = lambda: False) -> Batch:
        """Draft pairs of question and answer from the documents; see :func:`report_qa.faq.batch.draft`."""
        sources = Sources(self._library.documents)
        # what was drafted must be found without its own question leading there
        plain = Retriever(self._library, self._embedder, self.settings.retrieval)
        return draft(self.settings, sources, self.chat, self._embedder, plain, wanted, tell=tell, stop=stop)

    def search(self, question: str) -> list[SectionHit]:
        """Return all sections ranked for a question, without asking the language model.

        Raises:
            QuestionError: the question holds no words or is too long.
        """
        return self._retriever.search(Query(check_question(question, self.settings.answer)))

    @property
    def library(self) -> Library:
        """The opened index."""
        return self._library

    @property
    def reviewed(self) -> dict[str, str]:
        """What of the pairs takes part in answering: the release asked first, and the questions that lead somewhere."""
        known = {
            "release": self._faq.identity if self._faq else None,
            "aliases": self._aliases.identity if self._aliases else None,
        }
        return {name: identity for name, identity in known.items() if identity}

    @property
    def faq(self) -> PublishedFaq | None:
        """The release of reviewed answers, of a collection asked alone; None where answering from it is turned off, or
        without a language model.
        """
        return self._faq if isinstance(self._faq, PublishedFaq) else None

    @property
    def embedder(self) -> Embedder:
        """The embedding model."""
        return self._embedder

    @property
    def chat(self) -> ChatModel:
        """The language model; only where the service was opened with it."""
        if self._chat is None:
            raise RuntimeError("opened without a language model")
        return self._chat

    @property
    def probe(self) -> Probe | None:
        """What tells of a piece of text whether it answers; None where the language model has no such probe."""
        return self._probe

    def count_tokens(self, text: str) -> int:
        """Return the language model's token count, or an estimate where it is not loaded."""
        return self._chat.count_tokens(text) if self._chat else estimate_tokens(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing to release: the embedded model's server is shared and ends with the process."""

    def _answerer(self) -> Answerer:
        finder = Finder(self._library, self._retriever, self._embedder, self.chat, self._probe, self.settings)
        return Answerer(self._library, self._retriever, finder, self.chat, self.settings)


def import_documents(
    settings: Settings,
    files: Sequence[Path],
    *,
    progress: Progress | None = None,
    build_progress: BuildProgress | None = None,
    reading_progress: BuildProgress | None = None,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Copy documents into the corpus folder, each when it is indexed; one that cannot be read leaves all as it was.

    Args:
        settings: of the collection that they go to; see :func:`report_qa.indexing.collections.in_collection`.
        files: files, or folders of HTML pages; one of the same name as a document replaces it.
        progress: told about downloads.
        build_progress: told about embedding.
        reading_progress: told about the pages of long documents. What either raises ends the import.
        embedder: by default that of the settings.

    Raises:
        DocumentError: a file is missing, two have one name, or none could be read.
        IndexUnusable: another build is running, or the folder cannot be written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        incoming = importable(files, Path(scratch))
        embedder = embedder or load_embedder(settings, progress)
        return build_index(settings, embedder, incoming=incoming, progress=build_progress, reading=reading_progress)


def index_corpus(
    settings: Settings,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    build_progress: BuildProgress | None = None,
    reading_progress: BuildProgress | None = None,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Bring the index up to date with the corpus folder, downloading the embedding model if needed.

    Errors are those of :func:`report_qa.indexing.build.build_index` and of loading the model.
    """
    embedder = embedder or load_embedder(settings, progress)
    return build_index(settings, embedder, rebuild=rebuild, progress=build_progress, reading=reading_progress)
