"""Evaluation runs by HTTP: datasets, one run at a time with progress and a stop, reports, and comparisons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eval_builders import row, write_rows
from fastapi.testclient import TestClient
from serving import QUESTION, Server, until

from report_qa.client import APIError, Client
from report_qa.evals.evaluations import Evaluations
from report_qa.runtime.keys import Scope
from report_qa.runtime.line import Line

ROWS = [
    row(id="sample", question=QUESTION),
    row(id="traffic", question="门店客流增长了多少？", gold="12%", key_facts=[["12%"]], evidence=["不在文档中的一句话"]),
    row(id="moon", question="量子色动力学讲了什么", kind="unanswerable", gold="", key_facts=[], evidence=[]),
]  # fmt: skip
RUNS = "/api/v1/evaluations"


@pytest.fixture
def dataset(client: TestClient, tmp_path: Path) -> str:
    """The key of a dataset that was uploaded."""
    content = write_rows(tmp_path / "rows.jsonl", *ROWS).read_bytes()
    reply = client.post("/api/v1/datasets", files={"file": ("../cases.jsonl", content)})
    assert reply.status_code == 201
    told: dict[str, Any] = reply.json()
    assert (told["name"], told["cases"]) == ("cases.jsonl", 3)
    return str(told["key"])


def ended(client: TestClient, name: str) -> dict[str, Any]:
    """Return how a run ended."""
    until(lambda: client.get(f"{RUNS}/{name}").json()["state"] not in {"running", "stopping"})
    found: dict[str, Any] = client.get(f"{RUNS}/{name}").json()
    return found


def test_a_run_is_made_read_and_compared(client: TestClient, dataset: str, server: Server) -> None:
    reply = client.post(RUNS, json={"dataset": dataset, "systems": ["ours", "closed-book"], "name": "first run"})
    assert (reply.status_code, reply.headers["location"]) == (202, f"{RUNS}/first%20run")
    done = ended(client, "first run")
    assert (done["state"], done["attempted"], done["cases"]) == ("complete", {"ours": 3, "closed-book": 3}, 3)
    assert (done["dataset"], done["dataset_key"], done["problem"]) == ("cases.jsonl", dataset, None)
    assert (done["progress"]["done"], done["progress"]["total"], done["progress"]["lost"]) == (6, 6, ["traffic"])
    assert done["progress"]["last"]["case"] == "moon"
    report = client.get(f"{RUNS}/first run/report").json()
    cases = {case["id"]: case for case in next(s for s in report["systems"] if s["name"] == "ours")["cases"]}
    # the scripted model answers 2887 to every question that is not refused
    assert cases["sample"]["values"]["accuracy"] == 1
    assert cases["traffic"]["values"]["accuracy"] == 0
    page = client.get(f"{RUNS}/first run/report.html", params={"language": "zh"})
    assert '<html lang="zh">' in page.text
    assert "sandbox" in page.headers["content-security-policy"]
    both = {"before": "first run/closed-book", "after": "first run/ours"}
    compared = client.get("/api/v1/comparisons", params=both).json()
    assert (compared["before"], compared["after"], compared["cases"]) == ("closed-book", "ours", 3)
    assert {found["measure"] for found in compared["differences"]} >= {"accuracy", "outcome"}
    assert server.backend.evaluations.runs()[0].name == "first run"  # what the page lists


def test_one_run_goes_on_at_a_time_and_is_stopped_and_gone_on_with(
    client: TestClient, dataset: str, server: Server
) -> None:
    server.script.gate.clear()
    assert client.post(RUNS, json={"dataset": "cases.jsonl"}).json()["name"] == "cases"
    until(lambda: server.script.asked == 1)
    running = client.get(f"{RUNS}/cases").json()
    assert (running["state"], running["progress"]["started"], running["progress"]["done"]) == ("running", True, 0)
    busy = client.post(RUNS, json={"dataset": dataset, "name": "other"})
    assert (busy.status_code, busy.json()["code"]) == (409, "evaluation_busy")
    assert busy.headers["retry-after"]
    assert client.post(f"{RUNS}/cases/resume").json()["code"] == "evaluation_busy"
    assert client.post(f"{RUNS}/cases/stop").json()["state"] == "stopping"
    server.script.gate.set()
    stopped = ended(client, "cases")
    assert (stopped["state"], stopped["attempted"]) == ("incomplete", {"ours": 1})
    assert client.post(f"{RUNS}/cases/resume").status_code == 202
    assert ended(client, "cases")["attempted"] == {"ours": 3}
    assert client.post(f"{RUNS}/cases/stop").json()["state"] == "complete"
    written = [json.loads(line) for line in server.backend.audit.path.read_text(encoding="utf-8").splitlines()]
    actions = [entry["action"] for entry in written]
    assert actions == ["dataset.add", "evaluation.start", "evaluation.stop", "evaluation.resume"]
    # a dataset of a run is there after a restart too
    later = Evaluations(Line())
    assert [known.key for known in later.datasets(later.runs())] == [dataset]


def test_what_cannot_be_measured_is_a_problem(client: TestClient, dataset: str) -> None:
    for body, status, code in (
        ({"dataset": "none"}, 422, "setting_invalid"),
        ({"dataset": dataset, "systems": ["theirs"]}, 422, "setting_invalid"),
        ({"dataset": dataset, "systems": []}, 422, "request_invalid"),
        ({"dataset": dataset, "name": "../x"}, 422, "setting_invalid"),
        ({"dataset": dataset, "collection": "nowhere"}, 404, "collection_missing"),
        ({"dataset": dataset, "collection": "default,nowhere"}, 404, "collection_missing"),
    ):
        reply = client.post(RUNS, json=body)
        assert (reply.status_code, reply.json()["code"]) == (status, code)
    bad = client.post("/api/v1/datasets", files={"file": ("bad.jsonl", b'{"id": 1}')})
    assert (bad.status_code, bad.json()["code"]) == (422, "setting_invalid")
    assert "bad.jsonl" in bad.json()["message"]["en"]
    assert "line 1" in bad.json()["message"]["en"]
    for address in ("", "/report", "/report.html"):
        assert client.get(f"{RUNS}/none{address}").json()["code"] == "evaluation_missing"
    for step in ("stop", "resume"):
        assert client.post(f"{RUNS}/none/{step}").json()["code"] == "evaluation_missing"
    both = {"before": "none/ours", "after": "none/ours"}
    assert client.get("/api/v1/comparisons", params=both).json()["code"] == "evaluation_missing"
    assert client.get(RUNS).json() == {"items": [], "next": None}


def test_a_run_that_broke_off_tells_why(client: TestClient, dataset: str) -> None:
    assert client.post(RUNS, json={"dataset": dataset, "limit": 1, "name": "mine"}).status_code == 202
    ended(client, "mine")
    client.post(RUNS, json={"dataset": dataset, "limit": 2, "name": "mine"})
    failed = ended(client, "mine")
    assert failed["state"] == "failed"
    assert "other cases" in failed["problem"]["message"]["en"]
    assert failed["problem"]["remedy"]["zh"]


def test_measuring_is_for_admins(client: TestClient, server: Server) -> None:
    key = server.key(Scope.ASK, Scope.IMPORT, Scope.REVIEW)
    for method, address in (("GET", RUNS), ("GET", "/api/v1/datasets"), ("POST", f"{RUNS}/x/stop")):
        reply = client.request(method, address, headers={"Authorization": f"Bearer {key}"})
        assert (reply.status_code, reply.json()["code"]) == (403, "scope_missing")


def test_the_client_measures(client: TestClient, tmp_path: Path) -> None:
    ours = Client("http://127.0.0.1", http=client)
    dataset = ours.add_dataset(write_rows(tmp_path / "cases.jsonl", *ROWS))
    assert ours.datasets() == [dataset]
    for name in ("a", "b", "c"):
        told: list[str] = []
        begun = ours.evaluate(dataset.key, name=name, limit=2)
        run = ours.measured(begun.name, lambda one: told.append(one.state), every=0.02)  # noqa: B023
        assert (run.state, told[-1]) == ("complete", "complete")
    assert sorted(run.name for run in ours.evaluations()) == ["a", "b", "c"]
    assert len(client.get(RUNS, params={"limit": 2}).json()["items"]) == 2
    assert ours.stop_evaluation("a").state == "complete"
    assert ours.measured(ours.resume_evaluation("a").name, every=0.02).state == "complete"
    assert ours.evaluation_report("a")["systems"][0]["attempted"] == 2
    assert "<html" in ours.evaluation_page("a")
    compared = ours.compare("a/ours", "b/ours")
    assert {found.change for found in compared.differences if found.measure == "accuracy"} == {0.0}
    with pytest.raises(APIError) as caught:
        ours.evaluation("none")
    assert caught.value.problem.code == "evaluation_missing"
