"""The pictures that belong to an answer, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from report_qa.ui import texts
from report_qa.ui.markup import escape
from report_qa.ui.state import Source


def pictures_html(sources: Sequence[Source], language: str, *, numbered: bool = True) -> str:
    """Return the pictures of the sources, each once, ``numbered`` with the citation that it belongs to."""
    shown: dict[str, str] = {}
    for source in sources:
        for picture in source.pictures:
            page = texts.PAGES.in_language(language).format(pages=picture.page) if picture.page else ""
            number = f"[{source.number}] " if numbered else ""
            caption = number + " · ".join(part for part in (picture.caption, page) if part)
            alt = picture.caption or texts.PICTURE.in_language(language).format(heading=source.heading)
            address = escape(picture.url)
            shown.setdefault(
                picture.url,
                f'<figure><a href="{address}" target="_blank" rel="noopener"><img src="{address}" loading="lazy"'
                f' width="{picture.width}" height="{picture.height}" alt="{escape(alt)}"></a>'
                f"<figcaption>{escape(caption)}</figcaption></figure>",
            )
    return f'<div class="rqa-pictures">{"".join(shown.values())}</div>' if shown else ""
