"""The collections that the page shows, each opened in the background once for all visitors."""

from __future__ import annotations

import threading
from functools import partial

from report_qa.indexing.collections import ALL, DEFAULT
from report_qa.providers.embedders import Embedder
from report_qa.runtime.opening import Opening
from report_qa.ui.contract import Service, Shelf


class Openings:
    """The collections of a shelf, each with its opening.

    Args:
        shelf: the collections.
        preferred: the collection that is shown to who has chosen none.
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
        """Return the collection that a visitor asks: the wanted one where it is there, else the preferred one."""
        names = self.names()
        for name in (wanted, self._preferred):
            if name in names or (name == ALL and len(names) > 1):
                return name
        return names[0] if names else self._preferred or DEFAULT

    def of(self, name: str) -> Opening[Service]:
        """Return the opening of a collection."""
        with self._lock:
            if name not in self._openings:
                self._openings[name] = Opening(partial(self._shelf.open, name))
            return self._openings[name]
