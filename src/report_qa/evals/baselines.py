"""Baselines on the same models: what the pipeline adds, and what the language model's ceiling is.

All of them are the pipeline of the tutorials (fixed pieces of text, one prompt that says to admit what is not
known) and differ only in what the model is given: what is found by meaning or by keyword, the gold evidence, or
nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Protocol

from langchain_core.messages import HumanMessage
from langchain_text_splitters import RecursiveCharacterTextSplitter

from report_qa.documents.section import Section
from report_qa.errors import ReportQAError
from report_qa.evals.dataset import Case
from report_qa.evals.facts import QuoteFinder, holds_quote
from report_qa.evals.records import Bilingual, Record, Retrieved, Status
from report_qa.indexing.keywords import KeywordIndex
from report_qa.indexing.records import IndexedDocument
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder
from report_qa.qa.answerability import says_no
from report_qa.text.sentences import sentence_spans

_PIECE_CHARS = 1000
_OVERLAP_CHARS = 200
_PIECES = 4
_ANSWER_TOKENS = 256
_ADMITS = re.compile(
    r"(?:n['’]t|\bnot)\b[^.]{0,40}\b(?:know|known|mention|state|specif|provide|contain|given|say|answer|information)",
    re.IGNORECASE,
)
"""What the prompt asks for, and this system's own model never says: "I don't know", "it doesn't mention"."""


class Finder(Protocol):
    """Finds passages for a case, best first."""

    def find(self, case: Case) -> list[Retrieved]:
        """Return what the model is given."""


def pieces_of(documents: Sequence[IndexedDocument]) -> list[Retrieved]:
    """Return documents cut as the tutorials do: 1000 characters, 200 of them shared with the piece before.

    The text is that of the index, so that a run's configuration covers what the baselines read, too.
    """
    splitter = RecursiveCharacterTextSplitter(chunk_size=_PIECE_CHARS, chunk_overlap=_OVERLAP_CHARS)
    return [
        Retrieved(document=document.name, text=piece, read=piece)
        for document in documents
        for piece in splitter.split_text("\n\n".join(f"{s.title}\n{s.text}".strip() for s in document.sections))
    ]


class ByMeaning:
    """The four pieces nearest to the question by cosine."""

    def __init__(self, pieces: Sequence[Retrieved], embedder: Embedder) -> None:
        self._pieces = pieces
        self._embedder = embedder
        self._vectors = embedder.embed_passages([piece.text for piece in pieces])

    def find(self, case: Case) -> list[Retrieved]:
        """See :class:`Finder`."""
        scores = self._vectors @ self._embedder.embed_queries([case.question])[0]
        return [self._pieces[i] for i in (-scores).argsort(kind="stable")[:_PIECES]]


class ByKeyword:
    """The four pieces with the best BM25 score; fewer where no word of the question occurs in more."""

    def __init__(self, pieces: Sequence[Retrieved]) -> None:
        self._pieces = pieces
        self._keywords = KeywordIndex([piece.text for piece in pieces])

    def find(self, case: Case) -> list[Retrieved]:
        """See :class:`Finder`."""
        scores = self._keywords.scores(case.question)
        return [self._pieces[i] for i in (-scores).argsort(kind="stable")[:_PIECES] if scores[i] > 0]


class GoldEvidence:
    """The evidence of the case in the sentences and under the headings where it stands, and nothing else.

    Args:
        sections: the sections of the index.
        otherwise: finds something for cases without evidence, so that refusing is no gift.
    """

    def __init__(self, sections: Sequence[Section], otherwise: Finder) -> None:
        self._sections = sections
        self._finder = QuoteFinder(["\n".join((*section.path, section.text)) for section in sections])
        self._otherwise = otherwise

    def find(self, case: Case) -> list[Retrieved]:
        """See :class:`Finder`."""
        return [self._placed(quote, case.document) for quote in case.evidence] or self._otherwise.find(case)

    def _placed(self, quote: str, document: str) -> Retrieved:
        """Return a quote with its sentences and headings; as it is where it stands in no section word for word."""
        held = [self._sections[i] for i in self._finder.find(quote)]
        held.sort(key=lambda section: (section.document != document, quote not in section.text))
        if not held:
            return Retrieved(document=document, text=quote, read=quote)
        text = _in_place(quote, held[0])
        return Retrieved(document=held[0].document, heading=held[0].path, text=text, read=text)


def _in_place(quote: str, section: Section) -> str:
    """Return the sentences that a quote stands in; of a table, the row under the table's header."""
    text, start = section.text, section.text.find(quote)
    if start >= 0:
        end = start + len(quote)
        spans = [span for span in sentence_spans(text) if span.start < end and span.end > start]
        start, end = min(span.start for span in spans), max(span.end for span in spans)
    else:
        # a row of a table, whose cells are separated in another way than in the document
        line = next((line for line in text.split("\n") if holds_quote(line, quote)), None)
        if line is None:
            return quote
        start = text.find(line)
        end = start + len(line)
    headers = [" | ".join(t.table.header) for t in section.tables if t.span[0] <= start < t.span[1]]
    return "\n".join((*headers, text[start:end]))


class Baseline:
    """A tutorial pipeline.

    Args:
        name: what it is called in reports.
        chat: the language model.
        finder: finds what the model is given; None gives it nothing.
    """

    def __init__(self, name: str, chat: ChatModel, finder: Finder | None) -> None:
        self.name = name
        self._chat = chat
        self._finder = finder

    def answer(self, case: Case) -> Record:
        """Answer one case; earlier messages are put before the question, as the tutorials do."""
        started = time.perf_counter()
        # what breaks before anything is found has found nothing; a system that does not search has no passages at all
        passages: list[Retrieved] | None = [] if self._finder else None
        found_s = first_s = tokens_in = tokens_out = error = None
        text = ""
        try:
            if self._finder is not None:
                passages = self._finder.find(case)
                found_s = time.perf_counter() - started
            prompt = _prompt(case, passages)
            for token in self._chat.stream([HumanMessage(prompt)], max_tokens=_ANSWER_TOKENS):
                first_s = first_s or time.perf_counter() - started
                text += token.text
            tokens_in, tokens_out = self._chat.count_tokens(prompt), self._chat.count_tokens(text)
        except ReportQAError as problem:
            error = Bilingual.of(problem)
        total_s = time.perf_counter() - started
        status: Status = "failed" if error else "refused" if _refuses(text) else "answered"
        return Record(
            case=case.id,
            system=self.name,
            status=status,
            answer="" if error else text.strip(),
            passages=None if passages is None else tuple(passages),
            error=error,
            passages_s=found_s,
            first_token_s=first_s,
            total_s=total_s,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
        )


def _refuses(text: str) -> bool:
    """Return whether a baseline says that it does not know; saying nothing counts, too."""
    return not text.strip() or says_no(text) or bool(_ADMITS.search(text))


def _prompt(case: Case, passages: Sequence[Retrieved] | None) -> str:
    history = "".join(f"{message.role}: {message.content}\n" for message in case.history)
    asked = f"{history}Question: {case.question}\nAnswer:"
    if passages is None:
        return (
            "Answer the question from what you know. If you do not know the answer, say that you don't know. Answer in "
            f"at most three sentences.\n\n{asked}"
        )
    context = "\n\n".join("\n".join((*passage.heading, passage.read)) for passage in passages)
    return (
        "Answer the question with the help of the context below. If the context does not contain the answer, say that "
        f"you don't know. Answer in at most three sentences.\n\nContext:\n{context}\n\n{asked}"
    )
