"""Everything that could change an answer: program, settings, models and index, as it is kept with a run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

import report_qa
from report_qa.config import Settings

_NOT_COMPARED = ("paths", "server", "fetch", "judge")
"""Sections of the settings that change no answer; what the index and the models are is kept beside them."""
_PROGRAM_FILES = (".py", ".md", ".json")
_PROGRAM_LEFT_OUT = (
    "api",
    "evals",
    "ui",
    "doctor",
    "web.py",
    "console.py",
    "terminal.py",
    "cli.py",
    "cli_eval.py",
    "cli_faq",
    "cli_library.py",
    "cli_server.py",
)
_LONGEST = 60  # characters of a value that are shown
_GRADING = "grade."  # prompts that grade answers, and change none
_SYSTEMS = ("baselines.py", "systems.py")  # the part of the evaluation that answers


class Configuration(BaseModel):
    """Everything that could change an answer.

    Attributes:
        report_qa: version of the program.
        program: SHA-256 over its source files and prompts; what only scores or shows is left out.
        settings: dotted path to value, paths, page and keys left out.
        models: part to identity with the hash of its weights.
        index: what built the index, the SHA-256 of every document in it, and what of reviewed pairs takes part.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    report_qa: str
    program: str
    settings: dict[str, str]
    models: dict[str, str]
    index: dict[str, Any]


def compared_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that could change an answer, by dotted path."""
    tree = settings.model_dump(mode="json", exclude=set(_NOT_COMPARED))
    tree["llm"].pop("api_key")
    return {f"{section}.{name}": str(value) for section, values in tree.items() for name, value in values.items()}


def program_hash() -> str:
    """Return the SHA-256 over the source files and prompts that take part in answering."""
    root = Path(report_qa.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        answers = relative.parts[0] not in _PROGRAM_LEFT_OUT or relative.name in _SYSTEMS
        if path.suffix in _PROGRAM_FILES and answers and not relative.name.startswith(_GRADING):
            digest.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def differences(then: Configuration, now: Configuration) -> list[tuple[str, str, str]]:
    """Return name and both values of everything in which two configurations differ; a dash where one has none."""
    before, after = _flat(then.model_dump()), _flat(now.model_dump())
    return [
        (name, str(before.get(name, "–"))[:_LONGEST], str(after.get(name, "–"))[:_LONGEST])
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{above}{key}"
        flat |= _flat(value, f"{name} ") if isinstance(value, Mapping) else {name: value}
    return flat
