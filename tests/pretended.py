"""Servers that say what a test wants them to, where a real one would not: on free ports of loopback."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile

#: Answers on a connection; the event tells that the test is over.
Serve = Callable[[socket.socket, threading.Event], None]


def whole_request(connection: socket.socket) -> bytes:
    """Read a request to its end: a connection closed before that is reset."""
    with connection.makefile("rb") as reader:
        head = b"".join(takewhile(lambda line: line.strip(), reader))
        length = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
        return head + reader.read(int(length[1]) if length else 0)


@contextmanager
def listening(serve: Serve) -> Iterator[tuple[str, list[bytes]]]:
    """Listen on loopback: the address, and what each connection sent, which `serve` then answers."""
    seen: list[bytes] = []
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            with suppress(OSError):  # nobody came, or the client had enough
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    seen.append(b"")
                    seen[-1] = whole_request(connection)
                    serve(connection, over)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql", seen
        finally:
            over.set()
            thread.join()


def sends(answer: bytes) -> Serve:
    def serve(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(answer)

    return serve


def says(head: str, body: str = "") -> Serve:
    return sends(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}".encode())


def hangs(_: socket.socket, over: threading.Event) -> None:
    over.wait(30)
