"""Words for keyword search: Chinese through jieba's search mode, English through the Snowball stemmer."""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING

from report_qa.text.normalise import CJK, fold

if TYPE_CHECKING:
    import jieba

_PIECE = re.compile(rf"[{CJK}]+|[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*%?")

STOP_WORDS_ZH = frozenset(
    (
        "的 了 是 在 和 与 及 或 也 都 就 而 着 被 把 对 从 到 给 让 向 于 以 为 之 其 这 那 这个 那个 "
        "这些 那些 哪 哪个 哪些 哪儿 哪里 什么 啥 怎么 怎样 怎么样 如何 多少 几 几个 吗 呢 吧 啊 呀 嘛 有 "
        "没有 会 能 可以 要 想 请 问 请问 告诉 我 你 您 他 她 它 我们 你们 他们 一下 一个 一些 里 里面 中 "
        "上 下 个 还 又 很 最 更 比较 大概 到底 究竟 是不是 有没有 说 讲 提到 报告 文中 关于 方面 情况"
    ).split()
)
STOP_WORDS_EN = frozenset(
    "a an the of in on at to for from by with and or but is are was were be been being do does did done have has had "
    "this that these those it its they them their there here what which who whom whose when where why how much many "
    "can could will would shall should may might must not no so as than then if about into over per any some all i you "
    "he she we me my your our us please tell say says said report according document mention mentioned s t".split()
)


@cache
def _segmenter() -> jieba.Tokenizer:
    import jieba

    # jieba announces its dictionary cache on the root of its own logger at import; users need not see it
    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    return segmenter


@cache
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer():  # type: ignore[no-untyped-def]  # PyStemmer ships no types
    import Stemmer

    return Stemmer.Stemmer("english")


def search_tokens(text: str) -> list[str]:
    """Return the words by which ``text`` is found, in order, stop words left out.

    Chinese words come with the shorter words inside them (jieba's search mode), English ones as stems,
    numbers as they are written, without thousands separators.
    """
    tokens: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece[0].isdigit():
            tokens.append(piece.replace(",", ""))
        elif piece[0].isascii():
            if piece not in STOP_WORDS_EN:
                tokens.append(_stem(piece))
        else:
            tokens.extend(word for word in _segmenter().cut_for_search(piece) if word not in STOP_WORDS_ZH)
    return tokens
