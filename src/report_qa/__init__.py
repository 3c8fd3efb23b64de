"""report-qa: right, cited answers over reports and manuals, in Chinese and English."""

from __future__ import annotations

__version__ = "0.1.0"
