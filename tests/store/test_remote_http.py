"""What only reads is asked a second time where a server could not answer; what writes is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gcmgraph.errors import QuerySyntaxError, StoreError
from gcmgraph.store.port import Solutions
from gcmgraph.store.remote.store import RemoteStore

#: No rows, as Virtuoso describes them in N-Triples.
EMPTY = b"""_:ResultSet2053 rdf:type <http://www.w3.org/1999/02/22-rdf-syntax-ns#res:ResultSet> .
_:ResultSet2053 <http://www.w3.org/2005/sparql-results#resultVariable> "n" .
"""


class Unsteady(BaseHTTPRequestHandler):
    """Answers the first of two requests with 500, as a busy Virtuoso does."""

    failures = 1
    words = b"Virtuoso 40001 Error SR172: Transaction deadlocked"
    answer = EMPTY
    asked = 0

    def do_POST(self) -> None:
        """Answer a query or an update."""
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = type(self)
        kind.asked += 1
        failed = kind.asked <= kind.failures
        body = b'{ "head": {\n' + kind.words if failed else kind.answer
        self.send_response(500 if failed else 200)
        self.send_header("Content-Type", "text/plain" if failed else "application/n-triples")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def unsteady() -> Iterator[tuple[RemoteStore, type[Unsteady]]]:
    handler = type("Once", (Unsteady,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield RemoteStore(f"http://127.0.0.1:{server.server_port}/sparql"), handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_query_is_asked_once_more(unsteady: tuple[RemoteStore, type[Unsteady]]) -> None:
    store, handler = unsteady
    assert store.select("SELECT ?n WHERE { ?n ?p ?o }") == Solutions(("n",), ())
    assert handler.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b'{"head": {"vars": ["n"]}, "results": {"bindings": []}}',
        b"<!DOCTYPE html>\n<title>Welcome</title>\n",
        b"<a:b> <a:b> <a:b> .\n<a:b> <a:b> <a:b> .\n",
        EMPTY + b'_:r <http://www.w3.org/2005/sparql-results#value> "of no row" .\n',
    ],
)
def test_what_describes_no_rows_is_told(unsteady: tuple[RemoteStore, type[Unsteady]], answer: bytes) -> None:
    store, handler = unsteady
    handler.failures, handler.answer = 0, answer
    with pytest.raises(StoreError, match=r"not valid N-Triples|tells no variables"):
        store.select("SELECT ?n WHERE { ?n ?p ?o }")


def test_a_server_that_fails_twice_is_told_with_its_own_words(unsteady: tuple[RemoteStore, type[Unsteady]]) -> None:
    store, handler = unsteady
    handler.failures = 5
    with pytest.raises(StoreError, match="Transaction deadlocked"):
        store.select("SELECT ?n WHERE { ?n ?p ?o }")
    assert handler.asked == 2


@pytest.mark.parametrize(
    ("words", "never"),
    [
        ("37000 Error TR...: transitive start not given", True),
        ("22012 Error SR084: Division by 0.", True),
        ("2201B Error SR098: regexp error", True),
        ("42001 Error SR185: Undefined procedure DB.DBA.urn:f.", True),
        ("42000 Error SQ200: Stack Overflow", True),
        ("42000 Error D1CTX: Hash dictionary is full, exceeded 10000 entries.", True),
        ("S0002 Error SQ200: No table DB.DBA.SPARQL_BINDINGS_VIEW_C_0", True),
        ("S1T00 Error SR171: Transaction timed out", False),
        ("42000 Error SQ070:SECURITY: Must have select privileges on view DB.DBA.SPARQL_SINV_2", False),
        ("42000 Error The estimated execution time 5000 (sec) exceeds the limit of 400 (sec).", False),
    ],
)
def test_a_query_that_the_server_will_never_do_is_told_as_such(
    unsteady: tuple[RemoteStore, type[Unsteady]], words: str, never: bool
) -> None:
    store, handler = unsteady
    handler.failures, handler.words = 5, f"Virtuoso {words}\n\nSPARQL query:\nASK {{}}".encode()
    with pytest.raises(QuerySyntaxError if never else StoreError) as caught:
        store.query("ASK {}")
    assert words.rstrip(".") in str(caught.value)
