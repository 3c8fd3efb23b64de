"""One question from start to end, as a stream of events: the only place where the stages are put together."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from report_qa.config import Settings
from report_qa.errors import ReportQAError, Text
from report_qa.indexing.library import Library
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.qa.answerability import coverage, says_no
from report_qa.qa.cite import Statement, parse_statements, resolve, strip_markers
from report_qa.qa.compare import Difference, asks_difference, difference, operands
from report_qa.qa.context import build_passages
from report_qa.qa.draft import DraftGate
from report_qa.qa.finding import Finder, Finding
from report_qa.qa.outcome import (
    REASON_NO_EVIDENCE,
    REASON_OTHER,
    REASON_UNSURE,
    Run,
    answered,
    failed,
    not_said,
    refused,
)
from report_qa.qa.parts import parts_of
from report_qa.qa.quote import quoted, quotes_of_parts, with_english_scales
from report_qa.qa.records import AnswerEvent, Event, Passage, PassagesEvent, Stage, StageEvent, TokenEvent, Turn
from report_qa.qa.retrieve import Query, Retriever, SectionHit
from report_qa.qa.understand import check_question, leans_on_history, understand
from report_qa.qa.windows import distinct, rank_windows
from report_qa.text.glossary import load_glossary
from report_qa.text.names import with_romanised_people
from report_qa.text.normalise import cjk_count, fold, language_of, latin_words
from report_qa.text.numbers import Quantity, quantities
from report_qa.text.sentences import LIST_MARK, Span
from report_qa.text.years import with_full_years

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_ORIGINAL = Text("The document says: “{quote}”", "原文：“{quote}”")
"""Used where a translation changed a number or name of the sentence."""
_RESEMBLANCE_FLOOR = 0.78
"""Cosine (multilingual-e5-small) below which a question in the documents' language that shares no word with them is
taken to have nothing to do with them. An estimate: it has not been fitted."""


class Answerer:
    """Answers questions over one library.

    Args:
        library: what is asked.
        retriever: ranks its sections.
        finder: finds in them what answers, and tells how probably it does.
        chat: the language model.
        settings: all settings.
    """

    def __init__(
        self, library: Library, retriever: Retriever, finder: Finder, chat: ChatModel, settings: Settings
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._chat = chat
        self._settings = settings
        self._finder = finder

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
        run = Run(question, language or language_of(question), time.perf_counter())
        try:
            yield from self._answer(run, list(history)[-self._settings.answer.history_turns :])
        except ReportQAError as error:
            yield AnswerEvent(failed(run, error))

    def _answer(self, run: Run, history: Sequence[Turn]) -> Iterator[Event]:
        asked = with_full_years(check_question(run.question, self._settings.answer))
        run.standalone = asked
        yield StageEvent(Stage.SEARCHING)
        query = Query(_with_context(asked, history))
        hits = self._retriever.search(query)
        self._preview(run, query, hits)
        run.passages_s = run.elapsed()
        yield PassagesEvent(run.passages, asked)
        if self._hopeless(run, query, hits):
            yield AnswerEvent(refused(run, REASON_NO_EVIDENCE))
            return
        apart = (yield from self._compare(run, asked, history)) if asks_difference(asked) else None
        for part in () if apart else parts_of(asked):
            turns = [Turn(before.standalone, _told(before)) for before in run.findings[-1:]] or history
            yield from self._look_for(run, part, turns, hits if part == asked else None)
        telling = [finding for finding in run.findings if self._answers(finding)]
        if not telling:
            other = all(finding.about_another for finding in run.findings)
            yield AnswerEvent(refused(run, REASON_OTHER if other else REASON_UNSURE))
        elif self._settings.answers_by_quoting:
            yield from self._quote(run, telling, apart)
        else:
            yield from self._write(run)

    def _answers(self, finding: Finding) -> bool:
        return finding.answerability >= self._settings.answer.refusal_threshold

    def _compare(self, run: Run, asked: str, history: Sequence[Turn]) -> Generator[Event, None, Difference | None]:
        """Look for the two things that a question compares; return how far apart they are, None where that is open."""
        if not self._settings.answers_by_quoting or (history and leans_on_history(asked)):
            return None
        yield StageEvent(Stage.UNDERSTANDING)
        for part in operands(asked, self._chat) or ():
            yield from self._look_for(run, part, (), None)
            if not self._answers(run.findings[-1]):
                break
        else:
            found = [finding.evidence for finding in run.findings]
            if len(found) == 2 and (apart := difference(found[0], found[1], run.language)):
                run.findings = [
                    finding.led_by(piece)
                    for finding, piece in zip(run.findings, (apart.first, apart.second), strict=True)
                ]
                run.passages = self._finder.passages_of(run.findings)
                return apart
        run.findings.clear()
        return None

    def _look_for(
        self, run: Run, part: str, turns: Sequence[Turn], hits: Sequence[SectionHit] | None
    ) -> Iterator[Event]:
        """Find evidence for a question or one part of it.

        Args:
            run: what is known; what is found is added to it.
            part: the part as typed.
            turns: what it may refer to: the conversation, or the part before it.
            hits: what a plain search for the part finds, where it is known.
        """
        yield StageEvent(Stage.UNDERSTANDING)
        hits = self._retriever.search(Query(_with_context(part, turns))) if hits is None else hits
        found = self._finder.find(part, understand(part, turns, hits, self._chat).query)
        run.passages = self._finder.passages_of([*run.findings, found])
        run.standalone = " ".join(finding.standalone for finding in (*run.findings, found))
        yield PassagesEvent(run.passages, run.standalone)
        yield StageEvent(Stage.READING)
        run.findings.append(self._finder.judge(found))
        if run.findings[-1].passages != found.passages:
            run.passages = self._finder.passages_of(run.findings)
            yield PassagesEvent(run.passages, run.standalone)

    def _preview(self, run: Run, query: Query, hits: Sequence[SectionHit]) -> None:
        """Keep the passages of a plain search, to be shown at once."""
        windows = distinct(rank_windows(query.text, hits, self._library), self._settings.retrieval.windows)
        run.passages = build_passages([windows], self._settings.retrieval, self._chat.count_tokens)

    def _hopeless(self, run: Run, query: Query, hits: Sequence[SectionHit]) -> bool:
        """Whether nothing found resembles the question, in words or in meaning: then no model is asked."""
        if not run.passages:
            return True
        top = hits[: self._settings.retrieval.sections]
        nearest = max((chunk.cosine for hit in top for chunk in hit.chunks), default=0.0)
        # across languages no words are shared, and only the model can bring the two together
        same_language = language_of(query.text) in self._library.languages
        return same_language and nearest < _RESEMBLANCE_FLOOR and not coverage(query.text, run.passages, self._library)

    def _quote(self, run: Run, telling: Sequence[Finding], apart: Difference | None) -> Iterator[Event]:
        """Answer with the sentences that answer, translated where the question is in another language."""
        yield StageEvent(Stage.WRITING)
        statements: list[Statement] = []
        parts = [[apart.first], [apart.second]] if apart else [finding.evidence for finding in telling]
        for quote in quotes_of_parts(parts, run.passages):
            text = quoted(quote.piece)
            if quote.piece.window.hit.ref.document.language != run.language:
                text = yield from self._translated_lines(run, text)
            else:
                run.first_token_s = run.first_token_s or run.elapsed()
                yield TokenEvent(text)
            span = Span(quote.piece.start, quote.piece.end)
            statements.append(Statement(text, (quote.number,), span, beside=quote.beside))
        if apart:
            yield TokenEvent(apart.text)
            statements.append(Statement(apart.text, tuple(n for s in statements for n in s.markers), beside=True))
        yield StageEvent(Stage.CHECKING)
        unsaid = [finding.asked for finding in run.findings if finding not in telling]
        yield AnswerEvent(answered(run, statements, not_said(unsaid)))

    def _write(self, run: Run) -> Iterator[Event]:
        """Answer in the model's words."""
        messages = load_prompt("answer", run.language).messages(passages=_render(run.passages), question=run.standalone)
        written = yield from self._generated(run, messages)
        yield StageEvent(Stage.CHECKING)
        if not written or says_no(written):
            yield AnswerEvent(refused(run, REASON_UNSURE))
        else:
            yield AnswerEvent(answered(run, parse_statements(self._in_language(written, run.language))))

    def _generated(self, run: Run, messages: Sequence[BaseMessage]) -> Generator[Event, None, str]:
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

    def _translated_lines(self, run: Run, text: str) -> Generator[Event, None, str]:
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

    def _translated(self, run: Run, text: str) -> Generator[Event, None, str]:
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


def _told(finding: Finding) -> str:
    """Return what the part of a question before this one was answered with, as far as it is known."""
    return "".join(quoted(piece) for piece in finding.evidence[:1] if not piece.contradicts)


def _with_context(question: str, history: Sequence[Turn]) -> str:
    return f"{history[-1].question} {question}" if history else question


def _render(passages: Sequence[Passage]) -> str:
    """Return passages as the model reads them, the best one last, next to the question."""
    parts = [f"[{p.number}] {p.path[-1] if p.path else p.title}\n{p.text}" for p in reversed(passages)]
    return "\n\n".join(parts)


def _quantities_of(run: Run) -> list[Quantity]:
    texts = [run.standalone, *("\n".join((p.title, *p.path, p.section_text, p.text)) for p in run.passages)]
    return [quantity for text in texts for quantity in quantities(fold(text))]
