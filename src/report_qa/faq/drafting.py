"""One part of a section -> drafts: one question a sentence, the sentence as its answer, and reading what came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from report_qa.faq.asked import clash
from report_qa.faq.asked import kinds_of as asks_of
from report_qa.faq.checks import check_against, check_drafted, check_wording
from report_qa.faq.flags import held_back
from report_qa.faq.mend import mend_question, stated
from report_qa.faq.modality import kinds_of
from report_qa.faq.parts import Part, unmarked
from report_qa.faq.records import Draft, PairType
from report_qa.faq.source import Place
from report_qa.faq.words import ASKING
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.text.normalise import fold
from report_qa.text.numbers import quantities
from report_qa.text.tokens import search_tokens

_TEXT_CHARS = 160
"""A question that reaches this was cut off by the schema and is dropped."""
_LONGER = 1.5
"""A wording that is so many times as long as the question says more than it."""
_TRIES = 2
_SHORTEST_KEY = 3
_SHARE = re.compile(r"\d[\d.]*\s*[%％]")
_NUMBER = re.compile(
    r"(?<![A-Za-z\d.])\d[\d.,]*(?:\s*[至~～–—-]\s*\d[\d.,]*)?(?:\s?[A-Za-z℃°Ω/%]+){0,2}\s*[\u4e00-\u9fff]{0,2}"
)
_CONDITION = re.compile(r"\d\s*[^\d，。]{0,3}以[上下内]的?[\u4e00-\u9fff]|(?:19|20)\d\d(?!\d)")
"""It says which ones are meant, and is not what is asked for: 1000人以上的企业, 2024 年."""
_CLAUSE = re.compile(r"[，。；：,;:]\s+|[，。；：]|\.$")
_WARNS = re.compile(r"警告|危险|注意|小心|\b(?:warning|danger|caution)\b", re.IGNORECASE)
_HOW = re.compile(
    r"如何|怎[么样]|步骤|\bhow\s+(?:do|to|can|should|is|are)\b(?!\s+(?:many|much|often|long))", re.IGNORECASE
)
_COMPARES = re.compile(
    r"更[高低多少大小]|最[高低多少大小]|区别|相比|\b(?:differ|compare|higher|lower|most|least)", re.IGNORECASE
)
_DEFINES = re.compile(
    r"什么是|是什么(?:意思)?[？?]?$|定义|\bwhat\s+(?:is|are|does)\b.*\bmean|^what\s+is\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Drafted:
    """What became of a part.

    Attributes:
        drafts: usable ones, with their evidence.
        outcome: ``drafted``, ``empty`` (no question came), ``broken`` (some call gave no JSON), ``cut`` (some was too
            long; the others are kept) or ``labels`` (nothing is stated, the model was not asked).
        dropped: sentences whose question is missing, cut off, or only repeats another one.
        prompt_tokens, written_tokens: as the model counts them, without its chat marks.
    """

    drafts: tuple[Draft, ...]
    outcome: str
    dropped: int
    prompt_tokens: int
    written_tokens: int


def draft_part(part: Part, chat: ChatModel, language: str, *, max_tokens: int) -> Drafted:
    """Have the model write a question for every sentence of a part that states something; the sentence answers it.

    Args:
        part: sentences of a section.
        chat: the model.
        language: ``zh`` or ``en``, of the pairs.
        max_tokens: longest output of a call.

    Raises:
        ModelError: the model cannot be asked.
    """
    numbers = part.stating
    if not numbers:
        return Drafted((), "labels", 0, 0, 0)
    asked = _Asked(chat, language, max_tokens)
    drafts = _distinct([draft for number in numbers if (draft := _draft(part, number, asked))])
    found = "drafted" if drafts else "empty"
    outcome = next((bad for bad in ("cut", "broken") if bad in asked.failed), found)
    return Drafted(tuple(drafts), outcome, len(numbers) - len(drafts), asked.read, asked.written)


@dataclass
class _Asked:
    """The calls for one part: what they cost, and how those without a whole object ended."""

    chat: ChatModel
    language: str
    max_tokens: int
    read: int = 0
    written: int = 0
    failed: set[str] = field(default_factory=set)

    def question(self, heading: str, context: str, sentence: str, keys: Sequence[str]) -> dict[str, Any]:
        """Return what the model writes about a sentence, empty where that cannot be read.

        Args:
            heading, context, sentence: as the model is shown them.
            keys: words of the sentence, for one of which the question is to ask.
        """
        prompt = load_prompt("faq", self.language)
        text = self._complete(prompt.messages(heading=heading, context=context, sentence=sentence), _schema(keys))
        found = next(read_objects(text), None)
        if found is None and "cut" not in self.failed:
            self.failed.add("broken")
        return found or {}

    def translated(self, text: str) -> str:
        """Return a text in the language of the pairs."""
        return self._complete(load_prompt("translate", self.language).messages(text=text), None).strip()

    def _complete(self, messages: list[Any], schema: dict[str, Any] | None) -> str:
        completion = self.chat.complete(messages, max_tokens=self.max_tokens, schema=schema)
        self.read += self.chat.count_tokens("\n".join(str(message.content) for message in messages))
        self.written += self.chat.count_tokens(completion.text)
        if completion.truncated:
            self.failed.add("cut")
        return completion.text


def _draft(part: Part, number: int, asked: _Asked) -> Draft | None:
    """Return the draft on a sentence; one that fails a check is asked for once more, for other words of it."""
    place = part.place(number)
    own = part.document.language == asked.language
    sentence, answer = part.text(number), stated(place)
    if not own:
        sentence = answer = asked.translated(answer)
    context = part.context(number, asked.language) if own else ""
    first: Draft | None = None
    keys = _keys(sentence)
    for _ in range(_TRIES):
        item = asked.question(part.heading, context, sentence, keys)
        draft = _read(item, answer, place, part, asked.language)
        first = first or draft
        keys = [key for key in _keys(sentence, shares=False) if key != item.get("key")]
        if not keys or (draft and not _failing(draft, place)):
            return draft or first
    return first


def _keys(sentence: str, *, shares: bool = True) -> list[str]:
    """Return what a question may ask for: numbers of a sentence and its clauses, or where it has shares, only these."""
    told = [match[0] for match in _SHARE.finditer(sentence)] if shares else []
    if not told:
        numbers = [match for match in _NUMBER.finditer(sentence) if not _CONDITION.match(sentence, match.start())]
        clauses = [clause.strip() for clause in _CLAUSE.split(sentence)]
        told = [match[0].strip() for match in numbers] + [clause for clause in clauses if len(clause) >= _SHORTEST_KEY]
    return list(dict.fromkeys(told)) or [sentence]


def _failing(draft: Draft, place: Place) -> bool:
    flags = [
        *check_wording(draft.question, draft.answer, draft.language),
        *check_against(draft.question, draft.answer, place),
        *check_drafted(draft.question, draft.answer, place),
    ]
    return bool(held_back(flags))


def _distinct(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts without those whose question only repeats or continues that of an earlier one."""
    kept: list[Draft] = []
    for draft in drafts:
        asked = _bare(draft.question)
        if not any(asked.startswith(_bare(other.question)) for other in kept):
            kept.append(draft)
    return kept


