"""Every page in both languages, light and dark: what can be read can be seen, what can be used has a name and a focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from drafting import MANUAL, DraftingModel, good
from fakes import HashingEmbedder, factory_of
from pages import Site
from playwright.sync_api import BrowserContext, Page, expect
from scripted import Opener, OpenerShelf

from report_qa.config import load_settings
from report_qa.doctor import examine
from report_qa.faq.generate import generate
from report_qa.faq.source import Sources
from report_qa.faq.store import FaqStore
from report_qa.providers.chat import ChatModel
from report_qa.providers.embedders import register_embedder
from report_qa.runtime.line import Line
from report_qa.runtime.measures import Measures
from report_qa.service import index_corpus
from report_qa.ui.status.desk import Operations

pytestmark = pytest.mark.browser

PAGES = {
    "": ".rqa-answered", "library": ".rql-nothing, .rql-collection", "review": "[data-pick]", "studio": ".rqs-table",
    "feedback": ".rqp-card", "evaluation": "#rqe-runs p", "status": ".rqt-findings",
}  # fmt: skip
"""What shows that a page is there."""
LEAST = 4.5
"""Contrast of text that WCAG 2.2 wants (1.4.3)."""
STILL = """
document.addEventListener('DOMContentLoaded', () => document.head.append(Object.assign(
  document.createElement('style'), {textContent: '* { transition: none !important; }'})));
"""
"""Colours on their way from one to another are not measured."""
SHOWN = """
const shown = (e) => {
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && !e.closest('[disabled], .sr-only, .rqa-offscreen');
};
"""
NAMELESS = f"""() => {{ {SHOWN}
const name = (e) => [e.ariaLabel, e.textContent, e.title, e.querySelector('img')?.alt, ...[...e.labels ?? []].map((l) => l.textContent)];
return [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
  .filter((e) => shown(e) && !name(e).some((said) => said?.trim())).map((e) => e.outerHTML.slice(0, 150));
}}"""
# relative luminance and contrast as WCAG 2.2 defines them
FAINT = f"""(least) => {{ {SHOWN}
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const over = (top, below) => below.map((v, i) => (top[i] * (top[3] ?? 1)) + v * (1 - (top[3] ?? 1)));
const behind = (e) => {{
  const layers = [];
  for (let at = e; at; at = at.parentElement) layers.unshift(parts(getComputedStyle(at).backgroundColor));
  return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
}};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
while (texts.nextNode()) {{
  const said = texts.currentNode.textContent.trim(), e = texts.currentNode.parentElement;
  if (!said || !shown(e) || e.closest('script, style, option, .or')) continue;
  const ground = behind(e), [a, b] = [light(over(parts(getComputedStyle(e).color), ground)), light(ground)].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < least) found.add(`${{said.slice(0, 40)}}: ${{((a + 0.05) / (b + 0.05)).toFixed(2)}}`);
}}
return [...found];
}}"""

MakeContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All pages, with something on each."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "car.md").write_text(MANUAL, encoding="utf-8")
    register_embedder("fake", factory_of(HashingEmbedder()))
    paths = {f"paths.{name}": str(folder / name) for name in ("corpus", "index", "library", "state", "models")}
    loaded = load_settings({**paths, "embedding.model": "fake"}, environment={})
    index_corpus(loaded.settings)
    chat = ChatModel(DraftingModel(script=good), "drafting@1", logprobs=False)
    generate(loaded.settings, FaqStore.open(loaded.settings), Sources.open(loaded.settings.paths.index), chat)
    line = Line()
    operations = Operations(
        loaded.listing(), partial(examine, loaded.settings, serving=True), lambda: frozenset(), Measures(line), line
    )
    opener = Opener()
    made = Site(opener, loaded.settings, OpenerShelf(opener), operations=operations)
    yield made
    made.close()


def ask(page: Page, question: str) -> None:
    before = page.locator("[data-outcome]").count()
    page.fill("#rqa-box textarea", question)
    page.press("#rqa-box textarea", "Enter")
    expect(page.locator("[data-outcome]")).to_have_count(before + 1)
    expect(page.locator("#rqa-send")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_texts_can_be_seen_and_controls_have_names(
    site: Site, make_context: MakeContext, look: str, locale: str
) -> None:
    context = make_context(locale=locale, color_scheme=look)
    context.add_init_script(STILL)
    page = context.new_page()
    page.goto(site.address)
    page.wait_for_selector("[data-state=ready]")
    ask(page, "unknown 谁发明了轮子？")
    page.click(".rqa-down")
    page.check("input[value=other]")
    page.click(".rqa-judge .rqa-button")
    page.wait_for_selector("[data-judged]")
    ask(page, "break")
    ask(page, "成本降了多少？")
    page.locator(".rqa-answered .rqa-chip").first.click()
    for address, there in PAGES.items():
        if address:
            page.goto(f"{site.address}{address}")
        page.wait_for_selector(there)
        theme = page.locator("[data-theme]")
        expect(theme).to_have_attribute("aria-label", "浅色或深色" if locale == "zh-CN" else "Light or dark")
        assert page.locator("html").get_attribute("lang") == locale[:2]
        assert page.evaluate(NAMELESS) == [], address
        assert page.evaluate(FAINT, LEAST) == [], address


def test_the_keyboard_reaches_everything_of_the_chat_and_its_focus_is_seen(
    site: Site, make_context: MakeContext
) -> None:
    page = make_context().new_page()
    page.goto(site.address)
    page.wait_for_selector("[data-state=ready]")
    ask(page, "成本降了多少？")
    page.locator("[data-theme]").focus()
    reached = []
    for _ in range(30):
        focused = page.locator(":focus")
        reached.append(focused.evaluate("e => e.textContent.trim() || e.ariaLabel || e.tagName"))
        ring = focused.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).borderColor")
        assert "solid" in ring or focused.evaluate("e => e.tagName") == "TEXTAREA"
        if focused.evaluate("e => Boolean(e.closest('#rqa-send'))"):
            break
        page.keyboard.press("Tab")
    for name in (
        "Library",
        "Status",
        "中文",
        "New conversation",
        "Edit question",
        "1",
        "Copy",
        "Right",
        "Save as Markdown",
        "Ask",
    ):
        assert name in reached, name
    order = [reached.index(name) for name in ("Library", "中文", "Edit question", "Copy", "Save as Markdown", "Ask")]
    assert order == sorted(order)
