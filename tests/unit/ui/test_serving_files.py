"""Of the disk, the page serves the pictures of its index and nothing else."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import quote

import gradio as gr
import httpx
from fastapi import FastAPI
from files import drawing

from report_qa.documents.readers.pictures import pictures_of
from report_qa.runtime.listening import Listening
from report_qa.ui.serving import mount


def test_pictures_are_served_and_other_files_are_not(tmp_path: Path) -> None:
    index = tmp_path / "索 引"
    pictures = pictures_of(index)
    pictures.mkdir(parents=True)
    (pictures / "a.png").write_bytes(drawing())
    (index / "manifest.json").write_text("{}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with gr.Blocks() as page:
        gr.HTML("page")
    app = FastAPI()
    mount(page, app, files=pictures)
    listening = Listening(app, "127.0.0.1", port)
    try:
        address = f"http://127.0.0.1:{port}/gradio_api/file="
        shown = httpx.get(address + quote(str(pictures / "a.png")), trust_env=False)
        assert (shown.status_code, shown.content) == (200, drawing())
        for hidden in (index / "manifest.json", pictures / ".." / "manifest.json", Path("/etc/hostname")):
            assert httpx.get(address + quote(str(hidden)), trust_env=False).status_code == 403
    finally:
        listening.close()
