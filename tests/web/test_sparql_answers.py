"""Answers of /sparql: headers, graphs of FROM, terms that the dataset lacks, workbooks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from answers import html, problem, rows
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gcmgraph.store.port import QueryAnswer, QueryRequest
from serving import Application


def test_single_run_of_a_query_that_fails(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch, application: Application
) -> None:
    app: Flask = application(store_folder, query_timeout=5)
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


@pytest.mark.parametrize(
    ("clause", "graph"),
    [
        ("FROM <{}>", "file:///etc/passwd"),
        ("from named <{}>", "http://127.0.0.1:9/x"),
        ("FROM\n\t<{}>", "https://w3id.org/gcmgraph/graph/none"),
    ],
)
def test_unknown_graph_in_the_query_returns_400(client: FlaskClient, clause: str, graph: str) -> None:
    query = f"SELECT * {clause.format(graph)} WHERE {{ ?s ?p ?o }}"
    assert f"no graph <{graph}> here" in str(problem(client.post("/sparql", data={"query": query}))["detail"])
    assert rows(client.post("/sparql", data={"query": 'SELECT * WHERE { ?s ?p "from <x:y>" }'})) == []


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
    known = client.post("/sparql", data={**data, parameter: "https://w3id.org/gcmgraph/graph/provenance"})
    assert rows(known)
    assert "Result-Unknown-Graphs" not in known.headers


WRONG = "SELECT * { ?practice gcm:objektive ?objective }"
HEADER = "Result-Unknown-Terms"


def header(client: FlaskClient, query: str, accept: str = "application/sparql-results+json") -> str | None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    return answer.headers.get(HEADER)


JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("query", "accepts"),
    [
        (WRONG, [JSON, XML, "text/csv", "text/tab-separated-values"]),
        (WRONG.replace("SELECT *", "SELECT (COUNT(*) AS ?n)"), [JSON, XML, "text/csv", "text/tab-separated-values"]),
        (WRONG.replace("SELECT *", "ASK"), [JSON, XML]),
        (
            "CONSTRUCT WHERE { ?practice gcm:objektive ?objective }",
            ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig"],
        ),
    ],
)
def test_unknown_terms_of_an_empty_result(client: FlaskClient, query: str, accepts: list[str]) -> None:
    for accept in accepts:
        assert (header(client, query, accept) or "").startswith('"gcm:objektive";nearest="gcm:objective'), accept
        assert header(client, query.replace("objektive", "objective"), accept) is None


def test_terms_of_other_empty_answers(client: FlaskClient) -> None:
    found = header(client, "SELECT * { country:AFX ?p ?o }") or ""
    assert found.startswith('"country:AFX";nearest="')
    assert "country:AFG" in found
    assert header(client, "SELECT * { gcm:Practice gcm:objective ?x }") is None
    assert header(client, "ASK { FILTER(xsd:integer('1') = 2) }") is None
    pattern = " . ".join(f"?x gcm:zz{number} ?y" for number in range(20))
    assert (header(client, f"SELECT * {{ {pattern} }}") or "").count("gcm:zz") == 5


def test_unknown_terms_on_the_page(client: FlaskClient) -> None:
    page = html(client, f"/sparql?query={quote(WRONG)}&lang=fr")
    assert "Aucun énoncé" in page
    assert "<code>gcm:objektive</code>" in page
    assert "<code>gcm:objective</code>" in page
    assert "Aucun énoncé" not in html(client, f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 1')}&lang=fr")


QUERY = """SELECT ?code ?number ?truth ?text ?none {
  VALUES (?code ?number ?truth ?text) { ("004" 17 true "=HYPERLINK(1)") ("17.10" 1.5 false "a\\nb") }
}"""


def test_cells_of_a_workbook(client: FlaskClient) -> None:
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
def test_queries_without_workbook(client: FlaskClient, query: str, status: int, detail: str) -> None:
    answer = client.get("/sparql", query_string={"query": query, "format": "xlsx"})
    assert detail in str(problem(answer, status)["detail"])
