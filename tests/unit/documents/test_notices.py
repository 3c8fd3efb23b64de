"""Warnings stay with what they say, and steps stay whole."""

from __future__ import annotations

import pytest
from shapes import cut

from report_qa.documents.blocks import Kind
from report_qa.documents.lists import NUMBERED_ITEM

BODY = "座椅可以前后移动、升降，靠背可以调节角度，头枕的高度也可以调节，调节时应当先停车。"


def kinds(text: str) -> list[tuple[str, Kind]]:
    """Return every line with its kind."""
    return [
        pair for section in cut(text, "a.md").sections
        for pair in zip(section.text.split("\n"), section.kinds, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("警告\n\n请勿触摸。", "警告：请勿触摸。"),
        ("**⚠ 注意**\n\n请勿触摸。", "⚠ 注意：请勿触摸。"),
        ("WARNING\n\nDo not touch.", "WARNING: Do not touch."),
        ("警告：请勿触摸。", "警告：请勿触摸。"),
        ("Caution! Do not touch.", "Caution! Do not touch."),
    ],
)
def test_a_label_and_what_it_says_are_one_warning(text: str, said: str) -> None:
    assert (said, Kind.WARNING) in kinds(f"# 手册\n\n## 座椅\n\n{BODY}\n\n{text}\n")


@pytest.mark.parametrize("text", ["注意力是有限的。", "警告牌放在车后。", "Notes are kept.", "说明书在手套箱里。"])
def test_a_word_that_only_begins_like_a_label_is_text(text: str) -> None:
    assert (text, Kind.PARAGRAPH) in kinds(f"# 手册\n\n## 座椅\n\n{BODY}\n\n{text}\n")


def test_a_warning_is_not_parted_from_what_stands_before_it() -> None:
    steps = "\n".join(f"{i}. {BODY}" for i in range(1, 9))
    text = f"# 手册\n\n## 座椅\n\n{BODY * 3}\n\n{steps}\n\n警告：行驶时请勿调节座椅。\n\n{BODY * 4}\n"
    sections = cut(text, "a.md", section_chars=400).sections
    (held,) = [section for section in sections if "警告" in section.text]
    assert "8. " in held.text


@pytest.mark.parametrize("count", [3, 7])
def test_steps_are_one_chunk_with_what_introduces_them(count: int) -> None:
    steps = "\n".join(f"{i}. 按下第{i}个按键，等待提示灯亮起。" for i in range(1, count + 1))
    chunks = cut(f"# 手册\n\n## 座椅\n\n{BODY}\n\n请按以下步骤操作：\n\n{steps}\n\n{BODY}\n", "a.md").chunks
    assert any(f"请按以下步骤操作：\n{steps}" in chunk.text for chunk in chunks)


def test_steps_longer_than_a_chunk_can_be_are_parted_between_steps() -> None:
    steps = "\n".join(f"{i}. {BODY}" for i in range(1, 31))
    chunks = [c.text for c in cut(f"# 手册\n\n## 座椅\n\n{steps}\n", "a.md", section_chars=5000).chunks]
    assert len(chunks) > 1
    assert all(NUMBERED_ITEM.match(chunk) for chunk in chunks)
    assert sum(chunk.count(BODY) for chunk in chunks) == 30
