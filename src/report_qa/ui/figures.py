"""Pictures and charts of an answer, each under the statement that it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from report_qa.documents.tables.series import Series
from report_qa.ui.charts import charts_html
from report_qa.ui.markup import numbers_of, statements
from report_qa.ui.pictures import pictures_html
from report_qa.ui.state import Source


def figures_html(text: str, sources: Sequence[Source], language: str) -> Mapping[int, str]:
    """Return the figures of sources as HTML, by the position of the statement of an answer that each stands under.

    A picture stands under the statement that it belongs to, or else the first that cites its source, and is shown once;
    a chart under the first of those that tells one of its cited values, if one does.

    Args:
        text: the answer, with markers.
        sources: what it cites.
        language: the interface's language.
    """
    told = [statement for line in statements(text) for statement in line]
    pictured: defaultdict[int, list[Source]] = defaultdict(list)
    charted: defaultdict[int, list[Series]] = defaultdict(list)
    shown: set[str] = set()
    for source in sources:
        citing = [at for at, statement in enumerate(told) if source.number in numbers_of(statement)] or [len(told) - 1]
        for chart in source.charts:
            charted[next((at for at in citing if _tells(told[at], chart)), citing[0])].append(chart)
        fresh = tuple(picture for picture in source.pictures if picture.url not in shown)
        shown.update(picture.url for picture in fresh)
        pictured[_ending_at(source.pictures_at, text, told, citing[0])].append(replace(source, pictures=fresh))
    return {
        at: pictures_html(pictured[at], language) + charts_html(charted[at], language) for at in {*pictured, *charted}
    }


def _tells(statement: str, chart: Series) -> bool:
    return any(point.cited and point.shown in statement for point in chart.points)


def _ending_at(offset: int | None, text: str, told: Sequence[str], otherwise: int) -> int:
    """Return the position of the statement that ends at an offset of the answer."""
    end = 0
    for at, statement in enumerate(told if offset is not None else ()):
        end = text.index(statement, end) + len(statement)
        if offset is not None and offset <= end:
            return at
    return otherwise
