"""A conversation as Markdown, to be kept or sent on: answers with their citations, refusals and failures as such."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report_qa.errors import Text
from report_qa.indexing.collections import DEFAULT
from report_qa.ui import texts
from report_qa.ui.evidence import origin_line, source_place
from report_qa.ui.markup import escape, merge_ranges, say
from report_qa.ui.state import Conversation, Exchange, Source

_MARKUP = re.compile(r"(?P<citation>\[\d{1,3}\])|(?P<mark>[\\`*_<\[\]])|(?P<start>^(?:[#>]|[-+=~]{3,}))", re.MULTILINE)
"""What has a meaning in Markdown: citations keep theirs, everything else is text."""


def plain(text: str) -> str:
    """Return a text that means itself in Markdown, with its citations as they are."""
    return _MARKUP.sub(lambda found: found[0] if found["citation"] else f"\\{found[0]}", text)


def conversation_markdown(conversation: Conversation, language: str) -> str:
    """Return a conversation as Markdown, in the interface's language where it is not quoted."""
    title = f"# {texts.BRAND.in_language(language)} · {texts.CONVERSATION.in_language(language)}"
    parts = [title, *("\n\n".join(_exchange(number, e, language)) for number, e in enumerate(conversation, start=1))]
    return "\n\n".join(parts) + "\n"


def _exchange(number: int, exchange: Exchange, language: str) -> Iterator[str]:
    yield f"## {number}. {plain(' '.join(exchange.question.split()))}"
    if exchange.collection not in ("", DEFAULT):
        name = plain(texts.collection_name(exchange.collection, language))
        yield f"{_label(texts.COLLECTION, language)}{name}"
    if exchange.standalone and exchange.standalone != exchange.question:
        yield f"{texts.SEARCHED_AS.in_language(language)}{plain(exchange.standalone)}"
    match exchange.outcome:
        case "answered":
            yield plain(exchange.text)
            if exchange.reason:
                yield plain(exchange.reason.in_language(exchange.language))
            yield from _sources([source for source in exchange.sources if source.cited], language)
            if exchange.origin:
                yield f"_{plain(origin_line(exchange, language))}_"
        case "refused":
            yield from _refused(exchange, language)
        case "failed":
            problem, remedy = exchange.problem or texts.UNEXPECTED, exchange.remedy or texts.UNEXPECTED_REMEDY
            yield f"**{texts.FAILED_TITLE.in_language(language)}**"
            yield plain(f"{problem.in_language(language)} {remedy.in_language(language)}")
        case "stopped":
            yield f"**{texts.STOPPED.in_language(language)}**"


def _refused(exchange: Exchange, language: str) -> Iterator[str]:
    yield f"**{texts.REFUSED_TITLE.in_language(language)}**"
    yield plain(exchange.text)
    if exchange.nearest:
        yield f"{_label(texts.NEAREST_STATEMENT, language).rstrip()}\n\n> {_quoted(plain(exchange.nearest))}"
        yield from _sources([s for s in exchange.sources if exchange.nearest.endswith(f"[{s.number}]")], language)


def _sources(sources: Sequence[Source], language: str) -> Iterator[str]:
    if not sources:
        return
    yield _label(texts.SOURCES, language).rstrip()
    yield "\n".join(_source(source, language) for source in sources)


def _source(source: Source, language: str) -> str:
    heading = " › ".join(dict.fromkeys((source.title, *source.path)))
    place = f"- \\[{source.number}\\] {plain(heading)} ({plain(source_place(source, language))})"
    quotes = (source.text[a:b] for a, b in merge_ranges(source.highlights, len(source.text)))
    return "\n".join([place, *(f"  > {_quoted(plain(quote), '  ')}\n" for quote in quotes)]).rstrip("\n")


def _label(text: Text, language: str) -> str:
    return text.in_language(language) + ("：" if language == "zh" else ": ")


def _quoted(text: str, indent: str = "") -> str:
    return f"\n{indent}> ".join(line for line in text.split("\n") if line.strip())


def share_html(conversation: Conversation, language: str) -> str:
    """Return the buttons that copy and save a conversation; empty while there is none."""
    if not conversation:
        return ""
    text = escape(conversation_markdown(conversation, language))
    done = say(texts.COPIED, language)
    return (
        f'<div class="rqa-share" role="group" aria-label="{say(texts.CONVERSATION, language)}" data-shared="{text}">'
        f'<button type="button" class="rqa-action" data-share="copy" data-done="{done}">'
        f"{say(texts.COPY_ALL, language)}</button>"
        f'<button type="button" class="rqa-action" data-share="save">{say(texts.SAVE_ALL, language)}</button></div>'
    )
