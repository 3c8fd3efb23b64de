"""Charts are as long as their values, say them exactly, and are offered where a citation holds them."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.blocks import Kind
from report_qa.documents.section import PlacedTable, Section
from report_qa.documents.tables.series import Point, Series
from report_qa.documents.tables.table import make_table
from report_qa.qa.records import Answer, Citation, Passage, Status
from report_qa.ui.charts import bars_svg, charts_html
from report_qa.ui.evidence import evidence_html
from report_qa.ui.render import exchange_html
from report_qa.ui.state import dump, exchange_of, load

SVG = "{http://www.w3.org/2000/svg}"
TEXT = "型号 | 机油\nS5 | 4.2升\nS7 | 5.6升\n准确率从35%提升到84%。"


def section() -> Section:
    """Return a section of a table and a sentence."""
    rows = [["型号", "机油"], ["S5", "4.2升"], ["S7", "5.6升"]]
    table = make_table(rows, [1, 2, 3])
    assert table is not None
    start = TEXT.index("S5")
    spans = ((start, start + 9), (start + 10, start + 19))
    placed = PlacedTable(table, spans, (0, start + 19))
    kinds = (Kind.TABLE, Kind.TABLE, Kind.TABLE, Kind.PARAGRAPH)
    return Section("m.pdf", ("机油",), TEXT, ((1, 1), (2, 2), (3, 3), (4, 4)), kinds, (placed,))


def cited(mark: str) -> Answer:
    """Return an answer that rests on some words of the section."""
    at = TEXT.index(mark)
    passage = Passage(1, "m.pdf", "手册", ("机油",), TEXT, TEXT, ((0, 9),), 1, 4, ("c",), {}, section())
    citation = Citation(1, passage, ((at, at + len(mark)),), mark)
    return Answer(Status.ANSWERED, "好 [1]。", "zh", "问", "问", (citation,), (passage,))


def test_a_cited_row_brings_its_table_as_a_chart_and_the_table_stays() -> None:
    exchange = exchange_of("问", cited("S7 | 5.6升"))
    (chart,) = exchange.sources[0].charts
    assert chart == Series("机油", (Point("S5", 4.2, "4.2升"), Point("S7", 5.6, "5.6升", True)))
    assert "图示：机油" in exchange_html(exchange, "0", "zh", actions=False)
    assert "<table>" in evidence_html(exchange.sources[0], "zh")
    assert load(dump((exchange,))) == (exchange,)


def test_a_cited_change_brings_the_pair() -> None:
    (chart,) = exchange_of("问", cited("准确率从35%提升到84%")).sources[0].charts
    assert [(p.label, p.shown) for p in chart.points] == [("之前", "35%"), ("之后", "84%")]


def test_a_chart_stands_under_the_statement_that_tells_its_value() -> None:
    answer = replace(cited("S7 | 5.6升"), text="机油要定期更换[1]。S7 加注5.6升[1]。其他照旧。")
    shown = exchange_html(exchange_of("问", answer), "0", "zh", actions=False)
    before, after = shown.split('<details class="rqa-chart"')
    assert [text in before for text in ("机油要定期更换", "S7 加注5.6升", "其他照旧")] == [True, True, False]
    assert "其他照旧。" in after
    untold = exchange_html(exchange_of("问", replace(answer, text="要更换[1]。照旧[1]。")), "0", "zh", actions=False)
    assert "要更换" in untold.split("<details")[0]
    assert "照旧" not in untold.split("<details")[0]


def test_other_words_bring_none() -> None:
    exchange = exchange_of("问", cited("准确率"))
    assert exchange.sources[0].charts == ()
    assert "rqa-chart" not in exchange_html(exchange, "0", "zh", actions=False)
    nothing = replace(cited("S7"), citations=())
    assert exchange_of("问", nothing).sources[0].charts == ()


values = st.lists(st.floats(-1e6, 1e6).filter(lambda v: abs(v) > 1e-3), min_size=2, max_size=24)


@given(values)
def test_bars_are_as_long_as_their_values_and_within_the_picture(numbers: list[float]) -> None:
    series = Series("<题>", tuple(Point(f"名 & {i}", v, f"{v:.3f}%") for i, v in enumerate(numbers)))
    root = ElementTree.fromstring(bars_svg(series, "zh"))
    widths = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")]
    scale = max(widths) / max(map(abs, numbers))
    for value, width in zip(numbers, widths, strict=True):
        assert abs(width - max(abs(value) * scale, 1.0)) < 0.2
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[1::2] == [point.shown for point in series.points]
    _, _, right, bottom = map(float, root.attrib["viewBox"].split())
    for bar in root.iter(f"{SVG}rect"):
        assert float(bar.attrib["x"]) >= -0.1
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= right
        assert float(bar.attrib["y"]) < bottom
    assert all(point.shown in root.attrib["aria-label"] for point in series.points)


def test_small_charts_are_unfolded_and_long_names_are_cut() -> None:
    small = Series("x", (Point("长" * 40, 1.0, "1"), Point("b", 2.0, "2")))
    large = Series("y", tuple(Point(f"{i}", float(i), f"{i}") for i in range(9)))
    shown = charts_html((large, small), "en")
    assert re.findall("<details[^>]*>", shown) == ['<details class="rqa-chart">', '<details class="rqa-chart" open>']
    assert "长" * 26 + "…</text>" in shown


def test_only_marked_cells_of_a_row_are_cited() -> None:
    answer = cited("S7 | 5.6升")
    at = TEXT.index("S7")
    citation = replace(answer.citations[0], highlights=((at, at + 2),))
    (chart,) = exchange_of("问", replace(answer, citations=(citation,))).sources[0].charts
    assert [point.cited for point in chart.points] == [False, False]
