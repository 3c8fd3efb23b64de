"""Check an answer against its passages without a model: every number, unit, date, code and name.

The check is one-sided on purpose: it cannot tell that an answer is right, but what it cannot find in the
passages is never shown as a fact.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from report_qa.text.measures import measures
from report_qa.text.names import chinese_names, holds_name, latin_names
from report_qa.text.normalise import fold, language_of
from report_qa.text.numbers import Quantity, quantities, stray_digits

_LIST_SEPARATOR = re.compile(r"、|,|，|;|；|\band\b|\bor\b|和|与|及|以及")
_SMALL = 10
"""Spelled-out counts up to this may count the items that the answer itself lists ("two provinces: …")."""


@dataclass(frozen=True)
class Support:
    """What of a statement the sources hold.

    Attributes:
        supported: surfaces of quantities and names that were found.
        unsupported: those that were not; a statement with any must not be shown as fact.
        unverifiable: names in another script than the sources, which may be right translations.
    """

    supported: tuple[str, ...]
    unsupported: tuple[str, ...]
    unverifiable: tuple[str, ...]


def check_statement(statement: str, source: str, *, question: str = "", whole_answer: str = "") -> Support:
    """Check one statement.

    Args:
        statement: a sentence of the answer, without citation markers.
        source: the text of the passages it cites, with their headings.
        question: numbers and names repeated from it are no claims when the statement also makes a supported one.
        whole_answer: the answer the statement is from; sums and differences may rest on its other numbers.

    Returns:
        The supported, unsupported and unverifiable surfaces, each once, in order.
    """
    held = quantities(fold(source))
    asked = quantities(fold(question))
    stated = quantities(fold(statement))
    supported: list[Quantity] = []
    doubtful: list[Quantity] = []
    for quantity in stated:
        (supported if _held(quantity, held) else doubtful).append(quantity)
    grounded = [q for q in quantities(fold(whole_answer or statement)) if _held(q, held)]
    folded_source = fold(source)
    unsupported = [digits for digits in stray_digits(fold(statement), stated) if digits not in folded_source]
    for quantity in doubtful:
        echoed = bool(supported) and _held(quantity, asked)
        if echoed or _derived(quantity, grounded) or _counts_items(quantity, statement, len(grounded)):
            supported.append(quantity)
        else:
            unsupported.append(quantity.surface)
    unsupported += _other_units(statement, source)
    names_held, names_missing, names_open = _check_names(statement, source, question)
    return Support(
        tuple(dict.fromkeys([q.surface for q in supported] + names_held)),
        tuple(dict.fromkeys(unsupported + names_missing)),
        tuple(dict.fromkeys(names_open)),
    )


def _held(quantity: Quantity, held: Sequence[Quantity]) -> bool:
    return any(quantity.equals(other) for other in held)


def _other_units(statement: str, source: str) -> list[str]:
    """Return the numbers of a statement whose unit measures something else than any unit they have in the source.

    A small model that translates "2.8 l" may write 2.8日. A number that the source also has without a known unit is let
    pass, since the unit may stand in a heading.
    """
    said, held = _dimensions(statement), _dimensions(source)
    return [
        number
        for number, dimensions in said.items()
        if number in held and "" not in held[number] and not dimensions & {"", *held[number]}
    ]


def _dimensions(text: str) -> dict[str, set[str]]:
    """Return what each number of a text measures, empty for one without a known unit, by its digits."""
    technical = {measure.start: measure.dimension for measure in measures(text)}
    found: dict[str, set[str]] = {}
    for quantity in quantities(fold(text)):
        if number := _digits(quantity.surface):
            found.setdefault(number, set()).add(quantity.dimension or technical.get(quantity.start, ""))
    return found


def _digits(surface: str) -> str:
    return re.sub(r"[^\d.]", "", surface).strip(".")


def _derived(quantity: Quantity, grounded: Sequence[Quantity]) -> bool:
    """Whether a number is the sum or difference of two supported numbers of the answer."""
    for a, b in combinations(grounded, 2):
        if a.dimension == b.dimension and quantity.dimension in {a.dimension, ""}:
            results = (abs(a.value - b.value), a.value + b.value)
            if any(math.isclose(quantity.value, result, rel_tol=1e-6, abs_tol=1e-6) for result in results):
                return True
    return False


def _counts_items(quantity: Quantity, statement: str, named: int) -> bool:
    """Whether a spelled-out count is that of the items in the statement, or of the numbers that the answer named."""
    if not quantity.spelled or quantity.dimension or not 2 <= quantity.value <= _SMALL:
        return False
    return max(len(_LIST_SEPARATOR.findall(statement)) + 1, named) >= quantity.value


def _check_names(statement: str, source: str, question: str) -> tuple[list[str], list[str], list[str]]:
    held: list[str] = []
    missing: list[str] = []
    unverifiable: list[str] = []
    same_script = language_of(statement) == language_of(source)
    for name in (*latin_names(statement), *chinese_names(statement)):
        if holds_name(source, name) or holds_name(question, name):
            held.append(name)
        elif same_script or not name.isascii() or any(c.isdigit() for c in name):
            missing.append(name)
        else:
            unverifiable.append(name)
    return held, missing, unverifiable
