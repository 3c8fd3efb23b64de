"""The table of settings in docs/settings.md, generated from the code.

Run ``python scripts/settings_table.py`` to print it, with ``--write`` to put it into the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from platformdirs import user_cache_path
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from report_qa.config import Settings
from report_qa.ui.status.render import descriptions_zh

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def table() -> str:
    """Return the settings as a Markdown table."""
    rows = ["| setting | default | allowed | what it is | 说明 |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {' | '.join(cells)} |" for cells in _rows(Settings(), "")]
    return "\n".join(rows)


def page(text: str) -> str:
    """Return the page with its table brought up to date."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _rows(section: BaseModel, at: str) -> Iterator[tuple[str, str, str, str, str]]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _rows(value, f"{at}{name}.")
        else:
            chinese = descriptions_zh()[f"{at}{name}"]
            yield f"`{at}{name}`", _default(value), _allowed(field), field.description or "", chinese


def _default(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Path):
        # the user's cache folder is another one on every machine
        return f"`{value.as_posix().replace(user_cache_path().as_posix(), '<user cache>')}`"
    return f"`{value}`"


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    if field.annotation is bool:
        return "`true`, `false`"
    bounds = {key: getattr(rule, key) for rule in field.metadata for key in ("gt", "ge", "le") if hasattr(rule, key)}
    if "le" not in bounds:
        return ""
    return f"{bounds['ge']} to {bounds['le']}" if "ge" in bounds else f"above {bounds['gt']}, to {bounds['le']}"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(table())
