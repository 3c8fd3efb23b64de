"""SQuAD's JSON (Rajpurkar et al., 2016 and 2018), which CMRC 2018, DRCD and XQuAD share."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from report_qa.errors import Text
from report_qa.evals.dataset import Case
from report_qa.evals.importers.imported import Imported, as_markdown, file_name, parse, read_bytes
from report_qa.text.normalise import language_of
from report_qa.text.sentences import sentence_spans

_HEADING = Text("Paragraph", "段落")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Answer(_Part):
    text: str
    answer_start: int


class _Question(_Part):
    id: str | int
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(_Part):
    context: str = Field(min_length=1)
    qas: tuple[_Question, ...]


class _Article(_Part):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _File(_Part):
    data: tuple[_Article, ...]


def import_squad(source: Path) -> Imported:
    """Read a file: a document for every article, a section for every paragraph, a case for every question.

    The different answers of a question are accepted forms of one key fact, the first one is the gold answer, and the
    sentence around it is the evidence. A question without answers is unanswerable.

    Raises:
        ConfigError: unreadable, or of another shape.
    """
    file = parse(_File, read_bytes(source), source)
    cases: list[Case] = []
    documents: dict[str, str] = {}
    misplaced = 0
    for position, article in enumerate(file.data, start=1):
        name = file_name(position, article.title)
        texts = [paragraph.context for paragraph in article.paragraphs]
        language = language_of("".join(texts))
        documents[name] = as_markdown(article.title or name.removesuffix(".md"), texts, _HEADING, language)
        for paragraph in article.paragraphs:
            made = [_case(question, paragraph.context, name) for question in paragraph.qas]
            misplaced += sum(case.answerable and not case.evidence for case in made)
            cases += made
    notes = [Text(f"{misplaced} answers are not in their paragraph: their cases have no evidence.",
                  f"{misplaced} 个答案不在其段落中：相应用例没有证据。")] if misplaced else []  # fmt: skip
    return Imported(tuple(cases), documents, tuple(notes))


def _case(question: _Question, context: str, document: str) -> Case:
    answers = () if question.is_impossible else question.answers
    forms = tuple(dict.fromkeys(answer.text.strip() for answer in answers))
    return Case(
        id=str(question.id),
        document=document,
        language="zh" if language_of(question.question) == "zh" else "en",
        kind="fact" if forms else "unanswerable",
        question=question.question,
        gold=forms[0] if forms else "",
        key_facts=(forms,) if forms else (),
        evidence=_sentence_around(answers[0], context) if answers else (),
    )


def _sentence_around(answer: _Answer, context: str) -> tuple[str, ...]:
    """Return the sentence that an answer stands in, or nothing where it does not stand in its paragraph."""
    start = answer.answer_start
    if context[start : start + len(answer.text)] != answer.text:
        start = context.find(answer.text)
    if start < 0:
        return ()
    spans = [s for s in sentence_spans(context) if s.start < start + len(answer.text) and s.end > start]
    return (context[spans[0].start : spans[-1].end],) if spans else (answer.text,)
