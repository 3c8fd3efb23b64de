"""Of the disk, the page serves the pictures and pages of its collections and nothing else."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import gradio as gr
import httpx
import pytest
from eval_builders import make_case, make_record, run_info
from fakes import HashingEmbedder
from fastapi import FastAPI
from files import drawing, pdf, write_lines
from PIL import Image

from report_qa.config import Settings
from report_qa.documents.blocks import Box
from report_qa.evals.folder import RUNS, RunFolder
from report_qa.indexing.collections import contents, in_collection
from report_qa.runtime.listening import Listening
from report_qa.service import import_documents
from report_qa.ui.addresses import boxes_of, page_address, picture_address, run_address
from report_qa.ui.serving import mount

NAME = "旅行车 2025"
LINES = ["The oil is changed every 10,000 km.", "It holds four litres and a half."]


@pytest.fixture
def settings(make_settings: Callable[..., Settings], embedder: HashingEmbedder, tmp_path: Path) -> Settings:
    """Settings of a collection with a page with a picture, and a PDF file of one page."""
    settings = make_settings(paths__library=str(tmp_path / "library"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p.png").write_bytes(drawing())
    page, printed = tmp_path / "in" / "page.html", tmp_path / "in" / "车 书.pdf"
    page.write_text("<h1>Oil</h1><p>Change it as shown below.</p><img src=p.png>")
    printed.write_bytes(pdf(lambda canvas: write_lines(canvas, LINES)))
    import_documents(in_collection(settings, NAME), [page, printed], embedder=embedder)
    return settings


@pytest.fixture
def get(settings: Settings) -> Iterator[Callable[[str], httpx.Response]]:
    """Serve a page; ask for something beside it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with gr.Blocks() as page:
        gr.HTML("page")
    with page.route("Library", "library"):
        gr.HTML("library")
    app = FastAPI()
    mount(page, app, settings=settings)
    listening = Listening(app, "127.0.0.1", port)
    yield lambda path: httpx.get(f"http://127.0.0.1:{port}/{path}", trust_env=False)
    listening.close()


Get = Callable[[str], httpx.Response]


def test_pictures_are_served_and_other_files_are_not(settings: Settings, get: Get) -> None:
    index = in_collection(settings, NAME).paths.index
    (picture,) = (index / "pictures").iterdir()
    shown = get(picture_address(NAME, picture.name))
    assert (shown.status_code, shown.content) == (200, drawing())
    for collection, file in (
        (NAME, "manifest.json"),
        (NAME, "../manifest.json"),
        (NAME, "..%2Fmanifest.json"),
        ("default", picture.name),
        ("..", picture.name),
        (f"{NAME}/../{NAME}", picture.name),
    ):
        assert get(f"files/pictures/{quote(collection, safe='')}/{file}").status_code == 404
    for hidden in (picture, index / "manifest.json", Path("/etc/hostname")):
        assert get(f"gradio_api/file={quote(str(hidden))}").status_code == 403


def test_a_page_is_drawn_with_its_marks(get: Get) -> None:
    plain = get(page_address(NAME, "车 书.pdf", 1, []))
    marked = get(page_address(NAME, "车 书.pdf", 1, [Box(72, 90, 300, 104)]))
    assert plain.headers["content-type"] == marked.headers["content-type"] == "image/png"
    before, after = (Image.open(io.BytesIO(found.content)).convert("RGB") for found in (plain, marked))
    assert before.size == after.size == (910, 1287)  # A4 at 110 dots an inch
    scale = 110 / 72
    inside, outside = (round(280 * scale), round(97 * scale)), (round(280 * scale), round(200 * scale))
    assert before.getpixel(inside) == (255, 255, 255)
    assert after.getpixel(inside) == (255, 226, 120)
    assert after.getpixel(outside) == (255, 255, 255)
    box = tuple(round(side * scale) for side in (72, 90, 300, 104))
    assert after.convert("L").crop(box).getextrema()[0] < 60  # the letters are still there


def test_other_pages_and_files_are_not_shown(settings: Settings, get: Get) -> None:
    (name,) = (name for name in contents(in_collection(settings, NAME)) if name.endswith(".zip"))
    secret = settings.paths.corpus.parent / "secret.pdf"
    secret.write_bytes(pdf(lambda canvas: write_lines(canvas, ["secret"])))
    for path in (
        page_address(NAME, "车 书.pdf", 2, []),
        page_address(NAME, "车 书.pdf", 0, []),
        page_address(NAME, "车 书.pdf", -1, []),
        page_address(NAME, name, 1, []),
        page_address(NAME, "none.pdf", 1, []),
        page_address("none", "车 书.pdf", 1, []),
        page_address(NAME, "../secret.pdf", 1, []),
        page_address(NAME, str(secret), 1, []),
        page_address(NAME, "..%2f..%2fsecret.pdf", 1, []),
        page_address(NAME, "车 书.pdf", 1, [Box(0, 0, 1, 1)] * 201),
        page_address(NAME, "车 书.pdf", 1, []) + "1,2,3",
        page_address(NAME, "车 书.pdf", 1, []) + "nan,0,1,1",
        page_address(NAME, "车 书.pdf", 1, []) + "0,0,1e300,1",
    ):
        assert get(path).status_code in (307, 404), path  # the server sends away what is no address of its own


def test_a_file_that_is_not_the_indexed_one_is_not_shown(settings: Settings, get: Get) -> None:
    path = in_collection(settings, NAME).paths.corpus / "车 书.pdf"
    path.write_bytes(pdf(lambda canvas: write_lines(canvas, ["something else"])))
    assert get(page_address(NAME, "车 书.pdf", 1, [])).status_code == 404
    path.unlink()
    assert get(page_address(NAME, "车 书.pdf", 1, [])).status_code == 404


def test_the_report_of_a_run_is_served_apart_from_the_page(get: Get) -> None:
    case = make_case()
    folder = RunFolder.start(RUNS / "车 1", run_info([case]), [case])
    folder.append(make_record("<script>alert(1)</script> 3000份"))
    Path("secret").mkdir()
    shown = get(run_address("车 1", "zh"))
    assert shown.status_code == 200
    assert '<html lang="zh">' in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text
    assert "<script>alert" not in shown.text
    assert shown.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "allow-same-origin" not in shown.headers["content-security-policy"]
    for name in ("none", "..", "../secret", "车 1/run.json", "..%2fsecret"):
        assert get(run_address(name, "en")).status_code in (307, 404), name
    assert get("files/runs/车 1/run.json").status_code in (307, 404)
    assert get(run_address("车 1", "fr")).status_code == 422


def test_boxes_survive_their_address() -> None:
    boxes = [Box(1.0, 2.5, 30.0, 40.5), Box(0.0, 0.0, 595.3, 841.9)]
    text = page_address("c", "a b.pdf", 1, boxes).partition("boxes=")[2]
    assert boxes_of(httpx.QueryParams(f"b={text}")["b"]) == boxes
