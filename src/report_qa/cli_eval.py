"""``report-qa eval``: measure answers, report, compare, gate, and import cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa.errors import Text
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

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run")]


@eval_app.command("run")
def run_cases(
    dataset: Annotated[Path, typer.Argument(help="Cases as JSON lines")],
    systems: Annotated[
        str, typer.Option(help="Systems, separated by commas: ours, naive, bm25, closed-book, oracle")
    ] = "ours",
    out: Annotated[Path, typer.Option(help="Folder of the run; a run that was stopped goes on there")] = Path("bench"),
    limit: Annotated[int, typer.Option(min=0, help="Only the first N cases; 0 means all")] = 0,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Ask again what failed")] = False,
) -> None:
    """Answer every case with every system, and write the report; failed cases count, too."""
    with reported(_GOES_ON):
        from report_qa.evals.dataset import load_cases
        from report_qa.evals.folder import RunFolder, describe_run
        from report_qa.evals.run import run
        from report_qa.evals.systems import check_names, configuration_of, evidence_not_indexed, open_systems
        from report_qa.service import ReportQA

        settings = session.load().settings
        names = check_names(systems.split(","))
        cases = load_cases(dataset)
        cases = cases[:limit] if limit else cases
        with ReportQA.open(settings, progress()) as qa:
            folder = RunFolder.start(out, describe_run(dataset.name, cases, configuration_of(qa)), cases)
            if lost := evidence_not_indexed(cases, qa):
                _tell_lost(lost)
            run(folder, open_systems(names, qa), _teller(), retry_failed=retry_failed)
        _report(folder)


def _tell_lost(lost: list[str]) -> None:
    names = ", ".join(lost[:5]) + (", …" if len(lost) > 5 else "")
    say(
        f"The evidence of {len(lost)} cases is not in the index ({names}): their retrieval will count as failed.",
        f"索引中没有 {len(lost)} 个用例的证据（{names}）：其检索将计为失败。",
        err=True,
    )


def _teller() -> Callable[[Case, Record, int, int], None]:
    from report_qa.evals.reasons import reason_of

    def tell(case: Case, record: Record, done: int, total: int) -> None:
        reason = reason_of(case, record)
        verdict = reason.label if reason else Text("right", "正确")
        seconds = f"{record.total_s:.1f} s"
        line = f"{record.system} {done}/{total} {case.id} {verdict.in_language(session.language)} {seconds}"
        typer.echo(line, err=True)

    return tell


@eval_app.command("report")
def report_run(run: RunArgument) -> None:
    """Score a run again and write report.md, report.json and report.html into its folder."""
    with reported():
        from report_qa.evals.folder import RunFolder

        _report(RunFolder.open(run))


def _report(folder: RunFolder) -> None:
    from report_qa.evals.markdown import tables
    from report_qa.evals.report import write_report
    from report_qa.evals.scores import score_run

    scored = score_run(folder)
    written = write_report(scored, folder, session.language)
    typer.echo(tables(scored, session.language))
    say(f"The whole report: {written}", f"完整报告：{written}")
