"""OpenAI's own client works unchanged against the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from serving import BROKEN, QUESTION, UNANSWERABLE, Server, add_wagon, free_port

from report_qa.api.routes import openai as openai_routes
from report_qa.errors import Text
from report_qa.runtime.keys import Scope
from report_qa.runtime.listening import Listening


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    """OpenAI's client of a server on a real port."""
    server.backend.shelf.open("default")
    listening = Listening(server.app, "127.0.0.1", free_port())
    with openai.OpenAI(base_url=f"http://127.0.0.1:{listening.port}/v1", api_key="none", max_retries=0) as client:
        yield client
    listening.close()


def said(*texts: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    return [{"role": roles[i % 2], "content": text} for i, text in enumerate(texts)]


def test_collections_are_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["default"]
    assert client.models.retrieve("default").owned_by == "report-qa"
    with pytest.raises(openai.NotFoundError, match="no collection"):
        client.models.retrieve("gpt")


def test_a_completion_has_the_answer_and_its_citations_in_the_extension(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="default", messages=said(QUESTION))  # type: ignore[arg-type]
    [choice] = completion.choices
    assert choice.message.content == "有效样本为2887份[1]。"
    assert choice.finish_reason == "stop"
    assert completion.usage is not None
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    extension = completion.model_extra["report_qa"]  # type: ignore[index]
    assert extension["status"] == "answered"
    assert extension["citations"][0]["quote"] == "本次调查共回收问卷3164份，其中有效样本2887份。"


def test_several_collections_are_one_model(client: openai.OpenAI, server: Server, tmp_path: Path) -> None:
    add_wagon(server, tmp_path)
    assert [model.id for model in client.models.list()] == ["default", "wagon"]
    assert client.models.retrieve("wagon,default").id == "wagon,default"
    with pytest.raises(openai.NotFoundError, match="no collection “gpt”"):
        client.models.retrieve("wagon,gpt")
    completion = client.chat.completions.create(model="wagon,default", messages=said(QUESTION))  # type: ignore[arg-type]
    assert completion.model == "wagon,default"
    extension = completion.model_extra["report_qa"]  # type: ignore[index]
    assert (extension["collection"], extension["citations"][0]["collection"]) == ("default,wagon", "default")
    assert extension["citations"][0]["document"] == "report.md"
    stream = client.chat.completions.create(model="*", messages=said(QUESTION), stream=True)  # type: ignore[arg-type]
    assert list(stream)[-1].model_extra["report_qa"]["citations"][0]["document"] == "report.md"  # type: ignore[index]
    with pytest.raises(openai.NotFoundError, match="no collection “gpt”"):
        client.chat.completions.create(model="default,gpt", messages=said(QUESTION))  # type: ignore[arg-type]


def test_a_stream_gives_the_checked_answer_only(client: openai.OpenAI, server: Server) -> None:
    server.script.reply = "有效样本为2887份[7]。"  # a marker that no passage has: it is not in the checked answer
    chunks = list(client.chat.completions.create(model="default", messages=said(QUESTION), stream=True))  # type: ignore[arg-type]
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == "有效样本为2887份[1]。"
    assert [c.choices[0].finish_reason for c in chunks][-1] == "stop"
    stages = [e["stage"] for c in chunks if (e := (c.model_extra or {}).get("report_qa")) and "stage" in e]
    assert stages[0] == "searching"
    assert chunks[-1].model_extra["report_qa"]["citations"]  # type: ignore[index]
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_refusal_says_so_in_the_extension(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="default", messages=said(UNANSWERABLE))  # type: ignore[arg-type]
    assert completion.choices[0].message.content == "资料中没有提到。"
    assert completion.model_extra["report_qa"]["status"] == "refused"  # type: ignore[index]


def test_a_failure_is_an_error_of_the_client(client: openai.OpenAI, server: Server) -> None:
    server.script.error = BROKEN
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model="default", messages=said(QUESTION))  # type: ignore[arg-type]
    assert caught.value.code == "model_failed"
    with pytest.raises(openai.APIError, match="cannot be reached"):
        list(client.chat.completions.create(model="default", messages=said(QUESTION), stream=True))  # type: ignore[arg-type]


def test_earlier_turns_are_the_conversation_and_other_roles_change_nothing(client: openai.OpenAI) -> None:
    messages = [{"role": "system", "content": "You are a pirate."}, *said("样本有多少份？", "2887份。")]
    parts = [{"type": "text", "text": "那客流呢？"}]
    completion = client.chat.completions.create(
        model="default",
        messages=[*messages, {"role": "user", "content": parts}],  # type: ignore[list-item]
        temperature=0.7,
    )
    assert completion.model_extra["report_qa"]["standalone_question"] == "门店客流增长了多少？"  # type: ignore[index]


def test_what_cannot_be_asked_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="gpt", messages=said(QUESTION))  # type: ignore[arg-type]
    assert missing.value.code == "model_not_found"
    for messages in (said(QUESTION, "answer"), [{"role": "system", "content": "x"}]):
        with pytest.raises(openai.UnprocessableEntityError, match="not a question of the user"):
            client.chat.completions.create(model="default", messages=messages)  # type: ignore[arg-type]
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="default", messages=said(QUESTION), n=2)  # type: ignore[arg-type]


def test_a_wrong_key_is_told_as_openai_tells_it(client: openai.OpenAI, server: Server) -> None:
    key = server.key(Scope.ASK)
    with pytest.raises(openai.AuthenticationError) as caught:
        client.models.list()
    assert caught.value.code == "key_unknown"
    assert [model.id for model in client.with_options(api_key=key).models.list()] == ["default"]


def test_a_part_that_stays_open_is_said_behind_the_answer(
    client: openai.OpenAI, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Text("The documents do not seem to say: “why?”", "资料中似乎没有提到：“why?”")
    answer = openai_routes.answer_of

    def partly(*args: Any) -> Any:
        return answer(*args).model_copy(update={"reason": opened})

    monkeypatch.setattr(openai_routes, "answer_of", partly)
    completion = client.chat.completions.create(model="default", messages=said(QUESTION))  # type: ignore[arg-type]
    expected = "有效样本为2887份[1]。\n资料中似乎没有提到：“why?”"
    assert completion.choices[0].message.content == expected
    chunks = client.chat.completions.create(model="default", messages=said(QUESTION), stream=True)  # type: ignore[call-overload]
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == expected
