"""``report-qa eval``: measure answers, report, compare, gate, and import cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa.errors import ReportQAError, Text
from report_qa.terminal import progress, reported, say, session

if TYPE_CHECKING:
    from report_qa.evals.dataset import Case
    from report_qa.evals.folder import RunFolder
    from report_qa.evals.records import Record

eval_app = typer.Typer(no_args_is_help=True, help="Measure how right the answers are, and compare.")

_GOES_ON = Text(
    "Stopped. Everything measured so far is kept: the same command goes on from here.",
    "已停止。已有结果均已保存：再次运行同一命令即可继续。",
)

EXIT_WORSE = 3
"""Exit status of ``gate`` when a run is significantly worse, so that scripts can tell it from an error."""

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run")]


@eval_app.command("run")
def run_cases(
    dataset: Annotated[Path, typer.Argument(help="Cases as JSON lines")],
    systems: Annotated[
        str, typer.Option(help="Systems, separated by commas: ours, naive, bm25, closed-book, oracle")
    ] = "ours",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; a stopped one goes on there (default: bench/DATASET)")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Only the first N cases; 0 means all")] = 0,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Ask again what failed")] = False,
) -> None:
    """Answer every case with every system, and write the report; failed cases count, too."""
    with reported(_GOES_ON):
        from report_qa.evals.dataset import load_cases
        from report_qa.evals.folder import RUNS
        from report_qa.evals.run import begin, run
        from report_qa.evals.systems import check_names, evidence_not_indexed, open_systems
        from report_qa.evals.wording import not_indexed
        from report_qa.service import ReportQA

        settings = session.load().settings
        names = check_names(systems.split(","))
        cases = load_cases(dataset)
        cases = cases[:limit] if limit else cases
        with ReportQA.open(settings, progress()) as qa:
            folder = begin(out or RUNS / dataset.stem, dataset.name, cases, names, qa)
            if lost := evidence_not_indexed(cases, qa):
                typer.echo(not_indexed(lost).in_language(session.language), err=True)
            run(folder, open_systems(names, qa), _teller(), retry_failed=retry_failed)
        _report(folder)


def _teller() -> Callable[[Case, Record, int, int], None]:
    from report_qa.evals.reasons import verdict_of

    def tell(case: Case, record: Record, done: int, total: int) -> None:
        verdict = verdict_of(case, record).in_language(session.language)
        typer.echo(f"{record.system} {done}/{total} {case.id} {verdict} {record.total_s:.1f} s", err=True)

    return tell


@eval_app.command("report")
def report_run(
    run: RunArgument,
    judge: Annotated[
        bool, typer.Option("--judge", help="Have the model of the judge.* settings grade the answers first")
    ] = False,
) -> None:
    """Score a run again and write report.md, report.json and report.html into its folder."""
    with reported(_GOES_ON):
        from report_qa.evals.folder import RunFolder

        folder = RunFolder.open(run)
        if judge:
            try:
                _judge(folder)
            except ReportQAError:
                # what was judged before it broke goes into the report, too
                _report(folder)
                raise
        _report(folder)


def _judge(folder: RunFolder) -> None:
    from report_qa.evals.judge import judge_run, open_judge

    opened = open_judge(session.load().settings, progress())
    judge_run(folder, opened, lambda done, total: typer.echo(f"{opened.identity.model} {done}/{total}", err=True))


def _report(folder: RunFolder) -> None:
    from report_qa.evals.markdown import judged_table, tables
    from report_qa.evals.report import Report

    report = Report.of(folder)
    written = report.write(session.language)
    shown = tables(report.run, session.language), judged_table(report.judged, session.language)
    typer.echo("\n".join(part for part in shown if part))
    say(f"The whole report: {written}", f"完整报告：{written}")


@eval_app.command("compare")
def compare_two(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run, or its report.json")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another, or the same one for two of its systems")],
    systems: Annotated[
        str, typer.Option(help="System of A and of B, separated by a comma, or one for both: ours,naive")
    ] = "ours",
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON")] = False,
) -> None:
    """Compare B with A case by case: what changed, what was won and lost, and whether it can be chance."""
    with reported():
        from report_qa.evals.compare import as_data, compare_runs

        names = [name.strip() for name in systems.split(",", 1)]
        compared = compare_runs(before, after, (names[0], names[-1]))
        if as_json:
            typer.echo(json.dumps(as_data(compared.found), ensure_ascii=False, indent=2))
        else:
            typer.echo(compared.told(session.language))


@eval_app.command("gate")
def gate_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of the run to judge, or its report.json")],
    against: Annotated[Path, typer.Option(help="Baseline: folder of a run, or its report.json")],
    system: Annotated[str, typer.Option(help="System to judge")] = "ours",
    measure: Annotated[list[str] | None, typer.Option(help="Measure that must not get worse; may be repeated")] = None,
    alpha: Annotated[float, typer.Option(min=0.0001, max=0.5, help="Chance of a false alarm, in all")] = 0.05,
) -> None:
    """End with status 3 when a run is significantly worse than a baseline."""
    with reported():
        from report_qa.evals.compare import (
            GATED,
            compare,
            require_comparable,
            require_finished,
            require_measures,
            system_of,
            table,
        )
        from report_qa.evals.scores import load_scored

        measures = measure or list(GATED)
        require_measures(measures)
        baseline, judged = load_scored(against), load_scored(run)
        require_comparable(baseline, judged)
        old, new = system_of(baseline, system), system_of(judged, system)
        for scores in (old, new):
            require_finished(scores)
        found = compare(old, new)
        typer.echo(table(found, ("A", "B"), session.language))
        losses = found.losses(measures, alpha)
        for loss in losses:
            label, lost, won = loss.measure.label, len(loss.lost), len(loss.won)
            change = f"{loss.change.value:+.1%}"
            say(
                f"Worse: {label.en}: {change}, {lost} cases lost, {won} won (p = {loss.p:.4f}).",
                f"变差：{label.zh}：{change}，变差 {lost} 例，变好 {won} 例（p = {loss.p:.4f}）。",
                err=True,
            )
        if losses:
            raise typer.Exit(EXIT_WORSE)
        say("No significant loss.", "没有显著变差。")


class ImportFormat(StrEnum):
    """What can be imported."""

    SQUAD = "squad"
    TABLE = "table"
    RGB = "rgb"


@eval_app.command("import")
def import_cases(
    format_: Annotated[
        ImportFormat,
        typer.Argument(metavar="FORMAT", help="squad (also CMRC 2018, DRCD, XQuAD), table (CSV, XLSX), or rgb"),
    ],
    file: Annotated[Path, typer.Argument(help="The file to import")],
    out: Annotated[Path, typer.Option(help="Where the cases go, as JSON lines")],
    corpus: Annotated[
        Path | None, typer.Option(help="Folder for the texts that come along (default: named as --out)")
    ] = None,
    negatives_only: Annotated[
        bool, typer.Option("--negatives-only", help="rgb: only the noise, to see whether it is refused")
    ] = False,
) -> None:
    """Make a dataset of a public question answering set or of a table, with its texts as a corpus."""
    with reported():
        from report_qa.evals.importers.imported import write_imported
        from report_qa.evals.importers.rgb import import_rgb
        from report_qa.evals.importers.sheet import import_sheet
        from report_qa.evals.importers.squad import import_squad

        if format_ is ImportFormat.RGB:
            imported = import_rgb(file, negatives_only=negatives_only)
        else:
            imported = import_squad(file) if format_ is ImportFormat.SQUAD else import_sheet(file)
        folder = corpus or out.with_suffix("")
        write_imported(imported, file, out, folder)
        for note in imported.notes:
            say(note.en, note.zh, err=True)
        say(f"{len(imported.cases)} cases: {out}", f"{len(imported.cases)} 个用例：{out}")
        if imported.documents:
            say(
                f"{len(imported.documents)} documents: {folder}. Index them with "
                f"'report-qa --set paths.corpus={folder} --set paths.index={folder}-index index'.",
                f"{len(imported.documents)} 份文档：{folder}。请运行 "
                f"report-qa --set paths.corpus={folder} --set paths.index={folder}-index index 建立索引。",
            )
