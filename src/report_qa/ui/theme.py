"""Our look: one palette for our pages and the framework's controls, system fonts only, our style sheet and script."""

from __future__ import annotations

from importlib.resources import files

import gradio as gr
from gradio.themes.utils.fonts import Font

_PALETTE = {
    "page": ("#f5f6f4", "#14181a"),
    "surface": ("#ffffff", "#1c2224"),
    "sunken": ("#eceeeb", "#252c2e"),
    "line": ("#d9ddd8", "#343d40"),
    "ink": ("#1c2427", "#e6eae8"),
    "soft": ("#56625f", "#a3afac"),
    "accent": ("#0d6b64", "#6cc7ba"),
    "accent-ink": ("#ffffff", "#0d2320"),
    "accent-deep": ("#0d6b64", "#2a7f76"),
    "accent-soft": ("#e0efec", "#20393a"),
    "mark": ("#ffe79b", "#6b5616"),
    "neutral": ("#f0ede4", "#27261f"),
    "neutral-line": ("#b9ad8d", "#7d7354"),
    "bad": ("#a32c2c", "#f0918b"),
    "bad-soft": ("#fbeceb", "#332020"),
}
"""Colours by name, light and dark; style sheets know them as ``--rqa-NAME``."""
_CONTROLS = {
    "page": "body_background_fill background_fill_primary background_fill_secondary",
    "surface": "block_background_fill block_label_background_fill input_background_fill "
    "input_background_fill_focus input_background_fill_hover checkbox_background_color checkbox_background_color_hover "
    "checkbox_background_color_focus button_secondary_background_fill button_cancel_background_fill",
    "sunken": "button_secondary_background_fill_hover",
    "line": "border_color_primary block_border_color input_border_color input_border_color_hover "
    "button_secondary_border_color button_secondary_border_color_hover",
    "ink": "body_text_color button_secondary_text_color button_secondary_text_color_hover",
    "soft": "body_text_color_subdued block_info_text_color block_label_text_color block_title_text_color "
    "input_placeholder_color checkbox_border_color checkbox_border_color_hover",
    "accent": "border_color_accent input_border_color_focus checkbox_border_color_focus "
    "checkbox_border_color_selected button_primary_background_fill button_primary_background_fill_hover "
    "button_primary_border_color button_primary_border_color_hover loader_color "
    "link_text_color link_text_color_hover link_text_color_active link_text_color_visited",
    "accent-ink": "button_primary_text_color button_primary_text_color_hover",
    "accent-deep": "checkbox_background_color_selected",
    "accent-soft": "color_accent_soft",
    "bad": "button_cancel_text_color button_cancel_text_color_hover button_cancel_border_color "
    "button_cancel_border_color_hover",
    "bad-soft": "button_cancel_background_fill_hover",
}
"""Which of the framework's colours are which of ours; its login page has these alone, and no style sheet of ours."""
_SHAPES = {
    "block_radius": "8px", "input_radius": "8px", "checkbox_border_radius": "4px", "block_shadow": "none",
    "input_border_width": "1px", "input_shadow": "none", "input_shadow_focus": "none", "button_border_width": "1px",
    "button_large_radius": "8px", "button_medium_radius": "8px", "button_small_radius": "8px",
    "button_large_text_weight": "600", "button_medium_text_weight": "500", "button_small_text_weight": "500",
    "button_primary_shadow": "none", "button_secondary_shadow": "none",
}  # fmt: skip
_LATIN = ("-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial")
_CHINESE = ("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")


def make_theme() -> gr.themes.Base:
    """Return the theme; its fonts are the reader's own, so that nothing is fetched from elsewhere."""
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=[Font(name) for name in (*_LATIN, *_CHINESE)],
        font_mono=[Font("ui-monospace"), Font("Consolas"), Font("monospace")],
    )
    colours = {}
    for name, controls in _CONTROLS.items():
        for control in controls.split():
            colours[control], colours[f"{control}_dark"] = _PALETTE[name]
    return theme.set(**colours, **_SHAPES)


def style() -> str:
    """Return the page's style sheet, with the palette."""
    light, dark = ("".join(f"--rqa-{name}: {pair[i]};" for name, pair in _PALETTE.items()) for i in (0, 1))
    sheets = ("style.css", "review/review.css", "studio/studio.css", "library/library.css", "evaluation/evaluation.css",
              "judging.css", "plain.css", "feedback/feedback.css", "status/status.css")  # fmt: skip
    return f":root {{{light}}} .dark {{{dark}}}\n" + "".join(map(_read, sheets))


def head() -> str:
    """Return what goes into the page's head: the script, inline."""
    script = _read("script.js") + _read("review/review.js")
    return f'<meta name="referrer" content="no-referrer"><script>{script}</script>'


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
