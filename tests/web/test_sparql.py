"""/sparql: the SPARQL 1.1 Protocol, and queries that mean harm."""

from __future__ import annotations

import csv
import io
import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import Request

import pytest
import SPARQLWrapper
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, parse_query_results
from werkzeug.test import TestResponse

from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
from serving import Application

COUNTRIES = 'SELECT ?n { ?p gcm:country ?c . ?c skos:prefLabel ?n FILTER(LANG(?n) = "en") } ORDER BY ?n'
JSON = "application/sparql-results+json"
DESCRIBED = "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#> CONSTRUCT WHERE { ?p gcm:country ?c }"
CURATED = "https://w3id.org/gcmgraph/graph/curated"
PROVENANCE = "https://w3id.org/gcmgraph/graph/provenance"


def values(response: TestResponse, variable: str) -> list[str]:
    assert response.status_code == 200, response.text
    return [row[variable]["value"] for row in json.loads(response.data)["results"]["bindings"]]


def problem(response: TestResponse, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    details: dict[str, object] = json.loads(response.data)
    assert details["status"] == status
    return details


def ways(client: FlaskClient, query: str) -> list[TestResponse]:
    """A query by each operation of the protocol."""
    return [
        client.get("/sparql", query_string={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", data=query.encode(), content_type="application/sparql-query"),
        client.post("/sparql", data=query.encode(), content_type="application/sparql-query; charset=utf-8"),
    ]


def test_three_ways_of_a_query(client: FlaskClient) -> None:
    for response in ways(client, COUNTRIES):
        assert response.mimetype == JSON
        assert values(response, "n") == ["Afghanistan", "Iraq"]


@pytest.mark.parametrize(
    ("accept", "format_", "media_type"),
    [
        (None, None, JSON),
        ("application/json", None, JSON),
        ("application/sparql-results+xml", None, "application/sparql-results+xml"),
        ("text/csv", None, "text/csv"),
        ("text/tab-separated-values", None, "text/tab-separated-values"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", None, "application/sparql-results+xml"),
        ("text/turtle, application/sparql-results+json;q=0.5", None, JSON),
        ("text/html", "json", JSON),
        (None, "xml", "application/sparql-results+xml"),
        (None, "csv", "text/csv"),
        (None, "tsv", "text/tab-separated-values"),
        (None, "text/csv", "text/csv"),
    ],
)
def test_formats_of_solutions(client: FlaskClient, accept: str | None, format_: str | None, media_type: str) -> None:
    parameters = {"query": COUNTRIES} | ({"format": format_} if format_ else {})
    response = client.get("/sparql", query_string=parameters, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert "Accept" in response.headers["Vary"]
    if media_type == "text/csv":  # the engine reads no CSV, which drops the kinds of terms
        assert list(csv.reader(io.StringIO(response.text))) == [["n"], ["Afghanistan"], ["Iraq"]]
    else:
        results = parse_query_results(response.data, QueryResultsFormat.from_media_type(media_type))
        assert [row["n"].value for row in results] == ["Afghanistan", "Iraq"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("accept", "format_", "media_type"),
    [
        (None, None, "text/turtle"),
        ("application/n-triples", None, "application/n-triples"),
        ("application/rdf+xml", None, "application/rdf+xml"),
        ("application/ld+json", None, "application/ld+json"),
        ("application/n-quads", None, "application/n-quads"),
        (None, "ttl", "text/turtle"),
        (None, "json", "application/ld+json"),
        (None, "nt", "application/n-triples"),
    ],
)
def test_formats_of_graphs(client: FlaskClient, accept: str | None, format_: str | None, media_type: str) -> None:
    parameters = {"query": "CONSTRUCT { ?p gcm:country ?c } { ?p gcm:country ?c }"}
    parameters |= {"format": format_} if format_ else {}
    response = client.get("/sparql", query_string=parameters, headers={"Accept": accept} if accept else {})
    assert response.mimetype == media_type
    syntax = syntax_for_media_type(media_type)
    assert syntax is not None
    assert len(list(parse_quads(response.data, syntax, source="answer"))) == 2


@pytest.mark.parametrize(
    ("query", "format_", "media_type"),
    [
        (COUNTRIES, SPARQLWrapper.JSON, JSON),
        (COUNTRIES, SPARQLWrapper.XML, "application/sparql-results+xml"),
        (COUNTRIES, SPARQLWrapper.CSV, "text/csv"),
        (COUNTRIES, SPARQLWrapper.TSV, "text/tab-separated-values"),
        ("ASK {}", SPARQLWrapper.JSON, JSON),
        ("ASK {}", SPARQLWrapper.XML, "application/sparql-results+xml"),
        (DESCRIBED, SPARQLWrapper.XML, "application/rdf+xml"),
        (DESCRIBED, SPARQLWrapper.RDFXML, "application/rdf+xml"),
        (DESCRIBED, SPARQLWrapper.TURTLE, "text/turtle"),
        (DESCRIBED, SPARQLWrapper.N3, "text/turtle"),
        (DESCRIBED, SPARQLWrapper.JSONLD, "application/ld+json"),
    ],
)
@pytest.mark.parametrize(
    ("method", "as_what"),
    [
        (SPARQLWrapper.GET, SPARQLWrapper.URLENCODED),
        (SPARQLWrapper.POST, SPARQLWrapper.URLENCODED),
        (SPARQLWrapper.POST, SPARQLWrapper.POSTDIRECTLY),
    ],
)
def test_formats_of_sparqlwrapper(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    format_: str,
    media_type: str,
    method: str,
    as_what: str,
) -> None:
    asked: list[Request] = []

    def keep(request: Request) -> None:
        asked.append(request)

    monkeypatch.setattr(SPARQLWrapper.Wrapper, "urlopener", keep)
    wrapper = SPARQLWrapper.SPARQLWrapper("http://localhost/sparql", returnFormat=format_)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(as_what)
    wrapper.setQuery(query)
    wrapper.query()
    (sent,) = asked
    response = client.open(sent.selector, method=sent.get_method(), data=sent.data, headers=dict(sent.header_items()))
    assert response.status_code == 200, response.text
    assert response.mimetype == media_type


@pytest.mark.parametrize(
    ("query", "accept", "format_"),
    [
        ("ASK {}", "text/csv", None),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv", None),
        ("SELECT * { ?s ?p ?o }", "text/turtle", None),
        ("SELECT * { ?s ?p ?o }", "image/png", None),
        ("SELECT * { ?s ?p ?o }", None, "ttl"),
    ],
)
def test_form_without_the_format_returns_406(
    client: FlaskClient, query: str, accept: str | None, format_: str | None
) -> None:
    parameters = {"query": query} | ({"format": format_} if format_ else {})
    response = client.get("/sparql", query_string=parameters, headers={"Accept": accept} if accept else {})
    problem(response, 406)


def test_dataset_by_the_protocol(client: FlaskClient) -> None:
    counting = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    assert values(client.get("/sparql", query_string=counting | {"default-graph-uri": CURATED}), "n") == ["1"]
    both = {**counting, "default-graph-uri": [CURATED, PROVENANCE]}
    assert values(client.post("/sparql", data=both), "n") == ["8"]
    naming = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": CURATED}
    assert values(client.get("/sparql", query_string=naming), "g") == [CURATED]
    direct = client.post(
        "/sparql",
        query_string={"default-graph-uri": CURATED},
        data=counting["query"],
        content_type="application/sparql-query",
    )
    assert values(direct, "n") == ["1"]


def test_dataset_of_protocol_and_query(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM graph:provenance { ?s ?p ?o }"
    assert values(client.get("/sparql", query_string={"query": query}), "n") == ["7"]
    assert values(client.get("/sparql", query_string={"query": query, "default-graph-uri": CURATED}), "n") == ["1"]


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("GET", {"query_string": {"query": ""}}, 400),
        ("GET", {"query_string": {"query": ["ASK {}", "ASK {}"]}}, 400),
        ("GET", {"query_string": {"query": "ASK {}", "format": "docx"}}, 400),
        ("GET", {"query_string": {"query": "ASK {}", "format": ["docx", "odt"]}}, 400),
        ("GET", {"query_string": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400),
        ("GET", {"query_string": {"query": "ASK {"}}, 400),
        ("GET", {"query_string": {"query": "ASK { \0 }"}}, 400),
        ("POST", {"data": {}}, 415),
        ("POST", {"data": {"nothing": "x"}}, 400),
        ("POST", {"data": {"query": ["ASK {}", "ASK {}"]}}, 400),
        ("POST", {"data": {"query": "ASK {}"}, "query_string": {"query": "ASK {}"}}, 400),
        ("POST", {"data": b"ASK {}", "content_type": "text/plain"}, 415),
        ("POST", {"data": b"ASK { \xff }", "content_type": "application/sparql-query"}, 400),
        ("POST", {"data": b"", "content_type": "application/sparql-query"}, 400),
        ("POST", {"data": b"ASK {}" + b" " * 2_000_000, "content_type": "application/sparql-query"}, 413),
        ("POST", {"data": {"update": "CLEAR ALL"}}, 403),
        ("GET", {"query_string": {"update": "CLEAR ALL"}}, 403),
        ("POST", {"data": b"CLEAR ALL", "content_type": "application/sparql-update"}, 403),
        ("GET", {"query_string": {"query": "CLEAR ALL"}}, 400),
        ("PUT", {"data": b"ASK {}"}, 405),
    ],
)  # fmt: skip
def test_requests_against_the_protocol(
    client: FlaskClient, method: str, arguments: dict[str, object], status: int
) -> None:
    problem(client.open("/sparql", method=method, **arguments), status)  # type: ignore[arg-type]


def test_percent_encoding_in_an_iri(client: FlaskClient) -> None:
    query = "SELECT ?x { BIND(<http://example.org/a%20b> AS ?x) }"
    for response in ways(client, query):
        assert values(response, "x") == ["http://example.org/a%20b"]


@pytest.fixture(scope="module")
def hasty(store_folder: Path, application: Application) -> FlaskClient:
    """Over the small graph, as `client`; a query may take one second."""
    return application(store_folder, query_timeout=1).test_client(use_cookies=False)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s " + "/".join(["skos:broader"] * 1_000) + " ?o }",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }",
    ],
    ids=["path", "cross product"],
)
def test_query_over_its_time(hasty: FlaskClient, query: str) -> None:
    begin = time.monotonic()
    response = hasty.post("/sparql", data={"query": query})
    assert time.monotonic() - begin < 1 + 7, "a busy machine takes a while to end a large process"
    assert int(response.headers["Retry-After"]) > 0
    assert problem(response, 503)["detail"] == "The query took longer than 1 s."
    assert values(hasty.get("/sparql", query_string={"query": COUNTRIES}), "n") == ["Afghanistan", "Iraq"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ASK " + "{" * 3_000 + "}" * 3_000, 400),
        ("ASK " + "{" * 20_000, 400),
        ("SELECT (" + "(" * 5_000 + "1" + ")" * 5_000 + " AS ?x) {}", 400),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a", 503),
        (
            "SELECT ?b30 { BIND('12345678' AS ?b0) "
            + " ".join(f"BIND(CONCAT(?b{n}, ?b{n}) AS ?b{n + 1})" for n in range(30))
            + "}",
            503,
        ),
    ],
    ids=["braces", "20,000 braces", "brackets", "sort", "doubling"],
)
def test_query_too_complex_or_over_its_memory(client: FlaskClient, query: str, status: int) -> None:
    begin = time.monotonic()
    response = client.post("/sparql", data={"query": query})
    assert time.monotonic() - begin < 3 + 7, "a busy machine takes a while to end a large process"
    details = problem(response, status)
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0
        # of these, a slow machine does not come so far in 3 s
        assert details["detail"] in {"The query took more memory than 1024 MB.", "The query took longer than 3 s."}
    assert values(client.get("/sparql", query_string={"query": COUNTRIES}), "n") == ["Afghanistan", "Iraq"]


SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * {SERVICESILENT<URL>{?s ?p ?o}}",
    "PREFIX e: <URL> SELECT * {SERVICEe:x{?s ?p ?o}}",
    "SELECT * { SERVICE# a comment\n<URL> { ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "SELECT * { BIND('1' AS ?a) FILTER(?a<'>')SERVICE <URL> {?s ?p ?o} #'\n}",
    "SELECT * { VALUES ?x {'''a' } SERVICE <URL> {?s ?p ?o} #\\q'''\n}",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "LOAD <URL>",
]


@pytest.mark.parametrize("query", SERVICES)
def test_server_fetches_nothing(client: FlaskClient, query: str) -> None:
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Trap) as trap:
        thread = Thread(target=trap.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        response = client.post("/sparql", data={"query": query.replace("URL", f"http://127.0.0.1:{trap.server_port}/")})
        trap.shutdown()
        thread.join()
    assert asked == []
    if response.status_code == 200:  # a dataset of graphs that we do not have
        assert json.loads(response.data)["results"]["bindings"] == []
    else:
        problem(response, 400)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service <http://example.org/service> 'service' } # SERVICE",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK { ?s a sd:Service }",
        'ASK { ?s rdfs:label "service"@en, """a "service" here""" FILTER(?s < <urn:x:service> && 2 > 1) }',
    ],
)
def test_service_in_other_tokens(client: FlaskClient, query: str) -> None:
    assert json.loads(client.get("/sparql", query_string={"query": query}).data)["boolean"] is False


def test_busy_workers_return_429(store_folder: Path, application: Application) -> None:
    app = application(store_folder, query_timeout=1, query_workers=1)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"
    answers: list[TestResponse] = []
    threads = [
        Thread(target=lambda: answers.append(app.test_client().get("/sparql", query_string={"query": slow})))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {response.status_code for response in answers} == {429, 503}
    assert all("Retry-After" in response.headers for response in answers)
