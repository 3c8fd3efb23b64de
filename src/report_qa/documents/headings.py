"""Which lines of a plain text are headings, and how high they stand."""

from __future__ import annotations

import re

from report_qa.documents.blocks import Rank
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
    (re.compile(r"^section\s+\d+(?:\.\d+)*\s*(?:$|[:.–—-]|\s(?-i:[A-Z]))", re.IGNORECASE), Rank.TOPIC),
    (re.compile(r"^[一二三四五六七八九十]+、\s*\S"), Rank.TOPIC),
    (re.compile(r"^[（(][一二三四五六七八九十]+[）)]\s*\S"), Rank.GROUP),
)
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2})+)\.?\s+\S|^(\d{1,2})[.、]?\s+\S")
_NOTE = re.compile(
    r"^(?:总体样本|有效样本|回答样本|样本量?|样本来源|数据来源|资料来源|案例来源|图片来源|来源|注释?|备注|附注|问题|评分量表|"
    r"sources?|notes?|sample(?: size)?|base|question)\s*\d*\s*[：:]|^\[\d{1,3}\]\s*\S|^\*\s?注",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\S{2,8}[：:]\s*\S")
_LEGEND = re.compile(r"^([■●◆▲▼□○◇])\s*[^■●◆▲▼□○◇]+\s\1\s*\S")
_TABLE_LABEL = re.compile(r"^(?:附?表|table)\s*[A-Z]?\d+(?:\s*[-–.]\s*\d+)*\s*[.:：、]?\s*", re.IGNORECASE)
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
_DATA = re.compile(r"\d\s*[%％]|^[\d.,\s/年月日-]+$|^\d+\s|->|→|↑|↓")
_DECORATION = re.compile(r"^[—\-=_*~·\s]+|[—\-=_*~·\s]+$")

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
    """Return the title of a table without its number ("表 3 ") and a remark behind it; a number alone stays."""
    return _REMARK.sub("", _TABLE_LABEL.sub("", text)) or text


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


def may_number_a_heading(text: str) -> bool:
    """Return whether a line is "3 Something" or "3. Something": a heading, or an item of a numbered list."""
    match = _NUMBERED.match(text)
    return bool(match and match[2]) and not _unfinished(text) and width(text) <= _MAX_WIDTH


def implicit_rank(text: str) -> int | None:
    """Return the rank that a line standing alone would have as a heading, or None if it is not like one."""
    if is_note(text) or _unfinished(text) or _DATA.search(text) or width(text) > _MAX_WIDTH:
        return None
    if "，" in text or "■" in text or not _DECORATION.sub("", text):
        return None
    return int(Rank.LABEL if width(text) < _LABEL_WIDTH else Rank.TITLE)


def _unfinished(text: str) -> bool:
    """Whether a line ends a sentence, or goes on in the next one."""
    return bool(_SENTENCE_END.search(text) or _GOES_ON.search(text))
