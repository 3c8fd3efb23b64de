"""The strings of the evaluation page, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from report_qa.errors import Text

TITLE = Text("Evaluation", "评测")
ABOUT = Text(
    "How right the answers are, measured on questions whose answers are known.", "用答案已知的问题衡量回答的准确程度。"
)

NEW = Text("New run", "新建评测")
NEW_HINT = Text(
    "Asks “{collection}”, as chosen in the chat, through the same service; who asks meanwhile is answered between two "
    "cases.",
    "按提问页的选择向“{collection}”提问，与提问页使用同一服务；期间的提问会在两个用例之间得到回答。",
)
DATASET = Text("Dataset", "数据集")
DATASET_CASES = Text("{name} ({n} cases)", "{name}（{n} 个用例）")
UPLOAD = Text("Upload a dataset (.jsonl)…", "上传数据集（.jsonl）…")
UPLOADED = Text("{name}: {n} cases, chosen below.", "{name}：{n} 个用例，已在下方选中。")
SYSTEMS = Text("Systems", "系统")
SYSTEM_NAMES: Mapping[str, Text] = {
    "ours": Text("ours: this system", "ours：本系统"),
    "naive": Text("naive: the tutorial pipeline", "naive：教程式流程"),
    "bm25": Text("bm25: keywords only", "bm25：仅关键词"),
    "closed-book": Text("closed-book: no documents", "closed-book：不看文档"),
    "oracle": Text("oracle: given the evidence", "oracle：直接给出证据"),
}
LIMIT = Text("Cases, the first (0: all)", "用例数，取前若干（0 为全部）")
NAME = Text("Name (default: that of the dataset)", "名称（默认同数据集）")
START = Text("Start", "开始")
STOP = Text("Stop", "停止")

OPENING = Text("{name}: loading models and index…", "{name}：正在加载模型与索引……")
MEASURING = Text("{name}: {done} of {total} answers", "{name}：已有 {done}/{total} 个回答")
WAITING = Text("waiting for {n} question(s) of visitors", "等待 {n} 个访客提问")
LAST = Text("{system} · {case}: {verdict} ({seconds} s)", "{system} · {case}：{verdict}（{seconds} 秒）")
STOPPING = Text("Stopping after the case under way…", "将在当前用例完成后停止……")
STOPPED = Text(
    "{name}: stopped at {done} of {total} answers; all of them are kept.",
    "{name}：已停止，{done}/{total} 个回答均已保存。",
)
BROKEN_OFF = Text(
    "{name}: broken off at {done} of {total} answers; all of them are kept.",
    "{name}：中断，{done}/{total} 个回答均已保存。",
)
NOT_BEGUN = Text("{name}: not begun.", "{name}：未能开始。")
FINISHED = Text("{name}: finished, {total} answers.", "{name}：已完成，共 {total} 个回答。")

RUNS = Text("Runs", "评测记录")
NO_RUNS = Text(
    "There is no run yet. Upload a dataset above and start one, or use 'report-qa eval run DATASET.jsonl'.",
    "还没有评测记录。请在上方上传数据集并开始，或运行 report-qa eval run 数据集.jsonl。",
)
CASES = Text("{n} cases", "{n} 个用例")
COMPLETE = Text("finished", "已完成")
PARTIAL = Text("{done} of {total}", "{done}/{total}")
READ = Text("Read", "查看")
READ_LABEL = Text("Read the report of {name}", "查看 {name} 的报告")
GO_ON = Text("Go on", "继续")
GO_ON_LABEL = Text("Go on with {name}", "继续 {name}")
REPORT = Text("Report: {name}", "报告：{name}")
NEW_TAB = Text("Open in a tab of its own", "在新标签页打开")

COMPARE = Text("Compare", "对比")
COMPARE_HINT = Text(
    "Two finished systems over the same dataset, case by case: what changed, was won and lost, and whether it can be "
    "chance.",
    "逐用例对比同一数据集上两个已完成的系统：变化、变好与变差的用例，以及是否可能出于偶然。",
)
BEFORE = Text("A (before)", "A（之前）")
AFTER = Text("B (after)", "B（之后）")
COMPARE_BUTTON = Text("Compare", "对比")
CHANGED = Text("What differs in the configurations", "配置差异")
