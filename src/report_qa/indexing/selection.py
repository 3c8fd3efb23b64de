"""What is asked, named by one string: a collection, several with commas between them, or ``*`` for all.

No collection can have a comma in its name, so that a name is a selection too.
"""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.config import Settings
from report_qa.indexing.collections import ALL, DEFAULT, collections, existing

_BETWEEN = ","


def names_in(selection: str) -> tuple[str, ...]:
    """Return what a selection names, each once, as collections are listed: the default one first, the others sorted.

    Where ``*`` is among the names it is the only one, since it holds the others. Nothing named is an empty tuple.
    """
    names = {name for part in selection.split(_BETWEEN) if (name := part.strip())}
    return (ALL,) if ALL in names else tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


def selection_of(*selections: str) -> str:
    """Return the normal form of what all these select together: equal for equal names in any order."""
    return _BETWEEN.join(names_in(_BETWEEN.join(selections)))


def is_joined(selection: str) -> bool:
    """Return whether what is asked is several collections, or all: its documents are named ``collection/document``."""
    names = names_in(selection)
    return len(names) > 1 or names == (ALL,)


def among(collections: Sequence[str], selection: str) -> list[str]:
    """Return those of some collections that a selection names; ``*`` names each of them."""
    names = names_in(selection)
    return [name for name in collections if name in names or names == (ALL,)]


def collections_in(settings: Settings, selection: str) -> list[str]:
    """Return the collections of a selection; of all, those that hold documents, or else the default one.

    Args:
        settings: those without a collection.
        selection: in any form.

    Raises:
        CollectionMissing: one of them is not there; the message says which.
        ConfigError: there can be none of such a name, or nothing is named.
    """
    names = names_in(selection)
    if names == (ALL,):
        return collections(settings) or [DEFAULT]
    for name in names or ("",):
        existing(settings, name)
    return list(names)
