"""What all commands of the command line share: the settings in force, the language, errors as one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from report_qa.config import LoadedSettings, load_settings
from report_qa.errors import ReportQAError, Text

if TYPE_CHECKING:
    from report_qa.models.progress import ConsoleProgress

EXIT_ERROR = 1


@dataclass
class State:
    """The options that stand before the command: settings by path, the settings file, the language of messages."""

    overrides: dict[str, str]
    file: Path | None
    language: str

    def load(self) -> LoadedSettings:
        """Return the settings in force."""
        return load_settings(self.overrides, file=self.file)


state = State({}, None, "en")
"""Those of this process; the command line's first function fills it in."""


@contextmanager
def reported() -> Iterator[None]:
    """Show errors that are meant for users as one line, and end with a status that is not zero."""
    try:
        yield
    except ReportQAError as error:
        fail(error)
    except KeyboardInterrupt:
        typer.echo(Text("Stopped.", "已停止。").in_language(state.language), err=True)
        raise typer.Exit(130) from None


def fail(error: ReportQAError) -> NoReturn:
    """Show an error and end with status 1."""
    typer.secho(error.line(state.language), err=True, fg="red")
    raise typer.Exit(EXIT_ERROR)


def say(en: str, zh: str) -> None:
    """Print a message in the language of the options."""
    typer.echo(Text(en, zh).in_language(state.language))


def console_progress() -> ConsoleProgress:
    """Return what tells about downloads."""
    from report_qa.models.progress import ConsoleProgress

    return ConsoleProgress(state.language)
