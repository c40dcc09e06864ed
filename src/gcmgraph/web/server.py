"""Run the application on granian, in the foreground."""

from __future__ import annotations

from functools import partial

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app
from gcmgraph.web.site import Site

#: Requests answered side by side in one server process; most wait for the engine or a query worker. They are more
#: than those that may wait for a query (`workers.MAX_WAITING`) or a body (`body_gate.READERS`) together.
THREADS = 32

#: Milliseconds in which the headers of a request must have come.
HEADER_TIMEOUT = 10_000


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `SettingsError` or `StoreError` where it could not answer."""
    create_app(settings).extensions["gcmgraph"].dataset.snapshot()
    server = Granian(
        "gcmgraph",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
        process_name=None,
    )
    server.serve(target_loader=partial(_application, settings), wrap_loader=False)


def _application(settings: Settings) -> Flask:
    """The application of one server process."""
    app = create_app(settings)
    site: Site = app.extensions["gcmgraph"]
    site.workers.prepare(site.dataset.snapshot().index)
    return app
