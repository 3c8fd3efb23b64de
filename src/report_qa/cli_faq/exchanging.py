"""``faq import`` and ``faq export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from report_qa.cli_faq.shared import By, embedder_of, open_store, states_of, user
from report_qa.cli_library import CollectionOption, settings_of
from report_qa.terminal import EXIT_ERROR, bar, reported, say, session

_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_pairs)
    app.command("export")(export_pairs)
    app.command("cases")(cases)


def import_pairs(
    file: Annotated[Path, typer.Argument(help=".csv, .tsv, .xlsx, .json or .jsonl")],
    layout: Annotated[
        str, typer.Option(help="report-qa, weknora, maxkb, fastgpt, alpaca, ragflow (default: by header)")
    ] = "",
    dry_run: Annotated[bool, typer.Option(help="Say what would happen, and do nothing")] = False,
    evidence: Annotated[bool, typer.Option(help="Look for the sentence that each answer rests on")] = True,
    failed: Annotated[Path | None, typer.Option(help="Where to write the rows that were not taken")] = None,
    collection: CollectionOption = None,
    by: By = "",
) -> None:
    """Import pairs as drafts; ends with status 1 if a row was not taken."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.exchange.importing import import_file
        from report_qa.faq.source import Sources

        store, sources = open_store(settings), Sources.open(settings.paths.index)
        report = import_file(
            file, store, sources, by or user(), embedder_of(settings), layout=layout, dry_run=dry_run,
            evidence=evidence, tell=bar(),
        )  # fmt: skip
        if dry_run:
            say("Dry run: nothing was written.", "试运行：没有写入任何内容。")
        say(
            f"{report.rows} rows of layout {report.layout}: {report.added} new drafts, {len(report.merged)} merged "
            f"into pairs, {report.unchanged} repeats, {len(report.failed)} not taken.",
            f"{report.layout} 格式共 {report.rows} 行：新草稿 {report.added} 条，并入已有 {len(report.merged)} 行，"
            f"重复 {report.unchanged} 行，未导入 {len(report.failed)} 行。",
        )
        if found := report.likeness.flags():
            say(
                f"{len(report.likeness.duplicates)} near repeats and {len(report.likeness.conflicts)} contradictions: "
                f"{len(found)} pairs are flagged.",
                f"近似 {len(report.likeness.duplicates)} 对，矛盾 {len(report.likeness.conflicts)} 对："
                f"已标记 {len(found)} 条。",
            )
        for number, pair in report.merged[:_SHOWN]:
            say(f"row {number}: merged into pair {pair}", f"第 {number} 行：并入第 {pair} 条")
        for number, reason, _ in report.failed[:_SHOWN]:
            typer.secho(f"{number}: {reason.in_language(session.language)}", err=True, fg="red")
        if report.failed and failed is not None:
            report.write_failed(failed)
            say(f"Rows that were not taken are in {failed}.", f"未导入的行已写入 {failed}。")
        if report.failed:
            raise typer.Exit(EXIT_ERROR)


def export_pairs(
    file: Annotated[Path, typer.Argument(help=".csv, .tsv, .xlsx, .json or .jsonl")],
    layout: Annotated[str, typer.Option(help="report-qa, weknora, maxkb, fastgpt, alpaca, ragflow")] = "report-qa",
    states: Annotated[str, typer.Option("--state", help="Only these states, separated by commas")] = "",
    collection: CollectionOption = None,
) -> None:
    """Export pairs; Excel opens the CSV with Chinese intact, and no cell is taken for a formula."""
    with reported():
        from report_qa.faq.exchange.exporting import export_file

        pairs = open_store(settings_of(collection)).pairs(states_of(states))
        pairs.sort(key=lambda pair: pair.id)
        export_file(file, pairs, layout)
        say(f"{len(pairs)} pairs written to {file}.", f"已将 {len(pairs)} 条写入 {file}。")


def cases(
    out: Annotated[Path, typer.Argument(help="Where the cases go, .jsonl")], collection: CollectionOption = None
) -> None:
    """Write the release that is served as evaluation cases: every question, in every wording."""
    with reported():
        settings = settings_of(collection)
        from report_qa.evals.importers.imported import write_imported
        from report_qa.evals.importers.release import read_release
        from report_qa.faq.releases import require_served

        release = require_served(open_store(settings))
        made = read_release(release)
        write_imported(made, Path(f"release {release.number}"), out, out.with_suffix(""))
        say(
            f"{len(made.cases)} cases of release {release.number} written to {out}.",
            f"已将第 {release.number} 版的 {len(made.cases)} 个用例写入 {out}。",
        )
