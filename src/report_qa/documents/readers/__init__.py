"""A file -> a document: the reader for its kind, then what holds for all kinds."""

from __future__ import annotations

import hashlib
import importlib
import time
from collections.abc import Callable
from pathlib import Path

from report_qa.config import ReadingSettings
from report_qa.documents.captions import attach_captions
from report_qa.documents.document import Document
from report_qa.documents.implied import with_implied_headings
from report_qa.documents.notices import join_notices
from report_qa.documents.numbering import number_lines
from report_qa.documents.readers.pictures import Pictures
from report_qa.documents.readers.source import Reading, ReadingProgress, Source
from report_qa.documents.readers.text import MARKDOWN, PLAIN
from report_qa.documents.tables.titles import titles_first
from report_qa.documents.typed import with_typed_lists
from report_qa.errors import DocumentError, Text
from report_qa.text.normalise import clean, has_words, language_of

_READERS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(PLAIN | MARKDOWN, ("text", "read_text")),
    **dict.fromkeys((".html", ".htm", ".xhtml"), ("html", "read_html")),
    ".pdf": ("pdf", "read_pdf"),
    ".docx": ("word", "read_docx"),
    ".pptx": ("slides", "read_pptx"),
    ".xlsx": ("sheets", "read_xlsx"),
    **dict.fromkeys((".csv", ".tsv"), ("sheets", "read_csv")),
    ".epub": ("pages", "read_epub"),
    ".zip": ("pages", "read_zip"),
}
"""File name ending -> module and function that read it; a module is imported when a file of its kind comes."""

SUFFIXES = frozenset(_READERS)
"""File name endings that are read; anything else in the corpus folder is left out and said so."""

SUFFIXES_NAMED = "PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), CSV, HTML, EPUB, .zip, .md, .txt"


def corpus_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the files of a corpus folder that are read, and those that are left out, each sorted by path.

    Raises:
        DocumentError: the folder is missing or holds no file that can be read.
    """
    if not folder.is_dir():
        raise DocumentError(
            Text(f"The corpus folder {folder} does not exist.", f"语料文件夹 {folder} 不存在。"),
            Text("Create it, or set paths.corpus.", "请创建它，或设置 paths.corpus。"),
        )
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    readable = [p for p in files if p.suffix.lower() in SUFFIXES]
    if not readable:
        raise DocumentError(
            Text(
                f"The corpus folder {folder} holds no document that can be read ({SUFFIXES_NAMED}).",
                f"语料文件夹 {folder} 中没有可读取的文档（{SUFFIXES_NAMED}）。",
            ),
            Text("Put a document into it.", "请放入一份文档。"),
        )
    return readable, [p for p in files if p not in readable]


def read_document(
    path: Path,
    name: str,
    limits: ReadingSettings | None = None,
    pictures: Path | None = None,
    progress: ReadingProgress | None = None,
) -> Document:
    """Read one file.

    Args:
        path: the file.
        name: what to call the document, usually its path below the corpus folder; its ending tells the kind.
        limits: how much is taken; by default as by default settings.
        pictures: folder for the files of its pictures; None keeps none.
        progress: told about the pages of a PDF file, which can be many; what it raises ends the reading.

    Raises:
        DocumentError: the file cannot be opened, is not what its ending says, is protected, too large, or holds no
            words.
    """
    limits = limits or ReadingSettings()
    reader = _reader(name)
    source = Source(path, name, limits, Pictures(pictures, limits.min_picture_px))
    source.progress = _timed(source, progress or source.progress)
    _check_size(source)
    reading = reader(source)
    blocks = attach_captions(join_notices(reading.blocks))
    if reading.text is None:
        blocks = number_lines(with_typed_lists(with_implied_headings(titles_first(blocks))))
    text = reading.text if reading.text is not None else clean("\n\n".join(block.text for block in blocks))
    if not has_words(text):
        raise DocumentError(
            Text(f"{name} holds no text.", f"{name} 中没有文字。"),
            Text("If it is scanned, run text recognition (OCR) over it first; else fill it or leave it out.",
                 "如为扫描件，请先做文字识别（OCR）；否则请补充内容或不要导入。"),
        )  # fmt: skip
    return Document(
        name=name, text=text, sha256=hashlib.sha256(source.data).hexdigest(), language=language_of(text),
        blocks=tuple(blocks), encoding=reading.encoding, parser=reading.parser, title=reading.title,
        plain=reading.plain, pages=reading.pages, warnings=tuple(reading.warnings),
    )  # fmt: skip


def _reader(name: str) -> Callable[[Source], Reading]:
    ending = Path(name).suffix.lower()
    if ending not in _READERS:
        raise DocumentError(
            Text(f"{name} is of a kind that is not read.", f"不支持 {name} 的文件类型。"),
            Text(f"Save it as one of: {SUFFIXES_NAMED}.", f"请另存为以下格式之一：{SUFFIXES_NAMED}。"),
        )
    module, function = _READERS[ending]
    read: Callable[[Source], Reading] = getattr(importlib.import_module(f"{__name__}.{module}"), function)
    return read


def _timed(source: Source, progress: ReadingProgress) -> ReadingProgress:
    """Return a progress that also ends a reading which takes longer than is allowed."""
    limit = source.limits.max_minutes
    end = time.monotonic() + 60 * limit

    def tell(done: int, total: int) -> None:
        progress(done, total)
        if time.monotonic() > end and done < total:
            raise DocumentError(
                Text(
                    f"{source.name} takes longer than {limit:g} minutes to read.",
                    f"读取 {source.name} 超过 {limit:g} 分钟。",
                ),
                Text("Split it, or raise reading.max_minutes.", "请拆分文件，或调高 reading.max_minutes。"),
            )

    return tell


def _check_size(source: Source) -> None:
    limit = source.limits.max_file_mb
    if source.path.exists() and source.path.stat().st_size > limit * 1_000_000:
        raise DocumentError(
            Text(f"{source.name} is larger than {limit} MB.", f"{source.name} 超过 {limit} MB。"),
            Text("Split it, or raise reading.max_file_mb.", "请拆分文件，或调高 reading.max_file_mb。"),
        )
    if not source.data:
        raise DocumentError(
            Text(f"{source.name} is empty; it holds no text.", f"{source.name} 是空文件，没有文字。"),
            Text("Get a whole copy of it.", "请取得完整的文件。"),
        )
