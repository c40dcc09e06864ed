"""FROM and its like name graphs that are here; what is not here is said, and never fetched."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

HERE = "https://w3id.org/gcmgraph/graph/provenance"
FROM_HERE = "SELECT * FROM <https://w3id.org/gcmgraph/graph/provenance> WHERE { ?s ?p ?o }"


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
    known = client.post("/sparql", data={**data, parameter: HERE}, headers={"Accept": "application/json"})
    assert known.json["results"]["bindings"]  # type: ignore[index]
    assert "Result-Unknown-Graphs" not in known.headers


def test_known_graph(client: FlaskClient) -> None:
    status, answer = ask(client, FROM_HERE)
    assert status == 200
    assert answer["results"]["bindings"]  # type: ignore[index]


def test_from_in_a_text(client: FlaskClient) -> None:
    status, _ = ask(client, 'SELECT * WHERE { ?s ?p "from <x:y>" }')
    assert status == 200
