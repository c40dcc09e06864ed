"""Labels of blank nodes are those of RDFC-1.0 over the whole dataset (https://www.w3.org/TR/rdf-canon/)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset

from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad
from gcmgraph.rdfio.canonical import canonical_quads, quad_key

_IRIS = st.sampled_from([IRI(f"https://example.org/{name}") for name in "abc"])
_BLANK = st.sampled_from([BlankNode(name) for name in ("x", "y", "z")])
_QUADS = st.builds(
    Quad, _IRIS | _BLANK, _IRIS, _IRIS | _BLANK | st.builds(Literal, st.text("ab", max_size=2)),
    _IRIS | _BLANK | st.just(DefaultGraph()),
)  # fmt: skip


@given(st.lists(_QUADS, max_size=14))
def test_only_quads_with_blank_nodes_decide_their_labels(quads: list[Quad]) -> None:
    whole = Dataset(quads)
    whole.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical_quads(quads) == sorted(set(whole), key=quad_key)
