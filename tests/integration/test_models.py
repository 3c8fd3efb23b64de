"""The real embedded models, from the user's cache (downloaded at the first run)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from report_qa.config import Settings, load_settings
from report_qa.errors import ModelError
from report_qa.models import status
from report_qa.providers import llama_server
from report_qa.providers.chat import ChatModel, load_chat
from report_qa.providers.embedders import Embedder, load_embedder
from report_qa.providers.probes import load_probe

pytestmark = pytest.mark.integration

PASSAGES = [
    "2024年公司营业收入为一百二十亿元，同比增长百分之八。",
    "研发人员共三百二十人，占员工总数的百分之四十。",
    "工厂的屋顶光伏每年发电六百万度。",
    "客服部门用智能助手回答常见问题，等待时间缩短一半。",
    "The warranty of the machine lasts two years.",
    "Deliveries are made by rail twice a week.",
]
QUESTIONS = [
    "去年卖了多少钱？",
    "有多少工程师？",
    "太阳能发多少电？",
    "How long is the guarantee?",
    "怎么缩短客户等待？",
]
ANSWERS = [0, 1, 2, 4, 3]


def settings_with(**overrides: str) -> Settings:
    return load_settings({key.replace("__", "."): value for key, value in overrides.items()}, environment={}).settings


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(settings_with(embedding__precision="float32"))


@pytest.fixture(scope="module")
def chat() -> Iterator[ChatModel]:
    yield load_chat(settings_with())
    llama_server.stop_all()


def test_the_embedder_finds_the_passage_that_answers(embedder: Embedder) -> None:
    scores = embedder.embed_queries(QUESTIONS) @ embedder.embed_passages(PASSAGES).T
    assert scores.argmax(axis=1).tolist() == ANSWERS
    assert (embedder.dimension, embedder.max_tokens) == (384, 512)
    assert embedder.identity.startswith("multilingual-e5-small@")


def test_bfloat16_ranks_as_float32_does_under_the_same_identity(embedder: Embedder) -> None:
    half = load_embedder(settings_with(embedding__precision="bfloat16"))
    assert half.identity == embedder.identity
    for texts, embed, embed_half in (
        (QUESTIONS, embedder.embed_queries, half.embed_queries),
        (PASSAGES, embedder.embed_passages, half.embed_passages),
    ):
        agreement = (embed(texts) * embed_half(texts)).sum(axis=1)
        assert agreement.min() > 0.9995
    full = embedder.embed_queries(QUESTIONS) @ embedder.embed_passages(PASSAGES).T
    short = half.embed_queries(QUESTIONS) @ half.embed_passages(PASSAGES).T
    np.testing.assert_array_equal(full.argsort(axis=1)[:, -2:], short.argsort(axis=1)[:, -2:])


def test_a_reading_agrees_with_the_embedding_and_leaves_prompt_and_marks_out(embedder: Embedder) -> None:
    reading = embedder.read_passages(PASSAGES)
    np.testing.assert_allclose(reading.sentences, embedder.embed_passages(PASSAGES), atol=1e-3)
    (short,) = embedder.read_queries(["猫"]).tokens
    (longer,) = embedder.read_queries(["猫在屋顶上睡觉，没有人看见它。"]).tokens
    assert 1 <= len(short) < len(longer)
    assert short.shape[1] == embedder.dimension


def test_batches_do_not_change_the_vectors(embedder: Embedder) -> None:
    together = embedder.embed_passages(PASSAGES)
    alone = np.concatenate([embedder.embed_passages([passage]) for passage in PASSAGES])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("question", "said"),
    [("公司去年的营业收入是多少？", "一百二十亿"), ("How many people work in research?", "320")],
)
def test_the_chat_model_answers_from_a_passage(chat: ChatModel, question: str, said: str) -> None:
    passage = "2024年公司营业收入为一百二十亿元。研发人员共320人。"
    messages = [SystemMessage(f"根据资料用一句话回答，照抄数字。\n资料：{passage}"), HumanMessage(question)]
    completion = chat.complete(messages, max_tokens=48)
    assert said in completion.text
    assert all(token.logprob is not None and token.logprob <= 0 for token in completion.tokens)


def test_the_answer_is_the_same_every_time(chat: ChatModel) -> None:
    ask = [HumanMessage("用五个字形容春天。")]
    assert chat.complete(ask, max_tokens=16).text == chat.complete(ask, max_tokens=16).text


def test_the_token_limit_and_stop_texts_end_the_answer(chat: ChatModel) -> None:
    ask = [HumanMessage("从一数到十，用逗号分开。")]
    assert chat.complete(ask, max_tokens=3).truncated
    assert "，" not in chat.complete(ask, max_tokens=30, stop=["，", ","]).text


def test_first_token_weighs_yes_against_no(chat: ChatModel) -> None:
    sure = chat.first_token([HumanMessage("北京是中国的首都吗？只答“是”或“否”。")], ["是", "否"])
    assert sure is not None
    assert sure["是"] > 0.5 > sure["否"]
    assert sum(sure.values()) <= 1.0001


def test_tokens_are_counted_exactly_and_quickly(chat: ChatModel) -> None:
    assert chat.count_tokens("") == 0
    assert 2 <= chat.count_tokens("你好，世界") <= 5


def test_closing_early_frees_the_slot(chat: ChatModel) -> None:
    tokens = chat.stream([HumanMessage("写一篇很长的文章，介绍长江。")], max_tokens=1000)
    next(tokens)
    tokens.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 20
    while _busy_slots() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _busy_slots() == 0


def test_a_prompt_beyond_the_context_is_a_model_error(chat: ChatModel) -> None:
    with pytest.raises(ModelError, match="too long"):
        chat.complete([HumanMessage("你好，世界。" * 3000)], max_tokens=4)


def test_a_stranger_without_the_key_gets_no_answer(chat: ChatModel) -> None:
    server = next(server for key, server in llama_server._servers.items() if not key[-1])
    response = httpx.post(f"{server.whereabouts()}/v1/chat/completions", json={"messages": []}, trust_env=False)
    assert response.status_code == 401


def test_both_models_pass_the_full_check() -> None:
    settings = settings_with()
    for name in (settings.embedding.model, settings.llm.model):
        assert status.check(name, settings).present


def test_a_process_ends_cleanly_in_the_middle_of_an_answer() -> None:
    code = (
        "import time\n"
        "from langchain_core.messages import HumanMessage\n"
        "from report_qa.config import load_settings\n"
        "from report_qa.providers.chat import load_chat\n"
        "model = load_chat(load_settings(environment={}).settings)\n"
        "tokens = model.stream([HumanMessage('写一首长诗')], max_tokens=500)\n"
        "print(next(tokens).text, time.time())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    ended = time.time()
    assert (done.returncode, done.stderr) == (0, "")
    text, last = done.stdout.split()
    assert text
    # the rest of the answer would take half a minute
    assert ended - float(last) < 15


def _busy_slots() -> int:
    server = next(server for key, server in llama_server._servers.items() if not key[-1])
    response = httpx.get(
        f"{server.whereabouts()}/slots", headers={"Authorization": f"Bearer {server.api_key}"}, trust_env=False
    )
    return sum(slot["is_processing"] for slot in response.json())


@pytest.mark.parametrize(
    ("question", "answers", "neighbours"),
    [
        (
            "洗碗机坏了能保多久",
            "保修\n自购买之日起整机保修三年。",
            ["保修\n请在七日内登记保修卡。", "安装\n进水管长度不超过三米。"],
        ),
        (
            "how many folks work there",
            "Staff\nThe mill employed 212 people at the end of 2023.",
            ["Staff\nThe mill paid 8 million crowns in wages in 2023.", "Output\nThe mill made 212 tonnes of flour."],
        ),
        (
            "who runs the lab",
            "实验室\n实验室由陈立教授负责。",
            ["实验室\n实验室于2019年建成。", "实验室\n实验室每天开放八小时。"],
        ),
    ],
)
def test_the_probe_tells_what_answers_from_its_neighbours(question: str, answers: str, neighbours: list[str]) -> None:
    probe = load_probe(settings_with(answer__probe="true"))
    assert probe is not None
    odds = probe.read(question, [*neighbours, answers])
    assert np.isfinite(odds).all()
    assert odds.argmax() == len(neighbours)
    assert probe.read(question, [answers])[0] == pytest.approx(odds[-1], abs=0.2)


@pytest.mark.parametrize("character", ["\U0001f9ff", "\U00012000", "ⵣ", "字", "a1 "])
def test_the_probe_reads_texts_of_any_characters_at_any_length(character: str) -> None:
    probe = load_probe(settings_with(answer__probe="true"))
    assert probe is not None
    odds = probe.read("保修多久？" + character * 300, [character * 3000, "整机保修三年。"])
    assert np.isfinite(odds).all()
