"""What /sparql says around its answers: cut results, freshness, service description, and truthful errors."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, parse_query_results

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.rdfio.media import TURTLE, syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
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


@pytest.mark.parametrize("limit", [4, 5, 6, 8])
@pytest.mark.parametrize("media_type", ["json", "xml", "csv", "tsv"])
def test_results_over_the_limit_are_cut_after_a_row(few: Flask, media_type: str, limit: int) -> None:
    response = few.test_client().get("/sparql", query_string={"query": f"{TRICKY} LIMIT {limit}", "format": media_type})
    assert response.status_code == 200
    if media_type == "csv":
        texts = [row["t"] for row in csv.DictReader(io.StringIO(response.data.decode(), newline=""))]
    else:
        form = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}
        results = parse_query_results(response.data, form[media_type])
        texts = [row["t"].value for row in results]  # type: ignore[union-attr]
    assert texts == [f'}},{{ "}},{{" </result> \r\n, {n}' for n in range(1, min(limit, 5) + 1)]
    if limit > 5:
        assert "rows=5" in response.headers["Result-Truncated"]
        assert response.headers["Cache-Control"] == "no-store"
    else:
        assert "Result-Truncated" not in response.headers


@pytest.mark.parametrize(("rows", "says"), [(5, "Rows 1 to 2 of 5"), (100, "the other formats hold all")])
def test_page_of_cut_results(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch, rows: int, says: str, application: Application
) -> None:
    monkeypatch.setattr("gcmgraph.web.sparql.endpoint.PAGE_ROWS", 2)
    app = application(store_folder, query_rows=rows)
    answer = app.test_client().get("/sparql", query_string={"query": TRICKY, "format": "html"}).text
    shown = answer[answer.index('<h2 id="answer">') :]
    assert says in shown
    assert ("hold all" in shown) == ("hold all" in says)


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_graphs_over_the_limit_are_cut(few: Flask, media_type: str) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    response = few.test_client().get("/sparql", query_string={"query": query}, headers={"Accept": media_type})
    assert "rows=5" in response.headers["Result-Truncated"]
    assert b"This result was cut" in response.data
    syntax = syntax_for_media_type(media_type)
    assert syntax is not None
    assert len(list(parse_quads(response.data, syntax, source="answer"))) == 5


def test_notices_of_cut_results(few: Flask) -> None:
    client = few.test_client()
    page = client.get("/sparql", query_string={"query": TRICKY}, headers={"Accept": "text/html"})
    assert "This answer was cut" in page.text
    document = json.loads(client.get("/sparql", query_string={"query": TRICKY}).data)
    assert document["head"]["link"] == ["https://w3id.org/gcmgraph/graph-store"]


@pytest.mark.parametrize(
    "query", ["SELECT * { ?s a ?c } ORDER BY ?s", "DESCRIBE objective:9", "ASK { objective:9 a ?c }"]
)
def test_conditional_requests_of_queries(client: FlaskClient, query: str) -> None:
    first = client.get("/sparql", query_string={"query": query})
    tag = first.headers["ETag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = client.get("/sparql", query_string={"query": f"{query}"}, headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    fresh = client.get("/sparql", query_string={"query": query}, headers={"If-None-Match": 'W/"other"'})
    assert fresh.data == first.data
    other = client.get("/sparql", query_string={"query": f"{query} "})
    assert other.headers["ETag"] != tag


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "uuid ()", "STRUUID(#)\n)", "\\u004eOW()"])
def test_volatile_queries_have_no_entity_tag(client: FlaskClient, call: str) -> None:
    query = f"SELECT ?x {{ BIND({call} AS ?x) }}"
    response = client.get("/sparql", query_string={"query": query})
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("comment", ["# now" + "#" * 100_000, "#" + "now#x " * 20_000, "# uuid" + " " * 100_000])
def test_long_comments_take_no_long_time(comment: str) -> None:
    assert is_volatile(f"ASK {{}} {comment}") == ("#x" in comment or "##" in comment)


@pytest.mark.parametrize("accept", [None, "text/turtle", "application/rdf+xml", "application/ld+json"])
def test_service_description_without_a_query(client: FlaskClient, accept: str | None) -> None:
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})
    syntax = syntax_for_media_type(response.mimetype)
    assert syntax is not None
    triples = {quad.triple for quad in parse_quads(response.data, syntax, source="answer")}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    features = {t.object for t in triples if t.predicate == IRI(f"{sd}feature")}
    assert features == {IRI(f"{sd}UnionDefaultGraph")}
    names = {t.object.value for t in triples if t.predicate == IRI(f"{sd}name")}  # type: ignore[union-attr]
    assert "https://w3id.org/gcmgraph/graph/curated" in names
    formats = {str(t.object) for t in triples if t.predicate == IRI(f"{sd}resultFormat")}
    assert len(formats) == 10


@pytest.mark.parametrize(
    ("query", "line", "column", "message", "hint"),
    [
        ("SELECT *\n{ ?s skoss:prefLabel ?o }", 2, 6, "prefix 'skoss:'", "'skos:'"),
        ("SELECT * { ?s wdt:P31 ?o }", 1, 15, "prefix 'wdt:'", "wikidata"),
        ("SELEC * {}", 1, 1, "begins with SELECT", "SELECT"),
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


FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"


@pytest.mark.parametrize(
    ("address", "body", "content_type", "status"),
    [
        *(
            (address, None, None, status)
            for address, status in (
                ("/sparql?query=ASK%7B%7D%FF", 400),
                ("/sparql?query=ASK%7B%7D%00", 400),
                ("/sparql?query=ASK%7B%7D&using-graph-uri=urn:x:y", 403),
                ("/sparql?default-graph-uri=urn:x:y", 400),
                ("/sparql?format=csv", 400),
                ("/sparql?" + "&".join(f"a{n}=1" for n in range(2000)), 400),
                ("/graph-store", 400),
                ("/graph-store?default&graph=urn:x:y", 400),
                ("/graph-store?graph=nothing", 400),
                ("/graph-store?graph=urn:x:y", 404),
                ("/graph-store?default&format=docx", 400),
            )
        ),
        ("/sparql", b"query=ASK%7B%7D%FF", FORM, 400),
        ("/sparql", b"query=ASK{\xff}", FORM, 400),
        ("/sparql", b"ASK{}\0", QUERY, 400),
        ("/sparql", "ASK{}".encode("utf-16"), f"{QUERY}; charset=utf-16", 415),
        ("/sparql", b"a" * 10_000_000, QUERY, 413),
        ("/sparql", b"query=" + b"a" * 10_000_000, FORM, 413),
    ],
    ids=lambda value: str(value)[:60],
)
def test_problems_of_invalid_requests(
    client: FlaskClient, address: str, body: bytes | None, content_type: str | None, status: int
) -> None:
    method = "GET" if body is None else "POST"
    response = client.open(address, method=method, data=body, content_type=content_type)
    assert response.status_code == status, response.text
    assert json.loads(response.data)["detail"]


def test_default_graph_has_triple_of_two_graphs_once(tmp_path: Path, application: Application) -> None:
    triple = (IRI("urn:x:s"), IRI("urn:x:p"), IRI("urn:x:o"))
    StoreFolder(tmp_path).publish("v1", [Quad(*triple, IRI("urn:x:g")), Quad(*triple, IRI("urn:x:h"))], {})
    app = application(tmp_path)
    assert app.test_client().get("/graph-store?default&format=nt").data == b"<urn:x:s> <urn:x:p> <urn:x:o> .\n"


def test_graph_store_is_read_only(client: FlaskClient) -> None:
    curated = "https://w3id.org/gcmgraph/graph/curated"
    response = client.get("/graph-store", query_string={"graph": curated})
    assert len(list(parse_quads(response.data, TURTLE, source="graph"))) == 1
    head = client.head("/graph-store", query_string={"graph": curated})
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", response.headers["ETag"])
    assert head.headers["Content-Length"] == response.headers["Content-Length"]
    allowed = client.options("/graph-store").headers["Allow"]
    assert allowed == client.put("/graph-store").headers["Allow"] == "GET, HEAD, OPTIONS"
    known = client.get(
        "/graph-store", query_string={"graph": curated}, headers={"If-None-Match": response.headers["ETag"]}
    )
    assert known.status_code == 304
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        refused = client.open("/graph-store", method=method, query_string={"graph": curated}, data=b"")
        assert refused.status_code == 405
        assert "GET" in refused.headers["Allow"]
        assert "/contributions" in json.loads(refused.data)["hint"]


def test_default_graph_is_the_union(client: FlaskClient) -> None:
    response = client.get("/graph-store?default", headers={"Accept": "application/n-triples"})
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    (row,) = json.loads(client.get("/sparql", query_string={"query": count}).data)["results"]["bindings"]
    assert len(set(response.data.splitlines())) == int(row["n"]["value"])
