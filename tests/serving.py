"""Our own server: as a process of its own, as `gcmgraph serve` starts it, or in this one."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from servers import free_port

_SERVE = """
import json, sys
from gcmgraph.web.http import limits
vars(limits).update(json.loads(sys.argv[2]))
from gcmgraph.settings import Settings
from gcmgraph.web.server import serve
serve(Settings(**json.loads(sys.argv[1])))
"""


#: Makes an application in this process over a store, with settings by name.
Application: TypeAlias = Callable[..., Flask]


@contextmanager
def applications() -> Iterator[Application]:
    """Yield a maker of applications, whose query processes end with the block."""
    from gcmgraph.settings import Settings  # noqa: PLC0415 - not for tests without an application
    from gcmgraph.web.app import create_app  # noqa: PLC0415

    with ExitStack() as made:

        def make(store: Path | str, **settings: object) -> Flask:
            app = create_app(Settings(**_settings_over(store, settings)))
            made.callback(app.extensions["gcmgraph"].workers.close)
            return app

        yield make


def _settings_over(store: Path | str, settings: Mapping[str, object]) -> dict[str, Any]:
    """Settings of a server over a store, with contributions of its own.

    A server adds decisions of its database to its store: those of `var/contributions`, of whoever
    runs the tests, would change stores that tests share.
    """
    return {"store": str(store), "contributions": f"{store}-contributions", **settings}


class _Handler(WSGIRequestHandler):
    """Keeps connections, as browsers want them, and prints nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def served_here(app: Flask) -> Iterator[str]:
    """Yield the address of a server in this process, which takes a tenth of the time of one of its own to start."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def served(store: Path | str, workers: int = 1, **settings: object) -> Iterator[str]:
    """Yield the address of our server over a store; ended with the block."""
    with started(store, workers, **settings) as (address, _):
        yield address


@contextmanager
def started(
    store: Path | str,
    workers: int = 1,
    limits: Mapping[str, float] | None = None,
    before: Sequence[str] = (),
    **settings: object,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the address of our server and its process, which may be ended within the block.

    `limits` are values for names of `web.http.limits`. `before` is a command that runs it.
    """
    settings = {"port": free_port(), "workers": workers, "query_timeout": 5, **settings}
    port = settings["port"]
    over_store = json.dumps(_settings_over(store, settings))
    process = subprocess.Popen(
        [*before, sys.executable, "-c", _SERVE, over_store, json.dumps(limits or {})],
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
    )
    try:
        _await_workers(process, workers)
        _await_port(port)  # a worker says that it started a moment before it listens
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _await_workers(process: subprocess.Popen[bytes], workers: int) -> None:
    """Wait for as many workers.

    Raises AssertionError with what the server wrote where it ends before.
    """
    lines = []
    for line in process.stdout:
        lines.append(line.decode())
        assert b"WARNING" not in line, lines
        workers -= b"Started worker" in line
        if workers == 0:
            return
    raise AssertionError(f"The server ended at its start: {''.join(lines)}")


def _await_port(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
