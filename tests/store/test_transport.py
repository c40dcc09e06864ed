"""Requests to SPARQL servers: connections stay open, time limits hold, and no write is sent twice."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

import pytest

from gcmgraph.store.transport import BrokenOffError, LateError, TransferError, Transport, sparql_request

Serve = Callable[[int, socket.socket], bool]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(answer: Serve) -> Iterator[tuple[str, list[int]]]:
    """A server, and the number of the connection of each request; `answer` says whether a connection stays open."""
    requests: list[int] = []
    over = threading.Event()

    def run(number: int, connection: socket.socket) -> None:
        with connection:
            while not over.is_set() and connection.recv(65536):
                requests.append(number)
                try:
                    if not answer(number, connection):
                        return
                except OSError:  # the client hung up
                    return

    def accept() -> None:
        number = 0
        while True:
            connection, _ = listener.accept()
            if over.is_set():
                connection.close()
                return
            threads.append(threading.Thread(target=run, args=(number, connection), daemon=True))
            threads[-1].start()
            number += 1

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/query", requests
        finally:
            over.set()
            socket.create_connection(listener.getsockname()).close()
            accepting.join()


def ask(transport: Transport, url: str, *, seconds: float = 5, repeatable: bool = True) -> bytes:
    with transport.exchange("GET", url, None, {}, seconds=seconds, repeatable=repeatable) as response:
        parts = iter(response.read, b"")
        return b"".join(parts)


def steady(_: int, connection: socket.socket) -> bool:
    connection.sendall(OK)
    return True


def test_queries_share_a_connection() -> None:
    with server(steady) as (url, requests):
        transport = Transport(url, by_proxy=False)
        assert [ask(transport, url) for _ in range(3)] == [b"ok"] * 3
        assert requests == [0, 0, 0]


def test_each_write_has_a_connection_of_its_own() -> None:
    with server(steady) as (url, requests):
        transport = Transport(url, by_proxy=False)
        ask(transport, url)
        assert [ask(transport, url, repeatable=False) for _ in range(2)] == [b"ok"] * 2
        assert requests == [0, 1, 2]


def test_a_query_is_sent_again_where_an_idle_connection_ended() -> None:
    answered = threading.Event()

    def ending(number: int, connection: socket.socket) -> bool:
        """Answer once; then take another request on the same connection and hang up."""
        if number == 0 and answered.is_set():
            return False
        answered.set()
        connection.sendall(OK)
        return True

    with server(ending) as (url, requests):
        transport = Transport(url, by_proxy=False)
        assert [ask(transport, url) for _ in range(2)] == [b"ok"] * 2
        assert requests == [0, 0, 1]


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_request_is_sent_once_where_a_new_connection_ends(repeatable: bool) -> None:
    with server(lambda *_: False) as (url, requests):
        with pytest.raises(TransferError, match="closed connection without response"):
            ask(Transport(url, by_proxy=False), url, repeatable=repeatable)
        assert requests == [0]


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", OK[:-2]])
def test_a_server_that_sends_byte_after_byte_is_late(head: bytes) -> None:
    over = threading.Event()

    def drip(_: int, connection: socket.socket) -> bool:
        connection.sendall(head.replace(b"Length: 2", b"Length: 9999"))
        while not over.wait(0.05):
            connection.sendall(b"x")
        return False

    started = time.monotonic()
    with server(drip) as (url, _):
        with pytest.raises(LateError):
            ask(Transport(url, by_proxy=False), url, seconds=0.4)
        over.set()
    assert 0.3 < time.monotonic() - started < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
    ],
)
def test_an_answer_that_ends_early_is_noticed(answer: bytes) -> None:
    def cut(_: int, connection: socket.socket) -> bool:
        connection.sendall(answer)
        return False

    with server(cut) as (url, _), pytest.raises(BrokenOffError):
        ask(Transport(url, by_proxy=False), url)


def test_a_chunked_answer_is_read_whole_and_its_connection_kept() -> None:
    def chunked(_: int, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        return True

    with server(chunked) as (url, requests):
        transport = Transport(url, by_proxy=False)
        assert [ask(transport, url) for _ in range(2)] == [b"ok"] * 2
        assert requests == [0, 0]


def test_a_connection_with_bytes_left_is_not_used_again() -> None:
    def long(_: int, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nok")
        return True

    with server(long) as (url, requests):
        transport = Transport(url, by_proxy=False)
        for _ in range(2):
            with transport.exchange("GET", url, None, {}, seconds=5, repeatable=True) as response:
                assert response.read(1) == b"o"
        assert requests == [0, 1]


def test_the_proxy_of_the_environment_is_used_where_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")
    with server(steady) as (proxy, requests):
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/query"))
        url = "http://sparql.invalid/query"
        assert ask(Transport(url, by_proxy=True), url) == b"ok"
        with pytest.raises(TransferError):
            ask(Transport(url, by_proxy=False), url)
        assert requests == [0]


@pytest.mark.parametrize(("operation", "name"), [("SELECT", "query"), ("INSERT", "update")])
def test_a_request_is_the_form_of_the_protocol(operation: str, name: str) -> None:
    """https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded, by a method of SPARQLWrapper's own."""
    text = "INSERT é & = +"  # SPARQLWrapper would take it for an update
    request = sparql_request("http://h/q?x=y", operation, text, "a/b")
    assert (request.get_method(), request.full_url) == ("POST", "http://h/q?x=y")
    assert isinstance(request.data, bytes)
    assert parse_qsl(request.data.decode("ascii"), strict_parsing=True) == [(name, text)]
    headers = {key.lower(): value for key, value in request.header_items()}
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["accept"] == "a/b"
