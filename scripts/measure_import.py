"""Measure what importing a long PDF file costs: reading, the first import, the same again, and one that was stopped.

    python scripts/measure_import.py build/manual/zh/manual.pdf [--pages 1300]

joins the file with itself up to so many pages and imports that into a folder that is removed afterwards. Every step
runs in a process of its own. Vectors are made by a stand-in at no cost, since how fast chunks are embedded depends on
the model alone. Seconds of the processor are given beside those of the clock, which other programs lengthen.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from report_qa.config import Settings, load_settings
from report_qa.documents.readers import read_document
from report_qa.indexing.collections import contents
from report_qa.models.progress import Progress
from report_qa.providers.embedders import Embedder, Reading, register_embedder
from report_qa.service import import_documents

_DIMENSION = 384
_KIB_PER_GB = 1_000_000 if sys.platform == "linux" else 1_000_000_000  # macOS counts bytes


class _StandIn:
    """Unit vectors that follow from the text's hash."""

    identity = "stand-in@1"
    dimension = _DIMENSION
    max_tokens = 512

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        vectors = np.array([np.random.default_rng(seed).standard_normal(_DIMENSION) for seed in seeds])
        unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def read_queries(self, texts: Sequence[str]) -> Reading:
        raise NotImplementedError("nothing is asked here")

    def read_passages(self, texts: Sequence[str]) -> Reading:
        raise NotImplementedError("nothing is asked here")


class _Stopped(Exception):
    """Ends an import as a user does."""


def _make(settings: Settings, progress: Progress | None) -> Embedder:
    return _StandIn()


def _join(source: Path, target: Path, pages: int) -> int:
    """Write a file of at least so many pages; return how many."""
    with pdfium.PdfDocument(source) as one, pdfium.PdfDocument.new() as joined:
        while len(joined) < pages:
            joined.import_pages(one)
        joined.save(target)
        return len(joined)


def _settings(folder: Path) -> Settings:
    paths = {f"paths.{name}": str(folder / name) for name in ("corpus", "index", "library")}
    return load_settings({**paths, "embedding.model": "stand-in"}, environment={}).settings


def _read(folder: Path, file: Path) -> str:
    document = read_document(file, file.name, pictures=folder / "pictures")
    return f"{document.pages} pages, {document.pictures} different pictures, {len(document.warnings)} warnings"


def _import(folder: Path, file: Path) -> str:
    report = import_documents(_settings(folder), [file])
    entry = contents(_settings(folder))[file.name]
    state = "added" if report.added else "changed" if report.changed else "unchanged"
    return (
        f"{state}: {entry.sections} sections, {entry.tables} tables, {entry.chunks} chunks, {report.embedded} embedded"
    )


def _stop(folder: Path, file: Path) -> str:
    def stop(name: str, done: int, total: int) -> None:
        if done * 2 >= total:
            raise _Stopped

    try:
        import_documents(_settings(folder), [file], build_progress=stop)
    except _Stopped:
        return f"{len(contents(_settings(folder)))} documents in the index"
    return "it was not stopped"


def _timed(step: Callable[[Path, Path], str], folder: Path, file: Path, told: multiprocessing.Queue[str]) -> None:
    register_embedder("stand-in", _make)
    started, used = time.perf_counter(), time.process_time()
    result = step(folder, file)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_GB
    told.put(f"{seconds:.1f} s ({used:.1f} s of the processor), {memory:.2f} GB at most; {result}")


def main() -> None:
    """Measure and print one line a step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--pages", type=int, default=1300)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = folder / "long.pdf"
        print(f"{_join(options.pdf, file, options.pages)} pages, {file.stat().st_size / 1e6:.1f} MB", flush=True)
        steps = (
            ("reading", _read, "reading"),
            ("stopped halfway", _stop, "import"),
            ("the import after it", _import, "import"),
            ("the same again", _import, "import"),
            ("an import from the start", _import, "anew"),
        )
        for name, step, where in steps:
            told: multiprocessing.Queue[str] = context.Queue()
            process = context.Process(target=_timed, args=(step, folder / where, file, told))
            process.start()
            process.join()
            print(f"{name}: {told.get(timeout=5) if process.exitcode == 0 else 'failed'}", flush=True)


if __name__ == "__main__":
    main()
