"""A dump gives the store that its quads would."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad
from gcmgraph.rdfio.canonical import digest, serialize_canonical
from gcmgraph.store.port import Store
from gcmgraph.store.stores import write_index

A, B, G = (IRI(f"https://example.org/{name}") for name in ("a", "b", "g"))
_IRIS = st.sampled_from([A, B, G, IRI("https://example.org/é")])
_NODES = _IRIS | st.sampled_from([BlankNode("x"), BlankNode("y")])
_TEXTS = st.sampled_from(["", "_:x", "a <b", "> .", f"{B} {G} .", 'a "quoted" \\ line\r\nand another', "é𝄞"]) | st.text(
    max_size=4
)
_LITERALS = (
    st.builds(Literal, _TEXTS)
    | st.builds(Literal, _TEXTS, language=st.sampled_from(["en", "fr-CH"]))
    | st.builds(Literal, _TEXTS, datatype=_IRIS)
)
_GRAPHS = _NODES | st.just(DefaultGraph())
_DATASETS = st.sets(st.builds(Quad, _NODES, _IRIS, _NODES | _LITERALS, _GRAPHS), max_size=12)


def loaded(folder: Path, dump: bytes) -> Store:
    (folder / "dump.nq").write_bytes(dump)
    write_index(folder / "index", (), folder / "dump.nq")
    return Store.open(folder / "index")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(quads=_DATASETS)
def test_quads_and_union_of_a_loaded_dump(tmp_path_factory: pytest.TempPathFactory, quads: set[Quad]) -> None:
    store = loaded(tmp_path_factory.mktemp("store"), serialize_canonical(quads))
    held = list(store.quads())
    assert len(held) == len(quads)
    assert digest(held) == digest(quads)
    triples = list(store.triples())
    assert len(triples) == len({quad.triple for quad in quads})
    assert digest(Quad(*triple) for triple in triples) == digest(Quad(*quad.triple) for quad in quads)


def test_empty_dump(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, b"")) == 0
