"""Canonical RDF: labels of blank nodes (https://www.w3.org/TR/rdf-canon/), order by terms, dumps changed in place."""

from __future__ import annotations

import hashlib
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, parse, serialize

from gcmgraph.rdf.canonical import line_quad, serialize_canonical, write_changed
from gcmgraph.rdf.media import N_QUADS, N_TRIPLES, TRIG, TURTLE, RdfSyntax
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Triple

_TYPE = IRI(f"{PREFIXES['rdf']}type")

#: Terms of which one begins as another does, and texts with what stands between the terms of a
#: line.
_IRIS = st.sampled_from(
    [IRI(f"https://example.org/{name}") for name in ("a", "ab", "a-", "a/b", "é")]
)
_BLANK = st.sampled_from([BlankNode(name) for name in ("x", "y", "z")])
_TEXTS = st.text('ab "\\\n@^<>é😀', max_size=2) | st.just(f" {_TYPE} ")
_LITERALS = (
    st.builds(Literal, _TEXTS)
    | st.builds(
        lambda text, tag: Literal(text, language=tag),
        _TEXTS,
        st.sampled_from(["en", "en-gb", "eng"]),
    )
    | st.builds(lambda text, iri: Literal(text, datatype=iri), _TEXTS, _IRIS)
)
_QUADS = st.builds(
    Quad,
    _IRIS | _BLANK,
    _IRIS | st.just(_TYPE),
    _IRIS | _BLANK | _LITERALS,
    _IRIS | _BLANK | st.just(DefaultGraph()),
)


def _terms(quad: Quad) -> tuple[str, str, str, str]:
    graph = "" if quad.graph_name == DefaultGraph() else str(quad.graph_name)
    return graph, str(quad.subject), str(quad.predicate), str(quad.object)


@given(st.lists(_QUADS, max_size=14))
def test_labels_of_blank_nodes(quads: list[Quad]) -> None:
    whole = Dataset(quads)
    whole.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert serialize_canonical(quads) == serialize(
        sorted(set(whole), key=_terms), format=N_QUADS.engine_format
    )


@given(st.lists(_QUADS, max_size=14))
def test_types_first_in_reading_order(quads: list[Quad]) -> None:
    def terms(triple: Triple) -> tuple[str, str, str]:
        predicate = "" if triple.predicate == _TYPE else str(triple.predicate)
        return str(triple.subject), predicate, str(triple.object)

    wanted = sorted(
        {quad.triple for quad in parse(serialize_canonical(quads), N_QUADS.engine_format)},
        key=terms,
    )
    assert serialize_canonical(quads, N_TRIPLES) == serialize(
        wanted, format=N_TRIPLES.engine_format
    )


#: Objects whose names require escapes in Turtle, and strings that have the form of such names.
_AWKWARD = [
    *(
        IRI(f"https://example.org/{local}")
        for local in ("m49/034", "a~b(c)", "x#y%20z.", "é'/", "-a", "")
    ),
    Literal("1", datatype=IRI("https://example.org/a/t/d")),
    *(Literal(text) for text in ('e:m49\\/034 "', "\\", '"e:a\\/b"', "<e:a\\#b>")),
]


@pytest.mark.parametrize("syntax", [TURTLE, TRIG])
def test_names_without_escapes(syntax: RdfSyntax) -> None:
    quads = {Quad(IRI("https://example.org/a/b#c"), _TYPE, value) for value in _AWKWARD}
    document = serialize_canonical(
        quads, syntax, {"e": "https://example.org/", "a": "https://example.org/a/"}
    )
    assert set(parse(document, syntax.engine_format)) == quads
    assert b"\\" not in re.sub(rb'"(?:[^"\\]|\\.)*"', b"", document)


_NAMED = st.builds(Quad, _IRIS, _IRIS, _IRIS | _LITERALS, _IRIS | st.just(DefaultGraph()))
_DATASETS = st.sets(_NAMED, max_size=12)


@given(before=_DATASETS, after=_DATASETS)
def test_bytes_of_a_changed_dataset(
    tmp_path_factory: pytest.TempPathFactory, before: set[Quad], after: set[Quad]
) -> None:
    folder = tmp_path_factory.mktemp("change")
    (folder / "old").write_bytes(serialize_canonical(before))
    digest = write_changed(
        folder / "old", folder / "new", removed=before - after, added=after - before
    )
    expected = serialize_canonical(after)
    assert (folder / "new").read_bytes() == expected
    assert digest == hashlib.sha256(expected).hexdigest()


_QUAD = Quad(IRI("https://example.org/a"), IRI("https://example.org/b"), Literal("c"))


def test_unfit_change(tmp_path: Path) -> None:
    blank = Quad(BlankNode("x"), _QUAD.predicate, _QUAD.object)
    for old, removed, added, said in (
        ([], [_QUAD], [], "is not there"), ([_QUAD], [], [_QUAD], "is there"), ([], [], [blank], "blank node")
    ):  # fmt: skip
        (tmp_path / "old").write_bytes(serialize_canonical(old))
        with pytest.raises(ValueError, match=said):
            write_changed(tmp_path / "old", tmp_path / "new", removed=removed, added=added)


def test_changed_file_is_written_without_reading_it_into_memory(tmp_path: Path) -> None:
    template = "<http://a.test/{:06}> <http://a.test/p> <http://a.test/o> .\n"
    (tmp_path / "old").write_text("".join(map(template.format, range(0, 200_000, 2))))
    new_line = template.format(99_999)
    quad = line_quad(new_line.encode())
    tracemalloc.start()
    write_changed(tmp_path / "old", tmp_path / "new", removed=(), added=[quad])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * 1024 * 1024
    lines = (tmp_path / "new").read_text().splitlines(keepends=True)
    assert lines[50_000] == new_line
    assert lines == sorted(lines)
    assert len(lines) == 100_001
