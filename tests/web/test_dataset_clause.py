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
def test_a_graph_that_is_not_here_is_a_clear_400(client: FlaskClient, graph: str, clause: str) -> None:
    status, problem = ask(client, f"SELECT * {clause.format(graph)} WHERE {{ ?s ?p ?o }}")
    assert status == 400
    assert f"no graph <{graph}> here" in str(problem["detail"])


def test_the_protocols_parameters_are_held_to_the_same(client: FlaskClient) -> None:
    query = "SELECT * WHERE { ?s ?p ?o }"
    status, problem = ask(client, query, **{"default-graph-uri": "file:///etc/passwd"})
    assert status == 400
    assert "no graph <file:///etc/passwd> here" in str(problem["detail"])
    status, answer = ask(client, query, **{"default-graph-uri": HERE})
    assert status == 200
    assert answer["results"]["bindings"]  # type: ignore[index]


def test_a_graph_that_is_here_is_read(client: FlaskClient) -> None:
    status, answer = ask(client, FROM_HERE)
    assert status == 200
    assert answer["results"]["bindings"]  # type: ignore[index]


def test_a_text_that_speaks_of_from_is_only_a_text(client: FlaskClient) -> None:
    status, _ = ask(client, 'SELECT * WHERE { ?s ?p "from <x:y>" }')
    assert status == 200
