"""Obligations and negations in Chinese and English, told apart so that "must" never becomes "may" unnoticed."""

from __future__ import annotations

import re

_KINDS = {
    "must_not": (
        r"不得|禁止|严禁|切勿|请勿|勿(?=[将在使用把让])|不可(?!或缺|避免|少)|不能|不准|不允许|不许|不应|不要|"
        r"\b(?:must|shall|should|may|can|do|does)\s*(?:not|n't)\b|\bcannot\b|\bnever\b|"
        r"\b(?:prohibited|forbidden|not\s+(?:allowed|permitted))\b"
    ),
    "need_not": (
        r"无需|无须|不必|不需要|毋需|"
        r"\b(?:need\s*not|needn't|(?:do|does)\s*(?:not|n't)\s+(?:need|have)|not\s+required)\b"
    ),
    "must": (
        r"(?<!不)必须|务必|(?<!不)应当|(?<!不)应该|(?<![必无])须(?!知)|一定要|"
        r"\b(?:must|shall|have\s+to|has\s+to|required|mandatory)\b"
    ),
    "should": r"(?<!不)建议|推荐|最好|\b(?:should|recommended|advisable)\b",
    "may": r"(?<!不)可以|(?<!不)允许|\b(?:may|can|allowed|permitted|optional)\b",
}
_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
_NEGATION = re.compile(
    r"不(?!仅|但|只|同|断|论|管|久|过|少|锈|间断)|没有|没(?!收)|未(?!来|知)|无(?!线|人|论|数|缝|限)|勿|禁止|严禁|"
    r"\b(?:not|no|never|none|without|neither|nor|cannot|prohibited|forbidden)\b|n't\b",
    re.IGNORECASE,
)
_CLAIMS = ("must_not", "need_not", "must", "should")


def kinds_of(text: str) -> dict[str, str]:
    """Return the kinds of obligation in a text, each with the first words that say it.

    What says ``must_not`` or ``need_not`` is not read again as ``must``, ``should`` or ``may``.
    """
    found: dict[str, str] = {}
    for kind, pattern in _PATTERNS.items():
        match = pattern.search(text)
        if match:
            found[kind] = match[0]
        if kind in {"must_not", "need_not"}:
            text = pattern.sub(" ", text)
    return found


def modal_differences(answer: str, evidence: str) -> list[str]:
    """Return the words by which an answer obliges, forbids or allows otherwise than its evidence does."""
    said, held = kinds_of(answer), kinds_of(evidence)
    wrong = [said[kind] for kind in _CLAIMS if kind in said and kind not in held]
    if "may" in said and "may" not in held and held.keys() & {"must", "must_not"}:
        wrong.append(said["may"])
    return wrong


def negation_differs(answer: str, sentence: str) -> bool:
    """Return whether exactly one of an answer and the sentence that it rests on holds a negation."""
    return bool(_NEGATION.search(answer)) != bool(_NEGATION.search(sentence))
