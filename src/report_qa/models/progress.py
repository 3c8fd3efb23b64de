"""Progress of long work, as seen by whoever waits for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, TextIO

from report_qa.errors import Text

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_PLAIN_LINES = 10  # lines that one piece of work writes to a log file


class Progress(Protocol):
    """Receives the progress of one piece of work after another."""

    def note(self, text: Text) -> None:
        """Say something in passing."""

    def start(self, label: Text, total_bytes: int) -> None:
        """Begin a piece of work of that many bytes."""

    def advance(self, count: int) -> None:
        """Report that many more bytes done."""

    def done(self) -> None:
        """End the piece of work, finished or not."""


class SilentProgress:
    """Progress that nobody watches."""

    def note(self, text: Text) -> None:
        """Ignore the text."""

    def start(self, label: Text, total_bytes: int) -> None:
        """Ignore the start."""

    def advance(self, count: int) -> None:
        """Ignore the advance."""

    def done(self) -> None:
        """Ignore the end."""


class ConsoleProgress:
    """Progress on the console: a bar on a terminal, a line for every tenth of the work elsewhere.

    Args:
        language: ``zh`` or ``en``.
        stream: where to write; by default standard error, so that output can be piped.
    """

    def __init__(self, language: str = "en", stream: TextIO | None = None) -> None:
        self._language = language
        self._stream = stream or sys.stderr
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._label = ""
        self._total = 0
        self._count = 0
        self._lines = 0

    def note(self, text: Text) -> None:
        """Write the text on a line of its own."""
        if self._bar is not None:
            self._bar.console.print(text.in_language(self._language), markup=False, highlight=False)
        else:
            print(text.in_language(self._language), file=self._stream, flush=True)

    def start(self, label: Text, total_bytes: int) -> None:
        """Show a new bar or line."""
        self._label, self._total, self._count = label.in_language(self._language), total_bytes, 0
        self._lines = 0
        if self._stream.isatty():
            self._start_bar()
        else:
            print(f"{self._label} ({total_bytes / 1e6:.0f} MB)", file=self._stream, flush=True)

    def _start_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(file=self._stream),
        )
        self._task = self._bar.add_task(self._label, total=self._total)
        self._bar.start()

    def advance(self, count: int) -> None:
        """Move the bar, or write a line when another tenth is done."""
        self._count += count
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, count)
            return
        lines = self._count * _PLAIN_LINES // self._total if self._total else _PLAIN_LINES
        if lines > self._lines:
            self._lines = lines
            print(f"{self._label}: {lines * 100 // _PLAIN_LINES}%", file=self._stream, flush=True)

    def done(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.stop()
        self._bar = None
        self._task = None
