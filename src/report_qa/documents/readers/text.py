"""Text and Markdown files, whatever common encoding they are in."""

from __future__ import annotations

import codecs
import unicodedata

from report_qa.documents.markdown import parse_markdown
from report_qa.documents.plain import parse_plain
from report_qa.documents.readers.source import Reading, Source
from report_qa.errors import DocumentError, Text
from report_qa.text.normalise import clean

PLAIN = frozenset({".txt", ".text"})
MARKDOWN = frozenset({".md", ".markdown"})

_MAX_BAD_SHARE = 0.01
"""Share of undecodable or private characters above which bytes are not text in the tried encoding."""


def read_text(source: Source) -> Reading:
    """Read a plain text or Markdown file.

    Raises:
        DocumentError: it is not text in any known encoding.
    """
    text, encoding = decode(source.data, source.name)
    text = clean(text)
    markdown = source.path.suffix.lower() in MARKDOWN
    blocks = parse_markdown(text) if markdown else parse_plain(text)
    return Reading(blocks, parser=f"text ({encoding})", text=text, encoding=encoding, plain=not markdown)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return bytes as text and the encoding they were in.

    Raises:
        DocumentError: they are not text in UTF-8, UTF-16 or GB18030.
    """
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
