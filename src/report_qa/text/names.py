"""Proper names in Chinese and English text, and whether a source holds them, also across the two scripts."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache

from report_qa.text.normalise import CJK, fold

_QUOTED = re.compile(r"[《“「]([^》”」\n]{2,40})[》”」]")
_LATIN_NAME = re.compile(
    r"(?<![A-Za-z0-9])[A-Z](?:[A-Za-z0-9&'’.+-]*[A-Za-z0-9])?(?:\s+(?:of\s+|the\s+|de\s+)?[A-Z][A-Za-z0-9&'’-]+)*"
)
_CODE = re.compile(r"(?<![A-Za-z0-9.])(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![A-Za-z0-9])")
_SENTENCE_START = re.compile(r"(?:^|[.!?。！？:：]\s*|\n\s*(?:[-•*]|\d+\.)?\s*)$")
_MEASURE = re.compile(r"^\d+(?:\.\d+)?(?:[kKmMgG]?[bBmMgGwWhHsS]+h?|km|kg|mm|cm|nm|v|a|st|nd|rd|th|x)$", re.IGNORECASE)
_GENERIC = frozenset(
    "ai it ceo cto hr r&d roi ip ui ux pc tv ok yes no i faq q&a pr usb led api genai llm gpt esg kpi".split()
)
"""Upper-case words of everyday language: they name nothing whose presence would have to be proved."""

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费"
    "廉岑薛雷贺倪汤滕殷罗毕郝安常乐于傅齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛狄米贝明臧戴谈宋庞熊纪舒屈项祝董梁杜阮蓝季贾路江"
    "童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应宗丁宣邓单洪包左石崔吉龚程邢裴陆荣翁荀惠曲封储靳段焦侯全班仰仲"
    "伊宁仇甘厉祖武符刘景詹束龙叶司黎薄印白蒲邰从索赖卓屠池乔阴胥苍闻莘党翟谭劳冉桑桂牛寿边燕尚温庄晏柴瞿阎连习向古易廖终"
    "耿匡文寇广东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶曾关查红游盖益桓公肖代付仝佟"
)
_BEFORE_PERSON = "|".join(
    [
        r"(?<=[^\w\s])",
        "^",
        *(f"(?<={word})" for word in "为 是 由 董事 经理 总裁 主席 主任 教授 博士 顾问 院士".split()),
    ]
)
_NAME_TAGS = frozenset({"nr", "ns", "nt", "nrt", "nrfg"})


def latin_names(text: str) -> list[str]:
    """Return Latin-script names and codes: capitalised words inside a sentence, acronyms, and mixed codes.

    The first word of a sentence is capitalised anyway, so it counts only when it is an acronym or a code.
    """
    names: list[str] = []
    for match in _LATIN_NAME.finditer(text):
        words = match.group().split()
        if _SENTENCE_START.search(text[: match.start()]) and not _is_acronym(words[0]):
            words = words[1:]
        name = " ".join(words).strip(".")
        if name and fold(name) not in _GENERIC:
            names.append(name)
    names += [m.group() for m in _CODE.finditer(text) if not _MEASURE.match(m.group()) and m.group() not in names]
    return list(dict.fromkeys(names))


def chinese_names(text: str) -> list[str]:
    """Return names of people, places and organisations (by jieba's part-of-speech tags) and titles in 《》."""
    names = [m[1] for m in _QUOTED.finditer(text)]
    if re.search(f"[{CJK}]", text):
        names += [pair.word for pair in _tagger().cut(text) if pair.flag in _NAME_TAGS and len(pair.word) >= 2]
    return list(dict.fromkeys(names))


def with_romanised_people(text: str) -> str:
    """Return ``text`` with the names of people in pinyin, surname first: 司晓 becomes Si Xiao.

    A small model that translates a name makes another one of it. Only words that are sure to be names are taken:
    tagged as a person, in no dictionary, begun by a surname, and set off by punctuation on one side.
    """
    from pypinyin import lazy_pinyin

    if not re.search(f"[{CJK}]", text):
        return text
    for word, flag in {(pair.word, pair.flag) for pair in _tagger().cut(text)}:
        if flag != "nr" or not 2 <= len(word) <= 3 or word[0] not in _SURNAMES or _tagger().word_tag_tab.get(word):
            continue
        surname, *given = lazy_pinyin(word)
        romanised = f"{surname.capitalize()} {''.join(given).capitalize()}"
        text = re.sub(rf"(?:{_BEFORE_PERSON}){word}|{word}(?=[^\w\s]|\s|$)", romanised, text)
    return text


def holds_name(source: str, name: str) -> bool:
    """Return whether a source holds a name: literally, without spaces, or, for a Latin name, in pinyin.

    "Beijing" is held by 北京 and "Si Xiao" by 司晓 in either order of its parts; "Tencent" is not held by 腾讯.
    """
    folded_source, folded = fold(source), fold(name)
    if any(c.isdigit() for c in folded):
        # a code is another one when a letter or digit more stands at either end: AX-30 is not in AX-301
        body = " ?".join(re.escape(c) for c in folded if c != " ")
        return bool(re.search(rf"(?<![a-z0-9]){body}(?![a-z0-9])", folded_source))
    if folded in folded_source or folded.replace(" ", "") in folded_source.replace(" ", ""):
        return True
    if not folded.isascii():
        return False
    letters = re.sub(r"[^a-z]", "", folded)
    if len(letters) < 4:
        return False
    reading = _pinyin(folded_source)
    if letters in reading:
        return True
    parts = re.findall(r"[a-z]+", folded)
    return len(parts) >= 2 and "".join([*parts[1:], parts[0]]) in reading


def _is_acronym(word: str) -> bool:
    return sum(c.isupper() for c in word) >= 2 or any(c.isdigit() for c in word)


@cache
def _tagger():  # type: ignore[no-untyped-def]  # jieba ships no types
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg.dt


@lru_cache(maxsize=256)
def _pinyin(folded: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(folded, errors="ignore"))
