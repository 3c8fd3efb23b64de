"""The walk-through of the FAQ, from the sample manual's PDF to a served answer with its picture, both ways."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from drafting import DraftingModel
from fakes import HashingEmbedder, factory_of
from pages import Site
from playwright.sync_api import BrowserContext, expect
from scripted import Opener
from typer.testing import CliRunner

from report_qa.cli import app
from report_qa.config import load_settings
from report_qa.faq.records import State
from report_qa.faq.store import FaqStore
from report_qa.providers.chat import ChatModel, register_chat
from report_qa.providers.embedders import register_embedder
from report_qa.shelf import Shelf

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("TESTS_CHROMIUM", "/usr/bin/chromium"))
QUESTION = "降低头枕时按住哪个按钮？"
ANSWER = "升高时直接向上拉；降低时按住图 3-3 中的按钮 1，同时向下压。"
Command = Callable[..., str]


def drafts(sentence: str) -> str:
    """Draft a pair on the head restraint, and none elsewhere."""
    asked = {"question": QUESTION, "casual": "头枕咋升降"} if sentence == ANSWER else {"question": ""}
    return json.dumps(asked, ensure_ascii=False)


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample manual, printed to PDF by Chromium."""
    out = tmp_path_factory.mktemp("manual")
    # a process of its own, since Playwright runs once in a thread, and other tests hold it
    command = [sys.executable, ROOT / "scripts" / "build_manual.py", out, "--chromium", CHROMIUM]
    subprocess.run(command, check=True)
    return out / "zh" / "manual.pdf"


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    """Settings over empty folders, with a model that drafts what the test wants."""
    register_embedder("fake", factory_of(HashingEmbedder()))
    model = DraftingModel(script=drafts)
    register_chat("drafting", lambda settings, progress: ChatModel(model, "drafting@1", logprobs=False))
    folders = {f"paths.{name}": str(tmp_path / name) for name in ("corpus", "index", "library", "state")}
    return folders | {"embedding.model": "fake", "llm.provider": "drafting"}


@pytest.fixture
def command(values: dict[str, str]) -> Command:
    options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["--language", "en", *options, *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_by_command_line(manual: Path, command: Command, tmp_path: Path) -> None:
    command("import", str(manual), "--collection", "manual")
    assert "1 pairs drafted" in command("faq", "generate", "--collection", "manual")
    assert "facts are asked" in command("faq", "coverage", "--collection", "manual")
    (listed,) = command("faq", "list", "--collection", "manual", "--text", QUESTION).splitlines()
    number = listed.split()[0].removeprefix("#")
    shown = command("faq", "show", number, "--collection", "manual")
    assert "图 3-3" in shown
    picture = next(Path(line.split("] ")[1]) for line in shown.splitlines() if "头枕的高度锁止按钮" in line)
    assert picture.is_file()
    assert "[approved]" in command("faq", "approve", number, "--collection", "manual", "--by", "ann")
    assert "Release 1" in command("faq", "publish", "--collection", "manual", "--by", "ann", "--note", "first")
    answer = json.loads(command("ask", QUESTION, "--collection", "manual", "--json"))
    assert answer["status"] == "answered"
    assert answer["answer"].startswith(ANSWER)
    assert "图 3-3" in json.dumps(answer["citations"], ensure_ascii=False)


def test_by_web_page(
    manual: Path, command: Command, values: dict[str, str], make_context: Callable[..., BrowserContext]
) -> None:
    settings = load_settings(values, environment={}).settings
    settings.paths.corpus.mkdir()
    shutil.copy(manual, settings.paths.corpus)
    command("index")
    command("faq", "generate")
    store = FaqStore.open(settings)
    site = Site(Opener(), settings=settings, shelf=Shelf(settings))
    page = make_context().new_page()
    page.goto(site.address)
    page.wait_for_selector("[data-state=ready]")
    page.goto(f"{site.address}review")
    expect(page.locator("[data-pick]").first).to_be_visible()
    page.fill("#rqf-name textarea, #rqf-name input", "Ann")
    page.locator("#rqf-filters input, #rqf-filters textarea").last.fill("降低头枕时")
    page.keyboard.press("Enter")
    expect(page.locator(".rqf-count")).to_have_text("1 pairs")
    expect(page.locator("#rqf-source img").first).to_be_visible()
    page.locator("#rqf-facts").click()
    page.keyboard.press("a")
    expect(page.locator(".rqf-done")).to_contain_text("approved")
    assert [pair.question for pair in store.pairs([State.APPROVED])] == [QUESTION]
    page.goto(f"{site.address}studio")
    page.fill("#rqs-name input, #rqs-name textarea", "Ann")
    page.click("#rqs-publish")
    expect(page.locator("#rqs-notice")).to_contain_text("Release 1: 1 pairs, now served")
    page.goto(site.address)
    page.wait_for_selector("[data-state=ready]")
    page.fill("#rqa-box textarea", QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text("升高时直接向上拉").first).to_be_visible()
    expect(page.locator(".rqa-text .rqa-pictures img").first).to_be_visible()
    site.close()
