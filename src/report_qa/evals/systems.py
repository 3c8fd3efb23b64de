"""The systems that are measured side by side, behind one call: this one, and baselines on the same models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from report_qa import __version__
from report_qa.errors import ConfigError, Text
from report_qa.evals.baselines import Baseline, ByKeyword, ByMeaning, GoldEvidence, pieces_of
from report_qa.evals.configuration import Configuration, compared_settings, program_hash
from report_qa.evals.dataset import Case
from report_qa.evals.facts import QuoteFinder
from report_qa.evals.folder import OURS
from report_qa.evals.records import Bilingual, Cited, Record, Retrieved, Status
from report_qa.qa.records import Answer, Citation, Passage
from report_qa.service import ReportQA


class System(Protocol):
    """Something that answers cases."""

    name: str

    def answer(self, case: Case) -> Record:
        """Answer one case; what breaks is told in the record, not raised."""


class Ours:
    """This system, through the same call as the chat."""

    name = OURS

    def __init__(self, qa: ReportQA) -> None:
        self._qa = qa

    def answer(self, case: Case) -> Record:
        """Answer one case."""
        answer = self._qa.ask(case.question, case.turns)
        status: Status = answer.status.value
        return Record(
            case=case.id,
            system=self.name,
            status=status,
            answer=answer.text,
            asked=answer.standalone,
            passages=tuple(_retrieved(passage) for passage in _passages(answer)),
            citations=_cited(answer),
            figures=_figures(answer.citations),
            nearest_figures=_figures((answer.nearest,) if answer.nearest else ()),
            answerability=answer.answerability,
            unsupported=answer.unsupported,
            reason=Bilingual(en=answer.reason.en, zh=answer.reason.zh) if answer.reason else None,
            error=Bilingual.of(answer.error) if answer.error else None,
            passages_s=answer.timings.passages_s,
            first_token_s=answer.timings.first_token_s,
            total_s=answer.timings.total_s,
            tokens_out=None if answer.error else self._qa.count_tokens(answer.text),
        )


def _figures(citations: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(name for c in citations for p in c.pictures for name in (p.file, p.caption) if name)


def _retrieved(passage: Passage) -> Retrieved:
    read = "\n".join(passage.section_text[start:end] for start, end in passage.spans)
    return Retrieved(
        document=passage.document,
        heading=passage.path,
        text=passage.section_text,
        read=read,
        lines=(passage.first_line, passage.last_line),
    )


def _passages(answer: Answer) -> tuple[Passage, ...]:
    """Return what was found, and what is cited beside it."""
    found = {passage.number for passage in answer.passages}
    return (*answer.passages, *(c.passage for c in answer.citations if c.number not in found))


def _cited(answer: Answer) -> tuple[Cited, ...]:
    positions = {passage.number: position for position, passage in enumerate(_passages(answer))}
    return tuple(Cited(passage=positions[c.number], quote=c.quote) for c in answer.citations)


def configuration_of(qa: ReportQA) -> Configuration:
    """Return everything about an opened service that could change an answer."""
    models = {"embedding": qa.embedder.identity, "chat": qa.chat.identity}
    if qa.settings.reranker.model:
        models["reranker"] = qa.settings.reranker.model
    if qa.probe is not None:
        models["probe"] = qa.probe.identity
    manifest = qa.library.manifest
    index: dict[str, Any] = {
        "recipe": manifest.recipe.model_dump(),
        "documents": {name: entry.sha256 for name, entry in sorted(manifest.documents.items())},
    }
    index |= {f"faq {name}": identity for name, identity in qa.reviewed.items()}
    return Configuration(
        report_qa=__version__, program=program_hash(), settings=compared_settings(qa.settings), models=models,
        index=index,
    )  # fmt: skip


def check_names(names: Sequence[str]) -> list[str]:
    """Return the names of systems, each once, in the order given; spaces around them do not count.

    Raises:
        ConfigError: a name is unknown.
    """
    known = [name.strip() for name in names]
    for name in known:
        if name not in _SYSTEMS:
            raise ConfigError(
                Text(f"There is no system {name or '(blank)'}.", f"没有名为 {name or '（空）'} 的系统。"),
                Text(f"Name some of: {', '.join(_SYSTEMS)}.", f"可用：{'、'.join(_SYSTEMS)}。"),
            )
    return list(dict.fromkeys(known))


def open_systems(names: Sequence[str], qa: ReportQA) -> Iterator[System]:
    """Yield systems over one opened service, each made ready when it is its turn.

    Args:
        names: see :func:`check_names`.
        qa: the opened service.
    """
    return (_SYSTEMS[name](qa) for name in names)


def evidence_not_indexed(cases: Sequence[Case], qa: ReportQA) -> list[str]:
    """Return the ids of cases of whose evidence no indexed section holds a quote whole."""
    finder = QuoteFinder(["\n".join((*ref.section.path, ref.section.text)) for ref in qa.library.sections])
    return [case.id for case in cases if not all(finder.find(quote) for quote in case.evidence)]


def _naive(qa: ReportQA) -> System:
    return Baseline("naive", qa.chat, ByMeaning(pieces_of(qa.documents), qa.embedder))


def _bm25(qa: ReportQA) -> System:
    return Baseline("bm25", qa.chat, ByKeyword(pieces_of(qa.documents)))


def _oracle(qa: ReportQA) -> System:
    sections = [ref.section for ref in qa.library.sections]
    otherwise = ByMeaning(pieces_of(qa.documents), qa.embedder)
    return Baseline("oracle", qa.chat, GoldEvidence(sections, otherwise))


def _closed_book(qa: ReportQA) -> System:
    return Baseline("closed-book", qa.chat, None)


_SYSTEMS: Mapping[str, Callable[[ReportQA], System]] = {
    OURS: Ours,
    "naive": _naive,
    "bm25": _bm25,
    "closed-book": _closed_book,
    "oracle": _oracle,
}
