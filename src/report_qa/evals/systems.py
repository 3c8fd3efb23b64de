"""The systems that are measured side by side, behind one call: this one, and the pipeline of the tutorials."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from langchain_core.messages import HumanMessage
from langchain_text_splitters import RecursiveCharacterTextSplitter

from report_qa.config import Settings
from report_qa.documents.readers import corpus_files, read_document
from report_qa.errors import ConfigError, ReportQAError, Text
from report_qa.evals.dataset import Case
from report_qa.evals.score import Record, is_right
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, load_chat
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.qa.answerability import says_no
from report_qa.qa.records import Answer
from report_qa.service import ReportQA
from report_qa.text.normalise import fold

_NAIVE_TOKENS = 256
_EVIDENCE_CHARS = 12
"""A cited section holds a piece of evidence when it holds this many of its characters in a row."""


class System(Protocol):
    """Something that answers cases."""

    name: str

    def answer(self, case: Case) -> Record:
        """Answer one case; what breaks is told in the record, not raised."""


class Ours:
    """This system, through the same call as the chat."""

    name = "report-qa"

    def __init__(self, qa: ReportQA) -> None:
        self._qa = qa

    def answer(self, case: Case) -> Record:
        """Answer one case."""
        answer = self._qa.ask(case.question, case.turns)
        right = answer.status == "answered" and is_right(answer.text, case.key_facts, case.forbidden)
        return Record(
            case.id, case.kind, case.language, self.name, str(answer.status), answer.text,
            right and bool(case.key_facts), _cites_evidence(answer, case) if right else None,
            answer.timings.passages_s, answer.timings.first_token_s, answer.timings.total_s,
            answer.error.line() if answer.error else None,
        )  # fmt: skip


def open_systems(names: Sequence[str], settings: Settings, progress: Progress | None = None) -> list[System]:
    """Open the named systems on the same models.

    Raises:
        ConfigError: a name is unknown.
        ReportQAError: a model or the index cannot be used.
    """
    if unknown := [name for name in names if name not in {Ours.name, Naive.name}]:
        raise ConfigError(
            Text(f"There is no system {unknown[0]}.", f"没有名为 {unknown[0]} 的系统。"),
            Text(f"Name {Ours.name} or {Naive.name}.", f"可用：{Ours.name}、{Naive.name}。"),
        )
    qa = ReportQA.open(settings, progress)
    opened: dict[str, System] = {Ours.name: Ours(qa)}
    if Naive.name in names:
        opened[Naive.name] = Naive(settings, load_embedder(settings, progress), load_chat(settings, progress))
    return [opened[name] for name in names]


@dataclass(frozen=True)
class _Piece:
    text: str
    vector: np.ndarray


class Naive:
    """The tutorial pipeline on the same models: 1000/200 characters, top 4 by cosine, "say so if you don't know".

    Args:
        settings: where the corpus is.
        embedder, chat: the same models.
    """

    name = "naive"

    def __init__(self, settings: Settings, embedder: Embedder, chat: ChatModel) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        readable, _ = corpus_files(settings.paths.corpus)
        texts = [piece for path in readable for piece in splitter.split_text(read_document(path, path.name).text)]
        self._pieces = [_Piece(t, v) for t, v in zip(texts, embedder.embed_passages(texts), strict=True)]
        self._embedder = embedder
        self._chat = chat

    def answer(self, case: Case) -> Record:
        """Answer one case; earlier messages are put before the question, as the tutorials do."""
        started = time.perf_counter()
        found_s = first_s = None
        text, error = "", None
        try:
            vector = self._embedder.embed_queries([case.question])[0]
            best = sorted(self._pieces, key=lambda piece: -float(piece.vector @ vector))[:4]
            found_s = time.perf_counter() - started
            for token in self._chat.stream([HumanMessage(_naive_prompt(case, best))], max_tokens=_NAIVE_TOKENS):
                first_s = first_s or time.perf_counter() - started
                text += token.text
        except ReportQAError as problem:
            error = problem.line()
        status = "failed" if error else "refused" if says_no(text) else "answered"
        right = status == "answered" and bool(case.key_facts) and is_right(text, case.key_facts, case.forbidden)
        total_s = time.perf_counter() - started
        return Record(
            case.id,
            case.kind,
            case.language,
            self.name,
            status,
            text.strip(),
            right,
            None,
            found_s,
            first_s,
            total_s,
            error,
        )


def _naive_prompt(case: Case, pieces: Sequence[_Piece]) -> str:
    context = "\n\n".join(piece.text for piece in pieces)
    history = "".join(f"{message.role}: {message.content}\n" for message in case.history)
    return (
        "Answer the question with the help of the context below. If the context does not contain the answer, say that "
        "you don't know. Answer in at most three sentences.\n\n"
        f"Context:\n{context}\n\n{history}Question: {case.question}\nAnswer:"
    )


def _cites_evidence(answer: Answer, case: Case) -> bool:
    cited = "".join(_squeezed(citation.passage.section_text) for citation in answer.citations)
    return any(_shares(_squeezed(piece), cited) for piece in case.evidence)


def _squeezed(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum() or c == "%")


def _shares(piece: str, cited: str) -> bool:
    size = min(_EVIDENCE_CHARS, len(piece))
    return any(piece[i : i + size] in cited for i in range(len(piece) - size + 1))
