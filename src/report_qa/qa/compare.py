"""A question for the difference of two things -> two questions, and the difference of what is found for them.

No sentence of a document says how far apart two cells of a table are, and a small model subtracts badly. So the model
only says which two things are meant; their values are found as those of any question, and subtracted by code where they
measure the same thing in the same unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from report_qa.documents.tables.table import NAME_JOIN
from report_qa.errors import Text
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.qa.evidence import Evidence
from report_qa.text.names import holds_name, latin_names
from report_qa.text.normalise import cjk_count, fold, has_words, language_of
from report_qa.text.numbers import Quantity, quantities

_OPERAND_TOKENS = 96
_LONGER = 20
"""Characters beyond twice those of the question after which the model has wandered off."""
_CLOSE = 1.0
"""How far (in score) a piece may be behind the best one for a thing and still give its value: as near as what is quoted
beside it."""
_ASKS = re.compile(
    r"差(?:了|着|距是?)?(?:多少|几|多大|多远|多久)|相差|(?:多|高|低|少|贵|便宜|重|轻|长|短|快|慢|大|小)(?:出|了|出来)?(?:多少|几)(?!个?月|号)"
    r"|\bhow far apart\b|\bdifference (?:between|in)\b|\bgap between\b|\bby how (?:much|many)\b"
    r"|\bhow (?:much|many)(?: [a-z%]+){0,2} (?:more|less|fewer|higher|lower|bigger|smaller|larger|heavier|lighter"
    r"|longer|shorter|faster|slower|cheaper|dearer)\b.*\bthan\b"
)
_TWO = re.compile(r"比|跟|和|与|还是|、|\b(?:and|or|vs|versus|than|between)\b")
"""What joins the two things: a question without it may ask how much something grew."""
_COMPARES = re.compile(r"差|更|(?<![分占同环])比(?![例率重])|多出|高出|\bdifference\b|\bthan\b|\bmore\b|\bapart\b")
"""What a question about one of the two things does not say any more."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_VALUE = re.compile(r"[：:]\s*(?=[^：:]*$)")
_VAGUE_BEFORE = re.compile(
    r"(?:不到|超过?|近|约|至少|最多|多于|少于|\b(?:less|more) than|\b(?:over|under|about|around|nearly|almost|at least"
    r"|up to)|[-−–~～<>≤≥])\s*$",
    re.IGNORECASE,
)
_VAGUE_BEHIND = re.compile(r"\s*(?:[+＋]|以[上下内]|左右|余|多|or (?:more|less)\b)", re.IGNORECASE)
"""Around a number that is a bound, rounded or negative, which is not subtracted."""
_DIFFERENCE = Text(
    "The difference is {difference} ({larger} − {smaller}).", "相差 {difference}（{larger} − {smaller}）。"
)
_POINTS = Text("percentage points", "个百分点")


class Difference(NamedTuple):
    """The pieces whose values were subtracted, and the statement that says so."""

    first: Evidence
    second: Evidence
    text: str


class _Value(NamedTuple):
    """A value as it is written: what stands before the number, the number, and its unit or what else stands behind."""

    before: str
    number: str
    unit: str
    dimension: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.number.replace(",", ""))

    def compares(self, other: _Value) -> bool:
        """Whether both measure the same thing in the same unit."""
        return (self.before, self.unit, self.dimension) == (other.before, other.unit, other.dimension)


class _Told(NamedTuple):
    """A piece and the one value that it gives."""

    piece: Evidence
    value: _Value


def asks_difference(question: str) -> bool:
    """Return whether a question asks how far two things are apart."""
    folded = fold(question)
    return bool(_ASKS.search(folded) and _TWO.search(folded))


