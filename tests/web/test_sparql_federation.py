"""SERVICE at /sparql: answered with the help of a real second server, or refused; never without a clear word."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.rdfio.parsing import read_quads
from pretended import Serve, listening, says
from servers import free_port, oxigraph_server
from serving import applications

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
    "SELECT * { ?t skos:exactMatch ?un . SERVICE <URL> { ?un skos:prefLabel ?label } }",
    "SELECT * { SERVICE <URL> { ?un skos:prefLabel ?label } ?t skos:exactMatch ?un }",
    "SELECT * { ?t skos:exactMatch ?un OPTIONAL { SERVICE <URL> { ?un skos:notation ?n ; skos:broader ?goal } } }",
    "SELECT * { { ?t skos:exactMatch ?un } UNION { SERVICE <URL> { ?un skos:broader ?goal } } }",
    "SELECT ?n (COUNT(*) AS ?c) { ?t skos:exactMatch ?un SERVICE <URL> { ?un skos:notation ?n } } GROUP BY ?n",
    "SELECT * { ?t skos:exactMatch ?un { SELECT ?un (COUNT(?l) AS ?c) { SERVICE <URL> { ?un skos:prefLabel ?l } } "
    "GROUP BY ?un } }",
    "SELECT * { ?t skos:exactMatch ?un SERVICE <URL> { SELECT ?un (MAX(?l) AS ?m) { ?un skos:prefLabel ?l } "
    "GROUP BY ?un } }",
    "SELECT * { ?t skos:exactMatch ?un SERVICE <URL> { ?un skos:prefLabel ?l FILTER(LANG(?l) = 'fr' && 1<2) } }",
    "SELECT * { SERVICE <URL> { OPTIONAL { ?un skos:broader ?g } ?un skos:prefLabel ?l } "
    "OPTIONAL { ?t skos:exactMatch ?un } }",
    "SELECT * { SERVICE <URL> { ?un skos:broader ?g } SERVICE <URL> { ?g skos:prefLabel ?l } ?t skos:exactMatch ?un }",
    "SELECT * { SERVICE <URL> { } ?t skos:exactMatch ?un }",
    "SELECT * { ?t skos:exactMatch ?un SERVICE <URL> { ?un skos:broader ?g } "
    "FILTER NOT EXISTS { ?o gcm:relevantTarget ?t } }",
    "SELECT * { SERVICE <URL> { VALUES (?un ?x) { (<http://metadata.un.org/sdg/10.7> UNDEF) (UNDEF 1) } } "
    "?t skos:exactMatch ?un }",
    "SELECT * { ?t skos:exactMatch ?un SERVICE <URL> { ?un skos:notation ?n } FILTER(DATATYPE(?n) != <urn:x>) }",
]  # fmt: skip


@pytest.fixture(scope="module")
def un(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("un")) as url:
        store = url.removesuffix("/query") + "/store?default"
        headers = {"Content-Type": "text/turtle"}
        with urllib.request.urlopen(urllib.request.Request(store, TARGETS.encode(), headers)) as answer:  # noqa: S310
            assert answer.status in {200, 201, 204}
        yield url


@pytest.fixture(scope="module")
def folder(build: Callable[[Path, str, Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("federation")
    (folder / "ours.trig").write_text(OURS, "utf-8")
    build(folder / "store", "v1", folder / "ours.trig")
    return folder / "store"


@contextmanager
def serving(folder: Path | str, *endpoints: str, seconds: int = 15) -> Iterator[FlaskClient]:
    with applications() as make:
        yield make(folder, query_timeout=seconds, federation=" ".join(endpoints)).test_client()


@pytest.fixture(scope="module")
def client(folder: Path, un: str, dead: str) -> Iterator[FlaskClient]:
    with serving(folder, un, dead) as client:
        yield client


@pytest.fixture(scope="module")
def closed(folder: Path) -> Iterator[FlaskClient]:
    """A server whose list of endpoints is empty."""
    with serving(folder) as client:
        yield client


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
def one_endpoint(folder: Path) -> Iterator[Endpoint]:
    def answer(connection: socket.socket, over: threading.Event) -> None:
        endpoint.answer(connection, over)

    with listening(answer) as (url, seen), serving(folder, url) as client:
        endpoint = Endpoint(url, seen, client, says("500 No"))
        yield endpoint


@pytest.fixture
def endpoint(one_endpoint: Endpoint) -> Endpoint:
    one_endpoint.seen.clear()
    one_endpoint.answer = says("500 No")
    return one_endpoint


def ask(client: FlaskClient, query: str, accept: str = JSON) -> TestResponse:
    return client.post("/sparql", data={"query": P + query}, headers={"Accept": accept})


def rows(response: TestResponse) -> list[dict[str, dict[str, str]]]:
    assert response.status_code == 200, response.text
    found: list[dict[str, dict[str, str]]] = json.loads(response.data)["results"]["bindings"]
    return found


def problem(response: TestResponse, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    detail: str = json.loads(response.data)["detail"]
    return detail


@pytest.mark.parametrize("query", JOINS)
def test_equal_answers_of_an_engine_with_network(client: FlaskClient, un: str, folder: Path, query: str) -> None:
    """pyoxigraph, left alone, evaluates SERVICE itself."""
    query = query.replace("URL", un)
    engine = ox.Store()
    engine.extend(read_quads(folder.parent / "ours.trig"))
    solutions = engine.query(P + query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    expected = json.loads(solutions.serialize(format=ox.QueryResultsFormat.JSON) or b"")["results"]["bindings"]
    assert expected
    ours = rows(ask(client, query))
    assert Counter(json.dumps(r, sort_keys=True) for r in ours) == Counter(
        json.dumps(r, sort_keys=True) for r in expected
    )


def test_other_forms_and_a_page(client: FlaskClient, un: str) -> None:
    block = f"?t skos:exactMatch ?un SERVICE <{un}> {{ ?un skos:prefLabel ?l }}"
    assert json.loads(ask(client, f"ASK {{ {block} }}").data)["boolean"] is True
    graph = ask(client, f"CONSTRUCT {{ ?t skos:prefLabel ?l }} {{ {block} }}", "application/n-triples")
    assert graph.text.count("\n") == 4
    assert "ordonnée" in graph.text
    page = ask(client, f"SELECT * {{ {block} }}", "text/html")
    assert "End abuse, exploitation, trafficking" in page.text
    assert "SERVICE may ask these endpoints, within the same time: http://127.0.0.1" in page.text


def test_federated_answer_is_not_cached(client: FlaskClient, un: str) -> None:
    response = ask(client, f"SELECT * {{ SERVICE <{un}> {{ ?un skos:broader ?g }} }}")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_prefixes_in_blocks(client: FlaskClient, un: str) -> None:
    query = f"SELECT * {{ SERVICE <{un}> {{ ?un skos:broader ?g }} }}"
    assert len(rows(client.get("/sparql", query_string={"query": query}, headers={"Accept": JSON}))) == 2


def test_block_within_a_graph(client: FlaskClient, un: str) -> None:
    """An engine left alone gives no row here; by the standard SERVICE evaluates its group on the other server."""
    query = f"SELECT * {{ GRAPH ?where {{ ?t skos:exactMatch ?un SERVICE <{un}> {{ ?un skos:broader ?g }} }} }}"
    found = rows(ask(client, query))
    assert len(found) == 3
    assert {row["where"]["value"] for row in found} == {"https://w3id.org/gcmgraph/graph/linkset/sdg"}


def test_dead_endpoint_with_silent(client: FlaskClient, dead: str) -> None:
    found = rows(ask(client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE SILENT <{dead}> {{ ?un skos:note ?l }} }}"))
    assert len(found) == 4
    assert all(set(row) == {"t", "un"} for row in found)


def test_dead_endpoint(client: FlaskClient, dead: str) -> None:
    response = ask(client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE <{dead}> {{ ?un skos:note ?l }} }}")
    detail = problem(response, 503)
    assert dead in detail
    assert "Connection refused" in detail
    assert "Retry-After" in response.headers


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICE <UN> { ?s ?p ?o } SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICE <UN> { SERVICE <URL> { ?s ?p ?o } } }",
        "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?s ?p ?o } }",
        "SELECT * { SERVICE <URL?x=1> { ?s ?p ?o } }",
        "SELECT * {SERVICESILENT<URL>{?s ?p ?o}}",
        "PREFIX e: <URL> SELECT * {SERVICEe:{?s ?p ?o}}",
        "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
        "SELECT * { BIND('1' AS ?a) FILTER(?a<'>')SERVICE <URL> {?s ?p ?o} #'\n}",
    ],
)
def test_endpoints_outside_the_list(
    client: FlaskClient, closed: FlaskClient, trap: tuple[str, list[bytes]], un: str, query: str
) -> None:
    url, seen = trap
    query = query.replace("URL", url).replace("UN>", f"{un}>")
    problem(ask(client, query), 400)
    problem(ask(closed, query), 400)
    assert seen == []


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE <URL> { ?s ?p ?x } } }", "Supported is SERVICE"),
        ("SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?x } } }", "Supported is SERVICE"),
        ("SELECT * { SERVICE <URL> { ?s ?p } }", ""),
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } } LIMIT x", ""),
        ("SELECT * { SERVICE <URL> { ?s nope:p ?o } }", ""),
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } BIND(1 AS ?s) }", ""),
        ("SELECT * { SERVICE <URL> { " + "{" * 5000 + "}" * 5000 + " } }", ""),
    ],
)
def test_refusals_before_any_request(endpoint: Endpoint, query: str, hint: str) -> None:
    response = ask(endpoint.client, query.replace("URL", endpoint.url))
    problem(response, 400)
    assert hint in json.loads(response.data).get("hint", "")
    assert endpoint.seen == []


def test_place_of_a_syntax_error_in_a_block(client: FlaskClient, un: str) -> None:
    query = f"SELECT * {{\n  SERVICE <{un}> {{\n    ?s ?p ;; .\n    ?s ?p }}\n}}"
    response = ask(client, query)
    problem(response, 400)
    assert json.loads(response.data)["line"] in {5, 6}  # two lines of prefixes stand before


@pytest.mark.parametrize(("drip", "silent"), [(False, "SILENT "), (True, "")])
def test_slow_endpoint(folder: Path, un: str, drip: bool, silent: str) -> None:
    def slow(connection: socket.socket, over: threading.Event) -> None:
        if drip:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
        while not over.wait(0.05):
            connection.sendall(b" ")
            if not drip:
                over.wait(60)

    with listening(slow) as (endpoint, seen), serving(folder, endpoint, un, seconds=9) as client:
        assert rows(ask(client, f"SELECT * {{ SERVICE <{un}> {{ ?un skos:broader ?g }} }}"))
        started = time.monotonic()
        query = f"SELECT * {{ ?t skos:exactMatch ?un SERVICE {silent}<{endpoint}> {{ ?un skos:note ?l }} }}"
        response = ask(client, query)
        assert time.monotonic() - started < 9 + 7, "the limit is 9 s; the endpoint takes a minute"
        assert len(seen) == 1
        if silent:
            assert len(rows(response)) == 4
        else:
            assert "took longer than" in problem(response, 503)
        assert rows(ask(client, f"SELECT * {{ SERVICE <{un}> {{ ?un skos:broader ?g }} }}"))


def test_too_many_rows_of_an_endpoint(client: FlaskClient, un: str) -> None:
    digits = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcd")
    for silent in ("", "SILENT "):
        block = f"SERVICE {silent}<{un}> {{ SELECT ?a {{ {digits} VALUES ?e {{ 0 1 }} }} }}"
        assert "20,000 rows; 10,000 are taken" in problem(ask(client, f"SELECT * {{ {block} }}"), 400)
    found = rows(ask(client, f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{un}> {{ {digits} }} }}"))
    assert found[0]["n"]["value"] == "10000"
    assert client.get("/health").status_code == 200


def test_too_many_bytes_of_an_endpoint(endpoint: Endpoint) -> None:
    body = '{"head":{"vars":["l"]},"results":{"bindings":[]}}' + " " * (9 * 2**20)
    endpoint.answer = says(f"200 OK\r\nContent-Type: {JSON}", body)
    response = ask(endpoint.client, f"SELECT * {{ SERVICE <{endpoint.url}> {{ ?un skos:note ?l }} }}")
    assert "more than 8 MB" in problem(response, 400)


def test_blank_nodes_of_an_endpoint(client: FlaskClient, un: str) -> None:
    detail = problem(ask(client, f"SELECT * {{ SERVICE <{un}> {{ ?un skos:note ?note }} }}"), 400)
    assert "blank nodes" in detail
    inside = f"SELECT * {{ SERVICE <{un}> {{ SELECT ?un ?l {{ ?un skos:note ?note . ?note skos:definition ?l }} }} }}"
    assert [row["l"]["value"] for row in rows(ask(client, inside))] == ["a note"]


HEAD = '{"head":{"vars":["un","l"]},"results":{"bindings":'


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("302 Found\r\nLocation: http://127.0.0.1:9/", "", "redirect (302)"),
        ("307 Temporary Redirect\r\nLocation: TRAP", "", "redirect (307)"),
        ("500 Broken", "out of order", "status 500: out of order"),
        ("400 Bad Request", "no such\n prefix", "status 400: no such prefix"),
        ("200 OK\r\nContent-Type: text/html", "<p>", "answered in 'text/html'"),
        (f"200 OK\r\nContent-Type: {JSON}", HEAD, "no whole and valid answer"),
        (f"200 OK\r\nContent-Type: {JSON}\r\nContent-Length: 900", HEAD + "[]}}", "answer"),
        (f"200 OK\r\nContent-Type: {JSON}", HEAD + "[5]}}", "no whole and valid answer"),
        (f"200 OK\r\nContent-Type: {JSON}", "[" * 100_000, "no whole and valid answer"),
        (f"200 OK\r\nContent-Type: {JSON}", HEAD + '[{"un":{"type":"uri","value":"x> } DROP"}}]}}', "no whole"),
        (f"200 OK\r\nContent-Type: {JSON}", '{"head":{},"boolean":true}', "no whole and valid answer"),
        (f"200 OK\r\nContent-Type: {JSON}", '{"head":{"vars":["z"]},"results":{"bindings":[]}}', "not asked for"),
        (f"200 OK\r\nContent-Type: {JSON}\r\nX-SPARQL-MaxRows: 0", HEAD + "[]}}", "no whole and valid answer"),
        ("nonsense", "", "cannot be reached"),
    ],
)  # fmt: skip
def test_invalid_answers_of_an_endpoint(
    endpoint: Endpoint, trap: tuple[str, list[bytes]], head: str, body: str, reason: str
) -> None:
    url, trapped = trap
    endpoint.answer = says(head.replace("TRAP", url), body)
    block = f"<{endpoint.url}> {{ ?un skos:note ?l }}"
    detail = problem(ask(endpoint.client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE {block} }}"), 503)
    assert reason in detail
    assert endpoint.url in detail
    assert len(rows(ask(endpoint.client, f"SELECT * {{ ?t skos:exactMatch ?un SERVICE SILENT {block} }}"))) == 4
    assert len(endpoint.seen) == 2
    assert trapped == []


@pytest.mark.parametrize("value", ["http://x/service", "urn:x,service{x", "urn:x,from,y"])
def test_deciding_words_in_data_of_others(endpoint: Endpoint, value: str) -> None:
    valid = "{" not in value
    body = (
        HEAD
        + json.dumps([{"un": {"type": "uri", "value": value}, "l": {"type": "literal", "value": "SERVICE <x> {"}}])
        + "}}"
    )
    endpoint.answer = says(f"200 OK\r\nContent-Type: {JSON}", body)
    response = ask(endpoint.client, f"SELECT * {{ SERVICE <{endpoint.url}> {{ ?un skos:note ?l }} }}")
    if value.startswith("http:"):
        assert rows(response)[0]["un"]["value"] == value
    else:
        problem(response, 400 if valid else 503)


def test_request_to_an_endpoint(folder: Path) -> None:
    with (
        listening(says("500 No")) as (endpoint, seen),
        serving(folder, endpoint + "?default-graph-uri=urn:g") as client,
    ):
        problem(
            ask(client, f"SELECT * {{ SERVICE <{endpoint}?default-graph-uri=urn:g> {{ ?un skos:note 'é' }} }}"), 503
        )
    (request,) = seen
    head = request.decode().split("\r\n")
    assert head[0] == "POST /sparql?default-graph-uri=urn:g HTTP/1.1"
    assert f"Accept: {JSON}" in head
    assert not any(line.lower().startswith(("cookie:", "authorization:", "referer:")) for line in head)


def test_busy_slots_for_service(folder: Path) -> None:
    def hold(_: socket.socket, __: threading.Event) -> None:
        held.release()
        done.wait(30)

    held, done = threading.Semaphore(0), threading.Event()
    with listening(hold) as (endpoint, _), listening(hold) as (second, _), serving(folder, endpoint, second) as client:
        app = client.application
        threads = [
            threading.Thread(target=ask, args=(app.test_client(), f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))
            for url in (endpoint, second)
        ]
        for thread in threads:
            thread.start()
        held.acquire(timeout=10)
        held.acquire(timeout=10)
        problem(ask(client, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"), 429)
        assert rows(ask(client, "SELECT * { ?t skos:exactMatch ?un }"))
        done.set()
        for thread in threads:
            thread.join()
