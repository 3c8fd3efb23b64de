"""Asking by HTTP: answered, refused and failed are three things; events come in order; who leaves frees the line."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from serving import BROKEN, QUESTION, UNANSWERABLE, MakeServer, Server, events, free_port, until

from report_qa.runtime.listening import Listening

ASK = "/api/v1/ask"
STREAM = "/api/v1/ask/stream"


def test_an_answer_has_its_citation_and_how_it_came_about(client: TestClient) -> None:
    reply = client.post(ASK, json={"question": QUESTION})
    assert reply.status_code == 200
    answer = reply.json()
    assert (answer["status"], answer["answer"]) == ("answered", "有效样本为2887份[1]。")
    assert (answer["collection"], answer["language"]) == ("default", "zh")
    [citation] = answer["citations"]
    assert citation["quote"] == "本次调查共回收问卷3164份，其中有效样本2887份。"
    [[start, end]] = citation["highlights"]
    assert "2887" in citation["section"][start:end]
    assert answer["passages"]
    assert answer["timings"]["total_s"] > 0
    assert answer["id"]


def test_a_refusal_is_a_result_with_its_reason_in_both_languages(client: TestClient, server: Server) -> None:
    reply = client.post(ASK, json={"question": UNANSWERABLE})
    assert reply.status_code == 200
    answer = reply.json()
    assert answer["status"] == "refused"
    assert answer["citations"] == []
    assert answer["reason"]["en"] == "Nothing in the documents matches the question."
    assert answer["reason"]["zh"]
    assert server.script.asked == 0


def test_a_failure_is_a_problem_and_no_answer(client: TestClient, server: Server) -> None:
    server.script.error = BROKEN
    reply = client.post(ASK, json={"question": QUESTION}, headers={"Accept-Language": "zh-CN"})
    assert reply.status_code == 503
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["retry-after"]
    problem = reply.json()
    assert problem["code"] == "model_failed"
    assert problem["retryable"] is True
    assert problem["message"] == {"en": BROKEN.message.en, "zh": BROKEN.message.zh}
    assert problem["remedy"] == {"en": BROKEN.remedy.en, "zh": BROKEN.remedy.zh}
    assert problem["title"] == BROKEN.message.zh
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert "answer" not in problem


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": "？？"}, 422, "question_invalid"),
        ({"question": ""}, 422, "question_invalid"),
        ({"question": "长" * 3000}, 422, "question_invalid"),
        ({"question": QUESTION, "collection": "nowhere"}, 404, "collection_missing"),
        ({"question": QUESTION, "collection": "../x"}, 422, "setting_invalid"),
        ({"questions": QUESTION}, 422, "request_invalid"),
        ({"question": QUESTION, "language": "fr"}, 422, "request_invalid"),
    ],
)
@pytest.mark.parametrize("address", [ASK, STREAM])
def test_what_cannot_be_asked_is_a_problem_with_its_code(
    client: TestClient, address: str, body: dict[str, str], status: int, code: str
) -> None:
    reply = client.post(address, json=body)
    if address == STREAM and code == "question_invalid":
        # found out where the question is read, when the stream has begun
        assert events(reply.text)[-1][0] == "error"
        assert events(reply.text)[-1][1]["code"] == code
        return
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["remedy"]["zh"]


def test_events_come_in_order_and_the_answer_last(client: TestClient) -> None:
    reply = client.post(STREAM, json={"question": QUESTION})
    assert reply.headers["content-type"].startswith("text/event-stream")
    told = events(reply.text)
    names = [name for name, _ in told]
    assert names[0] == "queue"
    assert told[0][1] == {"ahead": 0}
    assert names.index("stage") < names.index("passages") < names.index("token") < names.index("answer")
    assert names.count("answer") == 1
    assert names[-1] == "answer"
    draft = "".join(data["text"] for name, data in told if name == "token")
    assert draft == told[-1][1]["answer"] == "有效样本为2887份[1]。"
    assert told[-1][1] | {"id": "", "timings": {}} == client.post(ASK, json={"question": QUESTION}).json() | {
        "id": "", "timings": {}, "answerability": told[-1][1]["answerability"],
    }  # fmt: skip


def test_a_failure_in_the_middle_of_a_stream_is_its_last_event(client: TestClient, server: Server) -> None:
    server.script.error = BROKEN
    told = events(client.post(STREAM, json={"question": QUESTION}).text)
    assert told[-1][0] == "error"
    assert told[-1][1]["code"] == "model_failed"
    assert "answer" not in [name for name, _ in told]


def test_a_follow_up_is_understood_from_the_history(client: TestClient) -> None:
    history = [{"question": "样本有多少份？", "answer": "2887份。"}]
    answer = client.post(ASK, json={"question": "那客流呢？", "history": history}).json()
    assert answer["standalone_question"] == "门店客流增长了多少？"


def test_a_search_needs_no_language_model(client: TestClient, server: Server) -> None:
    server.model.asked.clear()
    found = client.get("/api/v1/search", params={"q": "门店客流", "limit": 1}).json()
    assert [hit["rank"] for hit in found["items"]] == [1]
    assert "增长12%" in found["items"][0]["text"]
    assert found["items"][0]["scores"]["dense"] > 0
    assert server.model.asked == []
    assert client.get("/api/v1/search", params={"q": "？"}).json()["code"] == "question_invalid"


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The server on a real port, its collection open."""
    server.backend.shelf.open("default")
    listening = Listening(server.app, "127.0.0.1", free_port())
    yield f"http://127.0.0.1:{listening.port}"
    server.script.gate.set()
    listening.close()


