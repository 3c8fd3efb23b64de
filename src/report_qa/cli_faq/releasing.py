"""``faq publish``, ``releases``, ``rollback``, ``match`` and ``stale``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from report_qa.cli_faq.shared import By, open_store, user
from report_qa.cli_library import CollectionOption, settings_of
from report_qa.errors import Text
from report_qa.terminal import progress, reported, say, session

if TYPE_CHECKING:
    from report_qa.faq.match import Bands

_BANDS = {
    "answer": Text("answer", "直接回答"),
    "suggest": Text("did you mean", "你是不是想问"),
    "pass": Text("pass", "不由问答库回答"),
}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("publish")(publish)
    app.command("releases")(releases)
    app.command("rollback")(rollback)
    app.command("match")(match)
    app.command("stale")(stale)


def publish(
    note: Annotated[str, typer.Option(help="What the release is for")] = "",
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Make an immutable, numbered release of all approved pairs, and serve it."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.releases import publish as make
        from report_qa.faq.source import Sources

        done = make(open_store(settings), Sources.open(settings.paths.index), by or user(), note)
        say(
            f"Release {done.release.number}: {done.release.size} pairs, now served.",
            f"第 {done.release.number} 版：{done.release.size} 条，已开始使用。",
        )
        if done.carried:
            listed = ", ".join(map(str, done.carried))
            say(f"Being edited, so as in the release before: {listed}", f"正在修改，沿用上一版：{listed}")
        if done.left_out:
            listed = ", ".join(map(str, done.left_out))
            say(f"Left out, evidence not in the documents: {listed}", f"未收入，文档中找不到依据：{listed}")


def releases(collection: CollectionOption = None) -> None:
    """List the releases; the one that is served has a star."""
    with reported():
        from report_qa.faq.releases import releases as listed

        for one in listed(open_store(settings_of(collection))):
            mark = "*" if one.served else " "
            typer.echo(f"{mark} {one.number}  {one.at}  {one.by}  {one.size}  {one.sha256[:12]}  {one.note}".rstrip())


def rollback(
    number: Annotated[int, typer.Argument(help="Release to serve")], collection: CollectionOption = None, by: By = ""
) -> None:
    """Serve an earlier release, or a later one again."""
    with reported():
        from report_qa.faq.releases import rollback as turn_back

        served = turn_back(open_store(settings_of(collection)), number, by or user())
        say(
            f"Release {served.number} is served ({served.size} pairs).",
            f"现使用第 {served.number} 版（{served.size} 条）。",
        )


def match(question: Annotated[str, typer.Argument(help="What to match")], collection: CollectionOption = None) -> None:
    """Show what the published release has for a question, and how sure its thresholds are."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.serve import PublishedFaq, require_published
        from report_qa.faq.source import Sources
        from report_qa.providers.embedders import load_embedder

        sources = Sources.open(settings.paths.index)
        faq = require_published(PublishedFaq.open(settings, load_embedder(settings, progress()), sources))
        found = faq.match(question)
        typer.secho(f"{_BANDS[found.band].in_language(session.language)}  {found.best:.3f}", bold=True)
        for candidate in found.candidates:
            entry = candidate.entry
            typer.echo(f"{candidate.score:.3f}  #{entry.id} v{entry.version}  {entry.question}")
            if candidate.wording != entry.question:
                typer.echo(f"       ≈ {candidate.wording}")
            if found.band == "answer":
                typer.echo(f"       {entry.answer}")
        if faq.bands:
            _print_bands(faq.bands)


def _print_bands(bands: Bands) -> None:
    limits = f"{bands.answer:.3f} / {bands.suggest:.3f}"
    if bands.learnt and bands.precision is not None and bands.recall is not None:
        say(
            f"answer / did you mean from {limits}, learnt leave-one-out from {bands.tried} questions: "
            f"of {bands.answered} answered {bands.precision:.1%} right, {bands.recall:.1%} of rewordings answered",
            f"直接回答 / 你是不是想问：{limits}，由 {bands.tried} 个问题留一学得：回答 {bands.answered} 个，"
            f"正确率 {bands.precision:.1%}，相似问法回答率 {bands.recall:.1%}",
        )
    else:
        say(
            f"answer / did you mean from {limits}, not learnt: set, or too few similar questions",
            f"直接回答 / 你是不是想问：{limits}，未经学习：由设置给定，或相似问法太少",
        )


def stale(collection: CollectionOption = None) -> None:
    """Compare the evidence of all pairs with the index; changed ones go back to review and are served no more."""
    with reported():
        from report_qa.console import print_stale
        from report_qa.faq.stale import find_stale

        print_stale(find_stale(settings_of(collection)), session.language)
