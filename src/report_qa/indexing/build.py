"""Corpus folder -> index, incrementally: only new and changed chunks are embedded.

A build can be killed at any moment. Vectors and records are added first, the manifest names them last, and
what no manifest names is cleaned up by the next build; so each document is in the index whole or not at all.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from report_qa.config import Settings
from report_qa.documents.chunks import Chunk, chunk_document
from report_qa.documents.readers import corpus_files, read_document
from report_qa.documents.readers.pictures import pictures_of
from report_qa.documents.readers.source import unreadable
from report_qa.documents.sections import split_document
from report_qa.errors import DocumentError, ReportQAError
from report_qa.indexing.held import DOCUMENTS, Held, forget, held_of, sweep
from report_qa.indexing.lock import locked
from report_qa.indexing.manifest import NAME, DocumentEntry, Manifest, read_manifest, recipe_of, write_manifest
from report_qa.indexing.records import IndexedDocument, save_document
from report_qa.indexing.store import VectorStore
from report_qa.providers.embedders import Embedder

_PATH_SEPARATOR = " > "


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes:
        added, changed, unchanged, removed: names of documents.
        failed: names of documents that could not be read, with the error; their last good version stays.
        skipped: files of other types.
        embedded: number of chunks that were embedded.
        chunks: number of chunks now in the index.
        seconds: how long it took.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[tuple[str, ReportQAError], ...]
    skipped: tuple[str, ...]
    embedded: int
    chunks: int
    seconds: float


Progress = Callable[[str, int, int], None]
"""Called with document name, chunks embedded so far and chunks to embed."""


def _silent(name: str, done: int, total: int) -> None:
    """Tell nobody."""


def searchable_text(title: str, path: tuple[str, ...], chunk: Chunk) -> str:
    """Return a chunk's text under its headings, as it is embedded and searched by keyword."""
    above = [*(path[-2:] or (title,)), chunk.table_title]
    heading = _PATH_SEPARATOR.join(text for text in above if text)
    return f"{heading}\n{chunk.text}" if heading else chunk.text


def build_index(
    settings: Settings,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    reading: Progress | None = None,
    incoming: Mapping[str, Path] | None = None,
) -> BuildReport:
    """Bring the index up to date with the corpus folder.

    Args:
        settings: paths and chunk sizes.
        embedder: makes the vectors.
        rebuild: forget the index first, whatever state it is in.
        progress: told about every batch.
        reading: told about the pages of long documents, with the document's name, the steps done and all steps. What
            either raises ends the build, and nothing of the document under way is left.
        incoming: files elsewhere by the name that they are to have in the corpus folder; each is copied there when
            it is indexed, in place of the document of that name. One that cannot be read is not.

    Raises:
        DocumentError: the corpus folder is missing or empty, or no document in it can be read.
        IndexUnusable: another build is running, the folder cannot be written, or the manifest is damaged.
    """
    with locked(settings.paths.index):
        return _Build(settings, embedder, rebuild, progress, reading, incoming or {}).run()


