"""Answers of /sparql: headers, graphs of FROM, terms that the dataset lacks, workbooks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
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


def ask(client: FlaskClient, query: str, **parameters: str) -> tuple[int, dict[str, object]]:
    answer = client.post("/sparql", data={"query": query, **parameters}, headers={"Accept": "application/json"})
    assert answer.json is not None
    return answer.status_code, answer.json


@pytest.mark.parametrize(
    "graph", ["file:///etc/passwd", "http://127.0.0.1:9/x", "https://w3id.org/gcmgraph/graph/none"]
)
@pytest.mark.parametrize("clause", ["FROM <{}>", "from named <{}>", "FROM\n\t<{}>"])
def test_unknown_graph_in_the_query_returns_400(client: FlaskClient, graph: str, clause: str) -> None:
    status, problem = ask(client, f"SELECT * {clause.format(graph)} WHERE {{ ?s ?p ?o }}")
    assert status == 400
    assert f"no graph <{graph}> here" in str(problem["detail"])


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_unknown_graph_of_the_request_is_empty(client: FlaskClient, parameter: str) -> None:
    data = {"query": "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"}
    for place in (
        {"data": {**data, parameter: "file:///etc/passwd"}},
        {"data": data, "query_string": {parameter: "file:///etc/passwd"}},
    ):
        answer = client.post("/sparql", headers={"Accept": "application/json"}, **place)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json["results"]["bindings"]) == (200, [])  # type: ignore[index]
        assert answer.headers["Result-Unknown-Graphs"] == '"file:///etc/passwd"'
    known = client.post(
        "/sparql",
        data={**data, parameter: "https://w3id.org/gcmgraph/graph/provenance"},
        headers={"Accept": "application/json"},
    )
    assert known.json["results"]["bindings"]  # type: ignore[index]
    assert "Result-Unknown-Graphs" not in known.headers


def test_from_in_a_text(client: FlaskClient) -> None:
    status, _ = ask(client, 'SELECT * WHERE { ?s ?p "from <x:y>" }')
    assert status == 200


WRONG = "SELECT * { ?practice gcm:objektive ?objective }"
HEADER = "Result-Unknown-Terms"


def header(client: FlaskClient, query: str, accept: str = "application/sparql-results+json") -> str | None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    return answer.headers.get(HEADER)


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
@pytest.mark.parametrize(
    "query", [WRONG, WRONG.replace("SELECT *", "SELECT (COUNT(*) AS ?n)"), WRONG.replace("SELECT *", "ASK")]
)
def test_unknown_terms_of_an_empty_result(client: FlaskClient, query: str, accept: str) -> None:
    if query.startswith("ASK") and "json" not in accept and "xml" not in accept:
        accept = "application/sparql-results+xml"
    assert (header(client, query, accept) or "").startswith('"gcm:objektive";nearest="gcm:objective')
    assert header(client, query.replace("objektive", "objective"), accept) is None


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig"]
)
def test_unknown_terms_of_an_empty_graph(client: FlaskClient, accept: str) -> None:
    query = "CONSTRUCT WHERE { ?practice a gcm:Practise }"
    assert (header(client, query, accept) or "").startswith('"gcm:Practise";nearest="gcm:Practice')
    assert header(client, query.replace("Practise", "Practice"), accept) is None


def test_nearest_terms_of_an_unknown_resource(client: FlaskClient) -> None:
    found = header(client, "SELECT * { country:AFX ?p ?o }")
    assert found is not None
    assert found.startswith('"country:AFX";nearest="')
    assert "country:AFG" in found


def test_empty_answer_of_known_terms(client: FlaskClient) -> None:
    assert header(client, "SELECT * { gcm:Practice gcm:objective ?x }") is None
    assert header(client, "ASK { FILTER(xsd:integer('1') = 2) }") is None


def test_limit_of_unknown_terms(client: FlaskClient) -> None:
    pattern = " . ".join(f"?x gcm:zz{number} ?y" for number in range(20))
    assert (header(client, f"SELECT * {{ {pattern} }}") or "").count("gcm:zz") == 5


@pytest.mark.parametrize(("language", "words"), [("en", "No statement of this graph uses"), ("fr", "Aucun énoncé")])
def test_unknown_terms_on_the_page(client: FlaskClient, language: str, words: str) -> None:
    page = client.get("/sparql", query_string={"query": WRONG, "lang": language}, headers={"Accept": "text/html"}).text
    assert words in page
    assert "<code>gcm:objektive</code>" in page
    assert "<code>gcm:objective</code>" in page
    right = client.get(
        "/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 1"}, headers={"Accept": "text/html"}
    )
    assert "<code>gcm:objektive</code>" not in right.text


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


@pytest.mark.parametrize(
    "query", ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT * { ?s ?p ", "SELECT * { VALUES ?x { 1 } "]
)
def test_workbook_of_other_forms(client: FlaskClient, query: str) -> None:
    answer = client.get("/sparql", query_string={"query": query, "format": "xlsx"})
    assert answer.status_code in {400, 406}
    assert answer.json is not None
    assert answer.json["detail"]


def test_too_many_rows_for_a_workbook(client: FlaskClient) -> None:
    digits = "VALUES ?{} {{ 0 1 2 3 4 5 6 7 8 9 }}"
    query = f"SELECT * {{ {' '.join(digits.format(name) for name in 'abcd')} VALUES ?e {{ 0 1 2 }} }}"
    answer = client.get("/sparql", query_string={"query": query, "format": "xlsx"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert "30000 rows" in answer.json["detail"]
