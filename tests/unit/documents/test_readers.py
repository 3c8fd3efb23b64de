"""Files as text, whatever encoding they are in."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from report_qa.documents.document import Document
from report_qa.documents.readers import corpus_files, read_document
from report_qa.errors import DocumentError

CHINESE = "退款政策：七天内可以退款。\n营业收入为 35 亿元。\n"
ENGLISH = "Refunds are possible within seven days.\nRevenue was 3.5 billion.\n"


def read(folder: Path, data: bytes, name: str = "a.txt") -> Document:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(data)
    return read_document(path, name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(("text", "language"), [(CHINESE, "zh"), (ENGLISH, "en")])
def test_text_in_any_common_encoding_is_read_as_it_is(tmp_path: Path, encoding: str, text: str, language: str) -> None:
    document = read(tmp_path, text.encode(encoding))
    assert document.text == text
    assert document.language == language


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_a_document_says_in_which_encoding_it_was(tmp_path: Path, encoding: str, said: str) -> None:
    assert read(tmp_path, CHINESE.encode(encoding)).encoding == said


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_foreign_line_ends_keep_the_line_numbers(tmp_path: Path, ends: str) -> None:
    assert read(tmp_path, CHINESE.replace("\n", ends).encode()).text == CHINESE


def test_a_document_carries_the_hash_of_its_bytes(tmp_path: Path) -> None:
    data = CHINESE.encode("gb18030")
    assert read(tmp_path, data).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t\n",
        "\ufeff".encode(),
        "。！？—".encode(),
        b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(4000),
        bytes(range(256)) * 8,
        b"\0" * 500,
        "ab".encode("utf-16") + b"\x41",
    ],
    ids=["empty", "blank", "bom", "punctuation", "picture", "all-bytes", "zeros", "odd-utf-16"],
)
def test_what_is_no_text_is_refused_with_a_remedy_in_both_languages(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, data, "坏.txt")
    assert "坏.txt" in caught.value.message.en
    assert "坏.txt" in caught.value.message.zh
    assert caught.value.remedy.en
    assert caught.value.remedy.zh


def test_a_file_that_cannot_be_opened_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="permissions"):
        read_document(tmp_path / "gone.txt", "gone.txt")


@pytest.mark.parametrize("folder_exists", [True, False])
def test_a_corpus_without_documents_is_refused_with_a_remedy(tmp_path: Path, folder_exists: bool) -> None:
    folder = tmp_path / "corpus"
    if folder_exists:
        folder.mkdir()
        (folder / "picture.png").write_bytes(b"x")
    with pytest.raises(DocumentError) as caught:
        corpus_files(folder)
    assert str(folder) in caught.value.message.en
    assert caught.value.remedy.zh


def test_corpus_files_are_sorted_and_other_types_and_hidden_files_left_out(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.MD", "sub/c.markdown", "x.jpg", ".hidden.txt"):
        (tmp_path / name).write_text("text")
    readable, skipped = corpus_files(tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in readable] == ["a.MD", "b.txt", "sub/c.markdown"]
    assert [p.name for p in skipped] == ["x.jpg"]


@pytest.mark.parametrize(("name", "markdown"), [("a.md", True), ("a.MARKDOWN", True), ("a.txt", False)])
def test_markdown_is_told_by_the_file_name(tmp_path: Path, name: str, markdown: bool) -> None:
    path = tmp_path / name
    path.write_text("## *Head*\n\nText of it.\n")
    document = read_document(path, name)
    assert document.plain is not markdown
    assert (document.blocks[0].text == "Head") is markdown
