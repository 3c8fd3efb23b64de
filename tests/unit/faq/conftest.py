"""A manual, its index, and the model that drafts from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drafting import MANUAL, DraftingModel
from fakes import HashingEmbedder

from report_qa.config import FAQSettings, Settings
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, load_chat, register_chat
from report_qa.service import index_corpus


@pytest.fixture
def model() -> DraftingModel:
    """The model, registered as ``llm.provider = drafting``."""
    made = DraftingModel()

    def make(settings: Settings, progress: Progress | None) -> ChatModel:
        return ChatModel(made, "drafting@1", logprobs=False)

    register_chat("drafting", make)
    return made


@pytest.fixture
def settings(
    corpus: Path, make_settings: Callable[..., Settings], embedder: HashingEmbedder, model: DraftingModel
) -> Settings:
    """Settings over an index of the manual."""
    (corpus / "car.md").write_text(MANUAL, encoding="utf-8")
    made = make_settings(llm__provider="drafting")
    index_corpus(made)
    return made


@pytest.fixture
def store(settings: Settings) -> FaqStore:
    """The empty collection."""
    return FaqStore.open(settings)


@pytest.fixture
def sources(settings: Settings) -> Sources:
    """The manual."""
    return Sources.open(settings.paths.index)


@pytest.fixture
def review(store: FaqStore, sources: Sources) -> Review:
    """Ann at work."""
    return Review(store, sources, FAQSettings(), "ann", HashingEmbedder)


@pytest.fixture
def chat(settings: Settings) -> ChatModel:
    """The model as the provider gives it."""
    return load_chat(settings)
