"""Requests to SPARQL servers: their time limits, their ends, proxies, and their form."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from urllib.parse import parse_qsl

import pytest

from gcmgraph.store.transport import (
    BrokenOffError,
    LateError,
    TransferError,
    exchange,
    sparql_request,
)
from pretended import listening, says


def ask(url: str, *, seconds: float = 5, by_proxy: bool = False) -> bytes:
    with exchange(urllib.request.Request(url), seconds=seconds, by_proxy=by_proxy) as response:  # noqa: S310
        return b"".join(iter(response.read, b""))


def test_request_is_not_repeated_where_the_connection_ends() -> None:
    with listening(lambda *_: None) as (url, seen):
        with pytest.raises(TransferError, match="closed connection without response"):
            ask(url)
        assert len(seen) == 1


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_answer_of_single_bytes_ends_at_the_time_limit(head: bytes) -> None:
    def drip(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(0.05):
            connection.sendall(b"x")

    started = time.monotonic()
    with listening(drip) as (url, _), pytest.raises(LateError):
        ask(url, seconds=0.4)
    assert 0.3 < time.monotonic() - started < 5


def test_answer_with_a_header_for_each_graph_is_read() -> None:
    headers = "".join(f"X-SPARQL-named-graph: <urn:x:{number}>\r\n" for number in range(2_000))
    with listening(says(f"200 OK\r\n{headers.rstrip()}", "ok")) as (url, _):
        assert ask(url) == b"ok"


def test_answer_that_ends_early() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
    answers = iter(
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", chunked, chunked + b"0\r\n\r\n"]
    )
    with listening(lambda connection, _: connection.sendall(next(answers))) as (url, _):
        for _ in range(2):
            with pytest.raises(BrokenOffError):
                ask(url)
        assert ask(url) == b"ok"


def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")
    with listening(says("200 OK", "ok")) as (proxy, seen):
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/sparql"))
        url = "http://sparql.invalid/query"
        assert ask(url, by_proxy=True) == b"ok"
        with pytest.raises(TransferError):
            ask(url)
        assert len(seen) == 1


def test_form_of_a_request() -> None:
    """https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded, by a method of SPARQLWrapper's own."""
    text = "INSERT é & = +"  # SPARQLWrapper would take it for an update
    for operation, name in (("SELECT", "query"), ("INSERT", "update")):
        request = sparql_request("http://h/q?x=y", operation, text, "a/b")
        assert (request.get_method(), request.full_url) == ("POST", "http://h/q?x=y")
        assert parse_qsl(request.data.decode("ascii"), strict_parsing=True) == [(name, text)]
        headers = {key.lower(): value for key, value in request.header_items()}
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        assert headers["accept"] == "a/b"
