"""How figures and headings of a report are written, in both languages; shared by Markdown and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from report_qa.errors import Text
from report_qa.evals.agreement import Agreement
from report_qa.evals.intervals import Estimate
from report_qa.evals.measures import MEASURES

TITLE = Text("How right the answers are", "回答质量评测")
HEADLINE = Text("Headline", "总览")
DETAILS = Text("Further measures", "其他指标")
BY_KIND = Text("Right, by kind of question", "按题型的答对率")
BY_LANGUAGE = Text("Right, by language of the question", "按提问语言的答对率")
COSTS = Text("Time and tokens (medians)", "耗时与词元（中位数）")
CALIBRATION = Text("Calibration of refusal", "拒答的校准")
JUDGE = Text("A second opinion: a model judges the answers", "第二意见：由模型评判回答")
MISSES = Text("What went wrong", "未答对的用例")
RUN = Text("The run", "本次评测")
ATTEMPTED = Text("attempted", "已评测")
FAILED = Text("failed", "出错")
INTERVALS = Text(
    "With each figure: its 95% interval by the bootstrap over cases, and the number of cases that it rests on.",
    "各数字附有对用例做自助法（bootstrap）所得的 95% 区间，以及该数字所依据的用例数。",
)
JUDGE_HEADS = (
    Text("system", "系统"),
    Text("judge", "评判模型"),
    Text("answers judged", "已评判的回答"),
    Text("unclear", "不明确"),
    Text("answerable: right by the judge", "可回答：评判为正确"),
    Text("agreement with the key facts", "与关键事实判分的一致率"),
    Text("Cohen's kappa", "Cohen's kappa"),
    Text(
        "right by both / by key facts only / by the judge only / by neither", "均判对／仅关键事实／仅评判模型／均判错"
    ),
)
COST_LABELS = {
    "passages_s": Text("passages found", "找到段落"),
    "first_token_s": Text("first token", "首个词元"),
    "total_s": Text("whole answer", "完整回答"),
    "tokens_in": Text("tokens of the prompt", "提示的词元数"),
    "tokens_out": Text("tokens of the answer", "回答的词元数"),
}
KIND_LABELS = {
    "fact": Text("fact", "单一事实"),
    "table": Text("table", "表格"),
    "multi": Text("several passages", "多处证据"),
    "follow_up": Text("follow-up", "追问"),
    "unanswerable": Text("unanswerable", "不可回答"),
    "zh": Text("Chinese", "中文"),
    "en": Text("English", "英文"),
}
STATUS_LABELS = {
    "answered": Text("answered", "已回答"),
    "refused": Text("refused", "已拒答"),
    "failed": Text("failed", "出错"),
}


_NAMED = 5
"""Cases that are named where many are told of."""


def not_indexed(cases: Sequence[str]) -> Text:
    """Return the note that the index does not hold the evidence of some cases, which are given by id."""
    names = ", ".join(cases[:_NAMED]) + (", …" if len(cases) > _NAMED else "")
    return Text(
        f"The evidence of {len(cases)} cases is not in the index ({names}): their retrieval will count as failed.",
        f"索引中没有 {len(cases)} 个用例的证据（{names}）：其检索将计为失败。",
    )


@dataclass(frozen=True)
class Shown:
    """A figure as it is written.

    Attributes:
        value: the figure, or a dash where it does not apply.
        detail: its interval and the cases behind it, or nothing.
    """

    value: Text
    detail: Text = field(default=Text("", ""))

    def in_language(self, language: str) -> str:
        """Return both on one line."""
        value, detail = self.value.in_language(language), self.detail.in_language(language)
        if not detail:
            return value
        return f"{value}（{detail}）" if language == "zh" else f"{value} ({detail})"


def figure(estimate: Estimate | None, measure: str) -> Shown:
    """Return a measure's estimate: a share with its count, or a mean; a dash where it does not apply."""
    if estimate is None:
        return Shown(_NONE)
    value, low, high, n = estimate.value, estimate.low, estimate.high, estimate.n
    if MEASURES[measure].binary:
        hits, span = round(value * n), f"{low:.0%}–{high:.0%}"
        return Shown(_same(f"{value:.0%}"), Text(f"{hits} of {n}; {span}", f"{hits}/{n}；{span}"))
    span = f"{low:.2f}–{high:.2f}"
    return Shown(_same(f"{value:.2f}"), Text(f"{span}; {n}", f"{span}；{n}"))


def cost(estimate: Estimate | None, name: str) -> Shown:
    """Return a median of seconds or tokens."""
    if estimate is None:
        return Shown(_NONE)
    if name.endswith("_s"):
        value = Text(f"{estimate.value:.1f} s", f"{estimate.value:.1f} 秒")
        return Shown(value, _same(f"{estimate.low:.1f}–{estimate.high:.1f}"))
    return Shown(_same(f"{estimate.value:.0f}"), _same(f"{estimate.low:.0f}–{estimate.high:.0f}"))


def attempted(done: int, wanted: int) -> Shown:
    """Return how many cases were attempted, and that a run is not finished where some are missing."""
    if done == wanted:
        return plain(done)
    return Shown(Text(f"{done} of {wanted}", f"{done}/{wanted}"), Text("not finished", "未完成"))


def plain(value: object) -> Shown:
    """Return what is written alike in both languages."""
    return Shown(_same(str(value)))


def _same(text: str) -> Text:
    return Text(text, text)


_NONE = _same("–")


def judged(found: Agreement) -> tuple[Shown, ...]:
    """Return a judge's agreement as the cells of a row, in the order of ``JUDGE_HEADS``."""
    counts = f"{found.both_right} / {found.only_facts} / {found.only_judge} / {found.both_wrong}"
    kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
    before = (found.system, found.judge, f"{found.judged + found.unclear} / {found.answers}", found.unclear)
    shares = (figure(found.accuracy, "accuracy"), figure(found.agreement, "accuracy"))
    return (*map(plain, before), *shares, plain(kappa), plain(counts))
