"""The best pieces of evidence in the order in which the probe of the language model finds that they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_qa.providers.probes import Probe, under_heading
from report_qa.qa.evidence import Evidence

_PROBED = 3
"""Pieces that are read, best first: of 241 development questions the first three hold all but a tenth of the right
ones, and each takes a second."""
_WEIGHT = 1.0
"""What a unit of log-odds counts against a standard deviation of the other signals."""


def probed(question: str, evidence: Sequence[Evidence], probe: Probe) -> tuple[Evidence, ...]:
    """Return the evidence with the pieces that were read first, by score and log-odds together.

    Args:
        question: self-contained.
        evidence: best first.
        probe: reads question and piece together.

    Returns:
        All pieces; those that were read know how surely they answer, and lose what they are less sure of it than
        the surest one. The others lose as much as the least sure.

    Raises:
        ModelError: the model cannot be asked.
    """
    read = evidence[:_PROBED]
    odds = [float(told) for told in probe.read(question, [under_heading(p.window.heading, p.text) for p in read])]
    if not odds:
        return tuple(evidence)
    surest, least = max(odds), min(odds)
    told = [replace(p, score=p.score - _WEIGHT * (surest - o), answers=o) for p, o in zip(read, odds, strict=True)]
    rest = [replace(piece, score=piece.score - _WEIGHT * (surest - least)) for piece in evidence[_PROBED:]]
    return (*sorted(told, key=lambda piece: -piece.score), *rest)
