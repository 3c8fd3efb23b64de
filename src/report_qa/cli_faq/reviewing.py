"""``faq list`` and ``show``, and the steps of a review: ``add``, ``edit``, ``approve``, ``reject``, ``undo``…"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from report_qa.cli_faq.shared import (
    By,
    Numbers,
    line,
    numbers,
    open_review,
    open_store,
    states_of,
)
from report_qa.cli_library import CollectionOption, settings_of
from report_qa.errors import ReportQAError
from report_qa.terminal import EXIT_ERROR, reported, say, session

if TYPE_CHECKING:
    from report_qa.faq.records import Pair
    from report_qa.faq.review import Review

Reason = Annotated[str, typer.Option("--reason", help="Why")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("list")(list_pairs)
    app.command("undo")(undo)
    for command in (show, add, edit, approve, reject, retire, reopen, assign, history):
        app.command(command.__name__)(command)


def list_pairs(
    collection: CollectionOption = None,
    states: Annotated[
        str, typer.Option("--state", help="draft, in_review, approved, published, retired, rejected, or open")
    ] = "",
    document: Annotated[str, typer.Option(help="Resting on this document")] = "",
    flag: Annotated[str, typer.Option(help="With this flag, such as unsupported or conflict")] = "",
    text: Annotated[str, typer.Option(help="With these words in question, answer or heading")] = "",
    reviewer: Annotated[str, typer.Option(help="Assigned to")] = "",
) -> None:
    """List pairs, flagged ones first."""
    with reported():
        store = open_store(settings_of(collection))
        for pair in store.pairs(states_of(states), document=document, flag=flag, text=text, reviewer=reviewer or None):
            typer.echo(line(pair))


def show(number: int, collection: CollectionOption = None) -> None:
    """Show a pair with its evidence."""
    with reported():
        settings = settings_of(collection)
        from report_qa.documents.readers.pictures import pictures_of

        pair = open_store(settings).get(number)
        typer.secho(line(pair), bold=True)
        typer.echo(f"\n{pair.answer}\n")
        for mark, questions in (("≈", pair.similar), ("≠", pair.negative)):
            for question in questions:
                typer.echo(f"{mark} {question}")
        if pair.evidence:
            evidence = pair.evidence
            typer.echo(f"{evidence.title} · {evidence.heading}")
            lines = f"{evidence.first_line}-{evidence.last_line}"
            pages = ", ".join(map(str, evidence.pages))
            typer.echo(f"    {evidence.document}:{f'p. {pages}' if pages else lines}\n    “{evidence.quote}”")
            if evidence.cell:
                typer.echo(f"    {evidence.cell.named(session.language)}")
            for picture in evidence.pictures:
                typer.echo(f"    [{picture.caption}] {pictures_of(settings.paths.index) / picture.file}")
        say(
            f"{pair.type}, by {pair.source}; version {pair.version}, changed by {pair.updated_by} {pair.updated_at}"
            + (f"; {pair.reason}" if pair.reason else ""),
            f"{pair.type}，来源 {pair.source}；第 {pair.version} 版，{pair.updated_by} 于 {pair.updated_at} 最后修改"
            + (f"；{pair.reason}" if pair.reason else ""),
        )


def add(
    question: Annotated[str, typer.Argument(help="The question")],
    answer: Annotated[str, typer.Argument(help="The answer")],
    quote: Annotated[str, typer.Option(help="Words of the source that it rests on, verbatim")] = "",
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Write a pair by hand."""
    with reported():
        from report_qa.faq.propose import with_evidence
        from report_qa.faq.records import Draft
        from report_qa.text.normalise import language_of

        review = open_review(settings_of(collection), by)
        place = review.sources.find(quote) if quote else None
        draft = Draft(
            question=question, answer=answer, language=language_of(question),
            evidence=place.evidence() if place else None,
        )  # fmt: skip
        (made,) = with_evidence([draft], review.sources)
        typer.echo(line(review.add(made)))


