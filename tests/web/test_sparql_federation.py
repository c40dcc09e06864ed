"""SERVICE at /sparql: answered with the help of a real second server, or refused; never without a clear word."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from answers import problem, rows
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.rdfio.media import TRIG
from gcmgraph.rdfio.parsing import parse_quads
from pretended import Serve, listening, says
from servers import free_port, load_turtle, oxigraph_server
from serving import Application

JSON = "application/sparql-results+json"

#: What the UN's server holds.
TARGETS = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
<http://metadata.un.org/sdg/10.7> a sdgo:Target ; skos:notation "10.7", 7, 7.0 ; skos:broader sdg:10 ;
    skos:prefLabel "Facilitate \\"orderly\\",\\n safe migration}"@en, "Faciliter la migration \\\\ ordonnée"@fr .
<http://metadata.un.org/sdg/16.2> a sdgo:Target ; skos:notation "16.2" ; skos:broader sdg:16 ; sdgo:reviewed true ;
    skos:prefLabel "End abuse, exploitation, trafficking"@en ; skos:note [ skos:definition "a note"@en ] .
<http://metadata.un.org/sdg/10> skos:prefLabel "Goal 10"@en .
"""

#: What is ours: 10.7 is linked, 16.2 is linked twice, 1.4 is unknown to the other server.
OURS = """\
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sdg: <https://w3id.org/gcmgraph/id/sdg/>
PREFIX un: <http://metadata.un.org/sdg/>
<https://w3id.org/gcmgraph/graph/curated> {
  <https://w3id.org/gcmgraph/id/objective/9> gcm:relevantTarget <https://w3id.org/gcmgraph/id/sdg/10.7>,
    <https://w3id.org/gcmgraph/id/sdg/16.2>, <https://w3id.org/gcmgraph/id/sdg/1.4> .
}
<https://w3id.org/gcmgraph/graph/linkset/sdg> {
  <https://w3id.org/gcmgraph/id/sdg/10.7> skos:exactMatch <http://metadata.un.org/sdg/10.7> .
  <https://w3id.org/gcmgraph/id/sdg/16.2> skos:exactMatch <http://metadata.un.org/sdg/16.2> .
  <https://w3id.org/gcmgraph/id/sdg/16.2b> skos:exactMatch <http://metadata.un.org/sdg/16.2> .
  <https://w3id.org/gcmgraph/id/sdg/1.4> skos:exactMatch <http://metadata.un.org/sdg/1.4> .
}
"""

P = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
"""

#: Queries with a block in every kind of place, which give rows.
JOINS = [
    "?t skos:exactMatch ?un . SERVICE <URL> { ?un skos:prefLabel ?label }",
    "SERVICE <URL> { ?un skos:prefLabel ?label } ?t skos:exactMatch ?un",
    "?t skos:exactMatch ?un OPTIONAL { SERVICE <URL> { ?un skos:notation ?n ; skos:broader ?goal } }",
    "{ ?t skos:exactMatch ?un } UNION { SERVICE <URL> { ?un skos:broader ?goal } }",
    "{ SELECT ?n (COUNT(*) AS ?c) { ?t skos:exactMatch ?un SERVICE <URL> { ?un skos:notation ?n } } GROUP BY ?n }",
    "?t skos:exactMatch ?un { SELECT ?un (COUNT(?l) AS ?c) { SERVICE <URL> { ?un skos:prefLabel ?l } } GROUP BY ?un }",
    "?t skos:exactMatch ?un SERVICE <URL> { SELECT ?un (MAX(?l) AS ?m) { ?un skos:prefLabel ?l } GROUP BY ?un }",
    "?t skos:exactMatch ?un SERVICE <URL> { ?un skos:prefLabel ?l FILTER(LANG(?l) = 'fr' && 1<2) }",
    "SERVICE <URL> { OPTIONAL { ?un skos:broader ?g } ?un skos:prefLabel ?l } OPTIONAL { ?t skos:exactMatch ?un }",
    "SERVICE <URL> { ?un skos:broader ?g } SERVICE <URL> { ?g skos:prefLabel ?l } ?t skos:exactMatch ?un",
    "SERVICE <URL> { } ?t skos:exactMatch ?un",
    "?t skos:exactMatch ?un SERVICE <URL> { ?un skos:broader ?g } FILTER NOT EXISTS { ?o gcm:relevantTarget ?t }",
    "SERVICE <URL> { VALUES (?un ?x) { (<http://metadata.un.org/sdg/10.7> UNDEF) (UNDEF 1) } } ?t skos:exactMatch ?un",
    "?t skos:exactMatch ?un SERVICE <URL> { ?un skos:notation ?n } FILTER(DATATYPE(?n) != <urn:x>)",
]


@pytest.fixture(scope="module")
def un(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("un")) as url:
        load_turtle(url, TARGETS.encode())
        yield url


@pytest.fixture(scope="module")
def folder(store_of: Callable[[str], Path]) -> Path:
    return store_of(OURS)


def served(make: Application, folder: Path, *endpoints: str, seconds: int = 15) -> FlaskClient:
    """A client of a server that may ask some endpoints."""
    return make(folder, query_timeout=seconds, federation=" ".join(endpoints)).test_client()


@pytest.fixture(scope="module")
def client(folder: Path, un: str, dead: str, application: Application) -> FlaskClient:
    return served(application, folder, un, dead)


@pytest.fixture(scope="module")
def closed(folder: Path, application: Application) -> FlaskClient:
    """Of a server whose list of endpoints is empty."""
    return served(application, folder)


@pytest.fixture(scope="module")
def dead() -> str:
    """The address of an endpoint where nobody listens."""
    return f"http://127.0.0.1:{free_port()}/sparql"


@pytest.fixture(scope="module")
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """The address of an endpoint that is in nobody's list, and what it was sent all the same."""
    with listening(says("500 No")) as trap:
        yield trap


