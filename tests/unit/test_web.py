"""Page and API in one process: each at its addresses, both in one line, and the page behind its login."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEmbedder
from fastapi import FastAPI
from fastapi.testclient import TestClient
from serving import HOST, LOCAL, REPORT
from typer.testing import CliRunner, Result

from report_qa import web
from report_qa.cli import app as commands
from report_qa.config import Settings
from report_qa.errors import ConfigError, Exposed, StateUnusable
from report_qa.indexing.collections import in_collection
from report_qa.runtime.database import Database, held
from report_qa.runtime.keys import Scope, create_key, hash_password
from report_qa.runtime.logs import request_id, show_logs

Launch = Callable[..., FastAPI]


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path, corpus: Path, embedder: HashingEmbedder) -> Any:
    """Make settings whose server keeps its state in the test's folder."""
    (corpus / "report.md").write_text(REPORT, encoding="utf-8")

    def make(**changes: str) -> Settings:
        paths = {"paths__state": str(tmp_path / "state"), "paths__library": str(tmp_path / "library")}
        return make_settings(**paths, **changes)

    return make


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """Leave the loggers as they were; what is launched writes to a standard error that is gone afterwards."""
    loggers = [logging.getLogger(name) for name in ("report_qa", "")]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
    yield
    for one, handlers, level, propagate in before:
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)


@pytest.fixture
def launch(monkeypatch: pytest.MonkeyPatch) -> Launch:
    """Launch without listening, and return the application that would be served."""
    served: list[FastAPI] = []
    monkeypatch.setattr(web, "listen", lambda app, host, port, **_: served.append(app))

    def launch_(settings: Settings, **options: Any) -> FastAPI:
        web.launch(settings, **options)
        return served.pop()

    return launch_


def test_every_address_is_the_pages_or_the_apis(settings: Any, launch: Launch) -> None:
    with TestClient(launch(settings()), base_url=HOST, client=LOCAL) as client:
        page = client.get("/")
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for other in ("library", "review", "studio", "feedback", "evaluation", "status"):
            assert client.get(f"/{other}").headers["content-type"].startswith("text/html")
        assert client.get("/library").status_code == client.get("/review").status_code == 200
        assert client.get("/api/v1/health").json() == {"status": "ok"}
        for address in ("/api/v1/nothing", "/api/nothing", "/v1/nothing"):
            assert client.get(address).json()["detail" if address.startswith("/api") else "error"]
            assert client.get(address).status_code == 404
        assert client.put("/api/v1/ask").json()["code"] == "method_not_allowed"
        assert (
            client.post("/gradio_api/queue/join", json={}, headers={"Origin": "http://evil.example"}).status_code == 403
        )


def test_the_api_alone_has_no_page(settings: Any, launch: Launch) -> None:
    with TestClient(launch(settings(), page=False), base_url=HOST, client=LOCAL) as client:
        assert client.get("/").json()["code"] == "not_found"
        assert client.get("/api/v1/version").status_code == 200


def test_the_page_and_its_files_are_behind_the_login(settings: Any, launch: Launch) -> None:
    login = {"server__login_user": "team", "server__login_password_hash": hash_password("long enough")}
    with TestClient(launch(settings(**login)), base_url=HOST, client=LOCAL) as client:
        assert client.get("/config").status_code == 401
        picture = "/files/pictures/default/" + "0" * 32 + ".png"
        assert client.get(picture).status_code == 401
        wrong = client.post("/login", data={"username": "team", "password": "wrong"})
        assert wrong.status_code == 400
        assert client.get("/config").status_code == 401
        admitted = client.post("/login", data={"username": "team", "password": "long enough"})
        assert admitted.status_code == 200
        cookies = [cookie.lower() for cookie in admitted.headers.get_list("set-cookie")]
        assert len(cookies) == 2
        # no script reads them, and no page of another site has them sent
        assert all("httponly" in cookie and cookie.count("samesite=") == 1 for cookie in cookies)
        assert all(cookie.endswith("samesite=lax") for cookie in cookies)
        assert client.get("/config").status_code == 200
        assert client.get(picture).status_code == 404
        tries = [client.post("/login", data={"username": "team", "password": "guess"}) for _ in range(20)]
        assert tries[0].status_code == 400
        assert tries[-1].json()["code"] == "rate_limited"


