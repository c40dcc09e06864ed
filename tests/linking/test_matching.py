"""Candidates and safe matches over an index of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.linking.matching import MatchIndex, Name


def country(thing: str, text: str, language: str = "en", *, main: bool = True) -> Name:
    return Name(thing, "country", text, language, main=main)


@pytest.fixture(scope="module")
def index() -> MatchIndex:
    names = [
        country("GIN", "Guinea"),
        country("GNB", "Guinea-Bissau"),
        country("GIN", "几内亚", "zh"),
        country("GNB", "几内亚比绍", "zh"),
        country("IND", "印度", "zh"),
        country("IDN", "印度尼西亚", "zh"),
        country("MLI", "Mali"),
        country("MMR", "Burma", main=False),
        Name("MLI", "country", "ML", code=True),
        Name("9", "objective", "9", code=True),
        Name("sdg9", "sdg", "9", code=True),
        Name("who", "organisation", "WHO", code=True),
        Name("plan", "concept", "plan", "en", main=True),
        Name("plan2", "practice", "Plan", "fr", main=True),
    ]
    return MatchIndex(names, {"country"})


def safe(index: MatchIndex, text: str, *kinds: str) -> list[str]:
    return [candidate.thing for candidate in index.candidates(text, kinds) if candidate.safe]


@pytest.mark.parametrize(
    ("text", "kinds", "things"),
    [
        ("Guinea-Bissau", [], ["GNB"]),
        ("bissau guinea", [], ["GNB"]),
        ("Guinea", [], []),
        ("Guinea", ["country"], []),
        ("几内亚", [], []),
        ("几内亚比绍", [], ["GNB"]),
        ("印度", [], ["IND"]),
        ("Burma", [], ["MMR"]),
        ("9", [], []),
        ("9", ["sdg"], ["sdg9"]),
        ("WHO", [], ["who"]),
        ("who", [], []),
        ("who", ["organisation"], []),
        ("ML", [], []),
        ("ML", ["country"], ["MLI"]),
        ("plan", [], []),
        ("plan", ["concept"], ["plan"]),
        ("Mal", [], []),
        ("Malli", [], []),
    ],
)
def test_what_is_safe(index: MatchIndex, text: str, kinds: list[str], things: list[str]) -> None:
    assert safe(index, text, *kinds) == things


def test_scores_say_how_names_agree(index: MatchIndex) -> None:
    def score(text: str) -> float:
        return index.candidates(text)[0].score

    assert [score(text) for text in ("Guinea-Bissau", "Bissau Guinea", "GuineaBissau")] == [100, 98, 97]
    assert 90 < score("Guinea-Bisau") <= 94
    assert 60 <= next(c.score for c in index.candidates("Guinea") if c.thing == "GNB") < 90


@pytest.mark.parametrize("text", ["Mxli", "Mai", "Maali", "Mlai", "M ali", "almi", "印x"])
def test_short_names_are_found_in_spite_of_an_error(index: MatchIndex, text: str) -> None:
    assert {"MLI", "IND"} & {candidate.thing for candidate in index.candidates(text, ("country",))}


def test_nothing_is_found_for_nothing(index: MatchIndex) -> None:
    for text in ("", "!", "zzzzzzz"):
        assert index.candidates(text) == []
    assert index.candidates("Mali", limit=0) == []
    assert MatchIndex([]).candidates("Mali") == []


def test_codes_in_any_case(index: MatchIndex) -> None:
    assert [name.thing for name in index.of_code(" ml ")] == ["MLI"]
    assert [name.thing for name in index.of_code("9", ("sdg",))] == ["sdg9"]


@given(st.text(max_size=40))
def test_at_most_one_is_safe_and_scores_are_bounded(index: MatchIndex, text: str) -> None:
    found = index.candidates(text, limit=50)
    assert sum(candidate.safe for candidate in found) <= 1
    assert all(50 <= candidate.score <= 100 for candidate in found)
    assert len({candidate.thing for candidate in found}) == len(found)


@given(st.lists(st.text("abcdé ", min_size=1, max_size=12), min_size=1, max_size=20, unique=True))
def test_a_name_finds_its_own_thing(texts: list[str]) -> None:
    index = MatchIndex(Name(text, "country", text, "en", main=True) for text in texts)
    for text in texts:
        if text.strip():
            found = index.candidates(text, limit=50)
            assert text in {candidate.thing for candidate in found if candidate.score == 100}
