"""Serving: a port that is taken is said in one line, before anything is started."""

from __future__ import annotations

import socket

import pytest

from report_qa.config import Settings
from report_qa.errors import ModelError, ReportQAError, Text
from report_qa.runtime.listening import check_port
from report_qa.ui.page import build_page
from report_qa.ui.theme import head, style


class Never:
    """Collections that cannot be opened."""

    def names(self) -> list[str]:
        """Return the collection."""
        return ["default"]

    def open(self, name: str) -> object:
        """Fail."""
        raise ModelError(Text("never", "never"), Text("", ""))


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ReportQAError, match=f"127.0.0.1:{port}") as caught:
            check_port("127.0.0.1", port)
    assert "server.port" in caught.value.remedy.en
    assert "\n" not in caught.value.line("zh")


def test_the_page_asks_no_other_machine() -> None:
    page = build_page(Never(), Settings())  # type: ignore[arg-type]
    assert page.analytics_enabled is False
    for text in (style(), head()):
        assert "http://" not in text
        assert "https://" not in text
        assert "@import" not in text
