"""Measure how questions are matched with approved pairs, on a file of both; run with the embedding model at hand.

    python scripts/measure_match.py tests/data/faq_match.jsonl
    python scripts/measure_match.py tests/data/faq_match_dev.jsonl --half report --similar 1

The file holds pairs (``pair``, ``question``, ``answer``, ``quote``, ``similar``, ``language``, and ``path`` where the
headings are known) and, apart from those, questions (``ask``) with the pair that answers them (``wants``; null where
none does). Told are the precision in the answer band, the recall, how many of those that no pair answers were answered,
how many right ones were at least offered, and the time of a look-up. ``--totals`` leaves out the single questions, so
that a file can be kept apart from those who change the matching.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from report_qa.config import load_settings
from report_qa.faq.match import Band, Matcher
from report_qa.faq.records import Entry, Evidence
from report_qa.faq.thresholds import DEFAULT, learn
from report_qa.providers.embedders import load_embedder


class Asked(NamedTuple):
    """A question, and the pair that answers it, or None."""

    text: str
    wants: str | None


def read(path: Path, half: str | None, similar: int | None) -> tuple[list[Entry], list[str], list[Asked]]:
    """Return the pairs of a file as a release holds them, their names, and the questions.

    Args:
        path: the file.
        half: only those marked so; None for all.
        similar: so many other wordings at most; None for all.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if half is None or row["half"] == half]
    pairs = [row for row in rows if "pair" in row]
    entries = [entry_of(number, row, similar) for number, row in enumerate(pairs)]
    asked = [Asked(row["ask"], row["wants"]) for row in rows if "ask" in row]
    return entries, [row["pair"] for row in pairs], asked


def entry_of(number: int, row: dict[str, Any], similar: int | None) -> Entry:
    """Return a pair of the file as a release holds it."""
    evidence = Evidence("measured", "", tuple(row.get("path", ())), row["quote"], 1, 1, "")
    wordings = tuple(row["similar"][:similar])
    return Entry(number, 1, row["question"], row["answer"], wordings, (), evidence, row["language"], "measured")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", help="only pairs and questions marked so")
    parser.add_argument("--similar", type=int, help="other wordings a pair at most")
    parser.add_argument("--totals", action="store_true", help="do not print the questions")
    given = parser.parse_args()
    entries, names, questions = read(given.file, given.half, given.similar)
    settings = load_settings().settings
    embedder = load_embedder(settings)
    bands = learn(Matcher(entries, embedder, DEFAULT), settings.faq.precision)
    matcher = Matcher(entries, embedder, bands)
    answered = right = offered = wrongly = answerable = 0
    seconds = []
    for question in questions:
        started = time.perf_counter()
        match = matcher.match(question.text)
        seconds.append(time.perf_counter() - started)
        found = [names[candidate.entry.id] for candidate in match.candidates]
        answers = match.band == Band.ANSWER
        answered += answers
        right += answers and found[0] == question.wants
        wrongly += answers and question.wants is None
        offered += question.wants in found
        answerable += question.wants is not None
        mark = "✓" if answers and found[0] == question.wants else "✗" if answers else "?" if found else " "
        if not given.totals:
            best = f"{mark} {match.best:.3f}"
            print(f"{best} {question.text} → {', '.join(found) or '-'} (wants {question.wants or 'none'})")
    asked = len(seconds)
    print(
        f"\nbands {bands}\nanswered {answered} of {asked}, right {right}: precision "
        f"{right / answered if answered else float('nan'):.1%}, recall {right / answerable:.1%}; right pair answered "
        f"or offered {offered / answerable:.1%}; of {asked - answerable} that no pair answers, {wrongly} answered\n"
        f"look-up: median {1000 * median(seconds):.0f} ms, longest {1000 * max(seconds):.0f} ms"
    )


if __name__ == "__main__":
    main()
