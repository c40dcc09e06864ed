"""The cache below Flask, and lookups, which the server process answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answers import rows
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.web.sparql.protocol import LOOKUP
from serving import Application

ASK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
OTHER = "@prefix c: <https://w3id.org/gcmgraph/graph/> . c:curated { <urn:x:s> <urn:x:p> <urn:x:o> }"


@pytest.fixture
def fresh(build: Callable[..., None], tmp_path: Path, application: Application) -> FlaskClient:
    """Of an application over a store that a test may change."""
    build(tmp_path / "store", "v1")
    return application(tmp_path / "store", query_timeout=5, result_cache=1).test_client(use_cookies=False)


@pytest.fixture(scope="module")
def shared(store_folder: Path, application: Application) -> FlaskClient:
    return application(store_folder, query_timeout=5, result_cache=1).test_client(use_cookies=False)


def state(response: TestResponse) -> str:
    """What the cache did; empty where a response is not one for it."""
    return response.headers.get("Cache-Status", "").partition("; ")[2]


def test_repeated_request_is_a_hit(shared: FlaskClient) -> None:
    """The first two differ by format, the last two by language."""
    of_query: dict[str, Any] = {"query_string": {"query": ASK}}
    page = {"Accept": "text/html"}
    for method, path, request in (
        ("GET", "/sparql", of_query),
        ("GET", "/sparql", of_query | {"headers": {"Accept": "text/csv"}}),
        ("POST", "/sparql", {"data": {"query": f"{ASK} # form"}}),
        ("POST", "/sparql", {"data": f"{ASK} # direct".encode(), "content_type": "application/sparql-query"}),
        ("GET", "/doc/objective/9.ttl", {}),
        ("GET", "/ontology", {"headers": page | {"Accept-Language": "fr"}}),
        ("GET", "/ontology", {"headers": page | {"Accept-Language": "en"}}),
    ):
        first, second = (shared.open(path, method=method, **request) for _ in range(2))
        assert (state(first), state(second)) == ("fwd=miss", "hit"), request
        assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_hit_as_304_and_head(shared: FlaskClient) -> None:
    first = shared.get("/sparql", query_string={"query": ASK})
    known = shared.get("/sparql", query_string={"query": ASK}, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data, state(known)) == (304, b"", "hit")
    assert "Content-Length" not in known.headers
    head = shared.head("/sparql", query_string={"query": ASK})
    assert (head.data, state(head), head.headers["Content-Length"]) == (b"", "hit", str(len(first.data)))


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("SELECT * {", {}, ""),
        ("SELECT (NOW() AS ?n) {}", {}, ""),
        (f"{ASK} # fresh", {"Cache-Control": "no-cache"}, "fwd=miss"),
    ],
)
def test_requests_that_are_not_stored(shared: FlaskClient, query: str, headers: dict[str, str], expected: str) -> None:
    for _ in range(2):
        assert state(shared.get("/sparql", query_string={"query": query}, headers=headers)) == expected


def test_new_version_empties_the_cache(fresh: FlaskClient, tmp_path: Path, build: Callable[..., None]) -> None:
    before = fresh.get("/sparql", query_string={"query": ASK})
    assert state(fresh.get("/sparql", query_string={"query": ASK})) == "hit"
    (tmp_path / "other.trig").write_text(OTHER)
    build(tmp_path / "store", "v2", tmp_path / "other.trig")
    after = fresh.get("/sparql", query_string={"query": ASK}, headers={"If-None-Match": before.headers["ETag"]})
    assert rows(after) == [{"n": "1"}]
    assert after.headers["ETag"] != before.headers["ETag"]


def test_limit_of_bytes(shared: FlaskClient) -> None:
    query = f"SELECT ?x {{ BIND('{'x' * 100}' AS ?y) VALUES ?x {{ {' '.join(['1'] * 4_000)} }} }} #"
    for number in range(5):  # about 400 kB each, of 1 MB
        assert state(shared.post("/sparql", data={"query": f"{query}{number}"})) == "fwd=miss"
    assert state(shared.post("/sparql", data={"query": f"{query}4"})) == "hit"
    assert state(shared.post("/sparql", data={"query": f"{query}0"})) == "fwd=miss"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p ?o WHERE { objective:9 ?p ?o }",
        "select * { <urn:x:s> a ?c . } limit 3 # why not",
        "PREFIX x: <urn:x:> ASK { x:s x:p <urn:x:o> }",
        "DESCRIBE objective:9",
    ],
)
def test_lookups_are_answered_as_queries(shared: FlaskClient, query: str) -> None:
    assert LOOKUP.fullmatch(query)
    headers = {"Accept": "application/sparql-results+json, application/n-triples"}
    short = shared.get("/sparql", query_string={"query": query}, headers=headers)
    other = shared.post("/sparql", data={"query": query}, headers=headers)
    assert short.status_code == other.status_code == 200
    assert _unordered(short.data) == _unordered(other.data)
    for name in ("Content-Type", "Vary", "ETag", "Content-Security-Policy", "Access-Control-Allow-Origin"):
        assert short.headers[name] == other.headers[name]


def _unordered(body: bytes) -> object:
    """A result whose rows or triples have no order: another process may find them in another."""
    if not body.startswith(b"{"):
        return sorted(body.splitlines())
    result = json.loads(body)
    return result | {"results": sorted(map(str, result.get("results", {}).get("bindings", [])))}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { objective:9 ?p ?o . ?o ?q ?r }",
        "SELECT * { objective:9 gcm:a/gcm:b ?o }",
        "SELECT * { SERVICE:x ?p ?o }",
        "SELECT * { SERVICE <urn:x:s> { ?s ?p ?o } }",
        "SELECT * { objective:9 ?p ?o } ORDER BY ?o",
        "SELECT * FROM <urn:x:g> { objective:9 ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { objective:9 ?p ?o }",
        "DESCRIBE ?x { ?x a gcm:Objective }",
        "DESCRIBE objective:9 objective:8",
        "ASK {" + "{" * 3000,
    ],
)
def test_anything_more_than_a_lookup_is_none(query: str) -> None:
    assert LOOKUP.fullmatch(query) is None
