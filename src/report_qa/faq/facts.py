"""What a sentence states that can be got wrong, which is what pairs should be asked about first."""

from __future__ import annotations

from report_qa.faq.modality import kinds_of
from report_qa.text.names import latin_names
from report_qa.text.normalise import fold
from report_qa.text.numbers import quantities


def facts_of(text: str) -> list[str]:
    """Return what a sentence states that can be got wrong: quantities, codes, words that oblige or forbid."""
    kinds = kinds_of(text)
    codes = [name for name in latin_names(text) if any(c.isdigit() for c in name)]
    for code in codes:
        text = text.replace(code, " ")
    found = [quantity.surface for quantity in quantities(fold(text))] + codes
    return found + [kinds[kind] for kind in ("must_not", "must", "need_not") if kind in kinds]
