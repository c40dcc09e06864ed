"""Labels of practices that have a title in common."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.descriptions import Labels
from gcmgraph.publication.lists.index import Listings
from gcmgraph.store.port import Store

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
TITLES = {"a": [("Agreements", "en"), ("Accords", "fr")], "b": [("Agreements", "en")], "c": [("Accord", "fr")]}


@pytest.fixture(scope="module")
def store() -> Store:
    graph = IRI(ADDRESSES.graph("curated"))
    quads = []
    for number, (slug, titles) in enumerate(TITLES.items(), start=5):
        practice, objective = IRI(ADDRESSES.thing("practice", slug)), IRI(ADDRESSES.thing("objective", str(number)))
        quads += [
            Quad(practice, V("rdf:type"), V("gcm:Practice"), graph),
            Quad(practice, V("gcm:objective"), objective, graph),
            Quad(objective, V("rdf:type"), V("gcm:Objective"), graph),
            Quad(objective, V("skos:notation"), text(str(number), "en"), graph),
            *(Quad(practice, V("dct:title"), text(title, language), graph) for title, language in titles),
        ]
    return Store.in_memory(quads)


@pytest.fixture(scope="module", params=["labels", "list file"])
def label(request: pytest.FixtureRequest, store: Store) -> object:
    names = Labels(store, ADDRESSES) if request.param == "labels" else Listings(store, ADDRESSES).labels
    return lambda slug, language: names.of(IRI(ADDRESSES.thing("practice", slug)), language).text


@pytest.mark.parametrize(
    ("slug", "language", "expected"),
    [
        ("a", "en", "Agreements (objective 5)"),
        ("b", "en", "Agreements (objective 6)"),
        ("b", "fr", "Agreements (objective 6)"),
        ("a", "fr", "Accords (objectif 5)"),
        ("c", "fr", "Accord"),
    ],
)
def test_objective_follows_a_shared_title(label: object, slug: str, language: str, expected: str) -> None:
    assert callable(label)
    assert label(slug, language) == expected
