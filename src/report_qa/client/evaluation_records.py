"""The records of evaluation runs on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from report_qa.client.records import LONGEST_SELECTION, SELECTION, Language, Message, Record

EvaluationState = Literal["running", "stopping", "complete", "incomplete", "failed"]


class Dataset(Record):
    """Cases that can be run: ``key`` is the hash of the cases, ``name`` that of the file they came in."""

    key: str
    name: str
    cases: int


class NewEvaluation(Record):
    """A run that is to be made, or gone on with where there is one of that name over the same cases."""

    model_config = ConfigDict(
        frozen=True, extra="forbid",
        json_schema_extra={"examples": [{"dataset": "cases.jsonl", "systems": ["ours", "naive"], "name": "before"}]},
    )  # fmt: skip

    dataset: str = Field(
        min_length=1, max_length=200, description="`key` of a dataset, or `name` of the newest so named"
    )
    systems: list[str] = Field(
        default_factory=lambda: ["ours"], min_length=1, max_length=10,
        description="who answers: `ours`, `naive`, `bm25`, `closed-book`, `oracle`",
    )  # fmt: skip
    collection: str | None = Field(None, max_length=LONGEST_SELECTION, description=f"what is asked; {SELECTION}")
    limit: int = Field(0, ge=0, le=1_000_000, description="only the first so many cases; 0: all")
    name: str = Field("", max_length=64, description="by default that of the dataset")
    language: Language = Field("en", description="of the report that is kept with the run")


class LastCase(Record):
    """What came of the case that was answered last."""

    system: str
    case: str
    verdict: Message
    seconds: float


class EvaluationProgress(Record):
    """How the run of this process stands.

    ``ahead`` questions of others come first; ``lost`` are cases whose evidence is not in the index.
    """

    started: bool
    ahead: int
    done: int
    total: int
    last: LastCase | None = None
    lost: list[str] = Field(default_factory=list)


class EvaluationProblem(Record):
    """Why a run ended early, or cannot be used."""

    message: Message
    remedy: Message


class Evaluation(Record):
    """A run: ``complete`` where every system attempted every case, ``incomplete`` where it can be gone on with.

    ``attempted`` counts the cases of every system; ``progress`` is there for the run that this process made last.
    """

    name: str
    state: EvaluationState
    dataset: str
    dataset_key: str
    started: str
    cases: int
    attempted: dict[str, int]
    progress: EvaluationProgress | None = None
    problem: EvaluationProblem | None = None


class Change(Record):
    """Something in which the configurations of two runs differ."""

    name: str
    before: str
    after: str


class Difference(Record):
    """How a measure differs over the cases to which it applies in both.

    ``before`` and ``after`` are means, ``change`` is paired, with its 95% ``interval``; ``won`` and ``lost`` are the
    cases that got better and worse, and ``p`` the exact probability of so uneven a split by chance.
    """

    measure: str
    before: float
    after: float
    change: float
    interval: tuple[float, float]
    cases: int
    p: float
    won: list[str]
    lost: list[str]


class Comparison(Record):
    """Two systems over the same cases; ``missing`` are cases that only one of them attempted."""

    before: str
    after: str
    cases: int
    missing: list[str]
    changed: list[Change]
    differences: list[Difference]
