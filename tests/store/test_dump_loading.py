"""A dump that the engine reads by itself gives the store that its quads would."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad
from gcmgraph.rdfio.canonical import digest, serialize_canonical
from gcmgraph.store import stores as dump_loading
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
@given(quads=_DATASETS, chunk=st.integers(1, 200))
def test_quads_and_union_of_a_loaded_dump(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, quads: set[Quad], chunk: int
) -> None:
    monkeypatch.setattr(dump_loading, "_CHUNK", chunk)
    store = loaded(tmp_path_factory.mktemp("store"), serialize_canonical(quads))
    held = list(store.quads())
    assert len(held) == len(quads)
    assert digest(held) == digest(quads)
    triples = list(store.triples())
    assert len(triples) == len({quad.triple for quad in quads})
    assert digest(Quad(*triple) for triple in triples) == digest(Quad(*quad.triple) for quad in quads)


def test_lines_that_the_engine_cannot_read(tmp_path: Path) -> None:
    by_itself = {Quad(A, B, Literal("1"), G), Quad(A, B, G, G), Quad(A, B, A, A)}
    others = {Quad(A, B, A), Quad(A, B, BlankNode("c14n0"), G), Quad(A, B, Literal("_:x"), G)}
    (tmp_path / "dump.nq").write_bytes(serialize_canonical(by_itself | others))
    dump = dump_loading.CanonicalDump.of(tmp_path / "dump.nq")
    assert set(dump.others()) == others


def test_empty_dump(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, b"")) == 0
