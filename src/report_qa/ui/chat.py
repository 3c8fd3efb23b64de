"""What the page does: every action of a user as a function of the conversation, without anything of the web in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from report_qa.config import Settings
from report_qa.errors import Busy, QuestionError, ReportQAError
from report_qa.qa.records import AnswerEvent, Event
from report_qa.runtime.line import Line
from report_qa.runtime.opening import Opened, Opening
from report_qa.runtime.running import AnswerRun
from report_qa.ui import frame, render, texts
from report_qa.ui.contract import Service
from report_qa.ui.opening import Openings
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
    chooser: str | None = None
    collection: str | None = None


class Chat:
    """The page's actions, shared by all visitors; nothing of a conversation is kept here.

    Args:
        openings: the collections, or their way there.
        settings: for the limits.
        line: where to queue; shared with whatever else asks the model, by default the page's own.
    """

    def __init__(self, openings: Openings, settings: Settings, line: Line | None = None) -> None:
        self._openings = openings
        self._max_chars = settings.answer.max_question_chars
        self._line = Line() if line is None else line
        self._keeps_gaps = settings.faq.gaps
        self._runs: dict[str, _Asking] = {}

    def greet(self, conversation: Conversation, language: Language, collection: str) -> Iterator[View]:
        """Show the stored conversation, and the state of the collection until it is settled."""
        chosen, opening = self._begin(collection)
        shown = self._state(opening.opened, language)
        chooser = frame.chooser_html(self._openings.names(), chosen, language)
        history = render.history_html(conversation, language)
        yield replace(shown, history=history, live="", chooser=chooser, collection=chosen)
        yield from self._until_settled(opening, language)

    def reopen(self, language: Language, collection: str) -> Iterator[View]:
        """Try again to open the collection."""
        _, opening = self._begin(collection)
        yield replace(self._state(opening.opened, language), notice="")
        yield from self._until_settled(opening, language)

    def _begin(self, collection: str) -> tuple[str, Opening[Service]]:
        chosen = self._openings.chosen(collection)
        opening = self._openings.of(chosen)
        opening.begin()
        return chosen, opening

    def _until_settled(self, opening: Opening[Service], language: Language) -> Iterator[View]:
        while not opening.wait(TICK_S):
            yield View()  # lets a page that was left end this
        yield self._state(opening.opened, language)

    def _state(self, opened: Opened[Service], language: Language) -> View:
        documents = opened.service.documents if opened.service else ()
        proposed = texts.example_questions(documents, language)
        return View(
            welcome=frame.welcome_html(documents, proposed, language),
            header=frame.header_html(opened, language),
            status=frame.status_html(opened, language),
        )

    def ask(
        self,
        question: str,
        conversation: Conversation,
        language: Language,
        session: str,
        collection: str = "",
        *,
        replace_last: bool = False,
    ) -> Iterator[View]:
        """Ask a question and show how the answer comes about.

        Args:
            question: as typed.
            conversation: what was shown before.
            language: the interface's language.
            session: the visitor's page, for :meth:`stop`.
            collection: the collection to ask, where the visitor has chosen one.
            replace_last: whether the last exchange makes room: it is asked again or was edited.
        """
        question = question.strip()
        if not question or session in self._runs:
            return
        chosen = self._openings.chosen(collection)
        hindrance = self._hindrance(question, language, chosen)
        if hindrance:
            yield View(notice=frame.notice_html(hindrance), box=question)
            return
        kept = conversation[:-1] if replace_last else conversation
        asking = self._runs[session] = _Asking(question, kept, language, chosen)
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

    def _hindrance(self, question: str, language: Language, collection: str) -> str:
        if len(question) > self._max_chars:
            return texts.TOO_LONG.in_language(language).format(n=len(question), limit=self._max_chars)
        error = self._openings.of(collection).opened.error
        return texts.NOT_READY_NOTICE.in_language(language) + error.line(language) if error else ""

    def _answer(self, asking: _Asking) -> Iterator[View]:
        opening = self._openings.of(asking.collection)
        opening.begin()  # the index may have changed since
        while not opening.wait(TICK_S / 4) and not asking.stopped:
            yield asking.view(starting=True)
        if asking.stopped:
            return
        opened = opening.opened
        if opened.service is None:
            asking.fail(opened.error)
            return
        try:
            yield from asking.run(opened.service, self._line)
        except Busy as error:
            asking.fail(error)

    def stop(self, session: str) -> None:
        """Stop what this page asked, if anything; :meth:`ask` then ends."""
        asking = self._runs.get(session)
        if asking:
            asking.stop()

    def dislike(self, question: str, conversation: Conversation, language: Language) -> View:
        """Keep a question whose answer was called wrong, and say so."""
        called = [exchange for exchange in conversation if exchange.votable and exchange.question == question]
        service = self._openings.of(called[-1].collection).opened.service if called else None
        if service is None:
            return View()
        service.dislike(question)
        after = tuple(replace(e, votable=False) if e in called else e for e in conversation)
        told = frame.notice_html(texts.DISLIKED.in_language(language))
        return View(history=render.history_html(after, language), conversation=after, notice=told)

    def edit(self, conversation: Conversation, language: Language) -> View:
        """Put the last question back into the box; asking then replaces its exchange."""
        if not conversation:
            return View()
        notice = frame.notice_html(texts.EDITING.in_language(language), cancel=language)
        return View(box=conversation[-1].question, notice=notice, editing=True)

    def cancel(self) -> View:
        """Leave the last question as it was."""
        return View(box="", notice="", editing=False)

    def restart(self) -> View:
        """Begin a new conversation."""
        return View(history="", live="", notice="", box="", conversation=(), editing=False)


class _Asking:
    """One question on its way, from the first view to its result."""

    def __init__(self, question: str, kept: Conversation, language: Language, collection: str) -> None:
        self.question = question
        self.collection = collection
        self.progress = render.Progress(question, collection)
        self.result: Exchange | None = None
        self.unaskable = False
        self.stopped = False
        self._history = turns_of(kept, collection)
        self._language = language
        self._run: AnswerRun | None = None
        self._since = time.monotonic()

    def stop(self) -> None:
        self.stopped = True
        if self._run:
            self._run.stop()

    def fail(self, error: ReportQAError | None) -> None:
        self.result = Exchange(
            self.question,
            "failed",
            collection=self.collection,
            problem=error.message if error else None,
            remedy=error.remedy if error else None,
        )

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
            self.result = exchange_of(self.question, event.answer, self.collection)
            self.unaskable = isinstance(event.answer.error, QuestionError)
        else:
            self.progress = self.progress.after(event)
