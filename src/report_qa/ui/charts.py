"""Values that compare as bars, drawn as inline SVG from the exact figures; colours come from the style sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from report_qa.documents.tables.series import Series
from report_qa.ui import texts
from report_qa.ui.markup import escape

_WIDTH = 400
_ROW = 40
_BAR = 14
_SMALL = 4
"""Most bars that are shown without being asked for: more would push the passage out of sight."""
_LETTER = 7.0
"""Width of a Latin letter in user units, at the size of the style sheet; a Chinese one is two of them wide."""
_LONGEST = 54
"""Columns of a label; what is longer is cut, and stands in whole in the table below."""


def charts_html(charts: Sequence[Series], language: str) -> str:
    """Return charts, small ones unfolded."""
    return "".join(_chart_html(chart, language) for chart in charts)


def _chart_html(chart: Series, language: str) -> str:
    unfolded = " open" if len(chart.points) <= _SMALL else ""
    summary = texts.CHART.in_language(language).format(title=chart.title)
    return (
        f'<details class="rqa-chart"{unfolded}><summary>{escape(summary)}</summary>'
        f"{bars_svg(chart, language)}</details>"
    )


def bars_svg(chart: Series, language: str) -> str:
    """Return a series as horizontal bars from zero, each with its name above and its value behind it.

    Negative values reach to the left of zero. For who cannot see it the picture is named by all its values.
    """
    values = [point.value for point in chart.points]
    low, high = min(0.0, *values), max(0.0, *values)
    widest = max(_columns(point.shown) for point in chart.points)
    room = _WIDTH - widest * _LETTER - 12
    scale = room / (high - low)
    zero = -low * scale
    rows = []
    for i, point in enumerate(chart.points):
        top = i * _ROW
        start, length = zero + min(point.value, 0.0) * scale, abs(point.value) * scale
        behind = max(start + length, zero) + 6
        kind = "rqa-bar rqa-cited" if point.cited else "rqa-bar"
        size = f'width="{max(length, 1.0):.1f}" height="{_BAR}" rx="2"'
        rows.append(
            f'<text class="rqa-bar-name" x="0" y="{top + 13}">{escape(_cut(point.label))}</text>'
            f'<rect class="{kind}" x="{start:.1f}" y="{top + 18}" {size}/>'
            f'<text class="rqa-bar-value" x="{behind:.1f}" y="{top + 30}">{escape(point.shown)}</text>'
        )
    height = len(chart.points) * _ROW
    told = texts.CHART_TOLD.in_language(language).format(
        title=chart.title, values="; ".join(f"{point.label}: {point.shown}" for point in chart.points)
    )
    axis = f'<line class="rqa-axis" x1="{zero:.1f}" x2="{zero:.1f}" y1="16" y2="{height - 4}"/>'
    return (
        f'<svg class="rqa-bars" role="img" aria-label="{escape(told)}" viewBox="0 0 {_WIDTH} {height}"'
        f' xmlns="http://www.w3.org/2000/svg">{axis}{"".join(rows)}</svg>'
    )


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str) -> str:
    if _columns(text) <= _LONGEST:
        return text
    kept = ""
    for char in text:
        if _columns(kept + char) >= _LONGEST:
            break
        kept += char
    return f"{kept}…"
