"""What all commands share: the options before the command, errors as one line, messages in the user's language."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from report_qa.config import LoadedSettings, load_settings
from report_qa.errors import ReportQAError, Text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from report_qa.models.progress import ConsoleProgress

EXIT_ERROR = 1


@dataclass
class Session:
    """What was given before the command.

    Attributes:
        overrides: settings given by ``--set``.
        file: the settings file, if one was named.
        language: language of messages, ``zh`` or ``en``.
    """

    overrides: dict[str, str] = field(default_factory=dict)
    file: Path | None = None
    language: str = "en"

    def load(self) -> LoadedSettings:
        """Read the settings; errors are those of :func:`report_qa.config.load_settings`."""
        return load_settings(self.overrides, file=self.file)


session = Session()


@contextmanager
def reported(stopped: Text = Text("Stopped.", "已停止。")) -> Iterator[None]:  # noqa: B008 (immutable)
    """Show errors that are meant for users as one line, and end with a status that is not zero.

    Args:
        stopped: what is said when the user stops the command.
    """
    try:
        yield
    except ReportQAError as error:
        fail(error)
    except KeyboardInterrupt:
        typer.echo(stopped.in_language(session.language), err=True)
        raise typer.Exit(130) from None


def fail(error: ReportQAError) -> NoReturn:
    """Show an error and end."""
    typer.secho(error.line(session.language), err=True, fg="red")
    raise typer.Exit(EXIT_ERROR)


def say(en: str, zh: str, *, err: bool = False) -> None:
    """Print a message in the user's language."""
    typer.echo(Text(en, zh).in_language(session.language), err=err)


def progress() -> ConsoleProgress:
    """Return a progress display for downloads."""
    from report_qa.models.progress import ConsoleProgress

    return ConsoleProgress(session.language)


def bar(doing: str = "") -> Callable[[str, int, int], None]:
    """Return a progress display for steps: it is told a name, how many are done and how many there are.

    Args:
        doing: what is done, shown before the name.
    """
    display = _display()
    tasks: dict[str, TaskID] = {}

    def show(name: str, done: int, total: int) -> None:
        if not display.live.is_started:
            display.start()
        if name not in tasks:
            for task in display.tasks:  # one thing after the other; what was not finished has failed
                display.update(task.id, visible=task.finished, completed=task.total)
            tasks[name] = display.add_task(f"{doing} {name}".strip(), total=total)
        display.update(tasks[name], completed=done)
        if all(task.finished for task in display.tasks):
            display.refresh()
            display.stop()

    return show


@cache
def _display() -> Progress:
    """Return the one display of this process; on a terminal there can be no two at a time."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    display = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    atexit.register(display.stop)  # gives the cursor back where the program ends in the middle
    return display
