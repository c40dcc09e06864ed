"""Plain requests of /sparql are answered below Flask, and as Flask would."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis.strategies import characters, text

from gcmgraph.settings import Settings
from gcmgraph.store.query_pool.pool import QueryAnswer, QueryRequest
from gcmgraph.web.app import create_app
from gcmgraph.web.sparql.fast_path import FORM, PlainRequest, decoded, read_plain

ROWS = "SELECT ?s ?n { ?s skos:prefLabel ?n } ORDER BY ?s ?n"
DIRECT = "application/sparql-query"


@pytest.fixture
def by_flask(app: Flask) -> Iterator[list[str]]:
    """The requests that Flask has seen."""
    seen: list[str] = []

    def see(_: object, **__: object) -> None:
        seen.append(request.path)

    request_started.connect(see, app)
    yield seen
    request_started.disconnect(see, app)


@pytest.mark.parametrize(
    ("query_string", "body", "kind", "expected"),
    [
        ("query=ASK+%7B%7D", b"", "", PlainRequest("ASK {}", None, by_get=True)),
        ("query=ASK%7B%7D&format=xml", b"", "", PlainRequest("ASK{}", "xml", by_get=True)),
        ("", b"query=%3Ca%2520b%3E", FORM, PlainRequest("<a%20b>", None, by_get=False)),
        ("", "ASK { ?é ?b ?c }".encode(), DIRECT, PlainRequest("ASK { ?é ?b ?c }", None, by_get=False)),
        ("query=ASK&query=ASK", b"", "", None),
        ("query=ASK&default-graph-uri=urn:x:g", b"", "", None),
        ("query=+&format=json", b"", "", None),
        ("update=CLEAR+ALL", b"", "", None),
        ("format=json", b"query=ASK", FORM, None),
        ("", b"query=ASK", "text/plain", None),
        ("", b"query=ASK", f"{FORM}; charset=latin-1", None),
        ("", b"ASK \0", DIRECT, None),
    ],
)
def test_what_is_plain(query_string: str, body: bytes, kind: str, expected: PlainRequest | None) -> None:
    environ = {
        "REQUEST_METHOD": "POST" if kind else "GET",
        "QUERY_STRING": query_string,
        "CONTENT_TYPE": kind,
        "wsgi.input": io.BytesIO(body),
    }
    assert read_plain(environ) == expected
    assert environ["wsgi.input"].read() == body  # type: ignore[attr-defined]


@given(text(characters(codec="utf-8")))
def test_a_value_is_decoded_as_elsewhere(value: str) -> None:
    for encoded in (quote_plus(value), quote(value, safe="\\+ \"'<>?{}"), value):
        got = decoded(encoded)
        if got is not None:
            assert got == unquote_plus(encoded)
    assert decoded(quote_plus(value)) == value


@pytest.mark.parametrize("encoded", ["100%", "%zz", "%u0041", "%FF", "%C3", "é"])
def test_what_is_not_in_order_is_not_decoded(encoded: str) -> None:
    assert decoded(encoded) is None


def test_a_plain_request_gets_what_flask_gives(client: FlaskClient, by_flask: list[str]) -> None:
    asked = {"query": ROWS}
    plain = (
        client.get("/sparql", query_string=asked),
        client.post("/sparql", data=asked),
        client.post("/sparql", data=ROWS.encode(), content_type=DIRECT),
    )
    assert not by_flask
    common = client.get("/sparql", query_string={**asked, "timeout": "5"})
    assert by_flask == ["/sparql"]
    for response in plain:
        assert response.status_code == common.status_code == 200
        assert response.data == common.data
        assert sorted(response.headers) == sorted(common.headers)
    tag = common.headers["ETag"]
    known = client.get("/sparql", query_string=asked, headers={"If-None-Match": f'"x", {tag}'})
    assert (known.status_code, known.data) == (304, b"")
    assert "Content-Type" not in known.headers
    any_ = {"If-None-Match": "*", "Cache-Control": "no-cache"}  # past the cache, which knows that there is an answer
    assert client.get("/sparql", query_string=asked, headers=any_).status_code == 200
    assert by_flask == ["/sparql"]


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("SELECT * { ?s ?p }", "application/json", 400),
        ("SELECT * { ?s ?p ?o }", "text/turtle", 406),
        ("SELECT * { SERVICE <urn:x:s> { ?s ?p ?o } }", "application/json", 400),
        ("SELECT * { ?s ?p ?o }", "image/png", 406),
    ],
)
def test_errors_are_told_by_flask(
    client: FlaskClient, by_flask: list[str], query: str, accept: str, status: int
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert by_flask == ["/sparql"]


def test_a_query_that_fails_runs_once(store_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app: Flask = create_app(Settings(store=str(store_folder), query_timeout=5))
    workers = app.extensions["gcmgraph"].workers
    runs: list[str] = []
    run = workers.run

    def counted(query: QueryRequest, folder: Path) -> QueryAnswer:
        runs.append(query.query)
        return run(query, folder)

    monkeypatch.setattr(workers, "run", counted)
    response = app.test_client().get("/sparql", query_string={"query": "SELECT (1 AS ?x) { ?s ?p"})
    assert response.status_code == 400
    assert len(runs) == 1
    workers.close()
