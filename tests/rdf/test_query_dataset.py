"""Graphs of FROM and FROM NAMED."""

from __future__ import annotations

from gcmgraph.rdf.query_dataset import read_dataset_clause


def test_dataset_clause_has_graphs_as_full_iris() -> None:
    escaped = (
        "PREFIX g: <a:> SELECT * FROM g:b # FROM <a:z>\nFROM\nNAMED g:c\\-d { ?s ?p 'FROM <a:y>' }"
    )
    for query, default, named in (
        ("SELECT * FROM <a:b> WHERE { ?s ?p ?o }", ("a:b",), ()),
        ("SELECT * FROM<a:b>FROM NAMED<a:c> WHERE { ?s ?p ?o }", ("a:b",), ("a:c",)),
        (escaped, ("a:b",), ("a:c-d",)),
        (
            "BASE <http://e/x/> PREFIX g: <y/> SELECT * FROM <b> FROM g:c { }",
            ("http://e/x/b", "http://e/x/y/c"),
            (),
        ),
        ("SELECT * FROM k:b { ?from ?p <a:FROM> }", ("http://known/b",), ()),
        ("SELECT (STR(?x) AS ?FROM) WHERE { ?x ?p ?o }", (), ()),
    ):
        clause = read_dataset_clause(query, {"k": "http://known/"})
        assert (clause.default_graphs, clause.named_graphs) == (default, named)
