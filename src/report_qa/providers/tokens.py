"""How many tokens a text takes, when the model's tokenizer is not at hand."""

from __future__ import annotations

import math

# A Chinese character takes about 0.6 tokens and another character about 0.3 (DeepSeek's documentation of its
# tokenizer); other vocabularies are a little less thrifty with Chinese, so its figure is rounded up.
_TOKENS_PER_CJK_CHARACTER = 0.8
_TOKENS_PER_OTHER_CHARACTER = 0.3


def estimate_tokens(text: str) -> int:
    """Return the estimated number of tokens of a Chinese or English text."""
    wide = sum(1 for character in text if "\u2e80" <= character <= "\uffef")
    return math.ceil(wide * _TOKENS_PER_CJK_CHARACTER + (len(text) - wide) * _TOKENS_PER_OTHER_CHARACTER)
