"""Rows kept as lines come back as they were, a page at a time."""

from __future__ import annotations

import json

import pytest

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.results.lines import ResultLines, as_lines

QUERY = """SELECT ?a ?b WHERE { VALUES (?a ?b) {
    ("one\\ntwo\\r\\u2028\\u0085" <http://example.org/x>) ("مرحبا"@ar UNDEF) ("" 3.50)
    (UNDEF UNDEF) ("\\"{}\\\\"@en "é") } }"""


def results(query: str) -> bytes:
    told = EmbeddedStore.in_memory().serialized(query, Wanted(JSON_RESULTS.media_type, None, None))
    assert told is not None
    return told[1]


@pytest.mark.parametrize("query", [QUERY, "SELECT ?nothing WHERE { ?nothing a ?class }", "SELECT * WHERE {}"])
def test_rows_come_back_as_they_were(query: str) -> None:
    written = results(query)
    expected, lines = json.loads(written), ResultLines(as_lines(written))
    assert list(lines.variables) == expected["head"]["vars"]
    assert lines.rows(0, 100) == expected["results"]["bindings"]
    assert len(lines) == len(expected["results"]["bindings"])


def test_a_page_is_some_of_the_rows() -> None:
    written = results(QUERY)
    rows, lines = json.loads(written)["results"]["bindings"], ResultLines(as_lines(written))
    assert len(rows) == 5
    assert lines.rows(1, 2) == rows[1:3]
    assert lines.rows(4, 10) == rows[4:]
    assert not lines.rows(5, 1)
