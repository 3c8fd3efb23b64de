"""The report of a run: Markdown, JSON, and a page that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from report_qa.evals.agreement import Agreement, agreements
from report_qa.evals.folder import RunFolder
from report_qa.evals.judge import grades
from report_qa.evals.markdown import markdown
from report_qa.evals.page import page
from report_qa.evals.scores import ScoredRun, as_data, score_run
from report_qa.indexing.files import write_atomically

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # it shows what documents and models say: nothing of it may act as the page that serves it, or reach anything
    "Content-Security-Policy": "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; frame-ancestors 'self'",
    # the HTML standard has browsers refuse a tab that is both sandboxed and apart from its opener
    "Cross-Origin-Opener-Policy": "unsafe-none",
}
"""With which the page of a report is to be served."""


@dataclass(frozen=True)
class Report:
    """What a report is made of.

    Attributes:
        folder: cases and records.
        run: the scores.
        judged: what judges make of it.
    """

    folder: RunFolder
    run: ScoredRun
    judged: Sequence[Agreement]

    @classmethod
    def of(cls, folder: RunFolder) -> Report:
        """Score a run as it is now.

        Raises:
            ConfigError: a file of it is damaged.
        """
        scored = score_run(folder)
        return cls(folder, scored, agreements(scored, grades(folder)))

    @property
    def data(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return as_data(self.run) | {"judges": [asdict(found) for found in self.judged]}

    def page(self, language: str) -> str:
        """Return the report as a page that opens in a language."""
        return page(self.run, self.judged, self.folder, language)

    def write(self, language: str) -> Path:
        """Write ``report.md``, ``report.json`` and ``report.html`` into the folder of the run.

        Args:
            language: of the Markdown, and in which the page opens.

        Returns:
            The page.
        """
        texts = {
            "report.md": markdown(self.run, self.judged, self.folder, language),
            "report.json": json.dumps(self.data, ensure_ascii=False, indent=1) + "\n",
            "report.html": self.page(language),
        }
        for name, text in texts.items():
            write_atomically(self.folder.path / name, text.encode())
        return self.folder.path / "report.html"
