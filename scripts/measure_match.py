"""Measure how questions are matched with approved pairs, on a file of both; run with the embedding model at hand.

    python scripts/measure_match.py tests/data/faq_match.jsonl

The file holds pairs (``pair``, ``question``, ``answer``, ``similar``, ``language``) and, apart from those, questions
(``ask``) with the pair that answers them (``wants``; null where none does). Told are the precision in the answer
band, the recall, how many of those that no pair answers were answered, how many right ones were at least offered, and
the time of a look-up.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from report_qa.config import load_settings
from report_qa.faq.match import Band, Matcher
from report_qa.faq.records import Entry, Evidence
from report_qa.faq.thresholds import DEFAULT, learn
from report_qa.providers.embedders import load_embedder


def entry_of(number: int, row: dict[str, Any]) -> Entry:
    """Return a pair of the file as a release holds it."""
    evidence = Evidence("manual", "", (), row["answer"], 1, 1, "")
    return Entry(
        number, 1, row["question"], row["answer"], tuple(row["similar"]), (), evidence, row["language"], "measured"
    )


def main(path: Path) -> None:
    """Measure and print."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = [row["pair"] for row in rows if "pair" in row]
    entries = [entry_of(number, row) for number, row in enumerate(row for row in rows if "pair" in row)]
    settings = load_settings().settings
    embedder = load_embedder(settings)
    bands = learn(Matcher(entries, embedder, DEFAULT), settings.faq.precision)
    matcher = Matcher(entries, embedder, bands)
    answered = right = offered = wrongly = answerable = 0
    seconds = []
    for row in (row for row in rows if "ask" in row):
        started = time.perf_counter()
        match = matcher.match(row["ask"])
        seconds.append(time.perf_counter() - started)
        found = [names[candidate.entry.id] for candidate in match.candidates]
        answers = match.band == Band.ANSWER
        answered += answers
        right += answers and found[0] == row["wants"]
        wrongly += answers and row["wants"] is None
        offered += row["wants"] in found
        answerable += row["wants"] is not None
        mark = "✓" if answers and found[0] == row["wants"] else "✗" if answers else "?" if found else " "
        print(f"{mark} {match.best:.3f} {row['ask']} → {', '.join(found) or '-'} (wants {row['wants'] or 'none'})")
    asked = len(seconds)
    print(
        f"\nbands {bands}\nanswered {answered} of {asked}, right {right}: precision "
        f"{right / answered if answered else float('nan'):.1%}, recall {right / answerable:.1%}; right pair answered "
        f"or offered {offered / answerable:.1%}; of {asked - answerable} that no pair answers, {wrongly} answered\n"
        f"look-up: median {1000 * median(seconds):.0f} ms, longest {1000 * max(seconds):.0f} ms"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
