"""/sparql: the SPARQL 1.1 Protocol, queries that mean harm, unknown graphs and terms, workbooks."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import product
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request

import pytest
import SPARQLWrapper
from answers import html, problem, quads, rows
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pyoxigraph import QueryResultsFormat, parse_query_results
from werkzeug.test import TestResponse

from gcmgraph.store.port import QueryAnswer, QueryRequest
from gcmgraph.web.sparql.replies import is_empty
from serving import Application

COUNTRIES = (
    'SELECT ?n { ?p gcm:country ?c . ?c skos:prefLabel ?n FILTER(LANG(?n) = "en") } ORDER BY ?n'
)
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
DESCRIBED = (
    "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#> CONSTRUCT WHERE { ?p gcm:country ?c }"
)
OF_GRAPHS = (
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "application/n-quads",
)
CURATED = "https://w3id.org/gcmgraph/graph/curated"
PROVENANCE = "https://w3id.org/gcmgraph/graph/provenance"


def values(response: TestResponse, variable: str) -> list[str]:
    return [row[variable] for row in rows(response)]


def ways(client: FlaskClient, query: str) -> list[TestResponse]:
    """A query by each operation of the protocol."""
    direct = {"data": query.encode(), "content_type": "application/sparql-query; charset=utf-8"}
    return [
        client.get("/sparql", query_string={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", **direct),  # type: ignore[arg-type]
    ]


def test_query_is_answered_in_the_three_ways_of_the_protocol(client: FlaskClient) -> None:
    for response in ways(client, COUNTRIES):
        assert response.mimetype == JSON
        assert values(response, "n") == ["Afghanistan", "Iraq"]
    for response in ways(client, "SELECT ?x { BIND(<http://example.org/a%20b> AS ?x) }"):
        assert values(response, "x") == ["http://example.org/a%20b"]


def ask(client: FlaskClient, query: str, accept: str = "", format_: str = "") -> TestResponse:
    parameters = {"query": query} | ({"format": format_} if format_ else {})
    return client.get(
        "/sparql", query_string=parameters, headers={"Accept": accept} if accept else {}
    )


@pytest.mark.parametrize(
    ("query", "accept", "format_", "media_type"),
    [
        (COUNTRIES, "", "", JSON),
        (COUNTRIES, "application/json", "", JSON),
        (COUNTRIES, f"text/csv;q=0.5, {XML};q=0.9", "", XML),
        (COUNTRIES, "text/turtle, application/sparql-results+json;q=0.5", "", JSON),
        (COUNTRIES, "text/html", "json", JSON),
        (COUNTRIES, "", "tsv", "text/tab-separated-values"),
        (COUNTRIES, "", "text/csv", "text/csv"),
        (DESCRIBED, "", "", "text/turtle"),
        *((DESCRIBED, media_type, "", media_type) for media_type in OF_GRAPHS),
        (DESCRIBED, "", "json", "application/ld+json"),
        (DESCRIBED, "", "nt", "application/n-triples"),
        ("ASK {}", "text/csv", "", None),
        (DESCRIBED, "text/csv", "", None),
        (COUNTRIES, "text/turtle", "", None),
        (COUNTRIES, "image/png", "", None),
        (COUNTRIES, "", "ttl", None),
    ],
)
def test_result_is_in_the_requested_format(
    client: FlaskClient, query: str, accept: str, format_: str, media_type: str | None
) -> None:
    response = ask(client, query, accept, format_)
    if media_type is None:
        problem(response, 406)
        return
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "Accept" in response.headers["Vary"]
    if query == DESCRIBED:
        assert len(quads(response)) == 2
    elif media_type == "text/csv":  # the engine reads no CSV, which drops the kinds of terms
        assert response.text.split() == ["n", "Afghanistan", "Iraq"]
    else:
        results = parse_query_results(response.data, QueryResultsFormat.from_media_type(media_type))
        assert [row["n"].value for row in results] == ["Afghanistan", "Iraq"]  # type: ignore[union-attr]


#: Ways in which SPARQLWrapper sends a query, and its formats of results.
WAYS = [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]
FORMATS = [
    (COUNTRIES, "json xml csv tsv"),
    ("ASK {}", "json xml"),
    (DESCRIBED, "xml rdf+xml turtle n3 json-ld"),
]


@pytest.mark.parametrize(("query", "formats"), FORMATS)
def test_sparqlwrapper_reads_each_of_its_formats(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str, formats: str
) -> None:
    requests: list[Request] = []
    monkeypatch.setattr(SPARQLWrapper.Wrapper, "urlopener", requests.append)
    for name, (method, sending) in product(formats.split(), WAYS):
        wrapper = SPARQLWrapper.SPARQLWrapper("http://localhost/sparql", returnFormat=name)
        wrapper.setMethod(method)
        wrapper.setRequestMethod(sending)
        wrapper.setQuery(query)
        wrapper.query()
        sent = requests.pop()
        headers = dict(sent.header_items())
        response = client.open(
            sent.selector, method=sent.get_method(), data=sent.data, headers=headers
        )
        assert (response.status_code, str(response.mimetype) in headers["Accept"]) == (200, True), (
            name,
            method,
        )


@pytest.mark.parametrize(
    ("clause", "dataset", "found"),
    [
        ("", {"default-graph-uri": CURATED}, "1"),
        ("", {"default-graph-uri": [CURATED, PROVENANCE]}, "8"),
        ("FROM graph:provenance", {}, "7"),
        ("FROM graph:provenance", {"default-graph-uri": CURATED}, "1"),
    ],
)
def test_dataset_of_the_protocol_replaces_that_of_the_query(
    client: FlaskClient, clause: str, dataset: dict[str, str | list[str]], found: str
) -> None:
    query = f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
    assert values(client.get("/sparql", query_string={"query": query, **dataset}), "n") == [found]
    assert values(client.post("/sparql", data={"query": query, **dataset}), "n") == [found]
    direct = client.post(
        "/sparql", query_string=dataset, data=query, content_type="application/sparql-query"
    )
    assert values(direct, "n") == [found]
    naming = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": CURATED}
    assert values(client.get("/sparql", query_string=naming), "g") == [CURATED]


SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"


def test_form_without_a_media_type_and_two_queries_are_refused(client: FlaskClient) -> None:
    problem(client.post("/sparql", data={}), 415)
    problem(client.post("/sparql", data={"query": "ASK {}"}, query_string={"query": "ASK {}"}))


def test_query_over_its_time_or_without_a_worker_returns_503(
    store_folder: Path, application: Application
) -> None:
    app = application(store_folder, query_timeout=1, query_workers=1)
    client = app.test_client(use_cookies=False)
    begin = time.monotonic()
    response = client.post(
        "/sparql", data={"query": "SELECT * { ?s " + "/".join(["skos:broader"] * 1_000) + " ?o }"}
    )
    assert time.monotonic() - begin < 1 + 7, "a busy machine takes a while to end a large process"
    assert int(response.headers["Retry-After"]) > 0
    assert problem(response, 503)["detail"] == "The query took longer than 1 s."
    assert values(ask(client, COUNTRIES), "n") == ["Afghanistan", "Iraq"]
    with ThreadPoolExecutor(5) as pool:
        answers = [*pool.map(lambda _: ask(app.test_client(), SLOW), range(5))]
    assert {response.status_code for response in answers} == {429, 503}
    assert all("Retry-After" in response.headers for response in answers)


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
def test_query_too_complex_or_over_its_memory_is_refused(
    client: FlaskClient, query: str, status: int
) -> None:
    begin = time.monotonic()
    response = client.post("/sparql", data={"query": query})
    assert time.monotonic() - begin < 3 + 7, "a busy machine takes a while to end a large process"
    details = problem(response, status)
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0
        # of these, a slow machine does not come so far in 3 s
        assert details["detail"] in {
            "The query took more memory than 1024 MB.",
            "The query took longer than 3 s.",
        }
    assert values(ask(client, COUNTRIES), "n") == ["Afghanistan", "Iraq"]


def test_query_that_fails_is_run_once(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = app.extensions["gcmgraph"].workers
    runs: list[QueryRequest] = []
    run = workers.run
    monkeypatch.setattr(
        workers, "run", lambda query, folder: (runs.append(query), run(query, folder))[1]
    )
    assert (
        client.get("/sparql", query_string={"query": "SELECT (1 AS ?x) { ?s ?p"}).status_code == 400
    )
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("clause", "graph"),
    [
        ("FROM <{}>", "file:///etc/passwd"),
        ("from named <{}>", "http://127.0.0.1:9/x"),
        ("FROM\n\t<{}>", "https://w3id.org/gcmgraph/graph/none"),
    ],
)
def test_unknown_graph_in_the_query_returns_400(
    client: FlaskClient, clause: str, graph: str
) -> None:
    query = f"SELECT * {clause.format(graph)} WHERE {{ ?s ?p ?o }}"
    assert f"no graph <{graph}> here" in str(
        problem(client.post("/sparql", data={"query": query}))["detail"]
    )
    assert (
        rows(client.post("/sparql", data={"query": 'SELECT * WHERE { ?s ?p "from <x:y>" }'})) == []
    )


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_unknown_graph_of_the_request_is_empty(client: FlaskClient, parameter: str) -> None:
    data = {"query": "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"}
    unknown = {parameter: "file:///etc/passwd"}
    for answer in (
        client.post("/sparql", data={**data, **unknown}),
        client.post("/sparql", data=data, query_string=unknown),
    ):
        assert rows(answer) == []
        assert answer.headers["Result-Unknown-Graphs"] == '"file:///etc/passwd"'
    known = client.post(
        "/sparql", data={**data, parameter: "https://w3id.org/gcmgraph/graph/provenance"}
    )
    assert rows(known)
    assert "Result-Unknown-Graphs" not in known.headers


WRONG = "SELECT * { ?practice gcm:objektive ?objective }"
HEADER = "Result-Unknown-Terms"


def header(
    client: FlaskClient, query: str, accept: str = "application/sparql-results+json"
) -> str | None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    return answer.headers.get(HEADER)


@pytest.mark.parametrize(
    ("query", "accepts"),
    [
        (WRONG, [JSON, XML, "text/csv", "text/tab-separated-values"]),
        (
            WRONG.replace("SELECT *", "SELECT (COUNT(*) AS ?n)"),
            [JSON, XML, "text/csv", "text/tab-separated-values"],
        ),
        (WRONG.replace("SELECT *", "ASK"), [JSON, XML]),
        (
            "CONSTRUCT WHERE { ?practice gcm:objektive ?objective }",
            [
                "text/turtle",
                "application/n-triples",
                "application/rdf+xml",
                "application/ld+json",
                "application/trig",
            ],
        ),
    ],
)
def test_empty_result_names_unknown_terms_with_the_nearest(
    client: FlaskClient, query: str, accepts: list[str]
) -> None:
    for accept in accepts:
        assert (header(client, query, accept) or "").startswith(
            '"gcm:objektive";nearest="gcm:objective'
        ), accept
        assert header(client, query.replace("objektive", "objective"), accept) is None


def test_empty_answer_names_at_most_five_unknown_terms(client: FlaskClient) -> None:
    found = header(client, "SELECT * { country:AFX ?p ?o }") or ""
    assert found.startswith('"country:AFX";nearest="')
    assert "country:AFG" in found
    assert header(client, "SELECT * { gcm:Practice gcm:objective ?x }") is None
    assert header(client, "ASK { FILTER(xsd:integer('1') = 2) }") is None
    pattern = " . ".join(f"?x gcm:zz{number} ?y" for number in range(20))
    assert (header(client, f"SELECT * {{ {pattern} }}") or "").count("gcm:zz") == 5


@pytest.mark.parametrize(
    ("media_type", "head", "rows", "end"),
    [
        (
            "application/sparql-results+json",
            b'{"head":{"vars":["n"]},"results":{"bindings":[',
            [b'{"n":{"type":"literal","value":"0"}}', b',{"n":{"type":"literal","value":"0"}}'],
            b"]}}",
        ),
        ("text/csv", b"n\r\n", [b"0\r\n", b"0\r\n"], b""),
        ("text/tab-separated-values", b"?n\n", [b"0\n", b"0\n"], b""),
    ],
)
def test_emptiness_of_an_answer_is_read_from_its_first_rows(
    media_type: str, head: bytes, rows: list[bytes], end: bytes
) -> None:
    def answer(body: bytes) -> bool:
        return is_empty(QueryAnswer(media_type, body))

    assert answer(head + end)
    assert answer(head + rows[0] + end)
    assert not answer(head + b"".join(rows) + end)
    with_value = rows[0].replace(b"0", b"7") + (b",{" if b"{" in head else b"")
    assert not answer(head + with_value + b" not of the syntax")


def test_page_of_an_empty_result_names_unknown_terms(client: FlaskClient) -> None:
    page = html(client, f"/sparql?query={quote(WRONG)}&lang=fr")
    assert "Aucun énoncé" in page
    assert "<code>gcm:objektive</code>" in page
    assert "<code>gcm:objective</code>" in page
    assert "Aucun énoncé" not in html(
        client, f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 1')}&lang=fr"
    )


QUERY = """SELECT ?code ?number ?truth ?text ?none {
  VALUES (?code ?number ?truth ?text) { ("004" 17 true "=HYPERLINK(1)") ("17.10" 1.5 false "a\\nb") }
}"""


def test_cells_of_a_workbook_have_types_and_no_formulas(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": QUERY, "format": "xlsx", "lang": "fr"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="answer.xlsx"'
    book = load_workbook(BytesIO(answer.data))
    rows = [[cell.value for cell in row] for row in book.worksheets[0]]
    assert rows[0] == ["code", "number", "truth", "text", "none"]
    assert rows[1][:3] == ["004", 17, True]
    assert [row[0].data_type for row in book.worksheets[0]] == ["s"] * 3
    assert all(cell.data_type != "f" for row in book.worksheets[0] for cell in row)
    about = " ".join(str(cell.value) for row in book.worksheets[1] for cell in row)
    assert "VALUES (?code" in about
    assert "Licence" in about


TENS = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcd")


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("ASK { ?s ?p ?o }", 406, ""),
        ("CONSTRUCT WHERE { ?s ?p ?o }", 406, ""),
        ("SELECT * { ?s ?p ", 400, ""),
        (f"SELECT * {{ {TENS} VALUES ?e {{ 0 1 2 }} }}", 400, "30000 rows"),
    ],
)
def test_answer_that_is_no_table_has_no_workbook(
    client: FlaskClient, query: str, status: int, detail: str
) -> None:
    answer = client.get("/sparql", query_string={"query": query, "format": "xlsx"})
    assert detail in str(problem(answer, status)["detail"])
