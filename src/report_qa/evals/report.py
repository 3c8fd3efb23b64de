"""Write the report of a run into its folder: Markdown, JSON, and a page that needs nothing else."""

from __future__ import annotations

from pathlib import Path

from report_qa.evals.folder import RunFolder
from report_qa.evals.markdown import markdown
from report_qa.evals.page import page
from report_qa.evals.scores import ScoredRun, as_json
from report_qa.indexing.files import write_atomically


def write_report(run: ScoredRun, folder: RunFolder, language: str) -> Path:
    """Write ``report.md``, ``report.json`` and ``report.html``.

    Args:
        run: the scores.
        folder: where the run lies.
        language: of the Markdown, and in which the page opens.

    Returns:
        The page.
    """
    texts = {
        "report.md": markdown(run, folder, language),
        "report.json": as_json(run),
        "report.html": page(run, folder, language),
    }
    for name, text in texts.items():
        write_atomically(folder.path / name, text.encode())
    return folder.path / "report.html"
