"""The real server on loopback: granian, its threads and processes, and their memory; what caches take."""

from __future__ import annotations

import errno
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import time
import tracemalloc
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from attackers import HALF_A_BODY, ask, clients, connect, is_closed, request_for
from gcmgraph.cli import main
from gcmgraph.platform.errors import SettingsError
from gcmgraph.web.http.result_cache import ResultCache
from gcmgraph.web.server import RESPAWN_LIMIT, RESPAWN_WINDOW, Respawns, free_address
from processes import children_of, runs, until
from program import PROGRAM
from servers import free_port
from serving import started

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


#: Part of the command line of a server process, which a fork of it has, too.
SERVE = "gcmgraph.web.server"

#: A query that does not end.
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"


@pytest.fixture(scope="module")
def server(store_folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "HTTP_AUTHORIZATION", "Bearer nobody"
        )  # environment variables are no request headers
        with started(store_folder, query_timeout=2, limits={"HEADER_SECONDS": 1}) as server:
            yield server


@pytest.fixture
def command(store_folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a server that the command started, and its process, which a test ends."""
    port = free_port()
    options = {
        "store": store_folder,
        "contributions": f"{store_folder}-contributions",
        "port": port,
        "host": "localhost",
        "workers": 1,
        "query-timeout": 2,
    }
    arguments = [PROGRAM, "serve", *(f"--{name}={value}" for name, value in options.items())]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield f"http://localhost:{port}", process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="needs Linux, which lists processes in /proc"
)
def test_server_from_start_to_end(command: tuple[str, subprocess.Popen[bytes]]) -> None:
    """Requests at work are answered when it stops."""
    base, process = command
    said = b"".join(takewhile(lambda line: b"Started worker" not in line, process.stdout or ()))
    assert f"GCM Graph is served at {base}/ ".encode() in said
    until(lambda: _is_up(base))
    page = ask(base, "/doc/practice/glo-act", Accept="text/html")
    assert (page.status, b"<!doctype html>" in page.body) == (200, True)
    (fork_server,) = children_of(process.pid, "fork_server")
    until(lambda: bool(children_of(fork_server)))  # that with the graph
    with ThreadPoolExecutor(1) as pool:
        path = f"/sparql?{urllib.parse.urlencode({'query': LONG})}"
        asked = pool.submit(ask, base, path, Accept="application/json")
        until(
            lambda: any(map(children_of, children_of(fork_server)))
        )  # a query, of the process with the graph
        process.send_signal(signal.SIGTERM)
        reply = asked.result()
    assert (reply.status, bool(reply.json)) == (503, True)
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="needs Linux, which lists processes in /proc"
)
def test_crashed_processes_are_replaced_and_end_with_the_first(store_folder: Path) -> None:
    with started(store_folder) as (base, process):
        for _ in range(2):
            (worker,) = children_of(process.pid, SERVE)
            os.kill(worker, signal.SIGKILL)
            until(lambda worker=worker: children_of(process.pid, SERVE) not in ([], [worker]))  # type: ignore[misc]
        until(lambda: _is_up(base))
        assert process.poll() is None
        workers = children_of(process.pid)
        (fork_server,) = children_of(process.pid, "fork_server")
        until(lambda: bool(children_of(fork_server)))  # that with the graph
        others = [*workers, *(child for worker in workers for child in children_of(worker))]
        process.kill()
        until(lambda: not any(map(runs, others)))


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="needs Linux, which lists open files in /proc"
)
def test_harmful_queries_and_files_of_the_first_process(
    server: tuple[str, subprocess.Popen[bytes]], store_folder: Path
) -> None:
    files = [
        str(descriptor.readlink()) for descriptor in Path(f"/proc/{server[1].pid}/fd").iterdir()
    ]
    assert files
    assert [file for file in files if str(store_folder) in file] == []
    for query, expected in (
        ("ASK " + "{" * 3_000 + "}" * 3_000, 400),
        (LONG, 503),
        ("ASK {}", 200),
    ):
        reply = ask(
            server[0],
            f"/sparql?{urllib.parse.urlencode({'query': query})}",
            Accept="application/json",
        )
        assert (reply.status, bool(reply.json)) == (expected, True)


def test_host_header_of_http_1_1_and_no_http_2(server: tuple[str, subprocess.Popen[bytes]]) -> None:
    address = ("127.0.0.1", int(server[0].rpartition(":")[2]))
    for version, hosts, expected in (
        (b"1.1", b"", b"400"),
        (b"1.1", b"Host: a\r\nHost: b\r\n", b"400"),
        (b"1.1", b"Host: a\r\n", b"200"),
        (b"1.0", b"", b"200"),
    ):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(
                b"GET /health HTTP/%b\r\n%bConnection: close\r\n\r\n" % (version, hosts)
            )
            assert connection.makefile("rb").readline().split()[1] == expected, (version, hosts)
    with connect(server[0]) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert not connection.recv(4096).startswith(b"\0\0")  # HTTP/2 is not spoken


def refused(**settings: object) -> str:
    """What the command says where it does not serve: the one line on standard error."""
    done = CliRunner().invoke(
        main, ["serve", *(f"--{name}={value}" for name, value in settings.items())]
    )
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_used_port_is_refused(
    server: tuple[str, subprocess.Popen[bytes]], store_folder: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        for port in (
            int(server[0].rpartition(":")[2]),
            other.getsockname()[1],
        ):  # ours, and that of another program
            assert refused(store=store_folder, port=port) == (
                f"The server cannot listen on 127.0.0.1, port {port}: another program listens there. "
                "End that program, or give another port with --port."
            )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": 99_999}, "--port: The setting 'port' must be from 1 to 65535, not 99999."),
        (
            {"host": "nope.invalid"},
            "The server cannot listen on 'nope.invalid': there is no such host.",
        ),
        (
            {"host": "192.0.2.1"},
            "The server cannot listen on 192.0.2.1, port 8080: it is no address of this machine.",
        ),
    ],
)
def test_unusable_addresses_are_refused(settings: dict[str, object], words: str) -> None:
    assert refused(**settings).startswith(words)


def test_privileged_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(SettingsError, match=r"port 80: this user may not open it\."):
        free_address("127.0.0.1", 80)


def test_address_of_a_host_and_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ended:
        port = ended.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        ended.accept()[0].close()  # the side that closes first keeps the port for a while
        client.close()
    assert free_address("localhost", port) == "127.0.0.1"


@pytest.mark.parametrize(
    ("started_module", "needless"),
    [
        ("gcmgraph.web.server", {"rdflib", "SPARQLWrapper", "urllib3", "pyshacl", "openpyxl"}),
        ("gcmgraph.store.fork_server", {"importlib.metadata"}),
    ],
)
def test_modules_at_start(started_module: str, needless: set[str]) -> None:
    run = f"import sys, {started_module}; print(sorted({needless} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_connections_without_request_are_closed(
    server: tuple[str, subprocess.Popen[bytes]],
) -> None:
    base, _ = server
    assert ask(base, "/contributions").status == 200
    assert ask(base, "/contributions", Authorization="Bearer nobody").status == 401
    for sent in (b"", b"GET /health HTTP/1.1\r\nHo"):
        with clients(base, 1, sent) as (connection,):
            assert is_closed(connection), sent


def test_bodies_beyond_the_limit_are_refused_at_once(store_folder: Path) -> None:
    with started(store_folder, limits={"READERS": 4}) as (base, _), clients(base, 4, HALF_A_BODY):
        assert ask(base, "/sparql?query=ASK%7B%7D").status == 200  # reads what a version needs once
        until(
            lambda: (
                ask(base, "/sparql", b"ASK {}", Content_Type="application/sparql-query").status
                == 429
            )
        )
        assert ask(base, "/health").status == 200


def _is_up(base: str) -> bool:
    try:
        return ask(base, "/health").status == 200
    except OSError:
        return False


@pytest.mark.parametrize(("seconds", "ends"), [(RESPAWN_WINDOW / RESPAWN_LIMIT, False), (0, True)])
def test_repeated_crashes_end_the_server(seconds: float, ends: bool) -> None:
    respawns = Respawns()
    for number in range(RESPAWN_LIMIT):
        assert respawns.get(0) == 0.0
        respawns[number % 2] = time.monotonic() - (RESPAWN_LIMIT - number) * seconds
    assert (respawns.get(0) > 0.0) is ends


DUMP = "/dumps/v1/gcmgraph.nq"

#: Bytes that a cache may hold in these tests, and what it may take beside: Python's own containers
#: grow by steps.
MOST, BESIDE = 1_000_000, 1.15

#: Names of headers, which all answers share.
NAMES = [f"X-{number}" for number in range(20)]

#: Prints how many arenas glibc has when 12 threads have allocated while all of them lived.
_ARENAS = """
import ctypes, sys, threading
if sys.argv[1] == "shared":
    from gcmgraph.web.server import share_arenas
    assert share_arenas()
libc = ctypes.CDLL(None)
together = threading.Barrier(12)
def allocate():
    libc.malloc(1000)
    together.wait(60)
threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="needs glibc, whose arenas are counted"
)
def test_threads_share_two_arenas() -> None:
    commands = ([sys.executable, "-c", _ARENAS, how] for how in ("each", "shared"))
    each, shared = (
        subprocess.run(command, check=True, capture_output=True).stderr for command in commands
    )
    assert each.count(b"Arena ") > 2 == shared.count(b"Arena ")


