"""The client counts what a real server on loopback answered, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.client import Job, run

Answer = Callable[[BaseHTTPRequestHandler], None]

BODY = b"x" * 5_000


def plain(handler: BaseHTTPRequestHandler, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(BODY)))
    handler.end_headers()
    handler.wfile.write(BODY)


def chunked(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for part in (BODY[:10], BODY[10:]):
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
    handler.wfile.write(b"0\r\n\r\n")


def closing(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(BODY)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(BODY) + 1))
    handler.end_headers()
    handler.wfile.write(BODY)
    handler.close_connection = True


class _Server(ThreadingHTTPServer):
    """A server that hands each GET to a function and keeps the targets."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        self.targets: list[str] = []
        self.accepts: set[str | None] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self) -> None:
                outer.targets.append(self.path)
                outer.accepts.add(self.headers["Accept"])
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    def job(self, **changes: object) -> Job:
        values = {"targets": ("/a", "/b"), "accept": "text/x", "seconds": 0.2, "warm_up_seconds": 0.0, "connections": 3}
        return Job("127.0.0.1", self.server_port, **{**values, **changes})  # type: ignore[arg-type]


@contextmanager
def served(answer: Answer) -> Iterator[_Server]:
    with _Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("answer", [plain, chunked, closing])
def test_count_of_whole_answers(answer: Answer) -> None:
    with served(answer) as server:
        load = run(server.job())
        assert load.answered == len(server.targets) >= 3
        assert (load.refused, load.broken, load.unfinished) == ({}, 0, 0)
        assert server.accepts == {"text/x"}
    assert load.p50_ms is not None
    assert load.p99_ms is not None
    assert 0 < load.p50_ms <= load.p99_ms <= load.seconds * 1000


def test_count_of_refusals_by_status() -> None:
    with served(lambda handler: plain(handler, 503 if handler.path == "/b" else 200)) as server:
        load = run(server.job())
        assert load.answered == server.targets.count("/a") > 0
        assert load.refused == {"503": server.targets.count("/b")}


def test_count_of_broken_answers() -> None:
    with served(cut_off) as server:
        load = run(server.job())
        assert load.answered == 0
        assert load.broken == len(server.targets) >= 3
        assert load.p50_ms is None
        assert load.per_second == 0


def test_count_of_unfinished_requests() -> None:
    release = threading.Event()
    with served(lambda _: release.wait(20) and None) as server:
        load = run(server.job(grace_seconds=0.1, seconds=0.1))
        release.set()
    assert (load.answered, load.unfinished) == (0, 3)
