"""The bounded description of a resource, and the choice of labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication import descriptions as describe
from gcmgraph.publication.descriptions import Describer, Description, Labels, choose
from gcmgraph.publication.lists.index import Listings
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.port import Store
from gcmgraph.text import natural

GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"
A = Addresses()
V = Vocabulary(A)
PRACTICE = V("practice:glo-act")


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.in_memory(read_quads(GRAPH))


def described(store: Store, iri: IRI = PRACTICE) -> Description:
    description = Describer(store, A).describe(iri)
    assert description is not None
    return description


def test_statements_of_all_graphs(store: Store) -> None:
    description = described(store)
    assert set(description.values(V("gcm:country"))) == {V("country:AFG"), V("country:IRQ")}
    inferred = {fact.predicate for fact in description.facts if fact.inferred}
    assert inferred == {V("gcm:involvesOrganisation"), V("rdf:type")}
    (judgement,) = [fact for fact in description.facts if fact.predicate == V("gcm:supportsAction")]
    assert judgement.graphs == (A.graph("curated"),)


def test_parts_of_parts(store: Store) -> None:
    description = described(store)
    amount = IRI(f"{PRACTICE.value}#funding-amount")
    assert set(description.parts) == {IRI(f"{PRACTICE.value}#funding"), amount}
    assert Triple(amount, V("schema:currency"), Literal("EUR")) in description.triples


def test_parts_that_refer_to_their_whole(store: Store) -> None:
    description = described(store, V("organisation:unodc"))
    assert [part.value.partition("#")[2] for part in description.parts] == ["membership-AFG"]
    assert {fact.subject for fact in description.inbound} == {PRACTICE}


def test_evidence_of_a_statement(store: Store) -> None:
    description = described(store)
    (fact,) = [f for f in description.facts if f.object == V("country:AFG")]
    (evidence,) = fact.evidence
    passage = evidence.passage
    assert (passage.exact, passage.start, passage.end) == ("Afghanistan", 11, 22)
    assert passage.source == V("source:objective-09.fr")
    assert evidence.triples <= description.triples


def test_labels_in_the_description(store: Store) -> None:
    description = described(store)
    assert Triple(V("country:IRQ"), V("skos:prefLabel"), text("العراق", "ar")) in description.triples


def test_limit_on_inbound_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe, "MAX_INBOUND", 3)
    target = V("country:AFG")
    quads = [Quad(V(f"practice:p{n}"), V("gcm:country"), target, V("graph:curated")) for n in range(5)]
    store = Store.in_memory([Quad(target, V("gcm:iso3"), Literal("AFG"), V("graph:curated")), *quads])
    description = described(store, target)
    assert (len(description.inbound), description.inbound_left_out) == (3, 2)


@pytest.mark.parametrize(
    ("languages", "asked", "chosen"),
    [
        (("ar", "en", "fr"), "ar", "ar"),
        (("ar", "en", "fr"), "ru", "en"),
        (("ar", "fr", "es"), "ru", "fr"),
        (("ar", "es"), "en", "es"),
        (("zh", "ar"), "en", "ar"),
        (("fr-ca", "en"), "fr", "fr-ca"),
        (("ar", "es"), "zh", "es"),
        (("ru", "es", "fr", "en"), "zh", "en"),
    ],
)
def test_fallback_of_label_languages(languages: tuple[str, ...], asked: str, chosen: str) -> None:
    found = choose([text(tag, tag) for tag in languages], asked)
    assert found is not None
    assert found.language == chosen


def test_labels_of_resources_without_names(store: Store) -> None:
    labels = Labels(store, A)
    assert labels.of(V("sdg:10.7"), "en").text == "10.7"
    membership = labels.of(IRI(f"{V('organisation:unodc').value}#membership-AFG"), "en")
    assert membership.text == "United Nations Office on Drugs and Crime (membership AFG)"
    assert labels.of(V("foaf:homepage"), "en").text == "foaf:homepage"


def test_labels_of_external_resources() -> None:
    external, own, naming = IRI("http://metadata.un.org/sdg/10.7"), V("practice:p"), V("skos:prefLabel")
    contributed = IRI(A.graph("contribution/1"))
    store = Store.in_memory(
        [
            *(Quad(iri, naming, text("Contributed", "en"), contributed) for iri in (external, own)),
            Quad(external, V("skos:notation"), Literal("666"), contributed),
        ]
    )
    assert Labels(store, A).of(external, "en").text == external.value
    assert Labels(store, A).of(own, "en").text == "Contributed"
    store.load([Quad(external, naming, text("Target 10.7", "en"), IRI(A.graph("linksets/sdg")))])
    assert Labels(store, A).of(external, "en").text == "Target 10.7"


def test_lists_without_passages_and_parts(store: Store) -> None:
    listings = Listings(store, A)
    assert listings.counts()["source"] == 1
    assert [e.label.text for e in listings.of("country").entries("fr")] == ["Afghanistan", "Iraq"]


def test_natural_order_of_codes() -> None:
    codes = ["10", "9b", "9", "16.10", "16.9", "9a", "007", "8", "9" * 5000]
    assert sorted(codes, key=natural) == ["007", "8", "9", "9a", "9b", "10", "16.9", "16.10", "9" * 5000]


TITLES = {"a": [("Agreements", "en"), ("Accords", "fr")], "b": [("Agreements", "en")], "c": [("Accord", "fr")]}


@pytest.fixture(scope="module")
def titled() -> Store:
    graph = IRI(A.graph("curated"))
    quads = []
    for number, (slug, titles) in enumerate(TITLES.items(), start=5):
        practice, objective = IRI(A.thing("practice", slug)), IRI(A.thing("objective", str(number)))
        quads += [
            Quad(practice, V("rdf:type"), V("gcm:Practice"), graph),
            Quad(practice, V("gcm:objective"), objective, graph),
            Quad(objective, V("rdf:type"), V("gcm:Objective"), graph),
            Quad(objective, V("skos:notation"), text(str(number), "en"), graph),
            *(Quad(practice, V("dct:title"), text(title, language), graph) for title, language in titles),
        ]
    return Store.in_memory(quads)


@pytest.fixture(scope="module", params=["labels", "list file"])
def label(request: pytest.FixtureRequest, titled: Store) -> object:
    names = Labels(titled, A) if request.param == "labels" else Listings(titled, A).labels
    return lambda slug, language: names.of(IRI(A.thing("practice", slug)), language).text


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
