"""The pages say what is so: settings, commands and targets that they name exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.main import get_command

from report_qa.cli import app
from report_qa.config import Settings, load_settings

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
PAGES = (
    *READMES,
    "docs/settings.md",
    "docs/architecture.md",
    "docs/api.md",
    "docs/documents.md",
    "docs/evaluation.md",
    "docs/benchmark.md",
    "docs/faq.md",
    "docs/page.md",
    "CHANGELOG.md",
)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands() -> set[str]:
    """Return every command as typed after ``report-qa``."""
    found: set[str] = set()
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    for name, command in root.commands.items():
        found.add(name)
        found |= {f"{name} {inner}" for inner in getattr(command, "commands", {})}
    return found


def test_the_settings_page_is_current() -> None:
    page = text_of("docs/settings.md")
    assert load_script("settings_table").page(page) == page, "run: python scripts/settings_table.py --write"


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_a_page_names_exist(page: str) -> None:
    named = re.findall(r"report-qa (?:--set \S+ )?((?:models|eval|keys) [a-z]+|[a-z]+)", text_of(page))
    assert set(named) <= commands()


@pytest.mark.parametrize("page", READMES)
def test_a_readme_names_every_command(page: str) -> None:
    text = text_of(page)
    for command in commands() - {"models", "eval"}:
        if not command.startswith("faq "):
            assert f"report-qa {command}" in text


def test_the_faq_page_names_every_command_of_it() -> None:
    text = text_of("docs/faq.md")
    named = set(re.findall(r"report-qa faq ([a-z]+)", text))
    assert {f"faq {name}" for name in named} == {command for command in commands() if command.startswith("faq ")}


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_that_a_page_names_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_links_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text_of(page))
    missing = [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_settings_that_a_page_names_exist(page: str) -> None:
    known = {setting.path for setting in load_settings(environment={}).listing()}
    named = re.findall(r"(?:`|--set )([a-z]+\.[a-z_]+)[`=]", text_of(page))
    assert {name for name in named if name.partition(".")[0] in Settings.model_fields} <= known


def test_the_readmes_are_twins() -> None:
    english, chinese = map(text_of, READMES)
    for pattern in (r"^#+ ", r"^```\w*", r"^\| `report-qa [a-z ]+", r"^!\["):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE))
    assert set(re.findall(r"https?://[^\s)>`]+", english)) == set(re.findall(r"https?://[^\s)>`]+", chinese))


def test_the_package_version_is_in_the_changelog() -> None:
    from report_qa import __version__

    assert f"## [{__version__}]" in text_of("CHANGELOG.md")
