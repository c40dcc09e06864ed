"""The cache below Flask, and lookups, which the server process answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from gcmgraph.web.sparql.protocol import LOOKUP
from serving import Application

ASK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
OTHER = "@prefix c: <https://w3id.org/gcmgraph/graph/> . c:curated { <urn:x:s> <urn:x:p> <urn:x:o> }"


@pytest.fixture
def fresh(build: Callable[..., None], tmp_path: Path, application: Application) -> tuple[Flask, Path]:
    build(tmp_path / "store", "v1")
    return application(tmp_path / "store", query_timeout=5, result_cache=1), tmp_path


def test_repeated_request_is_a_hit(fresh: tuple[Flask, Path]) -> None:
    client = fresh[0].test_client()
    for ask in (
        lambda: client.get("/sparql", query_string={"query": ASK}),
        lambda: client.post("/sparql", data={"query": ASK}),
        lambda: client.post("/sparql", data=ASK.encode(), content_type="application/sparql-query"),
        lambda: client.get("/doc/objective/9.ttl"),
        lambda: client.get("/ontology", headers={"Accept": "text/html", "Accept-Language": "fr"}),
    ):
        first, second = ask(), ask()
        assert first.headers["Cache-Status"] == "gcmgraph; fwd=miss"
        assert second.headers["Cache-Status"] == "gcmgraph; hit"
        assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_entries_by_format_and_language(fresh: tuple[Flask, Path]) -> None:
    client = fresh[0].test_client()
    for _ in range(2):
        for accept in ("text/csv", "application/sparql-results+json"):
            response = client.get("/sparql", query_string={"query": ASK}, headers={"Accept": accept})
            assert response.mimetype == accept
        for language in ("en", "fr"):
            headers = {"Accept": "text/html", "Accept-Language": language}
            assert client.get("/ontology", headers=headers).headers["Content-Language"] == language


def test_hit_as_304_and_head(fresh: tuple[Flask, Path]) -> None:
    client = fresh[0].test_client()
    first = client.get("/sparql", query_string={"query": ASK})
    known = client.get("/sparql", query_string={"query": ASK}, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data, known.headers["Cache-Status"]) == (304, b"", "gcmgraph; hit")
    assert "Content-Length" not in known.headers
    head = client.head("/sparql", query_string={"query": ASK})
    assert (head.data, head.headers["Cache-Status"]) == (b"", "gcmgraph; hit")
    assert head.headers["Content-Length"] == str(len(first.data))


def test_new_version_empties_the_cache(fresh: tuple[Flask, Path], build: Callable[..., None]) -> None:
    app, folder = fresh
    client = app.test_client()
    before = client.get("/sparql", query_string={"query": ASK})
    assert client.get("/sparql", query_string={"query": ASK}).headers["Cache-Status"] == "gcmgraph; hit"
    (folder / "other.trig").write_text(OTHER)
    build(folder / "store", "v2", folder / "other.trig")
    after = client.get("/sparql", query_string={"query": ASK}, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert json.loads(after.data)["results"]["bindings"][0]["n"]["value"] == "1"
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("query", ["SELECT * {", "SELECT (NOW() AS ?n) {}"])
def test_errors_and_what_differs_each_time_are_not_kept(fresh: tuple[Flask, Path], query: str) -> None:
    client = fresh[0].test_client()
    for _ in range(2):
        assert "Cache-Status" not in client.get("/sparql", query_string={"query": query}).headers


def test_bypass_of_the_cache(fresh: tuple[Flask, Path]) -> None:
    client = fresh[0].test_client()
    for _ in range(2):
        response = client.get("/sparql", query_string={"query": ASK}, headers={"Cache-Control": "no-cache"})
        assert response.headers["Cache-Status"] == "gcmgraph; fwd=miss"


def test_limit_of_bytes(fresh: tuple[Flask, Path]) -> None:
    client = fresh[0].test_client()
    for number in range(12):  # about 200 kB each, of 1 MB
        query = f"SELECT ?x {{ BIND('{'x' * 100}' AS ?y) VALUES ?x {{ {' '.join(['1'] * 2_000)} }} }} #{number}"
        assert client.post("/sparql", data={"query": query}).status_code == 200
    again = client.post("/sparql", data={"query": query})
    assert again.headers["Cache-Status"] == "gcmgraph; hit"
    first = query.replace("#11", "#0")
    assert client.post("/sparql", data={"query": first}).headers["Cache-Status"] == "gcmgraph; fwd=miss"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p ?o WHERE { objective:9 ?p ?o }",
        "select * { <urn:x:s> a ?c . } limit 3 # why not",
        "PREFIX x: <urn:x:> ASK { x:s x:p <urn:x:o> }",
        "DESCRIBE objective:9",
    ],
)
def test_lookups_are_answered_as_queries(fresh: tuple[Flask, Path], query: str) -> None:
    client = fresh[0].test_client()
    assert LOOKUP.fullmatch(query)
    headers = {"Accept": "application/sparql-results+json, application/n-triples"}
    short = client.get("/sparql", query_string={"query": query}, headers=headers)
    other = client.post("/sparql", data={"query": query}, headers=headers)
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
