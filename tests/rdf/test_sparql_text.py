"""SPARQL text: tokens, prefixes declared, terms bound, datasets read, words that decide."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis.strategies import lists, sampled_from, text

from collected import SHARED
from gcmgraph.rdf.sparql_text import (
    Screening,
    read_dataset_clause,
    screen,
    significant,
    tokenize,
    tokens_at,
    with_prefixes,
)
from gcmgraph.rdf.sparql_text import TokenKind as Kind

LIBRARY = Path(__file__).parents[2] / "queries"

#: Where readings of a text part.
PIECES = [
    *('"', "'", '"""', "'''", "\\", "\n", "#", "<", ">", "<a", "a>", "?a", "@en", "a:", "_:b", "1.", ".5e", "e1", "a."),
    *("a-", "{", "}", " ", "//", "%41", "\\u0041", "é", "·", "FROM", "service"),
]  # fmt: skip

SHACL_QUERIES = {f"http://www.w3.org/ns/shacl#{name}" for name in ("select", "ask", "construct")}


@given(lists(sampled_from(PIECES)).map("".join) | text())
def test_joined_tokens(query: str) -> None:
    tokens = list(tokenize(query))
    assert "".join(token.text for token in tokens) == query
    assert all(token.text and query[token.start : token.end] == token.text for token in tokens)


@given(lists(sampled_from([piece for piece in PIECES if piece != "//"])).map("".join))
def test_keywords_in_every_reading(query: str) -> None:
    """`tokens_at`, from each place that a reading reaches, finds the words that `tokenize` finds."""
    assume(not any(token.kind is Kind.UNKNOWN for token in tokenize(query)))
    reached = {0}
    words: set[str] = set()
    for position in range(len(query)):
        for end, word in tokens_at(query, position) if position in reached else ():
            reached.add(end)
            words.add(word)
    for token in significant(query):
        if token.word in {"FROM", "SERVICE"}:
            assert any(token.text.lower() in word for word in words)


def queries() -> Iterator[tuple[str, str]]:
    """Queries of the library, and of the W3C's SHACL suite where it is there."""
    for path in sorted(LIBRARY.glob("*.rq")):
        yield path.name, path.read_text("utf-8")
    for path in sorted((SHARED / "suites").rglob("*.ttl")):
        for quad in ox.parse(
            path.read_bytes(), ox.RdfFormat.TURTLE, base_iri="http://example.org/"
        ):
            if quad.predicate.value in SHACL_QUERIES:
                yield path.name, quad.object.value


@pytest.mark.parametrize("query", [pytest.param(query, id=name) for name, query in queries()])
def test_tokens_of_real_queries(query: str) -> None:
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
def test_terminals_of_the_grammar(query: str, tokens: list[tuple[Kind, str]]) -> None:
    assert [(token.kind, token.text) for token in significant(query)] == tokens


@pytest.mark.parametrize(
    "piece",
    [
        *('"\\', "'\\", '"""\\', '\\"""\n', "'''", '"\n', "a.", "a-", "a..", "a:.", "1.", "<", "<a", "<a ", "_:a."),
        *("\\", "%", "?"),
    ],
)  # fmt: skip
def test_time_of_hostile_texts(piece: str) -> None:
    """Of a text sixteen times as long, each token takes as long; by the square of the length it would take 16 times."""

    def seconds(length: int) -> float:
        query = piece * (length // len(piece))
        started = time.process_time()
        for _ in tokenize(query):
            pass
        return time.process_time() - started

    assert seconds(64_000) < 16 * 6 * seconds(4_000) + 0.1


PREFIXES = {
    "": "http://example.org/",
    "a": "http://example.org/a#",
    "a-b": "http://example.org/a-b#",
}


def test_declared_prefixes() -> None:
    assert with_prefixes("ASK { a-b:x ?p :y }", PREFIXES) == (
        "PREFIX : <http://example.org/> PREFIX a-b: <http://example.org/a-b#> ASK { a-b:x ?p :y }"
    )
    ask, declared = "ASK { a:x ?p <y> }", "PREFIX a: <http://example.org/a#>"
    for query in (
        "# BASE <b>\nASK { a:x ?p ?o }",
        "BASE a:x",
        "PREFIX z: <z> BASE <b> ASK { a:x ?p ?o }",
    ):
        assert with_prefixes(query, PREFIXES) == f"{declared} {query}"
    for base, rest in (  # at the beginning
        ("BASE <http://b/>", f"\n{ask}"),
        ("# BASE <no>\n\tbase#<no>\r<http://b/#c>", f"PREFIX z: <z> {ask}"),
        ("BASE <http://b/> BASE <c/>", ask),
    ):
        assert with_prefixes(base + rest, PREFIXES) == f"{base} {declared} {rest}"
        assert with_prefixes(f"{base}ASK {{}}", PREFIXES) == f"{base}ASK {{}}"


@pytest.mark.parametrize("part", ["#", "# \n", " ", "BASE ", "BASE <", "BASE <b> ", "a"])
def test_long_text_without_prefixes(part: str) -> None:
    long = part * (2**20 // len(part))
    assert with_prefixes(long, PREFIXES) == long


def test_graphs_of_a_dataset_clause() -> None:
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


def test_screening_of_a_long_list() -> None:
    texts = " ".join(f"'it\\'s \"{number}\"'" for number in range(20_000))
    assert screen(f"SELECT * {{ VALUES ?graphs {{ {texts} }} }}") == Screening(False, False, False)
    assert screen(f"SELECT * {{ VALUES ?v {{ {texts} }} GRAPH ?g {{}} }}") == Screening(
        False, False, True
    )
    assert screen("ASK {} " + '"\\' * 100_000 + " graph") == Screening(True, True, True)
