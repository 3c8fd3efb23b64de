"""What repeats on pages and says nothing of its own: running headers and footers, page numbers, logos, menus."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from report_qa.documents.pdf.content import Figure, Item, Page
from report_qa.documents.pdf.lines import Fragment
from report_qa.documents.pdf.tables import PageTable

_ZONE = 0.11
"""Share of a page's height, at its top and bottom, in which headers and footers stand."""
_REPEATED = 3
"""Pages from which on a line at one place, or a picture or table at the edge of pages, is a running one."""
_OFTEN = 0.1
"""Share of the pages from which on a picture or table at one place is decoration, wherever it stands."""
_NUMBER = re.compile(
    r"^[-–—\s·|]*(?:第\s*)?(?:[0-9]{1,4}|[ivxlc]{1,6})(?:\s*页)?(?:\s*(?:/|of|共)\s*[0-9]{1,4}(?:\s*页)?)?[-–—\s·|]*$"
    r"|^page\s+[0-9]+(?:\s+of\s+[0-9]+)?$",
    re.IGNORECASE,
)


def without_running(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without running headers, footers, page numbers, pictures and tables that repeat."""
    lines = Counter(key for page in pages for key in {_key(page, item) for item in _marginal(page)})
    pictures = Counter(key for page in pages for key in {_picture_key(item) for item in _figures(page)})
    tables = Counter(_table_key(item) for page in pages for item in _tables(page))
    kept = []
    for page in pages:
        marginal = _marginal(page)
        dropped: list[Item] = [
            item for item in marginal if _NUMBER.match(item.text) or lines[_key(page, item)] >= _REPEATED
        ]
        often = max(_REPEATED, _OFTEN * len(pages))
        repeated: list[tuple[Figure | PageTable, int]] = [
            *((figure, pictures[_picture_key(figure)]) for figure in _figures(page)),
            *((table, tables[_table_key(table)]) for table in _tables(page)),
        ]
        dropped += [item for item, times in repeated if times >= (_REPEATED if _in_margin(page, item) else often)]
        kept.append(page.without(dropped))
    return kept


def _marginal(page: Page) -> list[Fragment]:
    return [item for item in page.items if isinstance(item, Fragment) and _in_margin(page, item)]


def _in_margin(page: Page, item: Fragment | Figure | PageTable) -> bool:
    zone = _ZONE * page.height
    return item.box.bottom <= zone or item.box.top >= page.height - zone


def _key(page: Page, item: Fragment) -> tuple[str, int, int]:
    return re.sub(r"\d+", "#", item.text), round(item.box.top / 4), round(page.width)


def _figures(page: Page) -> list[Figure]:
    return [item for item in page.items if isinstance(item, Figure)]


def _tables(page: Page) -> list[PageTable]:
    return [item for item in page.items if isinstance(item, PageTable)]


def _table_key(item: PageTable) -> tuple[object, ...]:
    """Return the place and the words of a table; one that repeats with other values is a form."""
    words = tuple(cell.text for row in item.rows for cell in row)
    return round(item.box.left / 4), round(item.box.top / 4), words


def _picture_key(item: Figure) -> tuple[str, int, int]:
    return item.key, round(item.box.left / 4), round(item.box.top / 4)
