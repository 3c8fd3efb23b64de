"""Print a page of HTML to PDF with Chromium, read both, and tell what the PDF keeps of the page.

    python scripts/compare_printed.py PAGE.html [--chromium /usr/bin/chromium] [--keep PRINTED.pdf]

Headings are compared in their order with their ranks, rows of tables cell by cell, both without spaces, which a page
has where its lines were broken; pictures are counted.
"""

from __future__ import annotations

import argparse
import difflib
import tempfile
import time
from pathlib import Path

from build_manual import write_pdf

from report_qa.documents.blocks import Kind
from report_qa.documents.document import Document
from report_qa.documents.packing import importable
from report_qa.documents.readers import read_document


def _bare(text: str) -> str:
    return "".join(text.split())


def _headings(document: Document) -> list[tuple[int, str]]:
    return [(block.rank, _bare(block.text)) for block in document.blocks if block.kind == Kind.HEADING]


def _rows(document: Document) -> set[tuple[str, ...]]:
    tables = [block.table for block in document.blocks if block.table]
    return {tuple(map(_bare, row)) for table in tables for row in (table.header, *table.rows)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    parser.add_argument("--chromium", type=Path, default=Path("/usr/bin/chromium"))
    parser.add_argument("--keep", type=Path, help="where the PDF file goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        printed = options.keep or folder / "printed.pdf"
        write_pdf(options.page, printed, options.chromium)
        ((name, file),) = importable([options.page], folder).items()
        page = read_document(file, name, pictures=folder / "pictures")
        started = time.perf_counter()
        pdf = read_document(printed, printed.name, pictures=folder / "pictures")
        seconds = time.perf_counter() - started
    print(f"{pdf.pages} pages, read in {seconds:.1f} s")
    before, after = _headings(page), _headings(pdf)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    print(f"headings: {same} of {len(before)} with rank and order, {len(after) - same} that are none")
    wanted, found = _rows(page), _rows(pdf)
    print(f"tables: {sum(block.table is not None for block in page.blocks)} in the page,", end=" ")
    print(f"{sum(block.table is not None for block in pdf.blocks)} in the PDF file;", end=" ")
    print(f"{len(wanted & found)} of {len(wanted)} different rows letter for letter")
    print(f"pictures: {page.pictures} in the page, {pdf.pictures} in the PDF file")
    for document in (page, pdf):
        for warning in document.warnings:
            print(f"{document.name}: {warning.en}")


if __name__ == "__main__":
    main()
