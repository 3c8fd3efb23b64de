"""What a visitor asks of what is there: one collection, several, or all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from report_qa.ui.frame import chooser_html
from report_qa.ui.opening import Openings


@dataclass
class Shelf:
    """Collections; opening one gives its name."""

    there: tuple[str, ...]

    def names(self) -> list[str]:
        """Return the collections."""
        return list(self.there)

    def open(self, selection: str) -> str:
        """Return what is opened."""
        return selection


THREE = Shelf(("default", "sedan", "suv"))


@pytest.mark.parametrize(
    ("there", "wanted", "asked", "one"),
    [
        (THREE.there, "sedan", "sedan", "sedan"),
        (THREE.there, "suv, sedan", "sedan,suv", "sedan"),
        (THREE.there, "sedan,gone,suv", "sedan,suv", "sedan"),
        (THREE.there, "gone,suv", "suv", "suv"),
        (THREE.there, "gone", "suv", "suv"),
        (THREE.there, "", "suv", "suv"),
        (THREE.there, "*", "*", "default"),
        (THREE.there, "suv,*", "*", "default"),
        (("sedan",), "*", "sedan", "sedan"),
        ((), "sedan,suv", "suv", "default"),
    ],
)
def test_what_is_there_of_what_is_wanted_is_asked(there: tuple[str, ...], wanted: str, asked: str, one: str) -> None:
    openings = Openings(Shelf(there), "suv")  # type: ignore[arg-type]
    assert openings.chosen(wanted) == asked
    assert openings.one(wanted) == one


def test_without_a_choice_the_selection_of_the_server_is_asked() -> None:
    assert Openings(THREE, "sedan,suv").chosen("") == "sedan,suv"  # type: ignore[arg-type]
    assert Openings(THREE).chosen("") == "default"  # type: ignore[arg-type]


def test_only_the_last_joined_selections_stay_open() -> None:
    openings = Openings(Shelf(("a", "b", "c", "d", "e")))  # type: ignore[arg-type]
    single, first = openings.of("a"), openings.of("a,b")
    kept = [openings.of(selection) for selection in ("a,c", "a,d", "a,e")]
    assert openings.of("a,b") is first  # the last one asked again
    openings.of("b,c")
    assert openings.of("a,c") is not kept[0]
    assert openings.of("a,b") is first
    assert openings.of("a") is single


def test_boxes_for_several_collections_are_there_where_there_are_three() -> None:
    assert chooser_html(["default"], "default", "en") == ""
    assert "checkbox" not in chooser_html(["default", "sedan"], "sedan", "en")
    shown = chooser_html(THREE.there, "sedan,suv", "en")
    assert '<option value="sedan,suv" selected>sedan + suv</option>' in shown
    assert 'value="sedan" checked' in shown
    assert 'value="default" checked' not in shown
    assert "Several…" in shown
    assert chooser_html(THREE.there, "*", "zh").count("checked") == 3
    assert "主文档集 + suv" in chooser_html(THREE.there, "default,suv", "zh")
