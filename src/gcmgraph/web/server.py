"""The application on granian, in the foreground."""

from __future__ import annotations

import ctypes
import errno
import gc
import logging
import multiprocessing
import os
import resource
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.graph_sending import Sending, SendProcess
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.mailer import Mailer
from gcmgraph.contributions.notices import start_sender
from gcmgraph.contributions.publication_process import Publication, PublishProcess
from gcmgraph.contributions.sent_graphs import SentGraphs
from gcmgraph.contributions.transfer_import import require_taken_over
from gcmgraph.integrity.server import now, prepare_folders, verify_once
from gcmgraph.integrity.verification import Folders
from gcmgraph.platform.confinement import end_with_parent, return_freed_memory
from gcmgraph.platform.errors import (
    GcmGraphError,
    LedgerError,
    LedgerMismatchError,
    SettingsError,
    faults_of_files,
)
from gcmgraph.platform.files import make_folder, write_file
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.settings import SERVED_AT, Settings
from gcmgraph.web.app import create_app
from gcmgraph.web.contributions.blueprints import database_of
from gcmgraph.web.http.limits import CONNECTIONS, HEADER_SECONDS, THREADS, TRIM_SECONDS
from gcmgraph.web.services import Site, Snapshot, search_index

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

    from _typeshed.wsgi import WSGIApplication

_LOG = logging.getLogger(__name__)

#: Files of a server process that are no connections, at most.
OTHER_FILES = 512

#: Connections that wait to be accepted, as far as the kernel allows (`net.core.somaxconn`).
BACKLOG = 4_096

#: Seconds after the start of the server when all stored files are verified, once.
VERIFIED_AFTER = 5.0

#: Arenas of glibc in a process. Each thread would have one of its own, up to eight for each core,
#: and memory freed in one serves no thread of another: with each dataset version another thread
#: builds lists and fills caches, and every arena grows to the most that it ever held. Two threads
#: seldom allocate at the same moment.
#: https://sourceware.org/glibc/manual/latest/html_node/The-GNU-Allocator.html
ARENAS = 2

_M_ARENA_MAX = -8  # malloc.h

#: Number of replacements of processes within `RESPAWN_WINDOW` seconds after which the server ends:
#: none can serve.
RESPAWN_LIMIT = 10
RESPAWN_WINDOW = 60.0

#: Messages of granian that are not printed: the intended number of threads, and starts whose
#: success is a line, too.
_NO_NEWS = (f"{THREADS} Python threads", "Starting granian", "Spawning worker")

#: Reasons why an address cannot be listened on, each with its remedy.
_REASONS = {
    errno.EADDRINUSE: (
        "another program listens there",
        "End that program, or give another port with --port.",
    ),
    errno.EACCES: (
        "this user may not open it",
        "Ports below 1024 need rights: give a higher one with --port.",
    ),
    errno.EADDRNOTAVAIL: (
        "it is no address of this machine",
        "Such as --host 127.0.0.1, or 0.0.0.0 for all.",
    ),
}


