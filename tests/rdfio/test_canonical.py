"""Blank nodes have the labels of RDFC-1.0 (https://www.w3.org/TR/rdf-canon/); terms decide the order, one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, serialize

from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Triple
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.canonical import canonical_quads, quad_key, serialize_canonical
from gcmgraph.rdfio.media import N_TRIPLES

_TYPE = IRI(f"{PREFIXES['rdf']}type")

#: Terms of which one begins as another does, and texts with what stands between the terms of a line.
_IRIS = st.sampled_from([IRI(f"https://example.org/{name}") for name in ("a", "ab", "a-", "b")])
_BLANK = st.sampled_from([BlankNode(name) for name in ("x", "y", "z")])
_TEXTS = st.text('ab "\\\n@^<>é😀', max_size=2) | st.just(f" {_TYPE} ")
_LITERALS = (
    st.builds(Literal, _TEXTS)
    | st.builds(lambda text, tag: Literal(text, language=tag), _TEXTS, st.sampled_from(["en", "en-gb", "eng"]))
    | st.builds(lambda text, iri: Literal(text, datatype=iri), _TEXTS, _IRIS)
)
_QUADS = st.builds(
    Quad, _IRIS | _BLANK, _IRIS | st.just(_TYPE), _IRIS | _BLANK | _LITERALS, _IRIS | _BLANK | st.just(DefaultGraph())
)


@given(st.lists(_QUADS, max_size=14))
def test_only_quads_with_blank_nodes_decide_their_labels(quads: list[Quad]) -> None:
    whole = Dataset(quads)
    whole.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical_quads(quads) == sorted(set(whole), key=quad_key)


@given(st.lists(_QUADS, max_size=14))
def test_what_people_read_has_the_types_of_a_thing_first(quads: list[Quad]) -> None:
    def terms(triple: Triple) -> tuple[str, str, str]:
        predicate = "" if triple.predicate == _TYPE else str(triple.predicate)
        return str(triple.subject), predicate, str(triple.object)

    wanted = sorted({quad.triple for quad in canonical_quads(quads)}, key=terms)
    assert serialize_canonical(quads, N_TRIPLES) == serialize(wanted, format=N_TRIPLES.engine_format)
