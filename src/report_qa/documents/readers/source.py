"""What a reader is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from report_qa.config import ReadingSettings
from report_qa.documents.blocks import Block
from report_qa.documents.readers.pictures import Pictures
from report_qa.errors import DocumentError, ReportQAError, Text

ReadingProgress = Callable[[int, int], None]


@dataclass
class Source:
    """A file to be read.

    Attributes:
        path: the file.
        name: what the document is called in messages.
        limits: how much of it is taken.
        pictures: where its pictures go.
        progress: told how many steps are done and how many there are; what it raises ends the reading.
    """

    path: Path
    name: str
    limits: ReadingSettings
    pictures: Pictures
    progress: ReadingProgress = lambda done, total: None

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise unreadable(self.name, error) from error


@dataclass
class Reading:
    """What a reader found in a file.

    Attributes:
        blocks: the content in reading order.
        parser: what read it, for the record.
        title: the title that the file says it has; empty where it says none.
        text: the text of a text file as it is.
        encoding: its encoding.
        plain: whether headings are only guessed, from how the lines look.
        pages: number of pages, slides or sheets; None where the format has none.
        warnings: what could not be read.
    """

    blocks: Sequence[Block]
    parser: str
    title: str = ""
    text: str | None = None
    encoding: str = ""
    plain: bool = False
    pages: int | None = None
    warnings: list[Text] = field(default_factory=list)


def unreadable(name: str, error: OSError) -> DocumentError:
    """Return the error for a file that cannot be opened."""
    return DocumentError(
        Text(f"{name} cannot be read: {error.strerror}.", f"无法读取 {name}：{error.strerror}。"),
        Text("Check the file and its permissions.", "请检查该文件及其权限。"),
    )


def broken(name: str, kind: str, detail: Text | str) -> DocumentError:
    """Return the error for a file whose content is not what its name says, or only a part of it."""
    why = Text(detail, detail) if isinstance(detail, str) else detail
    return DocumentError(
        Text(f"{name} cannot be read as {kind} ({why.en}).", f"无法将 {name} 作为 {kind} 读取（{why.zh}）。"),
        Text(
            "It may be damaged, cut off or have the wrong ending; open it in its program and save it again.",
            "文件可能已损坏、不完整或扩展名有误；请用相应程序打开后重新保存。",
        ),
    )


@contextmanager
def damage_told(name: str, kind: str) -> Iterator[None]:
    """Turn whatever a library raises over a damaged file into the error for one.

    The libraries for Office files check little and fail on damage wherever it strikes, with any kind of exception.
    """
    try:
        yield
    except ReportQAError:
        raise
    except Exception as error:
        raise broken(name, kind, " ".join(str(error).split())[:120] or type(error).__name__) from error


def encrypted(name: str) -> DocumentError:
    """Return the error for a file that needs a password."""
    return DocumentError(
        Text(f"{name} is protected with a password.", f"{name} 受密码保护。"),
        Text("Save a copy without the password and import that.", "请另存一份不带密码的副本再导入。"),
    )


def too_many_pages(name: str, count: int, limit: int) -> DocumentError:
    """Return the error for a document of more pages than are taken."""
    return DocumentError(
        Text(f"{name} has {count} pages; at most {limit} are read.", f"{name} 有 {count} 页，超过上限 {limit} 页。"),
        Text("Split it, or raise reading.max_pages.", "请拆分文件，或调高 reading.max_pages。"),
    )