def operands(question: str, chat: ChatModel) -> tuple[str, str] | None:
    """Return a question for each of the two things that a question compares; None where the model names no two.

    Raises:
        ModelError: the model cannot be asked.
    """
    messages = load_prompt("operands", language_of(question)).messages(question=question)
    lines = chat.complete(messages, max_tokens=_OPERAND_TOKENS).text.strip().split("\n")
    asked = [line.strip() for line in lines if has_words(line)]
    if len(asked) != 2 or asked[0] == asked[1]:
        return None
    if any(_COMPARES.search(fold(line)) or len(line) > 2 * len(question) + _LONGER for line in asked):
        return None
    said = " ".join(asked)
    invented = not set(_NUMBER.findall(fold(said))) <= set(_NUMBER.findall(fold(question)))
    if invented or not all(holds_name(said, name) for name in latin_names(question)):
        return None
    return asked[0], asked[1]


def difference(firsts: Sequence[Evidence], seconds: Sequence[Evidence], language: str) -> Difference | None:
    """Return the difference of the values that are found for two things; None where they do not compare.

    Args:
        firsts, seconds: the evidence for each, best first.
        language: of the statement, ``zh`` or ``en``.
    """
    first = next(_valued(firsts), None)
    second = next((told for told in _valued(seconds) if first and _alike(first.piece, told.piece)), None)
    if not first or not second or first.piece.text == second.piece.text or not first.value.compares(second.value):
        return None
    return Difference(first.piece, second.piece, _said(first.value, second.value, language))


def _valued(pieces: Sequence[Evidence]) -> Iterator[_Told]:
    """Yield the pieces that give one value, best first: those near the best, and the cells of its rows."""
    for piece in pieces:
        best = pieces[0]
        within = best.is_statement and piece.window.hit.ref == best.window.hit.ref
        of_its_rows = within and best.start <= piece.start and piece.end <= best.end
        near = of_its_rows or piece.score >= best.score - _CLOSE
        if near and not piece.contradicts and (value := _value_of(piece)):
            yield _Told(piece, value)


def _alike(first: Evidence, second: Evidence) -> bool:
    """Return whether two cells of a table share the name of their row or column, as what is compared does."""
    kinds = {first.window.chunk.kind, second.window.chunk.kind}
    if kinds != {"cell"} or first.window.hit.ref != second.window.hit.ref:
        return True
    return not _names(first).isdisjoint(_names(second))


def _names(cell: Evidence) -> set[str]:
    return set(_VALUE.split(fold(cell.text))[0].split(NAME_JOIN))


def _value_of(piece: Evidence) -> _Value | None:
    """Return the one value of a cell, or the one quantity with a unit of a sentence; None where there are more."""
    if piece.window.chunk.kind == "cell":
        told = _VALUE.split(piece.text)[-1].rstrip("。.")
        found = quantities(fold(told))
    elif piece.is_statement:
        return None
    else:
        told = piece.text
        found = [quantity for quantity in quantities(fold(told)) if quantity.dimension]
    told = told if len(fold(told)) == len(told) else fold(told)
    return _written(told, found[0], cell=piece.is_statement) if len(found) == 1 else None


def _written(told: str, quantity: Quantity, *, cell: bool) -> _Value | None:
    surface = told[quantity.start : quantity.end]
    number = _NUMBER.search(surface)
    if number is None or quantity.spelled:
        return None
    if _VAGUE_BEFORE.search(told[: quantity.start]) or _VAGUE_BEHIND.match(told[quantity.end :]):
        return None
    before, behind = (told[: quantity.start].strip(), told[quantity.end :].strip()) if cell else ("", "")
    unit = f"{surface[number.end() :].strip()}{behind}"
    return _Value(before, number[0], unit, quantity.dimension)


def _said(first: _Value, second: _Value, language: str) -> str:
    larger, smaller = sorted((first, second), key=lambda value: -value.amount)
    percent = first.dimension == "percent"
    unit = first.unit if percent or language == "zh" or not cjk_count(first.unit) else ""
    space = "" if unit == "%" or cjk_count(unit) else " "
    apart = f"{larger.amount - smaller.amount:,}"
    said = f"{apart} {_POINTS.in_language(language)}" if percent else f"{first.before}{apart}{space}{unit}".strip()
    shown = [f"{value.before}{value.number}{space}{unit}".strip() for value in (larger, smaller)]
    return _DIFFERENCE.in_language(language).format(difference=said, larger=shown[0], smaller=shown[1])
