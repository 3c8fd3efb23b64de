"""Windows -> pieces of evidence: the sentences, lists and table statements that may answer, ranked.

Which of the neighbouring facts of a passage answers the question is where a small model fails most, so it is not
left to it. Every sentence is compared with the question by the embedding model, under its heading; of the best one the
language model is asked whether it answers the question at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from report_qa.documents.chunks import STATEMENTS, Chunk
from report_qa.documents.lists import numbered_lists
from report_qa.documents.tables.statements import asked_of_extremes
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder
from report_qa.qa.contradiction import contradicts
from report_qa.qa.late_interaction import late_interaction
from report_qa.qa.retrieve import Query, standardised
from report_qa.qa.wanted import offers, wanted
from report_qa.qa.windows import Window
from report_qa.text.intervals import holds_amount, intervals
from report_qa.text.normalise import fold, ideograph_length, language_of
from report_qa.text.sentences import LIST_MARK, Span, sentence_spans

_SENTENCE_END = re.compile(r"[。.!！?？;；]$")
_SHORT_LINE = 18
"""Lines up to so many characters without a full stop are items of a list, or headings of one."""
_LONGEST_LIST = 120
"""Characters up to which neighbouring items stay together: a list answers as a whole."""
_SHORTEST = 4
_LONGEST_PROCEDURE = 1500.0
"""Length of a numbered list, in ideographs, above which it is taken for something else than a procedure."""
_READ = 200.0
"""Length of a piece, in ideographs, after which the model is shown no further line. An estimate: some 140 tokens, of
which the embedded model reads 71 a second."""

# Near what a listwise regression over the candidates of 217 development questions gives (docs/benchmark.md). All are
# standardised over the candidates, so that they compare.
_SENTENCE = (0.5, 1.0)
"""Cosine of the whole piece to the question as asked, and as rewritten."""
_WORDS = (0.8, 0.5)
"""The same word by word."""
_WINDOW = 0.5
_OFFERED = 1.0
_LENGTH = 0.5
_NAMED = 0.5
"""Names of variants in a table ("Q8 Ultra"): a weight of 0.3 brings one and 0.6 two of 64 questions, half of them over
a manual of three models, to the first place; neither changes one of 217 others."""
_RANGED = 0.5
"""Rows for a range that the amount of the question falls into: the weight of names of variants, not fitted apart."""
_CONTRADICTS = 3.0
"""What a piece about another year, model or place loses: more than the best is mostly ahead by."""
_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_LABEL_END = re.compile(r"[：:]")
_CLAUSE_END = re.compile(r"[；;，]|, |: (?=\D)")
_JUDGE_WORDS = {"zh": ("是", "否"), "en": ("Yes", "No")}
_NOTHING = {"zh": "无", "en": "None"}


@dataclass(frozen=True)
class Evidence:
    """A piece of text that may answer the question.

    Attributes:
        window: where it stands.
        start, end: its range in the section's text; for a table statement, the rows it rests on.
        text: what it says.
        score: sum of standardised signals; higher is better.
        similarity: cosine to the question, -1 to 1.
        contradicts: whether it is certainly about another year, model or place than the question; see
            :func:`report_qa.qa.contradiction.contradicts`.
        answers: log-odds by the probe of the language model that it answers; None where it was not read.
    """

    window: Window
    start: int
    end: int
    text: str
    score: float = 0.0
    similarity: float = 0.0
    contradicts: bool = False
    answers: float | None = None

    @property
    def is_statement(self) -> bool:
        """Whether it is computed from a table, not a range of the text."""
        return self.window.chunk.kind in STATEMENTS

    @property
    def context(self) -> str:
        """What it stands under: the headings, and the title of the table that it is about."""
        return "\n".join((*self.window.hit.ref.section.path, self.window.chunk.table_title))


def find_evidence(query: Query, windows: Sequence[Window], embedder: Embedder) -> list[Evidence]:
    """Return the pieces of the windows, best first.

    Args:
        query: the self-contained question and its rewrites.
        windows: where to look.
        embedder: compares questions with pieces.
    """
    pieces = list({piece.text: piece for window in windows for piece in _pieces(window)}.values())
    if not pieces:
        return []
    questions = embedder.read_queries(query.wordings)
    held = embedder.read_passages([f"{piece.window.heading}\n{_compared(piece)}" for piece in pieces])
    cosines = held.sentences @ questions.sentences.T
    words = np.stack([late_interaction(tokens, held.tokens) for tokens in questions.tokens], axis=1)
    languages = np.asarray([piece.window.hit.ref.document.language for piece in pieces])
    expected = wanted(query.text)
    scores = (
        _WINDOW * standardised([piece.window.score for piece in pieces])
        + _OFFERED * standardised([float(offers(piece.text, expected)) for piece in pieces])
        + _LENGTH * standardised([ideograph_length(piece.text) for piece in pieces])
        + _NAMED * standardised([_names_shared(piece, query.text) for piece in pieces])
        + _RANGED * standardised([_ranged(piece, query.text) for piece in pieces])
    )
    for weights, likeness in ((_SENTENCE, cosines), (_WORDS, words)):
        for position, column in enumerate(level_languages(query, likeness, languages).T):
            rewritten = int(position > 0)
            share = 1 / len(query.rewrites) if rewritten else 1.0
            scores += share * weights[rewritten] * standardised(column)
    others = [contradicts(query.text, piece.text, piece.context) for piece in pieces]
    scores -= _CONTRADICTS * np.asarray(others, dtype=np.float64)
    ranked = [
        replace(piece, score=float(score), similarity=float(similarity), contradicts=other)
        for piece, score, similarity, other in zip(pieces, scores, cosines[:, 0], others, strict=True)
    ]
    return sorted(ranked, key=lambda piece: -piece.score)


def level_languages(query: Query, likeness: NDArray[np.floating], languages: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return likenesses (pieces, wordings) in which the question as asked is as near to the pieces of every language.

    It is nearer to any text of its own language. How much nearer is seen in its rewritings: what the pieces of another
    language gain, in the mean, from a rewriting in their language over one in the question's.
    """
    asked_in = language_of(query.text)
    written_in = np.asarray([rewrite.language for rewrite in query.rewrites])
    levelled: NDArray[np.float64] = np.array(likeness, dtype=np.float64)
    rewritten = levelled[:, 1:]
    for language in np.unique(languages):
        pieces, own, other = languages == language, written_in == language, written_in == asked_in
        if language != asked_in and own.any() and other.any():
            levelled[pieces, 0] += rewritten[np.ix_(pieces, own)].mean() - rewritten[np.ix_(pieces, other)].mean()
    return levelled


