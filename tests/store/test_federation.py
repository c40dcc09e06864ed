"""SERVICE in a query, rows of other endpoints, and requests to them within time limits."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.errors import QuerySyntaxError, SettingsError
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.settings import Settings
from gcmgraph.store.federation import MAX_QUERY, read_blocks, write_values
from gcmgraph.store.port import QueryRefusedError, Store
from gcmgraph.store.transport import BrokenOffError, LateError, TransferError, exchange, sparql_request
from pretended import listening, says

A, B = "http://un.example/sparql", "https://b.example:8443/x/query?default-graph-uri=urn%3Ag"
ALLOWED = frozenset({A, B})

#: Queries, and the SERVICE blocks that stand in them.
FOUND = [
    ("SELECT * { SERVICE <A> { ?s ?p ?o } }", ["SERVICE <A> { ?s ?p ?o }"]),
    ("ASK{service<A>{?s ?p ?o}}", ["service<A>{?s ?p ?o}"]),
    ("SELECT * { SeRvIcE # }\n SILENT <A> { ?s ?p '}' } . ?s ?q ?r }", ["SeRvIcE # }\n SILENT <A> { ?s ?p '}' }"]),
    ('SELECT * { ?s ?p "SERVICE <A> {" . SERVICE <A> {} }', ["SERVICE <A> {}"]),
    ('SELECT * { ?s ?p """a" SERVICE <A> {""" . SERVICE <A> {} }', ["SERVICE <A> {}"]),
    ("SELECT * { ?s ?p 'it\\'s SERVICE <A> {' . SERVICE <A> {} }", ["SERVICE <A> {}"]),
    ("SELECT * { <urn:SERVICE> ?p ?o # SERVICE <A> {\n SERVICE <A> {} }", ["SERVICE <A> {}"]),
    ("SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 2) OPTIONAL { SERVICE <A> { ?s ?q ?r FILTER(?r<3) } } }",
     ["SERVICE <A> { ?s ?q ?r FILTER(?r<3) }"]),
    ("SELECT * { { SERVICE <A> { { ?s ?p ?o } UNION {} } } UNION { SERVICE SILENT <B> {} } FILTER EXISTS {} }",
     ["SERVICE <A> { { ?s ?p ?o } UNION {} }", "SERVICE SILENT <B> {}"]),
    ("SELECT ?exists ?service { ?minus ex:exists ?service . SERVICE <A> {} }", ["SERVICE <A> {}"]),
]  # fmt: skip

#: What is refused, and a word of the reason.
REFUSED = [
    ("SELECT * { SERVICE <http://other.example/> {} }", "allow-list"), ("SELECT * { SERVICE <Ax> {} }", "allow-list"),
    ("SELECT * { SERVICE <http://UN.example/sparql> {} }", "allow-list"),
    ("SELECT * { SERVICE <A> {} SERVICE <http://other.example/> {} }", "allow-list"),
    ("BASE <http://un.example/> SELECT * { SERVICE <sparql> {} }", "allow-list"),
    ("SELECT * { SERVICE ?g {} }", "angle brackets"), ("SELECT * { SERVICE SILENT ?g {} }", "angle brackets"),
    ("PREFIX e: <A> SELECT * { SERVICE e: {} }", "angle brackets"),
    ("PREFIX e: <A> SELECT * {SERVICEe:{}}", "could be read as SERVICE"),
    ("SELECT * {SERVICESILENT<A>{}}", "could be read as SERVICE"),
    ("SELECT * { ?s ?p ?o .SERVICE <A> {} }", "could be read as SERVICE"),
    ("PREFIX service: <A> SELECT * { service:x ?p ?o . SERVICE <A> {} }", "could be read as SERVICE"),
    ("SELECT * { SERVICE <A> { SERVICE <B> {} } }", "another SERVICE|within"),
    ("SELECT * { SERVICE <A> { OPTIONAL { { SERVICE <B> {} } } } }", "within"),
    ("SELECT * { FILTER EXISTS { SERVICE <A> {} } }", "EXISTS"),
    ("SELECT * { FILTER NOT EXISTS # {\n { OPTIONAL { SERVICE <A> {} } } }", "EXISTS"),
    ("SELECT * { FILTER NOTEXISTS{{SERVICE <A> {}}} }", "EXISTS"),
    ("SELECT * { BIND(EXISTS { SERVICE <A> {} } AS ?x) }", "EXISTS"),
    ("SELECT * { ?s ?p ?o MINUS { SERVICE <A> {} } }", "MINUS"),
    ("SELECT * { ?s ?p ?o LATERAL { SERVICE <A> {} } }", "LATERAL"),
    ("SELECT * { \\u0053ERVICE <A> {} SERVICE <A> {} }", "write the character"),
    ("SELECT * { SERVICE <A> { ?s ?p '\\u0022' } }", "write the character"),
    ("SELECT * { " + "SERVICE <A> {} " * 6 + "}", "not more"),
    # read by some as a comparison, by others as an IRI or as a long string
    ("SELECT * { BIND('1' AS ?a) FILTER(?a<'>')SERVICE <A> {?s ?p ?o} #'\n}", "two ways"),
    ("SELECT * { VALUES ?x {'''a' } SERVICE <A> {?s ?p ?o} #\\q'''\n}", "two ways"),
    ("SELECT * { ?s <urn:x#y> ?o . SERVICE <A> {} \n}", "two ways"),
]  # fmt: skip


