"""Read a corpus file as text, whatever common encoding it is in."""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from report_qa.errors import DocumentError, Text
from report_qa.text.normalise import clean, has_words, language_of

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown"})
"""File name endings that are read; anything else in the corpus folder is left out and said so."""

_MAX_BAD_SHARE = 0.01
"""Share of undecodable or private characters above which bytes are not text in the tried encoding."""


@dataclass(frozen=True)
class Document:
    """A corpus file as text.

    Attributes:
        name: path below the corpus folder, with forward slashes; identifies the document.
        text: the whole text, line ends as ``\\n``, without control characters. Line numbers are those of the file.
        sha256: hash of the file's bytes.
        language: ``zh`` or ``en``.
        encoding: the encoding it was read in.
    """

    name: str
    text: str
    sha256: str
    language: str
    encoding: str

    @property
    def is_markdown(self) -> bool:
        """Whether the file says that it is Markdown."""
        return Path(self.name).suffix.lower() in {".md", ".markdown"}


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
                f"The corpus folder {folder} holds no .txt or .md file.",
                f"语料文件夹 {folder} 中没有 .txt 或 .md 文件。",
            ),
            Text("Put a document into it.", "请放入一份文档。"),
        )
    return readable, [p for p in files if p not in readable]


def read_document(path: Path, name: str) -> Document:
    """Read one file.

    Args:
        path: the file.
        name: what to call the document, usually its path below the corpus folder.

    Raises:
        DocumentError: the file cannot be opened, holds no words, or is not text in any known encoding.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            Text(f"{name} cannot be read: {error.strerror}.", f"无法读取 {name}：{error.strerror}。"),
            Text("Check the file and its permissions.", "请检查该文件及其权限。"),
        ) from error
    text, encoding = _decode(data, name)
    text = clean(text)
    if not has_words(text):
        raise DocumentError(
            Text(f"{name} holds no text.", f"{name} 中没有文字。"),
            Text("Remove it from the corpus folder or fill it.", "请将其移出语料文件夹，或补充内容。"),
        )
    return Document(name, text, hashlib.sha256(data).hexdigest(), language_of(text), encoding)


def _decode(data: bytes, name: str) -> tuple[str, str]:
    marked_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # GB18030 decodes almost any bytes, so UTF-8, which does not, is asked first
    candidates = ["utf-16"] if marked_utf16 else ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text, encoding.removesuffix("-sig")
    raise DocumentError(
        Text(f"{name} is not text in UTF-8, UTF-16 or GB18030.", f"{name} 不是 UTF-8、UTF-16 或 GB18030 编码的文本。"),
        Text("Save it as UTF-8 text.", "请另存为 UTF-8 文本。"),
    )


def _looks_like_text(text: str) -> bool:
    bad = sum(
        1 for c in text if c == "\ufffd" or (unicodedata.category(c) in {"Cc", "Co", "Cn"} and c not in "\r\n\t\f")
    )
    return bad <= _MAX_BAD_SHARE * max(len(text), 1)