class _Build:
    """One run of the build, under the lock."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        rebuild: bool,
        progress: Progress | None,
        reading: Progress | None,
        incoming: Mapping[str, Path],
    ) -> None:
        self._incoming = incoming
        self._settings = settings
        self._embedder = embedder
        self._progress = progress or _silent
        self._reading = reading or _silent
        self._folder = settings.paths.index
        self._recipe = recipe_of(embedder.identity, embedder.dimension, settings.chunks)
        if rebuild:
            forget(self._folder)
        manifest = read_manifest(self._folder)
        fits = manifest is not None and manifest.recipe == self._recipe
        self._store = VectorStore(self._folder, create=True)
        if not fits:
            # vectors of another model must not be searched while the new ones come in, so the manifest goes first
            (self._folder / NAME).unlink(missing_ok=True)
            self._store.clear()
            # what is embedded from now on fits, so that a build that is stopped before its first document goes on
            write_manifest(self._folder, Manifest(recipe=self._recipe))
        self._manifest = manifest if manifest is not None and fits else Manifest(recipe=self._recipe)
        self._stored = self._store.ids()
        self._embedded = 0

    def run(self) -> BuildReport:
        started = time.perf_counter()
        readable, skipped = self._files()
        before = self._manifest.documents
        held: dict[str, Held] = {}
        failed: list[tuple[str, ReportQAError]] = []
        names = {self._name(path): path for path in readable} | dict(self._incoming)
        for name, path in names.items():
            try:
                held[name] = self._index(name, path)
                self._take_in(name)
            except DocumentError as error:
                failed.append((name, error))
                if name not in before:
                    continue
                held[name] = held_of(self._folder, before[name])
            if held[name].entry != before.get(name):
                self._commit({**before, **{name: one.entry for name, one in held.items()}})
        if not held:
            raise failed[0][1]
        entries = {name: one.entry for name, one in held.items()}
        live = {chunk for one in held.values() for chunk in one.chunks}
        self._commit(entries)
        sweep(self._folder, self._store, held.values())
        return BuildReport(
            added=tuple(n for n in entries if n not in before),
            changed=tuple(n for n in entries if n in before and entries[n] != before[n]),
            unchanged=tuple(n for n in entries if entries[n] == before.get(n)),
            removed=tuple(n for n in before if n not in entries),
            failed=tuple(failed),
            skipped=tuple(self._name(path) for path in skipped),
            embedded=self._embedded,
            chunks=len(live),
            seconds=time.perf_counter() - started,
        )

    def _files(self) -> tuple[list[Path], list[Path]]:
        try:
            return corpus_files(self._settings.paths.corpus)
        except DocumentError:
            if self._incoming:
                return [], []  # the first document of a collection
            raise

    def _take_in(self, name: str) -> None:
        """Copy a document that came from elsewhere into the corpus folder; a kill leaves the old one or the new one."""
        if name not in self._incoming:
            return
        source, target = self._incoming[name], self._settings.paths.corpus / name
        if target.exists() and source.samefile(target):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, part)
        part.replace(target)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._settings.paths.corpus).as_posix()

    def _index(self, name: str, path: Path) -> Held:
        before = self._manifest.documents.get(name)
        if before is not None and before.sha256 == _hash_of(path, name):
            held = held_of(self._folder, before)
            if held.chunks <= self._stored and all((pictures_of(self._folder) / p).is_file() for p in held.pictures):
                return held
        pictures = pictures_of(self._folder)
        document = read_document(path, name, self._settings.reading, pictures, partial(self._reading, name))
        title, sections = split_document(document, max_chars=self._settings.chunks.section_chars)
        chunks = chunk_document(sections, window_chars=self._settings.chunks.window_chars)
        record = IndexedDocument(name, title, document.language, document.sha256, tuple(sections), tuple(chunks))
        self._embed(record)
        entry = DocumentEntry(
            sha256=document.sha256,
            record=save_document(self._folder / DOCUMENTS, record),
            title=title,
            language=document.language,
            sections=len(sections),
            chunks=len(chunks),
            tables=sum(len(section.tables) for section in sections),
            pictures=len(record.pictures),
            pages=document.pages,
            parser=document.parser,
            warnings=tuple((warning.en, warning.zh) for warning in document.warnings),
        )
        return Held(entry, {chunk.id for chunk in chunks}, record.pictures)

    def _embed(self, record: IndexedDocument) -> None:
        new: list[Chunk] = [chunk for chunk in record.chunks if chunk.id not in self._stored]
        step = self._settings.embedding.batch_size * 4
        self._progress(record.name, 0, len(new))
        for start in range(0, len(new), step):
            part = new[start : start + step]
            texts = [searchable_text(record.title, record.sections[c.section].path, c) for c in part]
            vectors = np.asarray(self._embedder.embed_passages(texts), dtype=np.float32)
            ids = [chunk.id for chunk in part]
            self._store.add(ids, vectors, [record.name] * len(ids))
            self._stored.update(ids)
            self._embedded += len(ids)
            self._progress(record.name, start + len(part), len(new))

    def _commit(self, entries: dict[str, DocumentEntry]) -> None:
        self._manifest = Manifest(recipe=self._recipe, documents=entries)
        write_manifest(self._folder, self._manifest)


def _hash_of(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(name, error) from error
