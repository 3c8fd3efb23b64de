"""Cases and records of a few words, for the tests of the evaluation."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from report_qa.evals.configuration import Configuration
from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunInfo, describe_run
from report_qa.evals.records import Cited, Record, Retrieved


def row(**changes: Any) -> dict[str, Any]:
    """Return a case as it stands in a file: 2887 valid responses, with its evidence."""
    return {
        "id": "a",
        "language": "zh",
        "kind": "fact",
        "question": "多少？",
        "gold": "2887份",
        "key_facts": [["2887"]],
        "evidence": ["其中有效样本2887份"],
    } | changes


def make_case(**changes: Any) -> Case:
    """Return that case."""
    return Case.model_validate(row(**changes))


def unanswerable(**changes: Any) -> Case:
    """Return a case that must be refused."""
    return make_case(**{"kind": "unanswerable", "gold": "", "key_facts": [], "evidence": []} | changes)


def passage(text: str, **changes: Any) -> Retrieved:
    """Return a passage of which the model read everything."""
    return Retrieved(**{"text": text, "read": text} | changes)


def make_record(answer: str = "2887份", **changes: Any) -> Record:
    """Return a record of an answer from one passage that holds the evidence, and cites it."""
    fields: dict[str, Any] = {
        "case": "a",
        "system": "ours",
        "status": "answered",
        "answer": answer,
        "passages": (passage("其中有效样本2887份。"),),
        "citations": (Cited(passage=0, quote="其中有效样本2887份。"),),
        "total_s": 2.0,
    }
    return Record(**fields | changes)


def refused(**changes: Any) -> Record:
    """Return a record of a refusal."""
    return make_record(**{"answer": "资料中没有提到。", "status": "refused", "citations": ()} | changes)


def failed(**changes: Any) -> Record:
    """Return a record of a failure before anything was found."""
    broken = {"answer": "", "status": "failed", "citations": (), "passages": (), "total_s": 100.0}
    return make_record(**broken | changes)


def configuration(**settings: str) -> Configuration:
    """Return what answered, with some settings."""
    return Configuration(
        report_qa="0", program="p", settings=settings, models={"chat": "m@1"}, index={"documents": {"a.md": "1"}}
    )


def run_info(cases: list[Case], **settings: str) -> RunInfo:
    """Return the description of a run over cases."""
    return describe_run("d.jsonl", cases, configuration(**settings))


def write_rows(path: Path, *rows: dict[str, Any] | str) -> Path:
    """Write rows, or broken lines as they are, as a dataset."""
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


class HeldModel:
    """A scripted model that answers a baseline's question whenever ``answers`` is released."""

    def __init__(self) -> None:
        self.answers = threading.Semaphore(100)
        self.asked: list[str] = []

    def __call__(self, task: str, last: str) -> str:
        """Answer what is asked last."""
        if not last.startswith("Answer the question"):
            return last if task == "rewrite" else "是"
        self.asked.append(last)
        self.answers.acquire(timeout=30)
        return "I don't know." if "月球" in last else "12亿元，1100人"

    def hold(self) -> None:
        """Let no answer through from here on."""
        while self.answers.acquire(blocking=False):
            pass
