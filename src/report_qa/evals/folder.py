"""The folder of a run: what it was made with, its cases, and the records of every system.

``run.json`` holds everything that could change an answer. A run goes on only where all of it is the same, so that
no figure mixes two configurations. Records are appended one by one, so that a kill costs one case at most.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from report_qa.errors import ConfigError, Text
from report_qa.evals.configuration import Configuration, differences
from report_qa.evals.dataset import Case, dump_cases, fingerprint, load_cases
from report_qa.evals.records import Record
from report_qa.indexing.files import write_atomically

FORMAT = 1
"""Number of the layout of a run folder; raised when older ones can no longer be read."""

OURS = "ours"
"""Name of this system among those that are measured."""
SYSTEMS = (OURS, "naive", "bm25", "closed-book", "oracle")
"""Names of all systems: this one first, then the baselines from plain to ideal."""
RUNS = Path("bench")
"""Folder of the runs, a folder each, unless another place is named."""

INFO = "run.json"
"""What a run is of; written last, so that a folder that has it is a whole run."""
_CASES = "dataset.jsonl"
_RECORDS = "records"
_OTHER_FOLDER = Text(
    "Give another name (on the command line with --out), or remove that folder.",
    "请另取名称（命令行用 --out 指定），或移除该文件夹。",
)


class RunInfo(BaseModel):
    """What a run is of.

    Attributes:
        format: layout of the folder.
        dataset: name of the file of cases.
        dataset_sha256: hash of the cases in it, see :func:`report_qa.evals.dataset.fingerprint`.
        configuration: what answered.
        started: when it was begun, ISO 8601.
        machine: system, processor and cores: timings hold for it only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    dataset: str
    dataset_sha256: str
    configuration: Configuration
    started: str
    machine: str


def describe_run(dataset: str, cases: Sequence[Case], configuration: Configuration) -> RunInfo:
    """Return the description of a run that begins now, on this machine."""
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return RunInfo(
        dataset=dataset, dataset_sha256=fingerprint(cases), configuration=configuration, started=started,
        machine=machine,
    )  # fmt: skip


