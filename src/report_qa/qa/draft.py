"""Stream an answer while it is written, holding back what is not yet known to be supported.

A number may come in several tokens and its unit after it, so the end of the text is held while it can still
change; a number that no passage holds stops the stream for good, and the checked answer replaces the draft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.text.normalise import fold
from report_qa.text.numbers import Quantity, growing_from, quantities, stray_digits

_MARKER = re.compile(r"\s*[\[【［]\s*\d+\s*[\]】］]")
_OPEN_MARKER = re.compile(r"\s*[\[【［]\s*\d*\s*$")


class DraftGate:
    """Releases the text of an answer piece by piece.

    Args:
        sources: quantities of the passages and the question; any of them may be shown.
    """

    def __init__(self, sources: Sequence[Quantity]) -> None:
        self._sources = sources
        self._text = ""
        self._released = 0
        self.stopped = False

    def feed(self, piece: str) -> str:
        """Take more of the answer; return what may be shown now, possibly nothing."""
        self._text += piece
        marker = _OPEN_MARKER.search(self._text)
        return self._release(marker.start() if marker else growing_from(self._text))

    def finish(self) -> str:
        """Return the rest that may be shown once the answer is complete."""
        return self._release(len(self._text))

    def _release(self, end: int) -> str:
        if self.stopped or end <= self._released:
            return ""
        # the numbers of markers are no claims; those that name no passage are taken out of the checked answer
        text = fold(_MARKER.sub(" ", self._text[:end]))
        found = quantities(text)
        held = all(q.spelled or any(q.equals(source) for source in self._sources) for q in found)
        if not held or stray_digits(text, found):
            self.stopped = True
            return ""
        piece = self._text[self._released : end]
        self._released = end
        return piece
