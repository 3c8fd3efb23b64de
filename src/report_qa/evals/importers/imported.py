"""What an importer makes of a file, and how it is written: a dataset and, where texts come along, a corpus."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from report_qa.errors import ConfigError, Text
from report_qa.evals.dataset import Case, dump_cases, require_usable
from report_qa.indexing.files import write_atomically

_UNSAFE = re.compile(r"[^\w-]+")
_LONGEST_NAME = 40

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Imported:
    """The content of a file.

    Attributes:
        cases: the cases.
        documents: file name to Markdown, of the texts that came along.
        notes: what the user should know about what was made of it.
    """

    cases: tuple[Case, ...]
    documents: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def write_imported(imported: Imported, source: Path, dataset: Path, corpus: Path) -> None:
    """Write dataset and corpus; nothing that is there is overwritten.

    Args:
        imported: what to write.
        source: the file it is from.
        dataset: where the cases go.
        corpus: folder for the documents; not made where there are none.

    Raises:
        ConfigError: the cases are unusable, or something lies there already.
    """
    require_usable(imported.cases, source)
    for path in (dataset, corpus):
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise ConfigError(
                Text(f"{path} is there already.", f"{path} 已存在。"),
                Text("Remove it, or name another with --out.", "请将其移除，或用 --out 另指一个。"),
            )
    for name, text in imported.documents.items():
        write_atomically(corpus / name, text.encode())
    write_atomically(dataset, dump_cases(imported.cases).encode())


def parse(model: type[Model], data: bytes | str, source: Path, line: int | None = None) -> Model:
    """Read JSON of a known shape.

    Raises:
        ConfigError: it is of another shape; with the place, and the line where the file is one of lines.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        what = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in what["loc"])
        raise not_importable(
            source,
            (f"line {line}: " if line else "") + f"{place} {what['msg']}".strip(),
            (f"第 {line} 行：" if line else "") + f"{place} {what['msg']}".strip(),
        ) from error


def not_importable(source: Path, en: str, zh: str) -> ConfigError:
    """Return the error for a file that is not what its format says."""
    return ConfigError(
        Text(f"{source} cannot be imported: {en}.", f"无法导入 {source}：{zh}。"),
        Text("docs/evaluation.md tells what each format looks like.", "各格式的说明见 docs/evaluation.md。"),
    )


def read_bytes(source: Path) -> bytes:
    """Return the content of a file.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return source.read_bytes()
    except OSError as error:
        raise not_importable(source, f"{error.strerror}", f"{error.strerror}") from error


def file_name(position: int, title: str) -> str:
    """Return a file name that sorts by position and tells the title."""
    safe = _UNSAFE.sub("-", title).strip("-")[:_LONGEST_NAME]
    return f"{position:04d}-{safe}.md" if safe else f"{position:04d}.md"


def as_markdown(title: str, paragraphs: Sequence[str], heading: Text, language: str) -> str:
    """Return a document with a section for every paragraph, so that each is found and cited by itself.

    Args:
        title: title of the document.
        paragraphs: its texts.
        heading: what a section is called; its number is put behind.
        language: language of the texts.
    """
    if len(paragraphs) == 1:
        return f"# {title}\n\n{paragraphs[0]}\n"
    sections = (f"## {heading.in_language(language)} {n}\n\n{text}\n" for n, text in enumerate(paragraphs, start=1))
    return f"# {title}\n\n" + "\n".join(sections)
