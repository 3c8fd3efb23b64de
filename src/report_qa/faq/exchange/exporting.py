"""Exporting pairs in our layout or another system's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from report_qa.errors import FAQError, Text
from report_qa.faq.exchange.layouts import LAYOUTS
from report_qa.faq.exchange.tables import write_table
from report_qa.faq.records import Pair


def export_file(path: Path, pairs: Sequence[Pair], layout: str = "report-qa") -> None:
    """Write pairs to a file; its ending says of what kind.

    Raises:
        FAQError: unknown ending or layout, or a layout without names in a file that needs them.
        IndexUnusable: the file cannot be written.
    """
    chosen = LAYOUTS.get(layout)
    if chosen is None or (not chosen.headed and path.suffix.lower().startswith(".json")):
        raise FAQError(
            Text(f"Pairs cannot be written as {layout} to {path.name}.", f"无法以 {layout} 格式写入 {path.name}。"),
            Text(
                f"Layouts: {', '.join(LAYOUTS)}; ragflow has no names and goes to .csv or .xlsx.",
                f"格式有：{'、'.join(LAYOUTS)}；ragflow 没有列名，请写入 .csv 或 .xlsx。",
            ),
        )
    write_table(path, chosen.header, [chosen.write(pair) for pair in pairs])
