"""What the evidence panel shows of a source: where it is from, its pages, and the section itself."""

from __future__ import annotations

from report_qa.indexing.collections import DEFAULT
from report_qa.ui import texts
from report_qa.ui.markup import escape, say, section_html
from report_qa.ui.state import Exchange, Source


def source_place(source: Source, language: str) -> str:
    """Return collection, document and pages, or lines, of a source as plain text.

    The default collection is named only where it was asked with others.
    """
    document = source.document
    if source.joined or source.collection not in ("", DEFAULT):
        document = f"{texts.collection_name(source.collection, language)} / {document}"
    if source.pages:
        pages = ", ".join(map(str, source.pages))
        return f"{document} · {texts.PAGES.in_language(language).format(pages=pages)}"
    wording = texts.LINE if source.first_line == source.last_line else texts.LINES
    lines = wording.in_language(language).format(a=source.first_line, b=source.last_line)
    return f"{document} · {lines}"


def origin_line(exchange: Exchange, language: str) -> str:
    """Return which reviewed pair an answer is as plain text, with its collection where several were asked; or empty."""
    if not exchange.origin_collection:
        return exchange.origin
    return f"{texts.collection_name(exchange.origin_collection, language)} / {exchange.origin}"


def evidence_html(source: Source, language: str) -> str:
    """Return what the evidence panel shows of a source: headings, place, and the section with its highlights."""
    path = "".join(f"<li>{escape(part)}</li>" for part in source.path or (source.title,))
    return (
        f'<div class="rqa-evidence" data-number="{source.number}">'
        f'<ol class="rqa-path">{path}</ol>'
        f'<p class="rqa-place"><span class="rqa-number">{source.number}</span>'
        f"<span>{escape(source.title)}</span><span>{escape(source_place(source, language))}</span></p>"
        f"{_page_images_html(source, language)}"
        f'<div class="rqa-section">{section_html(source.text, source.highlights)}</div></div>'
    )


def _page_images_html(source: Source, language: str) -> str:
    """Return the pages of a source, folded; a browser asks for an image when its page is unfolded."""
    return "".join(
        f'<details class="rqa-page"><summary>{say(texts.SHOW_PAGE, language, page=image.page)}</summary>'
        f'<a href="{escape(image.url)}" target="_blank" rel="noopener"><img src="{escape(image.url)}" loading="lazy"'
        f' alt="{say(texts.PAGE_IMAGE, language, page=image.page, document=source.document)}"></a></details>'
        for image in source.page_images
    )
