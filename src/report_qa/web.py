"""Where the page meets the service behind it; neither knows the other."""

from __future__ import annotations

import logging
import sys

from report_qa.config import Settings
from report_qa.models.progress import ConsoleProgress, Progress
from report_qa.shelf import Shelf
from report_qa.ui.page import launch


def launch_page(settings: Settings, progress: Progress | None = None, collection: str = "") -> None:
    """Serve the page until the program is ended; models and index are loaded while it is already there.

    Args:
        settings: all settings, those without a collection.
        progress: told about downloads, by default on the console.
        collection: what is shown first, by default the first there is.

    Raises:
        ReportQAError: the port is taken or the address is not of this machine. What is wrong with models or index
            is shown on the page, where it can be tried again.
    """
    told = progress or ConsoleProgress(settings.server.language)
    _say_what_happens()
    launch(settings, Shelf(settings, told), collection)


def _say_what_happens() -> None:
    """Show the package's own log (the page's address, what could not be opened) on standard error."""
    logger = logging.getLogger("report_qa")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
