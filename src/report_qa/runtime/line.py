"""The line in front of the model: first come, first served, and never longer than is polite."""

from __future__ import annotations

import threading

from report_qa.errors import Busy, Text


class Line:
    """Askers one after the other: a laptop answers one question at a time.

    Args:
        width: how many have their turn at the same time; more than one helps with a remote endpoint.
        limit: most places, those whose turn it is counted too; None is no limit.
    """

    def __init__(self, *, width: int = 1, limit: int | None = None) -> None:
        self._width = width
        self._limit = limit
        self._changed = threading.Condition()
        self._places: list[object] = []

    def join(self) -> Place:
        """Take the last place.

        Raises:
            Busy: every place is taken.
        """
        with self._changed:
            if self._limit is not None and len(self._places) >= self._limit:
                raise Busy(
                    Text(
                        f"{len(self._places)} questions are waiting already.",
                        f"已有 {len(self._places)} 个问题在排队。",
                    ),
                    Text("Ask again in a minute.", "请过一分钟再问。"),
                    retryable=True,
                )
            place = Place(self)
            self._places.append(place)
            return place

    @property
    def taken(self) -> int:
        """How many places are taken."""
        with self._changed:
            return len(self._places)

    def ahead_of(self, place: Place) -> int:
        """Return how many must leave before it is this place's turn; 0 when it is."""
        with self._changed:
            return max(self._places.index(place) - self._width + 1, 0) if place in self._places else 0

    def wait(self, place: Place, seconds: float) -> bool:
        """Wait for the turn of this place, at most so long; return whether it came."""
        with self._changed:
            return self._changed.wait_for(lambda: place in self._places[: self._width], seconds)

    def leave(self, place: Place) -> None:
        """Give the place up."""
        with self._changed:
            if place in self._places:
                self._places.remove(place)
            self._changed.notify_all()


class Place:
    """A place in a line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def ahead(self) -> int:
        """How many must leave first."""
        return self._line.ahead_of(self)

    def wait(self, seconds: float) -> bool:
        """Wait for the turn, at most so long; return whether it came."""
        return self._line.wait(self, seconds)

    def leave(self) -> None:
        """Give it up."""
        self._line.leave(self)
