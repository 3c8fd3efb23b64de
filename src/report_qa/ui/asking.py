"""One question of the page on its way, and what changes on the page as it goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from report_qa.errors import QuestionError, ReportQAError
from report_qa.qa.records import Answer, AnswerEvent, Event
from report_qa.runtime.line import Line
from report_qa.runtime.running import AnswerRun
from report_qa.text.normalise import fold
from report_qa.ui import render, texts
from report_qa.ui.contract import Service
from report_qa.ui.state import Conversation, Exchange, broken, exchange_of, turns_of
from report_qa.ui.texts import Language

MAX_FOLLOWING = 3
"""Most questions that are proposed beside an answer."""


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


class Asking:
    """One question on its way, from the first view to its result."""

    def __init__(self, question: str, kept: Conversation, language: Language, collection: str) -> None:
        self.question = question
        self.kept = kept
        self.language = language
        self.collection = collection
        self.progress = render.Progress(question, collection)
        self.result: Exchange | None = None
        self.unaskable = False
        self.stopped = False
        self._answer: Answer | None = None
        self._history = turns_of(kept, collection)
        self._asked = (*(exchange.question for exchange in kept), question)
        self._run: AnswerRun | None = None
        self._since = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it is since it was asked."""
        return time.monotonic() - self._since

    def stop(self) -> None:
        """End it; what is being shown is over then."""
        self.stopped = True
        if self._run:
            self._run.stop()

    def fail(self, error: ReportQAError | None) -> None:
        """Have it end with an error."""
        self.result = Exchange(
            self.question,
            "failed",
            collection=self.collection,
            problem=error.message if error else None,
            remedy=error.remedy if error else None,
        )

    def view(self, *, starting: bool = False) -> View:
        """Return how it stands."""
        self.progress = replace(
            self.progress, seconds=int(self.seconds), starting=starting, ahead=self._run.ahead if self._run else 0
        )
        return View(live=render.progress_html(self.progress, self.language))

    def run(self, service: Service, line: Line, tick: float) -> Iterator[View]:
        """Ask, and show how it stands with every event, and every ``tick`` seconds."""
        with AnswerRun(lambda: service.stream(self.question, self._history), line) as run:
            self._run = run
            if self.stopped:
                return
            for events in run.batches(tick):
                for event in events:
                    self._take(event)
                if self.result:
                    return
                yield self.view()
            if not run.stopped:
                # the service ended without an answer, which it promises not to do
                self.result = broken(self.question)

    def go_on(self, service: Service) -> None:
        """Propose what to ask next, beside an answer: what the service proposes, then examples of the documents."""
        if self.result is None or self._answer is None:
            return
        spoken: Language = "zh" if self._answer.language == "zh" else "en"
        examples = texts.known_examples(service.documents, spoken)
        proposed = dict.fromkeys((*service.following(self._answer, self._asked), *examples))
        asked = {_bare(question) for question in self._asked}
        following = [question for question in proposed if _bare(question) not in asked]
        self.result = replace(self.result, following=tuple(following[:MAX_FOLLOWING]))

    def _take(self, event: Event) -> None:
        if isinstance(event, AnswerEvent):
            self._answer = event.answer
            self.result = exchange_of(self.question, event.answer, self.collection)
            self.unaskable = isinstance(event.answer.error, QuestionError)
        else:
            self.progress = self.progress.after(event)


def _bare(question: str) -> str:
    """Return a question without what makes no other one of it: case, width, white space, punctuation."""
    return "".join(character for character in fold(question) if character.isalnum())
