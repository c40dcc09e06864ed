"""Figures of the docs, measured anew: suggestions for texts, and names of countries that are matched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, Reconciler
from gcmgraph.publication.suggestions import GROUPS, LONGEST, Suggester, SuggestionError
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import Literal, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.web.services import ServedDataset, reconciler_of
from program import run_here as run
from tools.measures.reconciliation import outcomes, scored, wrongly_matched
from tools.measures.reconciliation_names import LANGUAGES, Case, Countries
from tools.measures.suggestions import measure

DESK = (
    "Mobile consular desks of the Philippines give identity papers to migrant workers in Saudi Arabia, with IOM, as "
    "SDG target 16.9 asks."
)


@pytest.fixture(scope="module")
def published(built_store: Path) -> Store:
    settings = Settings(store=str(built_store))
    return open_dataset(settings.location).open_current()


@pytest.fixture(scope="module")
def suggester(published: Store) -> Suggester:
    return Suggester(published, Addresses())


def test_objective_is_suggested_with_its_words_in_three_languages(suggester: Suggester) -> None:
    for text, objective, word in (
        (DESK, "4", "identity"),
        ("Réduire le coût des envois de fonds vers le Sénégal", "20", "envois"),
        ("Alternativas a la detención de migrantes: acogida en familias", "13", "detención"),
    ):
        first = suggester.suggest(text)["objectives"][0]
        assert first.code == objective
        assert word in first.words
        assert all(word in text for word in first.words)
    assert not any(suggester.suggest("Zażółć gęślą jaźń").values())
    assert all(
        len(ones) <= GROUPS[group]
        for group, ones in suggester.suggest("Naïve " * (LONGEST // 6)).items()
    )
    assert not any(Suggester(Store.in_memory([]), Addresses()).suggest(DESK).values())


def test_names_codes_and_audiences_are_suggested_with_their_words(suggester: Suggester) -> None:
    found = suggester.suggest(DESK)
    assert [(one.code, one.words) for one in found["countries"]] == [
        ("PHL", ("Philippines",)),
        ("SAU", ("Saudi Arabia",)),
    ]
    assert [one.iri.value.rpartition("/")[2] for one in found["organisations"]] == ["iom"]
    assert found["targets"][0].code == "16.9"
    assert "target 16.9" in found["targets"][0].words
    assert [
        one.code for one in suggester.suggest("cibles 10.7, 99.9 et 16.1 des ODD")["targets"][:2]
    ] == [
        "10.7",
        "16.1",
    ]
    assert "migrants" in [one.labels.best("en") for one in found["audiences"]]
    for group, ones in found.items():
        assert len(ones) <= GROUPS[group]
        assert [one.score for one in ones] == sorted((one.score for one in ones), reverse=True)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Colombian and Venezuelan officials", ["COL", "VEN"]), ("des fonctionnaires colombiens", ["COL"]),
        ("funcionarios mexicanos de México", ["MEX"]), ("The Congolese police", []),
        ("Dominican Republic", ["DOM"]),
    ],
)  # fmt: skip
def test_adjectives_suggest_their_countries(
    suggester: Suggester, text: str, codes: list[str]
) -> None:
    assert sorted(one.code for one in suggester.suggest(text)["countries"]) == codes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no word"), ("?!… — 123 %", "no word"), ("هذا نص عن الهجرة", "no word"), ("关于移民的文字", "no word"),
        ("the and for les des contre según", "no word"), ("x" * 1_000_000, "1,000,000 characters; the limit is 20,000"),
    ],
)  # fmt: skip
def test_text_without_suggestions_is_refused_with_a_hint(
    suggester: Suggester, text: str, said: str
) -> None:
    with pytest.raises(SuggestionError, match=said) as raised:
        suggester.suggest(text)
    assert raised.value.hint is not None


def test_title_of_an_objective_suggests_the_objective(
    published: Store, suggester: Suggester
) -> None:
    v = Vocabulary(Addresses())
    objectives = {
        t.subject for t in published.triples(predicate=v("rdf:type"), object=v("gcm:Objective"))
    }
    titles = [
        t for t in published.triples(predicate=v("skos:prefLabel")) if t.subject in objectives
    ]
    read = [
        t
        for t in titles
        if isinstance(t.object, Literal) and t.object.language in ("en", "fr", "es")
    ]
    assert len(read) == 3 * 23
    assert [
        t for t in read if suggester.suggest(t.object.value)["objectives"][0].iri != t.subject
    ] == []


@pytest.mark.exhaustive
def test_suggestions_reach_the_figures_of_the_docs(published: Store) -> None:
    figures = measure(published, Settings())
    assert figures["practices"] == 76
    for language in ("en", "fr", "es"):
        assert figures["text"][language]["among_three"] >= 0.85
        assert figures["with_type"][language]["among_three"] >= 0.85
        assert figures["titles_and_labels"][language]["among_three"] < 0.81
        assert figures["found"][language]["countries"]["precision"] >= 0.9
        assert figures["found"][language]["countries"]["recall"] >= 0.57


def test_command_suggests_for_texts_spreadsheets_and_rdf(built_store: Path, tmp_path: Path) -> None:
    rows = 'Desks,"Desks give identity papers",permit or document\n"هذا نص",,\n'
    (tmp_path / "p.csv").write_text(f"title [en],description [en],type\n{rows}", "utf-8")
    (tmp_path / "note.txt").write_text("Envois de fonds", "utf-8")
    answered = run(
        "suggest",
        tmp_path / "p.csv",
        tmp_path / "note.txt",
        "--format",
        "json",
        "--store",
        built_store,
    )
    texts = json.loads(answered.stdout)["texts"]
    assert [one["title"] for one in texts] == [{}, {"en": "Desks"}, {"en": "هذا نص"}]
    assert [one["suggestions"]["objectives"][0]["code"] for one in texts[:2]] == ["20", "4"]
    assert "document" in texts[1]["suggestions"]["objectives"][0]["words"]
    assert texts[2] == {**texts[2], "suggestions": {}, "problem": texts[2]["problem"]}
    assert texts[2]["problem"].startswith("There is no word in English")
    shown = run(
        "suggest", "--text", "Envois de fonds", "--language", "fr", "--store", built_store
    ).stdout
    assert "Objectives:\n" in shown
    assert "(Envois, fonds)" in shown


def test_invalid_input_of_the_command_is_refused(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path.cwd()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff")
    for arguments, status, said in (
        ((), 2, "Give either files or --text."),
        (("--text", "…"), 1, "There is no word in English"),
        (("none.txt",), 1, "none.txt: The file cannot be read: No such file or directory."),
        (("image.png",), 1, "image.png: The file is no text in UTF-8."),
    ):
        answered = run("suggest", *arguments, "--store", small_store, "--root", root)
        assert answered.exit_code == status
        assert said in answered.stderr


@pytest.fixture(scope="module")
def countries(repository: Repository) -> Countries:
    return Countries.read(repository.root / "data" / "reference")


@pytest.fixture(scope="module")
def reconciler(small_store: Path) -> Reconciler:
    """Over all reference data, so over every country; of practices there are a few."""
    return reconciler_of(
        ServedDataset(
            open_dataset(Settings(store=str(small_store)).location), Addresses()
        ).snapshot()
    )


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
def test_names_of_countries_are_matched_without_an_error(
    countries: Countries, reconciler: Reconciler, name: str
) -> None:
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
     ("KSA", "SAU"), ("Nigeriya", "NGA"), ("Georgien", "GEO"), ("the Democrptic Republic of the Congo", "COD"),
     ("Equatroial Guinea", "GNQ"), ("Андрра", "AND")],
)  # fmt: skip
def test_everyday_and_misspelt_names_match_their_country(
    reconciler: Reconciler, name: str, country: str
) -> None:
    (told,) = outcomes(reconciler, [Case(name, country, "en")])
    assert told.matches == (f"country/{country}",)


def test_names_of_no_country_are_not_matched(countries: Countries, reconciler: Reconciler) -> None:
    cases = countries.of_no_country()
    assert len(cases) > 400
    assert wrongly_matched(outcomes(reconciler, cases)) == []


@pytest.mark.parametrize(
    "name", ["Prussia", "Siberia", "Zombia", "Gombia", "Pery", "Paraguai Uruguai"]
)
def test_an_error_that_may_be_another_name_is_not_accepted(
    reconciler: Reconciler, name: str
) -> None:
    assert wrongly_matched(outcomes(reconciler, [Case(name, None, "en")])) == []
    assert not any(
        one.match for one in reconciler.candidates(CandidateQuery("Grenad"))
    )  # of no stated kind


def test_the_measures_can_fail(reconciler: Reconciler) -> None:
    told = outcomes(reconciler, [Case("Kenya", "FRA", "en"), Case("France", "FRA", "fr")])
    score = scored(told)
    assert (score.match_precision, score.match_recall, score.first_recall) == (0.5, 0.5, 0.5)
    assert (scored(told, "en").first_recall, scored(told, "fr").first_recall) == (0, 1)
    assert wrongly_matched(told) == ["Kenya → country/KEN", "France → country/FRA"]
