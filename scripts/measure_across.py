"""Measure how English questions find the Chinese paragraph that answers them; run with the embedding model at hand.

    python scripts/measure_across.py cmrc2018_dev.json

The file is the development split of CMRC 2018 (https://github.com/ymcui/cmrc2018), which is not part of this
repository. Its first 240 paragraphs become sections without a title. ``tests/data/cmrc_en.jsonl`` holds questions
about 72 of them, CMRC's own put into English by hand. No language model is asked.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from report_qa.config import load_settings
from report_qa.service import ReportQA, index_corpus

QUESTIONS = Path(__file__).parent.parent / "tests" / "data" / "cmrc_en.jsonl"
PARAGRAPHS = 240


def main(cmrc: Path) -> None:
    """Index, ask, and print the share of questions whose paragraph is first, among the first 3, among the first 10."""
    articles = json.loads(cmrc.read_text(encoding="utf-8"))["data"]
    texts = [" ".join(part["context"].split()) for article in articles for part in article["paragraphs"]][:PARAGRAPHS]
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        marked = "\n\n".join(f"# {number}\n\n{text}" for number, text in enumerate(texts))
        (corpus / "cmrc.md").write_text(marked, encoding="utf-8")
        settings = load_settings({"paths.corpus": str(corpus), "paths.index": f"{folder}/index"}).settings
        index_corpus(settings)
        qa = ReportQA.open(settings, with_chat=False)
        ranks, seconds = [], []
        for row in questions:
            started = perf_counter()
            found = [hit.ref.section.path[-1] for hit in qa.search(row["question"])]
            seconds.append(perf_counter() - started)
            ranks.append(found.index(str(row["paragraph"])))
    shares = ", ".join(f"among the first {n}: {sum(rank < n for rank in ranks) / len(ranks):.1%}" for n in (1, 3, 10))
    print(f"{len(ranks)} questions; {shares}; {median(seconds) * 1000:.0f} ms a question")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
