"""Every string of the review page, in English and Chinese."""

from __future__ import annotations

from report_qa.errors import Text

TITLE = Text("FAQ review", "问答审核")
STUDIO = Text("Studio: draft, publish", "工作台：起草、发布")
NAME = Text("Your name", "你的姓名")
STATE = Text("State", "状态")
OPEN = Text("waiting for review", "待审核")
ALL = Text("all", "全部")
FLAG = Text("Flag", "标记")
ANY = Text("any or none", "不限")
DOCUMENT = Text("Document", "文档")
SEARCH = Text("Words in question, answer or heading", "问题、回答或标题中的词")
ASSIGNMENT = Text("Assigned", "分配")
MINE = Text("to me", "分配给我")
NOBODY = Text("to nobody", "未分配")
ASSIGNEE = Text("assigned to {who}", "已分配给 {who}")
QUEUE = Text("{n} pairs", "{n} 条")
EMPTY = Text(
    "No pair fits. Draft some in the studio, or with 'report-qa faq generate'.",
    "没有符合的问答。可在工作台或用 report-qa faq generate 起草。",
)
QUESTION = Text("Question", "问题")
ANSWER = Text("Answer", "回答")
SIMILAR = Text("Other wordings, one a line", "相似问法，每行一个")
NEGATIVE = Text("Must not get this answer, one a line", "不应得到此回答的问题，每行一个")
QUOTE = Text("Evidence, verbatim", "依据（原文）")
REASON = Text("Reason for rejecting", "驳回原因")
APPROVE = Text("Approve (A)", "通过 (A)")
ANYWAY = Text("in spite of flags", "忽略标记")
SAVE = Text("Save (Ctrl+Enter)", "保存 (Ctrl+Enter)")
TO = Text("Assign to", "分配给")
ASSIGN = Text("Assign (G)", "分配 (G)")
REJECT = Text("Reject (R)", "驳回 (R)")
NEXT = Text("Next (J)", "下一条 (J)")
PREVIOUS = Text("Previous (K)", "上一条 (K)")
UNDO = Text("Undo (U)", "撤销 (U)")
BULK = Text("Approve all {n} without flags", "通过全部 {n} 条无标记")
BULK_REJECT = Text("Reject all {n} listed, for the reason below", "按下方原因驳回所列 {n} 条")
BULK_ASSIGN = Text("Assign all {n} listed, to the name below", "把所列 {n} 条分配给下方审核人")
SOURCE = Text("Source", "原文")
NO_SOURCE = Text("The evidence stands in no indexed document.", "依据不在任何已索引的文档中。")
HISTORY = Text("Changes", "更改记录")
NO_NAME = Text("Enter your name first; it goes into the history.", "请先填写姓名，它会记入更改记录。")
SAVED = Text("Pair {n} saved.", "第 {n} 条已保存。")
APPROVED = Text("Pair {n} approved.", "第 {n} 条已通过。")
REJECTED = Text("Pair {n} rejected.", "第 {n} 条已驳回。")
UNDONE = Text("Pair {n}: the last change was taken back.", "第 {n} 条：已撤销最后一次更改。")
BULK_DONE = Text("{n} pairs approved.", "已通过 {n} 条。")
BULK_REJECTED = Text("{n} pairs rejected.", "已驳回 {n} 条。")
BULK_ASSIGNED = Text("{n} pairs assigned.", "已分配 {n} 条。")
NO_REVIEWER = Text("Enter the reviewer to assign to first.", "请先填写要分配给的审核人。")
ASSIGNED = Text("Pair {n} assigned.", "第 {n} 条已分配。")
NO_REASON = Text("Enter the reason for rejecting first.", "请先填写驳回原因。")
TYPES = {
    "fact": Text("fact", "事实"), "procedure": Text("steps", "步骤"), "comparison": Text("comparison", "比较"),
    "definition": Text("definition", "定义"), "warning": Text("warning", "警告"),
}  # fmt: skip
SOURCES = {
    "model": Text("drafted by the model", "模型起草"), "table": Text("from a table", "由表格计算"),
    "list": Text("from a list", "由列表计算"), "import": Text("imported", "导入"), "gap": Text("asked", "来自提问"),
    "hand": Text("by hand", "人工编写"),
}  # fmt: skip
CELL = Text("Table: {cell}", "表格：{cell}")
EFFORT = Text(
    "{approved} approved · {share} without an edit · {minutes} min per 100 · saving {saving} against {hand} min a pair",
    "已通过 {approved} 条 · 未改动 {share} · 每 100 条 {minutes} 分钟 · 与手写每条 {hand} 分钟相比节省 {saving}",
)
"""The figures are those of :class:`report_qa.faq.effort.Effort`."""
