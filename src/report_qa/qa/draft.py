"""Stream an answer while it is written, holding back what is not yet known to be supported.

A number may come in several tokens, so the end of the text is held until it cannot grow any more; a number that
no passage holds stops the stream for good, and the checked answer replaces the draft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.text.normalise import fold
from report_qa.text.numbers import Quantity, quantities

_OPEN_END = re.compile(r"[\w.,:%‰％℃/+-]*\s?[\[【［]?\d*$", re.ASCII)
_CONTEXT = 24
"""Characters before the held end that are read again with it, since a unit may decide what a number is."""


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
        if self.stopped:
            return ""
        match = _OPEN_END.search(self._text)
        return self._release(match.start() if match else len(self._text))

    def finish(self) -> str:
        """Return the rest that may be shown once the answer is complete."""
        return "" if self.stopped else self._release(len(self._text))

    def _release(self, end: int) -> str:
        if end <= self._released:
            return ""
        window = self._text[max(0, self._released - _CONTEXT) : end]
        for quantity in quantities(fold(window)):
            if not quantity.spelled and not any(quantity.equals(source) for source in self._sources):
                self.stopped = True
                return ""
        piece = self._text[self._released : end]
        self._released = end
        return piece
