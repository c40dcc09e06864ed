"""/sparql by an engine: tests of our own answers by each real engine, what is refused, and pretended ones that fail.

`test_protocol_suite` has the W3C's tests by each engine.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import problem, quads, rows
from flask.testing import FlaskClient

# run here by each engine, with the fixture `client` below
from test_sparql import JSON
from test_sparql import (
    test_dataset_of_the_protocol_replaces_that_of_the_query as test_dataset_at_an_engine,
)
from test_sparql import (
    test_empty_result_names_unknown_terms_with_the_nearest as test_unknown_terms_at_an_engine,
)
from test_sparql import (
    test_form_without_a_media_type_and_two_queries_are_refused as test_forms_at_an_engine,
)
from test_sparql import (
    test_query_is_answered_in_the_three_ways_of_the_protocol as test_three_ways_at_an_engine,
)
from test_sparql import test_result_is_in_the_requested_format as test_formats_at_an_engine
from test_sparql import (
    test_sparqlwrapper_reads_each_of_its_formats as test_sparqlwrapper_at_an_engine,
)
from test_sparql import test_unknown_graph_in_the_query_returns_400 as test_from_at_an_engine

from engines import FOREIGN_GRAPH, FOREIGN_VALUE, load_engine
from gcmgraph.platform.errors import SettingsError
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.settings import Settings
from gcmgraph.store.engine import Engine, EngineAddress
from gcmgraph.store.engine_query import EngineQuery
from gcmgraph.store.port import QueriesBusyError
from gcmgraph.store.query_limits import QueryLimits
from pretended import Serve, listening, says

__all__ = [
    "test_dataset_at_an_engine",
    "test_formats_at_an_engine",
    "test_forms_at_an_engine",
    "test_from_at_an_engine",
    "test_sparqlwrapper_at_an_engine",
    "test_three_ways_at_an_engine",
    "test_unknown_terms_at_an_engine",
]

ClientOver = Callable[..., FlaskClient]

GRAPH = Path(__file__).parent / "graph.trig"
ALL = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def engine_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    load_engine(url, read_quads(GRAPH))
    return url


@pytest.fixture(scope="module")
def client(engine_url: str, client_over: ClientOver) -> FlaskClient:
    return client_over(GRAPH, sparql_endpoint=engine_url, sparql_endpoint_unlimited=1)


@pytest.mark.parametrize(
    "query",
    [
        ALL,
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM graph:curated { ?s ?p ?o }",
        "SELECT * FROM graph:curated { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM NAMED graph:curated { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
        "DESCRIBE <urn:x:foreign>",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(ISIRI(?s)) }",
        f'SELECT ?o {{ ?s ?p ?o FILTER(STR(?o) = "{FOREIGN_VALUE}") }}',
    ],
)
def test_query_never_sees_a_graph_of_others(client: FlaskClient, query: str) -> None:
    response = client.post("/sparql", data={"query": query})
    assert response.status_code == 200
    assert FOREIGN_VALUE.encode() not in response.data


@pytest.mark.parametrize(
    ("query", "message", "place"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not available", None),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", "INSERT belongs to an update", (1, 1)),
        ("define input:inference <urn:x> SELECT * {}", "A query begins with SELECT", (1, 1)),
        ("SELECT (bif:upper('a') AS ?x) {}", "bif:upper is a name of one engine's own", (1, 9)),
        ("PREFIX bif: <bif:>\nSELECT (bif:upper('a') AS ?x) {}", "a name of one engine's own", (1, 8)),
        ("SELECT * { ?s <bif:contains> 'x' }", "a name of one engine's own", (1, 15)),
        ("SELECT * { ?s ?p ?o FILTER(<sql:f>(?o)) }", "a name of one engine's own", (1, 28)),
        ("SELECT *\n{ ?s ?p ?o FILTER(<http://example.org/f>(?o)) }", "no function of SPARQL", (2, 19)),
        ("SELECT *\n{ ?s ?p ?o FILTER(gcm:f # (\n (?o)) }", "gcm:f is no function of SPARQL", (2, 19)),
        ("SELECT * { ?s ?p ?o FILTER(?s<?o&&<sql:f>(1)) }", "a name of one engine's own", (1, 35)),
        ("SELECT * { ?s ?p ?o FILTER(?s<?o&&regex('x','y')>?p) }", "may be an IRI or a comparison", (1, 30)),
        (f"SELECT * {{ GRAPH <{FOREIGN_GRAPH}> {{ ?s ?p ?o }} }}", "There is no graph", (1, 18)),
        ("SELECT * { ?s ?p '\\u0027' }", "Escapes such as", (1, 19)),
    ],
)  # fmt: skip
def test_query_beyond_the_standard_is_refused(
    client: FlaskClient, query: str, message: str, place: tuple[int, int] | None
) -> None:
    details = problem(client.post("/sparql", data={"query": query}))
    assert message in str(details["detail"])
    assert (details.get("line"), details.get("column")) == (place or (None, None))


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_graph_of_others_in_the_request_is_refused(client: FlaskClient, parameter: str) -> None:
    response = client.post("/sparql", data={"query": ALL, parameter: FOREIGN_GRAPH})
    assert problem(response)["detail"] == f"There is no graph <{FOREIGN_GRAPH}> here."


def test_casts_comments_and_predefined_prefixes_are_sent(client: FlaskClient) -> None:
    query = "BASE <http://example.org/>\nSELECT ?x # FROM <urn:a>\n{ BIND(xsd:integer('7') AS ?x) }"
    assert [row["x"] for row in rows(client.post("/sparql", data={"query": query}))] == ["7"]


def test_reply_names_the_version_as_unknown_and_is_not_cached(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ALL})
    assert response.headers["Dataset-Version"] == "unknown"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize(
    ("query", "format_"),
    [
        (ALL, "json"),
        (ALL, "xml"),
        (ALL, "csv"),
        (ALL, "tsv"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "nt"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "ttl"),
    ],
)
def test_answer_of_an_engine_is_cut_after_whole_rows(
    engine_url: str, client_over: ClientOver, query: str, format_: str
) -> None:
    client = client_over(
        GRAPH, sparql_endpoint=engine_url, sparql_endpoint_unlimited=1, query_rows=5
    )
    response = client.get("/sparql", query_string={"query": query, "format": format_})
    assert response.headers["Result-Truncated"].startswith("rows=5, ")
    if format_ in {"nt", "ttl"}:
        assert 0 < len(quads(response)) <= 5
    elif format_ in {"csv", "tsv"}:
        assert len(response.text.splitlines()) == 6
    else:
        assert response.data.count(b"graph-store") == 1
        assert format_ == "xml" or len(rows(response)) == 5
    limited = client.get("/sparql", query_string={"query": f"{query} LIMIT 5", "format": format_})
    assert "Result-Truncated" not in limited.headers


def test_service_description_names_the_engine(client: FlaskClient) -> None:
    client.get("/sparql", query_string={"query": ALL})
    description = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "Queries are answered by" in description
    assert "SPARQL11Query" in description
    assert "SPARQL12Query" not in description


def test_page_and_workbook_have_the_rows_of_an_engine(client: FlaskClient) -> None:
    query = {"query": "SELECT ?n { country:AFG skos:prefLabel ?n } ORDER BY ?n"}
    page = client.get("/sparql", query_string=query, headers={"Accept": "text/html"})
    assert "Afghanistan" in page.text
    workbook = client.get("/sparql", query_string={**query, "format": "xlsx"})
    assert (workbook.status_code, workbook.data[:2]) == (200, b"PK")


# ------------------------------------------------------------------------------------- engines that fail


@pytest.fixture
def client_of(client_over: ClientOver) -> Callable[[str], FlaskClient]:
    return lambda url: client_over(GRAPH, sparql_endpoint=url, query_timeout=1, query_workers=1)


HALF = '{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}},'


#: Longer than the numbers that Python converts.
LONG_NUMBER = "9" * 5_000


def json_of_length(body: str, length: int) -> Serve:
    return says(f"200 OK\r\nContent-Type: {JSON}\r\nContent-Length: {length}", body)


@pytest.mark.parametrize(
    ("serve", "status", "detail"),
    [
        (says("500 No\r\nContent-Type: text/plain", "Broken.\nquery"), 503, "answered with status 500: Broken."),
        (says("500 No\r\nContent-Type: text/html", "<p>x"), 503, "answered with status 500: no reason given."),
        (says("302 Found\r\nLocation: http://127.0.0.1:9/"), 503, "answered with status 302"),
        (says("401 Who"), 503, "answered with status 401"),
        (says("200 OK\r\nContent-Type: text/html", "<html></html>"), 503, "not a result of SPARQL"),
        (json_of_length(HALF, len(HALF)), 503, "not a result of SPARQL"),
        (json_of_length(HALF, 9999), 503, "ended its answer early"),
        (lambda *_: None, 503, "cannot be reached"),
        (says("400 No\r\nContent-Type: text/plain", "error at 1:8: bad\n"), 400, "refuses this query: bad."),
        (says("400 No\r\nContent-Type: text/plain", f"error at {LONG_NUMBER}:1: x"), 400, "this query: error at 999"),
        (says(f"200 OK\r\nContent-Type: {JSON}\r\nX-SPARQL-MaxRows: {LONG_NUMBER}", "{}"), 503, "not a result of"),
        (says("200 OK\r\nContent-Type: text/html\r\nServer: a\r\n b", "<script>"), 503, "not a result of SPARQL"),
        (says("503 No\r\nContent-Type: text/plain", "\x00<script>\r\nSet-Cookie: a"), 503, "answered with status 503"),
        (says("400 No\r\nContent-Type: text/plain", "SP030: line 3"), 400, "refuses this query: SP030: line 3."),
    ],
)  # fmt: skip
def test_failure_of_an_engine_is_one_sentence(
    client_of: Callable[[str], FlaskClient], serve: Serve, status: int, detail: str
) -> None:
    with listening(serve) as (url, _):
        response = client_of(url).post("/sparql", data={"query": "SELECT * {}"})
    details = problem(response, status)
    assert detail in str(details["detail"])
    assert url not in response.text
    assert details.get("column") == (8 if detail.endswith("bad.") else None)


def test_query_without_a_thread_gives_its_slot_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    engine = Engine(EngineAddress("http://127.0.0.1:9/"), "http://example.org/", QueryLimits())
    query = EngineQuery("ASK {}", "application/sparql-results+json", None, None, 0)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    for _ in range(2 * QueryLimits().side_by_side + 1):
        with pytest.raises(QueriesBusyError) as raised:
            engine.run(query, [], {})
        assert isinstance(raised.value.__cause__, RuntimeError)


def test_query_cut_at_the_time_limit_has_its_slot_until_the_engine_ends_it(
    client_of: Callable[[str], FlaskClient],
) -> None:
    over = threading.Event()
    ended = threading.Event()

    def serve(connection: socket.socket, test_is_over: threading.Event) -> None:
        over.wait(20)
        connection.close()
        ended.set()

    with listening(serve) as (url, seen):
        client = client_of(url)
        for _ in range(2):  # a short and a long query at once
            response = client.post("/sparql", data={"query": ALL})
            assert problem(response, 503)["detail"] == "The query took longer than 1 s."
        busy = client.post("/sparql", data={"query": ALL})
        assert problem(busy, 429)["detail"] == "The query engine has as many queries as it may."
        assert client.get("/queries/objectives").status_code in {200, 404}
        over.set()
        assert ended.wait(20)
        response = client.post("/sparql", data={"query": ALL})
        assert response.status_code == 503
        assert len(seen) == 3


def test_oxigraph_is_refused_until_the_operator_confirms(oxigraph_url: str) -> None:
    limits = QueryLimits(seconds=5)
    with pytest.raises(
        SettingsError, match=r"is Oxigraph/.*, which does not stop a query"
    ) as error:
        Engine(EngineAddress(oxigraph_url), "http://example.org/", limits).refuse_endless()
    assert "sparql_endpoint_unlimited" in str(error.value)
    Engine(
        EngineAddress(oxigraph_url, may_be_endless=True), "http://example.org/", limits
    ).refuse_endless()


def test_virtuoso_is_taken_as_it_is(virtuoso_url: str) -> None:
    engine = Engine(EngineAddress(virtuoso_url), "http://example.org/", QueryLimits(seconds=20))
    engine.refuse_endless()
    assert engine.name.startswith("Virtuoso/")


def test_engine_that_does_not_answer_at_the_start_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    address = EngineAddress("http://127.0.0.1:9/query")
    Engine(address, "http://example.org/", QueryLimits(seconds=2)).refuse_endless()
    assert "cannot be reached" in caplog.text


@pytest.mark.parametrize("url", ["ftp://x/", "http://user:word@127.0.0.1/sparql", "/sparql"])
def test_endpoint_that_is_no_url_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'sparql_endpoint' must be the http"):
        Settings.read({"GCMGRAPH_SPARQL_ENDPOINT": url}, tmp_path / "none")
