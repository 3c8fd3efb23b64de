"""One question from start to end, as a stream of events: the only place where the stages are put together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from report_qa.config import Settings
from report_qa.errors import QuestionError, ReportQAError, Text
from report_qa.indexing.library import Library
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel, Token
from report_qa.qa.answerability import (
    answer_features,
    evidence_features,
    load_calibration,
    log_odds,
    says_no,
)
from report_qa.qa.cite import CitedAnswer, resolve, strip_markers
from report_qa.qa.context import build_passages
from report_qa.qa.draft import DraftGate
from report_qa.qa.records import (
    Answer,
    AnswerEvent,
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
from report_qa.qa.retrieve import Query, Retriever
from report_qa.qa.understand import check_question, understand
from report_qa.text.normalise import cjk_count, fold, language_of, latin_words
from report_qa.text.numbers import Quantity, quantities

NOT_SAID = Text("The documents do not say.", "资料中没有提到。")
_REASON_NO_EVIDENCE = Text("Nothing in the documents matches the question.", "资料中没有与问题相关的内容。")
_REASON_UNSURE = Text(
    "The nearest passages do not seem to answer the question.", "最接近的段落看来并没有回答这个问题。"
)
_REASON_UNSUPPORTED = Text(
    "An answer was drafted, but the passages do not bear it out.", "曾拟出一个回答，但段落中找不到依据。"
)
_RESEMBLANCE_FLOOR = 0.78
"""Cosine (multilingual-e5-small) below which a question in the documents' language that shares no word with them is
taken to have nothing to do with them. An estimate: it has not been fitted."""
_JUDGE_WORDS = {"zh": ("是", "否"), "en": ("Yes", "No")}


@dataclass
class _Run:
    """What is known so far of one question."""

    question: str
    language: str
    started: float
    standalone: str = ""
    passages: tuple[Passage, ...] = ()
    features: dict[str, float] = field(default_factory=dict)
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
        chat: the language model.
        settings: all settings.
    """

    def __init__(self, library: Library, retriever: Retriever, chat: ChatModel, settings: Settings) -> None:
        self._library = library
        self._retriever = retriever
        self._chat = chat
        self._settings = settings

    def warm_up(self) -> None:
        """Have the model read the unchanging part of its prompts, so that they wait in its prompt cache."""
        for language in self._library.languages:
            self._chat.complete(load_prompt("rewrite", language).messages(question="?"), max_tokens=1)

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
        asked = check_question(run.question, self._settings.answer)
        run.standalone = asked
        yield StageEvent(Stage.SEARCHING)
        self._find(run, Query(_with_context(asked, history), {}))
        run.passages_s = run.elapsed()
        yield PassagesEvent(run.passages, asked)
        if self._hopeless(run):
            yield AnswerEvent(self._refused(run, _REASON_NO_EVIDENCE))
            return
        yield StageEvent(Stage.UNDERSTANDING)
        understood = understand(asked, history, self._library.languages, self._chat)
        run.standalone = understood.standalone
        self._find(run, understood.query)
        yield PassagesEvent(run.passages, run.standalone)
        yield StageEvent(Stage.READING)
        yield from self._write(run)

    def _find(self, run: _Run, query: Query) -> None:
        """Search, and keep the passages and what they tell about the question being answered at all."""
        hits = self._retriever.search(query)
        asked = " ".join((query.text, *query.rewrites.values()))
        run.passages = build_passages(asked, hits, self._library, self._settings.retrieval, self._chat.count_tokens)
        run.features = evidence_features(query.text, query.rewrites, hits, run.passages, self._library)

    def _hopeless(self, run: _Run) -> bool:
        """Whether nothing found resembles the question, in words or in meaning: then no model is asked."""
        if not run.passages:
            return True
        # across languages no words are shared, and only the model can bring the two together
        comparable = run.language in self._library.languages
        return comparable and run.features["coverage"] == 0 and run.features["cosine"] < _RESEMBLANCE_FLOOR

    def _write(self, run: _Run) -> Iterator[Event]:
        messages = load_prompt("answer", run.language).messages(passages=_render(run.passages), question=run.standalone)
        gate = DraftGate(_quantities_of(run))
        tokens: list[Token] = []
        for token in self._chat.stream(messages, max_tokens=self._settings.llm.max_answer_tokens):
            if not tokens:
                run.first_token_s = run.elapsed()
                yield StageEvent(Stage.WRITING)
            tokens.append(token)
            if shown := gate.feed(token.text):
                yield TokenEvent(shown)
        if shown := gate.finish():
            yield TokenEvent(shown)
        yield StageEvent(Stage.CHECKING)
        yield AnswerEvent(self._checked(run, tokens))

    def _checked(self, run: _Run, tokens: Sequence[Token]) -> Answer:
        written = "".join(token.text for token in tokens).strip()
        if not written or says_no(written):
            return self._refused(run, _REASON_UNSURE)
        text = self._in_language(written, run.language)
        cited = resolve(text, run.passages, question=run.standalone)
        run.features |= answer_features(tokens, len(cited.unverifiable))
        run.features["same_language"] = float(run.language in self._library.languages)
        if not cited.citations:
            return self._refused(run, _REASON_UNSURE, cited)
        if cited.unsupported:
            return self._refused(run, _REASON_UNSUPPORTED, cited)
        judged = self._judge(run)
        if judged is not None:
            run.features["judged"] = log_odds(judged)
        probability = load_calibration().probability(run.features)
        if probability < self._settings.answer.refusal_threshold:
            return self._refused(run, _REASON_UNSURE, cited, probability)
        return Answer(
            Status.ANSWERED, cited.text, run.language, run.question, run.standalone, cited.citations, run.passages,
            probability, cited.unknown_markers, timings=run.timings(), features=run.features,
        )  # fmt: skip

    def _in_language(self, text: str, language: str) -> str:
        """Return the answer in the wanted language; a small model likes to leave names in the documents' language."""
        foreign = cjk_count(text) > 0 if language == "en" else language_of(text) == "en" and len(latin_words(text)) > 2
        if not foreign:
            return text
        messages = load_prompt("translate", language).messages(text=strip_markers(text))
        translated = self._chat.complete(messages, max_tokens=self._settings.llm.max_answer_tokens).text.strip()
        return translated or text

    def _judge(self, run: _Run) -> float | None:
        """Return how likely the model finds the answer in the best passage (0 to 1), None where it does not tell.

        A small model tells better whether one short passage holds the answer than whether several do. It is asked
        after the answer is written, so that the first token does not wait for it.
        """
        messages = load_prompt("judge", run.language).messages(
            passages=_render(run.passages[:1]), question=run.standalone
        )
        yes, no = _JUDGE_WORDS[run.language]
        found = self._chat.first_token(messages, [yes, no])
        if not found or sum(found.values()) == 0:
            return None
        return found[yes] / sum(found.values())

    def _refused(
        self, run: _Run, reason: Text, cited: CitedAnswer | None = None, probability: float | None = None
    ) -> Answer:
        return Answer(
            Status.REFUSED, NOT_SAID.in_language(run.language), run.language, run.question, run.standalone,
            passages=run.passages, answerability=probability,
            unknown_markers=cited.unknown_markers if cited else (), unsupported=cited.unsupported if cited else (),
            reason=reason, timings=run.timings(), features=run.features,
        )  # fmt: skip

    def _failed(self, run: _Run, error: ReportQAError) -> Answer:
        return Answer(
            Status.FAILED, "", run.language, run.question, run.standalone or run.question,
            passages=() if isinstance(error, QuestionError) else run.passages, error=error, timings=run.timings(),
        )  # fmt: skip


def _with_context(question: str, history: Sequence[Turn]) -> str:
    return f"{history[-1].question} {question}" if history else question


def _render(passages: Sequence[Passage]) -> str:
    """Return passages as the model reads them, the best one last, next to the question."""
    parts = [f"[{p.number}] {p.path[-1] if p.path else p.title}\n{p.text}" for p in reversed(passages)]
    return "\n\n".join(parts)


def _quantities_of(run: _Run) -> list[Quantity]:
    texts = [run.standalone, *("\n".join((p.title, *p.path, p.section_text, p.text)) for p in run.passages)]
    return [quantity for text in texts for quantity in quantities(fold(text))]
