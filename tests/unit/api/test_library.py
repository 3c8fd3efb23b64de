"""Documents by HTTP: listed, added with progress, removed; nothing is done twice or half."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from fakes import HashingEmbedder, factory_of
from fastapi.testclient import TestClient
from files import add_picture, drawing, word
from numpy.typing import NDArray
from serving import QUESTION, MakeServer, Server, events, until

from report_qa.indexing.collections import contents, existing
from report_qa.providers.embedders import register_embedder

MANUAL = "# 手册\n\n## 胎压\n\n轮胎的冷态气压为 230 千帕，每个月检查一次。\n"


def upload(client: TestClient, *files: tuple[str, str | bytes], collection: str = "wagon", **headers: str) -> Any:
    address = f"/api/v1/collections/{collection}/documents"
    sent = [("files", (name, text.encode() if isinstance(text, str) else text)) for name, text in files]
    return client.post(address, files=sent, headers={k.replace("_", "-"): v for k, v in headers.items()})


def ended(client: TestClient, import_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def is_over() -> bool:
        found.update(client.get(f"/api/v1/imports/{import_id}").json())
        return found["ended"] is not None

    until(is_over)
    return found


def test_collections_and_documents_are_listed(client: TestClient) -> None:
    assert client.get("/api/v1/collections").json() == {
        "items": [{"name": "default", "documents": 1, "chunks": 1, "pictures": 0}], "next": None,
    }  # fmt: skip
    [document] = client.get("/api/v1/collections/default/documents").json()["items"]
    assert (document["name"], document["title"], document["language"]) == ("report.md", "年度报告", "zh")
    assert client.get("/api/v1/collections/default/documents/report.md").json() == document
    assert client.get("/api/v1/collections/nowhere").json()["code"] == "collection_missing"
    assert client.get("/api/v1/collections/default/documents/none.md").json()["code"] == "document_missing"


def test_lists_come_in_parts(client: TestClient) -> None:
    files = [(f"{i}.md", f"# 手册{i}\n\n第 {i} 章的内容。\n") for i in range(5)]
    ended(client, upload(client, *files).json()["id"])
    address, after, names = "/api/v1/collections/wagon/documents", None, []
    for size in (2, 2, 1):
        part = client.get(address, params={"limit": 2, **({"after": after} if after else {})}).json()
        assert len(part["items"]) == size
        names += [document["name"] for document in part["items"]]
        after = part["next"]
    assert after is None
    assert names == [name for name, _ in files]
    assert [c["name"] for c in client.get("/api/v1/collections", params={"after": "default"}).json()["items"]] == [
        "wagon"
    ]


def test_an_unchanged_list_is_not_sent_again(client: TestClient) -> None:
    address = "/api/v1/collections/default/documents"
    tag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address, headers={"If-None-Match": f'"x", W/{tag}'}).status_code == 304
    ended(client, upload(client, ("neu.md", MANUAL), collection="default").json()["id"])
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    document = f"{address}/report.md"
    tag = client.get(document).headers["etag"]
    assert client.get(document, headers={"If-None-Match": tag}).status_code == 304


def test_an_upload_is_imported_and_asked_at_once(client: TestClient, server: Server) -> None:
    reply = upload(client, ("胎压.md", MANUAL), ("broken.pdf", b"no pdf"))
    assert reply.status_code == 202
    assert reply.headers["location"] == f"/api/v1/imports/{reply.json()['id']}"
    done = ended(client, reply.json()["id"])
    assert (done["state"], done["added"]) == ("incomplete", ["胎压.md"])
    assert [problem["file"] for problem in done["problems"]] == ["broken.pdf"]
    assert done["problems"][0]["remedy"]["zh"]
    server.script.reply = "轮胎的冷态气压为230千帕[1]。"
    answer = client.post("/api/v1/ask", json={"question": "轮胎的冷态气压是多少？", "collection": "wagon"}).json()
    assert answer["citations"][0]["document"] == "胎压.md"
    # what is changed afterwards is answered from its new version
    ended(client, upload(client, ("胎压.md", MANUAL.replace("230", "250"))).json()["id"])
    hits = client.get("/api/v1/search", params={"q": "轮胎的冷态气压", "collection": "wagon"}).json()["items"]
    assert "250 千帕" in hits[0]["text"]


def test_nothing_that_can_be_read_is_a_failed_import(client: TestClient) -> None:
    done = ended(client, upload(client, ("a.pdf", b"no pdf")).json()["id"])
    assert done["state"] == "failed"
    assert "PDF" in done["problems"][0]["message"]["en"]
    assert [c["name"] for c in client.get("/api/v1/collections").json()["items"]] == ["default"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (".hidden.md", "document_unreadable"),
        ("a.exe", "document_unreadable"),
        ("长" * 100 + ".md", "document_unreadable"),
    ],
)
def test_a_file_that_cannot_be_a_document_is_refused_before_it_is_kept(
    client: TestClient, server: Server, name: str, code: str
) -> None:
    reply = upload(client, (name, "words"))
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert client.get("/api/v1/imports").json()["items"] == []
    assert list((server.settings.paths.state / "uploads").glob("*")) == []


def test_a_name_leads_nowhere_else(client: TestClient, server: Server, tmp_path: Path) -> None:
    reply = upload(client, ("../../../evil.md", MANUAL))
    assert reply.json()["files"] == ["evil.md"]
    ended(client, reply.json()["id"])
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("evil.md")] == ["library/wagon/evil.md"]
    for name in ("..", "%2e%2e", "a/b", "%00"):
        assert client.get(f"/api/v1/collections/{quote(name, safe='%')}/documents").status_code in {404, 422}
    assert upload(client, ("a.md", MANUAL), collection="..%2F..%2Fx").status_code in {404, 422}


def test_the_same_idempotency_key_is_carried_out_once(client: TestClient, server: Server) -> None:
    first = upload(client, ("a.md", MANUAL), Idempotency_Key="k1")
    again = upload(client, ("a.md", MANUAL), Idempotency_Key="k1")
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")
    other = upload(client, ("a.md", MANUAL + "更多。"), Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    ended(client, first.json()["id"])
    assert len(client.get("/api/v1/imports").json()["items"]) == 1
    assert upload(client, ("a.md", MANUAL), Idempotency_Key="k2").json()["id"] != first.json()["id"]
    feedback = {"question": QUESTION, "outcome": "refused", "verdict": "down"}
    ids = [
        client.post("/api/v1/feedback", json=feedback, headers={"Idempotency-Key": key}).json()["id"]
        for key in ("k1", "k1", "k2")
    ]
    assert ids[0] == ids[1] != ids[2]
    assert len(client.get("/api/v1/feedback").json()["items"]) == 2


def test_two_that_come_at_once_with_one_key_are_one(client: TestClient) -> None:
    feedback = {"question": QUESTION, "outcome": "answered", "verdict": "up"}
    ids: list[int] = []

    def give() -> None:
        reply = client.post("/api/v1/feedback", json=feedback, headers={"Idempotency-Key": "same"})
        ids.append(reply.json()["id"])

    threads = [threading.Thread(target=give) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1
    assert len(ids) == 8


def test_feedback_comes_newest_first_and_in_parts(client: TestClient) -> None:
    for number in range(3):
        given = {"question": f"第{number}问？", "outcome": "answered", "verdict": "up" if number else "down"}
        assert client.post("/api/v1/feedback", json=given).status_code == 201
    part = client.get("/api/v1/feedback", params={"limit": 2}).json()
    assert [one["question"] for one in part["items"]] == ["第2问？", "第1问？"]
    rest = client.get("/api/v1/feedback", params={"limit": 2, "after": part["next"]}).json()
    assert [one["question"] for one in rest["items"]] == ["第0问？"]
    assert rest["next"] is None
    down = client.get("/api/v1/feedback", params={"verdict": "down"}).json()["items"]
    assert [one["question"] for one in down] == ["第0问？"]
    assert down[0]["collection"] == "default"


def test_a_document_is_removed_with_what_the_index_holds_of_it(client: TestClient, server: Server) -> None:
    ended(client, upload(client, ("a.md", MANUAL), ("b.md", MANUAL.replace("手册", "说明"))).json()["id"])
    address = "/api/v1/collections/wagon/documents/a.md"
    stale = client.delete(address, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    tag = client.get(address).headers["etag"]
    assert client.delete(address, headers={"If-Match": tag}).status_code == 204
    assert client.delete(address).json()["code"] == "document_missing"
    assert set(contents(existing(server.settings, "wagon"))) == {"b.md"}
    assert client.delete("/api/v1/collections/wagon/documents/b.md").status_code == 204
    assert client.get("/api/v1/collections/wagon").json()["code"] == "collection_missing"
    asked = client.post("/api/v1/ask", json={"question": QUESTION, "collection": "wagon"})
    assert asked.json()["code"] == "collection_missing"


def test_all_collections_are_asked_as_one(client: TestClient, server: Server) -> None:
    ended(client, upload(client, ("胎压.md", MANUAL)).json()["id"])
    hits = client.get("/api/v1/search", params={"q": "轮胎的冷态气压", "collection": "*"}).json()["items"]
    assert (hits[0]["collection"], hits[0]["document"]) == ("wagon", "胎压.md")
    assert {hit["collection"] for hit in hits} == {"default", "wagon"}
    server.script.reply = "轮胎的冷态气压为230千帕[1]。"
    answer = client.post("/api/v1/ask", json={"question": "轮胎的冷态气压是多少？", "collection": "*"}).json()
    assert answer["collection"] == "*"
    assert (answer["citations"][0]["collection"], answer["citations"][0]["document"]) == ("wagon", "胎压.md")


def test_some_collections_are_asked_as_one_and_the_others_are_left_out(client: TestClient, server: Server) -> None:
    for name, text in (("wagon", MANUAL), ("van", MANUAL.replace("230", "260"))):
        ended(client, upload(client, ("胎压.md", text), collection=name).json()["id"])
    question = "轮胎的冷态气压是多少？"
    found = client.get("/api/v1/search", params={"q": question, "collection": "wagon, van"}).json()
    assert found["collection"] == "van,wagon"
    assert {(hit["collection"], hit["document"]) for hit in found["items"]} == {
        ("van", "胎压.md"),
        ("wagon", "胎压.md"),
    }
    server.script.reply = "轮胎的冷态气压为230千帕[1]。"
    asked = {"question": question, "collection": "wagon,default,wagon"}
    answer = client.post("/api/v1/ask", json=asked).json()
    assert (answer["status"], answer["collection"]) == ("answered", "default,wagon")
    assert (answer["citations"][0]["collection"], answer["citations"][0]["document"]) == ("wagon", "胎压.md")
    told = client.post("/api/v1/ask/stream", json=asked).text
    assert '"collection":"default,wagon"' in told.replace(" ", "")
    one = client.post("/api/v1/ask", json={**asked, "collection": "wagon,wagon"}).json()
    assert (one["collection"], one["citations"][0]["document"]) == ("wagon", "胎压.md")


def test_a_selection_that_cannot_be_asked_is_told(client: TestClient) -> None:
    for address, asked in (("ask", "default,nowhere"), ("ask/stream", "nowhere,default")):
        problem = client.post(f"/api/v1/{address}", json={"question": QUESTION, "collection": asked}).json()
        assert problem["code"] == "collection_missing"
        assert "“nowhere”" in problem["title"]
    missing = client.get("/api/v1/search", params={"q": QUESTION, "collection": "default,nowhere"})
    assert (missing.status_code, missing.json()["code"]) == (404, "collection_missing")
    for nothing in (",", "default,../x"):
        assert client.post("/api/v1/ask", json={"question": QUESTION, "collection": nothing}).status_code == 422
    # where one collection is meant, several are none
    assert client.get("/api/v1/collections/default,wagon/documents").status_code == 422


def test_feedback_on_several_collections_is_kept_under_one_name(client: TestClient) -> None:
    given = {"question": QUESTION, "outcome": "answered", "verdict": "down", "collection": "wagon, default,wagon"}
    assert client.post("/api/v1/feedback", json=given).json()["collection"] == "default,wagon"
    kept = client.get("/api/v1/feedback", params={"collection": "wagon,default"}).json()["items"]
    assert [one["collection"] for one in kept] == ["default,wagon"]


def test_pictures_of_a_citation_are_served_and_nothing_else(client: TestClient, server: Server) -> None:
    def fill(document: Any) -> None:
        document.add_heading("胎压", 1)
        document.add_paragraph("轮胎的冷态气压为 230 千帕，充气口见图1。")
        add_picture(document, drawing())
        document.add_paragraph("图1 充气口")

    ended(client, upload(client, ("手册.docx", word(fill))).json()["id"])
    server.script.reply = "轮胎的冷态气压为230千帕[1]。"
    answer = client.post("/api/v1/ask", json={"question": "轮胎的冷态气压是多少？", "collection": "wagon"}).json()
    [picture] = answer["citations"][0]["pictures"]
    shown = client.get(picture["url"])
    assert shown.headers["content-type"] == "image/png"
    assert shown.content == drawing()
    assert "immutable" in shown.headers["cache-control"]
    for name in ("manifest.json", "..%2Fmanifest.json", "0" * 32 + ".png", "%2e%2e"):
        assert client.get(f"/api/v1/collections/wagon/pictures/{name}").status_code == 404


class SlowEmbedder(HashingEmbedder):
    """Embeds passages when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Wait, then embed."""
        self.reached.set()
        assert self.gate.wait(30)
        return super().embed_passages(texts)


@pytest.fixture
def slow(make: MakeServer) -> tuple[Server, SlowEmbedder]:
    """A server whose embedder can be held."""
    embedder = SlowEmbedder()
    register_embedder("fake", factory_of(embedder))
    server = make(embedding__batch_size="1")  # four chunks a step
    embedder.gate.clear()
    embedder.reached.clear()
    return server, embedder


def test_progress_is_told_and_an_import_can_be_stopped(slow: tuple[Server, SlowEmbedder]) -> None:
    server, embedder = slow
    long = "# 手册\n\n" + "".join(f"## 第{i}节\n\n第 {i} 节讲的是第 {i} 个部件。\n\n" for i in range(60))
    with server.client() as client:
        first = upload(client, ("long.md", long)).json()["id"]
        second = upload(client, ("b.md", MANUAL)).json()["id"]
        assert embedder.reached.wait(20)
        running = client.get(f"/api/v1/imports/{first}").json()
        assert running["state"] == "running"
        assert (running["progress"]["document"], running["progress"]["stage"]) == ("long.md", "indexing")
        assert running["progress"]["total"] > 4
        assert client.get(f"/api/v1/imports/{second}").json()["state"] == "queued"
        for one in (first, second):
            assert client.delete(f"/api/v1/imports/{one}").status_code == 200
        embedder.gate.set()
        assert ended(client, first)["state"] == ended(client, second)["state"] == "stopped"
        assert client.get("/api/v1/collections/wagon").status_code == 404
        told = events(client.get(f"/api/v1/imports/{first}/events").text)
        assert told[-1][1]["state"] == "stopped"
        assert client.delete(f"/api/v1/imports/{first}").json()["state"] == "stopped"
        assert client.get("/api/v1/imports/none").json()["code"] == "import_missing"
        assert list((server.settings.paths.state / "uploads").glob("*")) == []


HANGING = """
import sys
import threading
from fakes import HashingEmbedder
from report_qa.config import load_settings
from report_qa.runtime.database import Database
from report_qa.providers.embedders import register_embedder
from report_qa.runtime.imports import Imports
from report_qa.shelf import Shelf

