"""The reviewed questions and answers of a collection, for the API and the MCP server."""

from __future__ import annotations

from report_qa.api.backend import Backend
from report_qa.api.convert_faq import match_of
from report_qa.client.faq_records import Match
from report_qa.faq.database import database_exists
from report_qa.faq.match import Band
from report_qa.faq.match import Match as Found
from report_qa.faq.review import Review
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.indexing.collections import existing
from report_qa.qa.understand import check_question


def store_of(backend: Backend, collection: str) -> FaqStore | None:
    """Return the pairs of a collection; None where nobody ever made any.

    Raises:
        CollectionMissing: there is no such collection.
        FAQError: the database cannot be used.
    """
    settings = existing(backend.settings, collection)
    return FaqStore.open(settings) if database_exists(settings) else None


def review_of(backend: Backend, collection: str, by: str) -> Review:
    """Return the steps of a reviewer; errors are those of :func:`store_of`, of a missing or damaged index."""
    settings = existing(backend.settings, collection)
    sources, models = Sources.open(settings.paths.index), backend.shelf.models
    return Review(FaqStore.open(settings), sources, settings.faq, by, lambda: models.embedder)


def matched(backend: Backend, collection: str | None, question: str) -> Match:
    """Return what the served release of a collection has for a question; without one, or of several, nothing.

    Raises:
        QuestionError: the question holds no words or is too long.
        ReportQAError: the collection is missing or cannot be opened, or the database cannot be used.
    """
    faq = backend.shelf.open(collection or backend.default).faq
    asked = check_question(question, backend.settings.answer)
    if faq is None:
        return match_of(Found(Band.PASS, (), 0.0), None)
    return match_of(faq.match(asked), faq.number)
