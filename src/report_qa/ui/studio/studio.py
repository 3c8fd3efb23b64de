"""What the studio page does, without anything of the web in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report_qa.config import Settings
from report_qa.errors import FAQError, Text
from report_qa.faq.batch import LANGUAGES, Wanted
from report_qa.faq.coverage import SectionCoverage, coverage
from report_qa.faq.effort import Effort, effort
from report_qa.faq.exchange.exporting import export_file
from report_qa.faq.exchange.importing import ImportReport, import_file
from report_qa.faq.records import OPEN, Release, State
from report_qa.faq.releases import publish, releases, rollback
from report_qa.faq.repeats import LoadEmbedder
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import collection_of
from report_qa.indexing.manifest import read_manifest
from report_qa.runtime.audit import Audit
from report_qa.runtime.opening import Opening
from report_qa.ui.contract import Service
from report_qa.ui.studio import texts
from report_qa.ui.studio.drafting import Drafting
from report_qa.ui.studio.taking import Step, Taking, Tell


@dataclass(frozen=True)
class Overview:
    """How the collection stands.

    Attributes:
        sections: what is covered.
        releases: all, the newest first.
        waiting: pairs that wait for review; ``ready`` those approved and not served.
        effort: what review has cost.
    """

    sections: tuple[SectionCoverage, ...]
    releases: tuple[Release, ...]
    waiting: int
    ready: int
    effort: Effort


@dataclass(frozen=True)
class Taken:
    """What became of a file that was imported, and a file of its rows that were not taken, if any."""

    report: ImportReport
    failed: Path | None


class Studio:
    """The steps of the page, shared by all who use it. Errors are those of the FAQ and the index, and a missing name.

    Args:
        settings: where index and database are.
        opening: gives the service that drafts.
        embedder: compares what is imported with other pairs.
    """

    def __init__(self, settings: Settings, opening: Opening[Service], embedder: LoadEmbedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self.drafting = Drafting(opening)
        self.taking: Taking[Taken] = Taking()
        self._audit = Audit(settings)

    def overview(self) -> Overview:
        """Return how the collection stands."""
        store = FaqStore.open(self._settings)
        counts = store.counts()
        sections = coverage(Sources.open(self._settings.paths.index), store.pairs())
        listed = tuple(reversed(releases(store)))
        waiting = sum(counts[state] for state in OPEN)
        return Overview(tuple(sections), listed, waiting, counts[State.APPROVED], effort(store))

    def documents(self) -> list[str]:
        """Return the names of the indexed documents; none where there is no index."""
        manifest = read_manifest(self._settings.paths.index)
        return list(manifest.documents) if manifest else []

    def draft(self, language: str, document: str, *, retry: bool) -> None:
        """Begin to draft; where a run is going on already, it is shown instead."""
        self.drafting.start(Wanted(LANGUAGES[language], document, retry=retry))

    def publish(self, note: str, by: str) -> Text:
        """Release the approved pairs; return what was done."""
        name, sources = _name(by), Sources.open(self._settings.paths.index)
        done = publish(FaqStore.open(self._settings), sources, name, note.strip())
        self._note(name, "faq.publish", f"{done.release.number}")
        told: list[tuple[Text, dict[str, object]]] = [
            (texts.PUBLISHED, {"n": done.release.number, "size": done.release.size})
        ]
        for text, pairs in ((texts.CARRIED, done.carried), (texts.LEFT_OUT, done.left_out)):
            if pairs:
                told.append((text, {"pairs": ", ".join(map(str, pairs))}))
        return _joined(told)

    def serve(self, number: int, by: str) -> Text:
        """Serve another release; return what was done."""
        served = rollback(FaqStore.open(self._settings), number, _name(by))
        self._note(_name(by), "faq.serve", f"{served.number}")
        return _joined([(texts.ROLLED_BACK, {"n": served.number, "size": served.size})])

    def export(self, layout: str, ending: str) -> Path:
        """Write all pairs to a file of its own folder; return the file."""
        path = Path(tempfile.mkdtemp(prefix="report-qa-")) / f"faq-{layout}{ending}"
        pairs = sorted(FaqStore.open(self._settings).pairs(), key=lambda pair: pair.id)
        export_file(path, pairs, layout)
        return path

    def take_in(self, file: Path, layout: str, by: str, *, dry_run: bool) -> Iterator[Step | Taken]:
        """Import a file; give how much of it is looked up, and last what became of it.

        A stop leaves all as it was.
        """
        name, store, sources = _name(by), FaqStore.open(self._settings), Sources.open(self._settings.paths.index)

        def work(tell: Tell) -> Taken:
            report = import_file(
                file, store, sources, name, self._embedder, layout=layout, dry_run=dry_run,
                tell=lambda _, done, total: tell(done, total),
            )  # fmt: skip
            if not dry_run:
                self._note(name, "faq.import", f"{len(report.ids)} pairs")
            return self._taken(file, report)

        yield from self.taking.run(work)

    def _note(self, by: str, action: str, what: str) -> None:
        self._audit.add(by, action, f"{collection_of(self._settings)[0]}/{what}")

    def _taken(self, file: Path, report: ImportReport) -> Taken:
        if not report.failed:
            return Taken(report, None)
        failed = Path(tempfile.mkdtemp(prefix="report-qa-")) / f"{file.stem}-failed.csv"
        report.write_failed(failed)
        return Taken(report, failed)


def _name(by: str) -> str:
    if not by.strip():
        raise FAQError(texts.NO_NAME, texts.NO_NAME_REMEDY)
    return by.strip()


def _joined(told: list[tuple[Text, dict[str, object]]]) -> Text:
    """Return messages as one, filled in."""
    return Text(
        " ".join(text.en.format(**values) for text, values in told),
        "".join(text.zh.format(**values) for text, values in told),
    )
