"""The command line: quick to start, one line an error, exit statuses that scripts can rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes import HashingEmbedder
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from typer.testing import CliRunner, Result

from report_qa import __version__
from report_qa.cli import app
from report_qa.config import Settings
from report_qa.models.progress import Progress
from report_qa.providers.chat import ChatModel, register_chat

HEAVY = ("torch", "chromadb", "gradio", "transformers", "sentence_transformers", "langchain_openai", "xllamacpp")
REPORT = "# 云河年报\n\n## 经营\n\n2024年营业收入为12亿元，比上年增长8%。\n\n## 员工\n\n年末共有员工3200人。\n"
QUESTION = "2024年营业收入是多少？"

Run = Callable[..., Result]


class OneAnswer(BaseChatModel):
    """Says the same to whatever it is asked, or breaks."""

    says: str = ""
    breaks: bool = False

    @property
    def _llm_type(self) -> str:
        return "one-answer"

    def _generate(self, messages: list[BaseMessage], *_: Any, **options: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.says))])

    def _stream(self, messages: list[BaseMessage], *_: Any, **options: Any) -> Iterator[ChatGenerationChunk]:
        # the one token asked for when the service opens is given
        if self.breaks and options.get("max_tokens") != 1:
            raise httpx.ConnectError("connection refused")
        yield ChatGenerationChunk(message=AIMessageChunk(self.says))


def say(text: str, *, breaks: bool = False) -> None:
    """Let the provider ``fake`` answer so."""
    model = ChatModel(OneAnswer(says=text, breaks=breaks), "fake", logprobs=False)

    def make(settings: Settings, progress: Progress | None) -> ChatModel:
        return model

    register_chat("fake", make)


@pytest.fixture
def run(corpus: Path, tmp_path: Path, embedder: HashingEmbedder) -> Run:
    """Run the command line over one small report, with models that are fakes."""
    (corpus / "yunhe.md").write_text(REPORT, encoding="utf-8")
    say("2024年营业收入为12亿元。")

    def invoke(*arguments: str, **settings: str) -> Result:
        values = {
            "paths.corpus": str(corpus),
            "paths.index": str(tmp_path / "index"),
            "paths.models": str(tmp_path / "models"),
            "paths.library": str(tmp_path / "library"),
            "embedding.model": "fake",
            "llm.provider": "fake",
            "answer.refusal_threshold": "0",
            **{name.replace("__", "."): value for name, value in settings.items()},
        }
        options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
        return CliRunner().invoke(app, ["--language", "en", *options, *arguments])

    return invoke


@pytest.fixture
def indexed(run: Run) -> Run:
    """The same, with the index built."""
    assert run("index").exit_code == 0
    return run


def assert_one_line(result: Result, *words: str) -> None:
    assert result.exit_code == 1
    assert result.stderr.strip().count("\n") == 0
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.stderr


def test_start_and_help_load_no_heavy_library() -> None:
    script = (
        "import sys; from typer.testing import CliRunner; from report_qa.cli import app;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_index_says_what_it_did_and_the_second_run_embeds_nothing(run: Run) -> None:
    first, second = run("index"), run("index")
    assert first.exit_code == second.exit_code == 0
    assert "1 added" in first.stdout
    assert "1 unchanged" in second.stdout
    assert "; 0 chunks embedded" in second.stdout


def test_a_document_that_cannot_be_read_is_named_and_the_others_are_indexed(run: Run, corpus: Path) -> None:
    (corpus / "empty.txt").write_bytes(b" \n")
    result = run("index")
    assert_one_line(result, "empty.txt", "holds no text")
    assert "1 added" in result.stdout


def test_an_answer_comes_with_its_citation(indexed: Run) -> None:
    result = indexed("ask", QUESTION)
    assert result.exit_code == 0
    assert "12亿元" in result.stdout
    assert "[1]" in result.stdout
    assert "yunhe.md:" in result.stdout


def test_json_has_status_text_citations_passages_and_timings(indexed: Run) -> None:
    result = indexed("ask", QUESTION, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["status"] == "answered"
    assert answer["language"] == "zh"
    assert answer["error"] is None
    citation = answer["citations"][0]
    assert f"[{citation['number']}]" in answer["answer"]
    assert citation["document"] == "yunhe.md"
    assert citation["quote"] in citation["text"]
    first, last = citation["lines"]
    assert 1 <= first <= last
    assert answer["passages"]
    assert set(answer["timings"]) == {"passages_s", "first_token_s", "total_s"}


def test_a_refusal_is_no_error_and_has_a_status_of_its_own(indexed: Run) -> None:
    result = indexed("ask", QUESTION, "--json", answer__refusal_threshold="1")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert answer["status"] == "refused"
    assert answer["reason"]
    assert answer["citations"] == []


def test_a_model_that_breaks_is_a_failure_and_not_a_refusal(indexed: Run) -> None:
    say("", breaks=True)
    assert_one_line(indexed("ask", QUESTION))
    result = indexed("ask", QUESTION, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["status"] == "failed"
    assert answer["error"] in result.stderr


def test_search_shows_the_sections_with_their_scores(indexed: Run) -> None:
    result = indexed("search", QUESTION, "-n", "1")
    assert result.exit_code == 0
    assert "经营" in result.stdout
    assert "dense" in result.stdout
    assert "keyword" in result.stdout
    assert "员工" not in result.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (("ask", QUESTION), {"paths__index": "nowhere"}, ("nowhere", "report-qa index")),
        (("ask", QUESTION), {"llm__provider": "nobody"}, ("nobody", "llm.provider")),
        (("ask", "？！"), {}, ("no words", "Chinese or English")),
        (("search", ""), {}, ("no words", "Chinese or English")),
        (("index",), {"paths__corpus": "nowhere"}, ("nowhere", "paths.corpus")),
        (("config",), {"llm__modle": "x"}, ("llm.modle", "command line", "report-qa config")),
        (("config",), {"server__port": "0"}, ("server.port", "report-qa config")),
        (("models", "pull", "gpt"), {}, ("gpt", "multilingual-e5-small")),
        (("models", "check", "multilingual-e5-small"), {}, ("not on this machine", "report-qa models pull")),
        (("eval", "run", "nowhere.jsonl"), {}, ("nowhere.jsonl",)),
        (("eval", "report", "nowhere"), {}, ("nowhere", "report-qa eval run")),
    ],
)
def test_an_error_is_one_line_with_its_remedy(
    indexed: Run, arguments: tuple[str, ...], settings: dict[str, str], words: tuple[str, ...]
) -> None:
    assert_one_line(indexed(*arguments, **settings), *words)


def test_a_setting_without_a_value_is_refused_with_an_example() -> None:
    result = CliRunner().invoke(app, ["--language", "en", "--set", "llm.model", "config"])
    assert_one_line(result, "PATH=VALUE", "--set retrieval.sections=3")


def test_errors_are_told_in_chinese_when_asked_for() -> None:
    result = CliRunner().invoke(app, ["--language", "zh", "--set", "llm.modle=x", "config"])
    assert_one_line(result, "未知设置项 llm.modle", "report-qa config")


def test_config_names_the_source_of_every_value_and_hides_the_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[llm]\nprovider = "openai"\napi_key = "secret-1"\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["--config", str(file), "--set", "server.port=8000", "config"])
    assert result.exit_code == 0
    assert "secret-1" not in result.output
    lines = {line.partition(" = ")[0]: line for line in result.output.splitlines()}
    assert str(file) in lines["llm.provider"]
    assert "command line" in lines["server.port"]
    assert "default" in lines["server.host"]


def test_doctor_ends_with_an_error_when_something_cannot_work(run: Run) -> None:
    before = run("doctor")
    assert before.exit_code == 1
    assert "report-qa index" in before.stdout
    assert "Traceback" not in before.output


def test_models_are_listed_with_size_and_licence(run: Run) -> None:
    result = run("models", "list")
    assert result.exit_code == 0
    assert "multilingual-e5-small  not here" in result.stdout
    assert "Apache-2.0" in result.stdout


def test_the_version_is_shown_without_a_command() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert __version__ in result.output


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> Run:
    """The command line with a collection of one document."""
    (tmp_path / "胎压.md").write_text(
        "# 手册\n\n## 胎压\n\n轮胎的冷态气压为 230 千帕，每个月检查一次。\n", encoding="utf-8"
    )
    result = run("import", str(tmp_path / "胎压.md"), "--collection", "wagon")
    assert result.exit_code == 0
    assert "胎压.md: 手册 · pages – · 1 sections" in result.stdout
    return run


def test_a_collection_is_asked_apart_from_the_others(imported: Run) -> None:
    assert imported("index").exit_code == 0
    for options, word in ((("--collection", "wagon"), "230 千帕"), ((), "12亿元")):
        result = imported("search", "轮胎气压是多少？营业收入是多少？", *options)
        assert result.exit_code == 0
        assert word in result.stdout
        assert ("230 千帕" in result.stdout) == bool(options)


@pytest.mark.parametrize(
    "options",
    [
        ("--collection", "*"),
        ("--collection", "default", "--collection", "wagon"),
        ("--collection", "wagon,default"),
    ],
)
def test_several_collections_are_asked_as_one_and_each_passage_says_its_own(
    imported: Run, options: tuple[str, ...]
) -> None:
    assert imported("index").exit_code == 0
    result = imported("search", "轮胎气压是多少？营业收入是多少？", *options)
    assert result.exit_code == 0
    assert "wagon/胎压.md:" in result.stdout
    assert "default/" in result.stdout
    assert_one_line(
        imported("search", "轮胎", "--collection", "wagon", "--collection", "van"), "no collection", "import"
    )


def test_the_library_lists_all_collections_as_text_and_json(imported: Run) -> None:
    assert imported("index").exit_code == 0
    listed = imported("library", "list").stdout
    assert [line for line in listed.splitlines() if line in {"default", "wagon"}] == ["default", "wagon"]
    known = json.loads(imported("library", "list", "--json", "--collection", "wagon").stdout)
    assert known["wagon"]["胎压.md"]["chunks"] == 1


def test_a_document_is_removed_when_that_is_confirmed(imported: Run, tmp_path: Path) -> None:
    path = tmp_path / "library" / "wagon" / "胎压.md"
    assert imported("library", "remove", "胎压.md", "--collection", "wagon").exit_code == 1
    assert path.exists()
    assert imported("library", "remove", "胎压.md", "--collection", "wagon", "--yes").exit_code == 0
    assert not path.exists()
    assert_one_line(imported("search", "轮胎", "--collection", "wagon"), "no collection", "report-qa import")


def test_an_import_that_fails_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    assert_one_line(run("import", str(tmp_path / "a.pdf"), "--collection", "x"), "a.pdf", "PDF")
    assert_one_line(run("import", str(tmp_path / "gone.pdf")), "no file")
    assert_one_line(run("import", str(tmp_path / "a.pdf"), "--collection", "../x"), "name of a collection")
