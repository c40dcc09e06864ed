"""/sparql around its answers: cut results, truthful errors, base IRI, its URL; the cache below Flask, and lookups."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answers import problem, quads, rows
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, parse_query_results
from werkzeug.test import TestResponse

from gcmgraph.platform.errors import SettingsError
from gcmgraph.rdf.media import N_TRIPLES, RDF_XML, TURTLE, RdfSyntax
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.sparql_text import is_volatile
from gcmgraph.rdf.terms import IRI, Triple
from gcmgraph.settings import Settings
from gcmgraph.web.sparql.lookups import LOOKUP
from serving import Application

#: Rows whose texts hold what stands between rows in each syntax.
TRICKY = """SELECT ?n ?t { VALUES ?n { 1 2 3 4 5 6 7 8 }
BIND(CONCAT('},{ "},{" </result> \\r\\n, ', STR(?n)) AS ?t) }"""


@pytest.fixture(scope="module")
def few(store_folder: Path, application: Application) -> Flask:
    """The application where an answer may hold 5 rows."""
    return application(store_folder, query_rows=5)


@pytest.mark.parametrize("media_type", ["json", "xml", "csv", "tsv"])
def test_results_over_the_limit_are_cut_after_a_row(few: Flask, media_type: str) -> None:
    form = {
        "json": QueryResultsFormat.JSON,
        "xml": QueryResultsFormat.XML,
        "tsv": QueryResultsFormat.TSV,
    }
    for limit in (5, 6):
        query = {"query": f"{TRICKY} LIMIT {limit}", "format": media_type}
        response = few.test_client().get("/sparql", query_string=query)
        if media_type == "csv":
            texts = [
                row["t"] for row in csv.DictReader(io.StringIO(response.data.decode(), newline=""))
            ]
        else:
            results = parse_query_results(response.data, form[media_type])
            texts = [row["t"].value for row in results]  # type: ignore[union-attr]
        assert texts == [f'}},{{ "}},{{" </result> \r\n, {n}' for n in range(1, 6)]
        assert ("rows=5" in response.headers.get("Result-Truncated", "")) == (limit > 5)
        if media_type == "json" and limit > 5:
            assert response.get_json(force=True)["head"]["link"] == [
                "https://w3id.org/gcmgraph/graph-store"
            ]
        assert (response.headers["Cache-Control"] == "no-store") == (limit > 5)


@pytest.mark.parametrize(
    ("rows", "says"), [(5, "Rows 1 to 2 of 5"), (100, "the other formats hold all")]
)
def test_page_of_cut_results(
    store_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    says: str,
    application: Application,
) -> None:
    monkeypatch.setattr("gcmgraph.web.sparql.endpoint.PAGE_ROWS", 2)
    client = application(store_folder, query_rows=rows).test_client()
    page = client.get("/sparql", query_string={"query": TRICKY, "format": "html"}).text
    assert says in page.partition('<h2 id="answer">')[2]
    assert ('role="alert">This answer was cut' in page) == (rows == 5)


@pytest.mark.parametrize("syntax", [TURTLE, N_TRIPLES, RDF_XML])
def test_graphs_over_the_limit_are_cut(few: Flask, syntax: RdfSyntax) -> None:
    query = {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}
    response = few.test_client().get(
        "/sparql", query_string=query, headers={"Accept": syntax.media_type}
    )
    assert "rows=5" in response.headers["Result-Truncated"]
    assert b"This result was cut" in response.data
    assert len(list(parse_quads(response.data, syntax, source="answer"))) == 5


def test_volatile_queries_have_no_entity_tag(client: FlaskClient) -> None:
    for call in ("NOW()", "RAND()", "uuid ()", "STRUUID(#)\n)", "\\u004eOW()"):
        response = client.get(
            "/sparql", query_string={"query": f"SELECT ?x {{ BIND({call} AS ?x) }}"}
        )
        assert ("ETag" in response.headers, response.headers["Cache-Control"]) == (
            False,
            "no-store",
        )


@pytest.mark.parametrize(
    "comment", ["# now" + "#" * 100_000, "#" + "now#x " * 20_000, "# uuid" + " " * 100_000]
)
def test_long_comments_take_no_long_time(comment: str) -> None:
    assert is_volatile(f"ASK {{}} {comment}") == ("#x" in comment or "##" in comment)


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/ld+json"])
def test_service_description_without_a_query(client: FlaskClient, accept: str) -> None:
    stated: dict[str, set[str]] = defaultdict(set)
    for quad in quads(client.get("/sparql", headers={"Accept": accept})):
        stated[quad.predicate.value.removeprefix(SD)].add(str(quad.object).strip("<>"))
    assert stated["feature"] == {f"{SD}UnionDefaultGraph"}
    assert "https://w3id.org/gcmgraph/graph/curated" in stated["name"]
    assert len(stated["resultFormat"]) == 10


@pytest.mark.parametrize(
    ("query", "line", "column", "message", "hint"),
    [
        ("SELECT *\n{ ?s skoss:prefLabel ?o }", 2, 6, "prefix 'skoss:'", "'skos:'"),
        ("SELECT * { ?s wdt:P31 ?o }", 1, 15, "prefix 'wdt:'", "wikidata"),
        ("SELECT * { ?s ?p ?o", 1, 10, "never closed", "Close"),
        ("SELECT * { ?s ?p ?o )", 1, 21, "cannot close", "first"),
        ("SELECT * { ?s ?p 'o }", 1, 18, "does not end", "Close"),
        ("SELEC * { ?s <p> ?o }", 1, 1, "begins with SELECT", "SELECT"),
        ("SELECT * { ?s <http://e.org/a b> ?o }", 1, 15, "not an IRI", "%20"),
        ("ASK { FILTER(CONTAIN('a', 'b')) }", 1, 14, "no function CONTAIN", "CONTAINS"),
        ("INSERT DATA { <a:a> <a:a> 1 }", 1, 1, "belongs to an update", "/contributions"),
    ],
)
def test_position_and_hint_of_syntax_errors(
    client: FlaskClient, query: str, line: int, column: int, message: str, hint: str
) -> None:
    response = client.get("/sparql", query_string={"query": query})
    details = problem(response)
    assert (details["line"], details["column"]) == (line, column)
    assert message in str(details["detail"])
    assert hint in str(details["hint"])
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sparql?query=ASK%7B%7D%FF", 400), ("/sparql?query=ASK%7B%7D%00", 400), ("/sparql?query=", 400),
        ("/sparql?query=ASK%7B%7D&format=docx", 400), ("/sparql?query=ASK%7B%7D&default-graph-uri=not+an+iri", 400),
        ("/sparql?query=ASK%7B%7D&using-graph-uri=urn:x:y", 403), ("/sparql?default-graph-uri=urn:x:y", 400),
        ("/sparql?format=csv", 400), ("/sparql?" + "&".join(f"a{n}=1" for n in range(2000)), 400),
        ("/graph-store", 400), ("/graph-store?default&graph=urn:x:y", 400), ("/graph-store?graph=nothing", 400),
        ("/graph-store?graph=urn:x:y", 404), ("/graph-store?default&format=docx", 400),
        *((f"x-www-form-urlencoded {body}", 400) for body in ("query=ASK%7B%7D%FF", "query=ASK{\xff}", "nothing=x")),
        ("sparql-query ASK{}\0", 400), ("sparql-query ASK{\xff}", 400), ("sparql-query " + "a" * 10_000_000, 413),
        ("x-www-form-urlencoded query=" + "a" * 10_000_000, 413),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_problems_of_invalid_requests(client: FlaskClient, address: str, status: int) -> None:
    """Of an address, or of a body after its media type."""
    kind, _, body = address.partition(" ")
    data = {"data": body.encode("latin-1"), "content_type": f"application/{kind}"}
    assert problem(client.post("/sparql", **data) if body else client.get(address), status)[
        "detail"
    ]


def test_default_graph_has_triple_of_two_graphs_once(
    client_over: Callable[..., FlaskClient],
) -> None:
    client = client_over(
        "GRAPH <urn:x:g> { <urn:x:s> <urn:x:p> <urn:x:o> } <urn:x:h> { <urn:x:s> <urn:x:p> <urn:x:o> }"
    )
    assert client.get("/graph-store?default&format=nt").data == b"<urn:x:s> <urn:x:p> <urn:x:o> .\n"


def test_graph_store_is_read_only(client: FlaskClient) -> None:
    curated = "/graph-store?graph=https://w3id.org/gcmgraph/graph/curated"
    assert len(quads(client.get(curated))) == 1
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        refused = client.open(curated, method=method, data=b"")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert "/contributions" in json.loads(refused.data)["hint"]


HERE = "https://data.example.org/graph/"
ENDPOINT = "https://w3id.org/gcmgraph/sparql"
SD = "http://www.w3.org/ns/sparql-service-description#"


def triples(client: FlaskClient, path: str, **parameters: str) -> set[Triple]:
    response = client.get(path, query_string=parameters, headers={"Accept": N_TRIPLES.media_type})
    return {quad.triple for quad in quads(response)}


def test_relative_iris(client: FlaskClient) -> None:
    for query, subject in (
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/s"),
        ("CONSTRUCT { <#s> <p> 1 } WHERE {}", f"{ENDPOINT}#s"),
        ("BASE <http://e.org/a/> CONSTRUCT { <s> <p> 1 } WHERE {}", "http://e.org/a/s"),
        ("BASE <a/> CONSTRUCT { <s> <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/a/s"),
        ("PREFIX e: <e/> CONSTRUCT { e:s <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/e/s"),
    ):
        for of_request in ({}, {"default-graph-uri": "http://e.org/g"}):
            assert {t.subject for t in triples(client, "/sparql", query=query, **of_request)} == {
                IRI(subject)
            }
    query = "SELECT * { ?s <p> ?o . } LIMIT x"
    found = problem(client.get("/sparql", query_string={"query": query}))
    assert (found["line"], found["column"] <= len(query) + 1) == (1, True)  # type: ignore[operator]


def test_slash_at_the_end_of_the_address(client: FlaskClient) -> None:
    query = {"query": "ASK {}"}
    [plain, slash] = [client.get(path, query_string=query) for path in ("/sparql", "/sparql/")]
    assert (slash.status_code, slash.data, slash.mimetype) == (200, plain.data, plain.mimetype)
    assert client.post("/sparql/", data=query).data == plain.data
    assert triples(client, "/sparql/") == triples(client, "/sparql")
    assert client.get("/sparql/", headers={"Accept": "text/html"}).status_code == 200


def test_public_url_of_the_endpoint(
    client: FlaskClient, store_folder: Path, application: Application
) -> None:
    elsewhere = application(store_folder, public_url=HERE).test_client()
    names = (("sd", "endpoint"), ("void", "sparqlEndpoint"), ("dcat", "endpointURL"))
    properties = {IRI((PREFIXES | {"sd": SD})[prefix] + name) for prefix, name in names}
    for asked, url in ((client, ENDPOINT), (elsewhere, f"{HERE}sparql")):
        paths = ("/sparql", "/dataset", "/.well-known/void")
        stated = {
            t.object for path in paths for t in triples(asked, path) if t.predicate in properties
        }
        assert stated == {IRI(url)}
    assert f">{HERE}sparql<" in elsewhere.get("/dataset", headers={"Accept": "text/html"}).text
    response = elsewhere.get(
        "/sparql", headers={"Host": "evil.example", "Accept": N_TRIPLES.media_type}
    )
    assert b"evil" not in response.data


def test_invalid_public_urls() -> None:
    for url in (
        "data.example.org",
        "ftp://data.example.org/",
        "https://u:p@data.example.org/",
        "https://e.org/?a",
    ):
        with pytest.raises(SettingsError, match="'public_url'"):
            _ = Settings(public_url=url).public_base


ASK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
OTHER = (
    "@prefix c: <https://w3id.org/gcmgraph/graph/> . c:curated { <urn:x:s> <urn:x:p> <urn:x:o> }"
)


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
        (
            "POST",
            "/sparql",
            {"data": f"{ASK} # direct".encode(), "content_type": "application/sparql-query"},
        ),
        ("GET", "/doc/objective/9.ttl", {}),
        ("GET", "/ontology", {"headers": page | {"Accept-Language": "fr"}}),
        ("GET", "/ontology", {"headers": page | {"Accept-Language": "en"}}),
    ):
        first, second = (shared.open(path, method=method, **request) for _ in range(2))
        assert (state(first), state(second)) == ("fwd=miss", "hit"), request
        assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_hit_as_304_and_head(shared: FlaskClient) -> None:
    first = shared.get("/sparql", query_string={"query": ASK})
    known = shared.get(
        "/sparql", query_string={"query": ASK}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (known.status_code, known.data, state(known)) == (304, b"", "hit")
    assert "Content-Length" not in known.headers
    for other in (f"{ASK} ", "DESCRIBE objective:9"):
        assert (
            shared.get("/sparql", query_string={"query": other}).headers["ETag"]
            != first.headers["ETag"]
        )
    head = shared.head("/sparql", query_string={"query": ASK})
    assert (head.data, state(head), head.headers["Content-Length"]) == (
        b"",
        "hit",
        str(len(first.data)),
    )


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("SELECT * {", {}, ""),
        ("SELECT (NOW() AS ?n) {}", {}, ""),
        (f"{ASK} # fresh", {"Cache-Control": "no-cache"}, "fwd=miss"),
    ],
)
def test_requests_that_are_not_stored(
    shared: FlaskClient, query: str, headers: dict[str, str], expected: str
) -> None:
    for _ in range(2):
        assert (
            state(shared.get("/sparql", query_string={"query": query}, headers=headers)) == expected
        )


def test_new_version_empties_the_cache(
    application: Application, tmp_path: Path, build: Callable[..., None]
) -> None:
    build(tmp_path / "store", "v1")
    fresh = application(tmp_path / "store", query_timeout=5, result_cache=1).test_client(
        use_cookies=False
    )
    before = fresh.get("/sparql", query_string={"query": ASK})
    assert state(fresh.get("/sparql", query_string={"query": ASK})) == "hit"
    (tmp_path / "other.trig").write_text(OTHER)
    build(tmp_path / "store", "v2", tmp_path / "other.trig")
    after = fresh.get(
        "/sparql", query_string={"query": ASK}, headers={"If-None-Match": before.headers["ETag"]}
    )
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
    for name in (
        "Content-Type",
        "Vary",
        "ETag",
        "Content-Security-Policy",
        "Access-Control-Allow-Origin",
    ):
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
