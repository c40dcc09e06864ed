"""Inferred statements of a change, and top concepts of schemes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcmgraph.publication.assembly import Assembly
from gcmgraph.publication.inference import infer, with_inferred
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.store.port import Change, Store

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
GRAPHS = [IRI(ADDRESSES.graph(name)) for name in ("contribution/1", "contribution/2")]

_PRACTICES = [V("practice:x"), V("practice:y")]
_OBJECTIVES = [V("objective:9"), V("objective:10")]
_THINGS = st.sampled_from([*_PRACTICES, *_OBJECTIVES, V("organisation:unodc")])


def _quads(predicate: str, objects: list[IRI]) -> st.SearchStrategy[Quad]:
    return st.builds(
        Quad, _THINGS, st.just(V(predicate)), st.sampled_from(objects), st.sampled_from(GRAPHS)
    )


_STATED = st.frozensets(
    _quads(
        "rdf:type", [V("gcm:Practice"), V("gcm:Action"), V("prov:Activity"), V("gcm:Organisation")]
    )
    | _quads("gcm:objective", _OBJECTIVES)
    | _quads("gcm:hasPractice", _PRACTICES)
    | _quads("dct:isPartOf", _PRACTICES)
    | _quads("gcm:leadOrganisation", [V("organisation:unodc")])
    | _quads("gcm:involvesOrganisation", [V("organisation:unodc")]),
    max_size=8,
)


@pytest.mark.exhaustive
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(before=_STATED, after=_STATED)
def test_statements_inferred_from_a_change_equal_those_of_a_build(
    assembly: Assembly, before: frozenset[Quad], after: frozenset[Quad]
) -> None:
    ontology = {
        quad for quad in assembly.quads if quad.graph_name == IRI(ADDRESSES.graph("ontology"))
    }
    old = {*ontology, *before}
    old |= set(infer(old, ADDRESSES))
    new = {*ontology, *after}
    new |= set(infer(new, ADDRESSES))
    change = with_inferred(Store.in_memory(old), Change(before - after, after - before), ADDRESSES)
    assert (old - change.removed) | change.added == new
    assert change.removed <= old
    assert not change.added & old


@pytest.mark.parametrize(
    ("kind", "scheme"), [("gcm:Action", "concept:actions"), ("gcm:Country", "concept:countries")]
)
def test_all_members_of_a_flat_scheme_are_top_concepts(
    small_assembly: Assembly, kind: str, scheme: str
) -> None:
    triples = {quad.triple for quad in small_assembly.quads}
    members = {t.subject for t in triples if (t.predicate, t.object) == (V("rdf:type"), V(kind))}
    assert len(members) > 10
    for curie in ("skos:inScheme", "skos:topConceptOf"):
        assert {
            t.subject for t in triples if (t.predicate, t.object) == (V(curie), V(scheme))
        } == members
    tops = {
        t.object
        for t in triples
        if (t.subject, t.predicate) == (V(scheme), V("skos:hasTopConcept"))
    }
    assert tops == members
    assert any(t.subject == V(scheme) and t.object == V("skos:ConceptScheme") for t in triples)
