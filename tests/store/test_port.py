"""What all stores share: prefixes before a query."""

from __future__ import annotations

from gcmgraph.store.port import with_prefixes

PREFIXES = {"": "http://example.org/", "a": "http://example.org/a#", "a-b": "http://example.org/a-b#"}


def test_the_prefixes_that_a_query_uses_are_declared() -> None:
    assert with_prefixes("ASK { a-b:x ?p :y }", PREFIXES) == (
        "PREFIX : <http://example.org/> PREFIX a-b: <http://example.org/a-b#> ASK { a-b:x ?p :y }"
    )
    assert with_prefixes("ASK {}", PREFIXES) == "ASK {}"


def test_a_word_of_a_megabyte_is_looked_at_once() -> None:
    long = "ASK {} # " + "a" * 2**20
    assert with_prefixes(long, PREFIXES) == long
