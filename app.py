"""Starts the web page with the settings in force; everything else is in ``report_qa``."""

import sys

from report_qa.config import load_settings
from report_qa.errors import ReportQAError
from report_qa.web import launch

if __name__ == "__main__":
    try:
        loaded = load_settings()
        launch(loaded.settings, sources=loaded.sources)
    except ReportQAError as error:
        sys.exit(error.line())  # on standard error, with exit status 1
