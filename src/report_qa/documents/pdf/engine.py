"""PDFium does one thing at a time in a process: who calls it holds this lock, for one page at most."""

from __future__ import annotations

import threading

PDFIUM = threading.RLock()
"""An import and a visitor who looks at a page take turns by it; calls at the same time would crash the program."""
