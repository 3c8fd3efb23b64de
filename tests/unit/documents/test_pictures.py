"""Pictures: which are kept, what their captions are, and which text they belong to."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from files import drawing
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from report_qa.documents.blocks import Block, Kind, Line, Picture
from report_qa.documents.captions import attach_captions, label_of
from report_qa.documents.chunks import chunk_document
from report_qa.documents.document import Document
from report_qa.documents.readers.pictures import Pictures
from report_qa.documents.section import Section
from report_qa.documents.sections import split_document


def text(said: str, kind: Kind = Kind.PARAGRAPH, rank: int = 0) -> Block:
    """Return a block of text, a line a line."""
    return Block(kind, tuple(Line(line, 1, 1) for line in said.split("\n")), rank)


def picture(file: str, caption: str = "") -> Block:
    """Return a picture, with its caption if it has one."""
    lines = (Line(caption, 1, 1),) if caption else ()
    return Block(Kind.PICTURE, lines, picture=Picture(file, 300, 200, caption))


def heading(title: str) -> Block:
    """Return a heading of the second rank."""
    return text(title, Kind.HEADING, 2)


def cut(*blocks: Block) -> list[Section]:
    """Return the sections of a document of these blocks."""
    return split_document(Document("a.pdf", "", "", "zh", blocks, title="手册"), max_chars=2000)[1]


def bound(sections: list[Section]) -> dict[str, list[str]]:
    """Return the texts that every picture belongs to, captions left out."""
    found: dict[str, list[str]] = {}
    for section in sections:
        for placed in section.pictures:
            texts = [section.text[a:b] for a, b in placed.spans]
            found.setdefault(placed.picture.file, []).extend(t for t in texts if t != placed.picture.caption)
    return found


LONG = "这一段与图片无关，只是说明车辆在出厂之前已经过检查，用户在使用时仍应当按照要求定期保养。"


@pytest.mark.parametrize(
    ("caption", "reference"),
    [
        ("图 3-2 座椅加热面板", "座椅加热开关如图 3-2 所示。"),
        ("图3.2 座椅加热面板", "开关的位置（见图3-2）。"),
        ("Figure 4 The jack point", "The jack point is shown in Figure 4."),
        ("Fig. 4: The jack point", "Put the jack there (fig. 4)."),
    ],
)
def test_a_picture_belongs_to_what_names_its_number(caption: str, reference: str) -> None:
    assert bound(cut(text(LONG), text(reference), text(LONG), picture("p", caption))) == {"p": [reference]}


def test_a_number_is_found_from_another_section() -> None:
    sections = cut(heading("座椅"), text(LONG), picture("p", "图 1 面板"), heading("空调"), text(f"{LONG}面板见图 1。"))
    assert [[p.picture.file for p in s.pictures] for s in sections] == [["p"], ["p"]]
    assert bound(sections) == {"p": [f"{LONG}面板见图 1。"]}


@pytest.mark.parametrize("other", ["图 11 所示", "图 1-1 所示", "图 10", "12 图 13%"])
def test_another_number_is_another_picture(other: str) -> None:
    sections = cut(text("座椅见图 1。"), picture("p", "图 1 面板"), text(LONG), text(f"空调如{other}的面板。"))
    assert bound(sections) == {"p": ["座椅见图 1。"]}


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([text(LONG), text("按键位置见下图。"), picture("p"), text(LONG)], "按键位置见下图。"),
        ([text(LONG), picture("p"), text("上图中的按键用于加热。"), text(LONG)], "上图中的按键用于加热。"),
        ([text("The button is shown below."), text(LONG), picture("p")], "The button is shown below."),
    ],
)
def test_a_picture_belongs_to_what_points_at_it(blocks: list[Block], expected: str) -> None:
    assert bound(cut(*blocks)) == {"p": [expected]}


def test_a_picture_that_nothing_names_belongs_to_what_it_stands_by() -> None:
    assert bound(cut(text(LONG), text("按下按键。"), picture("p"), text("然后等待。"))) == {"p": ["按下按键。"]}
    assert bound(cut(heading("座椅"), picture("p", "图 1 面板"), text(LONG))) == {"p": [LONG]}


def test_a_picture_belongs_to_the_whole_procedure_that_names_it() -> None:
    steps = "1. 停车。\n2. 支起车辆（图 5）。\n3. 卸下车轮。"
    found = bound(cut(text("更换车轮："), text(steps, Kind.LIST), picture("p", "图 5 支点"), text(LONG)))
    assert found == {"p": [f"更换车轮：\n{steps}"]}


def test_a_chunk_knows_its_pictures() -> None:
    sections = cut(text("座椅加热见图 1。"), picture("p", "图 1 面板"), text(LONG * 5))
    chunks = chunk_document(sections, window_chars=80)
    assert {chunk.text: chunk.pictures for chunk in chunks if chunk.pictures} == {
        "座椅加热见图 1。": ("p",), "图 1 面板": ("p",)
    }  # fmt: skip


def test_a_caption_goes_to_the_picture_above_it_else_below_it() -> None:
    blocks = attach_captions(
        [picture("a"), text("图 1 甲"), text("图 2 乙"), picture("b"), text("图 3 所示为丙。"), picture("c")]
    )
    assert [(b.picture.file, b.picture.caption) for b in blocks if b.picture] == [
        ("a", "图 1 甲"),
        ("b", "图 2 乙"),
        ("c", ""),
    ]
    assert [b.text for b in blocks if not b.picture] == ["图 3 所示为丙。"]


@pytest.mark.parametrize("copies", [1, 2, 3, 5])
def test_a_picture_that_repeats_without_a_caption_is_a_logo(copies: int) -> None:
    blocks = [block for i in range(copies) for block in (text(f"第{i}段"), picture("logo"))]
    kept = [b for b in attach_captions([*blocks, text("末段"), picture("x", "图 1 甲")]) if b.picture]
    assert len(kept) == (copies if copies < 3 else 0) + 1


@pytest.mark.parametrize(
    ("caption", "label"),
    [
        ("图 3-2 面板", "3-2"),
        ("图3．2面板", "3-2"),
        ("Figure 12. Jack", "12"),
        ("Fig. A2 x", "a2"),
        ("图像处理", ""),
        ("表 1", ""),
    ],
)
def test_the_number_of_a_caption_in_one_spelling(caption: str, label: str) -> None:
    assert label_of(caption) == label


@given(st.text(alphabet="图表 Figure1234-.，。见上下所示ab", max_size=60), st.integers(0, 3))
def test_spans_of_pictures_lie_in_their_section(said: str, count: int) -> None:
    blocks = [
        text(said or "文"),
        *(picture(f"{i}", f"图 {i} 甲" if i % 2 else "") for i in range(count)),
        text("后文。"),
    ]
    for section in cut(*blocks):
        for placed in section.pictures:
            assert all(0 <= a < b <= len(section.text) for a, b in placed.spans)


def kept(folder: Path, data: bytes) -> Picture | None:
    """Return what is kept of a picture file."""
    return Pictures(folder, 48).add(data)


@pytest.mark.parametrize("size", [(20, 20), (47, 300), (1300, 100)])
def test_icons_and_rules_are_left_out(tmp_path: Path, size: tuple[int, int]) -> None:
    image = io.BytesIO()
    Image.new("RGB", size).save(image, "PNG")
    assert kept(tmp_path, image.getvalue()) is None


def test_equal_pictures_are_one_file(tmp_path: Path) -> None:
    first, second, other = (kept(tmp_path, drawing(colour)) for colour in ("red", "red", "blue"))
    assert first == second != other
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_browser_cannot_show_becomes_png(tmp_path: Path) -> None:
    image = io.BytesIO()
    Image.new("CMYK", (100, 100)).save(image, "TIFF")
    picture = kept(tmp_path, image.getvalue())
    assert picture is not None
    with Image.open(tmp_path / picture.file) as shown:
        assert (shown.format, shown.size) == ("PNG", (100, 100))


@pytest.mark.parametrize("data", [b"", b"no picture", drawing()[:60]])
def test_a_picture_that_cannot_be_read_is_counted(data: bytes) -> None:
    pictures = Pictures(None, 48)
    assert pictures.add(data) is None
    assert [w.en for w in pictures.warnings] == ["1 picture(s) could not be read."]


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size}>'
    '<rect width="100%" height="100%" fill="red"/>{inside}</svg>'
)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('width="300" height="200"', (300, 200)),
        ('width="300px" height="200px"', (300, 200)),
        ('viewBox="0 0 30 15"', (1000, 500)),
        ('width="100%" viewBox="0 0 30 15"', (1000, 500)),
        ('width="900000" height="450000"', (2000, 1000)),
        ("", (1000, 1000)),
    ],
)
def test_an_svg_drawing_is_kept_as_it_is_drawn(tmp_path: Path, size: str, expected: tuple[int, int]) -> None:
    kept = Pictures(tmp_path, 48).add(SVG.format(size=size, inside="").encode())
    assert kept is not None
    assert (kept.width, kept.height) == expected
    with Image.open(tmp_path / kept.file) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_an_svg_drawing_opens_no_other_file(tmp_path: Path, attribute: str) -> None:
    (tmp_path / "secret.png").write_bytes(drawing("blue", (300, 200)))
    inside = f'<image width="300" height="200" {attribute}="{tmp_path / "secret.png"}"/>'
    kept = Pictures(tmp_path, 48).add(SVG.format(size='width="300" height="200"', inside=inside).encode())
    plain = Pictures(tmp_path, 48).add(SVG.format(size='width="300" height="200"', inside="").encode())
    assert kept == plain


@pytest.mark.parametrize("data", [b"<svg", b"<svg></svg>", b"<!DOCTYPE x><x><svg/></x>"])
def test_a_broken_svg_drawing_is_counted(data: bytes) -> None:
    pictures = Pictures(None, 48)
    assert pictures.add(data) is None
    assert pictures.warnings
