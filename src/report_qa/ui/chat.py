"""What the page does: every action of a user as a function of the conversation, without anything of the web in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from report_qa.config import Settings
from report_qa.errors import Busy, ReportQAError
from report_qa.runtime.line import Line
from report_qa.runtime.measures import LEFT
from report_qa.runtime.opening import Opened, Opening
from report_qa.ui import frame, render, texts
from report_qa.ui.asking import Asking, View
from report_qa.ui.contract import Service
from report_qa.ui.judging import Judging, judgement_of
from report_qa.ui.opening import Openings
from report_qa.ui.state import Conversation, Exchange
from report_qa.ui.texts import Language

TICK_S = 1.0
"""How often the seconds on the page move while nothing else happens."""


class Chat:
    """The page's actions, shared by all visitors; nothing of a conversation is kept here.

    Args:
        openings: the collections, or their way there.
        settings: for the limits.
        line: where to queue; shared with whatever else asks the model, by default the page's own.
        judging: takes what visitors say of answers; None: they are not asked.
        count: told how each question ended, and after how many seconds.
    """

    def __init__(
        self,
        openings: Openings,
        settings: Settings,
        line: Line | None = None,
        *,
        judging: Judging | None = None,
        count: Callable[[str, float], None] | None = None,
    ) -> None:
        self._openings = openings
        self._max_chars = settings.answer.max_question_chars
        self._line = Line() if line is None else line
        self._judging = judging
        self._count = count
        self._runs: dict[str, Asking] = {}

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
        asking = self._runs[session] = Asking(question, kept, language, chosen)
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
            if self._count is not None:
                self._count(asking.result.outcome if asking.result else LEFT, asking.seconds)
        done = self._votable(asking.result or Exchange(question))
        yield View(
            history=render.history_html((*kept, done), language),
            live="",
            box=question if asking.unaskable else None,
            conversation=(*kept, done),
            busy=False,
        )

    def _votable(self, done: Exchange) -> Exchange:
        return replace(done, votable=self._judging is not None and done.outcome in ("answered", "refused"))

    def _hindrance(self, question: str, language: Language, collection: str) -> str:
        if len(question) > self._max_chars:
            return texts.TOO_LONG.in_language(language).format(n=len(question), limit=self._max_chars)
        error = self._openings.of(collection).opened.error
        return texts.NOT_READY_NOTICE.in_language(language) + error.line(language) if error else ""

    def _answer(self, asking: Asking) -> Iterator[View]:
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
            yield from asking.run(opened.service, self._line, TICK_S)
        except Busy as error:
            asking.fail(error)
        if asking.result and asking.result.outcome == "answered":
            # the answer is not kept back for what may be asked next
            shown = (*asking.kept, self._votable(asking.result))
            yield View(history=render.history_html(shown, asking.language, busy=True), live="", conversation=shown)
            asking.go_on(opened.service)

    def stop(self, session: str) -> None:
        """Stop what this page asked, if anything; :meth:`ask` then ends."""
        asking = self._runs.get(session)
        if asking:
            asking.stop()

    def judge(self, judged: str, conversation: Conversation, language: Language) -> View:
        """Keep what a visitor says of an answer, and thank for it.

        Args:
            judged: as :func:`report_qa.ui.judging.judgement_of` reads it.
            conversation: what is shown.
            language: the interface's language.
        """
        judgement = judgement_of(judged)
        if self._judging is None or judgement is None or judgement.at >= len(conversation):
            return View()
        exchange = conversation[judgement.at]
        if not exchange.votable:
            return View()
        try:
            self._judging.take(exchange, judgement)
        except ReportQAError as error:
            return View(notice=frame.notice_html(error.line(language)))
        done = replace(exchange, votable=False, verdict=judgement.verdict)
        after = (*conversation[: judgement.at], done, *conversation[judgement.at + 1 :])
        told = frame.notice_html(texts.JUDGED.in_language(language))
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
