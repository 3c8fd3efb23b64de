"""``faq gaps``."""

from __future__ import annotations

from typing import Annotated

import typer

from report_qa.cli_faq.shared import By, open_store, user
from report_qa.cli_library import CollectionOption, settings_of
from report_qa.terminal import progress, reported, say, session


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gaps")(show_gaps)


def show_gaps(
    draft: Annotated[bool, typer.Option("--draft", help="Make a draft of each, without an answer")] = False,
    limit: Annotated[int, typer.Option(min=1, help="So many, the most asked first")] = 20,
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Show what was asked and not answered well, put together by what it asks (where faq.gaps keeps it)."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.gaps import REASONS, Reason, gaps, make_drafts
        from report_qa.faq.source import Sources
        from report_qa.faq.vectors import QuestionVectors
        from report_qa.providers.embedders import load_embedder

        store = open_store(settings)
        vectors = QuestionVectors(settings.paths.index / "faq", load_embedder(settings, progress()))
        found = gaps(store, vectors)
        for gap in found[:limit]:
            reasons = ", ".join(
                f"{REASONS[Reason(name)].in_language(session.language)} {count}" for name, count in gap.reasons.items()
            )
            typer.echo(f"{gap.asked}×  {gap.questions[0]}  ({reasons})")
            for other in gap.questions[1:]:
                typer.echo(f"    ≈ {other}")
        say(f"{len(found)} gaps.", f"共 {len(found)} 处空缺。")
        if draft and found:
            made = make_drafts(store, found[:limit], Sources.open(settings.paths.index), by or user())
            say(
                f"{len(made)} drafts to write: {made[0]}–{made[-1]}.",
                f"待写草稿 {len(made)} 条：{made[0]}–{made[-1]}。",
            )