class Hanging(HashingEmbedder):
    def embed_passages(self, texts):
        print("embedding", flush=True)
        threading.Event().wait()

settings = load_settings(dict(part.split("=", 1) for part in sys.argv[1:]), environment={}).settings
database = Database(settings)
register_embedder("fake", lambda settings, progress: Hanging())
imports = Imports(Shelf(settings), database)
for import_id, name in (("first", "a.md"), ("second", "b.md")):
    imports.folder(import_id).mkdir(parents=True)
    (imports.folder(import_id) / name).write_text("# 手册\\n\\n## 胎压\\n\\n轮胎的冷态气压为 230 千帕。\\n", encoding="utf-8")
    with database.transaction() as connection:
        imports.add(connection, import_id, "wagon", [name], "test")
(imports.folder("stray")).mkdir()
imports.begin()
threading.Event().wait()
"""


def test_what_a_kill_cut_short_is_done_at_the_next_start(make: MakeServer) -> None:
    server = make()
    paths = server.settings.paths
    options = [f"paths.{name}={getattr(paths, name)}" for name in ("corpus", "index", "library", "state")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    command = [sys.executable, "-c", HANGING, *options, "embedding.model=fake"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "embedding\n"
        program.kill()
    with server.client() as client:
        assert [ended(client, one)["added"] for one in ("first", "second")] == [["a.md"], ["b.md"]]
        assert [d["name"] for d in client.get("/api/v1/collections/wagon/documents").json()["items"]] == [
            "a.md",
            "b.md",
        ]
        hits = client.get("/api/v1/search", params={"q": "胎压", "collection": "wagon"}).json()["items"]
        assert "230 千帕" in hits[0]["text"]
        assert list((paths.state / "uploads").glob("*")) == []
