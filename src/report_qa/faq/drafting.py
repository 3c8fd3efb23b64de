"""One part of a section -> drafts: the prompt, the schema that output must follow, and reading what came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from report_qa.documents.blocks import Kind
from report_qa.faq.checks import check_against, grounding
from report_qa.faq.flags import grave
from report_qa.faq.mend import mend_answer, mend_question
from report_qa.faq.modality import kinds_of
from report_qa.faq.parts import Part, unmarked
from report_qa.faq.procedures import procedures
from report_qa.faq.records import Draft, PairType
from report_qa.faq.source import Place
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel, Completion
from report_qa.text.normalise import fold
from report_qa.text.numbers import quantities
from report_qa.text.tokens import search_tokens

_TEXT_CHARS = 240
"""An answer that reaches this was cut off by the schema and is dropped."""
_OPEN = ("：", ":")
_NAMED_BEHIND = 0.25
"""By how much fewer of the answer's words the sentence that the model named may hold than the nearest one does."""
_LONGER = 1.5
"""A wording that is so many times as long as the question says more than it."""
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
    """What became of one call of the model.

    Attributes:
        drafts: usable ones, with their evidence.
        outcome: ``drafted``, ``empty`` (no pair in it), ``broken`` (no JSON), ``cut`` (too long; what was whole is
            kept) or ``labels`` (nothing is stated, the model was not asked).
        dropped: pairs without question, answer or evidence.
        prompt_tokens, written_tokens: as the model counts them, without its chat marks.
    """

    drafts: tuple[Draft, ...]
    outcome: str
    dropped: int
    prompt_tokens: int
    written_tokens: int


def draft_part(part: Part, chat: ChatModel, language: str, *, pairs: int, max_tokens: int) -> Drafted:
    """Have the model draft pairs from a part, again for the sentences that it passed over, until all are asked about.

    Args:
        part: numbered sentences.
        chat: the model.
        language: ``zh`` or ``en``, of the pairs.
        pairs: how many at most in one call.
        max_tokens: longest output of a call.

    Raises:
        ModelError: the model cannot be asked.
    """
    lines = part.stating
    if not lines:
        return Drafted((), "labels", 0, 0, 0)
    prompt = load_prompt("faq", language)
    found: list[Draft] = []
    items = read = written = 0
    outcome = "drafted"
    while lines and outcome == "drafted":
        count = min(pairs, len(lines))
        messages = prompt.messages(heading=part.heading, lines=part.lines(), count=str(count))
        completion = chat.complete(messages, max_tokens=max_tokens, schema=_schema(count, lines))
        raw = list(read_pairs(completion.text))[:count]
        found += [draft for item in raw if (draft := _draft(item, part, language))]
        items += len(raw)
        read += chat.count_tokens("\n".join(str(message.content) for message in messages))
        written += chat.count_tokens(completion.text)
        left = [line for line in lines if line not in {item.get("line") for item in raw}]
        outcome = _outcome(completion, raw, found)
        lines = left if len(left) < len(lines) else []
    drafts = _distinct(found)
    return Drafted(tuple(drafts), outcome, items - len(drafts), read, written)


