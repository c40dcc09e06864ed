"""Requests to SPARQL servers: time limits hold, and none is sent twice."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

import pytest

from gcmgraph.store.transport import BrokenOffError, LateError, TransferError, exchange, sparql_request

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


def ask(url: str, *, seconds: float = 5, by_proxy: bool = False) -> bytes:
    with exchange(urllib.request.Request(url), seconds=seconds, by_proxy=by_proxy) as response:  # noqa: S310
        return b"".join(iter(response.read, b""))


def steady(_: int, connection: socket.socket) -> bool:
    connection.sendall(OK)
    return True


def test_no_repetition_where_the_connection_ends() -> None:
    with server(lambda *_: False) as (url, requests):
        with pytest.raises(TransferError, match="closed connection without response"):
            ask(url)
        assert requests == [0]


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", OK[:-2]])
def test_time_limit_of_single_bytes(head: bytes) -> None:
    over = threading.Event()

    def drip(_: int, connection: socket.socket) -> bool:
        connection.sendall(head.replace(b"Length: 2", b"Length: 9999"))
        while not over.wait(0.05):
            connection.sendall(b"x")
        return False

    started = time.monotonic()
    with server(drip) as (url, _):
        with pytest.raises(LateError):
            ask(url, seconds=0.4)
        over.set()
    assert 0.3 < time.monotonic() - started < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
    ],
)
def test_answer_that_ends_early(answer: bytes) -> None:
    def cut(_: int, connection: socket.socket) -> bool:
        connection.sendall(answer)
        return False

    with server(cut) as (url, _), pytest.raises(BrokenOffError):
        ask(url)


def test_chunked_answer() -> None:
    def chunked(_: int, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        return True

    with server(chunked) as (url, _):
        assert ask(url) == b"ok"


def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")
    with server(steady) as (proxy, requests):
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/query"))
        url = "http://sparql.invalid/query"
        assert ask(url, by_proxy=True) == b"ok"
        with pytest.raises(TransferError):
            ask(url)
        assert requests == [0]


@pytest.mark.parametrize(("operation", "name"), [("SELECT", "query"), ("INSERT", "update")])
def test_form_of_a_request(operation: str, name: str) -> None:
    """https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded, by a method of SPARQLWrapper's own."""
    text = "INSERT é & = +"  # SPARQLWrapper would take it for an update
    request = sparql_request("http://h/q?x=y", operation, text, "a/b")
    assert (request.get_method(), request.full_url) == ("POST", "http://h/q?x=y")
    assert isinstance(request.data, bytes)
    assert parse_qsl(request.data.decode("ascii"), strict_parsing=True) == [(name, text)]
    headers = {key.lower(): value for key, value in request.header_items()}
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["accept"] == "a/b"
