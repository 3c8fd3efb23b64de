"""An optional second opinion on answers: a model, pinned apart from the one that answers, grades them.

Verdicts are kept by a key that holds provider, model, parameters and prompt, so that none is ever taken for that of
another judge, another answer or another wording of the task.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from report_qa.config import LLMSettings, Settings
from report_qa.errors import ConfigError, ModelError, Text
from report_qa.evals.dataset import Case
from report_qa.evals.folder import RunFolder, append_line, unreadable, whole_lines
from report_qa.evals.records import Record
from report_qa.models.progress import Progress
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel, load_chat
from report_qa.qa.cite import strip_markers

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Grade = Literal["right", "wrong", "unclear"]

MAX_TOKENS = 1024
"""Room for a model that thinks aloud before it grades."""
_TEMPERATURE = 0.0
_FILE = "verdicts.jsonl"
_RIGHT = re.compile(r"正确|\bright\b|\bcorrect\b", re.IGNORECASE)
_WRONG = re.compile(r"错误|不正确|\bwrong\b|\bincorrect\b|\bnot (?:right|correct)\b", re.IGNORECASE)

Told = Callable[[int, int], None]
"""Called with answers judged and answers to judge."""


class JudgeIdentity(BaseModel):
    """Who judges, and how: two judges that differ in any of it share no verdict."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    provider: str
    model: str
    temperature: float
    max_tokens: int


class Verdict(BaseModel):
    """What a judge said of one answer.

    Attributes:
        key: see :func:`key_of`.
        judge: who said it.
        system, case: of which answer.
        grade: what it comes to; unclear where it is neither.
        said: in its own words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    judge: JudgeIdentity
    system: str
    case: str
    grade: Grade
    said: str


@dataclass(frozen=True)
class Judge:
    """An opened judge."""

    identity: JudgeIdentity
    chat: ChatModel


def open_judge(settings: Settings, progress: Progress | None = None) -> Judge:
    """Open the judge of the settings.

    Raises:
        ConfigError: none is set.
        ModelError: it cannot be had or started.
    """
    wanted = settings.judge
    if wanted.provider is None or wanted.model is None:
        raise ConfigError(
            Text("No judge is set.", "尚未设置评判模型。"),
            Text("Set judge.provider and judge.model.", "请设置 judge.provider 与 judge.model。"),
        )
    pinned = LLMSettings(
        provider=wanted.provider,
        model=wanted.model,
        base_url=wanted.base_url,
        api_key=wanted.api_key,
        temperature=_TEMPERATURE,
        **settings.llm.model_dump(include={"context_tokens", "threads", "timeout_s", "retries"}),
    )
    chat = load_chat(settings.model_copy(update={"llm": pinned}), progress)
    identity = JudgeIdentity(
        provider=wanted.provider, model=chat.identity, temperature=_TEMPERATURE, max_tokens=MAX_TOKENS
    )
    return Judge(identity, chat)


def judge_run(folder: RunFolder, judge: Judge, told: Told | None = None) -> None:
    """Have every answer to an answerable case graded; what this judge has graded already is not asked again.

    Args:
        folder: the run; verdicts are added to it one by one.
        judge: who grades.
        told: told about every answer.

    Raises:
        ModelError: the judge broke; everything graded so far is kept.
        ConfigError: another process writes there, or a verdict is damaged.
    """
    with folder.locked():
        known = {verdict.key: verdict for verdict in read_verdicts(folder)}
        answers = _answers(folder)
        for done, (case, record) in enumerate(answers):
            messages = _prompt(case, record)
            key = key_of(judge.identity, messages)
            if key not in known:
                try:
                    said = judge.chat.complete(messages, max_tokens=MAX_TOKENS).text
                except ModelError as error:
                    raise _broke(error, done, len(answers)) from error
                known[key] = Verdict(
                    key=key, judge=judge.identity, system=record.system, case=case.id, grade=grade_of(said), said=said
                )
                append_line(folder.path / _FILE, known[key].model_dump_json())
            if told is not None:
                told(done + 1, len(answers))


def read_verdicts(folder: RunFolder) -> list[Verdict]:
    """Return all verdicts in a run; a last line that a kill cut short does not count.

    Raises:
        ConfigError: a line is damaged (with its number).
    """
    path: Path = folder.path / _FILE
    found = []
    for number, line in enumerate(whole_lines(path), start=1):
        try:
            found.append(Verdict.model_validate_json(line))
        except ValidationError as error:
            raise unreadable(path, number) from error
    return found


def grades(folder: RunFolder) -> dict[JudgeIdentity, dict[tuple[str, str], Grade]]:
    """Return, by judge, the grades of the answers as they are now, by system and case.

    Grades of answers that have changed since do not count.
    """
    verdicts = read_verdicts(folder)
    by_key = {verdict.key: verdict.grade for verdict in verdicts}
    answers = [(record.system, case.id, _prompt(case, record)) for case, record in _answers(folder)]
    found: dict[JudgeIdentity, dict[tuple[str, str], Grade]] = {}
    for judge in dict.fromkeys(verdict.judge for verdict in verdicts):
        keys = {(system, case): key_of(judge, messages) for system, case, messages in answers}
        found[judge] = {answer: by_key[key] for answer, key in keys.items() if key in by_key}
    return found


def key_of(judge: JudgeIdentity, messages: Sequence[BaseMessage]) -> str:
    """Return the SHA-256 over provider, model, parameters and the whole prompt."""
    prompt = [(message.type, str(message.content)) for message in messages]
    said: Mapping[str, object] = {"judge": judge.model_dump(), "prompt": prompt}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def grade_of(said: str) -> Grade:
    """Return the grade that the last line of a judge's text gives; unclear where it gives none, or both."""
    last = said.strip().rpartition("\n")[2]
    wrong = bool(_WRONG.search(last))
    right = bool(_RIGHT.search(_WRONG.sub(" ", last)))
    return "unclear" if right == wrong else "right" if right else "wrong"


def _answers(folder: RunFolder) -> list[tuple[Case, Record]]:
    """Return what is judged: answers to answerable cases. That others should be refused needs no judge."""
    cases = {case.id: case for case in folder.cases if case.answerable}
    return [
        (cases[id_], record)
        for system in folder.systems
        for id_, record in folder.records(system).items()
        if id_ in cases and record.status == "answered"
    ]


def _prompt(case: Case, record: Record) -> list[BaseMessage]:
    question = "\n".join([*(message.content for message in case.history), case.question])
    prompt = load_prompt("grade", case.language)
    return prompt.messages(question=question, gold=case.gold, answer=strip_markers(record.answer))


def _broke(error: ModelError, done: int, wanted: int) -> ModelError:
    return ModelError(
        Text(
            f"The judge broke after {done} of {wanted} answers: {error.message.en}",
            f"评判模型在第 {done} 个回答后中断（共 {wanted} 个）：{error.message.zh}",
        ),
        Text(
            f"{error.remedy.en} What was judged is kept: the same command goes on from here.",
            f"{error.remedy.zh} 已有评判均已保存：再次运行同一命令即可继续。",
        ),
        retryable=error.retryable,
    )
