"""What the page does: every action of a user as a function of the conversation, without anything of the web in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from report_qa.config import Settings
from report_qa.documents.readers.pictures import pictures_of
from report_qa.errors import QuestionError
from report_qa.qa.records import AnswerEvent, Event
from report_qa.ui import render, texts
from report_qa.ui.contract import Service
from report_qa.ui.opening import Opened, Opening
from report_qa.ui.running import AnswerRun, Line
from report_qa.ui.state import Conversation, Exchange, broken, exchange_of, turns_of
from report_qa.ui.texts import Language

TICK_S = 1.0
"""How often the seconds on the page move while nothing else happens."""


@dataclass(frozen=True)
class View:
    """What changes on the page; None leaves a part as it is."""

    history: str | None = None
    live: str | None = None
    welcome: str | None = None
    header: str | None = None
    status: str | None = None
    notice: str | None = None
    box: str | None = None
    conversation: Conversation | None = None
    busy: bool | None = None
    editing: bool | None = None


class Chat:
    """The page's actions, shared by all visitors; nothing of a conversation is kept here.

    Args:
        opening: the service, or its way there.
        settings: for the limits.
    """

    def __init__(self, opening: Opening, settings: Settings) -> None:
        self._opening = opening
        self._pictures = pictures_of(settings.paths.index)
        self._max_chars = settings.answer.max_question_chars
        self._keeps_gaps = settings.faq.gaps
        self._line = Line()
        self._runs: dict[str, _Asking] = {}

    def greet(self, conversation: Conversation, language: Language) -> Iterator[View]:
        """Show the stored conversation, and the state of the service until it is settled."""
        self._opening.begin()
        opened = self._opening.opened
        yield replace(self._state(opened, language), history=render.history_html(conversation, language), live="")
        if opened.starting:
            yield from self._until_settled(language)

    def reopen(self, language: Language) -> Iterator[View]:
        """Try again to open the service."""
        self._opening.begin()
        yield replace(self._state(self._opening.opened, language), notice="")
        yield from self._until_settled(language)

    def _until_settled(self, language: Language) -> Iterator[View]:
        opened = self._opening.wait(TICK_S)
        while opened.starting:
            yield View()  # lets a page that was left end this
            opened = self._opening.wait(TICK_S)
        yield self._state(opened, language)

    def _state(self, opened: Opened, language: Language) -> View:
        documents = opened.service.documents if opened.service else ()
        proposed = texts.example_questions(documents, language)
        return View(
            welcome=render.welcome_html(documents, proposed, language),
            header=render.header_html(opened, language),
            status=render.status_html(opened, language),
        )

    def ask(
        self, question: str, conversation: Conversation, language: Language, session: str, *, replace_last: bool = False
    ) -> Iterator[View]:
        """Ask a question and show how the answer comes about.

        Args:
            question: as typed.
            conversation: what was shown before.
            language: the interface's language.
            session: the visitor's page, for :meth:`stop`.
            replace_last: whether the last exchange makes room: it is asked again or was edited.
        """
        question = question.strip()
        if not question or session in self._runs:
            return
        hindrance = self._hindrance(question, language)
        if hindrance:
            yield View(notice=render.notice_html(hindrance), box=question)
            return
        kept = conversation[:-1] if replace_last else conversation
        asking = self._runs[session] = _Asking(question, kept, language, self._pictures)
        try:
            # stored as stopped, so that a page that is reloaded now still has the question
            stored = (*kept, Exchange(question))
            yield View(
                history=render.history_html(kept, language, busy=True),
                live=render.progress_html(asking.progress, language),
                notice="",
                box="",
                conversation=stored,
                busy=True,
                editing=False,
            )
            yield from self._answer(asking)
        finally:
            asking.stop()
            del self._runs[session]
        done = asking.result or Exchange(question)
        done = replace(done, votable=self._keeps_gaps and done.outcome == "answered")
        yield View(
            history=render.history_html((*kept, done), language),
            live="",
            box=question if asking.unaskable else None,
            conversation=(*kept, done),
            busy=False,
        )

    def _hindrance(self, question: str, language: Language) -> str:
        if len(question) > self._max_chars:
            return texts.TOO_LONG.in_language(language).format(n=len(question), limit=self._max_chars)
        error = self._opening.opened.error
        return texts.NOT_READY_NOTICE.in_language(language) + error.line(language) if error else ""

    def _answer(self, asking: _Asking) -> Iterator[View]:
        while (opened := self._opening.wait(TICK_S / 4)).starting and not asking.stopped:
            yield asking.view(starting=True)
        if asking.stopped:
            return
        if opened.service is None:
            asking.result = Exchange(
                asking.question,
                "failed",
                problem=opened.error.message if opened.error else None,
                remedy=opened.error.remedy if opened.error else None,
            )
            return
        yield from asking.run(opened.service, self._line)

    def stop(self, session: str) -> None:
        """Stop what this page asked, if anything; :meth:`ask` then ends."""
        asking = self._runs.get(session)
        if asking:
            asking.stop()

    def dislike(self, question: str, conversation: Conversation, language: Language) -> View:
        """Keep a question whose answer was called wrong, and say so."""
        service = self._opening.opened.service
        if service is None:
            return View()
        service.dislike(question)
        after = tuple(replace(e, votable=False) if e.question == question else e for e in conversation)
        told = render.notice_html(texts.DISLIKED.in_language(language))
        return View(history=render.history_html(after, language), conversation=after, notice=told)

    def edit(self, conversation: Conversation, language: Language) -> View:
        """Put the last question back into the box; asking then replaces its exchange."""
        if not conversation:
            return View()
        notice = render.notice_html(texts.EDITING.in_language(language), cancel=language)
        return View(box=conversation[-1].question, notice=notice, editing=True)

    def cancel(self) -> View:
        """Leave the last question as it was."""
        return View(box="", notice="", editing=False)

    def restart(self) -> View:
        """Begin a new conversation."""
        return View(history="", live="", notice="", box="", conversation=(), editing=False)


class _Asking:
    """One question on its way, from the first view to its result."""

    def __init__(self, question: str, kept: Conversation, language: Language, pictures: Path) -> None:
        self.question = question
        self.progress = render.Progress(question)
        self.result: Exchange | None = None
        self.unaskable = False
        self.stopped = False
        self._history = turns_of(kept)
        self._pictures = pictures
        self._language = language
        self._run: AnswerRun | None = None
        self._since = time.monotonic()

    def stop(self) -> None:
        self.stopped = True
        if self._run:
            self._run.stop()

    def view(self, *, starting: bool = False) -> View:
        seconds = int(time.monotonic() - self._since)
        self.progress = replace(
            self.progress, seconds=seconds, starting=starting, ahead=self._run.ahead if self._run else 0
        )
        return View(live=render.progress_html(self.progress, self._language))

    def run(self, service: Service, line: Line) -> Iterator[View]:
        with AnswerRun(lambda: service.stream(self.question, self._history), line) as run:
            self._run = run
            if self.stopped:
                return
            for events in run.batches(TICK_S):
                for event in events:
                    self._take(event)
                if self.result:
                    return
                yield self.view()
            if not run.stopped:
                # the service ended without an answer, which it promises not to do
                self.result = broken(self.question)

    def _take(self, event: Event) -> None:
        if isinstance(event, AnswerEvent):
            self.result = exchange_of(self.question, event.answer, self._pictures)
            self.unaskable = isinstance(event.answer.error, QuestionError)
        else:
            self.progress = self.progress.after(event)
