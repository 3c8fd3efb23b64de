"""Every string of the interface, in English and Chinese, and the questions proposed to a newcomer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from report_qa.errors import UNEXPECTED as UNEXPECTED
from report_qa.errors import UNEXPECTED_REMEDY as UNEXPECTED_REMEDY
from report_qa.errors import Text
from report_qa.indexing.collections import ALL, DEFAULT
from report_qa.indexing.selection import names_in
from report_qa.qa.records import Stage
from report_qa.ui.contract import SourceDocument

Language = Literal["zh", "en"]

BRAND = Text("Report QA", "报告问答")
TAGLINE = Text(
    "Ask about the report. Every statement comes with the passage it rests on.",
    "就报告内容提问，每句回答都附有可核对的原文。",
)
ONLY_FROM = Text("Answers come only from: ", "回答只依据：")
EXAMPLES_TITLE = Text("Try one of these", "可以这样问")
PLACEHOLDER = Text("Ask in Chinese or English", "用中文或英文提问")
HINT = Text("Enter to send, Shift+Enter for a new line", "回车发送，Shift+回车换行")

SEND = Text("Ask", "提问")
STOP = Text("Stop", "停止")
NEW = Text("New conversation", "新对话")
OTHER_LANGUAGE = Text("中文", "English")
OTHER_LANGUAGE_LABEL = Text("切换到中文", "Switch to English")
THEME = Text("Light or dark", "浅色或深色")
TRY_AGAIN = Text("Try again", "重试")
RETRY = Text("Ask again", "重新回答")
COPY = Text("Copy", "复制")
COPIED = Text("Copied", "已复制")
GOOD = Text("Right", "答得对")
BAD = Text("Not right", "答得不对")
JUDGED_AS = {"up": Text("You called it right", "你认为答得对"), "down": Text("You called it wrong", "你认为答得不对")}
JUDGED = Text("Thank you. The reviewers will see it.", "谢谢，审核人员会看到。")
WHAT_IS_WRONG = Text("What is wrong?", "哪里不对？")
KINDS = {
    "wrong": Text("The answer is wrong", "答案有误"), "incomplete": Text("Something is missing", "不完整"),
    "citation": Text("The source does not say so", "出处不支持"),
    "should_answer": Text("The documents do answer it", "文档中其实有答案"), "other": Text("Something else", "其他"),
}  # fmt: skip
REASON_LINE = Text("In your words (not required)", "补充说明（可不填）")
SEND_JUDGEMENT = Text("Send", "提交")
KEPT_FOR_REVIEW = Text(
    "Your question, the answer and what you say here are kept for the reviewers.",
    "你的问题、回答以及这里的说明会保存下来，供审核人员查看。",
)
CONVERSATION = Text("Conversation", "对话")
COPY_ALL = Text("Copy conversation", "复制对话")
SAVE_ALL = Text("Save as Markdown", "下载 Markdown")
EDIT = Text("Edit question", "修改问题")
CANCEL = Text("Cancel", "取消")
CLOSE = Text("Close", "关闭")

ASK_PAGE = Text("Ask", "提问")
LIBRARY = Text("Library", "文档库")
REVIEW = Text("FAQ", "问答审核")
FEEDBACK = Text("Feedback", "反馈")
EVALUATION = Text("Evaluation", "评测")
STATUS = Text("Status", "状态")
PAGES_NAMED = Text("Pages", "页面")
COLLECTION = Text("Asking", "提问范围")
ALL_COLLECTIONS = Text("All collections", "全部文档集")
DEFAULT_COLLECTION = Text("Main documents", "主文档集")
SEVERAL = Text("Several…", "选多个…")
SEVERAL_TOGETHER = Text("Collections asked together", "一起提问的文档集")
DONE = Text("Done", "完成")

STARTING = Text("Starting… the models are being loaded.", "正在启动……正在加载模型。")
READY = Text("Ready", "就绪")
STARTING_SHORT = Text("Starting…", "启动中…")
NOT_READY = Text("Not ready", "未就绪")
NOT_READY_TITLE = Text("The service could not be started", "服务未能启动")

STAGES: Mapping[Stage, Text] = {
    Stage.UNDERSTANDING: Text("Understanding the question", "理解问题"),
    Stage.SEARCHING: Text("Searching", "检索"),
    Stage.READING: Text("Reading", "阅读"),
    Stage.WRITING: Text("Writing", "撰写"),
    Stage.CHECKING: Text("Checking", "核对"),
}
DRAFT = Text("Draft, not checked yet", "草稿，尚未核对")
SECONDS = Text("{n} s", "{n} 秒")
AHEAD = Text("Waiting: {n} ahead of you", "排队中：前面还有 {n} 个问题")

SOURCES = Text("Sources", "出处")
FOUND = Text("Passages found", "已找到的段落")
NEAREST = Text("Nearest passages", "最接近的段落")
NEAREST_STATEMENT = Text("Nearest statement; it may not answer the question", "最接近的一句，未必回答了问题")
EVIDENCE = Text("Passage", "原文")
EVIDENCE_EMPTY = Text("Choose a source to read it here.", "点选一条出处，即可在此查看原文。")
LINES = Text("lines {a}–{b}", "第 {a}–{b} 行")
LINE = Text("line {a}", "第 {a} 行")
PAGES = Text("page {pages}", "第 {pages} 页")
SHOW_PAGE = Text("Show page {page}", "查看第 {page} 页原貌")
PAGE_IMAGE = Text("Page {page} of {document}, the cited words marked", "{document} 第 {page} 页，引用处已标出")
CHART = Text("As a chart: {title}", "图示：{title}")
CHART_TOLD = Text("Bar chart of {title}. {values}", "条形图：{title}。{values}")
PICTURE = Text("Picture from: {heading}", "图片，出自：{heading}")
OPEN_SOURCE = Text("Open source {n}: {heading}", "查看出处 {n}：{heading}")
SEARCHED_AS = Text("Understood as: ", "理解为：")

NEXT = Text("You can ask next", "可以接着问")
MEANT = Text("Did you mean", "你是不是想问")
QUESTION = Text("Your question", "你的问题")
ANSWER = Text("Answer", "回答")
REFUSED_TITLE = Text("The documents do not say", "文档中没有答案")
FAILED_TITLE = Text("The answer failed", "回答出错")
STOPPED = Text("Stopped before an answer was finished.", "在得出答案之前已停止。")

TOO_LONG = Text(
    "The question has {n} characters, the limit is {limit}. Shorten it; your text is kept below.",
    "问题共 {n} 个字符，上限为 {limit}。请缩短；下方保留了原文。",
)
EDITING = Text("Editing your last question; asking replaces its answer.", "正在修改上一个问题，提问后将替换原回答。")
NOT_READY_NOTICE = Text("Not ready yet: ", "尚未就绪：")

KNOWN_EXAMPLES: Mapping[str, Mapping[Language, tuple[str, ...]]] = {
    "ai-transformation-report-2025": {
        "zh": ("广告素材用AI生成后成本降了多少？", "调研的有效样本有多少份？", "哪个行业最缺人才？"),
        "en": (
            "Which two kinds of risk worry companies most?",
            "How accurate was the car assistant before and after?",
            "What is AI transformation in essence?",
        ),
    },
}
"""Questions proposed for documents that are known, by file name without its ending."""

SECTION_EXAMPLE = Text("What does the text say about “{title}”?", "关于“{title}”，文中说了什么？")
MAX_EXAMPLES = 4
MAX_TITLE_CHARS = 40


def collection_name(name: str, language: str) -> str:
    """Return the name of a collection as it is shown, or of several: “sedan + suv”."""
    known = {DEFAULT: DEFAULT_COLLECTION, ALL: ALL_COLLECTIONS}
    return " + ".join(known[one].in_language(language) if one in known else one for one in names_in(name))


def known_examples(documents: Sequence[SourceDocument], language: Language) -> tuple[str, ...]:
    """Return the questions that were written for the first document that is known; none where none is."""
    names = (document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0] for document in documents)
    return next((KNOWN_EXAMPLES[name][language] for name in names if name in KNOWN_EXAMPLES), ())


def example_questions(documents: Sequence[SourceDocument], language: Language) -> tuple[str, ...]:
    """Return questions to propose, most of them in the interface's language.

    Args:
        documents: the documents in the index.
        language: the interface's language.
    """
    other: Language = "en" if language == "zh" else "zh"
    if known := known_examples(documents, language):
        return (*known, known_examples(documents, other)[0])
    titles = [s.title for d in documents for s in d.sections if 0 < len(s.title) <= MAX_TITLE_CHARS]
    distinct = list(dict.fromkeys(titles or [d.title for d in documents]))
    # from all over the documents, since the first sections tend to be covers and prefaces
    spread = distinct[:: max(1, len(distinct) // MAX_EXAMPLES)][:MAX_EXAMPLES]
    wording = SECTION_EXAMPLE.in_language(language)
    return tuple(wording.format(title=title) for title in spread)


def language_of(chosen: str, configured: str, accepted: str) -> Language:
    """Return the interface's language.

    Args:
        chosen: what the user switched to, or empty.
        configured: the setting, ``auto``, ``zh`` or ``en``.
        accepted: the browser's ``Accept-Language`` header.
    """
    for wanted in (chosen, configured):
        if wanted in ("zh", "en"):
            return "zh" if wanted == "zh" else "en"
    for tag in accepted.lower().split(","):
        if tag.strip().startswith(("zh", "en")):
            return "zh" if tag.strip().startswith("zh") else "en"
    return "en"
