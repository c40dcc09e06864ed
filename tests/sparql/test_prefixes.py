"""What all stores share: prefixes before a query."""

from __future__ import annotations

import pytest

from gcmgraph.sparql.query_text import with_prefixes

PREFIXES = {"": "http://example.org/", "a": "http://example.org/a#", "a-b": "http://example.org/a-b#"}


def test_the_prefixes_that_a_query_uses_are_declared() -> None:
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
def test_a_base_at_the_beginning_stays_there(before: str, after: str) -> None:
    assert with_prefixes(before + after, PREFIXES) == f"{before} PREFIX a: <http://example.org/a#> {after}"
    assert with_prefixes(before + "ASK {}", PREFIXES) == before + "ASK {}"


@pytest.mark.parametrize(
    "query", ["# BASE <b>\nASK { a:x ?p ?o }", "BASE a:x", "PREFIX z: <z> BASE <b> ASK { a:x ?p ?o }"]
)
def test_what_does_not_begin_with_a_base_has_the_prefixes_before_it(query: str) -> None:
    assert with_prefixes(query, PREFIXES) == f"PREFIX a: <http://example.org/a#> {query}"


@pytest.mark.parametrize("part", ["#", "# \n", " ", "BASE ", "BASE <", "BASE <b> "])
def test_the_beginning_of_a_long_query_is_looked_at_once(part: str) -> None:
    long = part * (2**20 // len(part))
    assert with_prefixes(long, PREFIXES) == long


def test_a_word_of_a_megabyte_is_looked_at_once() -> None:
    long = "ASK {} # " + "a" * 2**20
    assert with_prefixes(long, PREFIXES) == long
