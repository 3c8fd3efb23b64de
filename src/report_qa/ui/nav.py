"""The links from every page to the others."""

from __future__ import annotations

from report_qa.ui import texts
from report_qa.ui.markup import escape, say

_PAGES = (
    ("", texts.ASK_PAGE),
    ("library", texts.LIBRARY),
    ("review", texts.REVIEW),
    ("feedback", texts.FEEDBACK),
    ("evaluation", texts.EVALUATION),
    ("status", texts.STATUS),
)


def theme_button_html() -> str:
    """Return the button for light and dark; the script names it in the language of the page."""
    label = texts.THEME
    return (
        f'<button type="button" class="rqa-theme" data-theme data-zh="{escape(label.zh)}" data-en="{escape(label.en)}"'
        f' aria-label="{escape(label.en)}"></button>'
    )


def nav_html(here: str, language: str) -> str:
    """Return the links to the pages, the one that is shown marked.

    Args:
        here: its address below the root, such as ``library``; empty for the conversation.
        language: the interface's language.
    """
    links = "".join(
        f'<a class="rqa-link" href="./{address}"{" aria-current=page" if address == here else ""}>'
        f"{say(name, language)}</a>"
        for address, name in _PAGES
    )
    return f'<nav class="rqa-nav" aria-label="{say(texts.PAGES_NAMED, language)}">{links}</nav>'
