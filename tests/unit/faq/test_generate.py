"""Drafting: every section is done or counted, nothing is lost, nothing is drafted twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from drafting import DraftingModel, good, item_of
from fakes import HashingEmbedder
from filelock import FileLock
from shapes import cut

from report_qa.config import FAQSettings, Settings
from report_qa.errors import FAQError, ModelError
from report_qa.faq import roundtrip
from report_qa.faq.checks import check_drafted
from report_qa.faq.coverage import coverage
from report_qa.faq.drafting import classify, draft_part, read_objects
from report_qa.faq.facts import facts_of
from report_qa.faq.generate import generate
from report_qa.faq.likeness import compare
from report_qa.faq.list_pairs import list_pairs
from report_qa.faq.mend import mend_question, stated
from report_qa.faq.parts import parts_of
from report_qa.faq.records import Cell, Draft, Flag, State
from report_qa.faq.rewordings import short_form
from report_qa.faq.roundtrip import NotFound, colloquial, flag_not_found
from report_qa.faq.schema import SectionRow
from report_qa.faq.source import Place, Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.table_pairs import table_pairs
from report_qa.faq.tally import Tally
from report_qa.indexing.records import IndexedDocument
from report_qa.providers.chat import ChatModel
from report_qa.qa.retrieve import Query, Retriever
from report_qa.service import ReportQA

Generate = Callable[..., Tally]


@pytest.fixture
def run(settings: Settings, store: FaqStore, sources: Sources, chat: ChatModel) -> Generate:
    def generated(**options: object) -> Tally:
        return generate(settings, store, sources, chat, **options)  # type: ignore[arg-type]

    return generated


def outcomes(store: FaqStore) -> dict[str, str]:
    with store.session() as session:
        found = session.execute(sa.select(SectionRow.heading, SectionRow.outcome))
        return {heading: outcome for heading, outcome in found}  # noqa: C416 (a result is no mapping)


def test_every_sentence_that_states_something_is_in_exactly_one_part(sources: Sources) -> None:
    parts = parts_of(sources.documents, "zh")
    said = [span.of(part.section.text) for part in parts for span in part.spans]
    assert said == [
        "冷态胎压应为 0.25 MPa，每月检查一次。", "严禁在行驶中调节胎压。", "备胎放在后备箱下面的储物格里。",
        "每5000公里或6个月更换机油。", "不得使用再生机油。", "机油标号为 5W-30，加注量为4.2升。",
    ]  # fmt: skip
    assert len({part.key for part in parts}) == len(parts) == 2
    assert {part.key for part in parts}.isdisjoint(part.key for part in parts_of(sources.documents, "en"))


def test_drafts_come_with_verbatim_evidence_checked(run: Generate, store: FaqStore) -> None:
    tally = run()
    assert (tally.outcomes["drafted"], tally.pairs, tally.table_pairs) == (2, 6, 6)
    oil = next(pair for pair in store.pairs() if "再生" in pair.answer)
    assert oil.evidence is not None
    assert (oil.evidence.quote, oil.evidence.path, oil.type) == ("不得使用再生机油。", ("机油",), "warning")
    assert (oil.source, oil.created_by) == ("model", "drafting@1")
    assert oil.similar == ("不得使用咋规定的", "机油 不得使用规定")
    assert [pair for pair in store.pairs() if pair.flags] == []
    assert tally.prompt_tokens > tally.written_tokens > 0


def test_the_model_is_held_to_a_schema(run: Generate, model: DraftingModel) -> None:
    run()
    wanted = model.options[0]["extra_body"]["response_format"]["json_schema"]["schema"]
    assert list(wanted["properties"]) == ["key", "question", "casual"]
    assert wanted["properties"]["key"]["enum"] == ["0.25 MPa", "冷态胎压应为 0.25 MPa", "每月检查一次"]
    assert model.options[0]["max_tokens"] == 300


def test_a_second_run_drafts_nothing_again(run: Generate, store: FaqStore, model: DraftingModel) -> None:
    run()
    before = len(store.pairs()), len(model.asked)
    tally = run()
    assert (tally.total, tally.before, tally.table_pairs) == (0, 2, 0)
    assert (len(store.pairs()), len(model.asked)) == before


def test_a_run_that_is_killed_goes_on_where_it_was(run: Generate, store: FaqStore, model: DraftingModel) -> None:
    def killed(tally: Tally) -> None:
        if tally.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tell=killed)
    assert len([p for p in store.pairs() if p.source == "model"]) == 3
    assert run().before == 1
    assert len([p for p in store.pairs() if p.source == "model"]) == 6
    assert len(model.asked) == 6


def test_a_run_that_is_told_to_stop_keeps_what_is_done(run: Generate, store: FaqStore, model: DraftingModel) -> None:
    tally = run(stop=lambda: bool(model.asked))
    assert (tally.stopped, tally.done, tally.total, tally.pairs) == (True, 1, 2, 3)
    rest = run()
    assert (rest.stopped, rest.before, rest.pairs) == (False, 1, 3)


_KILLED = """
import json, sys, time
from drafting import DraftingModel, good
from fakes import HashingEmbedder, factory_of
from report_qa.config import FAQSettings, Settings
from report_qa.faq.generate import generate
from report_qa.faq.source import Place, Sources
from report_qa.faq.store import FaqStore
from report_qa.providers.chat import ChatModel

