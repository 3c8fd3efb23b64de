"""Sentences by position."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.text.sentences import sentence_spans, sentences

PIECES = st.lists(
    st.sampled_from(
        [
            "退款",
            "Total",
            "3.5",
            "e.g.",
            "Dr.",
            "45%",
            "。",
            "！？",
            ".",
            "!",
            "?",
            "；",
            "，",
            "\n",
            " ",
            "\t",
            "”",
            "）",
            '"',
            "…",
            "1.",
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一句。第二句！第三句？", ["第一句。", "第二句！", "第三句？"]),
        ("他说：“可以。”然后走了。", ["他说：“可以。”", "然后走了。"]),
        ("It works. Try it! Does it?", ["It works.", "Try it!", "Does it?"]),
        ("One line\nanother line", ["One line", "another line"]),
        ("占比为 3.5 倍。增长 2.0%。", ["占比为 3.5 倍。", "增长 2.0%。"]),
    ],
)
def test_sentences_end_at_full_stops_and_line_ends(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "whole",
    [
        "The factor is 3.5 in all.",
        "Use a tool, e.g. This one, for it.",
        "Ask Dr. Smith about No. 4 in Fig. 2 please.",
        "Version 2.0.1 runs.",
        "1. First item",
        "企业（如A公司等）占3.5%",
    ],
)
def test_points_inside_a_sentence_do_not_cut_it(whole: str) -> None:
    assert sentences(whole) == [whole]


@given(PIECES)
def test_sentences_hold_every_character_that_is_not_space_and_never_overlap(text: str) -> None:
    spans = sentence_spans(text)
    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    held = {i for span in spans for i in range(span.start, span.end)}
    assert {i for i, c in enumerate(text) if not c.isspace()} <= held


@given(PIECES)
def test_sentences_stand_without_space_around_them(text: str) -> None:
    for span in sentence_spans(text):
        assert span.of(text) == span.of(text).strip() != ""
