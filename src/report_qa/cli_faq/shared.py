"""What the commands of the FAQ share: who is at work, and pairs as lines of text."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa.terminal import progress, session

if TYPE_CHECKING:
    from report_qa.config import Settings
    from report_qa.faq.records import Pair, State
    from report_qa.faq.repeats import LoadEmbedder
    from report_qa.faq.review import Review
    from report_qa.faq.store import FaqStore

By = Annotated[str, typer.Option("--by", help="Who does it (default: your user name)")]
Numbers = Annotated[list[str], typer.Argument(help="Numbers of pairs, such as 3 7 10-20")]


def open_store(settings: Settings) -> FaqStore:
    """Open the pairs of the settings' collection."""
    from report_qa.faq.store import FaqStore

    return FaqStore.open(settings)


def open_review(settings: Settings, by: str) -> Review:
    """Open the settings' collection for a reviewer."""
    from report_qa.faq.review import Review
    from report_qa.faq.source import Sources

    sources = Sources.open(settings.paths.index)
    return Review(open_store(settings), sources, settings.faq, by or user(), embedder_of(settings))


def embedder_of(settings: Settings) -> LoadEmbedder:
    """Return what loads the embedding model when it is first needed."""
    from report_qa.providers.loaded import Models

    models = Models(settings, progress())
    return lambda: models.embedder


def user() -> str:
    """Return the user's name on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container may run as a user without a name


def numbers(texts: list[str]) -> list[int]:
    """Return the numbers of texts such as ``3`` and ``10-20``."""
    found: list[int] = []
    for text in texts:
        first, _, last = text.partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            raise typer.BadParameter(f"{text} is no number")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def states_of(text: str) -> list[State]:
    """Return the states of a text such as ``draft,approved``; ``open`` means those that wait for review."""
    from report_qa.faq.records import OPEN, State

    names = [name.strip() for name in text.split(",") if name.strip()]
    known = [one.value for one in State]
    if unknown := [name for name in names if name not in (*known, "open")]:
        raise typer.BadParameter(f"{unknown[0]}: {', '.join(known)}, open", param_hint="--state")
    return [one for name in names for one in (OPEN if name == "open" else (State(name),))]


def line(pair: Pair) -> str:
    """Return a pair as one line."""
    from report_qa.faq.flags import describe
    from report_qa.faq.records import STATE_NAMES

    flags = "  ".join(f"⚑ {describe(flag, session.language)}" for flag in pair.flags)
    who = f" @{pair.reviewer}" if pair.reviewer else ""
    where = STATE_NAMES[pair.state].in_language(session.language)
    return f"#{pair.id} [{where}{who}] {pair.question}  {flags}".rstrip()
