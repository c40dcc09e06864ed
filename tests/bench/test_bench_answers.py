"""Answers are compared as rows or triples, and a system that differs is found."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.queries import BenchQuery, query_mix, without_limit
from bench.sparql import Answer, agreeing, ask
from bench.synthetic import Synthetic
from bench.systems import Server, query_target
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.store.port import AcceptedMediaTypes, QueryRequest, Store
from gcmgraph.store.results import JSON_RESULTS


class _Port(Server):
    """The client's side of a server in this process."""

    def __init__(self, port: int) -> None:
        self.port = port


class _Endpoint:
    """A SPARQL endpoint over a store, which may change the bindings of an answer before they go out."""

    graph_syntax = TURTLE

    def __init__(self, store: Store) -> None:
        self.name = "endpoint"
        self.rewrite = list
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)["query"][0]
                wanted = AcceptedMediaTypes(JSON_RESULTS.media_type, None, TURTLE.media_type)
                found = store.answer(QueryRequest(query, wanted))
                assert found is not None
                body = found.body
                if found.media_type == JSON_RESULTS.media_type:
                    results = json.loads(body)
                    results["results"]["bindings"] = outer.rewrite(results["results"]["bindings"])
                    body = json.dumps(results).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server = _Port(self.http.server_port)

    def version(self) -> str:
        return "1"

    def load(self, data: Path, folder: Path) -> None:
        pass

    def start(self) -> None:
        pass

    def target(self, query: str) -> str:
        return query_target("/", query)


@contextmanager
def endpoint(store: Store) -> Iterator[_Endpoint]:
    system = _Endpoint(store)
    thread = threading.Thread(target=system.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield system
    finally:
        system.http.shutdown()
        thread.join()
        system.http.server_close()


@pytest.fixture(scope="module")
def system(fifty: Synthetic) -> Iterator[_Endpoint]:
    with endpoint(Store.in_memory(fifty.quads())) as found:
        yield found


@pytest.fixture(scope="module")
def mix(fifty: Synthetic) -> dict[str, BenchQuery]:
    return {query.name: query for query in query_mix(fifty)}


def answers(system: _Endpoint, query: BenchQuery, rewrite: object = list) -> tuple[Answer, ...]:
    system.rewrite = rewrite  # type: ignore[assignment]
    return ask(system, query)


@pytest.mark.parametrize(
    ("name", "rewrite", "equal"),
    [
        ("point-lookup", lambda rows: rows[::-1], True),
        ("page-by-title", lambda rows: rows[::-1], False),
        ("budget-by-organisation", lambda rows: rows[1:], False),
        ("budget-by-organisation", lambda rows: [*rows, rows[0]], False),
    ],
)
def test_rows_in_another_order_or_number(
    system: _Endpoint, mix: dict[str, BenchQuery], name: str, rewrite: object, equal: bool
) -> None:
    assert (answers(system, mix[name], rewrite) == answers(system, mix[name])) is equal


def test_rows_of_a_limited_query(system: _Endpoint, mix: dict[str, BenchQuery]) -> None:
    query = mix["label-search"]
    one = BenchQuery(query.name, query.title, (query.texts[0].replace("LIMIT 20", "LIMIT 1"),))
    right = answers(system, one)
    assert right[0].fault == ""
    assert right[0].value.total() > 1  # type: ignore[attr-defined]
    assert "LIMIT" in answers(system, one, lambda rows: rows[:2] if len(rows) > 1 else [])[0].fault
    invented = {"title": {"type": "literal", "value": "invented"}}
    assert "LIMIT" in answers(system, one, lambda rows: [invented] if len(rows) == 1 else rows)[0].fault


def test_fault_of_an_invalid_answer(system: _Endpoint, mix: dict[str, BenchQuery]) -> None:
    found = answers(system, mix["count-by-country"], lambda rows: [{"country": {}}])
    assert found[0].fault


def test_graph_as_a_set_of_triples(system: _Endpoint, mix: dict[str, BenchQuery], fifty: Synthetic) -> None:
    found = answers(system, mix["describe"])
    triples = frozenset(quad.triple for quad in fifty.practice(0).quads if quad.subject == fifty.practice(0).iri)
    assert found[0] == Answer(triples)


def test_systems_that_differ_from_most() -> None:
    one, other = (Answer(1),), (Answer(2),)
    assert agreeing({"a": one, "b": one, "c": other}) == {"a": "", "b": "", "c": "differs from most systems"}
    assert all(agreeing({"a": one, "b": other}).values())
    assert agreeing({"a": one}) == {"a": ""}
    assert agreeing({"a": (Answer(fault="no answer"),)}) == {"a": "no answer"}


def test_query_without_its_limit() -> None:
    assert without_limit("SELECT * {}\nLIMIT 20") == ("SELECT * {}", 20)
    assert without_limit("SELECT * {}\nORDER BY ?a\nLIMIT 20 OFFSET 3") is None
