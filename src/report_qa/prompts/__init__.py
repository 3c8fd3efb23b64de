"""Prompts as text files beside this one, one a task and language.

A file is a run of parts headed ``# system``, ``# user`` or ``# assistant``; earlier user and assistant parts are
examples. Variables are written ``$name`` and are checked when the file is loaded. What does not change comes
first, so that the model's prompt cache serves it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_PART = re.compile(r"^# (system|user|assistant)\n", re.MULTILINE)


@dataclass(frozen=True)
class Prompt:
    """A prompt with its variables.

    Attributes:
        name: task and language, such as ``answer.zh``.
        parts: role and template of every message.
        variables: names that :meth:`messages` must be given, no more and no fewer.
    """

    name: str
    parts: tuple[tuple[str, str], ...]
    variables: frozenset[str]

    def messages(self, **values: str) -> list[BaseMessage]:
        """Return the LangChain messages with the variables filled in; values are inserted as they are.

        Raises:
            ValueError: a variable is missing or unknown.
        """
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        if values.keys() != self.variables:
            raise ValueError(f"prompt {self.name} takes {sorted(self.variables)}, not {sorted(values)}")
        kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
        return [kinds[role](content=Template(template).substitute(values)) for role, template in self.parts]


@cache
def load_prompt(task: str, language: str) -> Prompt:
    """Return the prompt of a task in a language.

    Args:
        task: file name without language and ending.
        language: ``zh`` or ``en``.
    """
    name = f"{task}.{language}"
    text = files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    pieces = _PART.split(text)
    parts = tuple((role, body.strip()) for role, body in zip(pieces[1::2], pieces[2::2], strict=True))
    return Prompt(name, parts, frozenset(_identifiers(parts)))


def _identifiers(parts: Sequence[tuple[str, str]]) -> list[str]:
    return [name for _, template in parts for name in Template(template).get_identifiers()]
