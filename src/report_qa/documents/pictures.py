"""Which text a picture belongs to: by its caption, by what refers to it, or else by where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from report_qa.documents.blocks import Kind, Picture
from report_qa.documents.captions import FIGURE, fold_label, label_of
from report_qa.documents.lists import NUMBERED_ITEM
from report_qa.documents.section import PlacedPicture, Section

_NEXT = re.compile(
    r"下图|图中?所示|以下(?:图|示意图)|(?:figure|picture|image|illustration|diagram) below"
    r"|(?:shown|illustrated|pictured) below|following (?:figure|picture|image|illustration|diagram)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"上图|(?:figure|picture|image|illustration|diagram) above|(?:shown|illustrated|pictured) above"
    r"|(?:preceding|previous) (?:figure|picture|image)",
    re.IGNORECASE,
)
_ENDS_OPEN = ("：", ":")


@dataclass(frozen=True)
class _Unit:
    """What refers as one: a paragraph's line, a list item, a whole procedure, with what introduces it."""

    start: int
    end: int
    text: str


def bind_pictures(sections: Sequence[Section]) -> list[Section]:
    """Return the sections with the text spans of every picture, also of those that stand in another section.

    A picture belongs to its caption and to all that refers to it, by number ("如图 3-2 所示", "Figure 4") anywhere in
    the document or by position ("见下图") in its section. One that nothing refers to belongs to what it stands by:
    the text above it, or else below it.
    """
    numbered: dict[str, PlacedPicture] = {}
    for section in sections:
        for placed in section.pictures:
            label = label_of(placed.picture.caption)
            if label:
                numbered.setdefault(label, placed)
    bound = [_with_references(section, numbered) for section in sections]
    referred = {p.picture for s in bound for p in s.pictures if _beyond_caption(s, p)}
    return [replace(s, pictures=tuple(_by_position(s, p, referred) for p in s.pictures)) for s in bound]


def refers_to(text: str, picture: Picture) -> bool:
    """Return whether a text that a picture belongs to refers to it in words: by its number, or by pointing at it."""
    label = label_of(picture.caption)
    named = {fold_label(match["label"]) for match in FIGURE.finditer(text)}
    return label in named if named and label else bool(_NEXT.search(text) or _BEFORE.search(text))


def _beyond_caption(section: Section, placed: PlacedPicture) -> bool:
    return any(section.kinds[section.text.count("\n", 0, a)] != Kind.PICTURE for a, _ in placed.spans)


def _with_references(section: Section, numbered: dict[str, PlacedPicture]) -> Section:
    found: dict[PlacedPicture, list[tuple[int, int]]] = {placed: list(placed.spans) for placed in section.pictures}
    here = {placed.picture: placed for placed in section.pictures}
    for unit in _units(section):
        for match in FIGURE.finditer(unit.text):
            target = numbered.get(fold_label(match["label"]))
            if target is not None:
                placed = here.setdefault(target.picture, PlacedPicture(target.picture, None))
                found.setdefault(placed, []).append((unit.start, unit.end))
        for pattern, later in ((_NEXT, True), (_BEFORE, False)):
            near = _near(section, unit, later=later) if pattern.search(unit.text) else None
            if near is not None:
                found[near].append((unit.start, unit.end))
    pictures = tuple(replace(placed, spans=tuple(dict.fromkeys(spans))) for placed, spans in found.items())
    return replace(section, pictures=pictures)


def _near(section: Section, unit: _Unit, *, later: bool) -> PlacedPicture | None:
    """Return the first picture after a unit, or the last one before it."""
    placed = [(p.at, p) for p in section.pictures if p.at is not None]
    if later:
        return next((p for at, p in sorted(placed, key=lambda item: item[0]) if at >= unit.end), None)
    return next((p for at, p in sorted(placed, key=lambda item: -item[0]) if at <= unit.start), None)


def _by_position(section: Section, placed: PlacedPicture, referred: set[Picture]) -> PlacedPicture:
    if placed.at is None or placed.picture in referred:
        return placed
    units = list(_units(section))
    above = [unit for unit in units if unit.end <= placed.at]
    below = [unit for unit in units if unit.start >= placed.at]
    near = above[-1] if above else below[0] if below else None
    return placed if near is None else replace(placed, spans=(*placed.spans, (near.start, near.end)))


def _units(section: Section) -> Iterator[_Unit]:
    """Yield what refers as one: lines of text; the steps of a procedure together with the line that introduces them."""
    unit: _Unit | None = None
    offset = 0
    steps = False
    for kind, line in zip(section.kinds, section.text.split("\n"), strict=True):
        start, end = offset, offset + len(line)
        offset = end + 1
        if kind in {Kind.PICTURE, Kind.CAPTION, Kind.HEADING}:
            continue
        step = kind == Kind.LIST and (bool(NUMBERED_ITEM.match(line)) or steps)
        joins = unit is not None and ((step and steps) or (kind == Kind.LIST and unit.text.endswith(_ENDS_OPEN)))
        if joins and unit is not None:
            unit = _Unit(unit.start, end, f"{unit.text}\n{line}")
        else:
            if unit is not None:
                yield unit
            unit = _Unit(start, end, line)
        steps = step
    if unit is not None:
        yield unit
