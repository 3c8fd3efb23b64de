"""The command line. Errors meant for users become one line on standard error and exit status 1.

Heavy imports stay inside the commands, so that ``report-qa --help`` is quick.
"""

from __future__ import annotations

import json
import locale
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa import __version__
from report_qa.cli_eval import eval_app
from report_qa.cli_faq import faq_app
from report_qa.cli_library import (
    AskedOption,
    CollectionOption,
    import_files,
    library_app,
    opened,
    print_build,
    reading_bar,
    settings_of,
    tell_stale,
)
from report_qa.cli_server import keys_app, mcp, serve
from report_qa.errors import ConfigError, Text
from report_qa.terminal import EXIT_ERROR, bar, fail, progress, reported, say, session

if TYPE_CHECKING:
    from report_qa.config import Settings
    from report_qa.qa.records import Answer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Right, cited answers over reports and manuals, in Chinese and English.")  # fmt: skip
models_app = typer.Typer(no_args_is_help=True, help="Fetch, list and verify the embedded models.")
app.add_typer(models_app, name="models")
app.add_typer(eval_app, name="eval")
app.add_typer(faq_app, name="faq")
app.command("import")(import_files)
app.add_typer(library_app, name="library")
app.command("serve")(serve)
app.command("mcp")(mcp)
app.add_typer(keys_app, name="keys")

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
    session.language = language or ("zh" if (locale.getlocale()[0] or "").startswith(("zh", "Chinese")) else "en")
    session.file = config
    with reported():
        session.overrides = dict(_assignment(text) for text in settings or [])


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
    collection: CollectionOption = None,
) -> None:
    """Bring the index up to date with the corpus folder, or with the documents of a collection."""
    with reported():
        settings = settings_of(collection)
        from report_qa.service import index_corpus

        report = index_corpus(
            settings, rebuild=rebuild, progress=progress(), build_progress=bar(), reading_progress=reading_bar()
        )
        tell_stale(settings)
        print_build(report)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Chinese or English")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print status, answer, citations and timings as JSON")
    ] = False,
    collection: AskedOption = None,
) -> None:
    """Answer one question. Exit status 3 means that the documents do not say."""
    with reported():
        from report_qa.console import answer_json, print_answer

        qa, pictures = opened(collection)
        answer: Answer = qa.ask(question)
        if as_json:
            typer.echo(json.dumps(answer_json(answer, session.language, pictures), ensure_ascii=False, indent=2))
        elif answer.error is None:
            print_answer(answer, pictures)
        if answer.error is not None:
            fail(answer.error)
        if answer.status == "refused":
            raise typer.Exit(EXIT_REFUSED)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to search for")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=50, help="Sections to show")] = 5,
    collection: AskedOption = None,
) -> None:
    """Show which sections are found, and why: the score of every channel."""
    with reported():
        from report_qa.console import print_hits

        qa, _ = opened(collection, with_chat=False)
        print_hits(qa.search(question)[:count], qa.library)


@app.command()
def config() -> None:
    """Print every setting in force and where its value came from."""
    with reported():
        for setting in session.load().listing():
            typer.echo(f"{setting.path} = {setting.value}    # {setting.source}; {setting.description}")


@app.command()
def doctor() -> None:
    """Check everything that can be wrong, and say the remedy."""
    with reported():
        settings = session.load().settings
        from report_qa.doctor import examine

        marks = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}
        worst = "ok"
        for result in examine(settings):
            mark, colour = marks[result.severity]
            line = f"{mark} {result.message.in_language(session.language)}"
            if result.remedy:
                line += f" {result.remedy.in_language(session.language)}"
            typer.secho(line, fg=colour)
            worst = result.severity if result.severity == "error" else worst
        if worst == "error":
            raise typer.Exit(EXIT_ERROR)


@models_app.command("pull")
def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Models (default: all embedded ones in use)")] = None,
) -> None:
    """Download models, or replace damaged ones; every file is verified by SHA-256."""
    with reported():
        settings = session.load().settings
        from report_qa.models.fetch import pull

        for name in names or _embedded_in_use(settings):
            path = pull(name, settings, progress())
            say(f"{name}: ready in {path}", f"{name}：已就绪，位于 {path}")


@models_app.command("list")
def models_list() -> None:
    """List the embedded models and whether they are here."""
    with reported():
        from report_qa.models.status import list_models

        for model in list_models(session.load().settings):
            state = Text("here", "已下载") if model.present else Text("not here", "未下载")
            size = f"{model.bytes / 1e6:,.0f} MB"
            typer.echo(f"{model.name}  {state.in_language(session.language)}  {size}  {model.licence}  {model.source}")


@models_app.command("check")
def models_check(
    names: Annotated[list[str] | None, typer.Argument(help="Models (default: all embedded ones in use)")] = None,
) -> None:
    """Read every model file and compare its SHA-256."""
    with reported():
        settings = session.load().settings
        from report_qa.models.status import check

        for name in names or _embedded_in_use(settings):
            check(name, settings, progress())
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
