"""From the records of the program to those of the API."""

from __future__ import annotations

from urllib.parse import quote

from report_qa.client import records as wire
from report_qa.documents.blocks import Picture, Place
from report_qa.errors import Text
from report_qa.faq.serve import FaqAnswer
from report_qa.indexing.joined import home_of
from report_qa.indexing.library import Library
from report_qa.indexing.manifest import DocumentEntry
from report_qa.qa.records import Answer, Citation, Passage
from report_qa.qa.retrieve import SectionHit
from report_qa.runtime.feedback import KeptFeedback
from report_qa.runtime.import_records import Import


def picture_url(collection: str, file: str) -> str:
    """Return the address of a picture, relative to the server."""
    return f"/api/v1/collections/{quote(collection, safe='')}/pictures/{quote(file, safe='')}"


def answer_of(answer: Answer, answer_id: str, collection: str) -> wire.Answer:
    """Return an answer or refusal; a failure is none."""
    return wire.Answer(
        id=answer_id,
        status="answered" if answer.status == "answered" else "refused",
        answer=answer.text,
        language=answer.language,
        collection=collection,
        question=answer.question,
        standalone_question=answer.standalone,
        reason=message_of(answer.reason) if answer.reason else None,
        answerability=answer.answerability,
        citations=[_citation(citation, collection) for citation in answer.citations],
        passages=[passage_of(passage, collection) for passage in answer.passages],
        origin=_origin(answer, collection),
        suggestions=list(answer.suggestions) if isinstance(answer, FaqAnswer) else [],
        timings=wire.Timings(
            passages_s=answer.timings.passages_s,
            first_token_s=answer.timings.first_token_s,
            total_s=answer.timings.total_s,
        ),
    )


def _origin(answer: Answer, collection: str) -> wire.Origin | None:
    if not isinstance(answer, FaqAnswer) or answer.origin is None:
        return None
    return wire.Origin(**{**vars(answer.origin), "collection": answer.origin.collection or collection})


def passage_of(passage: Passage, collection: str) -> wire.Passage:
    """Return a passage that was found in a collection, or in several as one."""
    place, document = home_of(collection, passage.document)
    return wire.Passage(
        number=passage.number,
        collection=place,
        document=document,
        title=passage.title,
        heading_path=list(passage.path),
        lines=(passage.first_line, passage.last_line),
        text=passage.text,
        section=passage.section_text,
        scores=_rounded(passage.scores),
    )


def _citation(citation: Citation, collection: str) -> wire.Citation:
    passage = passage_of(citation.passage, collection)
    return wire.Citation(
        **passage.model_dump(exclude={"number"}),
        number=citation.number,
        quote=citation.quote,
        highlights=list(citation.highlights),
        places=[place_of(place) for place in citation.places],
        pictures=[picture_of(picture, passage.collection) for picture in citation.pictures],
        pictures_at=citation.pictures_at,
    )


def place_of(place: Place) -> wire.Place:
    """Return where something stands."""
    return wire.Place(page=place.page, box=tuple(round(side, 1) for side in place.box) if place.box else None)


def picture_of(picture: Picture, collection: str) -> wire.Picture:
    """Return a picture of a collection."""
    return wire.Picture(
        url=picture_url(collection, picture.file),
        caption=picture.caption,
        width=picture.width,
        height=picture.height,
        place=place_of(picture.place) if picture.place else None,
    )


def hit_of(hit: SectionHit, rank: int, library: Library, collection: str) -> wire.Hit:
    """Return a section that was found in a collection, or in several as one."""
    section = hit.ref.section
    place, document = home_of(collection, section.document)
    return wire.Hit(
        rank=rank,
        collection=place,
        document=document,
        title=hit.ref.document.title,
        heading_path=list(section.path),
        lines=(section.lines[0][0], section.lines[-1][1]),
        pages=sorted({place.page for line in section.places for place in line}),
        text=section.text,
        best=library.chunks[hit.chunks[0].position].text if hit.chunks else "",
        scores=_rounded(hit.channels),
    )


def document_of(name: str, entry: DocumentEntry) -> wire.Document:
    """Return a document of an index."""
    counted = entry.model_dump(include={"title", "language", "sha256", "pages", "sections", "chunks", "tables",
                                        "pictures", "parser"})  # fmt: skip
    return wire.Document(name=name, warnings=[wire.Message(en=en, zh=zh) for en, zh in entry.warnings], **counted)


def import_of(one: Import) -> wire.Import:
    """Return an import."""
    result = {name: value for name, value in (one.result or {}).items() if name in wire.Import.model_fields}
    progress = wire.ImportProgress(**one.progress._asdict()) if one.progress else None
    return wire.Import(
        id=one.id, at=one.at, collection=one.collection, files=list(one.files), state=one.state, ended=one.ended,
        progress=progress, **result,
    )  # fmt: skip


def feedback_of(kept: KeptFeedback) -> wire.KeptFeedback:
    """Return feedback as it is kept."""
    return wire.KeptFeedback(id=kept.id, at=kept.at, by=kept.by, done=kept.done, **vars(kept.feedback))


def message_of(text: Text) -> wire.Message:
    """Return a text in both languages."""
    return wire.Message(en=text.en, zh=text.zh)


def _rounded(scores: object) -> dict[str, float]:
    return {name: round(float(score), 4) for name, score in dict(scores).items()}  # type: ignore[call-overload]