def _taken(fill: Callable[[], object]) -> int:
    """Bytes that Python holds more after something was done."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        fill()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("length", [10, 100_000])
def test_answers_take_no_more_than_they_may_with_their_headers(length: int) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [(name, f"{name} {environ['QUERY_STRING']}") for name in NAMES]
        start_response("200 OK", [("Cache-Control", "public"), *headers])
        return [b"x" * length]

    cache = ResultCache(app, lambda: "v1", MOST)

    def fill() -> None:
        for number in range(2_000):
            environ = {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": "/sparql",
                "QUERY_STRING": f"query={number}",
            }
            cache(environ, lambda *_: lambda _: None)

    assert MOST / 2 < _taken(fill) < MOST * BESIDE


@pytest.mark.exhaustive
def test_memory_is_given_back_after_slow_and_greedy_clients(
    large_store: Path, tmp_path: Path
) -> None:
    limits = {"TRIM_SECONDS": 1.0, "HEADER_SECONDS": 1.0}
    graph = "/graph-store?default&format=nt"
    form = {"Content_Type": "application/x-www-form-urlencoded"}

    def visit(base: str) -> None:
        for path in (
            "/",
            "/doc/practice/glo-act",
            "/search?q=child",
            DUMP,
            graph,
            "/static/form.css",
        ):
            assert ask(base, path, Accept_Encoding="gzip").status == 200
        assert ask(base, "/validate", b"a=1&" * 2_500, **form).status == 413

    with started(large_store, limits=limits, contributions=str(tmp_path), result_cache=1) as (
        base,
        process,
    ):
        for _ in range(15):
            visit(base)
        time.sleep(2)
        before = _proportional(process.pid)
        for number, sending in (
            (300, b""),
            (40, request_for(DUMP)),
            (40, request_for(graph)),
            (60, HALF_A_BODY),
        ):
            with clients(base, number, sending, receiving=4096):
                visit(base)
        for _ in range(8):
            assert ask(base, "/validate", b"a=1&" * 2_500_000, **form).status == 413
        for number in range(300):
            assert (
                ask(
                    base, f"/static/form.css?x={number}{'a' * 60_000}", Accept_Encoding="gzip"
                ).status
                == 200
            )
        deadline = time.monotonic() + 60  # idle threads end after 30 s
        while (after := _proportional(process.pid)) > 1.2 * before:
            assert time.monotonic() < deadline, (before, after)
            time.sleep(1)


def _proportional(process: int) -> int:
    """Kilobytes that a process and those begun by it take (`Pss` of proc(5)): shared memory counts once."""
    try:
        own = re.search(
            r"^Pss: +(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE
        )
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return 0
    return int(own[1] if own else 0) + sum(map(_proportional, children_of(process)))
