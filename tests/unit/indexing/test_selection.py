"""What is asked as one string: a name, several, or all; the same for equal names however they are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.config import Settings
from report_qa.errors import CollectionMissing, ConfigError
from report_qa.indexing.collections import ALL, DEFAULT, in_collection
from report_qa.indexing.joined import home_of
from report_qa.indexing.selection import among, collections_in, is_joined, names_in, selection_of

NAMES = st.from_regex(r"\w(?:[\w .+-]{0,20}[\w+-])?", fullmatch=True)
SOME = st.lists(NAMES, min_size=1, max_size=6)


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Settings with the empty collections sedan and suv."""
    made = make_settings(paths__library=str(tmp_path / "library"))
    for name in ("sedan", "suv"):
        in_collection(made, name).paths.corpus.mkdir(parents=True)
    return made


@pytest.mark.parametrize(
    ("written", "normal", "joined"),
    [
        ("sedan", "sedan", False),
        (" sedan ", "sedan", False),
        ("sedan,sedan", "sedan", False),
        ("suv,sedan", "sedan,suv", True),
        ("suv, sedan ,suv,", "sedan,suv", True),
        ("a,default", "default,a", True),
        ("*", "*", True),
        ("sedan,*", "*", True),
        ("", "", False),
        (" , ", "", False),
    ],
)
def test_a_selection_has_one_form(written: str, normal: str, joined: bool) -> None:
    assert selection_of(written) == normal
    assert is_joined(written) is joined


def test_selections_are_put_together() -> None:
    assert selection_of("suv", "sedan,van") == "sedan,suv,van"
    assert selection_of("suv", ALL) == ALL


@given(SOME, st.randoms())
def test_order_repetition_and_blanks_change_nothing(names: list[str], random: object) -> None:
    shuffled = [*names, names[0]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    written = " , ".join(shuffled)
    assert selection_of(written) == selection_of(*names)
    assert set(names_in(written)) == set(names)
    assert is_joined(written) is (len(set(names)) > 1)


@given(st.text(alphabet="ab*, \n", max_size=12) | st.text(max_size=12))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert selection_of(selection_of(text)) == selection_of(text)
    assert is_joined(selection_of(text)) is is_joined(text)


@given(NAMES, st.text(max_size=8), st.text(max_size=8))
def test_no_collection_can_have_a_comma_or_be_all(name: str, before: str, after: str) -> None:
    assert selection_of(name) == name
    settings = Settings()
    in_collection(settings, name)
    for other in (f"{before},{after}", ALL):
        with pytest.raises(ConfigError, match="cannot be the name"):
            in_collection(settings, other)


@given(SOME, SOME)
def test_of_some_collections_those_that_are_named_are_taken(there: list[str], wanted: list[str]) -> None:
    assert among(there, ",".join(wanted)) == [name for name in there if name in wanted]
    assert among(there, ALL) == there


def test_the_collection_that_is_not_there_is_named(settings: Settings) -> None:
    assert collections_in(settings, "suv,sedan") == ["sedan", "suv"]
    assert collections_in(settings, ALL) == [DEFAULT]
    with pytest.raises(CollectionMissing, match="no collection “van”"):
        collections_in(settings, "sedan,van,suv")
    for nothing in ("", ",", "sedan,../x"):
        with pytest.raises(ConfigError, match="cannot be the name"):
            collections_in(settings, nothing)


@pytest.mark.parametrize(
    ("asked", "document", "home"),
    [
        ("sedan", "a/b.md", ("sedan", "a/b.md")),
        ("sedan,sedan", "a/b.md", ("sedan", "a/b.md")),
        ("sedan,suv", "suv/a/b.md", ("suv", "a/b.md")),
        ("*", "default/b.md", ("default", "b.md")),
    ],
)
def test_a_document_of_several_collections_says_its_own(asked: str, document: str, home: tuple[str, str]) -> None:
    assert home_of(asked, document) == home
