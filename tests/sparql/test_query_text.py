"""Terms bound to variables, and the dataset of a query, read from its text."""

from __future__ import annotations

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, BlankNode
from gcmgraph.sparql.query_text import bind, read_dataset_clause


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
