"""Every statement says where it comes from, in the small graph and in the one that is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.kinds import KINDS
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import Assembly
from gcmgraph.publication.descriptions import Describer, Fact
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.provenance import OriginKind, Origins, Reader
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table
from gcmgraph.store.port import Store

GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"
A = Addresses()
V = Vocabulary(A)
PRACTICE = V("practice:glo-act")
JUDGEMENT = IRI(f"{PRACTICE.value}#judgement-9a")


@pytest.fixture
def store() -> Store:
    return Store.in_memory(read_quads(GRAPH))


def fact(store: Store, subject: IRI, predicate: str, value: object = None) -> Fact:
    description = Describer(store, A).describe(subject)
    assert description is not None
    return next(f for f in description.facts if f.predicate == V(predicate) and value in (None, f.object))


def test_origin_of_a_statement_of_a_document(store: Store) -> None:
    (origin,) = Origins(store, A).of(fact(store, PRACTICE, "gcm:country", V("country:AFG")))
    assert (origin.kind, origin.of) == (OriginKind.SOURCE, V("source:objective-09.fr"))
    (proof,) = origin.evidence
    assert (proof.reader, proof.evidence.passage.exact) == (Reader.PROGRAM, "Afghanistan")


def test_origin_of_a_judgement(store: Store) -> None:
    curated = IRI(A.graph("curated"))
    store.load(
        Quad(JUDGEMENT, V(predicate), value, curated)
        for predicate, value in (
            ("rdf:type", V("rdf:Statement")), ("rdf:subject", PRACTICE), ("rdf:predicate", V("gcm:supportsAction")),
            ("rdf:object", V("action:9a")), ("gcm:rationale", text("Because.", "en")),
            ("dct:creator", Literal("GCM Graph editors")), ("dct:created", typed("2026-11-24", "date")),
        )
    )  # fmt: skip
    (origin,) = Origins(store, A).of(fact(store, PRACTICE, "gcm:supportsAction"))
    (account,) = origin.accounts
    assert origin.kind is OriginKind.CURATED
    assert [reason.value for reason in account.reasons] == ["Because."]
    assert account.by == (Literal("GCM Graph editors"),)
    assert [date.value for date in account.dates] == ["2026-11-24"]


def test_origin_of_a_link() -> None:
    linkset = read_linkset(Repository.find().root / "data" / "linksets" / "un-sdg.sssom.tsv", A)
    store = Store.in_memory([*linkset.quads, *linkset.provenance(A)])
    (origin,) = Origins(store, A).of(fact(store, V("sdg:10.7"), "skos:exactMatch"))
    (account,) = origin.accounts
    assert origin.kind is OriginKind.LINKSET
    assert account.justification == IRI("https://w3id.org/semapv/vocab/LexicalMatching")
    assert account.confidence == typed("1", "decimal")
    assert [date.value for date in account.dates] == ["2026-11-24"]
    assert origin.note.licences


def test_origin_of_a_name_by_language() -> None:
    table = read_table(Repository.find().root / "data" / "reference" / "countries.csv", A)
    store = Store.in_memory([*table.quads, *table.provenance(A)])
    (origin,) = Origins(store, A).of(fact(store, V("country:AFG"), "skos:prefLabel", text("Afganistán", "es")))
    assert [column.language for column in origin.columns] == ["es"]


def test_judgements_in_the_description(store: Store) -> None:
    curated = IRI(A.graph("curated"))
    reason = Quad(JUDGEMENT, V("gcm:rationale"), text("Because.", "en"), curated)
    store.load([reason, Quad(JUDGEMENT, V("rdf:subject"), PRACTICE, curated)])
    description = Describer(store, A).describe(PRACTICE)
    assert description is not None
    assert reason.triple in description.triples


def test_inferred_statement_without_origin(store: Store) -> None:
    assert Origins(store, A).of(fact(store, PRACTICE, "gcm:involvesOrganisation")) == ()


def test_origin_of_a_contributed_statement(store: Store) -> None:
    graph = IRI(A.graph("contribution/1"))
    evidence = IRI(f"{V('source:objective-09.fr').value}/0-40#evidence-3")
    store.load(
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
    (origin,) = Origins(store, A).of(fact(store, PRACTICE, "gcm:areaOfWork"))
    assert (origin.kind, origin.of) == (OriginKind.CONTRIBUTION, V("contribution:1"))
    assert [proof.reader for proof in origin.evidence] == [Reader.CONTRIBUTOR]
    assert origin.note.by == (IRI("https://example.org/ngo"),)
    assert len(origin.note.dates) == 1


def test_origin_of_a_loaded_graph(store: Store) -> None:
    store.load([Quad(PRACTICE, V("rdfs:seeAlso"), IRI("https://example.org/x"), IRI("https://example.org/graph"))])
    (origin,) = Origins(store, A).of(fact(store, PRACTICE, "rdfs:seeAlso"))
    assert (origin.kind, origin.graph.value) == (OriginKind.OTHER, "https://example.org/graph")


def test_origin_of_every_statement(store: Store) -> None:
    listings, describer, origins = Listings(store, A), Describer(store, A), Origins(store, A)
    checked = 0
    for kind in KINDS:
        for iri in listings.of(kind).members:
            description = describer.describe(iri)
            assert description is not None
            for stated in description.facts:
                assert stated.inferred or origins.of(stated), stated
                checked += 1
    assert checked > 40


def test_reasons_of_all_judgements(assembly: Assembly) -> None:
    curated = IRI(A.graph("curated"))
    store = Store.in_memory(quad for quad in assembly.quads if quad.graph_name == curated)
    origins = Origins(store, A)
    judged = [quad for quad in assembly.quads if quad.predicate == V("gcm:supportsAction")]
    assert len(judged) > 150
    for quad in judged:
        assert isinstance(quad.subject, IRI)
        assert quad.graph_name == curated
        (origin,) = origins.of(Fact(quad.subject, quad.predicate, quad.object, (curated.value,)))
        (account,) = origin.accounts
        assert sorted(str(reason.language) for reason in account.reasons) == ["en", "es", "fr"], quad
        assert account.by, quad
        assert account.dates, quad
