"""Texts of queries: prefixes declared, terms bound, datasets read, words that decide."""

from __future__ import annotations

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, BlankNode
from gcmgraph.sparql import Screening, bind, read_dataset_clause, screen, with_prefixes

PREFIXES = {"": "http://example.org/", "a": "http://example.org/a#", "a-b": "http://example.org/a-b#"}


def test_declared_prefixes() -> None:
    assert with_prefixes("ASK { a-b:x ?p :y }", PREFIXES) == (
        "PREFIX : <http://example.org/> PREFIX a-b: <http://example.org/a-b#> ASK { a-b:x ?p :y }"
    )
    assert with_prefixes("ASK {}", PREFIXES) == "ASK {}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BASE <http://b/>", "\nASK { a:x ?p <y> }"),
        ("# BASE <no>\n\tbase#<no>\r<http://b/#c>", "PREFIX z: <z> ASK { a:x ?p <y> }"),
        ("BASE <http://b/> BASE <c/>", "ASK { a:x ?p <y> }"),
    ],
)
def test_base_at_the_beginning(before: str, after: str) -> None:
    assert with_prefixes(before + after, PREFIXES) == f"{before} PREFIX a: <http://example.org/a#> {after}"
    assert with_prefixes(before + "ASK {}", PREFIXES) == before + "ASK {}"


@pytest.mark.parametrize(
    "query", ["# BASE <b>\nASK { a:x ?p ?o }", "BASE a:x", "PREFIX z: <z> BASE <b> ASK { a:x ?p ?o }"]
)
def test_prefixes_before_other_beginnings(query: str) -> None:
    assert with_prefixes(query, PREFIXES) == f"PREFIX a: <http://example.org/a#> {query}"


@pytest.mark.parametrize("part", ["#", "# \n", " ", "BASE ", "BASE <", "BASE <b> "])
def test_long_beginning(part: str) -> None:
    long = part * (2**20 // len(part))
    assert with_prefixes(long, PREFIXES) == long


def test_word_of_a_megabyte() -> None:
    long = "ASK {} # " + "a" * 2**20
    assert with_prefixes(long, PREFIXES) == long


def test_refusal_of_a_bound_blank_node() -> None:
    with pytest.raises(StoreError, match="blank node"):
        bind("SELECT ?s WHERE { ?s ?p ?o }", {"s": BlankNode()})


def test_bindings_begin_groups_only() -> None:
    query = (
        "CONSTRUCT { ?s ?p '{' } WHERE { VALUES ?s { <a:{> } VALUES (?p ?q) { (UNDEF 1) } { SELECT ?s { ?s ?p 1 } } }"
    )
    query = query.replace("<a:{>", "<a:b>")
    bound = bind(query, {"s": IRI("a:b")})
    values = "VALUES (?s) { (<a:b>) }"
    assert bound == (
        f"CONSTRUCT {{ ?s ?p '{{' }} WHERE {{ {values} VALUES ?s {{ <a:b> }} VALUES (?p ?q) {{ (UNDEF 1) }} "
        f"{{ SELECT ?s {{ {values} ?s ?p 1 }} }} }}"
    )


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT * FROM <a:b> WHERE { ?s ?p ?o }", ("a:b",), ()),
        ("SELECT * FROM<a:b>FROM NAMED<a:c> WHERE { ?s ?p ?o }", ("a:b",), ("a:c",)),
        (
            "PREFIX g: <a:> SELECT * FROM g:b # FROM <a:z>\nFROM\nNAMED g:c\\-d { ?s ?p 'FROM <a:y>' }",
            ("a:b",),
            ("a:c-d",),
        ),
        ("BASE <http://e/x/> PREFIX g: <y/> SELECT * FROM <b> FROM g:c { }", ("http://e/x/b", "http://e/x/y/c"), ()),
        ("SELECT * FROM k:b { ?from ?p <a:FROM> }", ("http://known/b",), ()),
        ("SELECT (STR(?x) AS ?FROM) WHERE { ?x ?p ?o }", (), ()),
    ],
)
def test_graphs_of_a_dataset_clause(query: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    clause = read_dataset_clause(query, {"k": "http://known/"})
    assert (clause.default_graphs, clause.named_graphs) == (default, named)


def test_screening_of_a_long_list() -> None:
    texts = " ".join(f"'it\\'s \"{number}\"'" for number in range(20_000))
    assert screen(f"SELECT * {{ VALUES ?graphs {{ {texts} }} }}") == Screening(False, False, False)
    assert screen(f"SELECT * {{ VALUES ?v {{ {texts} }} GRAPH ?g {{}} }}") == Screening(False, False, True)


def test_screening_of_quotes_without_end() -> None:
    assert screen("ASK {} " + '"\\' * 100_000 + " graph") == Screening(True, True, True)
