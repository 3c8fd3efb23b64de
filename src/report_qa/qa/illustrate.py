"""Which pictures an answer carries, chosen by code from the words of the documents that its statements rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.documents.blocks import Picture
from report_qa.documents.pictures import refers_to
from report_qa.qa.records import Passage


@dataclass(frozen=True)
class Support:
    """The words that a statement of the answer rests on.

    Attributes:
        passage: where they stand.
        start, end: their range in ``passage.section_text``.
        beside: whether the statement is quoted beside the best one, and may answer something else.
    """

    passage: Passage
    start: int
    end: int
    beside: bool = False

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.section_text[self.start : self.end]


def choose_pictures(supports: Sequence[Support]) -> list[tuple[Picture, ...]]:
    """Return the pictures that each statement of an answer brings.

    A statement brings the pictures that its words belong to. One that is quoted beside the best one brings a picture
    only where none of the others has any, and only what its own words refer to ("见图 3-2", "shown below"), not what
    merely stands by it.
    """
    chosen = [() if support.beside else _belonging(support) for support in supports]
    if not any(chosen):
        for position, support in enumerate(supports):
            referred = tuple(p for p in _belonging(support) if refers_to(support.text, p))
            if support.beside and referred:
                chosen[position] = referred
                break
    return chosen


def _belonging(support: Support) -> tuple[Picture, ...]:
    section = support.passage.section
    return section.pictures_of(support.start, support.end) if section else ()