@dataclass
class Endpoint:
    """An endpoint that answers as a test wants, and a server that may ask nobody else."""

    url: str
    seen: list[bytes]
    client: FlaskClient
    answer: Serve


@pytest.fixture(scope="module")
def one_endpoint(folder: Path, application: Application) -> Iterator[Endpoint]:
    def answer(connection: socket.socket, over: threading.Event) -> None:
        endpoint.answer(connection, over)

    with listening(answer) as (url, seen):
        endpoint = Endpoint(url, seen, served(application, folder, url), says("500 No"))
        yield endpoint


@pytest.fixture
def endpoint(one_endpoint: Endpoint) -> Endpoint:
    one_endpoint.seen.clear()
    one_endpoint.answer = says("500 No")
    return one_endpoint


def ask(client: FlaskClient, query: str, accept: str = JSON) -> TestResponse:
    return client.post("/sparql", data={"query": P + query}, headers={"Accept": accept})


def terms(response: TestResponse) -> list[dict[str, dict[str, str]]]:
    """The rows of a result, with whole terms."""
    assert response.status_code == 200, response.text
    found: list[dict[str, dict[str, str]]] = json.loads(response.data)["results"]["bindings"]
    return found


def detail(response: TestResponse, status: int) -> str:
    return str(problem(response, status)["detail"])


@pytest.fixture(scope="module")
def engine() -> ox.Store:
    """An engine that evaluates SERVICE itself."""
    engine = ox.Store()
    engine.extend(parse_quads(OURS.encode(), TRIG, source="ours"))
    return engine


@pytest.mark.parametrize("query", JOINS)
def test_equal_answers_of_an_engine_with_network(client: FlaskClient, un: str, engine: ox.Store, query: str) -> None:
    query = f"SELECT * {{ {query.replace('URL', un)} }}"
    solutions = engine.query(P + query, use_default_graph_as_union=True)
    expected = json.loads(solutions.serialize(format=ox.QueryResultsFormat.JSON) or b"")["results"]["bindings"]
    assert expected
    ours = (json.dumps(row, sort_keys=True) for row in terms(ask(client, query)))
    assert Counter(ours) == Counter(json.dumps(row, sort_keys=True) for row in expected)


def test_other_forms_and_a_page(client: FlaskClient, un: str) -> None:
    block = f"?t skos:exactMatch ?un SERVICE <{un}> {{ ?un skos:prefLabel ?l }}"
    answer = ask(client, f"ASK {{ {block} }}")
    assert json.loads(answer.data)["boolean"] is True
    assert (answer.headers["Cache-Control"], answer.headers.get("ETag")) == ("no-store", None)
    graph = ask(client, f"CONSTRUCT {{ ?t skos:prefLabel ?l }} {{ {block} }}", "application/n-triples")
    assert graph.text.count("\n") == 4
    assert "ordonnée" in graph.text
    page = ask(client, f"SELECT * {{ {block} }}", "text/html")
    assert "End abuse, exploitation, trafficking" in page.text
    assert "SERVICE may ask these endpoints, within the same time: http://127.0.0.1" in page.text
    # our prefixes are known in blocks, too
    query = f"SELECT * {{ SERVICE <{un}> {{ ?un skos:broader ?g }} }}"
    assert len(rows(client.get("/sparql", query_string={"query": query}, headers={"Accept": JSON}))) == 2


def test_block_within_a_graph(client: FlaskClient, un: str) -> None:
    """An engine left alone gives no row here; by the standard SERVICE evaluates its group on the other server."""
    query = f"SELECT * {{ GRAPH ?where {{ ?t skos:exactMatch ?un SERVICE <{un}> {{ ?un skos:broader ?g }} }} }}"
    found = [row["where"] for row in rows(ask(client, query))]
    assert found == ["https://w3id.org/gcmgraph/graph/linkset/sdg"] * 3


