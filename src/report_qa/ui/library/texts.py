"""The strings of the library page, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from report_qa.errors import Text

TITLE = Text("Library", "文档库")
ABOUT = Text(
    "One collection is asked, or several or all together. What is imported here can be asked at once.",
    "可向一个、多个或全部文档集提问。在此导入的文档立即可以提问。",
)
ADD = Text("Add documents", "添加文档")
TARGET = Text("Collection", "文档集")
NEW = Text("A new collection…", "新建文档集…")
NEW_NAME = Text("Name of the new collection", "新文档集的名称")
CHOOSE = Text("Choose files…", "选择文件…")
STOP = Text("Stop the import", "停止导入")
KINDS = Text(
    "PDF, Word, PowerPoint, Excel, CSV, HTML (a page, or a zip of pages with pictures), EPUB, Markdown, text. "
    "A file of the same name replaces the document.",
    "支持 PDF、Word、PowerPoint、Excel、CSV、HTML（单页，或含图片的网页 zip 包）、EPUB、Markdown、纯文本。"
    "同名文件将替换原文档。",
)
LOCKED = Text(
    "Documents cannot be changed on this page (server.edit_library).", "本页不允许修改文档（server.edit_library）。"
)
UNLOCK = Text("Use the command line, or set it to true.", "请使用命令行，或将其设为 true。")
NO_NAME = Text("The new collection has no name.", "新文档集还没有名称。")
GIVE_NAME = Text("Name it and choose the files again.", "请填写名称后重新选择文件。")
REPLACING = Text("Already there: {names}. Replace?", "已有同名文档：{names}。要替换吗？")
REPLACE = Text("Replace", "替换")
CANCEL = Text("Cancel", "取消")

IMPORTING = Text("Importing into “{collection}”", "正在导入“{collection}”")
STOPPING = Text("Stopping the import into “{collection}”…", "正在停止导入“{collection}”……")
NOT_IMPORTED = Text("Nothing was imported into “{collection}”", "没有文档导入“{collection}”")
IMPORTED = Text("Imported into “{collection}”", "已导入“{collection}”")
WAITING = Text("More imports that wait: {n}", "另有 {n} 个导入在等待")
STATES: Mapping[str, Text] = {
    "waiting": Text("waiting", "等待"),
    "reading": Text("reading", "读取中"),
    "indexing": Text("indexing", "建立索引"),
    "added": Text("added", "已添加"),
    "changed": Text("replaced", "已替换"),
    "unchanged": Text("was there already, unchanged", "内容未变"),
    "failed": Text("not imported", "未导入"),
    "stopped": Text("stopped, not imported", "已停止，未导入"),
}

NOTHING = Text("There is no document yet.", "还没有文档。")
ASK = Text("Ask this collection", "向它提问")
DOCUMENTS = Text("{n} documents", "{n} 份文档")
PAGES = Text("{n} pages", "{n} 页")
SECTIONS = Text("{n} sections", "{n} 节")
TABLES = Text("{n} tables", "{n} 个表格")
PICTURES = Text("{n} pictures", "{n} 张图片")
CHUNKS = Text("{n} chunks", "{n} 个文本块")
EMBEDDED = Text("{n} embedded", "新向量化 {n} 块")
FOUND = Text("What was found", "读出的内容")
PROVENANCE = Text("Provenance", "来源")
PARSER = Text("Read by", "读取方式")
LANGUAGE = Text("Language", "语言")
LANGUAGES: Mapping[str, Text] = {"zh": Text("Chinese", "中文"), "en": Text("English", "英文")}
REMOVE = Text("Remove", "移除")
REMOVE_LABEL = Text("Remove {name}", "移除 {name}")
REMOVE_QUESTION = Text(
    "Remove {name} from “{collection}”? Its file in the library is deleted.",
    "要从“{collection}”中移除 {name} 吗？文档库中的文件将被删除。",
)
REMOVED = Text("{name}: removed", "{name}：已移除")
KEEP = Text("Keep", "保留")
