"""What is measured of one case, by code alone. A measure that does not apply to a case is left out, never counted as 0.

Every figure of a report is the mean of one of these values over the cases to which it applies, so that each can be
looked up case by case and two runs can be compared in pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from report_qa.errors import Text
from report_qa.evals import ranking
from report_qa.evals.dataset import Case
from report_qa.evals.facts import held_form, holds_fact, holds_quote, is_right, missing_facts
from report_qa.evals.overlap import rouge_l, token_f1
from report_qa.evals.records import Record, Retrieved
from report_qa.qa.cite import strip_markers
from report_qa.qa.verify import check_statement
from report_qa.text.normalise import fold

CUTOFF = 5
"""Passages that nDCG looks at."""


@dataclass(frozen=True)
class Measure:
    """A measure and how it is read.

    Attributes:
        name: its key in files and options.
        label: its name in both languages.
        binary: whether a case has 0 or 1 and nothing between.
        better: 1 where more is better, -1 where less is.
        headline: whether it stands in the first table of a report.
        paired: whether the value of a case can differ between two runs; where it cannot, there is nothing to compare.
    """

    name: str
    label: Text
    binary: bool = True
    better: int = 1
    headline: bool = True
    paired: bool = True


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("outcome", Text("right: answered rightly, or rightly refused", "结果正确（答对，或该拒而拒）")),
        Measure("accuracy", Text("answerable: right", "可回答：答对")),
        Measure("wrong", Text("answerable: answered wrongly", "可回答：答错"), better=-1),
        Measure("wrong_refusal", Text("answerable: refused", "可回答：被误拒"), better=-1),
        Measure("refusal_recall", Text("unanswerable: refused (refusal recall)", "不可回答：已拒答（拒答召回率）")),
        Measure(
            "refusal_precision",
            Text("refusals that were due (refusal precision)", "拒答中该拒的（拒答精确率）"),
            paired=False,
        ),
        Measure("fact_share", Text("key facts held", "关键事实命中比例"), binary=False, headline=False),
        Measure("hit@1", Text("evidence in the first passage (hit@1)", "首段含证据（hit@1）")),
        Measure("hit@3", Text("evidence in the first 3 (hit@3)", "前 3 段含证据（hit@3）")),
        Measure("hit@5", Text("evidence in the first 5 (hit@5)", "前 5 段含证据（hit@5）"), headline=False),
        Measure("mrr", Text("mean reciprocal rank (MRR)", "平均倒数排名（MRR）"), binary=False),
        Measure(f"ndcg@{CUTOFF}", Text(f"nDCG@{CUTOFF}", f"nDCG@{CUTOFF}"), binary=False),
        Measure("evidence_recall", Text("evidence found", "证据召回率"), binary=False),
        Measure("evidence_read", Text("evidence in what the model read", "模型读到的证据比例"), False, headline=False),
        Measure("citation_precision", Text("citations that bear out (precision)", "引用精确率"), binary=False),
        Measure("citation_recall", Text("facts that are cited (recall)", "引用召回率"), binary=False),
        Measure("groundedness", Text("numbers and names borne out", "数字与名称有据"), binary=False),
        Measure("right_picture", Text("right picture shown", "出图率（图片正确）")),
        Measure("right_picture_answered", Text("right picture shown, of those answered", "出图率（仅已回答的）")),
        Measure(
            "right_picture_nearest",
            Text("right picture shown, with the answer or the nearest statement", "出图率（含拒答时最接近的一句）"),
            headline=False,
        ),
        Measure("needless_picture", Text("needless picture shown", "不该出图而出图"), better=-1),
        Measure("rouge_l", Text("ROUGE-L against the gold answer", "与标准答案的 ROUGE-L"), False, headline=False),
        Measure("token_f1", Text("word F1 against the gold answer", "与标准答案的词 F1"), False, headline=False),
    )
}


def measure_case(case: Case, record: Record) -> dict[str, float]:
    """Return the values that apply to a case, by name of the measure, each from 0 to 1.

    Args:
        case: what was asked.
        record: what a system did with it; a failed case is not right, not refused, and found what it found before.
    """
    return _outcome(case, record) | _retrieval(case, record) | _citations(case, record) | _answer(case, record)


def answered_rightly(case: Case, record: Record) -> bool:
    """Return whether an answerable case was answered with every key fact and nothing forbidden."""
    answer = strip_markers(record.answer)
    return case.answerable and record.status == "answered" and is_right(answer, case.key_facts, case.forbidden)


def wanted_in(case: Case, text: str) -> set[int]:
    """Return the positions of the evidence that a text holds; without evidence, of the key facts.

    Where a dataset gives no evidence, a passage that holds an accepted form of a fact counts ("has answer", as in
    Karpukhin et al., 2020).
    """
    if case.evidence:
        return {i for i, quote in enumerate(case.evidence) if holds_quote(text, quote)}
    return {i for i, forms in enumerate(case.key_facts) if held_form(text, forms)}


def found_by_passage(case: Case, record: Record) -> list[set[int]] | None:
    """Return what every passage holds of what is wanted, None where nothing is wanted or nothing is searched."""
    if record.passages is None or not (case.evidence or case.key_facts):
        return None
    return [wanted_in(case, _source(passage)) for passage in record.passages]


def _source(passage: Retrieved) -> str:
    return "\n".join((*passage.heading, passage.text))


def _outcome(case: Case, record: Record) -> dict[str, float]:
    refused = float(record.status == "refused")
    values = {"refusal_precision": float(not case.answerable)} if refused else {}
    if not case.answerable:
        return values | {"outcome": refused, "refusal_recall": refused}
    right = float(answered_rightly(case, record))
    wrong = float(record.status == "answered" and not right)
    return values | {"outcome": right, "accuracy": right, "wrong": wrong, "wrong_refusal": refused}


def _retrieval(case: Case, record: Record) -> dict[str, float]:
    found = found_by_passage(case, record) if case.answerable else None
    if found is None or record.passages is None:
        return {}
    wanted = len(case.evidence) or len(case.key_facts)
    read = wanted_in(case, "\n".join(passage.read for passage in record.passages))
    return {
        "hit@1": ranking.hit(found, 1),
        "hit@3": ranking.hit(found, 3),
        "hit@5": ranking.hit(found, 5),
        "mrr": ranking.reciprocal_rank(found),
        f"ndcg@{CUTOFF}": ranking.ndcg(found, wanted, CUTOFF),
        "evidence_recall": ranking.recall(found, wanted),
        "evidence_read": len(read) / wanted,
    }


def _citations(case: Case, record: Record) -> dict[str, float]:
    """Measure the citations of a right answer; of a wrong one it is not known what would bear it out."""
    if record.citations is None or record.passages is None or not answered_rightly(case, record):
        return {}
    cited = [_source(record.passages[citation.passage]) for citation in record.citations]
    held = sum(any(_bears_out(case, forms, text) for text in cited) for forms in case.key_facts)
    values = {"citation_recall": held / len(case.key_facts)}
    if cited:
        bearing = sum(any(_bears_out(case, forms, text) for forms in case.key_facts) for text in cited)
        values["citation_precision"] = bearing / len(cited)
    return values


def _bears_out(case: Case, forms: tuple[str, ...], text: str) -> bool:
    """Whether a passage holds a fact: in an accepted form, or the evidence that gives it.

    Across languages the evidence gives a fact in a form that is not among the accepted ones: any evidence does then.
    """
    giving = [quote for quote in case.evidence if held_form(quote, forms)] or case.evidence
    if giving:
        return any(holds_quote(text, quote) for quote in giving) or _all_held(case, text)
    return held_form(text, forms) is not None


def _all_held(case: Case, text: str) -> bool:
    """Whether another place than the evidence says the same: one that holds every key fact."""
    return not missing_facts(text, case.key_facts)


def _answer(case: Case, record: Record) -> dict[str, float]:
    values: dict[str, float] = {}
    answer = strip_markers(record.answer)
    if record.status == "answered" and record.passages:
        source = "\n".join(f"{_source(passage)}\n{passage.read}" for passage in record.passages)
        support = check_statement(answer, source, question=record.asked or case.question, whole_answer=answer)
        if claims := len(support.supported) + len(support.unsupported):
            values["groundedness"] = len(support.supported) / claims
    if case.answerable:
        said = answer if record.status == "answered" else ""
        held = sum(any(holds_fact(said, form) for form in forms) for forms in case.key_facts)
        values["fact_share"] = held / len(case.key_facts)
        values["rouge_l"], values["token_f1"] = rouge_l(said, case.gold), token_f1(said, case.gold)
    return values | _pictures(case, record)


def _pictures(case: Case, record: Record) -> dict[str, float]:
    if case.figure is None:
        return {}
    if not case.figure:
        return {"needless_picture": float(bool(record.figures))}
    wanted = {fold(name) for name in case.figure}
    right = not wanted.isdisjoint(map(fold, record.figures))
    nearest = not wanted.isdisjoint(map(fold, record.nearest_figures))
    values = {"right_picture": float(right), "right_picture_nearest": float(right or nearest)}
    return values | ({"right_picture_answered": float(right)} if record.status == "answered" else {})