def test_dead_endpoint(client: FlaskClient, dead: str) -> None:
    query = f"SELECT * {{ ?t skos:exactMatch ?un SERVICE <{dead}> {{ ?un skos:note ?l }} }}"
    response = ask(client, query)
    assert dead in detail(response, 503)
    assert "Connection refused" in detail(response, 503)
    assert "Retry-After" in response.headers
    assert [row.keys() for row in rows(ask(client, query.replace("SERVICE", "SERVICE SILENT")))] == [{"t", "un"}] * 4


#: Queries that a list of endpoints refuses; UN is in it.
OUTSIDE = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <UN> { ?s ?p ?o } SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <UN> { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <URL?x=1> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * {SERVICESILENT<URL>{?s ?p ?o}}",
    "PREFIX e: <URL> SELECT * {SERVICEe:x{?s ?p ?o}}",
    "SELECT * { SERVICE# a comment\n<URL> { ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "SELECT * { BIND('1' AS ?a) FILTER(?a<'>')SERVICE <URL> {?s ?p ?o} #'\n}",
    "SELECT * { VALUES ?x {'''a' } SERVICE <URL> {?s ?p ?o} #\\q'''\n}",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "LOAD <URL>",
]


@pytest.mark.parametrize("query", OUTSIDE)
def test_endpoints_outside_the_list(
    client: FlaskClient, closed: FlaskClient, trap: tuple[str, list[bytes]], un: str, query: str
) -> None:
    url, seen = trap
    query = query.replace("URL", url).replace("UN>", f"{un}>")
    for asked in (client, closed):
        problem(asked.post("/sparql", data={"query": query}))
    assert seen == []


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service <http://example.org/service> 'service' } # SERVICE",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK { ?s a sd:Service }",
        'ASK { ?s rdfs:label "service"@en, """a "service" here""" FILTER(?s < <urn:x:service> && 2 > 1) }',
    ],
)
def test_service_in_other_tokens(closed: FlaskClient, query: str) -> None:
    assert closed.get("/sparql", query_string={"query": query}).get_json(force=True)["boolean"] is False


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE <URL> { ?s ?p ?x } } }", "Supported is SERVICE"),
        ("SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?x } } }", "Supported is SERVICE"),
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } } LIMIT x", ""),
        ("SELECT * { SERVICE <URL> { ?s nope:p ?o } }", ""),
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } BIND(1 AS ?s) }", ""),
        ("SELECT * { SERVICE <URL> { " + "{" * 5000 + "}" * 5000 + " } }", ""),
        ("SELECT * {\n  SERVICE <URL> {\n    ?s ?p ;; .\n    ?s ?p }\n}", ""),
    ],
)
def test_refusals_before_any_request(endpoint: Endpoint, query: str, hint: str) -> None:
    refused = problem(ask(endpoint.client, query.replace("URL", endpoint.url)))
    assert hint in str(refused.get("hint", ""))
    assert "\n" not in query or refused["line"] in {5, 6}  # two lines of prefixes stand before
    assert endpoint.seen == []


def test_slow_endpoint(folder: Path, un: str, application: Application) -> None:
    """One that sends nothing is in `test_queries_service.py`."""

    def slow(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
        while not over.wait(0.05):
            connection.sendall(b" ")

    with listening(slow) as (endpoint, seen):
        client = served(application, folder, endpoint, un, seconds=4)
        started = time.monotonic()
        response = ask(client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE <{endpoint}> {{ ?un skos:note ?l }} }}")
        assert time.monotonic() - started < 4 + 7, "the limit is 4 s; the endpoint takes a minute"
        assert len(seen) == 1
        assert "took longer than" in detail(response, 503)
        assert rows(ask(client, f"SELECT * {{ SERVICE <{un}> {{ ?un skos:broader ?g }} }}"))


def test_too_many_rows_and_blank_nodes_of_an_endpoint(client: FlaskClient, un: str) -> None:
    digits = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcd")
    for silent in ("", "SILENT "):
        block = f"SERVICE {silent}<{un}> {{ SELECT ?a {{ {digits} VALUES ?e {{ 0 1 }} }} }}"
        assert "20,000 rows; 10,000 are taken" in detail(ask(client, f"SELECT * {{ {block} }}"), 400)
    assert rows(ask(client, f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{un}> {{ {digits} }} }}")) == [{"n": "10000"}]
    assert "blank nodes" in detail(ask(client, f"SELECT * {{ SERVICE <{un}> {{ ?un skos:note ?note }} }}"), 400)
    inside = f"SELECT * {{ SERVICE <{un}> {{ SELECT ?un ?l {{ ?un skos:note ?note . ?note skos:definition ?l }} }} }}"
    assert [row["l"] for row in rows(ask(client, inside))] == ["a note"]


