"""Answers and search results as text for a terminal and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from report_qa.documents.blocks import Picture, Place
from report_qa.errors import Text
from report_qa.faq.serve import FaqAnswer
from report_qa.faq.stale import StaleReport
from report_qa.indexing.library import Library
from report_qa.qa.records import Answer, Citation, Passage
from report_qa.qa.retrieve import SectionHit

PicturesOf = Callable[[str], Path]
_SNIPPET = 160
NEAREST = Text("Nearest statement; it may not answer the question:", "最接近的一句，未必回答了问题：")
MEANT = Text("Did you mean:", "你是不是想问：")


def answer_json(answer: Answer, language: str, pictures: PicturesOf) -> dict[str, Any]:
    """Return an answer as plain data: status, text, citations, passages, timings, and the error if it failed.

    Args:
        answer: what to show.
        language: language of the error message.
        pictures: gives the folder of the picture files of a document.
    """
    return {
        "status": str(answer.status),
        "answer": answer.text,
        "language": answer.language,
        "question": answer.question,
        "standalone_question": answer.standalone,
        "answerability": answer.answerability,
        "reason": answer.reason.in_language(language) if answer.reason else None,
        "error": answer.error.line(language) if answer.error else None,
        **_faq_json(answer),
        "citations": [_citation_json(citation, pictures) for citation in answer.citations],
        "nearest": _citation_json(answer.nearest, pictures) if answer.nearest else None,
        "passages": [_passage_json(passage) for passage in answer.passages],
        "unknown_markers": list(answer.unknown_markers),
        "unsupported": list(answer.unsupported),
        "timings": {
            "passages_s": answer.timings.passages_s,
            "first_token_s": answer.timings.first_token_s,
            "total_s": answer.timings.total_s,
        },
    }


def _faq_json(answer: Answer) -> dict[str, Any]:
    """Return which reviewed pair an answer is, and the published questions beside it."""
    if not isinstance(answer, FaqAnswer):
        return {"faq": None, "suggestions": []}
    return {"faq": asdict(answer.origin) if answer.origin else None, "suggestions": list(answer.suggestions)}


def _citation_json(citation: Citation, pictures: PicturesOf) -> dict[str, Any]:
    return {
        "number": citation.number,
        "quote": citation.quote,
        **_passage_json(citation.passage),
        "highlights": [list(span) for span in citation.highlights],
        "places": [_place_json(place) for place in citation.places],
        "pictures": [_picture_json(p, pictures(citation.passage.document)) for p in citation.pictures],
        "pictures_at": citation.pictures_at,
    }


def _place_json(place: Place) -> dict[str, Any]:
    return {"page": place.page, "box": [round(side, 1) for side in place.box] if place.box else None}


def _picture_json(picture: Picture, folder: Path) -> dict[str, Any]:
    return {
        "path": str(folder / picture.file),
        "caption": picture.caption,
        "width": picture.width,
        "height": picture.height,
        "place": _place_json(picture.place) if picture.place else None,
    }


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "number": passage.number,
        "document": passage.document,
        "title": passage.title,
        "heading_path": list(passage.path),
        "lines": [passage.first_line, passage.last_line],
        "text": passage.text,
        "chunk_ids": list(passage.chunk_ids),
        "scores": {name: round(score, 4) for name, score in passage.scores.items()},
    }


def print_answer(answer: Answer, pictures: PicturesOf) -> None:
    """Print an answer or refusal with its citations and their picture files; see :func:`answer_json`."""
    typer.secho(answer.text, bold=True)
    if answer.reason is not None:
        typer.echo(answer.reason.in_language(answer.language))
    for citation in answer.citations:
        _print_citation(citation, pictures)
    if answer.nearest is not None:
        typer.echo(f"\n{NEAREST.in_language(answer.language)}")
        _print_citation(answer.nearest, pictures)
    if isinstance(answer, FaqAnswer):
        if answer.origin:
            origin = answer.origin
            pair = f"{origin.collection}/{origin.pair}" if origin.collection else origin.pair
            typer.echo(f"\nFAQ {pair} · v{origin.version} · release {origin.release} · {origin.approved_by}")
        for question in answer.suggestions:
            typer.echo(f"{MEANT.in_language(answer.language)} {question}")
    shown = answer.timings
    first = f"{shown.first_token_s:.1f}" if shown.first_token_s is not None else "–"
    typer.secho(f"\n{shown.total_s:.1f} s (first token {first} s)", fg="bright_black")


def _print_citation(citation: Citation, pictures: PicturesOf) -> None:
    passage = citation.passage
    typer.echo(f"\n[{citation.number}] {passage.title} · {passage.heading}")
    pages = ", ".join(str(page) for page in dict.fromkeys(place.page for place in citation.places))
    lines = f"{passage.first_line}-{passage.last_line}"
    typer.echo(f"    {passage.document}:{f'p. {pages}' if pages else lines}")
    typer.echo(f"    “{citation.quote}”")
    for picture in citation.pictures:
        typer.echo(f"    [{picture.caption}] {pictures(passage.document) / picture.file}")


def print_hits(hits: Sequence[SectionHit], library: Library) -> None:
    """Print found sections with their scores by channel and their best chunk."""
    for rank, hit in enumerate(hits, start=1):
        section = hit.ref.section
        heading = " > ".join(section.path) or hit.ref.document.title
        scores = "  ".join(f"{name} {score:.3f}" for name, score in hit.channels.items())
        typer.secho(f"{rank}. {heading}", bold=True)
        place = f"{section.lines[0][0]}-{section.lines[-1][1]}"
        if section.places:
            pages = sorted({one.page for line in section.places for one in line})
            place = f"p. {pages[0]}" if len(pages) == 1 else f"p. {pages[0]}-{pages[-1]}"
        typer.echo(f"   {section.document}:{place}   {scores}")
        if hit.chunks:
            text = library.chunks[hit.chunks[0].position].text.replace("\n", " ")
            typer.echo(f"   {text[:_SNIPPET]}{'…' if len(text) > _SNIPPET else ''}")


def print_stale(report: StaleReport, language: str) -> None:
    """Print how the evidence of pairs stands, changed ones side by side with what is there now."""
    told = Text(
        f"Evidence of pairs: {report.unchanged} unchanged, {report.moved} moved, {len(report.changed)} changed, "
        f"{len(report.gone)} gone.",
        f"问答的依据：未变 {report.unchanged}，移动 {report.moved}，改动 {len(report.changed)}，"
        f"消失 {len(report.gone)}。",
    )
    typer.echo(told.in_language(language))
    for one in (*report.changed, *report.gone):
        typer.echo(f"#{one.pair} {one.question}\n  - {one.old}")
        if one.new is not None:
            typer.echo(f"  + {one.new}")
