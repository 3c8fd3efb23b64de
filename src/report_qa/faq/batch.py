"""A whole drafting run: draft from every part, compare with what is there, and search for what was drafted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from report_qa.config import Settings
from report_qa.faq.generate import generate
from report_qa.faq.likeness import Likeness, compare
from report_qa.faq.roundtrip import NotFound, flag_not_found
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.faq.tally import Stop, Tally, TellTally
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import Embedder
from report_qa.qa.retrieve import Retriever

_BY = "report-qa"


@dataclass(frozen=True)
class Batch:
    """What a run did.

    Attributes:
        tally: what was drafted.
        likeness: what repeats or contradicts; None where nothing was drafted.
        missed: how many pairs are not found back by a search.
    """

    tally: Tally
    likeness: Likeness | None = None
    missed: NotFound = field(default_factory=NotFound)


@dataclass(frozen=True)
class Wanted:
    """What is to be drafted.

    Attributes:
        languages: of the pairs; empty for each document's own.
        document: only this one; empty for all.
        limit: parts at most; 0 for all.
        retry: draft again where output was broken, cut or empty before.
    """

    languages: Sequence[str] = ()
    document: str = ""
    limit: int = 0
    retry: bool = False


LANGUAGES: dict[str, tuple[str, ...]] = {"auto": (), "zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
"""The languages of pairs by the name of the choice."""


def draft(
    settings: Settings, sources: Sources, chat: ChatModel, embedder: Embedder, retriever: Retriever, wanted: Wanted,
    *, tell: TellTally | None = None, stop: Stop = lambda: False,
) -> Batch:  # fmt: skip
    """Draft pairs for the settings' collection; errors are those of :func:`report_qa.faq.generate.generate`.

    Args:
        settings: which collection, and how to draft.
        sources: its documents.
        chat: drafts.
        embedder, retriever: of the same index; compare and search.
        wanted: what is to be drafted.
        tell: told before the first part and after every one.
        stop: asked before every part whether to end; what was drafted until then is compared and searched too.
    """
    store = FaqStore.open(settings)
    tally = generate(
        settings, store, sources, chat, languages=wanted.languages, document=wanted.document, limit=wanted.limit,
        retry=wanted.retry, tell=tell, stop=stop,
    )  # fmt: skip
    if not tally.ids:
        return Batch(tally)
    return Batch(tally, compare(store, embedder, _BY), flag_not_found(store, tally.ids, retriever, _BY))
