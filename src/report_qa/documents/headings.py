"""Which lines of a plain text are headings, and how high they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.documents.blocks import Rank
from report_qa.documents.tables.cells import unit_of_line, without_unit
from report_qa.text.normalise import cjk_count

_NUM = "一二三四五六七八九十百零〇两0-9０-９"
_EXPLICIT: tuple[tuple[re.Pattern[str], Rank], ...] = (
    (re.compile(rf"^第\s*[{_NUM}]+\s*[章篇部编](?:分)?(?:\s|[：:、]|$|\S{{1,30}}$)"), Rank.PART),
    (re.compile(r"^\S{1,5}篇$"), Rank.PART),
    (re.compile(r"^(?:chapter|part|appendix)\s+[0-9ivxa-z]+\b", re.IGNORECASE), Rank.PART),
    (re.compile(rf"^附录\s*[{_NUM}A-Z]*"), Rank.PART),
    (re.compile(rf"^第\s*[{_NUM}]+\s*节"), Rank.TOPIC),
    (re.compile(r"^(?:观点|发现|趋势|案例|专题|建议|结论|洞察)\s*[一二三四五六七八九十\d]*\s*[：:]\s*\S"), Rank.TOPIC),
    (re.compile(r"^(?:finding|insight|takeaway|case study|case|trend)\s*\d*\s*:\s*\S", re.IGNORECASE), Rank.TOPIC),
    (re.compile(r"^section\s+(?:\d+(?:\.\d+)*|[A-Z])\s*(?:$|[:.–—-]|\s(?-i:[A-Z]))", re.IGNORECASE), Rank.TOPIC),
    (re.compile(r"^[一二三四五六七八九十]+、\s*\S"), Rank.TOPIC),
    (re.compile(r"^[（(][一二三四五六七八九十]+[）)]\s*\S"), Rank.GROUP),
)
_BARE_MARK = re.compile(
    rf"^(?:第\s*[{_NUM}]+\s*[章篇部编](?:分)?|\S{{1,5}}篇|附录\s*[{_NUM}A-Z]*|(?:chapter|part|appendix)\s+[0-9ivxa-z]+)"
    r"[：:.]?$",
    re.IGNORECASE,
)
"""The mark of a chapter without its title, which then stands on the next line."""
_CHAPTER = re.compile(rf"^第\s*[{_NUM}]+\s*[章篇部编]|^\S{{1,5}}篇$|^(?:chapter|part)\s", re.IGNORECASE)
_SECTION = re.compile(rf"^第\s*[{_NUM}]+\s*节|^section\s", re.IGNORECASE)
_LISTED = re.compile(r"^[一二三四五六七八九十]+、|^[（(][一二三四五六七八九十]+[）)]")
_ARTICLE = re.compile(rf"^第\s*[{_NUM}]+\s*[条款项]")
_NUMBERED = re.compile(r"^((?:\d{1,2}|[A-Z])(?:\.\d{1,2})+)\.?\s+\S|^(\d{1,2})[.、]?\s+\S")
_NUMBERED_CAPITALS = re.compile(r"^\d{1,2}[.)]?\s+(?=(?:[^A-Za-z]*[A-Z]){3})[^a-z]+$")
_CAPITALS = re.compile(r"^(?=(?:[^A-Za-z]*[A-Z]){4})[^a-z]+$")
_NOTE = re.compile(
    r"^(?:总体样本|有效样本|回答样本|样本量?|样本来源|数据来源|资料来源|案例来源|图片来源|来源|注释?|备注|附注|问题|评分量表|"
    r"sources?|notes?|sample(?: size)?|base|question)\s*\d*\s*[：:]|^\[\d{1,3}\]\s*\S|^\*\s?注",
    re.IGNORECASE,
)
_VALUE = re.compile(r"^[^：:]{1,24}[：:]\s*\S.*\d|^n\s*=\s*\d", re.IGNORECASE)
"""A name and a value with a number in it: 型号：LX-300, Deposit: 50 EUR, n = 2,140."""
_FIELD = re.compile(r"^\S{2,8}[：:]\s*\S")
_LEGEND = re.compile(r"^([■●◆▲▼□○◇])\s*[^■●◆▲▼□○◇]+\s\1\s*\S")
_TABLE_LABEL = re.compile(
    r"^(?:附?表|table)(?:\s*[A-Z]?\d+(?:\s*[-–.]\s*\d+)*\s*[.:：、]?|\s*[:：])\s*(?=\S|$)", re.IGNORECASE
)
"""What the title of a table begins with."""
_SAID_OF_TABLE = re.compile(
    r"^(?:(?i:table)\s*[A-Z]?\d+(?:\s*[-–.]\s*\d+)*\s+[a-z]|附?表\s*\d+(?:\s*[-–.]\s*\d+)*\s*(?:所[示列]|列出|给出|显示|[为是]"
    r"|中(?![国文央部心小外型期学医])|可[以见知得看]))"
)
"""A sentence about a table: Table 1 lists …, 表1给出…"""
_REMARK = re.compile(r"(?<=.)\s*[（(][^（）()]{13,}[)）]$")
"""A bracket that is longer than a unit or a date."""
_SENTENCE_END = re.compile(r"[。！？；;!?，,、…：:]$|\.$")
_GOES_ON = re.compile(r"\b(?:and|or|of|the|an|that|which|is|are)$", re.IGNORECASE)
"""A line that ends so is the beginning of a wrapped sentence."""
_NAME_GOES_ON = re.compile(r"(?:\b(?:and|or|of|the|an|by|with|for|to|from|in)|[,，、])$", re.IGNORECASE)
_DATA = re.compile(r"\d\s*[%％]|^[\d.,\s/年月日-]+$|^\d+\s|->|→|↑|↓")
_DECORATION = re.compile(r"^[—\-=_*~·+|\s\u2500-\u257f]+|[—\-=_*~·+|\s\u2500-\u257f]+$")

_HEAD_WIDTH = 14.0
"""A wider line over a sentence in one paragraph is no heading."""
_LABEL_WIDTH = 7.0
"""A line narrower than this many ideographs is a label over a few lines, not the title of a unit."""
_MAX_WIDTH = 45.0
"""A line wider than this many ideographs is a paragraph, unless it is marked as a heading."""
_MAX_EXPLICIT_WIDTH = 110.0
_MAX_TITLE_WIDTH = 60.0
"""A wider line above a table is no title of it."""


def width(text: str) -> float:
    """Return the width of a line in ideographs: two Latin letters make one."""
    return cjk_count(text) + 0.5 * (len(text) - cjk_count(text))


def is_note(text: str) -> bool:
    """Return whether a line gives a source, sample, survey question, legend of a chart or footnote."""
    return bool(_NOTE.match(text)) or is_legend(text)


def is_field(text: str) -> bool:
    """Return whether a line is a short name and its value: 主编：韩知秋."""
    return bool(_FIELD.match(text))


def is_legend(text: str) -> bool:
    """Return whether a line names the series of a chart: several names, each after its coloured mark."""
    return bool(_LEGEND.match(text))


def may_title_a_table(text: str) -> bool:
    """Return whether a line above a table is short enough for a title of it."""
    return 0 < width(text) <= _MAX_TITLE_WIDTH


def names_a_table(text: str) -> bool:
    """Return whether a line is the numbered title of a table, and thus of no section."""
    titled = bool(_TABLE_LABEL.match(text)) and not _SAID_OF_TABLE.match(text)
    return titled and may_title_a_table(text) and not text.endswith(("。", "；"))


def table_title(text: str) -> str:
    """Return the title of a table without its number ("表 3 "), unit and a remark behind it; a number alone stays."""
    return _REMARK.sub("", without_unit(_TABLE_LABEL.sub("", text))) or text


def explicit_rank(text: str) -> int | None:
    """Return the rank of a line that is marked as a heading by its own words or number, else None."""
    if width(text) > _MAX_EXPLICIT_WIDTH or is_note(text):
        return None
    for pattern, rank in _EXPLICIT:
        if pattern.match(text):
            # "第三章 …。" is a sentence that mentions the chapter; a 观点 slide may well be a whole sentence
            sentence = text.endswith(("。", "；")) and "：" not in text[:6]
            return None if sentence else int(rank)
    match = _NUMBERED.match(text)
    if match and match[1] and not _unfinished(text) and width(text) <= _MAX_WIDTH:
        return int(Rank.PART) + match[1].count(".")
    return None


def is_bare_mark(text: str) -> bool:
    """Return whether a heading is only the number of a chapter, whose title stands on the next line."""
    return bool(_BARE_MARK.match(text))


def is_numbered_capitals(text: str) -> bool:
    """Return whether a line is a number and words in capitals: 2. FINANCE."""
    return bool(_NUMBERED_CAPITALS.match(text)) and not _unfinished(text) and width(text) <= _MAX_WIDTH


def heads_prose(text: str, following: str) -> bool:
    """Return whether the first line of a paragraph is a heading over it, by how both look.

    It is short, in capitals or much shorter than a line that is a sentence, and does not go on in it.
    """
    if (
        implicit_rank(text) is None
        or any(explicit_rank(line) is not None for line in (text, following))
        or is_field(text)
    ):
        return False
    if is_capitals(text):
        return _is_sentence(following) or width(following) >= 2 * _HEAD_WIDTH
    begin = all(line[:1].isupper() or cjk_count(line[:1]) > 0 for line in (text, following))
    return begin and width(text) <= _HEAD_WIDTH and width(following) >= 2 * width(text) and _is_sentence(following)


def heads_numbered(text: str, following: str) -> bool:
    """Return whether a line is "3 Something" right over a line without a number: more a heading than an item."""
    number = re.match(r"^\d{1,2}\s+\D", text)
    return bool(number) and may_number_a_heading(text) and width(text) <= _HEAD_WIDTH and not following[:1].isdigit()


def _is_sentence(text: str) -> bool:
    return text.endswith(("。", "；", "！")) or (text.endswith(".") and " " in text)


def nested_ranks(headings: Sequence[tuple[str, int]]) -> list[int]:
    """Return the ranks of headings so that sections stand under chapters, and 一、 and （一） under sections.

    By its words alone a 第二节 is as high as a 一、; which of them a document has tells how they nest.

    Args:
        headings: text and rank of every heading of a document.
    """
    chapters = any(_CHAPTER.match(text) for text, _ in headings)
    sections = any(_SECTION.match(text) for text, _ in headings)
    ranks = []
    for text, rank in headings:
        if rank == Rank.TOPIC and not chapters and _SECTION.match(text):
            rank = int(Rank.PART)
        elif chapters and sections and _LISTED.match(text):
            rank += 1
        ranks.append(rank)
    return ranks


def may_number_a_heading(text: str) -> bool:
    """Return whether a line is "3 Something" or "3. Something": a heading, or an item of a numbered list."""
    match = _NUMBERED.match(text)
    return bool(match and match[2]) and not _unfinished(text) and width(text) <= _MAX_WIDTH


def implicit_rank(text: str) -> int | None:
    """Return the rank that a line standing alone would have as a heading, or None if it is not like one."""
    if is_note(text) or _unfinished(text) or _DATA.search(text) or width(text) > _MAX_WIDTH:
        return None
    if _ARTICLE.match(text) or _VALUE.match(text):
        return None
    if "，" in text or "■" in text or not _DECORATION.sub("", text) or unit_of_line(text):
        return None
    if is_capitals(text):
        return int(Rank.GROUP)
    return int(Rank.LABEL if width(text) < _LABEL_WIDTH else Rank.TITLE)


def is_capitals(text: str) -> bool:
    """Return whether a line is of words in capitals alone, as headings of typed texts are."""
    return bool(_CAPITALS.match(text)) and cjk_count(text) == 0


def goes_on(text: str) -> bool:
    """Return whether a name is certainly the beginning of one that was broken into two lines."""
    return bool(_NAME_GOES_ON.search(text))


def _unfinished(text: str) -> bool:
    """Whether a line ends a sentence, or goes on in the next one."""
    return bool(_SENTENCE_END.search(text) or _GOES_ON.search(text))
