"""Other wordings for a draft: short, as typed into a search box, by code; in the other language, by the model.

Misspellings are not made: matching knows homophones, pinyin and English words with a wrong letter by themselves, so
that stored ones would only crowd the reviewer's list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from report_qa.faq.asked import clash, kinds_of
from report_qa.faq.checks import numbers_agree
from report_qa.faq.likeness_scores import bare
from report_qa.faq.records import Draft
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.text.names import holds_name, latin_names
from report_qa.text.normalise import has_words, language_of
from report_qa.text.tokens import STOP_WORDS_EN, search_tokens

_ASKED_ZH = tuple(
    (re.compile(pattern), noun)
    for pattern, noun in (
        (
            r"(?:应该?|应当|需要?|必须|要|得|每|隔|是)*(?:多(?:久|长时间)|几(?:年|个月|天|周|个?小时))"
            r"(?P<kept>[^，。？?]{1,8}?)一[次回]",
            "周期",
        ),
        (r"(?<=[^了过])(?:位于|是|在|于)*哪一?年(?P<kept>[^，。？?的最更]{0,8}?)的?$", "年份"),
        (r"(?<=[^了过])(?:是|在|于)*哪一?天(?P<kept>[^，。？?的最更]{0,8}?)的?$", "日期"),
        (
            r"(?<=.)(?:位于|是|在|于|由|归)+哪(?:个|座|家)(?P<asked>城市|国家|部门|单位|公司|机构|月份)"
            r"(?P<kept>[^，。？?的最更]{0,8}?)的?$",
            "",
        ),
        (r"(?:需要?|要|得|是|为|有)*几(?:年|个月|周|个?小时|分钟)$", "时间"),
        (r"(?:是|要|需要?|得|应)*(?:交|花|付)?多少钱", "费用"),
        (r"为什么|为何", "原因"),
        (r"(?:应该?|应当|可以|能|要|该)?(?:如何|怎么|怎样)(?!样)", "方法"),
        (r"(?:是|放|装|位于|处于)?在?(?:哪里|哪儿|什么地方|什么位置)", "位置"),
        (r"(?:是|在|应该?|应当)?(?:什么时候|何时)", "时间"),
        (r"(?:应该?|应当|需要?|必须|要|得|是|为)*多(?:久|长时间)", "时间"),
        (r"(?:共|一共|总共|是|为|有)*多少(?P<unit>[天次人])", "数"),
        (r"(?:有|共有|是|为)?几(?P<unit>[天次人])$", "数"),
        (r"占(?:了|到)?多少$", "占比"),
        (r"(?:分别)?(?:应该?|应当)?(?:是|为|有|达到)(?:多少|什么|哪些|多大|多高|多长|多重)|什么是", ""),
    )
)
"""Phrases that ask, and the noun that stands for them in a short form; the first that fits is taken."""
_WHETHER_ZH = re.compile(r"^(?P<before>[^，,。；不没无别]*?)可以(?P<after>[^，,。；不没无别]{2,})吗$")
"""A question of yes or no that 能否 asks in fewer words: nothing denied, no second clause."""
_MODALS_ZH = re.compile(r"可以|需要|必须|应该?|应当|能")
_LEFT_ZH = re.compile(r"什么|多少|哪|谁|几|吗|呢|是否|能否|可否|是不是|能不能|怎|何|多[久长大高]")
_POLITE_ZH = re.compile(r"^请问[，,]?|分别|(?:^|(?<=[：:]))(?:关于|对于)")
_ASKED_EN = re.compile(
    r"^(?:how(?: (?:often|long|many|much|far|deep|fast|high|heavy|old|big|late|soon|wide))?|why|where|when)\b",
    re.IGNORECASE,
)
_DROPPED_EN = re.compile(r"^(?:(?:in|on|at) )?(?:what|which)\b", re.IGNORECASE)
_WHETHER_EN = re.compile(r"^(?:can|may|must|should|do|does|is|are)\b", re.IGNORECASE)
_ARTICLE_EN = re.compile(r"\b(?:an?|the) (?=\w)", re.IGNORECASE)
_WORD_EN = re.compile(r"[A-Za-z0-9][\w.,/%°'’-]*")
_DENIES_EN = re.compile(r"\b(?:no|not|never|without|except)\b|n['’]t\b", re.IGNORECASE)
_ONCE = re.compile(r"一[次回]|(?<=哪)一(?=[年天])|\bonce\b", re.IGNORECASE)
"""It asks for an interval, or which one it is, and counts nothing."""
_FEWEST_WORDS = 2
_LONGEST = 24
"""Characters, or half as many words, of a short form: what is longer is none."""
_TOKENS = 72
_LONGER = 3
"""A wording in another language that is so many times as long says more than the question."""


@dataclass(frozen=True)
class Translated:
    """What came of asking for a wording in the other language: the wording or "", and the tokens read and written."""

    text: str
    read: int
    written: int


def with_short_form(draft: Draft) -> Draft:
    """Return a draft with the short form of its question among the similar ones, where there is a sound one."""
    short = short_form(draft.question)
    known = {bare(text) for text in (draft.question, *draft.similar)}
    return replace(draft, similar=(*draft.similar, short)) if short and bare(short) not in known else draft


def short_form(question: str) -> str:
    """Return a question as it is typed into a search box: what it is about, and what is asked of it in a word.

    机油多久更换一次？ becomes 机油更换周期, and 冷却液可以混用吗？ 冷却液能否混用. Empty where no rule fits, and where
    a number, a name, a denial, or all but one word would be lost.
    """
    made = _short_zh(question) if language_of(question) == "zh" else _short_en(question)
    names = all(holds_name(made, name) for name in latin_names(question))
    kept = numbers_agree(made, _ONCE.sub("", question)) and len(set(search_tokens(made))) >= _FEWEST_WORDS
    return made if names and kept and len(made) <= len(question.rstrip("？?")) else ""


def _short_zh(question: str) -> str:
    asked = re.sub(r"[：:]\s*", " ", _POLITE_ZH.sub("", question.strip().rstrip("？?。 ")))
    if whether := _WHETHER_ZH.match(asked):
        return _whether_zh(whether)
    for pattern, noun in _ASKED_ZH:
        if match := pattern.search(asked):
            groups = match.groupdict()
            kept = groups.get("kept") or ""
            rest = (asked[: match.start()] + kept + asked[match.end() :]).strip("，,：: 的")
            made = f"{rest}{groups.get('unit') or groups.get('asked') or ''}{noun}"
            return "" if _LEFT_ZH.search(rest) or len(made) > _LONGEST else made
    return ""


def _whether_zh(match: re.Match[str]) -> str:
    rest, made = match["before"] + match["after"], f"{match['before']}能否{match['after']}"
    return "" if _MODALS_ZH.search(rest) or _LEFT_ZH.search(rest) or len(made) > _LONGEST else made


def _short_en(question: str) -> str:
    asked = question.strip().rstrip("?. ")
    phrase = _ASKED_EN.match(asked)
    if _WHETHER_EN.match(asked) and not _DENIES_EN.search(asked):
        made = _ARTICLE_EN.sub("", asked).lower() if asked.isascii() else ""
        return made if len(made.split()) <= _LONGEST / 2 else ""
    if _DENIES_EN.search(asked) or not (phrase or _DROPPED_EN.match(asked)):
        return ""
    rest = asked[phrase.end() :] if phrase else asked
    words = [word for word in _WORD_EN.findall(rest) if word.lower() not in STOP_WORDS_EN]
    if len(words) > _LONGEST / 2:
        return ""
    return " ".join([*words, phrase[0].lower()] if phrase else words)


def in_other_language(question: str, language: str, chat: ChatModel) -> Translated:
    """Have the model ask a question in the other language; what asks something else is left out.

    Args:
        question: of the draft.
        language: its language, ``zh`` or ``en``.
        chat: the model.

    Raises:
        ModelError: the model cannot be asked.
    """
    other = "en" if language == "zh" else "zh"
    messages = load_prompt("rewrite", other).messages(question=question)
    completion = chat.complete(messages, max_tokens=_TOKENS, stop=["\n"])
    written = completion.text.strip().split("\n")[0].strip()
    read = chat.count_tokens("\n".join(str(message.content) for message in messages))
    fits = not completion.truncated and _asks_the_same(question, written, other)
    return Translated(written if fits else "", read, chat.count_tokens(completion.text))


def _asks_the_same(question: str, written: str, language: str) -> bool:
    """Whether a wording is in the wanted language, with the numbers, names and kind of the question and no others."""
    if not has_words(written) or language_of(written) != language:
        return False
    if len(written) > _LONGER * len(question) + _LONGEST:
        return False
    kept = all(holds_name(written, name) for name in latin_names(question))
    added = all(holds_name(question, name) for name in latin_names(written))
    asks = not clash(kinds_of(question), kinds_of(written)) and not clash(kinds_of(written), kinds_of(question))
    return kept and added and asks and numbers_agree(_ONCE.sub("", question), _ONCE.sub("", written))