def test_too_many_bytes_of_an_endpoint(endpoint: Endpoint) -> None:
    body = '{"head":{"vars":["l"]},"results":{"bindings":[]}}' + " " * (9 * 2**20)
    endpoint.answer = says(f"200 OK\r\nContent-Type: {JSON}", body)
    response = ask(endpoint.client, f"SELECT * {{ SERVICE <{endpoint.url}> {{ ?un skos:note ?l }} }}")
    assert "more than 8 MB" in detail(response, 400)


HEAD = '{"head":{"vars":["un","l"]},"results":{"bindings":'


OK = f"200 OK\r\nContent-Type: {JSON}"


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("302 Found\r\nLocation: http://127.0.0.1:9/", "", "redirect (302)"),
        ("307 Temporary Redirect\r\nLocation: TRAP", "", "redirect (307)"),
        ("500 Broken", "out of order", "status 500: out of order"),
        ("400 Bad Request", "no such\n prefix", "status 400: no such prefix"),
        ("200 OK\r\nContent-Type: text/html", "<p>", "answered in 'text/html'"),
        (OK, HEAD, "no whole and valid answer"),
        (f"{OK}\r\nContent-Length: 900", HEAD + "[]}}", "answer"),
        (OK, HEAD + "[5]}}", "no whole and valid answer"),
        (OK, "[" * 100_000, "no whole and valid answer"),
        (OK, HEAD + '[{"un":{"type":"uri","value":"x> } DROP"}}]}}', "no whole"),
        (OK, '{"head":{},"boolean":true}', "no whole and valid answer"),
        (OK, '{"head":{"vars":["z"]},"results":{"bindings":[]}}', "not asked for"),
        (f"{OK}\r\nX-SPARQL-MaxRows: 0", HEAD + "[]}}", "no whole and valid answer"),
        ("nonsense", "", "cannot be reached"),
    ],
)
def test_invalid_answers_of_an_endpoint(
    endpoint: Endpoint, trap: tuple[str, list[bytes]], head: str, body: str, reason: str
) -> None:
    url, trapped = trap
    endpoint.answer = says(head.replace("TRAP", url), body)
    block = f"<{endpoint.url}> {{ ?un skos:note ?l }}"
    said = detail(ask(endpoint.client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE {block} }}"), 503)
    assert reason in said
    assert endpoint.url in said
    assert len(rows(ask(endpoint.client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE SILENT {block} }}"))) == 4
    assert len(endpoint.seen) == 2
    assert trapped == []


@pytest.mark.parametrize(
    ("value", "status"), [("http://x/service", 200), ("urn:x,service{x", 503), ("urn:x,from,y", 400)]
)
def test_deciding_words_in_data_of_others(endpoint: Endpoint, value: str, status: int) -> None:
    row = {"un": {"type": "uri", "value": value}, "l": {"type": "literal", "value": "SERVICE <x> {"}}
    endpoint.answer = says(OK, HEAD + json.dumps([row]) + "}}")
    response = ask(endpoint.client, f"SELECT * {{ SERVICE <{endpoint.url}> {{ ?un skos:note ?l }} }}")
    if status == 200:
        assert rows(response)[0]["un"] == value
    else:
        problem(response, status)


def test_request_to_an_endpoint(folder: Path, application: Application) -> None:
    with listening(says("500 No")) as (endpoint, seen):
        client = served(application, folder, f"{endpoint}?default-graph-uri=urn:g")
        query = f"SELECT * {{ SERVICE <{endpoint}?default-graph-uri=urn:g> {{ ?un skos:note 'é' }} }}"
        problem(ask(client, query), 503)
    (request,) = seen
    head = request.decode().split("\r\n")
    assert head[0] == "POST /sparql?default-graph-uri=urn:g HTTP/1.1"
    assert f"Accept: {JSON}" in head
    assert not any(line.lower().startswith(("cookie:", "authorization:", "referer:")) for line in head)


def test_busy_slots_for_service(folder: Path, application: Application) -> None:
    def hold(_: socket.socket, __: threading.Event) -> None:
        held.release()
        done.wait(30)

    held, done = threading.Semaphore(0), threading.Event()
    with listening(hold) as (one, _), listening(hold) as (two, _), ThreadPoolExecutor(2) as pool:
        client = served(application, folder, one, two)
        for url in (one, two):
            pool.submit(ask, client.application.test_client(), f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
        assert held.acquire(timeout=10)
        assert held.acquire(timeout=10)
        problem(ask(client, f"SELECT * {{ SERVICE <{one}> {{ ?s ?p ?o }} }}"), 429)
        assert rows(ask(client, "SELECT * { ?t skos:exactMatch ?un }"))
        done.set()
