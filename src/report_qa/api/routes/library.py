"""Collections and their documents: listed, added, removed; and their pictures."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request, UploadFile
from fastapi import Path as InPath
from starlette.responses import FileResponse, Response

from report_qa.api.access import Asker, Importer
from report_qa.api.asking import new_id
from report_qa.api.backend import Backend, TheBackend
from report_qa.api.convert import document_of, import_of
from report_qa.api.describe import PROBLEMS
from report_qa.api.once import IdempotencyKey, content_of, once, reply
from report_qa.api.problems import Refusal
from report_qa.api.replies import id_of
from report_qa.client.records import Collection, Document, Import, Listing
from report_qa.documents.readers import SUFFIXES, SUFFIXES_NAMED
from report_qa.documents.readers.pictures import pictures_of
from report_qa.errors import DocumentError, DocumentMissing, Text
from report_qa.indexing.collections import contents, existing, in_collection
from report_qa.indexing.files import sha256_of
from report_qa.indexing.manifest import DocumentEntry
from report_qa.runtime.keys import Key

router = APIRouter(tags=["library"], responses=PROBLEMS)

Name = Annotated[str, InPath(max_length=64, description="name of the collection", examples=["default"])]
DocumentName = Annotated[str, InPath(max_length=1000, description="name of the document", examples=["report.pdf"])]
After = Annotated[str | None, Query(max_length=1000, description="`next` of the part before")]
Limit = Annotated[int, Query(ge=1, le=500)]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000)]

_PICTURE = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|gif|webp)")
_LONGEST_NAME = 200


def _described(backend: Backend, name: str) -> Collection:
    documents = contents(in_collection(backend.settings, name)).values()
    return Collection(
        name=name,
        documents=len(documents),
        chunks=sum(entry.chunks for entry in documents),
        pictures=sum(entry.pictures for entry in documents),
    )


@router.get("/collections", response_model=Listing[Collection])
def list_collections(backend: TheBackend, _: Asker, after: After = None, limit: Limit = 100) -> Any:
    """List the collections that hold documents, by name."""
    names = sorted(name for name in backend.shelf.names() if after is None or name > after)
    return Listing[Collection](
        items=[_described(backend, name) for name in names[:limit]],
        next=names[limit - 1] if len(names) > limit else None,
    )


@router.get("/collections/{collection}", response_model=Collection)
def get_collection(collection: Name, backend: TheBackend, _: Asker) -> Any:
    """Return one collection."""
    existing(backend.settings, collection)
    return _described(backend, collection)


@router.get("/collections/{collection}/documents", response_model=Listing[Document])
def list_documents(
    collection: Name, backend: TheBackend, _: Asker, response: Response, after: After = None, limit: Limit = 100,
    if_none_match: IfNoneMatch = None,
) -> Any:  # fmt: skip
    """List the documents of a collection by name. The `ETag` changes whenever the collection does."""
    documents = contents(existing(backend.settings, collection))
    names = sorted(name for name in documents if after is None or name > after)
    listing = Listing[Document](
        items=[document_of(name, documents[name]) for name in names[:limit]],
        next=names[limit - 1] if len(names) > limit else None,
    )
    tag = f'"{sha256_of(listing.model_dump_json().encode())[:32]}"'
    if if_none_match is not None and _matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return listing


@router.get("/collections/{collection}/documents/{document:path}", response_model=Document)
def get_document(
    collection: Name, document: DocumentName, backend: TheBackend, _: Asker, response: Response,
    if_none_match: IfNoneMatch = None,
) -> Any:  # fmt: skip
    """Return what was found in a document. Its `ETag` is the SHA-256 of its file."""
    entry = _entry(backend, collection, document)
    tag = f'"{entry.sha256}"'
    if if_none_match is not None and _matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return document_of(document, entry)


@router.delete("/collections/{collection}/documents/{document:path}", status_code=204)
def delete_document(
    collection: Name, document: DocumentName, backend: TheBackend, key: Importer, request: Request,
    if_match: IfMatch = None,
) -> None:  # fmt: skip
    """Delete a document: its file, and what the index holds of it. With `If-Match`, only that version of it."""
    entry = _entry(backend, collection, document)
    if if_match is not None and not _matches(if_match, f'"{entry.sha256}"'):
        raise Refusal(
            "precondition_failed",
            Text(f"{document} was changed in the meantime.", f"{document} 在此期间已更改。"),
            Text("Get it again, and decide again.", "请重新获取后再决定。"),
        )
    backend.audit.add(f"{key.id} {key.name}", "document.remove", f"{collection}/{document}", id_of(request))
    backend.shelf.remove(collection, document)


@router.post("/collections/{collection}/documents", status_code=202, response_model=Import)
async def import_documents(
    collection: Name, files: list[UploadFile], request: Request, backend: TheBackend, key: Importer,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Add documents, making the collection where it is not there; one of the same name is replaced.

    The files are kept and imported one after the other; the reply's `Location` tells how far it is.
    """
    return await to_thread.run_sync(_take, collection, files, request, backend, key, idempotency_key)


