"""Files that cannot be read: one clear line with a remedy each, and never anything else."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from files import drawing, epub, packed, pdf, word, write_lines
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation

from report_qa.config import ReadingSettings
from report_qa.documents.readers import SUFFIXES, read_document
from report_qa.errors import DocumentError


def saved(document: object) -> bytes:
    """Return what an Office document saves."""
    written = io.BytesIO()
    document.save(written)  # type: ignore[attr-defined]  # presentations and workbooks have it
    return written.getvalue()


WHOLE = {
    ".pdf": pdf(lambda canvas: write_lines(canvas, ["The oil is changed every year."] * 5)),
    ".docx": word(lambda document: document.add_paragraph("The oil is changed every year.")),
    ".pptx": saved(Presentation()),
    ".xlsx": saved(openpyxl.Workbook()),
    ".epub": epub({"a.xhtml": "<p>The oil is changed every year.</p>"}, {}),
    ".zip": packed({"a.html": "<p>The oil is changed every year.</p>"}),
}


def refused(folder: Path, name: str, data: bytes, limits: ReadingSettings | None = None) -> DocumentError:
    """Return the error that reading a file ends with."""
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        read_document(path, name, limits)
    error = caught.value
    for language in ("en", "zh"):
        assert "\n" not in error.line(language)
        assert error.remedy.in_language(language)
        assert name in error.message.in_language(language)
    return error


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str) -> None:
    assert "no text" in refused(tmp_path, f"空 文件{suffix}", b"").message.en


@pytest.mark.parametrize("suffix", sorted(WHOLE))
@pytest.mark.parametrize("other", [".pdf", ".docx", ".txt-like"])
def test_a_wrong_ending_is_refused(tmp_path: Path, suffix: str, other: str) -> None:
    if other == suffix or (other == ".docx" and suffix == ".zip"):
        pytest.skip("the ending is right, or a zip without pages")
    data = WHOLE.get(other, "这是一份文本，不是别的。".encode())
    refused(tmp_path, f"a{suffix}", data)


@pytest.mark.parametrize("suffix", sorted(WHOLE))
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_off_is_refused_or_read_never_a_crash(tmp_path: Path, suffix: str, share: float) -> None:
    data = WHOLE[suffix]
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data[: int(len(data) * share)])
    try:
        document = read_document(path, path.name)
    except DocumentError:
        return
    assert document.text


@pytest.mark.parametrize("suffix", sorted(WHOLE))
@settings(max_examples=12)
@given(at=st.integers(0, 10**6), noise=st.binary(min_size=1, max_size=40))
def test_a_damaged_file_is_refused_or_read_never_a_crash(tmp_path: Path, suffix: str, at: int, noise: bytes) -> None:
    data = bytearray(WHOLE[suffix])
    at %= len(data)
    data[at : at + len(noise)] = noise
    path = tmp_path / f"a{suffix}"
    path.write_bytes(bytes(data))
    try:
        document = read_document(path, path.name)
    except DocumentError:
        return
    assert document.text


def test_a_member_that_would_begin_before_its_file_is_damage(tmp_path: Path) -> None:
    data = bytearray(WHOLE[".zip"])
    directory = data.index(b"PK\x05\x06") + 16  # where the end record says that the central directory begins
    data[directory : directory + 4] = (int.from_bytes(data[directory : directory + 4], "little") + 256).to_bytes(
        4, "little"
    )
    refused(tmp_path, "a.zip", bytes(data))


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    data = pdf(lambda canvas: write_lines(canvas, ["secret"]), password="x")
    assert "password" in refused(tmp_path, "a.pdf", data).message.en


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".pptx"])
def test_an_office_file_with_a_password_says_so(tmp_path: Path, suffix: str) -> None:
    # Office keeps an encrypted file in a compound file, which begins so
    error = refused(tmp_path, f"a{suffix}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert "password" in error.message.en


def test_a_zip_with_a_password_says_so(tmp_path: Path) -> None:
    data = bytearray(packed({"a.html": "<p>text</p>"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "password" in refused(tmp_path, "a.zip", bytes(data)).message.en


@pytest.mark.parametrize("suffix", [".zip", ".docx", ".epub", ".xlsx", ".pptx"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, suffix: str) -> None:
    data = packed({"a.html": b" " * 3_000_000, "word/document.xml": b""})
    error = refused(tmp_path, f"a{suffix}", data, ReadingSettings(max_unpacked_mb=2))
    assert "unpacks to more than 2 MB" in error.message.en
    assert "reading.max_unpacked_mb" in error.remedy.en


def bomb(kind: str) -> bytes:
    """Return a PDF file of few bytes whose page unpacks to 3 MB."""
    content = zlib.compress(b" " * 3_000_000, 9)
    filters = {"flate": "/FlateDecode", "twice": "[/FlateDecode /FlateDecode]", "text": "[/ASCII85Decode /FlateDecode]",
               "hex": "[/AHx /Fl]"}[kind]  # fmt: skip
    if kind == "twice":
        content = zlib.compress(content, 9)
    elif kind in ("text", "hex"):
        content = base64.a85encode(content) + b"~>" if kind == "text" else content.hex().encode() + b">"
    page = pdf(lambda canvas: write_lines(canvas, ["The oil is changed every year."]))
    stream = f"<< /Filter {filters} /Length {len(content)} >>\nstream\n".encode() + content
    return page + b"\n99 0 obj\n" + stream + b"\nendstream\nendobj\n"


@pytest.mark.parametrize("kind", ["flate", "twice", "text", "hex"])
def test_a_pdf_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, kind: str) -> None:
    data = bomb(kind)
    assert len(data) < 20_000
    error = refused(tmp_path, "a.pdf", data, ReadingSettings(max_stream_mb=2))
    assert "unpacks to more than 2 MB" in error.message.en
    assert "reading.max_stream_mb" in error.remedy.en
    path = tmp_path / "a.pdf"
    assert read_document(path, "a.pdf", ReadingSettings(max_stream_mb=3)).text == "The oil is changed every year."


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    data = bytearray(packed({"a.html": b"<p>text</p>" + b" " * 100_000}))
    # the size that the directory declares is made small
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(data))
    try:
        assert len(read_document(path, "a.zip").text) <= 100
    except DocumentError:
        return


@pytest.mark.parametrize("path", ["../a.html", "/etc/a.html", "x/../../a.html", "..\\a.html", "C:\\a.html"])
def test_a_path_that_leads_out_of_an_archive_is_refused(tmp_path: Path, path: str) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        info = zipfile.ZipInfo("x")
        info.filename = path
        file.writestr(info, "<p>text</p>")
    assert "leads out of it" in refused(tmp_path, "a.zip", written.getvalue()).message.en


def test_ten_thousand_pages_are_refused_as_it_is_set(tmp_path: Path) -> None:
    error = refused(tmp_path, "一万 页.pdf", pdf(*[lambda canvas: canvas.drawString(72, 72, "text")] * 10_000))
    assert "10000 pages; at most 5000" in error.message.en


def test_too_many_pages_are_refused_by_a_setting(tmp_path: Path) -> None:
    data = pdf(*[lambda canvas: write_lines(canvas, ["text"])] * 4)
    error = refused(tmp_path, "a.pdf", data, ReadingSettings(max_pages=3))
    assert "4 pages" in error.message.en
    assert "reading.max_pages" in error.remedy.en


def test_a_file_that_is_too_large_is_refused_by_a_setting(tmp_path: Path) -> None:
    error = refused(tmp_path, "a.txt", b"text " * 300_000, ReadingSettings(max_file_mb=1))
    assert "reading.max_file_mb" in error.remedy.en


def test_a_scan_is_refused_with_the_way_out(tmp_path: Path) -> None:
    from reportlab.lib.utils import ImageReader

    data = pdf(lambda canvas: canvas.drawImage(ImageReader(io.BytesIO(drawing())), 0, 0, 590, 840))
    error = refused(tmp_path, "扫描.pdf", data, ReadingSettings(ocr=False))
    assert "scanned" in error.message.en
    assert "OCR" in error.remedy.en


def test_a_picture_that_unpacks_to_too_much_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    (tmp_path / "a.png").write_bytes(drawing())
    (tmp_path / "a.html").write_text("<p>text</p><img src=a.png>")
    document = read_document(tmp_path / "a.html", "a.html", pictures=tmp_path / "kept")
    assert document.pictures == 0
    assert document.warnings


def test_a_kind_that_is_not_read_says_which_are(tmp_path: Path) -> None:
    assert "PDF" in refused(tmp_path, "a.mp4", b"film").remedy.en
