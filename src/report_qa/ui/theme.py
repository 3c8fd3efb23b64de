"""Our look: system fonts only, one calm accent, and the page's own style sheet and script."""

from __future__ import annotations

from importlib.resources import files

import gradio as gr
from gradio.themes.utils.fonts import Font

_LATIN = ("-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial")
_CHINESE = ("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")


def make_theme() -> gr.themes.Base:
    """Return the theme; its fonts are the reader's own, so that nothing is fetched from elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=[Font(name) for name in (*_LATIN, *_CHINESE)],
        font_mono=[Font("ui-monospace"), Font("Consolas"), Font("monospace")],
    )


def style() -> str:
    """Return the page's style sheet."""
    sheets = ("style.css", "review/review.css", "studio/studio.css", "library/library.css", "evaluation/evaluation.css",
              "judging.css", "plain.css", "feedback/feedback.css", "status/status.css")  # fmt: skip
    return "".join(map(_read, sheets))


def head() -> str:
    """Return what goes into the page's head: the script, inline."""
    script = _read("script.js") + _read("review/review.js")
    return f'<meta name="referrer" content="no-referrer"><script>{script}</script>'


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
