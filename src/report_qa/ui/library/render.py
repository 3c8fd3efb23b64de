"""The library as HTML: collections, documents with what was found in them, and imports on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from report_qa.errors import ReportQAError, Text
from report_qa.indexing.manifest import DocumentEntry
from report_qa.runtime.import_records import TAKEN, FileImport, Import
from report_qa.ui.library import texts
from report_qa.ui.markup import escape, say
from report_qa.ui.nav import nav_html
from report_qa.ui.texts import BRAND, Language, collection_name

Contents = Mapping[str, Mapping[str, DocumentEntry] | ReportQAError]
"""The documents of every collection by name, or what is wrong with it."""


def head_html(language: Language) -> str:
    """Return the head of the page."""
    return (
        f'<div class="rqa-brand" data-language="{language}"><span class="rqa-logo" aria-hidden="true"></span>'
        f"<strong>{say(BRAND, language)}</strong></div>{nav_html('library', language)}"
    )


def about_html(language: Language) -> str:
    """Return the title of the page and what it is for."""
    return f"<h1>{say(texts.TITLE, language)}</h1><p>{say(texts.ABOUT, language)}</p>"


def add_html(language: Language, *, locked: bool) -> str:
    """Return the heading above the import, or why there is none."""
    said = texts.LOCKED if locked else texts.KINDS
    return f'<h2>{say(texts.ADD, language)}</h2><p class="rql-hint">{say(said, language)}</p>'


def notice_html(told: str, *, failed: bool = False) -> str:
    """Return a line about what was done or went wrong."""
    kind, role = ("rql-failed", "alert") if failed else ("rql-done", "status")
    return f'<p class="rql-notice {kind}" role="{role}">{escape(told)}</p>' if told else ""


def replacing_html(names: Sequence[str], language: Language) -> str:
    """Return the question whether documents are to be replaced."""
    told = say(texts.REPLACING, language, names=", ".join(names))
    return (
        f'<div class="rql-notice rql-asked" role="alert"><span>{told}</span>'
        f'<button type="button" class="rql-button rql-strong" data-step="replace">{say(texts.REPLACE, language)}'
        f'</button><button type="button" class="rql-button" data-step="cancel">{say(texts.CANCEL, language)}</button>'
        "</div>"
    )


def import_html(now: Import, documents: Mapping[str, DocumentEntry], language: Language, *, waiting: int = 0) -> str:
    """Return an import.

    Args:
        now: the one that runs, or the last one.
        documents: of its collection.
        language: the interface's language.
        waiting: how many imports wait for it.
    """
    each = list(now.each())
    title = texts.IMPORTED
    if now.running:
        title = texts.STOPPING if now.stopping else texts.IMPORTING
    elif not any(file.state in TAKEN for file in each):
        title = texts.NOT_IMPORTED
    heading = say(title, language, collection=collection_name(now.collection, language))
    files = "".join(_file_html(file, documents.get(file.name), language) for file in each)
    busy = "true" if now.running else "false"
    ended = [f"{file.name}: {texts.STATES[file.state].in_language(language)}" for file in each]
    later = f'<p class="rql-hint">{escape(_counted(texts.WAITING, waiting, language))}</p>' if waiting else ""
    told = heading if now.running else ". ".join((heading, *map(escape, ended)))
    return (
        f'<section class="rql-import" aria-busy="{busy}" data-announce="{told}"><h3>{heading}</h3>'
        f"<ul>{files}</ul>{later}</section>"
    )


def _file_html(file: FileImport, entry: DocumentEntry | None, language: Language) -> str:
    state = say(texts.STATES[file.state], language)
    bar = ""
    if file.state in ("reading", "indexing"):
        bar = f'<progress max="1" value="{file.done:.3f}" aria-label="{escape(file.name)}">{file.done:.0%}</progress>'
        state += f" {file.done:.0%}" if file.done else "…"
    error = f'<p class="rql-error" role="alert">{escape(file.error.in_language(language))}</p>' if file.error else ""
    found = ""
    if file.state in TAKEN and entry is not None:
        extra = [texts.EMBEDDED.in_language(language).format(n=f"{file.embedded:,}")]
        found = _found_html(entry, language, extra) + _warnings_html(entry, language)
    return (
        f'<li class="rql-file rql-{file.state}"><p><strong>{escape(file.name)}</strong>'
        f'<span class="rql-state" data-state="{file.state}">{state}</span></p>{bar}{error}{found}</li>'
    )


def contents_html(contents: Contents, language: Language, *, locked: bool) -> str:
    """Return all collections with their documents.

    Args:
        contents: what there is.
        language: the interface's language.
        locked: whether nothing can be removed.
    """
    if not contents:
        return f'<p class="rql-nothing">{say(texts.NOTHING, language)}</p>'
    sections = "".join(_collection_html(name, found, language, locked) for name, found in contents.items())
    dialog = (
        '<dialog class="rql-dialog" aria-labelledby="rql-question"><p id="rql-question"></p><div>'
        f'<button type="button" class="rql-button" data-keep>{say(texts.KEEP, language)}</button>'
        f'<button type="button" class="rql-button rql-danger" data-confirm>{say(texts.REMOVE, language)}</button>'
        "</div></dialog>"
    )
    return sections + ("" if locked else dialog)


def _collection_html(
    name: str, found: Mapping[str, DocumentEntry] | ReportQAError, language: Language, locked: bool
) -> str:
    shown = collection_name(name, language)
    if isinstance(found, ReportQAError):
        body = f'<p class="rql-error" role="alert">{escape(found.line(language))}</p>'
        return f'<section class="rql-collection"><header><h2>{escape(shown)}</h2></header>{body}</section>'
    documents = "".join(_document_html(name, document, entry, language, locked) for document, entry in found.items())
    return (
        f'<section class="rql-collection" aria-label="{escape(shown)}"><header><h2>{escape(shown)}</h2>'
        f'<span class="rql-hint">{escape(_counted(texts.DOCUMENTS, len(found), language))}</span>'
        f'<a class="rql-button" href="./?collection={quote(name, safe="")}">{say(texts.ASK, language)}</a></header>'
        f"{documents}</section>"
    )


def _document_html(collection: str, name: str, entry: DocumentEntry, language: Language, locked: bool) -> str:
    question = texts.REMOVE_QUESTION.in_language(language).format(
        name=name, collection=collection_name(collection, language)
    )
    remove = "" if locked else (
        f'<button type="button" class="rql-button rql-remove" data-remove="{escape(name)}"'
        f' data-of="{escape(collection)}" data-question="{escape(question)}"'
        f' aria-label="{say(texts.REMOVE_LABEL, language, name=name)}">{say(texts.REMOVE, language)}</button>'
    )  # fmt: skip
    spoken = texts.LANGUAGES[entry.language].in_language(language) if entry.language in texts.LANGUAGES else ""
    facts = (
        (texts.PARSER, entry.parser),
        (texts.LANGUAGE, spoken),
        (Text("SHA-256", "SHA-256"), entry.sha256),
    )
    told = "".join(f"<dt>{say(label, language)}</dt><dd>{escape(value)}</dd>" for label, value in facts if value)
    return (
        f'<article class="rql-document"><div class="rql-row"><div><h3>{escape(entry.title)}</h3>'
        f'<p class="rql-name">{escape(name)}</p></div>{remove}</div>'
        f"{_found_html(entry, language)}{_warnings_html(entry, language)}"
        f"<details><summary>{say(texts.PROVENANCE, language)}</summary><dl>{told}</dl></details></article>"
    )


def _found_html(entry: DocumentEntry, language: Language, extra: Sequence[str] = ()) -> str:
    counts = (
        (texts.PAGES, entry.pages),
        (texts.SECTIONS, entry.sections),
        (texts.TABLES, entry.tables),
        (texts.PICTURES, entry.pictures),
        (texts.CHUNKS, entry.chunks),
    )
    told = [_counted(text, n, language) for text, n in counts if n is not None]
    items = "".join(f"<li>{escape(one)}</li>" for one in (*told, *extra))
    return f'<ul class="rql-found" aria-label="{say(texts.FOUND, language)}">{items}</ul>'


def _counted(text: Text, n: int, language: Language) -> str:
    told = text.in_language(language).format(n=f"{n:,}")
    return told.removesuffix("s") if n == 1 and language == "en" else told


def _warnings_html(entry: DocumentEntry, language: Language) -> str:
    if not entry.warnings:
        return ""
    items = "".join(f"<li>{escape(Text(*warning).in_language(language))}</li>" for warning in entry.warnings)
    return f'<ul class="rql-warnings">{items}</ul>'
