"""An import as it stands: which of its files are in, which are not and why, and what is being done now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from report_qa.errors import ReportQAError, Text
from report_qa.indexing.build import BuildReport

ImportState = Literal["queued", "running", "done", "incomplete", "failed", "stopped"]
ENDED: frozenset[ImportState] = frozenset({"done", "incomplete", "failed", "stopped"})

Stage = Literal["reading", "indexing"]
FileState = Literal["waiting", "reading", "indexing", "added", "changed", "unchanged", "failed", "stopped"]
_Taken = Literal["added", "changed", "unchanged"]
TAKEN: tuple[_Taken, ...] = ("added", "changed", "unchanged")
"""What can become of a file that is in the index when it was imported."""


class Progress(NamedTuple):
    """The document in hand, and how many of its pages are read or of its chunks embedded, of how many."""

    document: str
    stage: Stage
    done: int
    total: int


@dataclass(frozen=True)
class FileImport:
    """How the import of one file stands.

    Attributes:
        name: the file's name.
        state: what is being done, or what came of it.
        done: share of what is being done, 0 to 1.
        error: what went wrong, one line with its remedy in both languages.
        embedded: chunks that had to be embedded; the others were there already.
    """

    name: str
    state: FileState = "waiting"
    done: float = 0.0
    error: Text | None = None
    embedded: int = 0


@dataclass(frozen=True)
class Import:
    """An import as it stands; times are UTC, ISO 8601.

    Attributes:
        number: in the order in which they came.
        id: by which it is asked for.
        at, by: when it came, and from whom.
        collection: where the documents go.
        files: their names.
        state: ``incomplete`` where some of the files could not be read; ``failed`` where none was taken.
        ended: when it ended.
        result: what was done so far (names by ``added``, ``changed``, ``unchanged``; chunks by name in ``embedded``),
            and ``problems``: file name (empty for all), message and remedy in English and Chinese.
        progress: while it is running.
        stopping: whether it was told to stop.
    """

    number: int
    id: str
    at: str
    by: str
    collection: str
    files: tuple[str, ...]
    state: ImportState
    ended: str | None = None
    result: dict[str, Any] | None = None
    progress: Progress | None = None
    stopping: bool = False

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state not in ENDED

    def each(self) -> Iterator[FileImport]:
        """Give how every file stands, in their order."""
        result = self.result or {}
        errors = {problem["file"]: _line(problem) for problem in result.get("problems", ())}
        for name in self.files:
            taken = next((state for state in TAKEN if name in result.get(state, ())), None)
            if taken is not None:
                yield FileImport(name, taken, 1.0, embedded=result.get("embedded", {}).get(name, 0))
            elif name in errors or "" in errors:
                yield FileImport(name, "failed", error=errors.get(name) or errors[""])
            elif not self.running:
                yield FileImport(name, "stopped")
            elif self.progress is not None and self.progress.document == name:
                yield FileImport(name, self.progress.stage, self.progress.done / max(self.progress.total, 1))
            else:
                yield FileImport(name)


class Result:
    """What came of the files of an import so far, kept after each of them.

    Args:
        kept: as it was kept before the program ended; None at the beginning.
    """

    def __init__(self, kept: dict[str, Any] | None) -> None:
        self.data: dict[str, Any] = {**{state: [] for state in TAKEN}, "embedded": {}, "problems": [], **(kept or {})}

    def is_settled(self, name: str) -> bool:
        """Return whether it is known what came of a file."""
        failed = any(problem["file"] == name for problem in self.data["problems"])
        return failed or any(name in self.data[state] for state in TAKEN)

    def add(self, name: str, report: BuildReport) -> None:
        """Note what a build made of a file."""
        for failed, error in report.failed:
            if failed == name:
                self.fail(name, error)
                return
        # a build also looks at the other documents of the collection
        state = "added" if name in report.added else "changed" if name in report.changed else "unchanged"
        self.data[state].append(name)
        self.data["embedded"][name] = report.embedded

    def fail(self, name: str, error: ReportQAError) -> None:
        """Note why a file was not taken; an empty name stands for all that are not settled."""
        said = {"message": error.message, "remedy": error.remedy}
        self.data["problems"].append({"file": name, **{k: {"en": text.en, "zh": text.zh} for k, text in said.items()}})

    @property
    def state(self) -> ImportState:
        """How the import has ended."""
        if not self.data["problems"]:
            return "done"
        return "incomplete" if any(self.data[state] for state in TAKEN) else "failed"


def _line(problem: dict[str, Any]) -> Text:
    message, remedy = problem["message"], problem["remedy"]
    return Text(f"{message['en']} {remedy['en']}", f"{message['zh']} {remedy['zh']}")