def extracted(question: str, language: str, piece: Evidence, chat: ChatModel) -> float | None:
    """Return the probability (0 to 1) that the language model, asked for the answer or "none", finds one in a piece.

    Args:
        question: self-contained.
        language: its language.
        piece: the evidence.
        chat: the model; it generates one token.

    Returns:
        The probability; None where the model tells none.

    Raises:
        ModelError: the model cannot be asked.
    """
    nothing = _NOTHING[language]
    messages = load_prompt("extract", language).messages(question=question, passage=_read(piece))
    begun = chat.first_token(messages, [nothing])
    return None if begun is None else 1.0 - begun[nothing]


def judged(question: str, language: str, piece: Evidence, chat: ChatModel) -> float | None:
    """Return the probability (0 to 1) with which the language model says that a piece answers the question.

    It errs in other places than :func:`extracted`, which takes the same arguments and raises the same errors.
    """
    yes, no = _JUDGE_WORDS[language]
    messages = load_prompt("judge", language).messages(question=question, passage=_read(piece))
    found = chat.first_token(messages, [yes, no])
    total = sum(found.values()) if found else 0.0
    return found[yes] / total if found and total else None


def with_all_steps(piece: Evidence) -> Evidence:
    """Return a piece that is one of the steps of a procedure, or introduces it, as the whole procedure."""
    section = piece.window.hit.ref.section
    for numbered in () if piece.is_statement else numbered_lists(section):
        span = numbered.introduced(section.text)
        text = span.of(section.text)
        if span.start < piece.end and piece.start < span.end and ideograph_length(text) <= _LONGEST_PROCEDURE:
            return replace(piece, start=span.start, end=span.end, text=text)
    return piece


def _read(piece: Evidence) -> str:
    """Return what the model is shown of a piece: of a long procedure the steps that it can read in a few seconds."""
    read = piece.window.heading
    for line in piece.text.split("\n"):
        if ideograph_length(read) > _READ:
            break
        read += f"\n{line}"
    return read


def _pieces(window: Window) -> Iterator[Evidence]:
    chunk = window.chunk
    if chunk.kind in STATEMENTS:
        yield Evidence(window, chunk.start, chunk.end, chunk.text)
        return
    for span in _sentences_and_lists(chunk):
        text = span.of(chunk.text)
        if len(text) >= _SHORTEST:
            yield Evidence(window, chunk.start + span.start, chunk.start + span.end, text)


def _sentences_and_lists(chunk: Chunk) -> Iterator[Span]:
    """Yield the sentences and list items of a window, and each list as a whole with what introduces it."""
    items: list[Span] = []
    for span in sentence_spans(chunk.text):
        yield span
        text = span.of(chunk.text)
        item = bool(LIST_MARK.match(text)) or (len(text) < _SHORT_LINE and not _SENTENCE_END.search(text))
        if items and item and span.end - items[0].start <= _LONGEST_LIST:
            items.append(span)
            continue
        if len(items) > 1:
            yield Span(items[0].start, items[-1].end)
        items = [span] if item or text.endswith(("：", ":")) else []
    if len(items) > 1:
        yield Span(items[0].start, items[-1].end)


def _names_shared(piece: Evidence, question: str) -> int:
    """Return how many names and codes of its row and column a question has, less those that it lacks; 0 if it has none.

    A question about the Q8 resembles statements about the Q8 Plus and the Q8 Ultra no less than those about the Q8.
    Names are Latin words in Chinese text, elsewhere words with digits.
    """
    if not piece.is_statement:
        return 0
    label = _LABEL_END.split(fold(piece.text), maxsplit=1)[0]
    names = {name for name in _NAME.findall(label) if language_of(piece.text) == "zh" or not name.isalpha()}
    shared = names & set(_NAME.findall(fold(question)))
    return len(shared) - len(names - shared) if shared else 0


def _ranged(piece: Evidence, question: str) -> float:
    """Return 1 for a statement whose row stands for a range that an amount of the question falls into, else 0."""
    if not piece.is_statement:
        return 0.0
    label = _CLAUSE_END.split(fold(piece.text), maxsplit=1)[0]
    return float(any(holds_amount(interval, fold(question)) for interval in intervals(label)))


def _compared(piece: Evidence) -> str:
    return asked_of_extremes(piece.text) if piece.window.chunk.kind == "extreme" else piece.text
