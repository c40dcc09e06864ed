"""The W3C's tests of the SPARQL 1.1 Protocol, over their graphs: answered by ourselves, and by each engine.

After https://github.com/w3c/rdf-tests, `sparql/sparql11/protocol/manifest.ttl`: all 34 tests. The
seven that update a graph are refused here, as this server is read-only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from answers import quads
from flask.testing import FlaskClient

from engines import load_engine
from gcmgraph.rdf.media import TRIG
from gcmgraph.rdf.parsing import parse_quads

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"

FORM, QUERY, UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)

TABULAR = {
    "application/sparql-results+xml",
    "application/sparql-results+json",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEAN = {"application/sparql-results+xml", "application/sparql-results+json"}


def graphs(parameter: str, *numbers: int) -> str:
    return "&".join(f"{parameter}={quote(DATA.format(number), safe='')}" for number in numbers)


def typed(*numbers: int) -> str:
    return " ".join(f"<{DATA.format(number)}> a ?type ." for number in numbers)


NAMED = f"GRAPH ?g1 {{ {typed(1)} }} GRAPH ?g2 {{ {typed(2)} }}"
DEFAULT = graphs("default-graph-uri", 0)
TWO, TWO_NAMED = graphs("default-graph-uri", 1, 2), graphs("named-graph-uri", 1, 2)
ASK_TWO, ASK_NAMED = f"ASK {{ {typed(1, 2)} }}", f"ASK {{ {NAMED} }}"

#: Name of the test, method, query string, media type and body of the request; what is expected.
Case = tuple[str, str, str, str | None, bytes | None, str]

QUERIES: list[Case] = [
    ("query_post_form", "POST", DEFAULT, FORM, b"query=ASK%20%7B%7D", "true"),
    ("query_dataset_default_graphs_get", "GET", f"query={quote(ASK_TWO)}&{TWO}", None, None, "true"),
    ("query_dataset_default_graphs_post", "POST", TWO, QUERY, ASK_TWO.encode(), "true"),
    ("query_dataset_named_graphs_post", "POST", TWO_NAMED, QUERY, ASK_NAMED.encode(), "true"),
    ("query_dataset_named_graphs_get", "GET", f"query={quote(ASK_NAMED)}&{TWO_NAMED}", None, None, "true"),
    ("query_dataset_full", "POST", f"{graphs('default-graph-uri', 3)}&{TWO_NAMED}", QUERY,
     f"ASK {{ {typed(3)} {NAMED} }}".encode(), "true"),
    ("query_multiple_dataset", "POST", TWO_NAMED, QUERY, f"ASK FROM <{DATA.format(3)}> {{ {NAMED} }}".encode(), "true"),
    ("query_get", "GET", f"query=ASK%20%7B%7D&{DEFAULT}", None, None, "true"),
    ("query_content_type_select", "POST", DEFAULT, QUERY, b"SELECT (1 AS ?value) {}", "tabular"),
    ("query_content_type_ask", "POST", DEFAULT, QUERY, b"ASK {}", "true"),
    ("query_content_type_describe", "POST", DEFAULT, QUERY, b"DESCRIBE <http://example.org/>", "RDF"),
    ("query_content_type_construct", "POST", DEFAULT, QUERY, b"CONSTRUCT { <s> <p> 1 } WHERE {}", "RDF"),
    ("query_post_direct", "POST", "", QUERY, b"ASK {}", "true"),
    ("bad_query_method", "PUT", f"query=ASK%20%7B%7D&{DEFAULT}", FORM, b"", "4xx"),
    ("bad_multiple_queries", "GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, "4xx"),
    ("bad_query_wrong_media_type", "POST", "", "text/plain", b"ASK {}", "4xx"),
    ("bad_query_missing_form_type", "POST", "", None, b"query=ASK%20%7B%7D", "4xx"),
    ("bad_query_missing_direct_type", "POST", "", None, b"ASK {}", "4xx"),
    ("bad_query_non_utf8", "POST", "", f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16"), "4xx"),
    ("bad_query_syntax", "GET", "query=ASK%20%7B", None, None, "4xx"),
]  # fmt: skip

UPDATES: list[Case] = [
    ("bad_update_get", "GET", "update=CLEAR%20ALL", None, None, "4xx"),
    ("bad_multiple_updates", "POST", "", FORM, b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", "4xx"),
    ("bad_update_wrong_media_type", "POST", "", "text/plain", b"CLEAR NAMED", "4xx"),
    ("bad_update_missing_form_type", "POST", "", None, b"update=CLEAR%20NAMED", "4xx"),
    ("bad_update_non_utf8", "POST", "", f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), "4xx"),
    ("bad_update_syntax", "POST", "", FORM, b"update=CLEAR%20XYZ", "4xx"),
    ("bad_update_dataset_conflict", "POST", "using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople", UPDATE,
     b"WITH <http://example/addresses> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "4xx"),
    # each begins with an update; the rest of the test asks for its effect
    ("update_dataset_default_graph", "POST", graphs("using-graph-uri", 1), UPDATE, b"CLEAR ALL", "403"),
    ("update_dataset_default_graphs", "POST", graphs("using-graph-uri", 1, 2), UPDATE, b"CLEAR ALL", "403"),
    ("update_dataset_named_graphs", "POST", graphs("using-named-graph-uri", 1, 2), UPDATE, b"CLEAR ALL", "403"),
    ("update_dataset_full", "POST", f"{graphs('using-graph-uri', 1)}&{graphs('using-named-graph-uri', 2)}", UPDATE,
     b"CLEAR ALL", "403"),
    ("update_post_form", "POST", "", FORM, b"update=CLEAR%20ALL", "403"),
    ("update_post_direct", "POST", "", UPDATE, b"CLEAR ALL", "403"),
    ("update_base_uri", "POST", "", UPDATE, b"INSERT DATA { GRAPH <g> { <s> <p> <test> } }", "403"),
]  # fmt: skip


@pytest.fixture(scope="module", params=["ourselves", "oxigraph", "virtuoso"])
def client(request: pytest.FixtureRequest, client_over: Callable[..., FlaskClient]) -> FlaskClient:
    """Of an application over the graphs of the tests, which answers itself or by an engine."""
    names = [DATA.format(number) for number in range(4)]
    graph = "".join(f"<{name}> {{ <{name}> a <{DOCUMENT}> }}\n" for name in names)
    if request.param == "ourselves":
        return client_over(graph)
    url = request.getfixturevalue(f"{request.param}_url")
    load_engine(url, parse_quads(graph.encode(), TRIG, source="graphs of the tests"))
    return client_over(graph, sparql_endpoint=url, sparql_endpoint_unlimited=1)


def test_suite_of_the_protocol_is_complete() -> None:
    names = [case[0] for case in (*QUERIES, *UPDATES)]
    assert len(set(names)) == len(names) == 34


@pytest.mark.parametrize("case", [*QUERIES, *UPDATES], ids=lambda case: case[0])
def test_each_case_of_the_protocol_has_its_response(client: FlaskClient, case: Case) -> None:
    _, method, parameters, media_type, body, expected = case
    path = f"/sparql/?{parameters}" if parameters else "/sparql/"
    response = client.open(path, method=method, data=body, content_type=media_type)
    if expected == "4xx":
        assert 400 <= response.status_code < 500
    elif expected == "403":
        assert response.status_code == 403
    elif expected == "RDF":
        quads(response)
    else:
        assert response.status_code == 200
        assert response.mimetype in (BOOLEAN if expected == "true" else TABULAR)
        assert expected != "true" or json.loads(response.data)["boolean"] is True
