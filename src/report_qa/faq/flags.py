"""What the checks can find, in the words of both interface languages, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from report_qa.errors import Text
from report_qa.faq.records import Flag


@dataclass(frozen=True)
class Finding:
    """A kind of finding.

    Attributes:
        text: what was found.
        grave: it keeps a pair from being approved unless the reviewer insists.
        held: it keeps a draft of the model from review, as grave ones do.
    """

    text: Text
    grave: bool = False
    held: bool = False


FLAGS: dict[str, Finding] = {
    "evidence_missing": Finding(Text("evidence not found in the source", "原文中找不到依据"), grave=True),
    "unsupported": Finding(Text("not in the evidence", "依据中没有"), grave=True),
    "negation": Finding(Text("negation differs from the evidence", "否定与依据不一致"), grave=True),
    "modal": Finding(Text("obligation differs from the evidence", "要求程度与依据不一致"), grave=True),
    "stale_changed": Finding(Text("the source has changed", "原文已改动"), grave=True),
    "stale_gone": Finding(Text("the source is gone", "原文已删除"), grave=True),
    "conflict": Finding(Text("contradicts pair", "与其他问答矛盾：第"), grave=True),
    "no_answer": Finding(Text("the answer does not answer", "回答没有内容"), grave=True),
    "ungrounded": Finding(Text("mostly words that the evidence does not hold", "多数用词不在依据中"), grave=True),
    "gives_away": Finding(Text("the question holds its answer", "问题里已有答案"), held=True),
    "other_kind": Finding(Text("the answer is not of the kind that is asked for", "回答的不是所问的类型"), held=True),
    "off_topic": Finding(Text("the evidence does not speak of what is asked", "依据没有谈到所问的内容"), held=True),
    "not_question": Finding(Text("the question is no question", "问题不是问句"), held=True),
    "leans": Finding(Text("not clear without the text", "脱离原文看不懂"), held=True),
    "language": Finding(Text("wrong language", "语言不对"), held=True),
    "duplicate": Finding(Text("much like pair", "与其他问答近似：第")),
    "not_found_back": Finding(Text("a search finds the evidence by no wording", "按各种问法都检索不到依据")),
    "found_by_draft_only": Finding(
        Text(
            "a search finds the evidence only by the draft's wording, not asked as",
            "仅按草稿的问法能检索到依据，以下问法不能",
        )
    ),
}


def describe(flag: Flag, language: str) -> str:
    """Return a flag as it is shown."""
    text = FLAGS[flag.code].text.in_language(language) if flag.code in FLAGS else flag.code
    return (
        f"{text}: {flag.detail}" if flag.detail and language != "zh" else f"{text}{flag.detail and '：' + flag.detail}"
    )


def grave(flags: Iterable[Flag]) -> list[Flag]:
    """Return the flags that keep a pair from being approved."""
    return [flag for flag in flags if flag.code in FLAGS and FLAGS[flag.code].grave]


def held_back(flags: Iterable[Flag]) -> list[Flag]:
    """Return the flags that keep a draft of the model from being shown to a reviewer."""
    return [flag for flag in flags if flag.code in FLAGS and (FLAGS[flag.code].grave or FLAGS[flag.code].held)]
