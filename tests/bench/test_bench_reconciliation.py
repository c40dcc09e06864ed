"""The figures of docs/reconciliation.md, measured anew: what is matched is right, and the right country comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.reconciliation import outcomes, reconciler_of, scored, with_many_names, wrongly_matched
from bench.reconciliation_names import LANGUAGES, Case, Countries
from gcmgraph.publication.reconciliation.reconciler import Reconciler
from gcmgraph.repository.layout import Repository


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
    "one letter wrong": (0.98, 0.45),
    "CLDR's names": (0.95, 0.83),
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


def test_names_of_no_country_are_not_matched(countries: Countries, reconciler: Reconciler) -> None:
    cases = countries.of_no_country()
    assert len(cases) > 400
    assert wrongly_matched(outcomes(reconciler, cases)) == []


def test_the_measures_can_fail(reconciler: Reconciler) -> None:
    told = outcomes(reconciler, [Case("Kenya", "FRA", "en"), Case("France", "FRA", "fr")])
    score = scored(told)
    assert (score.match_precision, score.match_recall, score.first_recall) == (0.5, 0.5, 0.5)
    assert (scored(told, "en").first_recall, scored(told, "fr").first_recall) == (0, 1)
    assert wrongly_matched(told) == ["Kenya → country/KEN", "France → country/FRA"]


@pytest.mark.exhaustive
def test_many_names(tmp_path: Path) -> None:
    words = [f"{a}{b}{c}" for a in ("ka", "lo", "mi", "nu", "pe") for b in "bdgrstz" for c in ("an", "el", "ir", "os")]
    found = with_many_names(20_000, words, tmp_path)
    assert found["first_recall"] > 0.85  # one syllable less is often another word
