"""Reviewed answers by HTTP: written, reviewed, released, and then given in the place of the model's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEmbedder
from fastapi.testclient import TestClient
from files import drawing
from serving import QUESTION, MakeServer, Server, call_tool

from report_qa.api.mcp import mcp_server
from report_qa.faq.gaps import gaps
from report_qa.faq.store import FaqStore
from report_qa.faq.vectors import QuestionVectors
from report_qa.runtime.keys import Scope

FAQ = "/api/v1/collections/default/faq"
PAIR = {
    "question": QUESTION,
    "answer": "有效样本2887份。",
    "quote": "其中有效样本2887份",
    "similar": ["样本多少份有效？"],
}


def add(client: TestClient, **changes: Any) -> dict[str, Any]:
    reply = client.post(f"{FAQ}/pairs", json={**PAIR, **changes})
    assert reply.status_code == 201, reply.text
    added: dict[str, Any] = reply.json()
    return added


def decide(client: TestClient, number: int, step: str, **more: Any) -> Any:
    return client.post(f"{FAQ}/pairs/{number}/steps", json={"step": step, **more})


def test_before_there_are_any_everything_is_empty(client: TestClient) -> None:
    assert client.get(f"{FAQ}/pairs").json() == {"items": [], "next": None}
    assert client.get(f"{FAQ}/releases").json()["items"] == []
    assert client.get(f"{FAQ}/match", params={"q": QUESTION}).json()["band"] == "pass"
    for address in ("pairs/1", "pairs/1/history", "releases/1"):
        assert client.get(f"{FAQ}/{address}").json()["code"] == "faq_missing"
    assert client.get("/api/v1/collections/nowhere/faq/pairs").json()["code"] == "collection_missing"


def test_a_pair_is_written_approved_released_and_given(client: TestClient, server: Server) -> None:
    pair = add(client)
    assert (pair["state"], pair["revision"], pair["flags"]) == ("draft", 1, [])
    assert pair["evidence"]["document"] == "report.md"
    assert pair["evidence"]["quote"] == "其中有效样本2887份"
    assert decide(client, pair["id"], "approve").json()["state"] == "approved"
    made = client.post(f"{FAQ}/releases", json={"note": "first"})
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["size"], made.json()["served"]) == (1, 1, True)
    assert made.json()["entries"][0]["answer"] == "有效样本2887份。"
    found = client.get(f"{FAQ}/match", params={"q": QUESTION}).json()
    assert (found["band"], found["release"], found["candidates"][0]["id"]) == ("answer", 1, pair["id"])
    server.script.asked = 0
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    assert answer["answer"] == "有效样本2887份。[1]"
    told = {"pair": pair["id"], "version": 1, "release": 1, "approved_by": "local"}
    assert answer["origin"] == {"collection": "default", **told}
    assert answer["citations"][0]["quote"] == "其中有效样本2887份"
    assert server.script.asked == 0
    tools = mcp_server(server.backend)
    assert call_tool(tools, "faq_match", question=QUESTION).structured_content["candidates"][0]["id"] == pair["id"]


def test_several_collections_give_the_answer_of_one_with_its_picture_and_name_it(
    client: TestClient, server: Server, tmp_path: Path
) -> None:
    page = tmp_path / "仪表.html"
    page.write_text("<h1>仪表</h1><p>按下里程表旁边的旋钮两秒钟。</p><img src=p.png>", encoding="utf-8")
    (tmp_path / "p.png").write_bytes(drawing())
    server.backend.shelf.add("wagon", [page])
    asked = {"question": "小计里程怎么清零？", "answer": "按下里程表旁边的旋钮两秒钟。"}
    faq = "/api/v1/collections/wagon/faq"
    number = client.post(f"{faq}/pairs", json={**asked, "quote": asked["answer"]}).json()["id"]
    client.post(f"{faq}/pairs/{number}/steps", json={"step": "approve"})
    assert client.post(f"{faq}/releases", json={}).status_code == 201
    answer = client.post("/api/v1/ask", json={"question": asked["question"], "collection": "wagon,default"}).json()
    assert (answer["collection"], answer["answer"]) == ("default,wagon", f"{asked['answer']}[1]")
    told = {"pair": number, "version": 1, "release": 1, "approved_by": "local"}
    assert answer["origin"] == {"collection": "wagon", **told}
    for found in (*answer["citations"], *answer["passages"]):
        assert (found["collection"], found["document"]) == ("wagon", "仪表.zip")
    (picture,) = answer["citations"][0]["pictures"]
    assert client.get(picture["url"]).content == drawing()


def test_an_earlier_release_can_be_served_again(client: TestClient) -> None:
    first = add(client)
    decide(client, first["id"], "approve")
    client.post(f"{FAQ}/releases", json={})
    edited = client.patch(f"{FAQ}/pairs/{first['id']}", json={"answer": "2887份有效样本。"}).json()
    assert (edited["state"], edited["version"]) == ("in_review", 2)
    decide(client, first["id"], "approve")
    client.post(f"{FAQ}/releases", json={})
    assert [one["number"] for one in client.get(f"{FAQ}/releases").json()["items"]] == [2, 1]
    assert client.get(f"{FAQ}/match", params={"q": QUESTION}).json()["candidates"][0]["answer"] == "2887份有效样本。"
    assert client.post(f"{FAQ}/releases/1/serve").json()["served"] is True
    assert client.get(f"{FAQ}/match", params={"q": QUESTION}).json()["candidates"][0]["answer"] == "有效样本2887份。"
    assert client.post(f"{FAQ}/releases/7/serve").json()["code"] == "faq_missing"
    assert client.post(f"{FAQ}/releases", json={}).json()["number"] == 3
    assert client.post(f"{FAQ}/releases", json={}).json()["code"] == "faq_refused"


def test_nobody_overwrites_what_another_changed(client: TestClient) -> None:
    pair = add(client)
    address = f"{FAQ}/pairs/{pair['id']}"
    tag = client.get(address).headers["etag"]
    assert tag == '"1"'
    edited = client.patch(address, json={"answer": "2887份有效样本。"}, headers={"If-Match": tag})
    assert edited.headers["etag"] != tag
    for reply in (
        client.patch(address, json={"answer": "2887份。"}, headers={"If-Match": tag}),
        client.post(f"{address}/steps", json={"step": "approve"}, headers={"If-Match": tag}),
        client.post(f"{address}/steps", json={"step": "undo"}, headers={"If-Match": tag}),
        client.post(f"{address}/steps", json={"step": "assign", "reviewer": "ann"}, headers={"If-Match": '"x"'}),
    ):
        assert reply.status_code == 412
    assert client.get(address).json()["answer"] == "2887份有效样本。"
    assert decide(client, pair["id"], "undo").json()["answer"] == PAIR["answer"]
    fields = [change["field"] for change in client.get(f"{address}/history").json()["items"]]
    assert fields.count("answer") == 2


def test_what_may_not_be_is_refused_with_its_remedy(client: TestClient) -> None:
    unfounded = client.post(f"{FAQ}/pairs", json={**PAIR, "quote": "这句话不在任何文档里"})
    assert (unfounded.status_code, unfounded.json()["code"]) == (409, "faq_refused")
    pair = add(client, answer="有效样本9999份。")
    assert [flag["code"] for flag in pair["flags"] if flag["grave"]] == ["unsupported"]
    flagged = decide(client, pair["id"], "approve")
    assert (flagged.status_code, flagged.json()["code"]) == (409, "faq_refused")
    assert decide(client, pair["id"], "approve", anyway=True).json()["state"] == "approved"
    assert decide(client, pair["id"], "reject").json()["code"] == "request_invalid"
    assert decide(client, pair["id"], "assign").json()["code"] == "request_invalid"
    assert decide(client, pair["id"], "reject", reason="数字不对").json()["reason"] == "数字不对"
    assert decide(client, pair["id"], "retire", reason="x").json()["code"] == "faq_refused"
    assert client.post(f"{FAQ}/releases", json={}).json()["code"] == "faq_refused"
    assert decide(client, 99, "approve").json()["code"] == "faq_missing"


def test_pairs_are_narrowed_and_come_in_parts(client: TestClient) -> None:
    numbers = [add(client, question=f"{QUESTION}（{i}）")["id"] for i in range(3)]
    decide(client, numbers[0], "approve")
    drafts = client.get(f"{FAQ}/pairs", params={"state": "draft"}).json()["items"]
    assert [pair["id"] for pair in drafts] == numbers[1:]
    part = client.get(f"{FAQ}/pairs", params={"limit": 2}).json()
    assert [pair["id"] for pair in part["items"]] == numbers[:2]
    rest = client.get(f"{FAQ}/pairs", params={"limit": 2, "after": part["next"]}).json()
    assert ([pair["id"] for pair in rest["items"]], rest["next"]) == (numbers[2:], None)
    assert client.get(f"{FAQ}/pairs", params={"text": "（2）"}).json()["items"][0]["id"] == numbers[2]


def test_a_pair_and_a_release_are_made_once_for_one_key(client: TestClient) -> None:
    once = {"Idempotency-Key": "k"}
    ids = [client.post(f"{FAQ}/pairs", json=PAIR, headers=once).json()["id"] for _ in range(2)]
    assert ids[0] == ids[1]
    decide(client, ids[0], "approve")
    made = [client.post(f"{FAQ}/releases", json={}, headers=once) for _ in range(2)]
    assert [one.json()["number"] for one in made] == [1, 1]
    assert len(client.get(f"{FAQ}/pairs").json()["items"]) == len(client.get(f"{FAQ}/releases").json()["items"]) == 1


def test_a_step_and_an_edit_are_taken_once_for_one_key(client: TestClient) -> None:
    address = f"{FAQ}/pairs/{add(client)['id']}"
    for method, route, body in (
        ("PATCH", address, {"answer": "其中有效样本2887份。"}), ("POST", f"{address}/steps", {"step": "approve"}),
        ("POST", f"{address}/steps", {"step": "undo"}),
    ):  # fmt: skip
        once = {"Idempotency-Key": f"{method} {body}".encode().hex()[:200]}
        first, again = (client.request(method, route, json=body, headers=once) for _ in range(2))
        assert (first.status_code, again.status_code) == (200, 200), first.text
        assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
        assert again.headers["idempotent-replayed"] == "true"
        assert client.get(address).json()["revision"] == first.json()["revision"]
        other = client.request(method, route, json=body, headers={**once, "If-Match": '"1"'})
        assert other.json()["code"] == "idempotency_mismatch"


def test_a_thumb_down_becomes_a_task_where_that_is_wanted(make: MakeServer) -> None:
    server = make(faq__gaps="true")
    with server.client() as client:
        for verdict, outcome in (("up", "answered"), ("down", "refused"), ("down", "answered")):
            given = {"question": f"{verdict} {outcome}？", "outcome": outcome, "verdict": verdict}
            assert client.post("/api/v1/feedback", json=given).status_code == 201
    vectors = QuestionVectors(server.settings.paths.index, HashingEmbedder())
    found = gaps(FaqStore.open(server.settings), vectors)
    assert [(gap.questions, dict(gap.reasons)) for gap in found] == [(["down answered？"], {"disliked": 1})]


@pytest.mark.parametrize(("scope", "allowed"), [(Scope.ASK, False), (Scope.IMPORT, False), (Scope.REVIEW, True)])
def test_reviewing_needs_its_scope(client: TestClient, server: Server, scope: Scope, allowed: bool) -> None:
    with_key = server.client(server.key(scope, name="ann"))
    reply = with_key.post(f"{FAQ}/pairs", json=PAIR)
    assert (reply.status_code == 201) is allowed
    assert (with_key.get(f"{FAQ}/match", params={"q": QUESTION}).status_code == 200) is (scope is Scope.ASK)
    if allowed:
        assert reply.json()["created_by"] == "ann"


def test_a_write_that_was_refused_can_be_sent_again_with_its_key(client: TestClient) -> None:
    once = {"Idempotency-Key": "k"}
    assert client.post(f"{FAQ}/releases", json={}, headers=once).json()["code"] == "faq_refused"
    decide(client, add(client)["id"], "approve")
    assert client.post(f"{FAQ}/releases", json={}, headers=once).status_code == 201


def test_a_write_that_a_kill_cut_short_is_not_carried_out_again(client: TestClient, server: Server) -> None:
    once = {"Idempotency-Key": "k"}
    assert client.post(f"{FAQ}/pairs", json=PAIR, headers=once).status_code == 201
    with server.backend.database.transaction() as connection:  # as it is while the write is under way
        connection.execute("UPDATE replies SET reply = ''")
    again = client.post(f"{FAQ}/pairs", json=PAIR, headers=once)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_unknown")
    assert len(client.get(f"{FAQ}/pairs").json()["items"]) == 1
    assert client.post(f"{FAQ}/pairs", json=PAIR, headers={"Idempotency-Key": "l"}).status_code == 201