def test_who_leaves_in_the_middle_of_a_stream_frees_the_line(address: str, server: Server) -> None:
    import httpx

    server.script.gate.clear()
    line = server.backend.line
    with httpx.Client(trust_env=False, timeout=20) as http:
        with http.stream("POST", address + STREAM, json={"question": QUESTION}) as reply:
            lines = reply.iter_lines()  # closing it closes the reply
            assert next(lines) == "event: queue"
            until(lambda: server.script.asked == 1)
            assert line.taken == 1
        measured = server.backend.measures.registry
        # before the model goes on, or the answer may be there before it is seen that nobody waits for it
        until(lambda: measured.get_sample_value("report_qa_answers_total", {"outcome": "left"}) == 1)
        server.script.gate.set()
        until(lambda: line.taken == 0)
        assert http.post(address + ASK, json={"question": QUESTION}).json()["status"] == "answered"


def test_who_hangs_up_while_waiting_for_json_is_taken_out_of_the_line(address: str, server: Server) -> None:
    import httpx

    server.script.gate.clear()
    line = server.backend.line
    with httpx.Client(trust_env=False, timeout=20) as http, ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: httpx.post(address + ASK, json={"question": QUESTION}, timeout=30, trust_env=False))
        until(lambda: server.script.asked == 1)
        with pytest.raises(httpx.ReadTimeout):
            http.post(address + ASK, json={"question": QUESTION}, timeout=0.3)
        until(lambda: line.taken == 1)
        server.script.gate.set()
        assert first.result().json()["status"] == "answered"
    assert server.script.asked == 1


def test_fifty_at_once_are_told_their_place_and_all_are_answered(make: MakeServer) -> None:
    import httpx

    server = make(api__questions_at_once="50", api__requests_per_minute="1000")
    server.backend.shelf.open("default")
    listening = Listening(server.app, "127.0.0.1", free_port())
    server.script.gate.clear()
    address, line = f"http://127.0.0.1:{listening.port}", server.backend.line

    def ask(number: int) -> list[tuple[str, dict[str, Any]]]:
        with httpx.Client(trust_env=False, timeout=120) as http:
            return events(http.post(address + STREAM, json={"question": QUESTION}).text)

    try:
        with ThreadPoolExecutor(50) as pool:
            asked = [pool.submit(ask, number) for number in range(50)]
            until(lambda: line.taken == 50, 60)
            # who only looks is not kept waiting
            assert httpx.get(address + "/api/v1/health", trust_env=False, timeout=20).status_code == 200
            server.script.gate.set()
            told = [one.result() for one in asked]
    finally:
        server.script.gate.set()
        listening.close()
    assert [one[-1][0] for one in told] == ["answer"] * 50
    assert {one[-1][1]["answer"] for one in told} == {"有效样本为2887份[1]。"}
    assert len({one[-1][1]["id"] for one in told}) == 50
    assert sorted(one[0][1]["ahead"] for one in told) == list(range(50))
    assert server.script.asked == 50


def test_when_every_place_is_taken_the_next_is_told_when_to_come_again(make: MakeServer) -> None:
    server = make(server__queue="1")
    with server.client() as client:
        server.backend.shelf.open("default")
        server.script.gate.clear()
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.post, ASK, json={"question": QUESTION})
            until(lambda: server.script.asked == 1)
            for address in (ASK, STREAM):
                reply = client.post(address, json={"question": QUESTION})
                assert (reply.status_code, reply.json()["code"]) == (503, "queue_full")
                assert int(reply.headers["retry-after"]) > 0
            server.script.gate.set()
            assert first.result().json()["status"] == "answered"


def test_an_answer_that_takes_too_long_is_given_up(make: MakeServer) -> None:
    server = make(api__answer_timeout_s="0.2")
    with server.client() as client:
        server.backend.shelf.open("default")
        server.script.gate.clear()
        reply = client.post(ASK, json={"question": QUESTION})
        server.script.gate.set()
    assert (reply.status_code, reply.json()["code"]) == (504, "answer_timeout")


def test_a_page_and_the_api_queue_in_one_line(client: TestClient, server: Server) -> None:
    place = server.backend.line.join()
    told: list[Any] = []
    asking = threading.Thread(target=lambda: told.append(client.post(STREAM, json={"question": QUESTION}).text))
    asking.start()
    until(lambda: server.backend.line.taken == 2)
    time.sleep(0.3)
    assert server.script.asked == 0
    place.leave()
    asking.join(20)
    assert events(told[0])[0] == ("queue", {"ahead": 1})
    assert events(told[0])[-1][0] == "answer"
