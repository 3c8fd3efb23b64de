"""The collections that the page shows, each opened in the background once for all visitors."""

from __future__ import annotations

import threading
from functools import partial

from report_qa.indexing.collections import ALL, DEFAULT
from report_qa.indexing.selection import among, is_joined, selection_of
from report_qa.providers.embedders import Embedder
from report_qa.runtime.opening import Opening
from report_qa.ui.contract import Service, Shelf

_KEPT = 4
"""Joined selections whose openings are kept, the last ones asked."""


class Openings:
    """The collections of a shelf, each with its opening.

    Args:
        shelf: the collections.
        preferred: the selection that is shown to who has chosen none.
    """

    def __init__(self, shelf: Shelf, preferred: str = "") -> None:
        self._shelf = shelf
        self._preferred = preferred
        self._openings: dict[str, Opening[Service]] = {}
        self._lock = threading.Lock()

    def embedder(self) -> Embedder:
        """Return the embedding model that all collections share, loading it when it is first needed."""
        return self._shelf.embedder

    def names(self) -> list[str]:
        """Return the collections that can be asked."""
        return self._shelf.names()

    def chosen(self, wanted: str) -> str:
        """Return the selection that a visitor asks: what is there of the wanted one, else of the preferred one."""
        names = self.names()
        for selection in (wanted, self._preferred):
            there = among(names, selection)
            if there:
                everything = len(there) > 1 and selection_of(selection) == ALL
                return ALL if everything else selection_of(*there)
        return names[0] if names else self._preferred or DEFAULT

    def one(self, wanted: str) -> str:
        """Return the collection that pages about a single one show: what a visitor asks, or the first of several."""
        return next(iter(among(self.names(), self.chosen(wanted))), DEFAULT)

    def of(self, selection: str) -> Opening[Service]:
        """Return the opening of what is asked, in the form of :meth:`chosen`."""
        with self._lock:
            opening = self._openings.pop(selection, None) or Opening(partial(self._shelf.open, selection))
            self._openings[selection] = opening  # the last one asked is the last one of all
            joined = [name for name in self._openings if is_joined(name)]
            for forgotten in joined[:-_KEPT]:
                del self._openings[forgotten]
            return opening