settings = Settings.model_validate(json.loads(sys.argv[1]))

def slowly(sentence):
    if model.asked[3:]:
        print("second", flush=True)
        time.sleep(60)
    return good(sentence)

model = DraftingModel(script=slowly)
chat = ChatModel(model, "drafting@1", logprobs=False)
generate(settings, FaqStore.open(settings), Sources.open(settings.paths.index), chat)
"""


def test_a_killed_process_loses_at_most_the_part_under_way(
    run: Generate, settings: Settings, store: FaqStore, model: DraftingModel
) -> None:
    given = json.dumps({"paths": {"corpus": str(settings.paths.corpus), "index": str(settings.paths.index)}})
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, given],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "second\n"
        process.kill()
    assert sorted(outcomes(store).values()) == ["drafted", "drafted"]  # the tables and the first part
    assert run().before == 1
    assert len(model.asked) == 3
    assert sorted(pair.answer for pair in store.pairs() if pair.source == "model") == sorted([
        "冷态胎压应为 0.25 MPa，每月检查一次。", "严禁在行驶中调节胎压。", "备胎放在后备箱下面的储物格里。",
        "每5000公里或6个月更换机油。", "不得使用再生机油。", "机油标号为 5W-30，加注量为4.2升。",
    ])  # fmt: skip


def test_tokens_are_priced(run: Generate) -> None:
    tally = run()
    tally.prompt_tokens, tally.written_tokens = 3_000_000, 500_000
    assert tally.cost(FAQSettings(price_read=0.5, price_written=2.0)) == 2.5
    assert tally.cost(FAQSettings()) == 0


@pytest.mark.parametrize(
    ("output", "outcome", "kept"),
    [
        ("I am sorry, I cannot do that.", "broken", 2),
        ("{}", "broken", 2),
        ('{"question": ""}', "drafted", 2),
        ("", "broken", 2),
        ('```json\n{"question": "胎压多久查一次？"}\n```', "drafted", 3),
    ],
)
def test_odd_output_is_counted_and_the_others_go_on(
    run: Generate, store: FaqStore, model: DraftingModel, output: str, outcome: str, kept: int
) -> None:
    model.script = lambda sentence: output if "每月" in sentence else good(sentence)
    run()
    assert outcomes(store)["轮胎"] == outcome
    assert len([p for p in store.pairs() if p.evidence and p.evidence.path == ("轮胎",)]) == kept
    assert len([p for p in store.pairs() if p.evidence and p.evidence.path == ("机油",) and p.source == "model"]) == 3


def test_a_part_without_any_question_is_empty(run: Generate, store: FaqStore, model: DraftingModel) -> None:
    model.script = lambda sentence: '{"question": ""}'
    assert run().outcomes["empty"] == 2
    assert "轮胎" in {heading for heading, outcome in outcomes(store).items() if outcome == "empty"}


def test_endless_output_is_counted_and_what_came_before_is_kept(
    run: Generate, store: FaqStore, model: DraftingModel
) -> None:
    model.endless = True
    model.script = lambda sentence: good(sentence)[: -25 if "每月" in sentence else None]
    tally = run()
    assert tally.outcomes["cut"] == 2
    assert tally.pairs == 5


def test_broken_sections_are_drafted_again_only_when_asked(run: Generate, model: DraftingModel) -> None:
    model.script = lambda sentences: "no"
    run()
    model.script = good
    assert run().total == 0
    assert run(retry=True).pairs == 6


def test_an_endpoint_that_is_down_is_an_error_and_the_sections_are_tried_again(
    run: Generate, store: FaqStore, model: DraftingModel
) -> None:
    model.dead = True
    assert run().outcomes["failed"] == 2  # fewer than it takes to give up
    model.dead = False
    tally = run()
    assert (tally.total, tally.pairs) == (2, 6)
    assert set(outcomes(store).values()) == {"drafted"}


def test_many_failures_in_a_row_end_the_run(
    settings: Settings, store: FaqStore, chat: ChatModel, model: DraftingModel, sources: Sources
) -> None:
    model.dead = True
    with pytest.raises(ModelError, match="cannot be reached"):
        generate(settings, store, sources, chat, languages=("zh", "en"))


def test_two_runs_on_one_collection_are_refused(run: Generate, settings: Settings) -> None:
    with FileLock(settings.paths.index / ".faq-default.lock"), pytest.raises(FAQError, match="Another process"):
        run()


def test_a_document_that_is_not_there_is_told(run: Generate) -> None:
    with pytest.raises(FAQError, match=r"no document nowhere\.md"):
        run(document="nowhere.md")


def test_a_question_that_fails_is_asked_once_more_for_other_words(
    run: Generate, store: FaqStore, model: DraftingModel
) -> None:
    keys: list[list[str]] = []

    def leaning(sentence: str) -> str:
        if "每月" not in sentence:
            return good(sentence)
        wanted = model.options[-1]["extra_body"]["response_format"]["json_schema"]["schema"]
        keys.append(wanted["properties"]["key"]["enum"])
        question = "轮胎的冷态胎压是多少？" if keys[1:] else "它是多少？"
        return json.dumps({"key": keys[-1][0], "question": question, "casual": "x"})

    model.script = leaning
    run()
    assert keys == [["0.25 MPa", "冷态胎压应为 0.25 MPa", "每月检查一次"], ["冷态胎压应为 0.25 MPa", "每月检查一次"]]
    (made,) = [pair for pair in store.pairs([State.DRAFT]) if "冷态" in pair.answer]
    assert (made.question, made.answer) == ("轮胎的冷态胎压是多少？", "冷态胎压应为 0.25 MPa，每月检查一次。")


def test_what_cannot_be_mended_is_held_back_told_and_covers_nothing(
    run: Generate, store: FaqStore, sources: Sources, model: DraftingModel
) -> None:
    model.script = lambda s: json.dumps({"question": "怎样预约服务站？", "casual": "x"})
    tally = run()
    held = [p for p in store.pairs([State.REJECTED]) if p.source == "model"]
    assert (tally.pairs, tally.held, len(held)) == (0, 2, 2)
    assert {p.reason.partition(":")[0] for p in held} == {"held back"}
    assert not {p.id for p in held} & set(tally.ids)
    assert coverage(sources, store.pairs())[0].asked == 0
    assert store.undo(held[0].id, "ann").state == State.DRAFT


def test_a_model_that_repeats_itself_is_not_asked_for_ever(run: Generate, model: DraftingModel) -> None:
    model.script = lambda s: json.dumps({"question": "怎样预约服务站？", "casual": "x"})
    tally = run()
    assert (len(model.asked), tally.held, tally.dropped) == (12, 2, 4)  # each sentence twice


REPORT = """# 调查报告

