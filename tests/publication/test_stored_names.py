"""Names matched with the labels of a version's file, as they are with an index in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.linking.matching.candidates import SAME_LETTERS, Name
from gcmgraph.linking.matching.index import MatchIndex
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.reconciliation.name_index import StoredMatchIndex
from gcmgraph.publication.search.file import LABELS, make_file
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.labels import SearchLabel, stored_labels
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.text.folding import fold_words

A = Addresses()
KINDS = {"country"}


def label(thing: str, text: str, language: str | None = "en", *, code: bool = False, rank: int = 0) -> SearchLabel:
    kind = thing.partition("/")[0]
    return SearchLabel(IRI(f"{A.base}id/{thing}"), kind, text, language, code, rank, f" {fold_words(text)}")


def name(label: SearchLabel) -> Name:
    thing = label.iri.value.removeprefix(f"{A.base}id/")
    return Name(thing, label.kind, label.text, label.language, label.code, not label.code and label.rank == 0)


def opened(file: Path) -> SearchIndex:
    return SearchIndex(EmbeddedStore.in_memory(), A, file)


@pytest.fixture(scope="module")
def labels(graph: EmbeddedStore) -> list[SearchLabel]:
    return sorted(stored_labels(graph, A), key=lambda one: one.order)


@pytest.fixture(scope="module")
def stored(labels: list[SearchLabel], tmp_path_factory: pytest.TempPathFactory) -> StoredMatchIndex:
    file = tmp_path_factory.mktemp("labels") / LABELS
    make_file(file, labels, A)
    return StoredMatchIndex(opened(file), KINDS)


@pytest.fixture(scope="module")
def memory(labels: list[SearchLabel]) -> MatchIndex:
    return MatchIndex(map(name, labels), KINDS)


@pytest.mark.exhaustive
@pytest.mark.parametrize("kinds", [(), ("country",), ("country", "organisation")])
def test_what_a_name_means_is_the_same(
    labels: list[SearchLabel], stored: StoredMatchIndex, memory: MatchIndex, kinds: tuple[str, ...]
) -> None:
    """For each ninth name, as it is: what is the same and what is safe, with its score."""
    for text in dict.fromkeys(one.text for one in labels[::9]):
        ours, theirs = (
            [(c.thing, c.score, c.name, c.safe) for c in index.candidates(text, kinds, 50) if c.same]
            for index in (stored, memory)
        )
        assert ours == theirs, text


def test_names_spelt_almost_so_are_found(
    labels: list[SearchLabel], stored: StoredMatchIndex, memory: MatchIndex
) -> None:
    """Names of countries with a letter left out: what the index in memory finds first is found first."""
    named = [one.text for one in labels if one.kind == "country" and not one.code and len(one.text) > 4][::5]
    assert len(named) > 300
    differing = []
    for at, text in enumerate(named):
        wrong = text[: at % len(text)] + text[at % len(text) + 1 :]
        ours, theirs = (index.candidates(wrong, ("country",)) for index in (stored, memory))
        if ours[:1] != theirs[:1] and (not ours or ours[0].score < theirs[0].score):
            differing.append(wrong)
    assert differing == []


def test_a_short_word_is_not_looked_for_within_all_words(tmp_path: Path) -> None:
    """One label has the word "o" and the word "u"; more labels than are read have these letters."""
    many = [label(f"practice/{number}", f"Suo {number}") for number in range(3_000)]
    cambodia = [label("country/KHM", "the Kingdom of Cambodia", language) for language in ("en", "x")]
    make_file(tmp_path / LABELS, [*many, label("practice/words", "o u"), *cambodia], A)
    index = StoredMatchIndex(opened(tmp_path / LABELS), KINDS)
    for kinds in ((), ("country",)):
        for wrong in ("the Kingdom o Cambodia", "the Kingdom u Cambodia"):
            assert [found.thing for found in index.candidates(wrong, kinds)] == ["country/KHM"]


def test_the_first_of_names_that_are_equally_like_is_told(stored: StoredMatchIndex) -> None:
    """Chile is called so in English and in Spanish."""
    for wrong in ("Chlie", "Chie", "Chilee", "Chole"):
        best = stored.candidates(wrong, ("country",))[0].name
        assert (best.text, best.language) == ("Chile", "en")


def test_codes_in_any_case(stored: StoredMatchIndex) -> None:
    assert {found.thing for found in stored.of_code("afg", ("country",))} == {"country/AFG"}
    assert stored.of_code("afg", ("practice",)) == []
    assert stored.of_code("afghanistan") == []


def test_few_of_a_kind_are_found_among_many_of_another(tmp_path: Path) -> None:
    """The query is a country, and ten thousand practices have similar names."""
    many = [label(f"practice/{number}", f"Guatemalan plan {number}") for number in range(10_000)]
    make_file(tmp_path / LABELS, [*many, label("country/GTM", "Guatemala")], A)
    index = StoredMatchIndex(opened(tmp_path / LABELS), KINDS)
    (found,) = index.candidates("Guatemla", ("country",))
    assert (found.thing, found.same) == ("country/GTM", False)
    assert found.score < SAME_LETTERS