def test_what_cannot_be_served_is_told_before_anything_is_loaded(settings: Any, launch: Launch) -> None:
    with pytest.raises(Exposed, match="login"):
        launch(settings(server__host="0.0.0.0"))
    with pytest.raises(Exposed, match="login"):
        launch(settings(server__allowed_hosts="qa.example.com"))
    for asked in ("nowhere", "default,nowhere"):
        with pytest.raises(ConfigError, match="no collection “nowhere”"):
            launch(settings(), collection=asked)
    with pytest.raises(ConfigError, match="keys password"):
        launch(settings(server__login_user="team", server__login_password_hash="plain"))
    with held(settings()), pytest.raises(StateUnusable, match="Another server"):
        launch(settings())


def test_several_collections_are_what_is_asked_where_nothing_is_named(settings: Any, launch: Launch) -> None:
    made = settings()
    in_collection(made, "wagon").paths.corpus.mkdir(parents=True)
    assert launch(made, collection="wagon, default").state.backend.default == "default,wagon"
    assert launch(made, collection="*").state.backend.default == "*"


def test_an_exposed_api_wants_its_key(settings: Any, launch: Launch) -> None:
    exposed = settings(server__host="0.0.0.0")
    _, secret = create_key(Database(exposed), "app", [Scope.ASK])
    with TestClient(launch(exposed, page=False), base_url="http://qa.example") as client:
        assert client.get("/api/v1/collections").json()["code"] == "key_missing"
        with_key = {"Authorization": f"Bearer {secret}"}
        assert client.get("/api/v1/collections", headers=with_key).status_code == 200


def test_log_lines_are_json_with_the_id_of_their_request(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("report_qa").handlers.clear()
    show_logs("json")
    mark = request_id.set("request-1")
    logging.getLogger("report_qa.api").warning("told %s", "中文")
    request_id.reset(mark)
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("report_qa").exception("broke")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["message"], first["request_id"], first["level"]) == ("told 中文", "request-1", "warning")
    assert "ValueError: why" in second["trace"]
    assert second["request_id"] == ""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Run the command line with a state folder of its own."""

    def invoke(*arguments: str, **options: Any) -> Result:
        state = ["--language", "en", "--set", f"paths.state={tmp_path / 'state'}"]
        return CliRunner().invoke(commands, [*state, *arguments], **options)

    return invoke


def test_keys_are_made_listed_and_revoked(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("keys", "list").stdout == ""
    made = run("keys", "create", "--scope", "ask", "--scope", "import", "phone-app")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    key = secret.split("_")[1]
    [line] = run("keys", "list").stdout.splitlines()
    assert line.startswith(f"{key}  phone-app  ask,import  ")
    assert line.endswith("  in use")
    assert secret not in line
    assert run("keys", "revoke", key).exit_code == 0
    assert "revoked" in run("keys", "list").stdout
    again = run("keys", "revoke", key)
    assert again.exit_code == 1
    assert "report-qa keys list" in again.stderr
    assert run("keys", "create", "nobody").exit_code == 2
    logged = [json.loads(line)["action"] for line in (tmp_path / "state" / "audit.jsonl").read_text().splitlines()]
    assert logged == ["key.create", "key.revoke"]


def test_a_password_becomes_a_hash(run: Callable[..., Result]) -> None:
    made = run("keys", "password", input="long enough\nlong enough\n")
    assert made.exit_code == 0
    assert made.stdout.strip().startswith("scrypt.")
    assert "long enough" not in made.stdout
    short = run("keys", "password", input="short\nshort\n")
    assert short.exit_code == 1
    assert "fewer than 8" in short.stderr


def test_serving_to_others_without_a_guard_is_one_line(run: Callable[..., Result]) -> None:
    refused = run("--set", "server.host=0.0.0.0", "serve", "--api-only")
    assert refused.exit_code == 1
    assert "report-qa keys create" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_serving_what_is_not_there_is_one_line(run: Callable[..., Result]) -> None:
    refused = run("serve", "--api-only", "--collection", "default", "--collection", "nowhere")
    assert refused.exit_code == 1
    assert "no collection “nowhere”" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_page_and_api_share_the_line_the_imports_and_the_evaluations(
    settings: Any, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[Any] = []

    def built(shelf: Any, settings: Settings, collection: str, *queues: Any, operations: Any) -> Any:
        lines.extend([*queues, operations.line])
        return build(shelf, settings, collection, *queues, operations=operations)

    build = web.build_page
    monkeypatch.setattr(web, "build_page", built)
    app = launch(settings())
    backend = app.state.backend
    assert lines == [backend.line, backend.imports, backend.evaluations, backend.line]
