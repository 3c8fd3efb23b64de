"""The whole system behind a few calls: open it, index, search, ask."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from report_qa.config import Settings, load_settings
from report_qa.documents.packing import importable
from report_qa.indexing.build import BuildReport, build_index
from report_qa.indexing.build import Progress as BuildProgress
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import missing_index, read_manifest, recipe_of
from report_qa.indexing.records import IndexedDocument
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, load_chat
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.providers.rerankers import Reranker, load_reranker
from report_qa.providers.tokens import estimate_tokens
from report_qa.qa.answer import Answerer
from report_qa.qa.records import Answer, AnswerEvent, Event, Turn
from report_qa.qa.retrieve import Query, Retriever, SectionHit
from report_qa.qa.understand import check_question


@dataclass(frozen=True)
class Models:
    """The models behind one or several opened indexes; ``chat`` is None where only searching is wanted."""

    embedder: Embedder
    reranker: Reranker | None
    chat: ChatModel | None


def load_models(
    settings: Settings, progress: Progress | None = None, *, with_chat: bool = True, embedder: Embedder | None = None
) -> Models:
    """Load the models of the settings; those that are not there are downloaded.

    Args:
        settings: all settings.
        progress: told about downloads.
        with_chat: load the language model too.
        embedder: the embedding model, where it is loaded already.

    Raises:
        ModelError: one cannot be had, started or reached.
    """
    embedder = embedder or load_embedder(settings, progress)
    return Models(embedder, load_reranker(settings), load_chat(settings, progress) if with_chat else None)


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
    ) -> None:
        self.settings = settings
        self._library = library
        self._retriever = retriever
        self._embedder = embedder
        self._chat = chat

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        progress: Progress | None = None,
        *,
        with_chat: bool = True,
        models: Callable[[], Models] | None = None,
    ) -> Self:
        """Open the index and load the models; models that are not there are downloaded.

        Args:
            settings: by default those of file and environment.
            progress: told about downloads.
            with_chat: load the language model too; searching alone does not need it.
            models: gives models that are loaded already, to be shared by several indexes.

        Raises:
            ModelError: a model cannot be had, started or reached.
            IndexUnusable: no index, a damaged one, or one of other models or rules.
        """
        settings = settings or load_settings().settings
        manifest = read_manifest(settings.paths.index)
        if manifest is None or not manifest.documents:
            # said before any model is loaded: it is the cheaper thing to find out
            raise missing_index(settings.paths.index)
        loaded = models() if models else load_models(settings, progress, with_chat=with_chat)
        embedder = loaded.embedder
        library = Library(settings.paths.index, recipe_of(embedder.identity, embedder.dimension, settings.chunks))
        retriever = Retriever(library, embedder, settings.retrieval, loaded.reranker)
        retriever.warm_up()
        qa = cls(settings, library, retriever, embedder, loaded.chat)
        if loaded.chat is not None:
            qa._answerer().warm_up()
        return qa

    @property
    def documents(self) -> tuple[IndexedDocument, ...]:
        """The documents that are asked."""
        return self._library.documents

    def stream(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Iterator[Event]:
        """Answer a question, telling of every step; see :meth:`report_qa.qa.answer.Answerer.stream`."""
        return self._answerer().stream(question, history, language)

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
    def embedder(self) -> Embedder:
        """The embedding model."""
        return self._embedder

    @property
    def chat(self) -> ChatModel:
        """The language model; only where the service was opened with it."""
        if self._chat is None:
            raise RuntimeError("opened without a language model")
        return self._chat

    def count_tokens(self, text: str) -> int:
        """Return the language model's token count, or an estimate where it is not loaded."""
        return self._chat.count_tokens(text) if self._chat else estimate_tokens(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing to release: the embedded model's server is shared and ends with the process."""

    def _answerer(self) -> Answerer:
        return Answerer(self._library, self._retriever, self._embedder, self.chat, self.settings)


def import_documents(
    settings: Settings,
    files: Sequence[Path],
    *,
    progress: Progress | None = None,
    build_progress: BuildProgress | None = None,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Copy documents into the corpus folder, each when it is indexed; one that cannot be read leaves all as it was.

    Args:
        settings: of the collection that they go to; see :func:`report_qa.indexing.collections.in_collection`.
        files: files, or folders of HTML pages; one of the same name as a document replaces it.
        progress: told about downloads.
        build_progress: told about embedding.
        embedder: by default that of the settings.

    Raises:
        DocumentError: a file is missing, two have one name, or none could be read.
        IndexUnusable: another build is running, or the folder cannot be written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        incoming = importable(files, Path(scratch))
        embedder = embedder or load_embedder(settings, progress)
        return build_index(settings, embedder, incoming=incoming, progress=build_progress)


def index_corpus(
    settings: Settings,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    build_progress: BuildProgress | None = None,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Bring the index up to date with the corpus folder, downloading the embedding model if needed.

    Errors are those of :func:`report_qa.indexing.build.build_index` and of loading the model.
    """
    return build_index(
        settings, embedder or load_embedder(settings, progress), rebuild=rebuild, progress=build_progress
    )
