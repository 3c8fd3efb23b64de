"""Reviewed questions and answers: matched, listed, reviewed, and released."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath

from report_qa.api.access import Asker, Reviewer
from report_qa.api.backend import Backend, TheBackend
from report_qa.api.convert_faq import change_of, pair_of, published_of, release_of
from report_qa.api.describe import PROBLEMS
from report_qa.api.once import IdempotencyKey, content_of, once_elsewhere, reply
from report_qa.api.problems import Refusal
from report_qa.api.replies import id_of
from report_qa.api.reviewing import matched, review_of, store_of
from report_qa.api.routes.library import IfMatch, Limit, Name
from report_qa.client.faq_records import (
    Change,
    Decision,
    Match,
    NewPair,
    NewRelease,
    Pair,
    PairEdit,
    Published,
    Release,
    State,
)
from report_qa.client.records import Listing
from report_qa.errors import FAQError, FAQMissing, Text
from report_qa.faq.checks import check
from report_qa.faq.records import Draft
from report_qa.faq.records import State as Kept
from report_qa.faq.releases import publish, release, releases, rollback
from report_qa.faq.review import Review
from report_qa.faq.store import FaqStore
from report_qa.runtime.keys import Key

router = APIRouter(prefix="/collections/{collection}/faq", tags=["reviewed answers"], responses=PROBLEMS)

Number = Annotated[int, InPath(ge=1, le=2**31)]


@router.get("/match", response_model=Match)
def match(
    collection: Name, backend: TheBackend, _: Asker, q: Annotated[str, Query(max_length=20_000, examples=["样本"])]
) -> Any:
    """Return what the served release has for a question, without asking the language model."""
    return matched(backend, collection, q)


@router.get("/pairs", response_model=Listing[Pair])
def list_pairs(
    collection: Name,
    backend: TheBackend,
    _: Reviewer,
    state: Annotated[list[State] | None, Query(description="any of these")] = None,
    document: Annotated[str, Query(max_length=1000)] = "",
    flag: Annotated[str, Query(max_length=64, description="code of a flag")] = "",
    text: Annotated[str, Query(max_length=1000, description="words in question, answer or heading")] = "",
    after: Annotated[int, Query(ge=0, le=2**31, description="`next` of the part before")] = 0,
    limit: Limit = 100,
) -> Any:
    """List pairs by number; drafts and those in review wait for a reviewer."""
    store = store_of(backend, collection)
    states = [Kept(one) for one in state or ()]
    pairs = store.pairs(states, document=document, flag=flag, text=text) if store else []
    rest = sorted((pair for pair in pairs if pair.id > after), key=lambda pair: pair.id)
    following = str(rest[limit - 1].id) if len(rest) > limit else None
    return Listing[Pair](items=[pair_of(pair) for pair in rest[:limit]], next=following)


@router.post("/pairs", status_code=201, response_model=Pair)
async def add_pair(
    collection: Name, pair: NewPair, request: Request, backend: TheBackend, key: Reviewer,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Write a pair by hand; it begins as a draft. Its quote must stand in a document."""

    def write() -> Pair:
        review = review_of(backend, collection, key.name)
        place = review.sources.find(pair.quote)
        if place is None:
            raise FAQError(
                Text("The quote stands in no document.", "任何文档中都没有这段引文。"),
                Text("Copy it from the source, word for word.", "请从原文逐字复制。"),
            )
        draft = Draft(
            question=pair.question, answer=pair.answer, similar=tuple(pair.similar), negative=tuple(pair.negative),
            evidence=place.evidence(), language=pair.language,
        )  # fmt: skip
        added = review.add(check(draft, review.sources))
        _note(backend, key, request, "faq.add", collection, added.id)
        return pair_of(added)

    return await _once(backend, request, key, idempotency_key, pair.model_dump_json(), write)


@router.get("/pairs/{number}", response_model=Pair)
def get_pair(collection: Name, number: Number, backend: TheBackend, _: Reviewer, response: Response) -> Any:
    """Return a pair. Its `ETag` is its revision, which a change sends as `If-Match`."""
    return _tagged(pair_of(_store(backend, collection, number).get(number)), response)


@router.get("/pairs/{number}/history", response_model=Listing[Change])
def get_history(collection: Name, number: Number, backend: TheBackend, _: Reviewer) -> Any:
    """Return every change of a pair, the oldest first."""
    changes = _store(backend, collection, number).history(number)
    return Listing[Change](items=[change_of(change) for change in changes])


