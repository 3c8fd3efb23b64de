"""The corpus folder and the index of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from report_qa.config import Settings
from report_qa.doctor import result
from report_qa.doctor.result import MOST_NAMED, CheckResult
from report_qa.errors import ReportQAError, Text


def check_corpus(settings: Settings) -> Iterator[CheckResult]:
    """Tell which documents can be read; each one that cannot is named."""
    from report_qa.documents.readers import SUFFIXES_NAMED, corpus_files, read_document

    folder = settings.paths.corpus
    readable, skipped = corpus_files(folder)
    read = 0
    for path in readable:
        try:
            read_document(path, path.relative_to(folder).as_posix(), settings.reading)
            read += 1
        except ReportQAError as error:
            yield result.error("corpus", error.message, error.remedy)
    if read:
        yield result.ok("corpus", Text(f"{read} document(s) in {folder}.", f"{folder} 中有 {read} 份文档。"))
    if skipped:
        names = ", ".join(path.relative_to(folder).as_posix() for path in skipped[:MOST_NAMED])
        yield result.warning(
            "corpus",
            Text(f"{len(skipped)} file(s) left out: {names}.", f"有 {len(skipped)} 个文件被略过：{names}。"),
            Text(
                f"Save them as one of {SUFFIXES_NAMED} if they are to be answered from.",
                f"如需据其回答，请另存为以下格式之一：{SUFFIXES_NAMED}。",
            ),
        )


def check_index(settings: Settings) -> Iterator[CheckResult]:
    """Tell whether the index is there, whole, of these settings, and of these documents."""
    from report_qa.indexing.library import Library
    from report_qa.indexing.manifest import missing_index, read_manifest, recipe_of

    folder = settings.paths.index
    manifest = read_manifest(folder)
    if manifest is None or not manifest.documents:
        raise missing_index(folder)
    embedder = _same_embedder(manifest.recipe.embedder, settings)
    library = Library(folder, recipe_of(embedder, manifest.recipe.dimension, settings.chunks))
    count, chunks = len(library.documents), len(library.chunks)
    yield result.ok(
        "index",
        Text(f"{chunks} chunks of {count} document(s), whole.", f"{count} 份文档、{chunks} 个文本块，完整。"),
    )
    changed = _changed({name: entry.sha256 for name, entry in manifest.documents.items()}, settings)
    if changed:
        names = ", ".join(changed[:MOST_NAMED])
        yield result.warning(
            "index",
            Text(f"Not as in the corpus folder: {names}.", f"与语料文件夹不一致：{names}。"),
            Text("Run 'report-qa index'.", "请运行 report-qa index。"),
        )


def _same_embedder(built: str, settings: Settings) -> str:
    """Return ``built`` if the embedder of the settings, which is not loaded here, is that one as far as can be seen."""
    from report_qa.models.catalog import EMBEDDED_MODELS
    from report_qa.models.fetch import installed

    wanted = settings.embedding.model
    name, _, weights = built.partition("@")
    if wanted in EMBEDDED_MODELS:
        found = installed(wanted, settings)
        if found is not None and not found.weights_sha256.startswith(weights):
            return f"{wanted}@{found.weights_sha256[: len(weights)]}"
    folder = Path(wanted).expanduser()
    return built if name in {wanted, folder.name if folder.is_dir() else wanted} else wanted


def _changed(indexed: Mapping[str, str], settings: Settings) -> list[str]:
    """Return the names of documents that are new, gone, or another text than when they were indexed."""
    from report_qa.documents.readers import corpus_files
    from report_qa.models.record import sha256_of

    folder = settings.paths.corpus
    try:
        readable, _ = corpus_files(folder)
        present = {path.relative_to(folder).as_posix(): sha256_of(path) for path in readable}
    except (ReportQAError, OSError):
        return []  # the check of the corpus has told it
    return sorted(name for name in present.keys() | indexed.keys() if present.get(name) != indexed.get(name))