def _schema(keys: Sequence[str]) -> dict[str, Any]:
    """Return the schema of output; what is asked for is chosen first, of the sentence's own words."""
    text = {"type": "string", "minLength": 1, "maxLength": _TEXT_CHARS}
    properties = {"key": {"type": "string", "enum": list(keys)}, "question": text, "casual": text}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def read_objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the whole objects with a question in a text, whatever stands around them."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1
        else:
            if "question" in found:
                yield found
        at = text.find("{", end)


def _read(item: dict[str, Any], answer: str, place: Place, part: Part, language: str) -> Draft | None:
    question, casual = (unmarked(_said(item.get(name))) for name in ("question", "casual"))
    if not question or not answer or len(question) >= _TEXT_CHARS:
        return None
    similar = (casual,) if _rewords(casual, question, answer) else ()
    question = mend_question(question, part)
    return Draft(
        question=question, answer=answer, similar=similar,
        evidence=place.evidence(), type=classify(question, place.quote), language=language, source="model",
    )  # fmt: skip


def _rewords(casual: str, question: str, answer: str) -> bool:
    """Whether a wording is another one that asks the same, and does not give the answer away, in numbers or words."""
    asked = quantities(fold(question))
    told = [q for q in quantities(fold(casual)) if not any(q.equals(other) for other in asked)]
    words, named = set(search_tokens(casual)), set(search_tokens(question))
    given_away = (set(search_tokens(answer)) - named) & words
    clauses = re.split(r"[，,；;]", casual)
    whole = len(set(clauses)) == len(clauses) and len(casual) <= _LONGER * len(question)
    same = bool((words & named) - ASKING) and not clash(asks_of(casual), asks_of(question))
    return bool(casual) and whole and same and _bare(casual) != _bare(question) and not told and not given_away


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _said(value: object) -> str:
    return re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else ""


def classify(question: str, quote: str) -> PairType:
    """Return the type of a pair, by the words of its question and evidence."""
    if _WARNS.search(quote) or "must_not" in kinds_of(quote):
        return "warning"
    if _HOW.search(question):
        return "procedure"
    if _COMPARES.search(question):
        return "comparison"
    return "definition" if _DEFINES.search(question) else "fact"
