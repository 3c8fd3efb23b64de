"""The commands about documents: import, list, remove; and the choice of a collection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from report_qa.errors import Text
from report_qa.terminal import EXIT_ERROR, bar, progress, reported, say, session

if TYPE_CHECKING:
    from report_qa.config import Settings
    from report_qa.indexing.build import BuildReport
    from report_qa.indexing.manifest import DocumentEntry
    from report_qa.service import ReportQA

library_app = typer.Typer(no_args_is_help=True, help="List and remove the documents of the collections.")

CollectionOption = Annotated[
    str | None, typer.Option("--collection", metavar="NAME", help="The collection (default: the corpus folder)")
]

AskedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--collection",
        metavar="NAME",
        help="The collection; give several, or * for all, to ask them as one",
    ),
]


def opened(names: list[str] | None, *, with_chat: bool = True) -> tuple[ReportQA, Callable[[str], Path]]:
    """Open what is asked.

    Args:
        names: selections, asked together; none is the default collection, ``*`` all.
        with_chat: whether answers are wanted.

    Returns:
        The service, and what gives the folder of the pictures of a document by its name. Of several collections
        documents are named ``collection/document``.

    Raises:
        ConfigError, ModelError, IndexUnusable: as :meth:`report_qa.shelf.Shelf.open`.
    """
    from report_qa.documents.readers.pictures import pictures_of
    from report_qa.indexing.collections import DEFAULT, in_collection
    from report_qa.indexing.joined import home_of
    from report_qa.shelf import Shelf

    settings = session.load().settings
    selection = selected(names) or DEFAULT
    qa = Shelf(settings, progress(), with_chat=with_chat).open(selection)
    return qa, lambda document: pictures_of(in_collection(settings, home_of(selection, document)[0]).paths.index)


def selected(names: list[str] | None) -> str | None:
    """Return what the options together select; None where there are none."""
    if not names:
        return None
    from report_qa.indexing.selection import selection_of

    return selection_of(*names)


def settings_of(collection: str | None, *, new: bool = False) -> Settings:
    """Return the settings in force, with the folders of a collection.

    Args:
        collection: its name; None is the default one.
        new: whether it may be one that is not there yet.

    Raises:
        ConfigError: it is not there, or cannot have that name.
    """
    settings = session.load().settings
    if collection is None:
        return settings
    from report_qa.indexing.collections import existing, in_collection

    return in_collection(settings, collection) if new else existing(settings, collection)


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, or folders of HTML pages")],
    collection: CollectionOption = None,
) -> None:
    """Copy documents into a collection and index them; a document of the same name is replaced."""
    with reported():
        settings = settings_of(collection, new=True)
        from report_qa.indexing.collections import contents
        from report_qa.service import import_documents

        report = import_documents(
            settings, files, progress=progress(), build_progress=bar(), reading_progress=reading_bar()
        )
        documents = contents(settings)
        for name in (*report.added, *report.changed):
            typer.echo(describe(name, documents[name]))
        tell_stale(settings)
        print_build(report)


def reading_bar() -> Callable[[str, int, int], None]:
    """Return a progress display for the pages of long documents."""
    return bar(Text("reading", "读取").in_language(session.language))


def tell_stale(settings: Settings) -> None:
    """Find reviewed answers whose evidence is no longer in the documents, and say so; without any pairs, nothing."""
    from report_qa.faq.stale import note_stale

    if found := note_stale(settings):
        from report_qa.console import print_stale

        print_stale(found, session.language)


def print_build(report: BuildReport) -> None:
    """Print what a build did, errors first.

    Raises:
        typer.Exit: with status 1 where a document could not be read.
    """
    for name, error in report.failed:
        typer.secho(f"{name}: {error.line(session.language)}", err=True, fg="red")
    for name in report.skipped:
        say(f"{name}: left out (of a kind that is not read)", f"{name}：已略过（不支持的文件类型）")
    say(
        f"{report.chunks} chunks of {len(report.added) + len(report.changed) + len(report.unchanged)} documents in "
        f"the index: {len(report.added)} added, {len(report.changed)} changed, {len(report.unchanged)} unchanged, "
        f"{len(report.removed)} removed; {report.embedded} chunks embedded in {report.seconds:.1f} s.",
        f"索引中共 {report.chunks} 个文本块：新增 {len(report.added)} 份文档、更新 {len(report.changed)} 份、"
        f"未变 {len(report.unchanged)} 份、移除 {len(report.removed)} 份；"
        f"向量化 {report.embedded} 块，用时 {report.seconds:.1f} 秒。",
    )
    if report.failed:
        raise typer.Exit(EXIT_ERROR)


def describe(name: str, entry: DocumentEntry) -> str:
    """Return what was found in a document, with what could not be read on lines of their own."""
    pages = entry.pages if entry.pages is not None else "–"
    found = Text(
        f"{name}: {entry.title} · pages {pages} · {entry.sections} sections · {entry.tables} tables · "
        f"{entry.pictures} pictures · {entry.chunks} chunks · {entry.parser} · {entry.sha256[:12]}",
        f"{name}：{entry.title} · 页数 {pages} · {entry.sections} 节 · {entry.tables} 个表格 · "
        f"{entry.pictures} 张图片 · {entry.chunks} 个文本块 · {entry.parser} · {entry.sha256[:12]}",
    ).in_language(session.language)
    warnings = (Text(*warning).in_language(session.language) for warning in entry.warnings)
    return "\n".join((found, *(f"  ! {warning}" for warning in warnings)))


@library_app.command("list")
def library_list(
    collection: CollectionOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything that is known as JSON")] = False,
) -> None:
    """List the documents of all collections, or of one, with what was found in each."""
    with reported():
        settings = session.load().settings
        from report_qa.indexing.collections import collections, contents, existing, in_collection

        names = [collection] if collection else collections(settings)
        if collection:
            existing(settings, collection)
        listed = {name: contents(in_collection(settings, name)) for name in names}
        if as_json:
            typer.echo(json.dumps(_as_json(listed), ensure_ascii=False, indent=2))
            return
        for name, documents in listed.items():
            typer.secho(name, bold=True)
            for document, entry in documents.items():
                typer.echo(describe(document, entry))


def _as_json(listed: dict[str, dict[str, DocumentEntry]]) -> dict[str, Any]:
    return {
        name: {document: entry.model_dump(mode="json") for document, entry in documents.items()}
        for name, documents in listed.items()
    }


@library_app.command("remove")
def library_remove(
    document: Annotated[str, typer.Argument(help="Name of the document, as 'library list' shows it")],
    collection: CollectionOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Delete a document: its file in the collection's folder, and what the index holds of it."""
    with reported():
        settings = settings_of(collection)
        from report_qa.indexing.collections import DEFAULT, forget_if_empty, remove_document

        path = settings.paths.corpus / document
        question = Text(f"This deletes {path}. Go on?", f"将删除 {path}，确定吗？").in_language(session.language)
        if not yes:
            typer.confirm(question, abort=True)
        remove_document(settings, document)
        tell_stale(settings)
        forget_if_empty(session.load().settings, collection or DEFAULT)
        say(f"{document}: removed", f"{document}：已移除")
