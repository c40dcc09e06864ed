"""Behaviour of the store port, in memory and on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gcmgraph.platform.errors import QuerySyntaxError
from gcmgraph.rdf.canonical import digest
from gcmgraph.rdf.media import N_TRIPLES, TURTLE
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.query_dataset import UNION, QueryDataset
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, Triple, text, typed
from gcmgraph.store.port import AcceptedMediaTypes, QueryRequest, Store
from gcmgraph.store.results import CSV_RESULTS, JSON_RESULTS
from gcmgraph.store.stores import write_index

EX = "http://example.org/"
GRAPH, OTHER = IRI(EX + "graph"), IRI(EX + "other-graph")
S, P, Q = IRI(EX + "s"), IRI(EX + "p"), IRI(EX + "q")
JSON = AcceptedMediaTypes(JSON_RESULTS.media_type, JSON_RESULTS.media_type, N_TRIPLES.media_type)
CSV = AcceptedMediaTypes(CSV_RESULTS.media_type, None, None)

ALL_VALUES = "SELECT ?o WHERE { ?s <http://example.org/p> ?o }"

#: Terms as our graphs and others' hold them, in the form that all engines keep.
TERMS = [
    text("Promouvoir la ratification", "fr"), text("تعزيز", "ar"), text("打击偷运移民", "zh"), text("colour", "en-gb"),
    text("", "en"), Literal(""), Literal("😀 emoji beyond the basic plane"), Literal("  spaces around  "),
    Literal("He said \"no\", then 'yes' \\ and\nwent\tto the\r\nnext line"), Literal("long " * 5_000),
    Literal("x > y && a < b # no comment { } ?s $s"), Literal("12000000"), typed("12000000", "integer"),
    typed("-5", "integer"), typed("0", "integer"), typed("1.5", "decimal"), typed("0.1", "decimal"),
    typed("true", "boolean"), typed("false", "boolean"), typed("2018", "gYear"), typed("2018-05", "gYearMonth"),
    typed("2018-05-01", "date"), typed("2018-05-01T10:00:00Z", "dateTime"), typed("https://example.org/", "anyURI"),
    typed("P1Y", "duration"), typed("P1DT2H", "duration"), Literal("POINT(1 2)", datatype=IRI(EX + "own-datatype")),
    Literal('ends in "^^http://example.org/ .\n and \\', datatype=IRI(EX + "own-datatype")),
    Literal('"^^http://example.org/ .\n'), IRI(EX + "caf%C3%A9/%20/d'or?a=b&c=d#f"), IRI(EX + "café/中文"),
    IRI("urn:uuid:5f0c2a5e-7b7d-4a3c-9d7f-0c2a5e7b7d4a"),
]  # fmt: skip


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return (
        Store.in_memory()
        if request.param == "memory"
        else Store.open(tmp_path / "index", read_only=False)
    )


def quads_of_terms() -> list[Quad]:
    """Return each term under a property of its own: Virtuoso keeps 0 and false of the same property but once."""
    return [Quad(S, IRI(f"{EX}p{n}"), term, GRAPH) for n, term in enumerate(TERMS)]


def values(store: Store, query: str = ALL_VALUES, **bound: Term) -> list[Term]:
    """Return the values of ?o, in no order."""
    return sorted((row["o"] for row in store.select(query, substitutions=bound).rows), key=str)


def test_terms_are_returned_matched_and_bound_as_they_were_loaded(store: Store) -> None:
    quads = quads_of_terms()
    store.load(quads)
    rows = store.select("SELECT ?p ?o { ?s ?p ?o }").rows
    assert sorted(rows, key=str) == sorted(
        ({"p": q.predicate, "o": q.object} for q in quads), key=str
    )
    assert store.construct("CONSTRUCT WHERE { ?s ?p ?o }") == {
        Triple(q.subject, q.predicate, q.object) for q in quads
    }
    assert sorted(store.quads(), key=str) == sorted(quads, key=str)
    for number, term in enumerate(TERMS):
        assert list(store.quads(object=term)) == [quads[number]]
        assert values(store, f"SELECT ?o {{ ?s <{EX}p{number}> ?o }}", o=term) == [term]


def answer(
    store: Store,
    query: str,
    wanted: AcceptedMediaTypes,
    dataset: QueryDataset = UNION,
    **named: Any,
) -> tuple[str, bytes] | None:
    """Media type and body of `Store.answer`."""
    found = store.answer(QueryRequest(query, wanted, **named), dataset=dataset)
    return found and (found.media_type, found.body)


#: A triple in two graphs, one in one, one in none.
IN_GRAPHS = [
    Quad(S, P, Literal("a"), GRAPH),
    Quad(S, P, Literal("a"), OTHER),
    Quad(S, P, Literal("b"), OTHER),
    Quad(S, Q, Literal("c")),
]


def test_query_sees_the_graphs_of_its_dataset(store: Store) -> None:
    store.load(IN_GRAPHS)
    named = QueryDataset(False, True, (GRAPH.value,), (OTHER.value,))
    for query, dataset, rows in (
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", UNION, ["3"]),
        (f"SELECT ?o {{ {S} {P} ?o ; {Q} 'c' }} ORDER BY ?o", UNION, ["a", "b"]),
        (f"SELECT ?o {{ {S} {P} 'a' ; {Q} 'b', ?o }}", UNION, []),
        ("SELECT ?g { GRAPH ?g { ?s ?p 'a' } } ORDER BY ?g", UNION, [GRAPH.value, OTHER.value]),
        (f"SELECT ?o {{ GRAPH {OTHER} {{ ?s ?p ?o }} }} ORDER BY ?o", UNION, ["a", "b"]),
        (f"SELECT ?o FROM {GRAPH} {{ ?s ?p ?o }}", QueryDataset(union=False), ["a"]),  # noqa: S608 - SPARQL
        ("SELECT ?d ?n { ?s ?p ?d GRAPH ?g { ?s ?p ?n } } ORDER BY ?n", named, ["a,a", "a,b"]),
    ):
        _, body = answer(store, query, CSV, dataset=dataset) or ("", b"")
        assert body.decode().splitlines()[1:] == rows


def test_pattern_without_graph_matches_a_triple_once(store: Store) -> None:
    store.load(IN_GRAPHS)
    assert len(store) == 4
    assert set(store.quads()) == set(IN_GRAPHS)
    triples = list(store.triples())
    assert (len(triples), set(triples)) == (3, {quad.triple for quad in IN_GRAPHS})
    assert set(store.triples(predicate=P)) == {
        Triple(S, P, Literal("a")),
        Triple(S, P, Literal("b")),
    }
    assert set(store.triples(S, Q, Literal("c"))) == {Triple(S, Q, Literal("c"))}
    assert set(store.triples(object=Literal("d"))) == set()
    assert set(store.quads(predicate=P, graph=OTHER)) == set(IN_GRAPHS[1:3])
    assert set(store.quads(S, P, Literal("a"), GRAPH)) == {IN_GRAPHS[0]}
    assert list(store.quads(IRI(EX + "nobody"))) == []


def test_answer_is_in_the_accepted_syntax_or_none(store: Store) -> None:
    store.load([Quad(S, P, typed("true", "boolean"), GRAPH)])
    query = "SELECT ?s ?o ?none WHERE { ?s ?p ?o }"
    assert answer(store, query, CSV) == ("text/csv", b"s,o,none\r\nhttp://example.org/s,true,\r\n")
    assert answer(store, "ASK { ?s ?p ?o }", CSV) is None
    media_type, body = answer(store, "ASK { ?s ?p ?o }", JSON) or ("", b"")
    assert (media_type, b'"boolean":true' in body) == (JSON_RESULTS.media_type, True)
    turtle = AcceptedMediaTypes(None, None, TURTLE.media_type)
    media_type, body = answer(store, "CONSTRUCT WHERE { ?s ?p ?o }", turtle) or ("", b"")
    assert {q.triple for q in parse_quads(body, TURTLE, source="answer")} == {
        Triple(S, P, typed("true", "boolean"))
    }


def test_given_prefixes_hold_unless_the_query_declares_them(store: Store) -> None:
    store.load([Quad(S, P, Literal("a"), GRAPH)])
    assert answer(store, "SELECT ?o WHERE { ex:s ex:p ?o }", CSV, prefixes={"ex": EX}) == (
        "text/csv",
        b"o\r\na\r\n",
    )
    own = "PREFIX ex: <http://example.com/> SELECT ?o WHERE { ex:s ?p ?o }"
    assert answer(store, own, CSV, prefixes={"ex": EX}) == ("text/csv", b"o\r\n")
    based = f"# relative to\nBASE <{EX}>\nPREFIX own: <p> SELECT ?o WHERE {{ ex:s own: ?o . <s> ex:p ?o }}"
    assert answer(store, based, CSV, prefixes={"ex": EX}) == ("text/csv", b"o\r\na\r\n")


def test_invalid_query_raises_syntax_error_without_change(store: Store) -> None:
    store.load([Quad(S, P, Literal("a"), GRAPH)])
    invalid = (
        "SELECT * WHERE { ?s ?p",
        "SELECT ?x { ?x a unknown:Prefix }",
        "DROP ALL",
        "",
        "INSERT DATA { <a:> <a:> 1 }",
    )
    for query in invalid:
        for ask in (store.construct, store.select):
            with pytest.raises(QuerySyntaxError) as caught:
                ask(query)
            assert caught.value.place.line is not None
        with pytest.raises(QuerySyntaxError):
            answer(store, query, JSON)
    assert len(store) == 1


def test_bound_value_holds_in_all_groups_of_a_query(store: Store) -> None:
    store.load(
        Quad(S, predicate, text(f"{predicate.value[-1]}-{language}", language), GRAPH)
        for predicate in (P, Q)
        for language in ("en", "fr")
    )
    query = f"""# {{ braces in a comment }}
