"""Who may do what: keys and scopes, limits, foreign pages, and an address that others can reach."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from serving import HOST, QUESTION, MakeServer, Server

from report_qa.api.backend import Backend
from report_qa.config import Settings
from report_qa.errors import ConfigError, Exposed, StateUnusable
from report_qa.runtime.database import FILE, Database, held
from report_qa.runtime.keys import Scope, create_key, find_key, hash_password, is_password, list_keys, revoke_key
from report_qa.web import login_of, require_guard

ASK = "/api/v1/ask"
FEEDBACK = {"question": QUESTION, "answer": "2887", "outcome": "answered", "verdict": "up"}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ask": ("POST", ASK, {"json": {"question": QUESTION}}),
    "search": ("GET", "/api/v1/search?q=客流", {}),
    "chat": ("POST", "/v1/chat/completions", {"json": {"model": "default", "messages": [{"role": "user", "content": QUESTION}]}}),
    "import": ("POST", "/api/v1/collections/new/documents", {"files": [("files", ("a.md", b"# A\n\nSome words.\n"))]}),
    "remove": ("DELETE", "/api/v1/collections/default/documents/none.md", {}),
    "imports": ("GET", "/api/v1/imports", {}),
    "review": ("GET", "/api/v1/feedback", {}),
    "metrics": ("GET", "/api/v1/metrics", {}),
}  # fmt: skip
ALLOWED = {
    Scope.ASK: {"ask", "search", "chat"},
    Scope.IMPORT: {"import", "remove", "imports"},
    Scope.REVIEW: {"review"},
    Scope.ADMIN: set(CALLS),
}


def call(client: TestClient, name: str) -> Any:
    method, address, request = CALLS[name]
    return client.request(method, address, **request)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_allows_its_scope_and_nothing_else(client: TestClient, server: Server, scope: Scope) -> None:
    with_key = server.client(server.key(scope))
    for name in CALLS:
        status = call(with_key, name).status_code
        assert (status != 403) == (name in ALLOWED[scope]), name
        assert status < 500
        assert call(client, name).status_code == 401


def test_without_any_key_this_machine_may_do_everything(client: TestClient) -> None:
    assert [call(client, name).status_code for name in CALLS] == [200, 200, 200, 202, 404, 200, 200, 200]


def test_revoking_the_last_key_opens_nothing(client: TestClient, server: Server) -> None:
    secret = server.key(Scope.ASK)
    [key] = list_keys(server.backend.database)
    assert server.client(secret).post(ASK, json={"question": QUESTION}).status_code == 200
    revoke_key(server.backend.database, key.id)
    for one in (server.client(secret), client):
        reply = one.post(ASK, json={"question": QUESTION})
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert "report-qa keys create" in reply.json()["remedy"]["en"]


def test_health_readiness_and_version_need_no_key(client: TestClient, server: Server) -> None:
    server.key(Scope.ASK)
    assert client.get("/api/v1/health").json() == {"status": "ok"}
    assert client.get("/api/v1/ready").json()["status"] == "ready"
    assert client.get("/api/v1/version").json()["api"] == "v1"


def test_who_can_be_reached_by_others_needs_a_key_from_the_start(server: Server) -> None:
    exposed = Backend(server.backend.shelf, default="default", exposed=True)
    server.app.state.backend = exposed
    assert call(server.client(), "ask").json()["code"] == "key_missing"


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_a_proxy_passes_on_is_not_of_this_machine(client: TestClient, name: str) -> None:
    assert client.get("/api/v1/collections").status_code == 200
    assert client.get("/api/v1/collections", headers={name: "203.0.113.9"}).json()["code"] == "key_missing"


def test_another_machine_needs_a_key_whatever_it_calls_itself(server: Server) -> None:
    other = TestClient(server.app, base_url=HOST, client=("203.0.113.9", 50_000))
    assert other.get("/api/v1/collections").json()["code"] == "key_missing"


def test_only_the_hash_of_a_key_is_kept(server: Server) -> None:
    secret = server.key(Scope.ASK, Scope.IMPORT)
    database = server.backend.database
    found = find_key(database, secret)
    assert found is not None
    assert found.scopes == {Scope.ASK, Scope.IMPORT}
    assert database.path.stat().st_mode & 0o077 == 0
    content = b"".join(path.read_bytes() for path in database.path.parent.glob(f"{FILE}*"))
    assert secret.encode() not in content
    assert secret.removeprefix(f"rqa_{found.id}_").encode() not in content
    for wrong in (secret[:-1], f"{secret}x", secret.upper(), "", "rqa__", f"rqa_{found.id}_", "Bearer"):
        assert find_key(database, wrong) is None


def test_a_password_is_known_by_its_hash_only() -> None:
    hashed = hash_password("correct horse 电池")
    assert "horse" not in hashed
    assert is_password("correct horse 电池", hashed)
    assert not is_password("correct horse 电", hashed)
    assert hash_password("correct horse 电池") != hashed
    with pytest.raises(ConfigError, match="fewer than 8"):
        hash_password("1234567")
    for broken in ("", "scrypt.x", "md5.a.b", "scrypt.é.b"):
        with pytest.raises(ConfigError, match="keys password"):
            is_password("x", broken)


def test_more_requests_than_allowed_are_told_when_to_come_again(make: MakeServer) -> None:
    server = make(api__requests_per_minute="3")
    with server.client(server.key(Scope.ASK)) as client:
        replies = [client.get("/api/v1/collections") for _ in range(4)]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
        assert replies[-1].json()["code"] == "rate_limited"
        assert 1 <= int(replies[-1].headers["retry-after"]) <= 60
        other = server.client(server.key(Scope.ASK))
        assert other.get("/api/v1/collections").status_code == 200


def test_one_key_cannot_take_all_places(make: MakeServer) -> None:
    server = make(api__questions_at_once="1")
    with server.client(server.key(Scope.ASK)) as client:
        server.backend.shelf.open("default")
        server.script.gate.clear()
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(call, client, "ask")
            while server.script.asked == 0:
                pass
            second = call(client, "ask")
            assert (second.status_code, second.json()["code"]) == (429, "too_many_questions")
            other = pool.submit(call, server.client(server.key(Scope.ASK)), "ask")
            server.script.gate.set()
            assert first.result().status_code == other.result().status_code == 200
        assert call(client, "ask").status_code == 200


def test_guessing_keys_is_slowed_down(client: TestClient, server: Server) -> None:
    server.key(Scope.ASK)
    codes = [server.client("rqa_0_guess").get("/api/v1/collections").json()["code"] for _ in range(22)]
    assert codes[:20] == ["key_unknown"] * 20
    assert codes[21] == "rate_limited"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": HOST}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Host": "evil.example"}, 421),
        ({"Host": "localhost:7860"}, 201),
        ({"Host": "[::1]:7860"}, 201),
    ],
)
def test_pages_of_other_sites_cannot_write(client: TestClient, headers: dict[str, str], status: int) -> None:
    reply = client.post("/api/v1/feedback", json=FEEDBACK, headers=headers)
    assert reply.status_code == status
    assert "access-control-allow-origin" not in reply.headers


def test_an_origin_that_is_named_may_call(make: MakeServer) -> None:
    server = make(api__cors_origins="https://portal.example", server__allowed_hosts="qa.example")
    with server.client() as client:
        asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "POST"}
        assert client.options(ASK, headers=asked).headers["access-control-allow-origin"] == "https://portal.example"
        written = client.post("/api/v1/feedback", json=FEEDBACK, headers={"Origin": "https://portal.example"})
        assert written.status_code == 201
        named = {"Host": "qa.example", "Origin": "https://qa.example"}
        assert client.post("/api/v1/feedback", json=FEEDBACK, headers=named).status_code == 201
        refused = client.post("/api/v1/feedback", json=FEEDBACK, headers={"Origin": "https://other.example"})
        assert refused.status_code == 403


def test_replies_tell_browsers_to_be_careful(client: TestClient) -> None:
    headers = client.get("/api/v1/version").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_a_request_brings_its_id_or_gets_one(client: TestClient) -> None:
    assert client.get("/api/v1/version", headers={"X-Request-ID": "mine-0001"}).headers["x-request-id"] == "mine-0001"
    replaced = client.get("/api/v1/version", headers={"X-Request-ID": "<script>"}).headers["x-request-id"]
    assert len(replaced) == 32


def test_too_large_requests_are_refused(make: MakeServer) -> None:
    server = make(api__max_request_kb="16", api__max_upload_mb="1")
    with server.client() as client:
        for body in (b"x" * 20_000, (b"x" * 1000 for _ in range(20))):
            reply = client.post(ASK, content=body, headers={"Content-Type": "application/json"})
            assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
        files = [("files", ("a.md", b"x" * 1_100_000))]
        assert client.post("/api/v1/collections/new/documents", files=files).status_code == 413
        files = [("files", ("a.md", b"# words\n" * 10_000))]
        assert client.post("/api/v1/collections/new/documents", files=files).status_code == 202


def test_the_log_has_ids_and_no_questions_or_keys(
    client: TestClient, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    secret = server.key(Scope.ASK, name="phone-app")
    caplog.set_level(logging.INFO, "report_qa")
    with_key = server.client(secret)
    reply = with_key.get("/api/v1/search", params={"q": "门店客流"})
    with_key.post(ASK, json={"question": QUESTION})
    [line, _] = [record for record in caplog.records if record.name == "report_qa.api.envelope"]
    assert line.__dict__["fields"] | {"seconds": 0} == {
        "method": "GET", "path": "/api/v1/search", "status": 200, "seconds": 0,
        "key": f"{list_keys(server.backend.database)[0].id} phone-app",
    }  # fmt: skip
    assert reply.headers["x-request-id"]
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("report_qa"))
    for hidden in (secret, "门店客流", QUESTION):
        assert hidden not in ours


def test_writes_are_in_the_audit_log_with_who_and_what(client: TestClient, server: Server) -> None:
    with_key = server.client(server.key(Scope.ADMIN, name="boss"))
    with_key.post("/api/v1/feedback", json=FEEDBACK, headers={"X-Request-ID": "request-1"})
    with_key.delete("/api/v1/collections/default/documents/report.md")
    lines = [json.loads(line) for line in server.backend.audit.path.read_text("utf-8").splitlines()]
    assert [(line["action"], line["what"]) for line in lines] == [
        ("feedback.add", "up"),
        ("document.remove", "default/report.md"),
    ]
    assert lines[0]["request_id"] == "request-1"
    assert lines[0]["by"].endswith(" boss")
    assert QUESTION not in server.backend.audit.path.read_text("utf-8")


def test_other_machines_are_let_in_only_past_a_login_and_a_key(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    state = {"paths__state": str(tmp_path / "state"), "server__host": "0.0.0.0"}
    settings = make_settings(**state)
    with pytest.raises(Exposed, match=r"login.*report-qa keys password"):
        require_guard(settings, page=True)
    with pytest.raises(Exposed, match="report-qa keys create"):
        require_guard(settings, page=False)
    key, _ = create_key(Database(settings), "app", [Scope.ASK])
    require_guard(settings, page=False)
    named = make_settings(**state, server__login_user="team", server__login_password_hash=hash_password("long enough"))
    require_guard(named, page=True)
    login = login_of(named)
    assert login is not None
    assert login("team", "long enough")
    assert not login("team", "wrong")
    assert not login("other", "long enough")
    revoke_key(Database(settings), key.id)
    with pytest.raises(Exposed, match="report-qa keys create"):
        require_guard(named, page=True)


def test_a_database_that_cannot_be_used_is_told(client: TestClient, server: Server) -> None:
    server.key(Scope.ASK)
    database = server.backend.database.path
    for path in database.parent.glob(f"{FILE}*"):
        path.unlink()
    database.write_bytes(b"no database " * 100)
    reply = client.get("/api/v1/collections")
    assert (reply.status_code, reply.json()["code"]) == (503, "state_unusable")
    with pytest.raises(StateUnusable, match=r"paths\.state"):
        list_keys(Database(server.settings))


def test_a_database_of_a_newer_version_is_left_alone(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    settings = make_settings(paths__state=str(tmp_path))
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StateUnusable, match="format 99"):
        create_key(Database(settings), "app", [Scope.ASK])


def test_two_servers_do_not_share_a_state_folder(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    settings = make_settings(paths__state=str(tmp_path / "state"))
    with held(settings), pytest.raises(StateUnusable, match="Another server"), held(settings):
        pass
    with held(settings):
        pass
