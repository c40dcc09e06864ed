"""The bounded description of a resource, the choice of labels, and the origin of every statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.linking.sssom import read_linkset
from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import natural
from gcmgraph.publication import descriptions as describe
from gcmgraph.publication.assembly import Assembly
from gcmgraph.publication.descriptions import Describer, Description, Fact, Labels
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.provenance import OriginKind, Origins, Reader
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Triple, Vocabulary, text, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table
from gcmgraph.store.port import Store

GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"
A = Addresses()
V = Vocabulary(A)
PRACTICE = V("practice:glo-act")


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.in_memory(read_quads(GRAPH))


def described(store: Store, iri: IRI = PRACTICE) -> Description | None:
    return Describer(store, A).describe(iri)


def test_description_joins_all_graphs_with_parts_evidence_and_labels(store: Store) -> None:
    description = described(store)
    assert set(description.values(V("gcm:country"))) == {V("country:AFG"), V("country:IRQ")}
    inferred = {fact.predicate for fact in description.facts if fact.inferred}
    assert inferred == {V("gcm:involvesOrganisation"), V("rdf:type")}
    (judgement,) = [fact for fact in description.facts if fact.predicate == V("gcm:supportsAction")]
    assert judgement.graphs == (A.graph("curated"),)
    amount = IRI(f"{PRACTICE.value}#funding-amount")  # a part of a part
    assert set(description.parts) == {IRI(f"{PRACTICE.value}#funding"), amount}
    assert Triple(amount, V("schema:currency"), Literal("EUR")) in description.triples
    assert (
        Triple(V("country:IRQ"), V("skos:prefLabel"), text("العراق", "ar")) in description.triples
    )
    (fact,) = [f for f in description.facts if f.object == V("country:AFG")]
    (evidence,) = fact.evidence
    passage = evidence.passage
    assert (passage.exact, passage.start, passage.end) == ("Afghanistan", 11, 22)
    assert passage.source == V("source:objective-09.fr")
    assert evidence.triples <= description.triples
    organisation = described(store, V("organisation:unodc"))  # a part that refers to its whole
    assert [part.value.partition("#")[2] for part in organisation.parts] == ["membership-AFG"]
    assert {fact.subject for fact in organisation.inbound} == {PRACTICE}


def test_inbound_statements_above_the_limit_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe, "MAX_INBOUND", 3)
    target = V("country:AFG")
    quads = [
        Quad(V(f"practice:p{n}"), V("gcm:country"), target, V("graph:curated")) for n in range(5)
    ]
    store = Store.in_memory(
        [Quad(target, V("gcm:iso3"), Literal("AFG"), V("graph:curated")), *quads]
    )
    description = described(store, target)
    assert (len(description.inbound), description.inbound_left_out) == (3, 2)


def test_resource_without_a_name_is_labelled_by_its_code_or_address(store: Store) -> None:
    labels = Labels(store, A)
    assert labels.of(V("sdg:10.7"), "en").text == "10.7"
    membership = labels.of(IRI(f"{V('organisation:unodc').value}#membership-AFG"), "en")
    assert membership.text == "United Nations Office on Drugs and Crime (membership AFG)"
    assert labels.of(V("foaf:homepage"), "en").text == "foaf:homepage"


def test_contributions_do_not_name_external_resources() -> None:
    external, own, naming = (
        IRI("http://metadata.un.org/sdg/10.7"),
        V("practice:p"),
        V("skos:prefLabel"),
    )
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


def test_codes_are_in_natural_order() -> None:
    codes = ["10", "9b", "9", "16.10", "16.9", "9a", "007", "8", "9" * 5000]
    assert sorted(codes, key=natural) == [
        "007",
        "8",
        "9",
        "9a",
        "9b",
        "10",
        "16.9",
        "16.10",
        "9" * 5000,
    ]


TITLES = {
    "a": [("Agreements", "en"), ("Accords", "fr")],
    "b": [("Agreements", "en")],
    "c": [("Accord", "fr")],
}


@pytest.fixture(scope="module")
def titled() -> Store:
    graph = IRI(A.graph("curated"))
    quads = []
    for number, (slug, titles) in enumerate(TITLES.items(), start=5):
        practice, objective = (
            IRI(A.resource("practice", slug)),
            IRI(A.resource("objective", str(number))),
        )
        quads += [
            Quad(practice, V("rdf:type"), V("gcm:Practice"), graph),
            Quad(practice, V("gcm:objective"), objective, graph),
            Quad(objective, V("rdf:type"), V("gcm:Objective"), graph),
            Quad(objective, V("skos:notation"), text(str(number), "en"), graph),
            *(
                Quad(practice, V("dct:title"), text(title, language), graph)
                for title, language in titles
            ),
        ]
    return Store.in_memory(quads)


def test_objective_follows_a_shared_title(titled: Store) -> None:
    for names in (Labels(titled, A), Listings(titled, A).labels):
        for slug, language, expected in (
            ("a", "en", "Agreements (objective 5)"), ("b", "en", "Agreements (objective 6)"),
            ("b", "fr", "Agreements (objective 6)"), ("a", "fr", "Accords (objectif 5)"), ("c", "fr", "Accord"),
        ):  # fmt: skip
            assert names.of(IRI(A.resource("practice", slug)), language).text == expected


JUDGEMENT = IRI(f"{PRACTICE.value}#judgement-9a")


@pytest.fixture
def fresh() -> Store:
    return Store.in_memory(read_quads(GRAPH))


def fact(fresh: Store, subject: IRI, predicate: str, value: object = None) -> Fact:
    return next(
        f
        for f in described(fresh, subject).facts
        if f.predicate == V(predicate) and value in (None, f.object)
    )


def test_statement_of_a_document_has_the_document_as_origin(fresh: Store) -> None:
    (origin,) = Origins(fresh, A).of(fact(fresh, PRACTICE, "gcm:country", V("country:AFG")))
    assert (origin.kind, origin.of) == (OriginKind.SOURCE, V("source:objective-09.fr"))
    (support,) = origin.evidence
    assert (support.reader, support.evidence.passage.exact) == (Reader.PROGRAM, "Afghanistan")


def test_judgement_has_its_reason_and_editors_as_origin(fresh: Store) -> None:
    curated = IRI(A.graph("curated"))
    fresh.load(
        Quad(JUDGEMENT, V(predicate), value, curated)
        for predicate, value in (
            ("rdf:type", V("rdf:Statement")), ("rdf:subject", PRACTICE), ("rdf:predicate", V("gcm:supportsAction")),
            ("rdf:object", V("action:9a")), ("gcm:rationale", text("Because.", "en")),
            ("dct:creator", Literal("GCM Graph editors")), ("dct:created", typed("2026-11-24", "date")),
        )
    )  # fmt: skip
    stated = fact(fresh, PRACTICE, "gcm:supportsAction")
    (origin,) = Origins(fresh, A).of(stated)
    (account,) = origin.accounts
    assert Triple(JUDGEMENT, V("gcm:rationale"), text("Because.", "en")) in described(fresh).triples
    assert origin.kind is OriginKind.CURATED
    assert [reason.value for reason in account.reasons] == ["Because."]
    assert account.by == (Literal("GCM Graph editors"),)
    assert [date.value for date in account.dates] == ["2026-11-24"]


def test_link_has_its_link_set_as_origin() -> None:
    linkset = read_linkset(Repository.find().root / "data" / "linksets" / "un-sdg.sssom.tsv", A)
    fresh = Store.in_memory([*linkset.quads, *linkset.provenance(A)])
    (origin,) = Origins(fresh, A).of(fact(fresh, V("sdg:10.7"), "skos:exactMatch"))
    (account,) = origin.accounts
    assert origin.kind is OriginKind.LINKSET
    assert account.justification == IRI("https://w3id.org/semapv/vocab/LexicalMatching")
    assert account.confidence == typed("1", "decimal")
    assert [date.value for date in account.dates] == ["2026-11-24"]
    assert origin.note.licences


def test_name_has_the_column_of_its_language_as_origin() -> None:
    table = read_table(Repository.find().root / "data" / "reference" / "countries.csv", A)
    fresh = Store.in_memory([*table.quads, *table.provenance(A)])
    (origin,) = Origins(fresh, A).of(
        fact(fresh, V("country:AFG"), "skos:prefLabel", text("Afganistán", "es"))
    )
    assert [column.language for column in origin.columns] == ["es"]


def test_contributed_statement_has_its_contribution_as_origin(fresh: Store) -> None:
    graph = IRI(A.graph("contribution/1"))
    evidence = IRI(f"{V('source:objective-09.fr').value}/0-40#evidence-3")
    fresh.load(
        [
            Quad(PRACTICE, V("gcm:areaOfWork"), V("concept:area-of-work/x"), graph),
            Quad(graph, V("prov:wasAttributedTo"), IRI("https://example.org/ngo"), IRI(A.graph("provenance"))),
            Quad(graph, V("prov:generatedAtTime"), typed("2026-11-24T10:00:00Z", "dateTime"), graph),
            *(
                Quad(evidence, V(predicate), value, graph)
                for predicate, value in (
                    ("oa:hasTarget", IRI(f"{V('source:objective-09.fr').value}/0-40")), ("rdf:subject", PRACTICE),
                    ("rdf:predicate", V("gcm:areaOfWork")), ("rdf:object", V("concept:area-of-work/x")),
                )
            ),
        ]
    )  # fmt: skip
    (origin,) = Origins(fresh, A).of(fact(fresh, PRACTICE, "gcm:areaOfWork"))
    assert (origin.kind, origin.of) == (OriginKind.CONTRIBUTION, V("contribution:1"))
    assert [support.reader for support in origin.evidence] == [Reader.CONTRIBUTOR]
    assert origin.note.by == (IRI("https://example.org/ngo"),)
    assert len(origin.note.dates) == 1


def test_every_statement_has_an_origin(fresh: Store) -> None:
    fresh.load(
        [
            Quad(
                PRACTICE,
                V("rdfs:seeAlso"),
                IRI("https://example.org/x"),
                IRI("https://example.org/graph"),
            )
        ]
    )
    listings, origins = Listings(fresh, A), Origins(fresh, A)
    (origin,) = origins.of(fact(fresh, PRACTICE, "rdfs:seeAlso"))
    assert (origin.kind, origin.graph.value) == (OriginKind.OTHER, "https://example.org/graph")
    assert origins.of(fact(fresh, PRACTICE, "gcm:involvesOrganisation")) == ()  # inferred
    checked = 0
    for kind in KINDS:
        for iri in listings.of(kind).members:
            for stated in described(fresh, iri).facts:
                assert stated.inferred or origins.of(stated), stated
                checked += 1
    assert checked > 40


def test_every_judgement_has_a_reason(assembly: Assembly) -> None:
    curated = IRI(A.graph("curated"))
    fresh = Store.in_memory(quad for quad in assembly.quads if quad.graph_name == curated)
    origins = Origins(fresh, A)
    judged = [quad for quad in assembly.quads if quad.predicate == V("gcm:supportsAction")]
    assert len(judged) > 150
    for quad in judged:
        assert quad.graph_name == curated
        (origin,) = origins.of(Fact(quad.subject, quad.predicate, quad.object, (curated.value,)))
        (account,) = origin.accounts
        assert sorted(str(reason.language) for reason in account.reasons) == ["en", "es", "fr"], (
            quad
        )
        assert account.by, quad
        assert account.dates, quad
