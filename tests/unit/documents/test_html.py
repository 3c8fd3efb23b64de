"""HTML pages as blocks: the same structure that a reader sees, without navigation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from files import drawing
from hypothesis import given
from hypothesis import strategies as st

from report_qa.documents.blocks import Block, Kind
from report_qa.documents.document import Document
from report_qa.documents.readers import read_document
from report_qa.documents.readers.addresses import beside, joined_path
from report_qa.documents.readers.html import page_blocks
from report_qa.documents.readers.pictures import Pictures
from report_qa.errors import DocumentError


def parsed(body: str) -> list[Block]:
    """Return the blocks of a page without pictures."""
    return page_blocks(f"<html><body>{body}</body></html>", "a.html", Pictures(None, 1), lambda src: None)[0]


def shape(blocks: list[Block]) -> list[tuple[str, str]]:
    """Return kind and text of every block."""
    return [(str(block.kind), block.text) for block in blocks]


def read(folder: Path, page: str, encoding: str = "utf-8") -> Document:
    """Write a page and read it."""
    (folder / "页 面.html").write_bytes(page.encode(encoding))
    return read_document(folder / "页 面.html", "页 面.html", pictures=folder / "kept")


def test_headings_paragraphs_and_lists_come_in_order() -> None:
    blocks = parsed("<h1>手册</h1>前言<p>第一<b>段</b></p><h2>座椅</h2><ol start=3><li>拉<li>推<ul><li>轻</ul></ol>")
    assert shape(blocks) == [
        ("heading", "手册"), ("paragraph", "前言"), ("paragraph", "第一段"), ("heading", "座椅"),
        ("list", "3. 拉\n4. 推\n  - 轻"),
    ]  # fmt: skip
    assert [block.rank for block in blocks if block.kind == Kind.HEADING] == [1, 2]


def test_navigation_scripts_and_hidden_parts_are_left_out() -> None:
    page = "<nav>目录</nav><script>x()</script><div class='sidebar'>广告</div><p aria-hidden=true>无</p><p>正文</p><footer>版权</footer>"
    assert shape(parsed(page)) == [("paragraph", "正文")]


def test_a_notice_box_is_one_block_that_begins_with_its_label() -> None:
    page = "<div class='admonition warning'><p>警告</p><p>请勿在行驶中调节座椅。</p><ul><li>可能失控</li></ul></div>"
    (block,) = parsed(page)
    assert block.kind == Kind.WARNING
    assert [line.text for line in block.lines] == ["警告", "请勿在行驶中调节座椅。", "- 可能失控"]


def test_a_page_with_a_table_of_contents_beside_it_keeps_its_text() -> None:
    page = page_blocks(
        "<html><body class='article toc2 toc-left'><div id='toc' class='toc2'>目录</div><p>正文</p></body></html>",
        "a.html", Pictures(None, 1), lambda src: None,
    )[0]  # fmt: skip
    assert shape(page) == [("paragraph", "正文")]


def test_a_notice_laid_out_as_a_table_is_a_notice() -> None:
    page = "<div class='admonitionblock note'><table><tr><td class=icon><div>注意</div></td><td>请先停车。</td></tr></table></div>"
    (block,) = parsed(page)
    assert (block.kind, [line.text for line in block.lines]) == (Kind.WARNING, ["注意", "请先停车。"])


def test_merged_cells_are_said_in_every_row_and_column_they_reach() -> None:
    page = """<table><caption>保养</caption><thead><tr><th rowspan=2>项目<th colspan=2>周期</tr><tr><th>公里<th>月</tr></thead>
      <tr><td rowspan=2>机油<td>10000<td>12</tr><tr><td>5000<td>6</tr></table>"""
    caption, block = parsed(page)
    assert (caption.kind, caption.text) == (Kind.CAPTION, "保养")
    assert block.table is not None
    assert block.table.header == ("项目", "周期 · 公里", "周期 · 月")
    assert block.table.rows == (("机油", "10000", "12"), ("机油", "5000", "6"))


def test_a_table_for_layout_is_read_as_its_content() -> None:
    page = "<table><tr><td><h2>轮胎</h2><table><tr><th>前<th>后</tr><tr><td>230<td>250</tr></table></td></tr></table>"
    blocks = parsed(page)
    assert [block.kind for block in blocks] == [Kind.HEADING, Kind.TABLE]


def test_pictures_beside_the_page_come_with_their_captions(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "座 椅.png").write_bytes(drawing())
    document = read(
        tmp_path,
        "<p>按键位置见下图。</p><figure><img src='img/%E5%BA%A7%20%E6%A4%85.png'><figcaption>图 2 座椅按键</figcaption></figure>",
    )
    (block,) = [block for block in document.blocks if block.picture]
    assert block.picture is not None
    assert (block.text, block.picture.caption) == ("图 2 座椅按键", "图 2 座椅按键")
    assert (tmp_path / "kept" / block.picture.file).read_bytes() == drawing()


@pytest.mark.parametrize(
    "address", ["../secret.png", "/etc/secret.png", "file:///etc/secret.png", "https://example.com/a.png", "gone.png"]
)
def test_pictures_from_elsewhere_are_not_fetched_but_counted(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.png").write_bytes(drawing())
    (tmp_path / "in").mkdir()
    document = read(tmp_path / "in", f"<p>文字</p><img src='{address}'>")
    assert document.pictures == 0
    assert [w.en for w in document.warnings] == ["1 picture(s) could not be read."]


def test_a_page_in_gb18030_is_read(tmp_path: Path) -> None:
    document = read(
        tmp_path, "<html><head><title>手册</title></head><body><p>胎压为 230 kPa。</p></body></html>", "gb18030"
    )
    assert (document.title, document.text) == ("手册", "胎压为 230 kPa。")


@pytest.mark.parametrize(
    ("page", "address", "path"),
    [
        ("OPS/a/b.html", "../img/x.png", "OPS/img/x.png"),
        ("b.html", "img/%20x.png#f", "img/ x.png"),
        ("a/b.html", "../../x.png", ""),
        ("a/b.html", "http://example.com/x.png", "a"),
    ],
)
def test_addresses_in_an_archive_never_lead_out_of_it(page: str, address: str, path: str) -> None:
    assert joined_path(page, address) == path


@given(st.text(alphabet="../ab:[]%\\\0#?", max_size=40) | st.text(max_size=400))
def test_no_address_leads_out_of_its_folder_or_breaks(tmp_path: Path, address: str) -> None:
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "a").write_bytes(b"outside")
    assert beside(tmp_path / "in", address) is None
    assert ".." not in joined_path("x/y.html", address).split("/")


@given(st.text(alphabet="<>/&;\"'=ab 表1\n", max_size=200) | st.text(max_size=200))
def test_any_text_is_a_page_or_refused(text: str) -> None:
    try:
        blocks, _ = page_blocks(text, "a.html", Pictures(None, 1), lambda src: None)
    except DocumentError:
        return
    assert all(block.picture or block.text.strip() for block in blocks)


WORDS = st.sampled_from(["座椅", "seat 3", "<b>座椅</b>", "座<i>椅</i>"])
LEAVES = st.builds(
    lambda tag, word: f"<{tag}>{word}</{tag}>", st.sampled_from("p h2 pre div blockquote".split()), WORDS
)
NESTED = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
                            st.sampled_from("div section article main figure center".split()),
                            st.lists(inner, max_size=4))
    | st.lists(inner, min_size=1, max_size=3).map(lambda items: "<ol>" + "".join(f"<li>{i}" for i in items) + "</ol>")
    | st.lists(WORDS, min_size=2, max_size=3).map(
        lambda cells: "<table>" + ("<tr>" + "".join(f"<td>{c}" for c in cells) + "</tr>") * 2 + "</table>"),
    max_leaves=20,
)  # fmt: skip


@given(NESTED)
def test_no_word_of_a_page_is_lost_or_said_twice(page: str) -> None:
    shown = re.sub(r"<[^>]+>", "", page).count("座椅")
    assert sum(block.text.count("座椅") for block in parsed(page)) == shown
