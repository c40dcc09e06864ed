"""The figures of docs/performance.md, measured anew: what is matched is right, and the right country comes first."""

from __future__ import annotations

import pytest

from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, Reconciler
from gcmgraph.repository.layout import Repository
from tools.measures.reconciliation import outcomes, reconciler_of, scored, with_many_names, wrongly_matched
from tools.measures.reconciliation_names import LANGUAGES, Case, Countries


@pytest.fixture(scope="module")
def countries(repository: Repository) -> Countries:
    return Countries.read(repository.root / "data" / "reference")


@pytest.fixture(scope="module")
def reconciler(small_repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Reconciler:
    """Over all reference data, so over every country; of practices there are a few."""
    return reconciler_of(tmp_path_factory.mktemp("reconciliation"), small_repository)


#: Least share of names whose country is the first candidate, and is matched.
FLOORS = {
    "short names": (1.0, 0.98),
    "long forms": (1.0, 1.0),
    "accents left out": (1.0, 0.99),
    "words in another order": (0.99, 0.99),
    "one letter wrong": (0.98, 0.63),
    "CLDR's names": (0.99, 0.98),
}

#: Least share of names in each language whose country is the first candidate.
FLOORS_OF_LANGUAGES = {"short names": 1.0, "one letter wrong": 0.95}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", FLOORS)
def test_names_of_countries(countries: Countries, reconciler: Reconciler, name: str) -> None:
    cases = dict(countries.sets())[name]
    told = outcomes(reconciler, cases)
    score = scored(told)
    first, matched = FLOORS[name]
    assert score.names == len(cases) > 300
    assert score.match_precision == 1.0
    assert score.first_recall >= first
    assert score.match_recall >= matched
    for language in LANGUAGES:
        if name in FLOORS_OF_LANGUAGES:
            assert scored(told, language).names >= 195
            assert scored(told, language).first_recall >= FLOORS_OF_LANGUAGES[name]


@pytest.mark.parametrize(
    ("name", "country"),
    [("США", "USA"), ("美国", "USA"), ("Россия", "RUS"), ("روسيا", "RUS"), ("俄罗斯", "RUS"), ("Сирия", "SYR"),
     ("سوريا", "SYR"), ("韩国", "KOR"), ("Южная Корея", "KOR"), ("Holland", "NLD"), ("Deutschland", "DEU"),
     ("KSA", "SAU"), ("CAR", "CAF")],
)  # fmt: skip
def test_everyday_names_of_countries(reconciler: Reconciler, name: str, country: str) -> None:
    (told,) = outcomes(reconciler, [Case(name, country, "en")])
    assert told.matches == (f"country/{country}",)


def test_names_of_no_country_are_not_matched(countries: Countries, reconciler: Reconciler) -> None:
    cases = countries.of_no_country()
    assert len(cases) > 400
    assert wrongly_matched(outcomes(reconciler, cases)) == []


@pytest.mark.parametrize(
    ("name", "country"),
    [("Nigeriya", "NGA"), ("Georgien", "GEO"), ("Grenad", "GRD"), ("the Democrptic Republic of the Congo", "COD"),
     ("Equatroial Guinea", "GNQ"), ("Андрра", "AND")],
)  # fmt: skip
def test_an_error_in_a_short_name_or_beside_the_name_of_another_is_accepted(
    reconciler: Reconciler, name: str, country: str
) -> None:
    (told,) = outcomes(reconciler, [Case(name, country, "en")])
    assert told.matches == (f"country/{country}",)


@pytest.mark.parametrize("name", ["Prussia", "Siberia", "Zombia", "Gombia", "Pery", "Paraguai Uruguai"])
def test_an_error_that_may_be_another_name_is_not_accepted(reconciler: Reconciler, name: str) -> None:
    assert wrongly_matched(outcomes(reconciler, [Case(name, None, "en")])) == []
    assert not any(one.match for one in reconciler.candidates(CandidateQuery("Grenad")))  # of no stated kind


def test_the_measures_can_fail(reconciler: Reconciler) -> None:
    told = outcomes(reconciler, [Case("Kenya", "FRA", "en"), Case("France", "FRA", "fr")])
    score = scored(told)
    assert (score.match_precision, score.match_recall, score.first_recall) == (0.5, 0.5, 0.5)
    assert (scored(told, "en").first_recall, scored(told, "fr").first_recall) == (0, 1)
    assert wrongly_matched(told) == ["Kenya → country/KEN", "France → country/FRA"]


@pytest.mark.exhaustive
def test_many_names() -> None:
    words = [f"{a}{b}{c}" for a in ("ka", "lo", "mi", "nu", "pe") for b in "bdgrstz" for c in ("an", "el", "ir", "os")]
    found = with_many_names(10_000, words)
    assert found["first_recall"] > 0.85  # one syllable less is often another word
