"""Forms of names, candidates and safe matches over an index of names, other readings of a text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcmgraph.linking.matching import MatchIndex, Name
from gcmgraph.linking.name_forms import forms
from gcmgraph.linking.name_readings import NameReading, readings
from gcmgraph.platform.text import fold_name


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Iran (Islamic Republic of)", "the Islamic Republic of Iran", True),
        ("Iran (République islamique d’)", "la République islamique d'Iran", True),
        ("Congo, Dem. Rep.", "Democratic Republic of the Congo", True), ("St. Lucia", "Saint Lucia", True),
        ("Bosnia & Herzegovina", "Bosnia and Herzegovina", True), ("كونغو", "الكونغو", True),
        ("República de Corea", "Corea, República de", True), ("Niger", "Nigeria", False),
        ("Republic of Korea", "Democratic People's Republic of Korea", False), ("ألمانيا", "مانيا", False),
        ("Dominica", "Dominicana", False), ("Guinea", "Guinea-Bissau", False),
    ],
)  # fmt: skip
def test_names_have_equal_bags_whatever_the_order_of_words(
    one: str, other: str, equal: bool
) -> None:
    assert (forms(one).bag == forms(other).bag) is equal


@given(st.text(max_size=60))
@example("Ǣ ǿ")
def test_folding_is_idempotent(text: str) -> None:
    folded = fold_name(text)
    assert fold_name(folded) == folded
    assert "  " not in folded
    assert forms(text).folded == folded


def country(resource: str, text: str, language: str = "en", *, main: bool = True) -> Name:
    return Name(resource, "country", text, language, main=main)


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
    return [candidate.resource for candidate in index.candidates(text, kinds) if candidate.safe]


def test_candidates_are_safe_without_rivals_only(index: MatchIndex) -> None:
    for text, kind, things in (
        ("Guinea-Bissau", "", "GNB"), ("bissau guinea", "", "GNB"), ("Guinea", "", ""), ("Guinea", "country", ""),
        ("几内亚", "", ""), ("几内亚比绍", "", "GNB"), ("印度", "", "IND"), ("Burma", "", "MMR"), ("9", "", ""),
        ("9", "sdg", "sdg9"), ("WHO", "", "who"), ("who", "", ""), ("who", "organisation", ""), ("ML", "", ""),
        ("ML", "country", "MLI"), ("plan", "", ""), ("plan", "concept", "plan"), ("Mal", "", ""), ("Malli", "", ""),
    ):  # fmt: skip
        assert safe(index, text, *kind.split()) == things.split(), (text, kind)


def test_score_states_the_agreement(index: MatchIndex) -> None:
    def score(text: str) -> float:
        return index.candidates(text)[0].score

    assert [score(text) for text in ("Guinea-Bissau", "Bissau Guinea", "GuineaBissau")] == [
        100,
        98,
        97,
    ]
    assert 90 < score("Guinea-Bisau") <= 94
    assert 60 <= next(c.score for c in index.candidates("Guinea") if c.resource == "GNB") < 90


def test_short_name_with_an_error_is_a_candidate(index: MatchIndex) -> None:
    for text in ("Mxli", "Mai", "Maali", "Mlai", "M ali", "almi", "印x"):
        assert {"MLI", "IND"} & {
            candidate.resource for candidate in index.candidates(text, ("country",))
        }


def test_text_like_no_name_has_no_candidates(index: MatchIndex) -> None:
    for text in ("", "!", "zzzzzzz"):
        assert index.candidates(text) == []
    assert index.candidates("Mali", limit=0) == []
    assert MatchIndex([]).candidates("Mali") == []


def test_codes_match_in_any_case(index: MatchIndex) -> None:
    assert [name.resource for name in index.of_code(" ml ")] == ["MLI"]
    assert [name.resource for name in index.of_code("9", ("sdg",))] == ["sdg9"]


@given(st.text(max_size=40))
def test_at_most_one_is_safe_and_scores_are_bounded(index: MatchIndex, text: str) -> None:
    candidates = index.candidates(text, limit=50)
    assert sum(candidate.safe for candidate in candidates) <= 1
    assert all(50 <= candidate.score <= 100 for candidate in candidates)
    assert len({candidate.resource for candidate in candidates}) == len(candidates)


@given(st.lists(st.text("abcdé ", min_size=1, max_size=12), min_size=1, max_size=20, unique=True))
def test_resource_of_an_equal_name_is_a_candidate_with_full_score(texts: list[str]) -> None:
    index = MatchIndex(Name(text, "country", text, "en", main=True) for text in texts)
    for text in texts:
        if text.strip():
            candidates = index.candidates(text, limit=50)
            assert text in {
                candidate.resource for candidate in candidates if candidate.score == 100
            }


SDG, OBJECTIVE, ORGANISATION = ("sdg",), ("objective",), ("organisation",)


@pytest.mark.parametrize(
    ("text", "kinds", "reading"),
    [
        ("SDG 10.7", (), NameReading(("10.7",), SDG)),
        ("Target 16.1", SDG, NameReading(("16.1",), SDG)),
        ("SDG target 8.a", (), NameReading(("8.a",), SDG)),
        ("10,7", SDG, NameReading(("10.7",), SDG)),
        ("10,7", (), NameReading(("10.7",), SDG)),
        ("goal 5", (), NameReading(("5",), SDG)),
        ("ODD n° 10", (), NameReading(("10",), SDG)),
        ("Objectif de développement durable 10", (), NameReading(("10",), SDG)),
        ("Objective 9", (), NameReading(("9",), OBJECTIVE)),
        ("Action 9a", (), NameReading(("9a",), ("action",))),
        ("U.N.H.C.R.", (), NameReading(("UNHCR",))),
        ("UNODC, Vienna", (), NameReading(("UNODC",), ORGANISATION)),
        ("World Health Organization (WHO)", (), NameReading(("World Health Organization", "WHO"))),
    ],
)
def test_text_is_read_otherwise_than_as_a_name(
    text: str, kinds: tuple[str, ...], reading: NameReading
) -> None:
    assert list(readings(text, kinds)) == [reading]


def test_plain_names_have_no_other_reading() -> None:
    for text in (
        "Chapter 5",
        "goal",
        "Kenya, Uganda",
        "Vienna, Austria",
        "x" * 1000 + " 5",
        "(((((((",
    ):
        assert list(readings(text, ())) == []
    for text in ("10,7", "SDG 10.7", "UNODC, Vienna"):
        assert list(readings(text, ("country",))) == []