SELECT ?language ?a ?b ?c ?d WHERE {{
  VALUES ?s {{ {S} }}
  ?s {P} ?a . FILTER(LANG(?a) = ?language)
  OPTIONAL {{ ?s {Q} ?b . FILTER(LANG(?b) = ?language) }}
  {{ ?s {P} ?c . FILTER(LANG(?c) = ?language) }} UNION {{ ?s {Q} ?c . FILTER(LANG(?c) = ?language) }}
  {{ SELECT ?language (COUNT(?x) AS ?d) WHERE {{ ?y ?z ?x FILTER(LANG(?x) = ?language) }} GROUP BY ?language }}
  FILTER NOT EXISTS {{ ?s ?p ?e FILTER(LANG(?e) = ?language && STR(?e) = "}} VALUES") }}
}} ORDER BY ?c"""
    rows = store.select(query, substitutions={"language": Literal("fr")}).rows
    assert [{name: term.value for name, term in row.items()} for row in rows] == [
        {"language": "fr", "a": "p-fr", "b": "q-fr", "c": c, "d": "2"} for c in ("p-fr", "q-fr")
    ]


def test_bound_value_with_syntax_of_sparql_stays_a_value(store: Store) -> None:
    attacks = ['x") } DROP ALL #', '" } UNION { ?s ?p ?o } #', "\\", '"', "'''", "\n}", "?o"]
    store.load(Quad(S, P, Literal(attack), GRAPH) for attack in attacks)
    for attack in attacks:
        assert values(store, o=Literal(attack)) == [Literal(attack)]
        filtered = "SELECT ?o ?wanted WHERE { ?s ?p ?o FILTER(STR(?o) = ?wanted) }"
        assert values(store, filtered, wanted=Literal(attack)) == [Literal(attack)]
    assert len(store) == len(attacks)


def test_repeated_loads_add_no_quads(store: Store) -> None:
    node, inner = BlankNode(), BlankNode()
    quads = [
        *quads_of_terms(),
        Quad(node, P, inner, GRAPH),
        Quad(inner, P, Literal("inner"), GRAPH),
    ]
    quads += [
        Quad(S, Q, node, GRAPH),
        Quad(S, Q, Literal("in another"), OTHER),
        Quad(S, Q, Literal("in none")),
    ]
    for _ in range(2):
        store.load(quads)
        assert digest(store.quads()) == digest(quads)
        assert len(store) == len(quads)
    (named,) = store.quads(object=next(store.quads(S, Q, graph=GRAPH)).object)
    assert named.subject == S


#: Literals, and the form in which the engine returns them.
FORMS = [
    (typed("007", "integer"), typed("7", "integer")),
    (typed("1.50", "decimal"), typed("1.5", "decimal")),
    (typed("1", "boolean"), typed("true", "boolean")),
    (typed("1.0E0", "double"), typed("1", "double")),
    (typed("5", "int"), typed("5", "integer")),
    (typed("5", "nonNegativeInteger"), typed("5", "integer")),
    (typed("abc", "integer"), typed("abc", "integer")),
    (text("a", "EN-gb"), text("a", "en-gb")),
]


def test_literals_are_returned_in_the_forms_of_the_engine(store: Store) -> None:
    for number, (given_term, returned) in enumerate(FORMS):
        predicate = IRI(f"{EX}{number}")
        store.load([Quad(S, predicate, given_term, GRAPH)])
        assert values(store, f"SELECT ?o {{ ?s {predicate} ?o }}") == [returned]


def test_index_written_in_batches_has_all_quads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = {Quad(S, P, Literal(str(number)), GRAPH) for number in range(10)}
    quads |= {Quad(S, Q, Literal("in no graph")), Quad(S, P, Literal("0"), OTHER)}
    monkeypatch.setattr("gcmgraph.store.stores._BATCH", 5)
    write_index(tmp_path / "index", iter(quads))
    store = Store.open(tmp_path / "index")
    assert set(store.quads()) == quads
    assert len(set(store.triples())) == 11
