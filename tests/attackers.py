"""Clients that send nothing, read nothing or stop in the middle, and what others wait meanwhile."""

from __future__ import annotations

import http.client
import json
import resource
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

#: A body of which only the beginning is sent.
HALF_A_BODY = (
    b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 1000\r\n\r\nASK"
)


def connect(base: str, *, receiving: int | None = None, source: str = "127.0.0.1") -> socket.socket:
    """A connection to a server from an address of loopback, with a receive buffer of so many bytes."""
    address = urlsplit(base)
    connection = socket.socket()
    if receiving is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receiving)
    connection.settimeout(20)
    connection.bind((source, 0))
    connection.connect((address.hostname, address.port))
    return connection


@contextmanager
def clients(
    base: str, number: int, sending: bytes = b"", *, receiving: int | None = None
) -> Iterator[list[socket.socket]]:
    """Connections that send some bytes and read nothing, from many addresses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as closing:
        opened = [
            closing.enter_context(
                connect(base, receiving=receiving, source=f"127.0.1.{1 + n % 200}")
            )
            for n in range(number)
        ]
        for connection in opened:
            connection.sendall(sending)
        yield opened
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def request_for(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


@dataclass(frozen=True)
class Reply:
    """A response, and the seconds that it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> dict[str, object]:
        """The body, read as a JSON object."""
        found: dict[str, object] = json.loads(self.body)
        return found


def ask(base: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
    """The response to a request on a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, named)
        response = connection.getresponse()
        received = response.read()
        told = {
            name.lower(): ", ".join(response.headers.get_all(name, []))
            for name, _ in response.getheaders()
        }
        return Reply(response.status, told, received, time.perf_counter() - began)
    finally:
        connection.close()


def others_wait(base: str, page: str, seconds: float) -> dict[str, list[Reply]]:
    """The responses that three other clients get one after another for so many seconds: health, a page, a query."""
    query = {"body": b"ASK {}", "Content_Type": "application/sparql-query"}
    end = time.monotonic() + seconds

    def replies_of(path: str, given: dict[str, object]) -> list[Reply]:
        replies = []
        while not replies or time.monotonic() < end:
            replies.append(ask(base, path, **given))  # type: ignore[arg-type]
            time.sleep(0.05)
        return replies

    paths: dict[str, dict[str, object]] = {
        "/health": {},
        page: {"Accept": "text/html"},
        "/sparql": query,
    }
    with ThreadPoolExecutor(3) as pool:
        futures = {path: pool.submit(replies_of, path, given) for path, given in paths.items()}
        return {path: future.result() for path, future in futures.items()}


def quick(replies: Mapping[str, list[Reply]], within: float = 5.0) -> bool:
    """Whether all were answered with 200, and 19 of 20 within so many seconds: where clients block others, none is.

    The tests that measure a second run long enough not to see what else the machine does.
    """
    assert {reply.status for found in replies.values() for reply in found} == {200}
    times = sorted(reply.seconds for found in replies.values() for reply in found)
    assert times[int(len(times) * 0.95)] < within, times[-5:]
    return True


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed a connection; what was received is discarded."""
    try:
        while connection.recv(1 << 20):
            pass
    except ConnectionResetError:
        pass
    return True
