"""What every part of the API stands on, made once for one server."""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import Depends, Request

from report_qa.api.limits import Limits
from report_qa.config import Settings
from report_qa.evals.evaluations import Evaluations
from report_qa.runtime.audit import Audit
from report_qa.runtime.database import Database
from report_qa.runtime.imports import Imports
from report_qa.runtime.line import Line
from report_qa.runtime.measures import Measures
from report_qa.runtime.opening import Opening
from report_qa.shelf import Shelf


class Backend:
    """The parts of one server.

    Args:
        shelf: the collections.
        default: the collection that is asked where none is named.
        exposed: whether other machines can reach the server; then every request needs a key.

    Attributes:
        line: where every question queues, the page's too.
        opening: the default collection, opened in the background.
        writing: held for writes to other databases that are to be carried out once.
    """

    def __init__(self, shelf: Shelf, *, default: str, exposed: bool = False) -> None:
        self.shelf = shelf
        self.settings: Settings = shelf.settings
        self.default = default
        self.exposed = exposed
        self.line = Line(width=self.settings.server.parallel, limit=self.settings.server.queue)
        self.opening = Opening(lambda: shelf.open(default))
        self.database = Database(self.settings)
        self.writing = threading.Lock()
        self.audit = Audit(self.settings)
        self.limits = Limits(self.settings.api)
        self.measures = Measures(self.line)
        self.evaluations = Evaluations(self.line)
        self.imports = Imports(shelf, self.database, lambda one: self.measures.count_import(one.state))

    def begin(self) -> None:
        """Begin to import what is waiting, and to open the default collection."""
        self.imports.begin()
        self.opening.begin()

    def close(self) -> None:
        """End the imports after the one in hand."""
        self.imports.close()


def _backend_of(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


TheBackend = Annotated[Backend, Depends(_backend_of)]
