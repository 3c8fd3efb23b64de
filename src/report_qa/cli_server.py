"""The commands about serving: the page and the API, the tools for other programs, and the keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from report_qa.cli_library import AskedOption, selected
from report_qa.errors import Text
from report_qa.terminal import progress, reported, say, session

keys_app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys of the API.")


class ScopeName(StrEnum):
    """What a key can allow."""

    ASK = "ask"
    IMPORT = "import"
    REVIEW = "review"
    ADMIN = "admin"


def serve(
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the default browser")] = False,
    api_only: Annotated[bool, typer.Option("--api-only", help="Serve the API without the page")] = False,
    collection: AskedOption = None,
) -> None:
    """Serve the chat as a web page, and the API."""
    with reported():
        if open_browser:
            session.overrides["server.open_browser"] = "true"
        loaded = session.load()
        from report_qa.web import launch

        launch(loaded.settings, progress(), collection=selected(collection), page=not api_only, sources=loaded.sources)


def mcp(collection: AskedOption = None) -> None:
    """Serve asking and searching as MCP tools on standard input and output."""
    with reported():
        settings = session.load().settings
        from report_qa.api.mcp import serve_tools

        serve_tools(settings, progress(), collection=selected(collection))


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Argument(help="Whose key it is, as lists and logs show it")],
    scope: Annotated[
        list[ScopeName], typer.Option(help="What it allows; may be given several times. admin allows everything")
    ],
) -> None:
    """Make a key. It is shown once; only its hash is kept."""
    with reported():
        from report_qa.runtime.audit import Audit
        from report_qa.runtime.database import Database
        from report_qa.runtime.keys import Scope, create_key

        settings = session.load().settings
        key, secret = create_key(Database(settings), name, [Scope(one.value) for one in scope])
        Audit(settings).add("command line", "key.create", f"{key.id} {key.name}")
        typer.echo(secret)
        say("Keep it; it is not shown again.", "请妥善保存，之后不再显示。", err=True)


@keys_app.command("list")
def keys_list() -> None:
    """List the keys, revoked ones too."""
    with reported():
        from report_qa.runtime.database import Database
        from report_qa.runtime.keys import list_keys

        for key in list_keys(Database(session.load().settings)):
            revoked = Text(f"revoked {key.revoked}", f"已于 {key.revoked} 撤销").in_language(session.language)
            state = revoked if key.revoked else Text("in use", "使用中").in_language(session.language)
            typer.echo(f"{key.id}  {key.name}  {','.join(sorted(key.scopes))}  {key.created}  {state}")


@keys_app.command("revoke")
def keys_revoke(key: Annotated[str, typer.Argument(help="Id of the key, as 'keys list' shows it")]) -> None:
    """Make a key worthless from now on."""
    with reported():
        from report_qa.runtime.audit import Audit
        from report_qa.runtime.database import Database
        from report_qa.runtime.keys import revoke_key

        settings = session.load().settings
        revoked = revoke_key(Database(settings), key)
        Audit(settings).add("command line", "key.revoke", f"{revoked.id} {revoked.name}")
        say(f"{revoked.id} {revoked.name}: revoked", f"{revoked.id} {revoked.name}：已撤销")


@keys_app.command("password")
def keys_password() -> None:
    """Ask for a password of the page, and print what server.login_password_hash is to hold."""
    with reported():
        from report_qa.runtime.keys import hash_password

        asked = Text("Password", "密码").in_language(session.language)
        typer.echo(hash_password(typer.prompt(asked, hide_input=True, confirmation_prompt=True, err=True)))
