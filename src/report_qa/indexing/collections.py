"""Collections: several sets of documents side by side, each with its own folder and its own index.

The corpus folder and the index folder of the settings are the default collection. Another one has its documents in
``library/NAME`` and its index in ``index/collections/NAME``, and is otherwise the same.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from report_qa.config import Settings
from report_qa.errors import CollectionMissing, ConfigError, DocumentMissing, IndexUnusable, Text
from report_qa.indexing.held import forget, held_of, sweep
from report_qa.indexing.lock import locked
from report_qa.indexing.manifest import DocumentEntry, read_manifest, write_manifest
from report_qa.indexing.store import VectorStore

DEFAULT = "default"
ALL = "*"
"""Stands for all collections together; none can have that name."""
_FOLDER = "collections"
_NAME = re.compile(r"\w(?:[\w .+-]{0,62}[\w+-])?")


def in_collection(settings: Settings, name: str) -> Settings:
    """Return the settings with the folders of a collection, whether it is there yet or not.

    Raises:
        ConfigError: it cannot have that name.
    """
    if name == DEFAULT:
        return settings
    if not _NAME.fullmatch(name):
        raise ConfigError(
            Text(f"“{name}” cannot be the name of a collection.", f"“{name}”不能用作文档集名称。"),
            Text(
                "Use letters, digits, spaces, dots and hyphens, at most 64.",
                "请使用文字、数字、空格、点和连字符，至多 64 个字符。",
            ),
        )
    paths = settings.paths.model_copy(
        update={"corpus": settings.paths.library / name, "index": settings.paths.index / _FOLDER / name}
    )
    return settings.model_copy(update={"paths": paths})


def collection_of(settings: Settings) -> tuple[str, Path]:
    """Return which collection some settings have the folders of, and the index folder of the default one.

    The other way round than :func:`in_collection`.
    """
    index = settings.paths.index
    return (index.name, index.parent.parent) if index.parent.name == _FOLDER else (DEFAULT, index)


def collections(settings: Settings) -> list[str]:
    """Return the names of the collections that hold documents, the default one first, damaged ones among them."""
    folder = settings.paths.index / _FOLDER
    others = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return [name for name in (DEFAULT, *others) if _holds_documents(in_collection(settings, name))]


def _holds_documents(settings: Settings) -> bool:
    try:
        return bool(contents(settings))
    except IndexUnusable:
        return True


def existing(settings: Settings, name: str) -> Settings:
    """Return the settings with the folders of a collection that is there.

    Raises:
        CollectionMissing: there is none of that name.
        ConfigError: there can be none of that name.
    """
    chosen = in_collection(settings, name)
    if name != DEFAULT and not chosen.paths.corpus.is_dir() and not contents(chosen):
        known = ", ".join(collections(settings)) or DEFAULT
        raise CollectionMissing(
            Text(f"There is no collection “{name}”. There are: {known}.", f"没有名为“{name}”的文档集。现有：{known}。"),
            Text(
                f"Make it with 'report-qa import FILE --collection {name}'.",
                f"可用 report-qa import 文件 --collection {name} 建立。",
            ),
        )
    return chosen


def contents(settings: Settings) -> dict[str, DocumentEntry]:
    """Return the documents in the index of some settings by name; none where there is no index.

    Raises:
        IndexUnusable: the manifest is damaged.
    """
    manifest = read_manifest(settings.paths.index)
    return dict(manifest.documents) if manifest else {}


def remove_document(settings: Settings, name: str) -> None:
    """Delete a document: its file in the corpus folder, and what the index holds of it.

    A kill in the middle leaves the file gone, and the next build finishes.

    Args:
        settings: of its collection.
        name: as the index has it.

    Raises:
        DocumentMissing: there is none of that name.
        IndexUnusable: a build is running, or the index is damaged.
    """
    documents = contents(settings)
    if name not in documents:
        known = ", ".join(documents) or "–"
        raise DocumentMissing(
            Text(f"There is no document {name}.", f"没有文档 {name}。"),
            Text(f"There are: {known}.", f"现有：{known}。"),
        )
    with locked(settings.paths.index):
        _remove(settings, name)


def _remove(settings: Settings, name: str) -> None:
    index = settings.paths.index
    manifest = read_manifest(index)
    if manifest is None:
        return
    (settings.paths.corpus / name).unlink(missing_ok=True)
    left = {other: entry for other, entry in manifest.documents.items() if other != name}
    write_manifest(index, manifest.model_copy(update={"documents": left}))
    sweep(index, VectorStore(index), [held_of(index, entry) for entry in left.values()])


def forget_if_empty(settings: Settings, name: str) -> None:
    """Remove the folders of a collection that holds no document any more; the default one keeps its own.

    One that a first document is just being imported into is left as it is.
    """
    chosen = in_collection(settings, name)
    if name == DEFAULT or contents(chosen):
        return
    try:
        with locked(chosen.paths.index):
            if not contents(chosen):
                forget(chosen.paths.index)
                shutil.rmtree(chosen.paths.index, ignore_errors=True)
                _remove_if_empty(chosen.paths.corpus)
    except IndexUnusable as error:
        if not error.retryable:
            raise


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
