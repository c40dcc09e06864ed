"""/sparql around its answers: cut results, freshness, service description, truthful errors, base IRI, its URL."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, parse_query_results

from gcmgraph.errors import SettingsError
from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.media import N_TRIPLES, RDF_XML, TURTLE, RdfSyntax, syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.settings import Settings
from gcmgraph.sparql import is_volatile
from gcmgraph.store.versions import StoreFolder
from serving import Application

#: Rows whose texts hold what stands between rows in each syntax.
TRICKY = (
    """SELECT ?n ?t { VALUES ?n { 1 2 3 4 5 6 7 8 } BIND(CONCAT('},{ "},{" </result> \\r\\n, ', STR(?n)) AS ?t) }"""
)


@pytest.fixture(scope="module")
def few(store_folder: Path, application: Application) -> Flask:
    """The application where an answer may hold 5 rows."""
    return application(store_folder, query_rows=5)


@pytest.mark.parametrize("media_type", ["json", "xml", "csv", "tsv"])
def test_results_over_the_limit_are_cut_after_a_row(few: Flask, media_type: str) -> None:
    form = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}
    for limit in (5, 6):
        query = {"query": f"{TRICKY} LIMIT {limit}", "format": media_type}
        response = few.test_client().get("/sparql", query_string=query)
        if media_type == "csv":
            texts = [row["t"] for row in csv.DictReader(io.StringIO(response.data.decode(), newline=""))]
        else:
            results = parse_query_results(response.data, form[media_type])
            texts = [row["t"].value for row in results]  # type: ignore[union-attr]
        assert texts == [f'}},{{ "}},{{" </result> \r\n, {n}' for n in range(1, 6)]
        assert ("rows=5" in response.headers.get("Result-Truncated", "")) == (limit > 5)
        assert (response.headers["Cache-Control"] == "no-store") == (limit > 5)


@pytest.mark.parametrize(("rows", "says"), [(5, "Rows 1 to 2 of 5"), (100, "the other formats hold all")])
def test_page_of_cut_results(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch, rows: int, says: str, application: Application
) -> None:
    monkeypatch.setattr("gcmgraph.web.sparql.endpoint.PAGE_ROWS", 2)
    client = application(store_folder, query_rows=rows).test_client()
    page = client.get("/sparql", query_string={"query": TRICKY, "format": "html"}).text
    assert says in page.partition('<h2 id="answer">')[2]
    assert ('role="alert">This answer was cut' in page) == (rows == 5)


@pytest.mark.parametrize("syntax", [TURTLE, N_TRIPLES, RDF_XML])
def test_graphs_over_the_limit_are_cut(few: Flask, syntax: RdfSyntax) -> None:
    query = {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}
    response = few.test_client().get("/sparql", query_string=query, headers={"Accept": syntax.media_type})
    assert "rows=5" in response.headers["Result-Truncated"]
    assert b"This result was cut" in response.data
    assert len(list(parse_quads(response.data, syntax, source="answer"))) == 5


def test_link_of_cut_results(few: Flask) -> None:
    document = json.loads(few.test_client().get("/sparql", query_string={"query": TRICKY}).data)
    assert document["head"]["link"] == ["https://w3id.org/gcmgraph/graph-store"]


@pytest.mark.parametrize(
    "query", ["SELECT * { ?s a ?c } ORDER BY ?s", "DESCRIBE objective:9", "ASK { objective:9 a ?c }"]
)
def test_conditional_requests_of_queries(client: FlaskClient, query: str) -> None:
    first, other = (client.get("/sparql", query_string={"query": text}) for text in (query, f"{query} "))
    tag = first.headers["ETag"]
    assert other.headers["ETag"] != tag
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = client.get("/sparql", query_string={"query": query}, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_volatile_queries_have_no_entity_tag(client: FlaskClient) -> None:
    for call in ("NOW()", "RAND()", "uuid ()", "STRUUID(#)\n)", "\\u004eOW()"):
        response = client.get("/sparql", query_string={"query": f"SELECT ?x {{ BIND({call} AS ?x) }}"})
        assert ("ETag" in response.headers, response.headers["Cache-Control"]) == (False, "no-store")


@pytest.mark.parametrize("comment", ["# now" + "#" * 100_000, "#" + "now#x " * 20_000, "# uuid" + " " * 100_000])
def test_long_comments_take_no_long_time(comment: str) -> None:
    assert is_volatile(f"ASK {{}} {comment}") == ("#x" in comment or "##" in comment)


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/ld+json"])
def test_service_description_without_a_query(client: FlaskClient, accept: str) -> None:
    response = client.get("/sparql", headers={"Accept": accept})
    syntax = syntax_for_media_type(response.mimetype)
    assert syntax is not None
    stated: dict[str, set[str]] = defaultdict(set)
    for quad in parse_quads(response.data, syntax, source="answer"):
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
    details = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert (details["line"], details["column"]) == (line, column)
    assert message in details["detail"]
    assert hint in details["hint"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sparql?query=ASK%7B%7D%FF", 400), ("/sparql?query=ASK%7B%7D%00", 400),
        ("/sparql?query=ASK%7B%7D&using-graph-uri=urn:x:y", 403), ("/sparql?default-graph-uri=urn:x:y", 400),
        ("/sparql?format=csv", 400), ("/sparql?" + "&".join(f"a{n}=1" for n in range(2000)), 400),
        ("/graph-store", 400), ("/graph-store?default&graph=urn:x:y", 400), ("/graph-store?graph=nothing", 400),
        ("/graph-store?graph=urn:x:y", 404), ("/graph-store?default&format=docx", 400),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_problems_of_invalid_addresses(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)
    assert (response.status_code, bool(json.loads(response.data)["detail"])) == (status, True)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"query=ASK%7B%7D%FF", "x-www-form-urlencoded", 400),
        (b"query=ASK{\xff}", "x-www-form-urlencoded", 400),
        (b"ASK{}\0", "sparql-query", 400),
        ("ASK{}".encode("utf-16"), "sparql-query; charset=utf-16", 415),
        (b"a" * 10_000_000, "sparql-query", 413),
        (b"query=" + b"a" * 10_000_000, "x-www-form-urlencoded", 413),
    ],
    ids=lambda value: str(value)[:60],
)
def test_problems_of_invalid_bodies(client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    response = client.post("/sparql", data=body, content_type=f"application/{kind}")
    assert (response.status_code, bool(json.loads(response.data)["detail"])) == (status, True)


def test_default_graph_has_triple_of_two_graphs_once(tmp_path: Path, application: Application) -> None:
    triple = (IRI("urn:x:s"), IRI("urn:x:p"), IRI("urn:x:o"))
    StoreFolder(tmp_path).publish("v1", [Quad(*triple, IRI("urn:x:g")), Quad(*triple, IRI("urn:x:h"))], {})
    app = application(tmp_path)
    assert app.test_client().get("/graph-store?default&format=nt").data == b"<urn:x:s> <urn:x:p> <urn:x:o> .\n"


def test_graph_store_is_read_only(client: FlaskClient) -> None:
    curated = "/graph-store?graph=https://w3id.org/gcmgraph/graph/curated"
    response, head = client.get(curated), client.head(curated)
    assert len(list(parse_quads(response.data, TURTLE, source="graph"))) == 1
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Length"):
        assert head.headers[name] == response.headers[name]
    assert client.get(curated, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert client.options("/graph-store").headers["Allow"] == "GET, HEAD, OPTIONS"
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        refused = client.open(curated, method=method, data=b"")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert "/contributions" in json.loads(refused.data)["hint"]


HERE = "https://data.example.org/graph/"
ENDPOINT = "https://w3id.org/gcmgraph/sparql"
SD = "http://www.w3.org/ns/sparql-service-description#"


def triples(client: FlaskClient, path: str, **parameters: str) -> set[Triple]:
    response = client.get(path, query_string=parameters, headers={"Accept": N_TRIPLES.media_type})
    assert response.status_code == 200
    return {quad.triple for quad in parse_quads(response.data, N_TRIPLES, source=path)}


def test_relative_iris(client: FlaskClient) -> None:
    for query, subject in (
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/s"),
        ("CONSTRUCT { <#s> <p> 1 } WHERE {}", f"{ENDPOINT}#s"),
        ("BASE <http://e.org/a/> CONSTRUCT { <s> <p> 1 } WHERE {}", "http://e.org/a/s"),
        ("BASE <a/> CONSTRUCT { <s> <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/a/s"),
        ("PREFIX e: <e/> CONSTRUCT { e:s <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/e/s"),
    ):
        for of_request in ({}, {"default-graph-uri": "http://e.org/g"}):
            assert {t.subject for t in triples(client, "/sparql", query=query, **of_request)} == {IRI(subject)}
    query = "SELECT * { ?s <p> ?o . } LIMIT x"
    found = json.loads(client.get("/sparql", query_string={"query": query}).data)
    assert (found["status"], found["line"]) == (400, 1)
    assert found["column"] <= len(query) + 1  # without the base that the server puts before it


def test_slash_at_the_end_of_the_address(client: FlaskClient) -> None:
    query = {"query": "ASK {}"}
    [plain, slash] = [client.get(path, query_string=query) for path in ("/sparql", "/sparql/")]
    assert (slash.status_code, slash.data, slash.mimetype) == (200, plain.data, plain.mimetype)
    assert client.post("/sparql/", data=query).data == plain.data
    assert triples(client, "/sparql/") == triples(client, "/sparql")
    assert client.get("/sparql/", headers={"Accept": "text/html"}).status_code == 200


def test_public_url_of_the_endpoint(client: FlaskClient, store_folder: Path, application: Application) -> None:
    elsewhere = application(store_folder, public_url=HERE).test_client()
    names = (("sd", "endpoint"), ("void", "sparqlEndpoint"), ("dcat", "endpointURL"))
    properties = {IRI((PREFIXES | {"sd": SD})[prefix] + name) for prefix, name in names}
    for asked, url in ((client, ENDPOINT), (elsewhere, f"{HERE}sparql")):
        paths = ("/sparql", "/dataset", "/.well-known/void")
        stated = {t.object for path in paths for t in triples(asked, path) if t.predicate in properties}
        assert stated == {IRI(url)}
    assert f">{HERE}sparql<" in elsewhere.get("/dataset", headers={"Accept": "text/html"}).text
    response = elsewhere.get("/sparql", headers={"Host": "evil.example", "Accept": N_TRIPLES.media_type})
    assert b"evil" not in response.data


def test_invalid_public_urls() -> None:
    for url in ("data.example.org", "ftp://data.example.org/", "https://u:p@data.example.org/", "https://e.org/?a"):
        with pytest.raises(SettingsError, match="'public_url'"):
            _ = Settings(public_url=url).public_base