def _distinct(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts without those whose question only repeats or continues that of an earlier one."""
    kept: list[Draft] = []
    for draft in drafts:
        asked = _bare(draft.question)
        if not any(asked.startswith(_bare(other.question)) for other in kept):
            kept.append(draft)
    return kept


def _outcome(completion: Completion, raw: Sequence[object], drafts: Sequence[Draft]) -> str:
    if completion.truncated:
        return "cut"
    if not raw and '"pairs"' not in completion.text:
        return "broken"
    return "drafted" if drafts else "empty"


def _schema(pairs: int, lines: Sequence[int]) -> dict[str, Any]:
    """Return the schema of output; the sentence is chosen first, so that question and answer are about it."""
    text = {"type": "string", "minLength": 1, "maxLength": _TEXT_CHARS}
    properties = {
        "line": {"type": "integer", "enum": list(lines)}, "question": text, "casual": text, "answer": text,
    }  # fmt: skip
    item = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    listed = {"type": "array", "items": item, "minItems": 1, "maxItems": pairs}
    return {"type": "object", "properties": {"pairs": listed}, "required": ["pairs"], "additionalProperties": False}


def read_pairs(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects with a question in a text, whatever stands around them; what was cut off is left out."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1  # an outer object that was cut off may hold whole ones
        else:
            listed = found.get("pairs") if isinstance(found, dict) else None
            for item in listed if isinstance(listed, list) else [found]:
                if isinstance(item, dict) and "question" in item:
                    yield item
        at = text.find("{", end)


def _draft(item: dict[str, Any], part: Part, language: str) -> Draft | None:
    question, answer, casual = (unmarked(_said(item.get(name))) for name in ("question", "answer", "casual"))
    if not question or not answer or len(answer) >= _TEXT_CHARS:
        return None
    line = item.get("line")
    place = _place(question, answer, line if isinstance(line, int) else 0, part)
    if answer.endswith(_OPEN) and (whole := with_items(place)):
        place, answer = whole, whole.quote
        if any(whole.start <= step.start < whole.end for step in procedures(part.document, part.section)):
            return None  # computed from the list itself
    similar = (casual,) if _rewords(casual, question, answer) else ()
    question = mend_question(question, part)
    answer = mend_answer(question, answer, place, language)
    return Draft(
        question=question, answer=answer, similar=similar,
        evidence=place.evidence(), type=classify(question, place.quote), language=language, source="model",
    )  # fmt: skip


def _rewords(casual: str, question: str, answer: str) -> bool:
    """Whether a wording is another one, and does not give the answer away, by a number or by words of its own."""
    asked = quantities(fold(question))
    told = [q for q in quantities(fold(casual)) if not any(q.equals(other) for other in asked)]
    given_away = (set(search_tokens(answer)) - set(search_tokens(question))) & set(search_tokens(casual))
    clauses = re.split(r"[，,；;]", casual)
    whole = len(set(clauses)) == len(clauses) and len(casual) <= _LONGER * len(question)
    return bool(casual) and whole and _bare(casual) != _bare(question) and not told and not given_away


def with_items(place: Place) -> Place | None:
    """Return a place that ends by introducing a list together with that list; None where none follows."""
    section, end = place.section, place.end
    if not place.quote.endswith(_OPEN):
        return None
    first = section.text.count("\n", 0, max(end - 1, 0)) + 1
    for number in range(first, len(section.kinds)):
        if section.kinds[number] != Kind.LIST:
            break
        after = section.text.find("\n", end + 1)
        end = after if after >= 0 else len(section.text)
    return Place(place.document, section, place.start, end, place.exact) if end > place.end else None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _said(value: object) -> str:
    return re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else ""


def _place(question: str, answer: str, line: int, part: Part) -> Place:
    """Return the sentence that the model named, or the one or two that bear the answer out where that one does not."""
    candidates = [_at(part, i, i) for i in range(len(part.spans))]
    pairs = [_at(part, i, i + 1) for i in range(len(part.spans) - 1)]
    pairs = [place for place in pairs if "\n" not in place.quote]  # a caption or another block may lie between
    named = candidates[line - 1] if 1 <= line <= len(candidates) else None
    by_words = sorted(
        [*candidates, *pairs], key=lambda place: (-grounding(answer, place.quote), place.end - place.start)
    )
    nearest = grounding(answer, by_words[0].quote) - _NAMED_BEHIND
    if named and grounding(answer, named.quote) >= nearest and not list(check_against(question, answer, named)):
        return named
    bearing = (place for place in by_words if not grave(check_against(question, answer, place)))
    return next(bearing, named or by_words[0])


def _at(part: Part, first: int, last: int) -> Place:
    return Place(part.document, part.section, part.spans[first].start, part.spans[last].end, True)


def classify(question: str, quote: str) -> PairType:
    """Return the type of a pair, by the words of its question and evidence."""
    if _WARNS.search(quote) or "must_not" in kinds_of(quote):
        return "warning"
    if _HOW.search(question):
        return "procedure"
    if _COMPARES.search(question):
        return "comparison"
    return "definition" if _DEFINES.search(question) else "fact"
