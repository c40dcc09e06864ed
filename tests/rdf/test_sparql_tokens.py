"""Tokens of SPARQL: terminals of the grammar, in real queries and in hostile texts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from, text

from collected import SHARED
from gcmgraph.rdf.sparql_tokens import TokenKind as Kind
from gcmgraph.rdf.sparql_tokens import significant, tokenize

LIBRARY = Path(__file__).parents[2] / "queries"

#: Pieces of text at which readings differ.
PIECES = [
    *('"', "'", '"""', "'''", "\\", "\n", "#", "<", ">", "<a", "a>", "?a", "@en", "a:", "_:b", "1.", ".5e", "e1", "a."),
    *("a-", "{", "}", " ", "//", "%41", "\\u0041", "é", "·", "FROM", "service"),
]  # fmt: skip

SHACL_QUERIES = {f"http://www.w3.org/ns/shacl#{name}" for name in ("select", "ask", "construct")}


@given(lists(sampled_from(PIECES)).map("".join) | text())
def test_joined_tokens_are_the_text(query: str) -> None:
    tokens = list(tokenize(query))
    assert "".join(token.text for token in tokens) == query
    assert all(token.text and query[token.start : token.end] == token.text for token in tokens)


def queries() -> Iterator[tuple[str, str]]:
    """Queries of the library, and of the W3C's SHACL suite if it is present."""
    for path in sorted(LIBRARY.glob("*.rq")):
        yield path.name, path.read_text("utf-8")
    for path in sorted((SHARED / "suites").rglob("*.ttl")):
        for quad in ox.parse(
            path.read_bytes(), ox.RdfFormat.TURTLE, base_iri="http://example.org/"
        ):
            if quad.predicate.value in SHACL_QUERIES:
                yield path.name, quad.object.value


@pytest.mark.parametrize("query", [pytest.param(query, id=name) for name, query in queries()])
def test_queries_of_library_and_suites_have_no_unknown_tokens(query: str) -> None:
    assert not [token for token in tokenize(query) if token.kind is Kind.UNKNOWN]


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("SELECT*{}", [(Kind.WORD, "SELECT"), (Kind.OPERATOR, "*"), (Kind.OPERATOR, "{"), (Kind.OPERATOR, "}")]),
        ("ex:a.", [(Kind.PREFIXED_NAME, "ex:a"), (Kind.OPERATOR, ".")]),
        ("a.b:c.d%41\\'", [(Kind.PREFIXED_NAME, "a.b:c.d%41\\'")]),
        ("a.b.c", [(Kind.WORD, "a"), (Kind.OPERATOR, "."), (Kind.WORD, "b"), (Kind.OPERATOR, "."), (Kind.WORD, "c")]),
        ("_:a.b _x", [(Kind.BLANK_NODE, "_:a.b"), (Kind.WORD, "_x")]),
        ("?a·b-$1", [(Kind.VARIABLE, "?a·b"), (Kind.OPERATOR, "-"), (Kind.VARIABLE, "$1")]),
        ("1.5 .5 5. 1e6 1.e6 10LIMIT", [
            (Kind.NUMBER, "1.5"), (Kind.NUMBER, ".5"), (Kind.NUMBER, "5"), (Kind.OPERATOR, "."), (Kind.NUMBER, "1e6"),
            (Kind.NUMBER, "1.e6"), (Kind.NUMBER, "10"), (Kind.WORD, "LIMIT"),
        ]),
        ("<a#b>#c\n'#'@fr-CA", [(Kind.IRI, "<a#b>"), (Kind.STRING, "'#'"), (Kind.LANGUAGE, "@fr-CA")]),
        ("?a<5b>6", [(Kind.VARIABLE, "?a"), (Kind.IRI, "<5b>"), (Kind.NUMBER, "6")]),
        ("?a<5 &&?b>=6", [
            (Kind.VARIABLE, "?a"), (Kind.OPERATOR, "<"), (Kind.NUMBER, "5"), (Kind.OPERATOR, "&&"),
            (Kind.VARIABLE, "?b"), (Kind.OPERATOR, ">="), (Kind.NUMBER, "6"),
        ]),
        ("'''it's \\'''.''' ''", [(Kind.STRING, "'''it's \\'''.'''"), (Kind.STRING, "''")]),
        ('"""x"', [(Kind.STRING, '""'), (Kind.STRING, '"x"')]),
        ("'a\nb'", [(Kind.UNKNOWN, "'"), (Kind.WORD, "a"), (Kind.WORD, "b"), (Kind.UNKNOWN, "'")]),
        ("<http://a/\\u00e9>", [(Kind.IRI, "<http://a/\\u00e9>")]),
    ],
)  # fmt: skip
def test_longest_terminal_is_the_token(query: str, tokens: list[tuple[Kind, str]]) -> None:
    assert [(token.kind, token.text) for token in significant(query)] == tokens


@pytest.mark.parametrize(
    "piece",
    [
        *('"\\', "'\\", '"""\\', '\\"""\n', "'''", '"\n', "a.", "a-", "a..", "a:.", "1.", "<", "<a", "<a ", "_:a."),
        *("\\", "%", "?"),
    ],
)  # fmt: skip
def test_hostile_texts_are_tokenized_in_linear_time(piece: str) -> None:
    """Of a text sixteen times as long, each token takes as long; by the square of the length it would take 16 times."""

    def seconds(length: int) -> float:
        query = piece * (length // len(piece))
        started = time.process_time()
        for _ in tokenize(query):
            pass
        return time.process_time() - started

    assert seconds(64_000) < 16 * 6 * seconds(4_000) + 0.1
