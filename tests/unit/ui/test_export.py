"""A conversation as Markdown: citations with their places, refusals and failures as such, and no markup from outside."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from report_qa.errors import Text
from report_qa.ui.export import conversation_markdown, plain, share_html
from report_qa.ui.state import Exchange, Source

SOURCE = Source(
    1, "a.pdf", "年报", ("年报", "样本"), "共回收3164份。其中有效样本2887份。", ((11, 20),), 3, 4, cited=True, pages=(2,),
    collection="reports",
)  # fmt: skip
UNCITED = Source(2, "b.md", "乙", ("别处",), "无关。", (), 1, 1)
NEAREST = Source(2, "b.md", "乙", ("客流",), "客流增长12%。", ((0, 7),), 5, 5)
CONVERSATION = (
    Exchange("有效样本有多少份？", "answered", "zh", "2887份[1]。", sources=(SOURCE, UNCITED), collection="reports"),
    Exchange(
        "利润呢？",
        "refused",
        "zh",
        "文档没有说。",
        sources=(replace(UNCITED, number=3), NEAREST),
        nearest="客流增长12%。 [2]",
    ),
    Exchange("再问", "failed", problem=Text("No model.", "没有模型。"), remedy=Text("Fetch it.", "请下载。")),
    Exchange("算了"),
)


def test_a_conversation_is_told_as_it_was() -> None:
    assert conversation_markdown(CONVERSATION, "zh") == (
        "# 报告问答 · 对话\n\n"
        "## 1. 有效样本有多少份？\n\n"
        "提问范围：reports\n\n"
        "2887份[1]。\n\n"
        "出处：\n\n"
        "- \\[1\\] 年报 › 样本 (reports / a.pdf · 第 2 页)\n"
        "  > 有效样本2887份\n\n"
        "## 2. 利润呢？\n\n"
        "**文档中没有答案**\n\n"
        "文档没有说。\n\n"
        "最接近的一句，未必回答了问题：\n\n> 客流增长12%。 [2]\n\n"
        "出处：\n\n"
        "- \\[2\\] 乙 › 客流 (b.md · 第 5 行)\n"
        "  > 客流增长12%\n\n"
        "## 3. 再问\n\n**回答出错**\n\n没有模型。 请下载。\n\n"
        "## 4. 算了\n\n**在得出答案之前已停止。**\n"
    )


def test_the_words_around_it_are_in_the_language_of_the_interface() -> None:
    told = conversation_markdown(CONVERSATION, "en")
    for wanted in (
        "# Report QA · Conversation",
        "**The documents do not say**",
        "**The answer failed**",
        "page 2",
        "line 5",
    ):
        assert wanted in told


@given(st.text(alphabet="ab 甲\n<>*_`#![](){}\\|-+=~&1.:/\"'", max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    html = MarkdownIt("commonmark").render(f"x {plain(text)}")
    for forbidden in ("<img", "<a ", "<em", "<strong", "<code", "<h1", "<h2", "<blockquote", "<script", "<b"):
        assert forbidden not in html.replace("<br", "")


def test_nothing_is_offered_before_there_is_a_conversation() -> None:
    assert share_html((), "en") == ""
    shown = share_html((Exchange('<img src=x>"', "answered", "en", "1[1]."),), "en")
    assert "<img" not in shown
    assert shown.count("data-share=") == 2
