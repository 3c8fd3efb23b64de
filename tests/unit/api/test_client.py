"""The client against a server: records in, records out, problems raised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import BROKEN, QUESTION, UNANSWERABLE, Server, add_wagon, free_port

from report_qa.client import APIError, Client, Unreachable
from report_qa.client.faq_records import Decision, NewPair, PairEdit
from report_qa.client.records import Answer, Feedback, Turn
from report_qa.runtime.keys import Scope
from report_qa.runtime.listening import Listening


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client with a key that allows everything."""
    server.backend.shelf.open("default")
    key = server.key(Scope.ADMIN)
    listening = Listening(server.app, "127.0.0.1", free_port())
    with Client(f"http://127.0.0.1:{listening.port}", key, timeout=30) as client:
        yield client
    listening.close()


def test_asking_gives_answers_and_refusals_and_raises_failures(client: Client, server: Server) -> None:
    answer = client.ask(QUESTION)
    assert (answer.status, answer.answer) == ("answered", "有效样本为2887份[1]。")
    assert "2887" in answer.citations[0].quote
    assert client.ask(UNANSWERABLE).status == "refused"
    follow_up = client.ask("那客流呢？", history=[Turn(question="样本有多少份？", answer="2887份。")], language="zh")
    assert follow_up.standalone_question == "门店客流增长了多少？"
    server.script.error = BROKEN
    with pytest.raises(APIError, match="cannot be reached") as failed:
        client.ask(QUESTION)
    assert failed.value.problem.code == "model_failed"
    assert failed.value.retryable
    assert failed.value.line("zh") == f"{BROKEN.message.zh} {BROKEN.remedy.zh}"


def test_a_stream_ends_with_the_answer_or_raises(client: Client, server: Server) -> None:
    events = list(client.stream(QUESTION))
    assert events[0].event == "queue"
    assert Answer.model_validate(events[-1].data).answer == "有效样本为2887份[1]。"
    server.script.error = BROKEN
    with pytest.raises(APIError, match="cannot be reached"):
        list(client.stream(QUESTION))
    with pytest.raises(APIError, match="no collection"):
        list(client.stream(QUESTION, collection="nowhere"))


def test_several_collections_are_asked_as_one(client: Client, server: Server, tmp_path: Path) -> None:
    add_wagon(server, tmp_path)
    answer = client.ask(QUESTION, collection="wagon,default")
    assert (answer.collection, answer.citations[0].collection) == ("default,wagon", "default")
    assert Answer.model_validate(list(client.stream(QUESTION, collection="*"))[-1].data).collection == "*"
    found = client.search("轮胎的冷态气压", collection="default,wagon")
    assert {hit.collection for hit in found.items} == {"default", "wagon"}
    with pytest.raises(APIError, match="no collection “nowhere”"):
        client.search(QUESTION, collection="default,nowhere")


def test_documents_are_sent_listed_asked_and_removed(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "胎压 手册.md"
    path.write_text("# 手册\n\n## 胎压\n\n轮胎的冷态气压为 230 千帕。\n", encoding="utf-8")
    started = client.upload([path], "wagon", idempotency_key="once")
    assert client.upload([path], "wagon", idempotency_key="once").id == started.id
    told: list[str] = []
    done = client.wait(started.id, lambda one: told.append(one.state), every=0.05)
    assert (done.state, done.added) == ("done", ["胎压 手册.md"])
    assert told[-1] == "done"
    assert [c.name for c in client.collections()] == ["default", "wagon"]
    [document] = client.documents("wagon")
    assert document.name == "胎压 手册.md"
    assert "230" in client.search("轮胎气压", collection="wagon", limit=1).items[0].text
    with pytest.raises(APIError) as changed:
        client.remove(document.name, "wagon", sha256="0" * 64)
    assert changed.value.problem.code == "precondition_failed"
    client.remove(document.name, "wagon", sha256=document.sha256)
    assert [c.name for c in client.collections()] == ["default"]


def test_feedback_is_kept_and_read_again(client: Client) -> None:
    given = Feedback(question=QUESTION, answer="2887份", outcome="answered", verdict="down", reason="太短")
    kept = client.feedback(given)
    assert kept.reason == "太短"
    assert [one.id for one in client.read_feedback()] == [kept.id]
    assert client.ready().status == "ready"
    assert client.version().name == "report-qa"


def test_pairs_are_reviewed_and_released(client: Client) -> None:
    draft = client.add_pair(NewPair(question=QUESTION, answer="2887份。", quote="其中有效样本2887份"))
    edited = client.edit_pair(draft, PairEdit(answer="有效样本2887份。"))
    with pytest.raises(APIError) as conflict:
        client.edit_pair(draft, PairEdit(answer="有效样本：2887份。"))
    assert conflict.value.problem.code == "faq_conflict"
    assert client.decide(edited, Decision(step="approve")).state == "approved"
    assert [pair.id for pair in client.pairs("approved")] == [draft.id]
    assert list(client.pairs("draft")) == []
    assert client.publish("first").number == 1
    assert client.match(QUESTION).candidates[0].answer == "有效样本2887份。"
    answer = client.ask(QUESTION)
    assert answer.origin is not None
    assert (answer.origin.pair, answer.origin.release) == (draft.id, 1)
    assert client.serve(1).served
    assert [release.number for release in client.releases()] == [1]


def test_what_is_no_server_of_ours_is_told(client: Client) -> None:
    with pytest.raises(Unreachable, match="report-qa serve"):
        Client(f"http://127.0.0.1:{free_port()}").version()
    stranger = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text="<html>")))
    with pytest.raises(Unreachable, match="No report-qa"):
        Client(http=stranger).version()
    broken = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(502, text="Bad Gateway")))
    with pytest.raises(Unreachable, match="HTTP 502"):
        Client(http=broken).ask("?")
