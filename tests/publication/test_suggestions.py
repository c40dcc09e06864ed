"""Suggestions for texts of practices, over everything that this repository publishes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.suggestions import GROUPS, LONGEST, Suggester, SuggestionError
from gcmgraph.publication.versions.following import open_dataset
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from program import run
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


@pytest.mark.parametrize(
    ("text", "objective", "word"),
    [
        (DESK, "4", "identity"),
        ("Réduire le coût des envois de fonds vers le Sénégal", "20", "envois"),
        ("Alternativas a la detención de migrantes: acogida en familias", "13", "detención"),
        ("Training of judges against smugglers of migrants", "9", "smugglers"),
    ],
)
def test_objective_with_its_words_in_three_languages(
    suggester: Suggester, text: str, objective: str, word: str
) -> None:
    first = suggester.suggest(text)["objectives"][0]
    assert first.code == objective
    assert word in first.words
    assert all(word in text for word in first.words)


def test_names_codes_and_audiences_with_their_words(suggester: Suggester) -> None:
    found = suggester.suggest(DESK)
    assert [(one.code, one.words) for one in found["countries"]] == [
        ("PHL", ("Philippines",)),
        ("SAU", ("Saudi Arabia",)),
    ]
    assert [one.iri.value.rpartition("/")[2] for one in found["organisations"]] == ["iom"]
    assert found["targets"][0].code == "16.9"
    assert "target 16.9" in found["targets"][0].words
    assert [one.code for one in suggester.suggest("cibles 10.7, 99.9 et 16.1 des ODD")["targets"][:2]] == [
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
def test_adjectives_of_countries(suggester: Suggester, text: str, codes: list[str]) -> None:
    assert sorted(one.code for one in suggester.suggest(text)["countries"]) == codes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no word"), ("?!… — 123 %", "no word"), ("هذا نص عن الهجرة", "no word"), ("关于移民的文字", "no word"),
        ("the and for les des contre según", "no word"), ("x" * 1_000_000, "1,000,000 characters; the limit is 20,000"),
    ],
)  # fmt: skip
def test_message_for_texts_without_suggestions(suggester: Suggester, text: str, said: str) -> None:
    with pytest.raises(SuggestionError, match=said) as raised:
        suggester.suggest(text)
    assert raised.value.hint is not None


def test_text_in_another_language(suggester: Suggester) -> None:
    assert not any(suggester.suggest("Zażółć gęślą jaźń").values())
    assert all(len(ones) <= GROUPS[group] for group, ones in suggester.suggest("Naïve " * (LONGEST // 6)).items())


def test_suggestions_from_an_empty_graph() -> None:
    assert not any(Suggester(Store.in_memory([]), Addresses()).suggest(DESK).values())


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_title_of_an_objective(published: Store, suggester: Suggester, language: str) -> None:
    v = Vocabulary(Addresses())
    objectives = {t.subject for t in published.triples(predicate=v("rdf:type"), object=v("gcm:Objective"))}
    titles = {
        (objective, title.object.value)
        for objective in objectives
        if isinstance(objective, IRI)
        for title in published.triples(objective, v("skos:prefLabel"))
        if isinstance(title.object, Literal) and title.object.language == language
    }
    assert len(titles) == 23
    assert [o for o, title in titles if suggester.suggest(title)["objectives"][0].iri != o] == []


def test_figures_of_the_docs(published: Store) -> None:
    figures = measure(published, Settings())
    assert figures["practices"] == 76
    for language in ("en", "fr", "es"):
        assert figures["text"][language]["among_three"] >= 0.85
        assert figures["with_type"][language]["among_three"] >= 0.85
        assert figures["titles_and_labels"][language]["among_three"] < 0.81
        assert figures["found"][language]["countries"]["precision"] >= 0.9
        assert figures["found"][language]["countries"]["recall"] >= 0.57


def test_command_for_texts_spreadsheets_and_rdf(built_store: Path, tmp_path: Path) -> None:
    rows = 'Desks,"Desks give identity papers",permit or document\n"هذا نص",,\n'
    (tmp_path / "p.csv").write_text(f"title [en],description [en],type\n{rows}", "utf-8")
    (tmp_path / "note.txt").write_text("Envois de fonds", "utf-8")
    answered = run("suggest", tmp_path / "p.csv", tmp_path / "note.txt", "--format", "json", "--store", built_store)
    texts = json.loads(answered.stdout)["texts"]
    assert [one["title"] for one in texts] == [{}, {"en": "Desks"}, {"en": "هذا نص"}]
    assert [one["suggestions"]["objectives"][0]["code"] for one in texts[:2]] == ["20", "4"]
    assert "document" in texts[1]["suggestions"]["objectives"][0]["words"]
    assert texts[2] == {**texts[2], "suggestions": {}, "problem": texts[2]["problem"]}
    assert texts[2]["problem"].startswith("There is no word in English")
    shown = run("suggest", "--text", "Envois de fonds", "--language", "fr", "--store", built_store).stdout
    assert "Objectives:\n" in shown
    assert "(Envois, fonds)" in shown


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "Give either files or --text."), (("--text", "…"), 1, "There is no word in English"),
        (("none.txt",), 1, "none.txt: The file cannot be read: No such file or directory."),
        (("image.png",), 1, "image.png: The file is no text in UTF-8."),
    ],
)  # fmt: skip
def test_invalid_input_of_the_command(
    built_store: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff")
    answered = run("suggest", *arguments, "--store", built_store, "--root", Path.cwd(), folder=tmp_path)
    assert answered.returncode == status
    assert said in answered.stderr
    assert "Traceback" not in answered.stderr
