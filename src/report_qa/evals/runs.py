"""The runs of a folder: what each is of, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from report_qa.errors import ConfigError, RunMissing, Text
from report_qa.evals.folder import INFO, RunFolder

_NAME = re.compile(r"\w(?:[\w .+-]{0,62}[\w+-])?")
_UNFIT = re.compile(r"[^\w.+-]+")
_PROPOSED = 48
"""Characters of a proposed name, so that a number of cases can stand behind it."""


@dataclass(frozen=True)
class RunState:
    """How a run stands.

    Attributes:
        name: of its folder.
        dataset: name of the file that its cases are from, with ``dataset_sha256`` of the cases.
        started: when it was begun, ISO 8601.
        cases: how many there are.
        done: of every system, the cases that it has attempted.
        error: why it cannot be used, in place of all the rest.
    """

    name: str
    dataset: str = ""
    dataset_sha256: str = ""
    started: str = ""
    cases: int = 0
    done: Mapping[str, int] | None = None
    error: ConfigError | None = None

    @property
    def finished(self) -> tuple[str, ...]:
        """The systems that have attempted every case."""
        return tuple(name for name, done in (self.done or {}).items() if done == self.cases)

    @property
    def complete(self) -> bool:
        """Whether all its systems are finished."""
        return bool(self.done) and len(self.finished) == len(self.done or ())


def list_runs(root: Path) -> list[RunState]:
    """Return the runs of a folder, the newest first, those that cannot be used at the end."""
    paths = [path.parent for path in root.glob(f"*/{INFO}")]
    found = [_state(path, _stamps(path)) for path in sorted(paths)]
    return sorted(found, key=lambda run: run.started, reverse=True)


def existing(root: Path, name: str) -> RunFolder:
    """Return a run of a folder, opened.

    Raises:
        RunMissing: there is none of that name.
        ConfigError: it cannot be used.
    """
    # looked up among those that are there, since the name may come from a visitor
    for info in root.glob(f"*/{INFO}"):
        if info.parent.name == name:
            return RunFolder.open(info.parent)
    raise no_run(name)


def no_run(name: str) -> RunMissing:
    """Return the error for a name that no run has."""
    return RunMissing(
        Text(f"There is no run “{name}”.", f"没有名为“{name}”的评测。"),
        Text("Choose one of the list.", "请从列表中选择。"),
    )


def place_of(root: Path, name: str) -> Path:
    """Return the folder of a run of a name, whether it is there or not.

    Raises:
        ConfigError: no run can have that name.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            Text(f"“{name}” cannot be the name of a run.", f"“{name}”不能用作评测名称。"),
            Text(
                "Use letters, digits, spaces, dots and hyphens, at most 64.",
                "请使用文字、数字、空格、点和连字符，至多 64 个字符。",
            ),
        )
    return root / name


def proposed_name(dataset: str) -> str:
    """Return the name that a run over a dataset has where none is given: that of the file, without its ending."""
    return _UNFIT.sub("-", Path(dataset).stem)[:_PROPOSED].strip("-.+") or "run"


def _stamps(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when anything of a run changes: its description and records with times and sizes."""
    files = (path / INFO, *sorted(path.glob("records/*.jsonl")))
    return tuple((file.name, state.st_mtime_ns, state.st_size) for file in files for state in (file.stat(),))


@lru_cache(maxsize=256)
def _state(path: Path, stamps: tuple[tuple[str, int, int], ...]) -> RunState:
    try:
        folder = RunFolder.open(path)
        done = {system: len(folder.records(system)) for system in folder.systems}
    except ConfigError as error:
        return RunState(path.name, error=error)
    info = folder.info
    return RunState(path.name, info.dataset, info.dataset_sha256, info.started, len(folder.cases), done)