def edit(
    number: int,
    question: Annotated[str | None, typer.Option(help="New question")] = None,
    answer: Annotated[str | None, typer.Option(help="New answer")] = None,
    similar: Annotated[list[str] | None, typer.Option(help="Other wordings (all of them; may be repeated)")] = None,
    negative: Annotated[list[str] | None, typer.Option(help="Questions that must not get this answer")] = None,
    quote: Annotated[str | None, typer.Option(help="Words of the source that it rests on, verbatim")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="fact, procedure, comparison, definition, warning")] = None,
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Change a pair; it is checked anew and waits for approval."""
    with reported():
        given: dict[str, Any] = {
            "question": question, "answer": answer, "quote": quote, "type": kind,
            "similar": tuple(similar) if similar else None, "negative": tuple(negative) if negative else None,
        }  # fmt: skip
        values = {name: value for name, value in given.items() if value is not None}
        if not values:
            raise typer.BadParameter("say what to change, such as --answer")
        typer.echo(line(open_review(settings_of(collection), by).edit(number, values)))


def approve(
    pairs: Numbers,
    anyway: Annotated[bool, typer.Option(help="In spite of grave flags")] = False,
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Approve pairs for the next release."""
    _each(pairs, collection, by, lambda review, number: review.approve(number, anyway=anyway))


def reject(pairs: Numbers, reason: Reason = "", collection: CollectionOption = None, by: By = "") -> None:
    """Reject pairs."""
    _each(pairs, collection, by, lambda review, number: review.reject(number, reason))


def retire(pairs: Numbers, reason: Reason = "", collection: CollectionOption = None, by: By = "") -> None:
    """Take pairs out of the next release."""
    _each(pairs, collection, by, lambda review, number: review.retire(number, reason))


def reopen(pairs: Numbers, collection: CollectionOption = None, by: By = "") -> None:
    """Bring rejected or retired pairs back to review."""
    _each(pairs, collection, by, lambda review, number: review.reopen(number))


def assign(
    to: Annotated[str, typer.Option("--to", help="Name of the reviewer")],
    pairs: Annotated[list[str] | None, typer.Argument(help="Numbers of pairs, such as 3 7 10-20")] = None,
    section: Annotated[str, typer.Option(help="All that wait for review under a heading with these words")] = "",
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Give pairs to a reviewer, by number or by section."""
    chosen = list(pairs or [])
    with reported():
        if section:
            waiting = open_store(settings_of(collection)).pairs(states_of("open"))
            chosen += [str(p.id) for p in waiting if p.evidence and section in p.evidence.heading]
        if not chosen:
            raise typer.BadParameter("name pairs, or a --section that has some waiting for review")
    _each(chosen, collection, by, lambda review, number: review.assign(number, to))


def _each(texts: list[str], collection: str | None, by: str, step: Callable[[Review, int], Pair]) -> None:
    """Take a step with every pair; what is refused is told, and the others go on."""
    refused = 0
    with reported():
        review = open_review(settings_of(collection), by)
        for number in numbers(texts):
            try:
                typer.echo(line(step(review, number)))
            except ReportQAError as error:
                refused += 1
                typer.secho(error.line(session.language), err=True, fg="red")
    if refused:
        raise typer.Exit(EXIT_ERROR)


def history(number: int, collection: CollectionOption = None) -> None:
    """Show who changed what of a pair, and when."""
    with reported():
        for change in open_store(settings_of(collection)).history(number):
            undone = " (undone)" if change.undone else ""
            typer.secho(f"{change.at} {change.by} {change.action}{undone} · {change.field}", bold=True)
            for mark, value in (("-", change.old), ("+", change.new)):
                if value not in (None, "", []):
                    typer.echo(f"  {mark} {value}")


def undo(number: int, collection: CollectionOption = None, by: By = "") -> None:
    """Take back the last change of a pair; again for the one before."""
    with reported():
        typer.echo(line(open_review(settings_of(collection), by).undo(number)))
