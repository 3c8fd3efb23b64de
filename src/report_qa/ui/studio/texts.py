"""Every string of the studio page, in English and Chinese."""

from __future__ import annotations

from report_qa.errors import Text

TITLE = Text("FAQ studio", "问答工作台")
REVIEW = Text("Review ({n} waiting) →", "审核（{n} 条待审）→")
NAME = Text("Your name", "你的姓名")

DRAFTING = Text("Draft", "起草")
DRAFTING_HINT = Text(
    "Every section is drafted from once. Stopping keeps what is done; drafting again goes on from there.",
    "每一节只起草一次。停止后已完成的会保留，再次起草从停止处继续。",
)
LANGUAGE = Text("Language of the pairs", "问答语言")
LANGUAGES = {
    "auto": Text("as the document", "与文档相同"), "zh": Text("Chinese", "中文"), "en": Text("English", "英文"),
    "both": Text("both", "两种"),
}  # fmt: skip
DOCUMENT = Text("Document", "文档")
ALL = Text("all", "全部")
RETRY = Text("again where output was broken", "重新起草输出异常之处")
START = Text("Draft", "开始起草")
STOP = Text("Stop", "停止")
STARTING = Text("Waiting for the models…", "正在等待模型……")
STOPPING = Text("Stopping after the part under way…", "完成当前一段后停止……")
PROGRESS = Text(
    "{done} of {total} parts · {pairs} pairs · {rate:.1f} a minute · {left}",
    "第 {done}/{total} 段 · {pairs} 条 · 每分钟 {rate:.1f} 条 · {left}",
)
PACED = Text("{n} calls wait for their turn (faq.calls_per_minute)", "{n} 个调用等待中（faq.calls_per_minute）")
LEFT = Text("{n} min left", "约剩 {n} 分钟")
TOKENS = Text("{read} tokens read, {written} written", "读入 {read} 词元，写出 {written} 词元")
COST = Text("cost {cost:.4f}", "费用 {cost:.4f}")
DONE = Text(
    "Done: {pairs} pairs drafted, {tables} computed from tables.", "完成：起草 {pairs} 条，由表格计算 {tables} 条。"
)
STOPPED = Text(
    "Stopped: {pairs} pairs drafted, {tables} computed from tables; the rest waits.",
    "已停止：起草 {pairs} 条，由表格计算 {tables} 条；其余待起草。",
)
HELD = Text(
    "{n} more were held back, since a check fails; they are among the rejected ones.",
    "另有 {n} 条未通过检查，未送审，可在“已驳回”中查看。",
)
NOTHING_LEFT = Text("Every section was drafted from before.", "所有章节此前均已起草。")
FOUND = Text(
    "{merged} merged, {duplicates} near repeats, {conflicts} contradictions, {lost} not found back by a search, "
    "{draft_only} only by the draft's wording.",
    "合并 {merged} 条，近似 {duplicates} 对，矛盾 {conflicts} 对，{lost} 条检索不回依据，"
    "{draft_only} 条仅草稿的问法能检索到。",
)
ODD = Text("Not as it should be: {odd}.", "异常：{odd}。")
OUTCOMES = {
    "empty": Text("{n} without a pair", "{n} 段无问答"), "broken": Text("{n} unreadable", "{n} 段无法读取"),
    "cut": Text("{n} cut off", "{n} 段被截断"), "failed": Text("{n} failed", "{n} 段失败"),
}  # fmt: skip

COVERAGE = Text("Coverage", "覆盖情况")
COVERAGE_LINE = Text(
    "{asked} of {facts} facts are asked; {empty} of {sections} sections have no pair.",
    "{facts} 个事实中问到 {asked} 个；{sections} 节中有 {empty} 节没有问答。",
)
SECTION = Text("Section", "章节")
PAIRS = Text("Pairs", "问答")
FACTS = Text("Facts asked", "问到的事实")
GAPS = Text("not asked: {facts}", "未问到：{facts}")

RELEASES = Text("Releases", "发布")
WAITING = Text("{n} approved pairs are not in the release that is served.", "{n} 条已通过的问答尚未发布。")
NOTE = Text("What the release is for", "发布说明")
PUBLISH = Text("Publish the approved pairs", "发布已通过的问答")
NO_RELEASE = Text("Nothing is published yet.", "尚未发布。")
RELEASE_ROW = Text("Release {n} · {size} pairs", "第 {n} 版 · {size} 条")
SERVED = Text("served", "使用中")
SERVE = Text("Serve this one", "使用此版")
PUBLISHED = Text("Release {n}: {size} pairs, now served.", "第 {n} 版：{size} 条，已开始使用。")
LEFT_OUT = Text("Left out, evidence not in the documents: {pairs}.", "未收入，文档中找不到依据：{pairs}。")
CARRIED = Text("Being edited, so as in the release before: {pairs}.", "正在修改，沿用上一版：{pairs}。")
ROLLED_BACK = Text("Release {n} is served ({size} pairs).", "现使用第 {n} 版（{size} 条）。")
NO_NAME = Text("No name was given.", "没有填写姓名。")
NO_NAME_REMEDY = Text("Enter yours at the top; it goes into the history.", "请在页面上方填写，它会记入更改记录。")

FILES = Text("Files", "文件")
LAYOUT = Text("Layout", "格式")
BY_HEADER = Text("told by the header", "按表头识别")
ENDING = Text("Kind of file", "文件类型")
EXPORT = Text("Export", "导出")
IMPORT_FILE = Text("File to import", "要导入的文件")
DRY_RUN = Text("only say what would happen", "仅试运行")
IMPORT = Text("Import as drafts", "导入为草稿")
STOP_IMPORT = Text("Stop the import", "停止导入")
TAKEN_SO_FAR = Text("{done} of {total} pairs looked up in the documents", "已在文档中查找 {done}/{total} 条的依据")
READING_FILE = Text("Reading the file…", "正在读取文件……")
TAKING = Text("A file is being imported.", "正在导入另一个文件。")
TAKING_REMEDY = Text("Wait until it is done, or stop it.", "请等它完成，或停止它。")
TAKING_STOPPED = Text("The import was stopped; no row was taken.", "导入已停止，没有写入任何一行。")
TAKING_STOPPED_REMEDY = Text("Import the file again when you like.", "需要时可重新导入。")
IMPORTED = Text(
    "{rows} rows of layout {layout}: {added} new drafts, {merged} merged into pairs, {unchanged} repeats, "
    "{failed} not taken.",
    "{layout} 格式共 {rows} 行：新草稿 {added} 条，并入已有 {merged} 行，重复 {unchanged} 行，未导入 {failed} 行。",
)
ALIKE = Text(
    "{duplicates} near repeats and {conflicts} contradictions: {pairs} pairs are flagged.",
    "近似 {duplicates} 对，矛盾 {conflicts} 对：已标记 {pairs} 条。",
)
TRIED = Text("Dry run: nothing was written.", "试运行：没有写入任何内容。")
ROW = Text("row {n}: {reason}", "第 {n} 行：{reason}")
NO_FILE = Text("Choose a file first.", "请先选择文件。")
FAILED_ROWS = Text("Rows that were not taken", "未导入的行")