def serve(settings: Settings, announce: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; `announce` is called once all server processes are ready.

    Raises `SettingsError` or `StoreError` where it cannot serve.
    """
    address = free_address(settings.host, settings.port)
    if settings.smtp:
        Mailer.of(settings.smtp)  # refused before anything begins
    share_arenas()
    dataset = open_dataset(settings.location)
    folders = Folders(dataset.path, database_of(settings), Path(settings.imports))
    _prepare_database(settings, folders.database)
    if settings.public_url:
        with suppress(OSError):  # for the links of commands only
            write_file(dataset.path / SERVED_AT, settings.public_base.encode())
    prepare_folders(folders, settings.addresses)
    publish = PublishProcess(folders.database.location, settings.location)
    publication = Publication(dataset, Ledger(folders.database), publish)
    publication.catch_up()
    app = create_app(settings)
    site: Site = app.extensions["gcmgraph"]
    warn_of_other_endpoint(site.dataset.stated_endpoint(), settings.sparql_url)
    if site.engine is not None:
        site.engine.refuse_endless()
    logging.getLogger("_granian").addFilter(_is_news)
    connections = allow_connections()
    server = Granian(
        "gcmgraph",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        websockets=False,
        http=HTTPModes.http1,  # else a connection that sends nothing has no time limit
        workers=settings.workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        backpressure=connections,
        workers_kill_timeout=settings.query_timeout + 5,  # queries at work are answered
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=int(HEADER_SECONDS * 1000)),
        process_name=None,
    )
    server.respawned_wrks = Respawns()
    # one fork server of queries for all processes
    site.workers.prepare(dataset.current_folder() / "index")
    gc.freeze()  # memory that is never collected is not written, and stays shared by the processes
    verification = partial(verify_once, folders, settings.base, now())
    starting = multiprocessing.get_context("fork").Value("i", settings.workers)
    ready = partial(_count_down, starting, announce)
    server.serve(
        target_loader=partial(_started, app, settings, verification, publication, ready),
        wrap_loader=False,
    )


def _prepare_database(settings: Settings, database: Database) -> None:
    """Make the folder of a database in a file, and check the database.

    Raises `SettingsError` for a folder that cannot be made, and `LedgerMismatchError` for a
    database of another release or installation. Any other fault is logged: pages and queries need
    no database.
    """
    if database.file is not None:
        folder = database.file.parent
        message = f"The folder of contributions '{folder}' cannot be made"
        hint = "Set GCMGRAPH_CONTRIBUTIONS to another one."
        with faults_of_files(SettingsError, message, hint=hint):
            make_folder(folder, private=True)
    try:
        database.exists()  # of this release and installation, or not made yet
        require_taken_over(Path(settings.contributions), database)
    except LedgerMismatchError:
        raise
    except LedgerError as error:
        _LOG.error("%s", error)


def _count_down(starting: Synchronized[int], announce: Callable[[], None]) -> None:
    """Count a server process that is ready; call `announce` after the last one.

    Replaced processes are not counted.
    """
    with starting.get_lock():
        starting.value -= 1
        if starting.value == 0:
            announce()


class Respawns(dict[int, float]):
    """The times of replacements by number of a process, in place of granian's `respawned_wrks`.

    Granian (2.8.7) ends the server where a process ends within 5.5 s of its replacement, which two
    crashes suffice for. It reads the time by `get`. This returns a time long ago until there were
    more than `RESPAWN_LIMIT` replacements.
    """

    def __init__(self) -> None:
        super().__init__()
        self._times: deque[float] = deque(maxlen=RESPAWN_LIMIT)

    def __setitem__(self, number: int, at: float) -> None:
        self._times.append(at)
        super().__setitem__(number, at)

    def get(self, number: int, default: float = 0.0) -> float:  # type: ignore[override]
        """The time of the last replacement where there were too many; else `default`."""
        present = time.monotonic()
        has_enough_times = len(self._times) == RESPAWN_LIMIT
        if has_enough_times and present - self._times[0] < RESPAWN_WINDOW:
            return present
        return default


def warn_of_other_endpoint(stated_endpoint: str | None, endpoint: str) -> None:
    """Log where the example queries of a dataset state another endpoint than this server's."""
    if stated_endpoint not in {None, endpoint}:
        _LOG.warning(
            "The example queries in the dataset state the endpoint %s, but this server's is %s. "
            "Run 'gcmgraph build' with the same setting 'public_url'; until then, refer clients to "
            "/.well-known/sparql-examples, which states the right one.",
            stated_endpoint,
            endpoint,
        )


def free_address(host: str, port: int) -> str:
    """The numeric address of a host on which no other server listens.

    Raises `SettingsError` where there is none.

    Granian binds with SO_REUSEPORT, so that its processes share a port. A second server would share
    it, too, and either would respond. https://man7.org/linux/man-pages/man7/socket.7.html
    """
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SettingsError(
            f"The server cannot listen on '{host}': there is no such host.",
            hint="Give one with --host, such as 127.0.0.1.",
        ) from None
    family, kind, protocol, _, address = min(entries, key=lambda entry: entry[0] != socket.AF_INET)
    with socket.socket(family, kind, protocol) as probe:
        # what an ended server left does not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), None))
            raise SettingsError(
                f"The server cannot listen on {host}, port {port}: {reason}.", hint=hint
            ) from None
    return str(address[0])


def share_arenas() -> bool:
    """Let all threads of this process, and of those forked from it, share `ARENAS`.

    False where there is no glibc. Call it before threads start: existing arenas stay.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, ARENAS) == 1


def return_memory() -> None:
    """Return freed memory to the system every `TRIM_SECONDS`, in a thread.

    Else a burst of large bodies or responses would stay with the process.
    """

    def run() -> None:
        while True:
            time.sleep(TRIM_SECONDS)
            return_freed_memory()

    threading.Thread(target=run, name="memory", daemon=True).start()


def allow_connections() -> int:
    """Raise the limit on open files as far as it may be, and return that on connections.

    Both are limits of a server process.
    """
    soft_limit, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    required = CONNECTIONS + OTHER_FILES
    if soft_limit != resource.RLIM_INFINITY and soft_limit < required:
        has_no_hard_limit = hard_limit == resource.RLIM_INFINITY
        soft_limit = required if has_no_hard_limit else min(required, hard_limit)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft_limit, hard_limit))
    if soft_limit == resource.RLIM_INFINITY:
        return CONNECTIONS
    return min(CONNECTIONS, max(soft_limit - OTHER_FILES, soft_limit // 2))


def _is_news(record: logging.LogRecord) -> bool:
    """False for the messages in `_NO_NEWS`."""
    return not any(text in record.getMessage() for text in _NO_NEWS)


def _started(
    app: Flask,
    settings: Settings,
    verification: Callable[[], None],
    publication: Publication,
    ready: Callable[[], None],
) -> WSGIApplication:
    """The application in one server process, which was forked before anything in it began."""
    end_with_parent()  # else it would keep the port where the parent is killed
    drop_header_variables()
    share_arenas()
    return_memory()
    publication.keep_up()
    target = settings.target
    if target is not None:
        database = database_of(settings)
        process = SendProcess(database.location, settings.location, target)
        Sending(publication.store, SentGraphs(database, target.query), process).keep_up()
    if settings.smtp:
        start_sender(database_of(settings), Mailer.of(settings.smtp), settings.public_base)
    site: Site = app.extensions["gcmgraph"]
    site.dataset.when_opened(_prepare)
    site.workers.prepare(site.dataset.snapshot().index)
    timer = threading.Timer(VERIFIED_AFTER, verification)
    timer.daemon = True
    timer.start()
    ready()
    return app.wsgi_app


def drop_header_variables() -> None:
    """Remove variables such as `HTTP_PROXY` from the environment of this process.

    granian (2.8.7) starts the WSGI environment of each request with the process's own, where
    `HTTP_…` is a header of the client. https://peps.python.org/pep-3333/#environ-variables
    """
    for name in [name for name in os.environ if name.startswith("HTTP_")]:
        del os.environ[name]


def _prepare(snapshot: Snapshot) -> None:
    """Make the lists and the search index of a version without such files.

    So no request waits for them.
    """

    def make() -> None:
        try:
            snapshot.listings.of("practice")
            # a search reads the index, which is made where the version has no file
            search_index(snapshot).count("a")
        except GcmGraphError:  # raised again by the request that needs it
            return

    threading.Thread(target=make, name=f"prepare {snapshot.version[:12]}").start()
