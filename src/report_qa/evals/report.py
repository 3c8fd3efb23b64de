"""Write the report of a run into its folder: Markdown, JSON, and a page that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from report_qa.evals.agreement import Agreement
from report_qa.evals.folder import RunFolder
from report_qa.evals.markdown import markdown
from report_qa.evals.page import page
from report_qa.evals.scores import ScoredRun, as_data
from report_qa.indexing.files import write_atomically


def write_report(run: ScoredRun, judged: Sequence[Agreement], folder: RunFolder, language: str) -> Path:
    """Write ``report.md``, ``report.json`` and ``report.html``.

    Args:
        run: the scores.
        judged: what judges make of it.
        folder: where the run lies.
        language: of the Markdown, and in which the page opens.

    Returns:
        The page.
    """
    data = as_data(run) | {"judges": [asdict(found) for found in judged]}
    texts = {
        "report.md": markdown(run, judged, folder, language),
        "report.json": json.dumps(data, ensure_ascii=False, indent=1) + "\n",
        "report.html": page(run, judged, folder, language),
    }
    for name, text in texts.items():
        write_atomically(folder.path / name, text.encode())
    return folder.path / "report.html"
