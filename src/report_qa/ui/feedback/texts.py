"""Every string of the feedback page, in English and Chinese."""

from __future__ import annotations

from report_qa.errors import Text

TITLE = Text("Feedback", "反馈")
ABOUT = Text(
    "What people said of answers, on the page and by the API. Make of it a FAQ draft or an evaluation case.",
    "网页与 API 收到的对回答的评价。可据此生成问答草稿或评测用例。",
)
DOWN = Text("Called wrong", "被认为有误")
UP = Text("Called right", "被认为正确")
WAITING = Text("Questions: {n}", "{n} 个问题")
EMPTY = Text("Nothing waits here.", "没有待处理的反馈。")
OLDER = Text("Only the newest {n} are shown.", "仅显示最新的 {n} 条。")
COUNT = Text("{n}×", "{n} 次")
NO_ANSWER = Text("refused: the documents do not say", "未回答：文档中没有答案")
FAILED = Text("failed", "出错")
QUOTED = Text("It quoted", "当时引用")

DRAFT = Text("Write FAQ", "写成问答")
CASE = Text("Make a case", "生成用例")
ASIDE = Text("Set aside", "忽略")
GOLD = Text("The right answer", "正确答案")
FACTS = Text(
    "What it must hold: one fact a line, other forms of it after | (empty: its numbers, or all of it)",
    "答案必须包含的要点：每行一个，其他表述用 | 隔开（留空则取其中的数字，没有数字时取整句）",
)
EVIDENCE = Text("The sentences that say so, one a line", "依据的原文，每行一句")
UNANSWERABLE = Text("The documents do not say; it is to be refused", "文档中没有答案，应当拒答")
SAVE_CASE = Text("Keep the case", "保存用例")

CASES = Text("Evaluation cases", "评测用例")
CASES_HINT = Text(
    "{n} kept. Measure them on the evaluation page, or with 'report-qa eval run'.",
    "已保存 {n} 条。可在评测页面或用 report-qa eval run 评测。",
)
DOWNLOAD = Text("Download JSONL", "下载 JSONL")

DRAFTED = Text("Draft {n} waits in the review of {collection}.", "草稿 {n} 已在“{collection}”的审核中等待。")
CASE_KEPT = Text("The case is kept.", "用例已保存。")
PUT_ASIDE = Text("It is set aside.", "已忽略。")

GONE = Text("Somebody has dealt with it already.", "这条反馈已被处理。")
GONE_REMEDY = Text("Load the page anew.", "请刷新页面。")
IN_SEVERAL = Text(
    "The question was asked in several collections, and nothing that is quoted tells which one a pair belongs to.",
    "该问题是在多个文档集中提出的，引用的原文也无法说明问答应归入哪一个文档集。",
)
IN_SEVERAL_REMEDY = Text(
    "Make a case of it with the button beside, or ask it in one collection and judge it there.",
    "请点击旁边的“生成用例”，或在某一个文档集中重新提问并评价。",
)
BAD_CASE = Text("It cannot be a case: {problem}.", "无法生成用例：{problem}。")
BAD_CASE_REMEDY = Text("Mend the fields and keep it again; nothing was lost.", "请修改后重新保存，已填内容仍在。")
NO_GOLD = Text("there is no right answer", "没有填写正确答案")
