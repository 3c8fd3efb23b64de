"""A release as its own regression set: cases that the evaluation takes, and that a right answer passes."""

from __future__ import annotations

from pathlib import Path

from report_qa.evals.dataset import dump_cases, load_cases
from report_qa.evals.facts import is_right
from report_qa.evals.importers.release import read_release
from report_qa.faq.records import Draft
from report_qa.faq.releases import publish, served_release
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore

OIL = "每5000公里或6个月更换机油。"
SPARE = "备胎放在后备箱下面的储物格里。"


def test_every_wording_of_a_release_is_a_case(
    store: FaqStore, sources: Sources, review: Review, tmp_path: Path
) -> None:
    for question, answer, similar in (("机油多久更换一次？", OIL, ("机油几个月换",)), ("备胎放在哪里？", SPARE, ())):
        place = sources.find(answer)
        assert place is not None
        draft = Draft(question=question, answer=answer, similar=similar, evidence=place.evidence())
        review.approve(store.add([draft], "ann")[0])
    publish(store, sources, "ann")
    release = served_release(store)
    assert release is not None
    file = tmp_path / "cases.jsonl"
    file.write_text(dump_cases(read_release(release).cases), encoding="utf-8")
    oil, worded, spare = load_cases(file)  # which refuses what cannot be scored
    assert [case.id for case in (oil, worded, spare)] == ["faq-1", "faq-1-1", "faq-2"]
    assert (worded.question, worded.gold, worded.evidence) == ("机油几个月换", OIL, (OIL,))
    assert oil.key_facts == (("5000公里",), ("6个月",))
    assert is_right("机油每5000公里更换，或者6个月。", oil.key_facts, ())
    assert not is_right("机油每8000公里更换，或者6个月。", oil.key_facts, ())
    assert is_right(f"{SPARE}[1]", spare.key_facts, ())
    assert not is_right("备胎放在车顶。", spare.key_facts, ())
