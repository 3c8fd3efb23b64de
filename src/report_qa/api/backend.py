"""What every part of the API stands on, made once for one server."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import Depends, Request

from report_qa.api.limits import Limits
from report_qa.api.measures import Measures
from report_qa.config import Settings
from report_qa.errors import ReportQAError
from report_qa.runtime.audit import Audit
from report_qa.runtime.database import Database
from report_qa.runtime.imports import Imports
from report_qa.runtime.services import Services

logger = logging.getLogger(__name__)


class Backend:
    """The parts of one server.

    Args:
        services: the collections.
        default: the collection that is asked where none is named.
        exposed: whether other machines can reach the server; then every request needs a key.
    """

    def __init__(self, services: Services, *, default: str, exposed: bool = False) -> None:
        self.services = services
        self.settings: Settings = services.settings
        self.default = default
        self.exposed = exposed
        self.database = Database(self.settings)
        self.audit = Audit(self.settings)
        self.limits = Limits(self.settings.api)
        self.measures = Measures(services.line)
        self.imports = Imports(
            self.settings, self.database, services.embedder, lambda one: self.measures.count_import(one.state)
        )

    def begin(self) -> None:
        """Begin to import what is waiting, and to open the default collection, if it is there."""
        self.imports.begin()
        try:
            self.services.opening(self.default).begin()
        except ReportQAError as error:
            logger.warning("the collection %s cannot be opened: %s", self.default, error)

    def close(self) -> None:
        """End the imports after the one in hand."""
        self.imports.close()


def _backend_of(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


TheBackend = Annotated[Backend, Depends(_backend_of)]