## 投入

过半企业增加了投入。其次，26%的企业与去年持平。但减少投入的仅有5%。这些企业大多规模较小，缺少人才。

- 使用非原装电池造成的损坏；
- 进水、跌落造成的损坏；
- 自行拆机造成的损坏。

图 1 投入的变化
1000人以上
"""


def test_the_answer_is_the_sentence_with_what_it_cannot_be_read_without() -> None:
    (part,) = parts_of([indexed(REPORT)], "zh")
    assert part.stating == [1, 2, 3, 4, 5]
    assert [stated(part.place(number)) for number in part.stating] == [
        "过半企业增加了投入。",
        "26%的企业与去年持平。",
        "减少投入的仅有5%。",
        "减少投入的仅有5%。这些企业大多规模较小，缺少人才。",
        "使用非原装电池造成的损坏；\n- 进水、跌落造成的损坏；\n- 自行拆机造成的损坏。",
    ]
    assert part.context(2, "zh") == "上文：过半企业增加了投入。\n"
    assert [bool(part.context(number, "zh")) for number in part.stating] == [False, True, True, True, False]


def test_english_answers_begin_with_a_capital_and_need_what_it_stands_for() -> None:
    text = "# Pumps\n\n## Care\n\nThe filter holds 2 litres. However, pumps differ. After use it is emptied.\n"
    (part,) = parts_of([indexed(text)], "en")
    assert [stated(part.place(number)) for number in part.stating] == [
        "The filter holds 2 litres.",
        "Pumps differ.",
        "Pumps differ. After use it is emptied.",
    ]


def test_a_pair_in_another_language_is_about_the_translated_sentence(
    run: Generate, store: FaqStore, model: DraftingModel
) -> None:
    said = {"再生": "Do not use recycled oil.", "备胎": "The spare wheel is under the boot."}

    def script(sentence: str) -> str:
        if sentence:
            asked = "May recycled oil be used?" if "recycled" in sentence else ""
            return json.dumps({"question": asked, "casual": ""})
        return next((made for word, made in said.items() if word in model.texts[-1]), "?")

    model.script = script
    run(languages=("en",))
    (made,) = [pair for pair in store.pairs() if pair.source == "model"]
    assert (made.question, made.answer, made.language) == (
        "May recycled oil be used?",
        "Do not use recycled oil.",
        "en",
    )
    assert made.evidence is not None
    assert made.evidence.quote == "不得使用再生机油。"


def test_what_only_fills_a_gap_or_asks_for_no_number_where_one_is_told_is_held_back(sources: Sources) -> None:
    text = "# 调查报告\n\n## 投入\n\n仅有5%的企业会减少投入。占比11%至20%的企业最多，表明多数企业在人工智能方面的投资仍保持适度水平。\n"
    (part,) = parts_of([indexed(text)], "zh")

    def codes(number: int, question: str) -> set[str]:
        place: Place = part.place(number)
        return {flag.code for flag in check_drafted(question, stated(place), place)}

    assert codes(1, "哪些企业会减少投入？") == {"other_kind"}
    assert codes(1, "会减少投入的企业占多少？") == set()
    asked = "占比11%至20%的企业最多，表明多数企业在人工智能方面的投资仍保持什么水平？"
    assert codes(2, asked) == {"gives_away"}


@pytest.mark.parametrize(
    ("asked", "mended"),
    [
        ("每月检查几次？", "轮胎：每月检查几次？"),
        ("轮胎每月检查几次？", "轮胎每月检查几次？"),
        ("本车的胎压是多少？", "车辆的胎压是多少？"),
        ("车辆手册中提到的轮胎气压是多少？", "轮胎气压是多少？"),
    ],
)
def test_questions_name_what_they_are_about(sources: Sources, asked: str, mended: str) -> None:
    part = parts_of(sources.documents, "zh")[0]
    assert mend_question(asked, part) == mended


def test_a_question_is_found_in_whatever_stands_around_it() -> None:
    assert [p["question"] for p in read_objects('x {"question": "a"} {"other": 1} {"quest')] == ["a"]
    assert list(read_objects("{[1, 2")) == []
    assert [p["question"] for p in read_objects('{"made": {"question": "b"')] == []


@pytest.mark.parametrize(
    ("question", "quote", "kind"),
    [
        ("如何更换机油？", "先拧开油盖。", "procedure"),
        ("可以用再生机油吗？", "不得使用再生机油。", "warning"),
        ("哪个部件费用最高？", "火花塞300元。", "comparison"),
        ("什么是冷态胎压？", "停车三小时后的胎压。", "definition"),
        ("How often is the oil changed?", "每5000公里。", "fact"),
    ],
)
def test_types_are_told_by_words(question: str, quote: str, kind: str) -> None:
    assert classify(question, quote) == kind


def test_tables_give_pairs_that_are_computed(sources: Sources) -> None:
    made = {draft.question: draft.answer for draft in table_pairs(sources.documents)}
    assert made["机油：空气滤芯的费用是多少？"] == "空气滤芯的费用为120元。"
    assert (
        made["机油：按费用看，最大和最小的分别是哪个？"]
        == "按费用看，最大的是火花塞（300元），最小的是空气滤芯（120元）。"
    )
    assert len(made) == 6
    evidence = table_pairs(sources.documents)[0].evidence
    assert evidence is not None
    assert evidence.quote == "空气滤芯 | 12个月 | 120元"
    assert evidence.cell == Cell("空气滤芯", "周期")


def test_near_duplicates_are_merged_and_contradictions_flagged(store: FaqStore, embedder: HashingEmbedder) -> None:
    store.add(
        [
            Draft(question="机油多久更换一次？", answer="每5000公里更换机油。"),
            Draft(question="机油多久更换一次", answer="每5000公里更换机油。", similar=("换油周期",)),
            Draft(question="机油多久更换一次？", answer="每8000公里更换机油。"),
            Draft(question="轮胎多久检查一次？", answer="每月检查轮胎。"),
        ],
        "ann",
    )
    found = compare(store, embedder, "ann")
    assert (found.merged, found.conflicts, found.duplicates) == ((2,), ((1, 3),), ())
    first, second, third, fourth = (store.get(number) for number in (1, 2, 3, 4))
    assert first.similar == ("机油多久更换一次", "换油周期")
    assert (second.state, second.reason) == (State.REJECTED, "merged into 1")
    assert (first.flags, third.flags, fourth.flags) == ((Flag("conflict", "3"),), (Flag("conflict", "1"),), ())
    store.change(3, {"answer": "每5000公里更换机油。"}, "ann")
    compare(store, embedder, "ann")
    assert store.get(1).flags == ()


def test_pairs_on_two_documents_contradict_each_other_too(
    store: FaqStore, embedder: HashingEmbedder, sources: Sources
) -> None:
    place = sources.find("每5000公里或6个月更换机油。")
    assert place is not None
    here = place.evidence()
    asked = "机油多久更换一次？"
    store.add(
        [
            Draft(question=asked, answer="每5000公里更换机油。", evidence=here),
            Draft(
                question=asked, answer="每8000公里更换机油。", evidence=replace(here, document="van.md", title="货车")
            ),
        ],
        "ann",
    )
    assert compare(store, embedder, "ann").conflicts == ((1, 2),)


def test_what_a_person_approved_is_never_merged_away(store: FaqStore, embedder: HashingEmbedder) -> None:
    store.add([Draft(question="机油多久更换一次？", answer="每5000公里更换机油。")] * 2, "ann")
    store.change(2, {"state": State.APPROVED}, "ann", "approve")
    assert compare(store, embedder, "ann").duplicates == ((2, 1),)
    assert store.get(1).flags == (Flag("duplicate", "2"),)


def test_a_question_that_does_not_find_its_evidence_is_flagged(
    run: Generate, settings: Settings, store: FaqStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = run()
    with ReportQA.open(settings, with_chat=False) as qa:
        retriever = Retriever(qa.library, qa.embedder, settings.retrieval)
        assert flag_not_found(store, tally.ids, retriever, "ann") == NotFound()
        monkeypatch.setattr(roundtrip, "AMONG", 1)
        hits = retriever.search(Query("备胎"))
        monkeypatch.setattr(
            retriever, "search", lambda query: sorted(hits, key=lambda hit: hit.ref.section.path != ("轮胎",))
        )
        assert flag_not_found(store, tally.ids, retriever, "ann") == NotFound(lost=9)
    found = {pair.evidence.path for pair in store.pairs(flag="not_found_back") if pair.evidence}
    assert found == {("机油",)}


@pytest.mark.parametrize(
    ("finding", "code", "found"),
    [
        ({"备胎放在哪里？", "备胎搁哪儿了"}, None, NotFound()),
        ({"备胎搁哪儿了"}, None, NotFound()),
        ({"备胎放在哪里？"}, "found_by_draft_only", NotFound(draft_only=1)),
        (set(), "not_found_back", NotFound(lost=1)),
    ],
)
def test_the_evidence_is_searched_as_a_user_would_ask_too(
    settings: Settings, store: FaqStore, sources: Sources, monkeypatch: pytest.MonkeyPatch, finding: set[str],
    code: str | None, found: NotFound,
) -> None:  # fmt: skip
    place = sources.find("备胎放在后备箱下面的储物格里。")
    assert place is not None
    question, answer = "备胎放在哪里？", "备胎放在后备箱下面的储物格里。"
    similar = ("备胎位置", "Where is the spare wheel?", "备胎搁哪儿了")
    ids = store.add([Draft(question=question, answer=answer, similar=similar, evidence=place.evidence())], "ann")
    asked: list[str] = []
    with ReportQA.open(settings, with_chat=False) as qa:
        retriever = Retriever(qa.library, qa.embedder, settings.retrieval)
        hits = retriever.search(Query("备胎"))

        def search(query: Query) -> list[object]:
            asked.append(query.text)
            return [hit for hit in hits if (hit.ref.section.path == ("轮胎",)) == (query.text in finding)]

        monkeypatch.setattr(retriever, "search", search)
        assert flag_not_found(store, ids, retriever, "ann") == found
        assert asked == [question, "备胎搁哪儿了"]
        expected = (Flag(code, "备胎搁哪儿了"),) if code else ()
        assert store.get(ids[0]).flags == expected
        finding |= set(asked)
        flag_not_found(store, ids, retriever, "ann")
        assert store.get(ids[0]).flags == ()


def test_a_short_form_and_another_language_are_not_how_a_user_asks(store: FaqStore) -> None:
    question = "机油多久更换一次？"
    similar = (short_form(question), "How often is the oil changed?")
    (number,) = store.add([Draft(question=question, answer="x", similar=similar)], "ann")
    assert colloquial(store.get(number)) == ""


def test_coverage_names_what_nobody_asks(
    store: FaqStore, sources: Sources, run: Generate, model: DraftingModel
) -> None:
    model.script = lambda s: good(s) if "每" in s else json.dumps({"question": ""})
    run()
    store.change(1, {}, "ann")
    tyre, oil = coverage(sources, store.pairs())
    assert (tyre.path, tyre.pairs, tyre.facts, tyre.asked) == (("轮胎",), 1, 3, 2)  # 0.25, 一次; 严禁
    assert [(gap.line, gap.missing) for gap in tyre.gaps] == [(5, ("严禁",))]
    assert (oil.pairs, [gap.missing for gap in oil.gaps]) == (7, [("不得",), ("4.2", "5W-30")])


def test_a_rejected_pair_covers_nothing(store: FaqStore, sources: Sources, run: Generate) -> None:
    run()
    for pair in store.pairs():
        store.change(pair.id, {"state": State.REJECTED, "reason": "x"}, "ann", "reject")
    assert all(section.pairs == section.asked == 0 for section in coverage(sources, store.pairs()))


def test_facts_are_quantities_and_obligations() -> None:
    assert facts_of("每5000公里必须更换机油，不得超过6个月。") == ["5000公里", "6个月", "不得", "必须"]
    assert facts_of("备胎在后备箱里。") == []


def test_pairs_about_different_things_are_no_contradiction(store: FaqStore, embedder: HashingEmbedder) -> None:
    long = "在车辆保养周期与费用一览表里各个部件中"
    store.add(
        [
            Draft(question=f"{long}火花塞的费用是多少？", answer="300元。"),
            Draft(question=f"{long}滤芯的费用是多少？", answer="120元。"),
        ],
        "ann",
    )
    found = compare(store, embedder, "ann")
    assert (found.merged, found.conflicts, found.duplicates) == ((), (), ())


def test_a_question_that_was_cut_off_by_the_schema_is_dropped(run: Generate, model: DraftingModel) -> None:
    model.script = lambda s: json.dumps({**item_of(s), "question": "长" * 160})
    tally = run()
    assert (tally.pairs, tally.dropped, tally.outcomes["empty"]) == (0, 6, 2)


@pytest.mark.parametrize("casual", ["关于{}有什么规定", "{}是9999公里", "备胎放在哪里", "怎么办"])
def test_the_same_wording_and_one_that_gives_the_answer_away_are_no_similar_questions(
    run: Generate, store: FaqStore, model: DraftingModel, casual: str
) -> None:
    model.script = lambda s: json.dumps({**item_of(s), "casual": casual.format(s[:4])})
    run()
    drafted = [pair for pair in store.pairs() if pair.source == "model"]
    assert all(pair.similar in ((), (short_form(pair.question),)) for pair in drafted)


def test_a_part_of_labels_alone_is_counted_and_the_model_is_not_asked(chat: ChatModel, model: DraftingModel) -> None:
    labels = "\n".join(f"- 产品图片名称{c}" for c in "甲乙丙丁戊己庚辛")
    (part,) = parts_of([indexed(f"# 手册\n\n## 目录\n\n{labels}")], "zh")
    assert draft_part(part, chat, "zh", max_tokens=99).outcome == "labels"
    assert model.asked == []


def indexed(text: str) -> IndexedDocument:
    """Return a Markdown text as a document of the index."""
    made = cut(text, "a.md")
    return IndexedDocument("a.md", made.title, "zh", "0", tuple(made.sections), ())


STEPS = """# 云岭 S5 车主手册

