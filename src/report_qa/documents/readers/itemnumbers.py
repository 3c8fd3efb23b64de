"""The numbers that Word shows before the items of its lists, which go on behind pictures and remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ITEM = re.compile(r"<li>")
_HEADING = re.compile(r"^(?:heading|title|标题)", re.IGNORECASE)
_MOST_BASES = 10
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class _Style:
    """A style of paragraphs: its name, that which it goes on from, and the list and level that it puts them in."""

    name: str
    base: str
    list_id: str
    level: str


def item_numbers(text: bytes, styles: bytes | None) -> list[int]:
    """Return the number of every item of the lists of a Word file, in order; of items with bullets too.

    The items of one list count on, whatever stands between them, up to the next heading: a list below another heading
    that only shares its style begins anew.

    Args:
        text: the part of the file that holds its text.
        styles: the part that holds its styles, if it has one.
    """
    named = _styles(styles) if styles else {}
    counts: dict[tuple[str, int], int] = {}
    numbers: list[int] = []
    for paragraph in etree.fromstring(text, _PARSER).iter(f"{_W}p"):
        own = _style_of(paragraph)
        bases = _with_bases(own.base, named)
        said = any(node.text and node.text.strip() for node in paragraph.iter(f"{_W}t"))
        if said and any(_HEADING.match(style.name) for style in bases):
            counts.clear()
            continue
        list_id = next((style.list_id for style in (own, *bases) if style.list_id), "0")
        drawn = next(paragraph.iter(f"{_W}drawing", f"{_W}pict"), None) is not None
        if list_id == "0" or not (said or drawn):
            continue
        level = int(next((style.level for style in (own, *bases) if style.level), "0"))
        counts[list_id, level] = counts.get((list_id, level), 0) + 1
        counts = {key: count for key, count in counts.items() if key[0] != list_id or key[1] <= level}
        numbers.append(counts[list_id, level])
    return numbers


def numbered(page: str, numbers: Sequence[int]) -> str:
    """Return a page with the numbers of its list items in them, where both are equally many."""
    if len(_ITEM.findall(page)) != len(numbers):
        return page
    following = iter(numbers)
    return _ITEM.sub(lambda _: f'<li value="{next(following)}">', page)


def _styles(data: bytes) -> dict[str, _Style]:
    return {
        style.get(f"{_W}styleId") or "": _read(style, "basedOn")
        for style in etree.fromstring(data, _PARSER).iter(f"{_W}style")
    }


def _style_of(paragraph: etree._Element) -> _Style:
    """Return what a paragraph says of itself; its style is what it goes on from."""
    properties = paragraph.find(f"{_W}pPr")
    return _read(paragraph, "pStyle") if properties is not None else _Style("", "", "", "")


def _read(element: etree._Element, base: str) -> _Style:
    def value(path: str) -> str:
        found = element.find("/".join(f"{_W}{tag}" for tag in path.split("/")))
        return (found.get(f"{_W}val") or "") if found is not None else ""

    base_path = base if base == "basedOn" else f"pPr/{base}"
    return _Style(value("name"), value(base_path), value("pPr/numPr/numId"), value("pPr/numPr/ilvl"))


def _with_bases(name: str, named: dict[str, _Style]) -> list[_Style]:
    found: list[_Style] = []
    while name in named and len(found) < _MOST_BASES:
        found.append(named[name])
        name = named[name].base
    return found
