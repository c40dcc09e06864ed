"""Inferred statements of a change; imported files of the UN in place of reference tables."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import Assembly, infer, read_reference, with_inferred
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Change, Store

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
GRAPHS = [IRI(ADDRESSES.graph(name)) for name in ("contribution/1", "contribution/2")]

_PRACTICES = [V("practice:x"), V("practice:y")]
_OBJECTIVES = [V("objective:9"), V("objective:10")]
_THINGS = st.sampled_from([*_PRACTICES, *_OBJECTIVES, V("organisation:unodc")])


def _quads(predicate: str, objects: list[IRI]) -> st.SearchStrategy[Quad]:
    return st.builds(Quad, _THINGS, st.just(V(predicate)), st.sampled_from(objects), st.sampled_from(GRAPHS))


_STATED = st.frozensets(
    _quads("rdf:type", [V("gcm:Practice"), V("gcm:Action"), V("prov:Activity"), V("gcm:Organisation")])
    | _quads("gcm:objective", _OBJECTIVES)
    | _quads("gcm:hasPractice", _PRACTICES)
    | _quads("dct:isPartOf", _PRACTICES)
    | _quads("gcm:leadOrganisation", [V("organisation:unodc")])
    | _quads("gcm:involvesOrganisation", [V("organisation:unodc")]),
    max_size=8,
)


@pytest.mark.exhaustive
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(before=_STATED, after=_STATED)
def test_inferred_statements_of_a_change(assembly: Assembly, before: frozenset[Quad], after: frozenset[Quad]) -> None:
    ontology = {quad for quad in assembly.quads if quad.graph_name == IRI(ADDRESSES.graph("ontology"))}
    old = {*ontology, *before}
    old |= set(infer(old, ADDRESSES))
    new = {*ontology, *after}
    new |= set(infer(new, ADDRESSES))
    change = with_inferred(Store.in_memory(old), Change(before - after, after - before), ADDRESSES)
    assert (old - change.removed) | change.added == new
    assert change.removed <= old
    assert not change.added & old


@pytest.mark.parametrize(("kind", "scheme"), [("gcm:Action", "concept:actions"), ("gcm:Country", "concept:countries")])
def test_top_concepts_of_schemes(small_assembly: Assembly, kind: str, scheme: str) -> None:
    triples = {quad.triple for quad in small_assembly.quads}
    members = {t.subject for t in triples if (t.predicate, t.object) == (V("rdf:type"), V(kind))}
    assert len(members) > 10
    for curie in ("skos:inScheme", "skos:topConceptOf"):
        assert {t.subject for t in triples if (t.predicate, t.object) == (V(curie), V(scheme))} == members
    tops = {t.object for t in triples if (t.subject, t.predicate) == (V(scheme), V("skos:hasTopConcept"))}
    assert tops == members
    assert any(t.subject == V(scheme) and t.object == V("skos:ConceptScheme") for t in triples)


TREATIES, M49 = V("graph:reference/un-treaties"), V("graph:reference/un-m49")
PROVENANCE = V("graph:provenance")
KENYA, SOUTHERN_ASIA = V("country:KEN"), V("concept:m49/034")
SMUGGLING = V("graph:reference/participation-smuggling-protocol")
TRAFFICKING = V("graph:reference/participation-trafficking-protocol")
PARTY = V("instrument:smuggling-protocol#participation-ALB")
IMPORTED = (
    Quad(PARTY, V("gcm:participationIn"), V("instrument:smuggling-protocol"), TREATIES),
    Quad(PARTY, V("gcm:asOf"), typed("2026-11-01", "date"), TREATIES),
    Quad(KENYA, V("gcm:region"), V("concept:m49/017"), M49),
    Quad(SOUTHERN_ASIA, V("skos:prefLabel"), text("South Asia", "en"), M49),
)


@pytest.fixture(scope="module")
def tables(small_repository: Repository) -> set[Quad]:
    return set(read_reference(small_repository, ADDRESSES))


@pytest.fixture(scope="module")
def beside(small_repository: Repository) -> set[Quad]:
    return set(read_reference(small_repository, ADDRESSES, IMPORTED))


def test_table_of_an_imported_treaty(tables: set[Quad], beside: set[Quad]) -> None:
    for quads, there in ((tables, True), (beside, False)):
        assert any(q.graph_name == SMUGGLING for q in quads) is there
        assert any(q.subject == SMUGGLING for q in quads if q.graph_name == PROVENANCE) is there
        assert any(q.graph_name == TRAFFICKING for q in quads), "of another treaty nothing was imported"


def test_replaced_regions_and_names(tables: set[Quad], beside: set[Quad]) -> None:
    gone = {(q.subject, q.predicate) for q in tables - beside if q.graph_name not in (SMUGGLING, PROVENANCE)}
    assert gone == {(KENYA, V("gcm:region")), (SOUTHERN_ASIA, V("skos:prefLabel")), (SOUTHERN_ASIA, V("skos:broader"))}


def test_names_in_languages_without_an_import(tables: set[Quad], beside: set[Quad]) -> None:
    gone = {q.object for q in tables - beside if q.subject == SOUTHERN_ASIA and q.predicate == V("skos:prefLabel")}
    assert gone == {text("Southern Asia", "en")}
    names = {q.object for q in beside if q.subject == SOUTHERN_ASIA and q.predicate == V("skos:prefLabel")}
    assert {getattr(name, "language", None) for name in names} == {"fr", "es", "ar", "zh", "ru"}


def test_statements_of_other_graphs_replace_none(tables: set[Quad], small_repository: Repository) -> None:
    moved = [Quad(q.subject, q.predicate, q.object, V("graph:contribution/c1")) for q in IMPORTED]
    assert set(read_reference(small_repository, ADDRESSES, moved)) == tables