@router.patch("/pairs/{number}", response_model=Pair)
async def edit_pair(
    collection: Name, number: Number, edit: PairEdit, request: Request, backend: TheBackend, key: Reviewer,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Change what a pair says; it is checked anew and waits for approval."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in edit if value is not None}

    def step(review: Review, revision: int | None) -> Any:
        return review.edit(number, values, revision=revision)

    asked = _Asked(collection, number, key, if_match, idempotency_key, edit.model_dump_json())
    return await _stepped(backend, request, asked, "faq.edit", step)


@router.post("/pairs/{number}/steps", response_model=Pair)
async def decide(
    collection: Name, number: Number, decision: Decision, request: Request, backend: TheBackend, key: Reviewer,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Approve, reject, retire, reopen or assign a pair, or take back its last change."""

    def step(review: Review, revision: int | None) -> Any:
        if decision.step == "approve":
            return review.approve(number, anyway=decision.anyway, revision=revision)
        if decision.step == "reject":
            return review.reject(number, decision.reason, revision=revision)
        if decision.step == "retire":
            return review.retire(number, decision.reason, revision=revision)
        if decision.step == "reopen":
            return review.reopen(number, revision=revision)
        _require(review.store, number, revision)
        if decision.step == "assign":
            return review.assign(number, decision.reviewer)
        return review.undo(number)

    asked = _Asked(collection, number, key, if_match, idempotency_key, decision.model_dump_json())
    return await _stepped(backend, request, asked, f"faq.{decision.step}", step)


@router.get("/releases", response_model=Listing[Release])
def list_releases(collection: Name, backend: TheBackend, _: Reviewer) -> Any:
    """List the releases, the newest first; `served` marks the one that answers."""
    store = store_of(backend, collection)
    found = reversed(releases(store)) if store else ()
    return Listing[Release](items=[release_of(one) for one in found])


@router.get("/releases/{number}", response_model=Release)
def get_release(collection: Name, number: Number, backend: TheBackend, _: Reviewer) -> Any:
    """Return a release with its entries."""
    return release_of(release(_store(backend, collection, number), number))


@router.post("/releases", status_code=201, response_model=Published)
async def make_release(
    collection: Name, wanted: NewRelease, request: Request, backend: TheBackend, key: Reviewer,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Make a release of all approved pairs, and serve it."""

    def write() -> Published:
        review = review_of(backend, collection, key.name)
        done = publish(review.store, review.sources, key.name, wanted.note)
        _note(backend, key, request, "faq.publish", collection, done.release.number)
        return published_of(done)

    return await _once(backend, request, key, idempotency_key, wanted.model_dump_json(), write)


@router.post("/releases/{number}/serve", response_model=Release)
def serve_release(collection: Name, number: Number, request: Request, backend: TheBackend, key: Reviewer) -> Any:
    """Let an earlier release answer, or a later one again."""
    served = rollback(_store(backend, collection, number), number, key.name)
    _note(backend, key, request, "faq.serve", collection, number)
    return release_of(served)


async def _once(
    backend: Backend, request: Request, key: Key, idempotency_key: str | None, content: str,
    write: Callable[[], Pair | Published],
) -> Response:  # fmt: skip
    def written() -> Response:
        return reply(*once_elsewhere(backend, request, key, idempotency_key, content.encode(), write))

    return await to_thread.run_sync(written)


@dataclass(frozen=True)
class _Asked:
    """A step at a pair as it was asked for."""

    collection: str
    number: int
    key: Key
    if_match: str | None
    idempotency_key: str | None
    body: str


async def _stepped(
    backend: Backend, request: Request, asked: _Asked, action: str, step: Callable[[Review, int | None], Any]
) -> Response:
    def write() -> Pair:
        _store(backend, asked.collection, asked.number)
        review = review_of(backend, asked.collection, asked.key.name)
        told = pair_of(step(review, _revision(asked.if_match)))
        _note(backend, asked.key, request, action, asked.collection, asked.number)
        return told

    def written() -> Response:
        content = content_of(asked.if_match, asked.body)
        text, replayed = once_elsewhere(backend, request, asked.key, asked.idempotency_key, content, write)
        made = reply(text, replayed, status=200)
        made.headers["ETag"] = f'"{Pair.model_validate_json(text).revision}"'
        return made

    return await to_thread.run_sync(written)


def _revision(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    bare = if_match.strip().removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit():
        raise Refusal(
            "precondition_failed",
            Text("If-Match is no revision of a pair.", "If-Match 不是问答的修订号。"),
            Text("Send the ETag of the pair.", "请发送该条问答的 ETag。"),
        )
    return int(bare)


def _require(store: FaqStore, number: int, revision: int | None) -> None:
    if revision is not None and store.get(number).revision != revision:
        raise Refusal(
            "precondition_failed",
            Text(f"Pair {number} was changed in the meantime.", f"第 {number} 条在此期间已更改。"),
            Text("Get it again, and decide again.", "请重新获取后再决定。"),
        )


def _store(backend: Backend, collection: str, number: int) -> FaqStore:
    store = store_of(backend, collection)
    if store is None:
        raise FAQMissing(
            Text(f"There is no pair or release {number}.", f"没有第 {number} 条问答或第 {number} 版。"),
            Text(
                "There are none yet; 'report-qa faq generate' drafts them.",
                "尚无问答；可用 report-qa faq generate 起草。",
            ),
        )
    return store


def _tagged(pair: Pair, response: Response) -> Pair:
    response.headers["ETag"] = f'"{pair.revision}"'
    return pair


def _note(backend: Backend, key: Key, request: Request, action: str, collection: str, number: int) -> None:
    backend.audit.add(f"{key.id} {key.name}", action, f"{collection}/{number}", id_of(request))