class RunFolder:
    """An open run folder.

    Attributes:
        path: the folder.
        info: what the run is of.
        cases: its cases.
    """

    def __init__(self, path: Path, info: RunInfo, cases: Sequence[Case]) -> None:
        self.path = path
        self.info = info
        self.cases = list(cases)

    @classmethod
    def start(cls, path: Path, info: RunInfo, cases: Sequence[Case]) -> RunFolder:
        """Begin a run in a folder, or go on with the one that lies there.

        Raises:
            ConfigError: the folder holds something else, or a run of another version, dataset or configuration.
        """
        if (path / INFO).exists():
            folder = cls.open(path)
            folder._require_same(info)
            return folder
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ConfigError(
                Text(f"{path} holds something else than a run.", f"{path} 中已有其他内容，不是一次评测。"),
                _OTHER_FOLDER,
            )
        write_atomically(path / _CASES, dump_cases(cases).encode())
        write_atomically(path / INFO, (info.model_dump_json(indent=2) + "\n").encode())
        return cls(path, info, cases)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open a run that is there.

        Raises:
            ConfigError: there is none, it is of another version, or its cases were altered.
        """
        try:
            raw = json.loads((path / INFO).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ConfigError(
                Text(f"There is no run in {path}.", f"{path} 中没有评测结果。"),
                Text("Make one with 'report-qa eval run'.", "请先运行 report-qa eval run。"),
            ) from error
        except (OSError, ValueError) as error:
            raise unreadable(path / INFO) from error
        if not isinstance(raw, dict) or raw.get("format") != FORMAT:
            found = raw.get("format") if isinstance(raw, dict) else None
            raise ConfigError(
                Text(
                    f"The run in {path} is of another version (format {found}; this one reads {FORMAT}).",
                    f"{path} 中的评测出自另一版本（格式 {found}；本版本读取格式 {FORMAT}）。",
                ),
                Text("Run it again in another folder.", "请在另一个文件夹中重新运行。"),
            )
        try:
            info = RunInfo.model_validate(raw)
        except ValidationError as error:
            raise unreadable(path / INFO) from error
        cases = load_cases(path / _CASES)
        if fingerprint(cases) != info.dataset_sha256:
            raise unreadable(path / _CASES)
        return cls(path, info, cases)

    @property
    def systems(self) -> list[str]:
        """The systems that were begun or are expected, in the order of :data:`SYSTEMS`."""
        names = [path.stem for path in (self.path / _RECORDS).glob("*.jsonl")]
        return sorted(names, key=lambda name: (SYSTEMS.index(name) if name in SYSTEMS else len(SYSTEMS), name))

    def expect(self, systems: Sequence[str]) -> None:
        """Note which systems are to answer, so that who looks at a stopped run sees how far it is.

        Raises:
            ConfigError: the folder cannot be written.
        """
        for name in systems:
            path = self._file(name)
            try:
                path.parent.mkdir(exist_ok=True)
                path.touch()
            except OSError as error:
                raise _unwritable(path, error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing here.

        Raises:
            ConfigError: one is writing already, or the folder cannot be written.
        """
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise ConfigError(
                Text(f"Another process is writing to {self.path}.", f"另一个进程正在写入 {self.path}。"),
                Text(
                    "Wait for it, or give another name (on the command line with --out).",
                    "请等它结束，或另取名称（命令行用 --out 指定）。",
                ),
            ) from error
        except OSError as error:
            raise _unwritable(self.path, error) from error
        try:
            yield
        finally:
            lock.release()

    def records(self, system: str) -> dict[str, Record]:
        """Return the newest record of every case that a system was asked, by case id, in the order of the cases.

        A last line that a kill cut short does not count.

        Raises:
            ConfigError: a line is damaged (with its number), or is of a case that is not in the dataset.
        """
        path = self._file(system)
        found: dict[str, Record] = {}
        known = {case.id for case in self.cases}
        for number, line in enumerate(whole_lines(path), start=1):
            try:
                record = Record.model_validate_json(line)
            except ValidationError as error:
                raise unreadable(path, number) from error
            if record.case not in known or record.system != system:
                raise unreadable(path, number)
            found[record.case] = record
        return {case.id: found[case.id] for case in self.cases if case.id in found}

    def append(self, record: Record) -> None:
        """Add a record; see :func:`append_line`."""
        append_line(self._file(record.system), record.model_dump_json())

    def _file(self, system: str) -> Path:
        return self.path / _RECORDS / f"{system}.jsonl"

    def _require_same(self, info: RunInfo) -> None:
        if info.dataset_sha256 != self.info.dataset_sha256:
            raise ConfigError(
                Text(f"The run in {self.path} is of other cases.", f"{self.path} 中的评测用的是另一组用例。"),
                _OTHER_FOLDER,
            )
        if found := differences(self.info.configuration, info.configuration):
            name, then, now = found[0]
            raise ConfigError(
                Text(
                    f"The run in {self.path} is of another configuration ({name} was {then}, now {now}).",
                    f"{self.path} 中的评测用的是另一种配置（{name} 当时为 {then}，现为 {now}）。",
                ),
                _OTHER_FOLDER,
            )


def append_line(path: Path, line: str) -> None:
    """Add a line to a file, safe on disk when this returns; an unfinished last line is dropped first.

    Raises:
        ConfigError: the file cannot be written, or the disk is full.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("ab+") as file:
            _append(file, line)
    except OSError as error:
        raise _unwritable(path, error) from error


def _append(file: BufferedRandom, line: str) -> None:
    if file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
    file.write(line.encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def whole_lines(path: Path) -> list[str]:
    """Return the lines of a file; an unfinished last one does not count, and a file that is not there has none.

    Raises:
        ConfigError: the file is not UTF-8 text.
    """
    if not path.is_file():
        return []
    try:
        # an unfinished line may end inside a character, and a text may hold other marks of lines than this one
        whole = path.read_bytes().rpartition(b"\n")[0].decode()
    except UnicodeDecodeError as error:
        raise unreadable(path) from error
    return whole.split("\n") if whole else []


def _unwritable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        Text(f"{path} cannot be written: {error.strerror}.", f"无法写入 {path}：{error.strerror}。"),
        Text("Check the folder's permissions and free space.", "请检查该文件夹的权限与磁盘空间。"),
    )


def unreadable(path: Path, line: int | None = None) -> ConfigError:
    """Return the error for a file of a run that is not what was written."""
    at, at_zh = (f" in line {line}", f"第 {line} 行") if line else ("", "")
    return ConfigError(
        Text(f"{path} is damaged{at}.", f"{path} {at_zh}已损坏。"),
        Text("Restore it, or run again in another folder.", "请恢复该文件，或在另一个文件夹中重新运行。"),
    )