def written(query: str) -> str:
    return query.replace("<A", f"<{A}").replace("<B>", f"<{B}>")


@pytest.mark.parametrize(("query", "blocks"), FOUND)
def test_positions_of_blocks(query: str, blocks: list[str]) -> None:
    query = written(query)
    found = read_blocks(query, ALLOWED)
    assert [query[block.start : block.end] for block in found] == [written(block) for block in blocks]
    for block in found:
        text = query[block.start : block.end]
        assert block.silent == ("SILENT" in text)
        assert block.endpoint == (B if B in text else A)
        group = text[text.index(">") + 1 :].lstrip()
        assert block.query.endswith(f"{group}")
        assert len(block.query) == block.end
        assert block.query.count("\n") == query.count("\n", 0, block.end)


@pytest.mark.parametrize(("query", "reason"), REFUSED)
def test_unsupported_blocks(query: str, reason: str) -> None:
    with pytest.raises(QueryRefusedError, match=reason) as refused:
        read_blocks(written(query), ALLOWED)
    assert refused.value.place is not None
    assert "Supported is SERVICE" in (refused.value.hint or "")


def test_syntax_errors_around_blocks() -> None:
    for query in (
        "SELECT * { SERVICE <A> {}", "SELECT * { SERVICE <A> {} } }", "SELECT * { SERVICE <A> ?s }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <A> {} }", "PREFIX SELECT * { SERVICE <A> {} }",
    ):  # fmt: skip
        with pytest.raises(QuerySyntaxError):
            read_blocks(written(query), ALLOWED)


def test_endpoint_by_a_variable() -> None:
    query = "SELECT * { SERVICE SILENT ?endpoint { ?s ?p ?o } }"
    for endpoint in (A, None):
        (block,) = read_blocks(query, ALLOWED, {"endpoint": endpoint})
        assert (block.endpoint, query[block.start : block.end]) == (endpoint, "SERVICE SILENT ?endpoint { ?s ?p ?o }")
    for services in ({"endpoint": "http://other.example/"}, {"other": A}, {}):
        with pytest.raises(QueryRefusedError, match="angle brackets"):
            read_blocks(query, ALLOWED, services)


def test_prologue_of_a_block() -> None:
    query = written("PREFIX : <urn:p> # {\nBASE <urn:b>\nSELECT ?a WHERE {\n  SERVICE <A> { ?a :b <c> }\n}")
    (block,) = read_blocks(query, ALLOWED)
    assert " ".join(block.query.split()) == "PREFIX : <urn:p> # { BASE <urn:b> SELECT* { ?a :b <c> }"


