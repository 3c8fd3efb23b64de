"""Settings: which source wins, what is refused, and what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.config import CONFIG_FILE, ENV_PREFIX, LoadedSettings, load_settings
from report_qa.errors import ConfigError


def write(text: str, name: str = CONFIG_FILE) -> Path:
    """Write a settings file into the working directory."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def shown(loaded: LoadedSettings, path: str) -> tuple[str, str]:
    """Return value and source of a setting as they are listed."""
    (setting,) = [setting for setting in loaded.listing() if setting.path == path]
    return setting.value, setting.source


def test_without_any_source_all_settings_are_defaults() -> None:
    loaded = load_settings(environment={})
    assert loaded.settings.server.port == 7860
    assert {setting.source for setting in loaded.listing()} == {"default"}


def test_every_setting_is_listed_once_with_a_description() -> None:
    listing = load_settings(environment={}).listing()
    assert len({setting.path for setting in listing}) == len(listing)
    assert all(setting.description for setting in listing)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file() -> None:
    write("[server]\nport = 1001\nhost = 'file'\nlanguage = 'zh'\n")
    environment = {"REPORT_QA_SERVER__PORT": "1002", "REPORT_QA_SERVER__HOST": "environment"}
    loaded = load_settings({"server.port": "1003"}, environment=environment)
    assert shown(loaded, "server.port") == ("1003", "command line")
    assert shown(loaded, "server.host") == ("environment", "REPORT_QA_SERVER__HOST")
    assert shown(loaded, "server.language") == ("zh", CONFIG_FILE)
    assert shown(loaded, "server.open_browser") == ("False", "default")


def test_the_process_environment_is_read_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LLM__MODEL", "from-process")
    assert load_settings().settings.llm.model == "from-process"
    assert load_settings(environment={}).settings.llm.model != "from-process"


@pytest.mark.parametrize("by", ["argument", "variable"])
def test_a_named_file_is_read_in_place_of_the_usual_one(by: str) -> None:
    write("[server]\nport = 1001\n")
    other = write("[server]\nport = 1002\n", "other.toml")
    if by == "argument":
        loaded = load_settings(file=other, environment={})
    else:
        loaded = load_settings(environment={"REPORT_QA_CONFIG": str(other)})
    assert shown(loaded, "server.port") == ("1002", "other.toml")


@pytest.mark.parametrize("path", ["server.colour", "colour", "servers.port", "server.port.number"])
@pytest.mark.parametrize("source", ["file", "environment", "command line"])
def test_an_unknown_key_is_refused_with_its_source(path: str, source: str) -> None:
    environment, overrides, said = {}, {}, "command line"
    if source == "file":
        write(f"{path} = 1\n")
        said = CONFIG_FILE
    elif source == "environment":
        said = "REPORT_QA_" + path.upper().replace(".", "__")
        environment = {said: "1"}
    else:
        overrides = {path: "1"}
    with pytest.raises(ConfigError) as caught:
        load_settings(overrides, environment=environment)
    assert f"({said})" in caught.value.message.en
    assert said in caught.value.message.zh
    assert "report-qa config" in caught.value.remedy.en


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("server.port", "0"),
        ("server.port", "65536"),
        ("server.port", "many"),
        ("server.host", ""),
        ("server.language", "fr"),
        ("embedding.batch_size", "0"),
        ("embedding.precision", "int8"),
        ("llm.temperature", "2.1"),
        ("llm.temperature", "nan"),
        ("llm.timeout_s", "0"),
        ("llm.timeout_s", "inf"),
        ("chunks.window_chars", "39"),
        ("chunks.section_chars", "20001"),
        ("answer.refusal_threshold", "1.01"),
        ("answer.refusal_threshold", "-0.01"),
        ("retrieval.sections", "21"),
        ("fetch.source", "elsewhere"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_its_source(path: str, value: str) -> None:
    name = "REPORT_QA_" + path.upper().replace(".", "__")
    with pytest.raises(ConfigError) as caught:
        load_settings(environment={name: value})
    assert path in caught.value.message.en
    assert name in caught.value.message.en


@pytest.mark.parametrize(
    ("path", "value"),
    [("server.port", "1"), ("server.port", "65535"), ("answer.refusal_threshold", "0"), ("llm.temperature", "2")],
)
def test_the_bounds_themselves_are_allowed(path: str, value: str) -> None:
    assert shown(load_settings({path: value}, environment={}), path)[0] in {value, f"{value}.0"}


@pytest.mark.parametrize("source", ["file", "environment", "command line"])
def test_secrets_are_masked_wherever_settings_are_shown(source: str) -> None:
    secret = "sk-verysecret"
    if source == "file":
        write(f"[llm]\napi_key = '{secret}'\n")
    environment = {"REPORT_QA_LLM__API_KEY": secret} if source == "environment" else {}
    loaded = load_settings({"llm.api_key": secret} if source == "command line" else {}, environment=environment)
    assert loaded.settings.llm.api_key is not None
    assert loaded.settings.llm.api_key.get_secret_value() == secret
    assert secret not in shown(loaded, "llm.api_key")[0]
    assert secret not in repr(loaded)


def test_a_secret_is_not_told_in_an_error() -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"llm.api_key": "sk-verysecret", "llm.retries": "many"}, environment={})
    assert "sk-verysecret" not in caught.value.line("en") + caught.value.line("zh")


@pytest.mark.parametrize("text", ["[server\n", "port = \n", "\x00"])
def test_a_file_that_cannot_be_parsed_is_refused_with_its_name(text: str) -> None:
    write(text)
    with pytest.raises(ConfigError, match=CONFIG_FILE) as caught:
        load_settings(environment={})
    assert "--config" in caught.value.remedy.zh


def test_a_file_that_is_not_utf_8_is_refused_with_its_name() -> None:
    Path(CONFIG_FILE).write_bytes("[paths]\ncorpus = '语料'\n".encode("gb18030"))
    with pytest.raises(ConfigError, match=CONFIG_FILE):
        load_settings(environment={})


@pytest.mark.parametrize(("file", "environment"), [(Path("gone.toml"), {}), (None, {"REPORT_QA_CONFIG": "gone.toml"})])
def test_a_named_file_that_is_missing_is_refused(file: Path | None, environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        load_settings(file=file, environment=environment)


def test_a_section_given_as_a_value_is_refused_with_the_source_that_gave_it() -> None:
    write("[llm]\nmodel = 'a'\n")
    with pytest.raises(ConfigError, match="REPORT_QA_LLM"):
        load_settings(environment={"REPORT_QA_LLM": "x"})


def test_settings_cannot_be_changed_after_loading() -> None:
    settings = load_settings(environment={}).settings
    with pytest.raises(ValueError, match="frozen"):
        settings.server.port = 1  # type: ignore[misc]


def test_other_environment_variables_are_left_alone() -> None:
    loaded = load_settings(environment={"REPORT": "x", "PATH": "/bin", "report_qa_server__port": "9"})
    assert loaded.settings.server.port == 7860


def test_a_variable_of_the_tests_is_no_setting() -> None:
    # exported, it would be refused as an unknown setting by every command
    root = Path(__file__).parents[2]
    for file in (root / "Makefile", *(root / "tests" / "browser").glob("*.py")):
        assert ENV_PREFIX + "TEST" not in file.read_text(encoding="utf-8")
