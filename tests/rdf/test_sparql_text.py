"""SPARQL text: prefixes that are declared for a query."""

from __future__ import annotations

import pytest

from gcmgraph.rdf.sparql_text import with_prefixes

PREFIXES = {
    "": "http://example.org/",
    "a": "http://example.org/a#",
    "a-b": "http://example.org/a-b#",
}


ASK = "ASK { a:x ?p <y> }"
DECLARATION = "PREFIX a: <http://example.org/a#>"


def test_prefixes_in_use_are_declared() -> None:
    assert with_prefixes("ASK { a-b:x ?p :y }", PREFIXES) == (
        "PREFIX : <http://example.org/> PREFIX a-b: <http://example.org/a-b#> ASK { a-b:x ?p :y }"
    )


@pytest.mark.parametrize(
    "query",
    ["# BASE <b>\nASK { a:x ?p ?o }", "BASE a:x", "PREFIX z: <z> BASE <b> ASK { a:x ?p ?o }"],
)
def test_prefixes_are_declared_at_the_beginning_of_a_query_without_base_there(query: str) -> None:
    assert with_prefixes(query, PREFIXES) == f"{DECLARATION} {query}"


@pytest.mark.parametrize(
    ("bases", "query"),
    [
        ("BASE <http://b/>", f"\n{ASK}"),
        ("# BASE <no>\n\tbase#<no>\r<http://b/#c>", f"PREFIX z: <z> {ASK}"),
        ("BASE <http://b/> BASE <c/>", ASK),
    ],
)
def test_prefixes_are_declared_after_the_bases_of_a_query(bases: str, query: str) -> None:
    assert with_prefixes(bases + query, PREFIXES) == f"{bases} {DECLARATION} {query}"
    assert with_prefixes(f"{bases}ASK {{}}", PREFIXES) == f"{bases}ASK {{}}"


@pytest.mark.parametrize("part", ["#", "# \n", " ", "BASE ", "BASE <", "BASE <b> ", "a"])
def test_long_text_without_prefixes_is_unchanged(part: str) -> None:
    long = part * (2**20 // len(part))
    assert with_prefixes(long, PREFIXES) == long
