"""The command line. Errors meant for users become one line on standard error and exit status 1.

Heavy imports stay inside the commands, so that ``report-qa --help`` is quick.
"""

from __future__ import annotations

import json
import locale
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa import __version__
from report_qa.cli_faq import faq_app
from report_qa.errors import ConfigError, Text
from report_qa.terminal import EXIT_ERROR, console_progress, fail, reported, say, state

if TYPE_CHECKING:
    from report_qa.config import Settings
    from report_qa.evals.score import Record
    from report_qa.qa.records import Answer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Right, cited answers over reports and manuals, in Chinese and English.")  # fmt: skip
models_app = typer.Typer(no_args_is_help=True, help="Fetch, list and verify the embedded models.")
app.add_typer(models_app, name="models")
app.add_typer(faq_app, name="faq")

EXIT_REFUSED = 3
"""Exit status of ``ask`` when the documents do not say, so that scripts can tell it from an error."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"report-qa {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set one setting, e.g. --set llm.model=…")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings file (default: report-qa.toml)")] = None,
    language: Annotated[str | None, typer.Option(help="Language of messages: zh or en")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit")
    ] = False,
) -> None:
    state.language = language or ("zh" if (locale.getlocale()[0] or "").startswith(("zh", "Chinese")) else "en")
    state.file = config
    with reported():
        state.overrides = dict(_assignment(text) for text in settings or [])


def _assignment(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise ConfigError(
            Text(f"--set {text} is not PATH=VALUE.", f"--set {text} 不是“路径=值”的形式。"),
            Text("Write for example --set retrieval.sections=3.", "例如：--set retrieval.sections=3。"),
        )
    return key.strip(), value.strip()


@app.command()
def index(
    rebuild: Annotated[bool, typer.Option(help="Forget the index first and build it anew")] = False,
) -> None:
    """Bring the index up to date with the corpus folder."""
    with reported():
        settings = state.load().settings
        from report_qa.service import index_corpus

        report = index_corpus(settings, rebuild=rebuild, progress=console_progress(), build_progress=_bar())
        for name, error in report.failed:
            typer.secho(f"{name}: {error.line(state.language)}", err=True, fg="red")
        for name in report.skipped:
            say(f"{name}: left out (not a .txt or .md file)", f"{name}：已略过（不是 .txt 或 .md 文件）")
        say(
            f"{report.chunks} chunks of {len(report.added) + len(report.changed) + len(report.unchanged)} documents in "
            f"the index: {len(report.added)} added, {len(report.changed)} changed, {len(report.unchanged)} unchanged, "
            f"{len(report.removed)} removed; {report.embedded} chunks embedded in {report.seconds:.1f} s.",
            f"索引中共 {report.chunks} 个文本块：新增 {len(report.added)} 份文档、更新 {len(report.changed)} 份、"
            f"未变 {len(report.unchanged)} 份、移除 {len(report.removed)} 份；"
            f"向量化 {report.embedded} 块，用时 {report.seconds:.1f} 秒。",
        )
        _tell_stale(settings)
        if report.failed:
            raise typer.Exit(EXIT_ERROR)


def _tell_stale(settings: Settings) -> None:
    """Say what became of the evidence of reviewed answers; without any, nothing."""
    from report_qa.faq.database import database_exists

    if database_exists(settings):
        from report_qa.cli_faq.releasing import print_stale
        from report_qa.faq.stale import find_stale

        print_stale(find_stale(settings))


def _bar() -> Callable[[str, int, int], None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, object] = {}

    def show(name: str, done: int, total: int) -> None:
        if not tasks:
            bar.start()
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=total)
        bar.update(tasks[name], completed=done)  # type: ignore[arg-type]  # TaskID is an int
        if all(task.finished for task in bar.tasks):
            bar.refresh()
            bar.stop()

    return show


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Chinese or English")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print status, answer, citations and timings as JSON")
    ] = False,
) -> None:
    """Answer one question. Exit status 3 means that the documents do not say."""
    with reported():
        settings = state.load().settings
        from report_qa.console import answer_json, print_answer
        from report_qa.service import ReportQA

        answer: Answer = ReportQA.open(settings, console_progress()).ask(question)
        if as_json:
            typer.echo(json.dumps(answer_json(answer, state.language), ensure_ascii=False, indent=2))
        elif answer.error is None:
            print_answer(answer)
        if answer.error is not None:
            fail(answer.error)
        if answer.status == "refused":
            raise typer.Exit(EXIT_REFUSED)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to search for")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=50, help="Sections to show")] = 5,
) -> None:
    """Show which sections are found, and why: the score of every channel."""
    with reported():
        settings = state.load().settings
        from report_qa.console import print_hits
        from report_qa.service import ReportQA

        qa = ReportQA.open(settings, console_progress(), with_chat=False)
        print_hits(qa.search(question)[:count], qa.library)


@app.command()
def serve(
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the default browser")] = False,
) -> None:
    """Open the chat as a web page."""
    with reported():
        if open_browser:
            state.overrides["server.open_browser"] = "true"
        from report_qa.web import launch_page

        launch_page(state.load().settings, console_progress())


@app.command()
def config() -> None:
    """Print every setting in force and where its value came from."""
    with reported():
        for setting in state.load().listing():
            typer.echo(f"{setting.path} = {setting.value}    # {setting.source}; {setting.description}")


@app.command()
def doctor() -> None:
    """Check everything that can be wrong, and say the remedy."""
    with reported():
        settings = state.load().settings
        from report_qa.doctor import examine

        marks = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}
        worst = "ok"
        for result in examine(settings):
            mark, colour = marks[result.severity]
            line = f"{mark} {result.message.in_language(state.language)}"
            if result.remedy:
                line += f" {result.remedy.in_language(state.language)}"
            typer.secho(line, fg=colour)
            worst = result.severity if result.severity == "error" else worst
        if worst == "error":
            raise typer.Exit(EXIT_ERROR)


@app.command("eval")
def evaluate(
    dataset: Annotated[Path, typer.Argument(help="Cases as JSON lines")],
    systems: Annotated[str, typer.Option(help="Systems, separated by commas: report-qa, naive")] = "report-qa",
    out: Annotated[Path, typer.Option(help="Folder of the records; a run that was stopped goes on there")] = Path(
        "bench"
    ),
    limit: Annotated[int, typer.Option(min=0, help="Only the first N cases; 0 means all")] = 0,
) -> None:
    """Measure answers over a dataset and print the table; every case counts, also those that fail."""
    with reported():
        settings = state.load().settings
        from report_qa.evals.dataset import load_cases
        from report_qa.evals.report import markdown
        from report_qa.evals.run import run
        from report_qa.evals.systems import open_systems

        cases = load_cases(dataset)
        cases = cases[:limit] if limit else cases
        chosen = open_systems([name.strip() for name in systems.split(",")], settings, console_progress())
        records = run(cases, chosen, out, _tell)
        table = markdown(cases, records)
        (out / "report.md").write_text(table, encoding="utf-8")
        typer.echo(table)


def _tell(system: str, done: int, total: int, record: Record) -> None:
    mark = "right" if record.right else record.status
    typer.echo(f"{system} {done}/{total} {record.case} {mark} {record.total_s:.1f} s", err=True)


@models_app.command("pull")
def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Models (default: all embedded ones in use)")] = None,
) -> None:
    """Download models, or replace damaged ones; every file is verified by SHA-256."""
    with reported():
        settings = state.load().settings
        from report_qa.models.fetch import pull

        for name in names or _embedded_in_use(settings):
            path = pull(name, settings, console_progress())
            say(f"{name}: ready in {path}", f"{name}：已就绪，位于 {path}")


@models_app.command("list")
def models_list() -> None:
    """List the embedded models and whether they are here."""
    with reported():
        from report_qa.models.status import list_models

        for model in list_models(state.load().settings):
            present = Text("here", "已下载") if model.present else Text("not here", "未下载")
            size = f"{model.bytes / 1e6:,.0f} MB"
            typer.echo(f"{model.name}  {present.in_language(state.language)}  {size}  {model.licence}  {model.source}")


@models_app.command("check")
def models_check(
    names: Annotated[list[str] | None, typer.Argument(help="Models (default: all embedded ones in use)")] = None,
) -> None:
    """Read every model file and compare its SHA-256."""
    with reported():
        settings = state.load().settings
        from report_qa.models.status import check

        for name in names or _embedded_in_use(settings):
            check(name, settings, console_progress())
            say(f"{name}: whole", f"{name}：完整")


def _embedded_in_use(settings: Settings) -> list[str]:
    from report_qa.models.catalog import EMBEDDED_MODELS

    wanted = [settings.embedding.model]
    if settings.llm.provider == "embedded":
        wanted.append(settings.llm.model)
    return [name for name in wanted if name in EMBEDDED_MODELS]


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
