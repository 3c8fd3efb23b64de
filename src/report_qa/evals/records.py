"""What a system did with a case, as it is kept in a run: everything that scores are computed from, and no score."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from report_qa.errors import ReportQAError, Text

Status = Literal["answered", "refused", "failed"]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Kept):
    """A message in both languages, as it is kept in a file."""

    en: str
    zh: str

    @classmethod
    def of(cls, error: ReportQAError) -> Bilingual:
        """Return an error with its remedy."""
        return cls(en=error.line("en"), zh=error.line("zh"))

    @property
    def text(self) -> Text:
        """The message as the rest of the program takes it."""
        return Text(self.en, self.zh)


class Retrieved(_Kept):
    """A passage that a system found.

    Attributes:
        document, heading: where it is from; empty where the system does not tell.
        text: the passage as a whole, as it is shown.
        read: what of it the language model was given, in the document's words.
        lines: first and last line in the source file, 1-based; None where the system does not tell.
    """

    document: str = ""
    heading: tuple[str, ...] = ()
    text: str
    read: str
    lines: tuple[int, int] | None = None


class Cited(_Kept):
    """A citation: the passage by its position among those found (from 0), and the quoted words."""

    passage: int
    quote: str


class Record(_Kept):
    """One case answered by one system.

    Attributes:
        case, system: which.
        status: answered, refused or failed.
        answer: what was shown, with citation markers.
        asked: the question as it was searched, where the system makes another one of it.
        passages: what was found, best first; None for a system that does not search.
        citations: what the answer cites; None for a system that does not cite.
        figures: names of the pictures that came with the answer.
        nearest_figures: names of those that came with the nearest statement where it was refused; they are no answer.
        answerability: probability that the passages answer the question, None where it is not told.
        unsupported: numbers and names that a check took out of the answer.
        reason: why it was refused, or what an answer leaves open, where the system says so.
        error: what broke.
        passages_s, first_token_s, total_s: seconds from the question, None where it did not come to it.
        tokens_in: tokens of the prompt; None where several prompts are made or the model does not tell.
        tokens_out: tokens of the answer; None when failed.
    """

    case: str
    system: str
    status: Status
    answer: str
    asked: str | None = None
    passages: tuple[Retrieved, ...] | None = None
    citations: tuple[Cited, ...] | None = None
    figures: tuple[str, ...] = ()
    nearest_figures: tuple[str, ...] = ()
    answerability: float | None = None
    unsupported: tuple[str, ...] = ()
    reason: Bilingual | None = None
    error: Bilingual | None = None
    passages_s: float | None = None
    first_token_s: float | None = None
    total_s: float
    tokens_in: int | None = None
    tokens_out: int | None = None
