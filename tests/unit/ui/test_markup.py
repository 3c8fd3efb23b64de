"""Whatever comes from outside is text, never markup; every marker has its chip; highlights are where they belong."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.ui.markup import answer_html, escape, marked, merge_ranges, section_html, statements

ALLOWED = {"p", "mark", "div", "table", "tr", "th", "td", "button", "tbody"}

# much of the arbitrary text is made of what could be mistaken for markup
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ["<script>", "</p>", "<img src=x onerror=alert(1)>", '"', "'", "&", "&lt;", "<!--", " | ", "\n", "[1]",
             "[2]",
             "![x](http://x)", "${x}", "{{x}}", "</template>", "成本降低", "<mark>"]
        ),
        st.text(max_size=8),
    ),
    max_size=20,
).map("".join)  # fmt: skip
RANGES = st.lists(st.tuples(st.integers(-5, 120), st.integers(-5, 120)), max_size=6)


class Reader(HTMLParser):
    """Reads HTML as a browser does: which elements there are, and what text they show, marked or not."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.marked = ""
        self._in_mark = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes.extend(name for name, _ in attrs)
        self._in_mark = self._in_mark or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        """Note its end."""
        if tag == "mark":
            self._in_mark = False

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data
        if self._in_mark:
            self.marked += data

    def handle_comment(self, data: str) -> None:
        """Nothing of ours is a comment."""
        raise AssertionError(f"a comment: {data}")


def bare(text: str) -> str:
    """Return the text without what tables and lines are made of, and without what HTML cannot hold."""
    return "".join(c for c in text if not c.isspace() and c not in "|\x00")


@given(HOSTILE)
def test_escaped_text_is_only_text(text: str) -> None:
    assert Reader(f"<p>{escape(text)}</p>").tags == ["p"]
    assert not set(escape(text)) & set("<>\"'")


@given(HOSTILE, RANGES)
def test_a_section_shows_its_text_and_nothing_else(text: str, ranges: list[tuple[int, int]]) -> None:
    reader = Reader(section_html(text, ranges))
    assert set(reader.tags) <= ALLOWED
    assert set(reader.attributes) <= {"class", "tabindex"}
    assert bare(reader.text) == bare(text)


@given(HOSTILE, RANGES)
def test_highlights_mark_exactly_their_ranges(text: str, ranges: list[tuple[int, int]]) -> None:
    merged = merge_ranges(ranges, len(text))
    assert all(0 <= a < b <= len(text) for a, b in merged)
    assert all(first[1] < second[0] for first, second in pairwise(merged))
    reader = Reader(section_html(text, ranges))
    assert bare(reader.marked) == bare("".join(text[a:b] for a, b in merged))
    assert Reader(marked(text, 0, len(text), merged)).marked == "".join(text[a:b] for a, b in merged)


@given(HOSTILE)
def test_every_marker_with_a_source_becomes_its_chip(text: str) -> None:
    made: list[int] = []

    def chip(number: int) -> str | None:
        if number != 1:
            return None
        made.append(number)
        return "<button></button>"

    reader = Reader(answer_html(text, chip))
    shown_lines = [line for line in text.split("\n") if line.strip()]
    assert reader.tags.count("button") == len(made) == sum(line.count("[1]") for line in shown_lines)
    assert "[1]" not in reader.text or "[1]" not in text
    assert reader.text.count("[2]") >= text.count("[2]")
    assert set(reader.tags) <= ALLOWED


@given(HOSTILE)
def test_the_statements_of_an_answer_are_all_of_it_and_keep_their_markers(text: str) -> None:
    told = statements(text)
    assert ["".join(line) for line in told] == [line for line in text.split("\n") if line.strip()]
    assert not any(re.match(r"\s*\[\d{1,3}\]", statement) for line in told for statement in line[1:])
    parted = dict.fromkeys(range(sum(map(len, told))), "<hr>")
    reader = Reader(answer_html(text, lambda _: None, parted))
    assert bare(reader.text) == bare("".join("".join(line) for line in told))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("成本降低70%[1]。样本2887份[2][3]。", ["成本降低70%[1]。", "样本2887份[2][3]。"]),
        ("按下按钮。[1] 再按一次。[2]完", ["按下按钮。[1]", " 再按一次。[2]", "完"]),
        ("It takes 4.2 litres [1]. See Fig. 3 [2].", ["It takes 4.2 litres [1].", " See Fig. 3 [2]."]),
    ],
)
def test_a_statement_is_a_sentence_with_its_markers(line: str, told: list[str]) -> None:
    assert statements(line) == [told]


def test_rows_become_a_table_and_a_single_bar_does_not() -> None:
    html = section_html("前文\n名称 | 值\n成本 | 70%\n后文 a | b", [(14, 17)])
    assert "<th>名称</th><th>值</th>" in html
    assert "<td>成本</td>" in html
    assert html.count("<tr>") == 3
    assert "<table>" not in section_html("前文\n甲 | 乙\n后文", [])