def _take(
    collection: str, files: list[UploadFile], request: Request, backend: Backend, key: Key, idempotency_key: str | None
) -> Response:
    in_collection(backend.settings, collection)
    names = _names(files)
    import_id = new_id()
    folder = backend.imports.folder(import_id)
    folder.mkdir(parents=True)
    try:
        hashes = [_save(file, folder / name) for file, name in zip(files, names, strict=True)]
        text, replayed = once(
            backend, request, key, idempotency_key, content_of(names, hashes),
            lambda connection: import_of(backend.imports.add(connection, import_id, collection, names, key.id)),
        )  # fmt: skip
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if replayed:
        shutil.rmtree(folder, ignore_errors=True)
        import_id = Import.model_validate_json(text).id
    else:
        backend.audit.add(
            f"{key.id} {key.name}", "documents.import", f"{collection}: {', '.join(names)}", id_of(request)
        )
        backend.imports.start(import_id)
    return reply(text, replayed, status=202, location=f"/api/v1/imports/{import_id}")


def _names(files: list[UploadFile]) -> list[str]:
    names = [(file.filename or "").replace("\\", "/").rpartition("/")[2].strip() for file in files]
    for name in names:
        if not name or name.startswith(".") or len(name.encode()) > _LONGEST_NAME or not name.isprintable():
            raise DocumentError(
                Text(f"“{name[:80]}” cannot be the name of a document.", f"“{name[:80]}”不能用作文档名。"),
                Text("Give the file a short name.", "请给文件取一个简短的名称。"),
            )
        if Path(name).suffix.lower() not in SUFFIXES:
            raise DocumentError(
                Text(f"{name} is of a kind that is not read.", f"{name}：不支持的文件类型。"),
                Text(f"These are: {SUFFIXES_NAMED}.", f"支持：{SUFFIXES_NAMED}。"),
            )
    if len(set(names)) < len(names):
        raise DocumentError(
            Text("Two of the files have one name.", "有两个文件同名。"),
            Text("Rename one, or send them one after the other.", "请重命名其中一个，或分次上传。"),
        )
    return names


def _save(file: UploadFile, target: Path) -> str:
    with target.open("wb") as written:
        shutil.copyfileobj(file.file, written)
    return sha256_of(target.read_bytes())


def _entry(backend: Backend, collection: str, document: str) -> DocumentEntry:
    documents = contents(existing(backend.settings, collection))
    if document not in documents:
        raise DocumentMissing(
            Text(f"There is no document {document}.", f"没有文档 {document}。"),
            Text(
                f"See GET /api/v1/collections/{collection}/documents.",
                f"请参见 GET /api/v1/collections/{collection}/documents。",
            ),
        )
    return documents[document]


@router.get("/collections/{collection}/pictures/{file}", response_class=FileResponse)
def get_picture(collection: Name, file: Annotated[str, InPath(max_length=64)], backend: TheBackend, _: Asker) -> Any:
    """Return the file of a picture. Its name is a hash of its content, so that it never changes."""
    settings = existing(backend.settings, collection)
    path = pictures_of(settings.paths.index) / file
    if not _PICTURE.fullmatch(file) or not path.is_file():
        raise Refusal(
            "picture_missing",
            Text(f"There is no picture {file}.", f"没有图片 {file}。"),
            Text("Take the address from a citation.", "请使用引用中给出的地址。"),
        )
    return FileResponse(path, headers={"Cache-Control": "private, max-age=31536000, immutable"})


def _matches(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in header.split(","))
