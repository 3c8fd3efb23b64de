"""Progress on the console."""

from __future__ import annotations

import io

from report_qa.errors import Text
from report_qa.models.progress import ConsoleProgress

LABEL = Text("Downloading", "正在下载")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_log_file_gets_a_line_for_every_tenth() -> None:
    stream = io.StringIO()
    progress = ConsoleProgress("zh", stream)
    progress.start(LABEL, 1000)
    for _ in range(1000):
        progress.advance(1)
    progress.done()
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("正在下载")
    assert lines[-1] == "正在下载: 100%"
    assert len(lines) == 11


def test_a_terminal_gets_a_bar_and_notes_above_it() -> None:
    stream = Terminal()
    progress = ConsoleProgress("en", stream)
    progress.note(Text("before", "之前"))
    progress.start(LABEL, 10)
    progress.advance(10)
    progress.note(Text("[meanwhile]", "同时"))
    progress.done()
    assert "before" in stream.getvalue()
    assert "[meanwhile]" in stream.getvalue()
    assert "Downloading" in stream.getvalue()


def test_work_of_no_bytes_is_done_at_once() -> None:
    stream = io.StringIO()
    progress = ConsoleProgress("en", stream)
    progress.start(LABEL, 0)
    progress.advance(0)
    assert "100%" in stream.getvalue()
