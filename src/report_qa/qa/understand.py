"""A question as typed -> a question that can be searched: checked, self-contained, and in the documents' words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.config import AnswerSettings
from report_qa.errors import QuestionError, Text
from report_qa.prompts import load_prompt
from report_qa.providers.chat import ChatModel
from report_qa.qa.records import Turn
from report_qa.qa.retrieve import Query, Rewrite, SectionHit, terms_of
from report_qa.text.normalise import cjk_count, clean, fold, has_words, language_of, latin_words
from report_qa.text.tokens import search_tokens
from report_qa.text.years import with_full_years

_REWRITE_TOKENS = 72
_GRAM = 4
_COPIED = 0.6
"""Share of a rewriting's runs of four characters that may stand in one heading."""
_ANSWER_CHARS = 160
"""How much of the previous answer is shown for a follow-up: enough to know what "they" are."""
_NO_ANSWER = "…"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

_LEANS_ZH = re.compile(
    r"^(?:那|那么|还有|再|另外|其中|然后|而)|呢[？?]?$|"
    r"它|他们|她们|这个|那个|这些|那些|前者|后者|上面|刚才|为啥|为什么"
)
_LEANS_EN = re.compile(
    r"^(?:and|or|but|so|then|what about|how about|why)\b|"
    r"\b(?:it|its|they|them|their|those|these|that|this|one|ones|there)\b",
    re.IGNORECASE,
)
_SHORT_ZH = 10
_SHORT_EN = 6


@dataclass(frozen=True)
class Understood:
    """A question ready for the search: as a self-contained question in its own language, and rewritten."""

    standalone: str
    language: str
    query: Query


def check_question(question: str, settings: AnswerSettings) -> str:
    """Return the question without control characters and surrounding space.

    Raises:
        QuestionError: it is empty, holds no word, or is too long.
    """
    cleaned = clean(question).strip()
    if not has_words(cleaned):
        raise QuestionError(
            Text("The question holds no words.", "问题里没有文字。"),
            Text("Type a question in Chinese or English.", "请用中文或英文输入一个问题。"),
        )
    if len(cleaned) > settings.max_question_chars:
        limit = settings.max_question_chars
        raise QuestionError(
            Text(
                f"The question has {len(cleaned)} characters; at most {limit} are taken.",
                f"问题有 {len(cleaned)} 个字符，最多可用 {limit} 个。",
            ),
            Text("Shorten it to the question itself.", "请缩短为问题本身。"),
        )
    return re.sub(r"\s+", " ", cleaned)


def leans_on_history(question: str) -> bool:
    """Return whether a question may need the conversation to be understood: it is short, or points back."""
    if language_of(question) == "zh":
        return cjk_count(question) + len(latin_words(question)) <= _SHORT_ZH or bool(_LEANS_ZH.search(question))
    return len(latin_words(question)) <= _SHORT_EN or bool(_LEANS_EN.search(question))


def understand(question: str, history: Sequence[Turn], found: Sequence[SectionHit], chat: ChatModel) -> Understood:
    """Make a question self-contained and rewrite it in the documents' languages.

    A small model rewrites a question out of its own head: "this stuff" becomes spending, "cool boxes" become 酷盒子.
    Told the title of the document it is about, it says what is meant; across languages it is also shown the headings
    that a first search finds, for the document's own names. Within one language headings lead it astray, so the second
    wording is made without them. Two wordings find more than either (docs/benchmark.md).

    Args:
        question: a checked question.
        history: earlier turns, oldest first.
        found: what a first search finds, best first.
        chat: the language model.

    Raises:
        ModelError: the model cannot be asked.
    """
    language = language_of(question)
    standalone = question
    if history and leans_on_history(question):
        standalone = _condense(question, history[-1], language, chat)
    rewrites: list[Rewrite] = []
    for written_in in dict.fromkeys(hit.ref.document.language for hit in found):
        title = next(hit.ref.document.title for hit in found if hit.ref.document.language == written_in)
        headings = terms_of(found, written_in) if written_in != language else ()
        rewrites += (_titled(standalone, written_in, title, chat), _rewritten(standalone, written_in, headings, chat))
    return Understood(standalone, language, Query(standalone, _usable(rewrites)))


def _condense(question: str, previous: Turn, language: str, chat: ChatModel) -> str:
    """Return a follow-up as a question of its own, or with the question before it where the model does not make one.

    Shown the answer, a small model likes to say it again, or to ask the question before once more; then it is asked
    without the answer, which only few follow-ups need.
    """
    for answer in (_one_line(previous.answer)[:_ANSWER_CHARS] or _NO_ANSWER, _NO_ANSWER):
        messages = load_prompt("condense", language).messages(
            previous=_one_line(previous.question), answer=answer, question=question
        )
        written = _first_line(chat.complete(messages, max_tokens=_REWRITE_TOKENS, stop=["\n"]).text)
        if _carries_on(written, question, previous):
            return written
    return f"{previous.question} {question}"


def _carries_on(written: str, question: str, previous: Turn) -> bool:
    """Return whether a question made of a follow-up asks what is new in it, and does not answer or wander off."""
    asked = with_full_years(f"{previous.question} {question}")
    if not has_words(written) or len(written) > 3 * len(asked):
        return False
    numbers = set(_NUMBER.findall(fold(written)))
    if not numbers <= set(_NUMBER.findall(fold(asked))) or not numbers >= set(_NUMBER.findall(fold(question))):
        return False
    words, before = set(search_tokens(written)), set(search_tokens(previous.question))
    new = set(search_tokens(question)) - before
    return not new or not words.isdisjoint(new) or not words <= before | set(search_tokens(previous.answer))


def _titled(question: str, written_in: str, title: str, chat: ChatModel) -> Rewrite:
    messages = load_prompt("rewrite_titled", written_in).messages(title=_one_line(title), question=question)
    return Rewrite(written_in, _first_line(chat.complete(messages, max_tokens=_REWRITE_TOKENS, stop=["\n"]).text))


def _rewritten(question: str, written_in: str, terms: Sequence[str], chat: ChatModel) -> Rewrite:
    if terms:
        listed = ("；" if written_in == "zh" else "; ").join(terms)
        messages = load_prompt("rewrite_across", written_in).messages(terms=listed, question=question)
    else:
        messages = load_prompt("rewrite", written_in).messages(question=question)
    written = _first_line(chat.complete(messages, max_tokens=_REWRITE_TOKENS, stop=["\n"]).text)
    if any(_copies(written, term) for term in terms):
        return _rewritten(question, written_in, (), chat)
    return Rewrite(written_in, written)


def _usable(rewrites: Sequence[Rewrite]) -> tuple[Rewrite, ...]:
    """Return the rewritings that hold words of the right language, each once."""
    return tuple(dict.fromkeys(r for r in rewrites if has_words(r.text) and language_of(r.text) == r.language))


def _copies(written: str, term: str) -> bool:
    """Whether a rewriting is a heading said again, not the question: it would find that heading whatever was asked."""
    grams = {written[i : i + _GRAM] for i in range(len(written) - _GRAM + 1)}
    return bool(grams) and sum(gram in term for gram in grams) / len(grams) > _COPIED


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0].strip()
