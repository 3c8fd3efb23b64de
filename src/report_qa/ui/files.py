"""What the page shows of the disk: pictures of an index, page images of its documents, reports of runs; no more."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from report_qa.config import Settings
from report_qa.documents.pdf.show import page_image
from report_qa.documents.readers.pictures import pictures_of
from report_qa.errors import ReportQAError
from report_qa.evals.folder import RUNS
from report_qa.evals.report import HEADERS, Report
from report_qa.evals.runs import existing
from report_qa.indexing.collections import contents, in_collection
from report_qa.ui.addresses import PREFIX, boxes_of

_PICTURE = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|gif|webp)")
_MOST_BOXES = 200
_HEADERS = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}


def add_files(app: FastAPI, settings: Settings, allow: Callable[[Request], None]) -> None:
    """Let an application answer at the addresses of :mod:`report_qa.ui.addresses`.

    Args:
        app: what serves the page.
        settings: those without a collection.
        allow: raises where who asks may not see them.
    """
    files = _Files(settings)
    for address, show in (
        ("pictures/{collection}/{file}", files.picture),
        ("pages/{collection}/{page}/{document:path}", files.page),
        ("runs/{run}", files.report),
    ):
        app.add_api_route(f"/{PREFIX}/{address}", show, include_in_schema=False, dependencies=[Depends(allow)])


class _Files:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hashes: dict[tuple[Path, int, int], str] = {}
        self._lock = threading.Lock()

    def picture(self, collection: str, file: str) -> FileResponse:
        """Send a picture of an index."""
        path = pictures_of(self._collection(collection).paths.index) / file
        if not _PICTURE.fullmatch(file) or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, headers=_HEADERS)

    def page(self, collection: str, page: int, document: str, boxes: str = "") -> Response:
        """Send the image of a page of a document, as long as its file is the one that was indexed."""
        settings = self._collection(collection)
        try:
            entry = contents(settings).get(document)
            marks = boxes_of(boxes)
        except (ReportQAError, ValueError) as error:
            raise HTTPException(404) from error
        path = settings.paths.corpus / document
        if entry is None or len(marks) > _MOST_BOXES or self._hash_of(path) != entry.sha256:
            raise HTTPException(404)
        try:
            return Response(page_image(path, page, marks), media_type="image/png", headers=_HEADERS)
        except ReportQAError as error:
            raise HTTPException(404) from error

    def report(self, run: str, language: Literal["zh", "en"] = "en") -> HTMLResponse:
        """Send the report of an evaluation run, as its records are now."""
        try:
            report = Report.of(existing(RUNS, run))
        except ReportQAError as error:
            raise HTTPException(404, error.line(language)) from error
        return HTMLResponse(report.page(language), headers=HEADERS)

    def _collection(self, name: str) -> Settings:
        try:
            return in_collection(self._settings, name)
        except ReportQAError as error:
            raise HTTPException(404) from error

    def _hash_of(self, path: Path) -> str:
        try:
            state = path.stat()
            key = (path, state.st_mtime_ns, state.st_size)
            with self._lock:
                if key not in self._hashes:
                    with path.open("rb") as file:
                        self._hashes[key] = hashlib.file_digest(file, "sha256").hexdigest()
                return self._hashes[key]
        except OSError as error:
            raise HTTPException(404) from error
