"""Every string of the status page, in English and Chinese."""

from __future__ import annotations

from report_qa.errors import Text

TITLE = Text("Status", "状态")
ABOUT = Text("What runs here, and whether all is well.", "当前运行的内容，以及是否一切正常。")

HEALTH = Text("Health", "健康检查")
EXAMINING = Text("Checking…", "正在检查……")
EXAMINE = Text("Check again", "重新检查")
ALL_WELL = Text("All is well.", "一切正常。")
FINDINGS = Text("Errors: {errors}, warnings: {warnings}.", "{errors} 处错误，{warnings} 处警告。")
SEVERITIES = {"ok": Text("ok", "正常"), "warning": Text("warning", "警告"), "error": Text("error", "错误")}

USAGE = Text("Usage", "用量")
USAGE_HINT = Text(
    "Since the program was started, page and API together. In line now: {n} of {limit}.",
    "自程序启动以来，网页与 API 合计。当前队列：{n}/{limit}。",
)
NO_QUESTION = Text("No question yet.", "还没有问题。")
OUTCOME = Text("Outcome", "结果")
OUTCOMES = {
    "answered": Text("answered", "已回答"), "refused": Text("refused", "未回答"), "failed": Text("failed", "出错"),
    "left": Text("stopped or left", "停止或离开"),
}  # fmt: skip
QUESTIONS = Text("Questions", "问题数")
HALF = Text("Half within", "半数不超过")
MOST = Text("Nine of ten within", "九成不超过")
SECONDS = Text("{n:g} s", "{n:g} 秒")
LONGER = Text("longer", "更久")

MODELS = Text("Models", "模型")
ROLE = Text("Use", "用途")
ROLES = {
    "llm": Text("answers", "回答"), "embedding": Text("finds", "检索"), "reranker": Text("ranks", "重排"),
}  # fmt: skip
NAME = Text("Name", "名称")
STATE = Text("State", "状态")
PLACE = Text("File or endpoint", "文件或服务地址")
LOADED = Text("loaded", "已加载")
PRESENT = Text("on this machine, not loaded yet", "已在本机，尚未加载")
MISSING = Text("not on this machine", "不在本机")
UNKNOWN = Text("not loaded yet", "尚未加载")

INDEXES = Text("Indexes", "索引")
COLLECTION = Text("Collection", "文档集")
DOCUMENTS = Text("Documents", "文档数")
CHUNKS = Text("Chunks", "文本块")
BUILT = Text("Built", "建立时间")
NO_INDEX = Text("No document is indexed yet.", "尚未索引任何文档。")

SETTINGS = Text("Settings in force", "当前设置")
SETTINGS_HINT = Text(
    "As 'report-qa config' shows them; secrets are masked. {n} are not the default.",
    "与 report-qa config 所示相同，密钥已隐去。其中 {n} 项不是默认值。",
)
SETTING = Text("Setting", "设置")
VALUE = Text("Value", "值")
SOURCE = Text("From", "来源")
DEFAULT = Text("default", "默认")
COMMAND_LINE = Text("command line", "命令行")
DEFAULTS = Text("All {n} settings", "全部 {n} 项设置")