@pytest.mark.parametrize("unit", ["'''", "<a#", "''' ", "'a\"b", "<", "{", '"""\\q', "service "])
def test_time_of_long_hostile_text(unit: str) -> None:
    started = time.monotonic()
    with pytest.raises((QueryRefusedError, QuerySyntaxError)):
        read_blocks("SELECT * { SERVICE <A> {} " + unit * (MAX_QUERY // len(unit)), ALLOWED)
    assert time.monotonic() - started < 2


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from([None, "en", "zh-Hans"]))
def test_literal_round_trip(text: str, language: str | None) -> None:
    literal = Literal(text, language=language) if language else Literal(text, datatype=IRI("urn:x:type"))
    rows = [{"a": literal, "b": IRI("http://x/é?q='#s")}, {"b": Literal(text)}]
    query = f"SELECT * {{ {write_values(('a', 'b'), rows)} }}"
    store = Store.in_memory()
    assert list(store.select(query).rows) == rows
    assert len(store.select(f"SELECT * {{ {write_values((), [{}, {}])} }}").rows) == 2
    assert len(store.select(f"SELECT * {{ {write_values(('a',), [])} }}").rows) == 0


def test_separators_of_the_allow_list() -> None:
    for text, endpoints in (("", ()), (" , ", ()), (f"{B},{A}", (B, A)), (f"{A}\n {B} ,{A}", (A, B))):
        assert Settings(federation=text).federation_endpoints == endpoints


@pytest.mark.parametrize(
    "text",
    ["un.example/sparql", "ftp://un.example/", "http:///sparql", "http://u:p@un.example/", "http://un.example:99999/",
     "http://un.example/#x", "http://un.example/é", "file:///etc/passwd", "http://un.example/{x}"],
)  # fmt: skip
def test_invalid_endpoints(text: str) -> None:
    with pytest.raises(SettingsError, match="federation"):
        _ = Settings(federation=text).federation_endpoints


def ask(url: str, *, seconds: float = 5, by_proxy: bool = False) -> bytes:
    with exchange(urllib.request.Request(url), seconds=seconds, by_proxy=by_proxy) as response:  # noqa: S310
        return b"".join(iter(response.read, b""))


def test_no_repetition_where_the_connection_ends() -> None:
    with listening(lambda *_: None) as (url, seen):
        with pytest.raises(TransferError, match="closed connection without response"):
            ask(url)
        assert len(seen) == 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_time_limit_of_single_bytes(head: bytes) -> None:
    def drip(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(0.05):
            connection.sendall(b"x")

    started = time.monotonic()
    with listening(drip) as (url, _), pytest.raises(LateError):
        ask(url, seconds=0.4)
    assert 0.3 < time.monotonic() - started < 5


def test_answer_that_ends_early() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
    answers = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", chunked, chunked + b"0\r\n\r\n"])
    with listening(lambda connection, _: connection.sendall(next(answers))) as (url, _):
        for _ in range(2):
            with pytest.raises(BrokenOffError):
                ask(url)
        assert ask(url) == b"ok"


def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")
    with listening(says("200 OK", "ok")) as (proxy, seen):
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/sparql"))
        url = "http://sparql.invalid/query"
        assert ask(url, by_proxy=True) == b"ok"
        with pytest.raises(TransferError):
            ask(url)
        assert len(seen) == 1


def test_form_of_a_request() -> None:
    """https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded, by a method of SPARQLWrapper's own."""
    text = "INSERT é & = +"  # SPARQLWrapper would take it for an update
    for operation, name in (("SELECT", "query"), ("INSERT", "update")):
        request = sparql_request("http://h/q?x=y", operation, text, "a/b")
        assert (request.get_method(), request.full_url) == ("POST", "http://h/q?x=y")
        assert parse_qsl(request.data.decode("ascii"), strict_parsing=True) == [(name, text)]
        headers = {key.lower(): value for key, value in request.header_items()}
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        assert headers["accept"] == "a/b"