## 1.2 更换钥匙电池

更换电池不需要专用工具，按以下步骤操作：

1. 按住卡扣，抽出机械钥匙。
2. 撬开后盖。
3. 将新电池的正极朝上装入。

旧电池请交给回收点处理，不要丢进生活垃圾，也不要投入火中。
"""


def test_steps_are_not_drafted_but_computed(chat: ChatModel, model: DraftingModel) -> None:
    (part,) = parts_of([indexed(STEPS)], "zh")
    draft_part(part, chat, "zh", max_tokens=600)
    assert model.asked == ["旧电池请交给回收点处理，不要丢进生活垃圾，也不要投入火中。"] * len(model.asked)
    (draft,) = list_pairs([part.document])
    steps = "1. 按住卡扣，抽出机械钥匙。\n2. 撬开后盖。\n3. 将新电池的正极朝上装入。"
    assert draft.evidence is not None
    assert (draft.answer, draft.evidence.quote, draft.type) == (steps, steps, "procedure")
    assert draft.question == "云岭 S5 更换钥匙电池：操作步骤是什么？"


@pytest.mark.parametrize(
    ("title", "section", "heading"),
    [
        ("云岭 S5 车主手册", "3.1 调节前排座椅", "《云岭 S5》调节前排座椅"),
        ("Dishwasher User Manual", "2. Cleaning", "《Dishwasher》Cleaning"),
        ("手册", "第三章 保养", "《手册》保养"),
        ("2025 年报告", "2025 年展望", "《2025 年报告》2025 年展望"),
    ],
)
def test_the_model_is_told_the_subject_not_the_place(title: str, section: str, heading: str) -> None:
    parts = parts_of(
        [indexed(f"# {title}\n\n## {section}\n\n{'车辆每年检查一次，检查的结果会记入手册。' * 3}\n")], "zh"
    )
    assert {part.heading for part in parts} == {heading}
