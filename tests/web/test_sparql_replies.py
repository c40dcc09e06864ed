"""Replies of /sparql: the same by GET, form and direct POST."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.store.requests import QueryAnswer, QueryRequest
from serving import Application

ROWS = "SELECT ?s ?n { ?s skos:prefLabel ?n } ORDER BY ?s ?n"
DIRECT = "application/sparql-query"


def test_reply_by_get_form_and_direct_post(client: FlaskClient) -> None:
    asked = {"query": ROWS}
    plain = (
        client.get("/sparql", query_string=asked),
        client.post("/sparql", data=asked),
        client.post("/sparql", data=ROWS.encode(), content_type=DIRECT),
    )
    common = client.get("/sparql", query_string={**asked, "timeout": "5"})
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


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("SELECT * { ?s ?p }", "application/json", 400),
        ("SELECT * { ?s ?p ?o }", "text/turtle", 406),
        ("SELECT * { SERVICE <urn:x:s> { ?s ?p ?o } }", "application/json", 400),
        ("SELECT * { ?s ?p ?o }", "image/png", 406),
    ],
)
def test_error_as_problem_details(client: FlaskClient, query: str, accept: str, status: int) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


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
