"""One question from start to end, as a stream of events: the only place where the stages are put together."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from report_qa.config import Settings
from report_qa.errors import QuestionError, ReportQAError, Text
from report_qa.indexing.library import Library
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder
from report_qa.qa.answerability import coverage, evidence_features, load_calibration, log_odds, says_no
from report_qa.qa.cite import (
    CitedAnswer,
    Statement,
    cite_range,
    cite_statements,
    parse_statements,
    resolve,
    strip_markers,
)
from report_qa.qa.context import build_passages
from report_qa.qa.draft import DraftGate
from report_qa.qa.evidence import Evidence, extracted, find_evidence, judged, with_all_steps
from report_qa.qa.quote import choose_quotes, quoted, with_english_scales
from report_qa.qa.records import (
    Answer,
    AnswerEvent,
    Citation,
    Event,
    Passage,
    PassagesEvent,
    Stage,
    StageEvent,
    Status,
    Timings,
    TokenEvent,
    Turn,
)
from report_qa.qa.retrieve import Query, Retriever, SectionHit
from report_qa.qa.understand import check_question, understand
from report_qa.qa.wanted import asks_how
from report_qa.qa.windows import distinct, rank_windows
from report_qa.text.glossary import load_glossary
from report_qa.text.names import with_romanised_people
from report_qa.text.normalise import cjk_count, fold, language_of, latin_words
from report_qa.text.numbers import Quantity, quantities
from report_qa.text.sentences import LIST_MARK, Span
from report_qa.text.years import with_full_years

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

NOT_SAID = Text("The documents do not say.", "资料中没有提到。")
_REASON_NO_EVIDENCE = Text("Nothing in the documents matches the question.", "资料中没有与问题相关的内容。")
_REASON_UNSURE = Text(
    "The nearest passages do not seem to answer the question.", "最接近的段落看来并没有回答这个问题。"
)
_REASON_OTHER = Text(
    "The nearest passages are about another year, model or place.", "最接近的段落说的是另一个年份、型号或地方。"
)
_REASON_UNSUPPORTED = Text(
    "An answer was drafted, but the passages do not bear it out.", "曾拟出一个回答，但段落中找不到依据。"
)
_ORIGINAL = Text("The document says: “{quote}”", "原文：“{quote}”")
"""Used where a translation changed a number or name of the sentence."""
_CONTRADICTED = 0.02
"""Probability that a question is answered where the best piece is about another year, model or place. An estimate: of
51 such pieces among the first six of 241 development questions none was right, which bounds it at 6% (rule of
three)."""
_RESEMBLANCE_FLOOR = 0.78
"""Cosine (multilingual-e5-small) below which a question in the documents' language that shares no word with them is
taken to have nothing to do with them. An estimate: it has not been fitted."""


@dataclass
class _Run:
    """What is known so far of one question."""

    question: str
    language: str
    started: float
    standalone: str = ""
    evidence: tuple[Evidence, ...] = ()
    passages: tuple[Passage, ...] = ()
    features: dict[str, float] = field(default_factory=dict)
    answerability: float | None = None
    passages_s: float | None = None
    first_token_s: float | None = None

    def timings(self) -> Timings:
        return Timings(self.passages_s, self.first_token_s, time.perf_counter() - self.started)

    def elapsed(self) -> float:
        return time.perf_counter() - self.started


class Answerer:
    """Answers questions over one library.

    Args:
        library: what is asked.
        retriever: ranks its sections.
        embedder: compares questions with sentences.
        chat: the language model.
        settings: all settings.
    """

    def __init__(
        self, library: Library, retriever: Retriever, embedder: Embedder, chat: ChatModel, settings: Settings
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._embedder = embedder
        self._chat = chat
        self._settings = settings

    def warm_up(self) -> None:
        """Load the dictionary, and have the model read the unchanging part of its prompts into its prompt cache."""
        load_glossary()
        for language in self._library.languages:
            self._chat.complete(load_prompt("rewrite", language).messages(question="?"), max_tokens=1)
            self._chat.complete(load_prompt("rewrite_titled", language).messages(title="?", question="?"), max_tokens=1)
            self._chat.complete(load_prompt("extract", language).messages(question="?", passage="?"), max_tokens=1)

    def stream(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Iterator[Event]:
        """Answer one question, telling of every step.

        Args:
            question: as typed.
            history: earlier turns of the conversation, oldest first.
            language: language of the answer, by default the question's.

        Yields:
            Stages, the passages (first what a plain search finds, then what is read), tokens of the draft, and
            last the checked answer. What goes wrong is told in that answer, with status ``failed``.
        """
        run = _Run(question, language or language_of(question), time.perf_counter())
        try:
            yield from self._answer(run, list(history)[-self._settings.answer.history_turns :])
        except ReportQAError as error:
            yield AnswerEvent(self._failed(run, error))

    def _answer(self, run: _Run, history: Sequence[Turn]) -> Iterator[Event]:
        asked = with_full_years(check_question(run.question, self._settings.answer))
        run.standalone = asked
        yield StageEvent(Stage.SEARCHING)
        query = Query(_with_context(asked, history))
        hits = self._retriever.search(query)
        self._preview(run, query, hits)
        run.passages_s = run.elapsed()
        yield PassagesEvent(run.passages, asked)
        if self._hopeless(run, query, hits):
            yield AnswerEvent(self._refused(run, _REASON_NO_EVIDENCE))
            return
        yield StageEvent(Stage.UNDERSTANDING)
        understood = understand(asked, history, hits, self._chat)
        run.standalone = understood.standalone
        self._find(run, understood.query)
        yield PassagesEvent(run.passages, run.standalone)
        yield StageEvent(Stage.READING)
        self._judge(run, understood.query)
        if run.answerability is not None and run.answerability < self._settings.answer.refusal_threshold:
            other = any(piece.contradicts for piece in run.evidence[:1])
            yield AnswerEvent(self._refused(run, _REASON_OTHER if other else _REASON_UNSURE))
        elif self._settings.answers_by_quoting:
            yield from self._quote(run)
        else:
            yield from self._write(run)

    def _preview(self, run: _Run, query: Query, hits: Sequence[SectionHit]) -> None:
        """Keep the passages of a plain search, to be shown at once."""
        windows = distinct(rank_windows(query.text, hits, self._library), self._settings.retrieval.windows)
        run.passages = build_passages(windows, self._settings.retrieval, self._chat.count_tokens)

    def _hopeless(self, run: _Run, query: Query, hits: Sequence[SectionHit]) -> bool:
        """Whether nothing found resembles the question, in words or in meaning: then no model is asked."""
        if not run.passages:
            return True
        top = hits[: self._settings.retrieval.sections]
        nearest = max((chunk.cosine for hit in top for chunk in hit.chunks), default=0.0)
        # across languages no words are shared, and only the model can bring the two together
        same_language = language_of(query.text) in self._library.languages
        return same_language and nearest < _RESEMBLANCE_FLOOR and not coverage(query.text, run.passages, self._library)

    def _find(self, run: _Run, query: Query) -> None:
        """Search; keep the evidence, the passages around it, and what they tell about being answered at all."""
        hits = self._retriever.search(query)
        asked = " ".join(query.wordings)
        windows = distinct(rank_windows(asked, hits, self._library), self._settings.retrieval.windows)
        run.evidence = tuple(find_evidence(query, windows, self._embedder))
        if asks_how(query.text):
            run.evidence = (*map(with_all_steps, run.evidence[:1]), *run.evidence[1:])
        around = [piece.window for piece in run.evidence]
        run.passages = build_passages(around, self._settings.retrieval, self._chat.count_tokens)

    def _judge(self, run: _Run, query: Query) -> None:
        """Decide whether the best piece of evidence answers; the model is asked for what can still change that."""
        calibration = load_calibration()
        run.features = evidence_features(query, run.evidence, run.passages)
        for best in run.evidence[:1]:
            if best.contradicts:
                run.answerability = _CONTRADICTED
                return
            for name, ask in (("extracted", extracted), ("judged", judged)):
                if calibration.decides(run.features, self._settings.answer.refusal_threshold):
                    break
                told = ask(query.text, language_of(query.text), best, self._chat)
                if told is not None:
                    run.features[name] = log_odds(told)
        run.answerability = calibration.probability(run.features)

    def _quote(self, run: _Run) -> Iterator[Event]:
        """Answer with the sentences that answer, translated where the question is in another language."""
        yield StageEvent(Stage.WRITING)
        statements: list[Statement] = []
        for piece, number in choose_quotes(run.evidence, run.passages):
            text = quoted(piece)
            if piece.window.hit.ref.document.language != run.language:
                text = yield from self._translated_lines(run, text)
            else:
                run.first_token_s = run.first_token_s or run.elapsed()
                yield TokenEvent(text)
            span = Span(piece.start, piece.end)
            statements.append(Statement(text, (number,), span, beside=bool(statements)))
        yield StageEvent(Stage.CHECKING)
        yield AnswerEvent(self._checked(run, statements))

    def _write(self, run: _Run) -> Iterator[Event]:
        """Answer in the model's words."""
        messages = load_prompt("answer", run.language).messages(passages=_render(run.passages), question=run.standalone)
        written = yield from self._generated(run, messages)
        yield StageEvent(Stage.CHECKING)
        if not written or says_no(written):
            yield AnswerEvent(self._refused(run, _REASON_UNSURE))
        else:
            yield AnswerEvent(self._checked(run, parse_statements(self._in_language(written, run.language))))

    def _checked(self, run: _Run, statements: Sequence[Statement]) -> Answer:
        cited = cite_statements(statements, run.passages, question=run.standalone)
        if not cited.citations:
            return self._refused(run, _REASON_UNSURE, cited)
        if cited.unsupported:
            return self._refused(run, _REASON_UNSUPPORTED, cited)
        return Answer(
            Status.ANSWERED, cited.text, run.language, run.question, run.standalone, cited.citations, run.passages,
            run.answerability, cited.unknown_markers, timings=run.timings(), features=run.features,
        )  # fmt: skip

    def _generated(self, run: _Run, messages: Sequence[BaseMessage]) -> Generator[Event, None, str]:
        gate = DraftGate(_quantities_of(run))
        written = ""
        for token in self._chat.stream(messages, max_tokens=self._settings.llm.max_answer_tokens):
            if not written:
                run.first_token_s = run.first_token_s or run.elapsed()
                yield StageEvent(Stage.WRITING)
            written += token.text
            if shown := gate.feed(token.text):
                yield TokenEvent(shown)
        if shown := gate.finish():
            yield TokenEvent(shown)
        return written.strip()

    def _translated_lines(self, run: _Run, text: str) -> Generator[Event, None, str]:
        """Return what is quoted in the language of the answer, the steps of a procedure one by one."""
        translated = ""
        for line in text.split("\n"):
            mark = LIST_MARK.match(line) if "\n" in text else None
            before = ("\n" if translated else "") + (f"{mark.group().strip()} " if mark else "")
            if before:
                yield TokenEvent(before)
            translated += before
            translated += yield from self._translated(run, line[mark.end() if mark else 0 :])
        return translated

    def _translated(self, run: _Run, text: str) -> Generator[Event, None, str]:
        """Return a quoted sentence in the language of the answer, or as it is where the translation changes it."""
        source = with_romanised_people(with_english_scales(text)) if run.language == "en" else text
        messages = load_prompt("translate", run.language).messages(text=source)
        translated = yield from self._generated(run, messages)
        support = resolve(translated, run.passages, question=run.standalone)
        if not translated or support.unsupported or language_of(translated) != run.language:
            return _ORIGINAL.in_language(run.language).format(quote=text)
        return translated

    def _in_language(self, text: str, language: str) -> str:
        """Return the answer in the wanted language; a small model likes to leave names in the documents' language."""
        foreign = cjk_count(text) > 0 if language == "en" else language_of(text) == "en" and len(latin_words(text)) > 2
        if not foreign:
            return text
        messages = load_prompt("translate", language).messages(text=strip_markers(text))
        translated = self._chat.complete(messages, max_tokens=self._settings.llm.max_answer_tokens).text.strip()
        return translated or text

    def _refused(self, run: _Run, reason: Text, cited: CitedAnswer | None = None) -> Answer:
        return Answer(
            Status.REFUSED, NOT_SAID.in_language(run.language), run.language, run.question, run.standalone,
            passages=run.passages, answerability=run.answerability,
            unknown_markers=cited.unknown_markers if cited else (), unsupported=cited.unsupported if cited else (),
            reason=reason, timings=run.timings(), features=run.features, nearest=_nearest(run),
        )  # fmt: skip

    def _failed(self, run: _Run, error: ReportQAError) -> Answer:
        return Answer(
            Status.FAILED, "", run.language, run.question, run.standalone or run.question,
            passages=() if isinstance(error, QuestionError) else run.passages, error=error, timings=run.timings(),
        )  # fmt: skip


def _nearest(run: _Run) -> Citation | None:
    """Return the best piece of evidence, as what comes nearest to a question that is refused."""
    for piece, number in choose_quotes(run.evidence, run.passages)[:1]:
        passage = next(passage for passage in run.passages if passage.number == number)
        return cite_range(passage, piece.start, piece.end, piece.text)
    return None


def _with_context(question: str, history: Sequence[Turn]) -> str:
    return f"{history[-1].question} {question}" if history else question


def _render(passages: Sequence[Passage]) -> str:
    """Return passages as the model reads them, the best one last, next to the question."""
    parts = [f"[{p.number}] {p.path[-1] if p.path else p.title}\n{p.text}" for p in reversed(passages)]
    return "\n\n".join(parts)


def _quantities_of(run: _Run) -> list[Quantity]:
    texts = [run.standalone, *("\n".join((p.title, *p.path, p.section_text, p.text)) for p in run.passages)]
    return [quantity for text in texts for quantity in quantities(fold(text))]
