"""Memory of a server process and of its query processes: caches count what they take, and threads share arenas."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from attackers import HALF_A_BODY, ask, clients, request_for
from gcmgraph.web.http.limits import LONGEST_CACHED_HEADER
from gcmgraph.web.http.middleware import ResultCache
from gcmgraph.web.i18n import _accepted
from gcmgraph.web.sparql.protocol import _wanted_formats
from processes import children_of
from serving import started

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DUMP = "/dumps/v1/gcmgraph.nq"

#: Bytes that a cache may hold in these tests, and what it may take beside: Python's own containers grow by steps.
MOST, BESIDE = 1_000_000, 1.15

#: Names of headers, which all answers share.
NAMES = [f"X-{number}" for number in range(20)]

#: Prints how many arenas glibc has when 12 threads have allocated while all of them lived.
_ARENAS = """
import ctypes, sys, threading
from pathlib import Path
if sys.argv[1] == "shared":
    from gcmgraph.web.server import share_arenas
    assert share_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.fopen.argtypes = ctypes.c_char_p, ctypes.c_char_p
libc.malloc_info.argtypes = ctypes.c_int, ctypes.c_void_p
libc.fclose.argtypes = (ctypes.c_void_p,)
together = threading.Barrier(12)
def allocate():
    libc.malloc(1000)
    together.wait(60)
threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
told = libc.fopen(sys.argv[2].encode(), b"w")
libc.malloc_info(0, told)
libc.fclose(told)
print(Path(sys.argv[2]).read_text().count("<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc, whose arenas are counted")
def test_threads_share_two_arenas(tmp_path: Path) -> None:
    def arenas(how: str) -> int:
        command = [sys.executable, "-c", _ARENAS, how, f"{tmp_path}/arenas.xml"]
        return int(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)

    assert arenas("each") > 2
    assert arenas("shared") == 2


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
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": f"query={number}"}
            cache(environ, lambda *_: lambda _: None)

    assert MOST / 2 < _taken(fill) < MOST * BESIDE


def test_long_headers_are_not_cached(client: FlaskClient) -> None:
    caches = (_accepted, _wanted_formats)
    before = [cache.cache_info().currsize for cache in caches]
    long = "x".ljust(LONGEST_CACHED_HEADER + 1, "x")
    headers = {"Accept-Language": f"fr, {long}", "Accept": f"text/csv, a/{long}"}
    answer = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 1"}, headers=headers)
    assert answer.mimetype == "text/csv"
    assert client.get("/", headers=headers | {"Accept": "text/html"}).headers["Content-Language"] == "fr"
    assert [cache.cache_info().currsize for cache in caches] == before


@pytest.mark.exhaustive
def test_memory_is_given_back_after_slow_and_greedy_clients(large_store: Path, tmp_path: Path) -> None:
    limits = {"TRIM_SECONDS": 1.0, "HEADER_SECONDS": 1.0}
    graph = "/graph-store?default&format=nt"
    form = {"Content_Type": "application/x-www-form-urlencoded"}

    def visit(base: str) -> None:
        for path in ("/", "/doc/practice/glo-act", "/search?q=child", DUMP, graph, "/static/form.css"):
            assert ask(base, path, Accept_Encoding="gzip").status == 200
        assert ask(base, "/validate", b"a=1&" * 2_500, **form).status == 413

    with started(large_store, limits=limits, contributions=str(tmp_path), result_cache=1) as (base, process):
        for _ in range(15):
            visit(base)
        time.sleep(2)
        before = _proportional(process.pid)
        for number, sending in ((300, b""), (40, request_for(DUMP)), (40, request_for(graph)), (60, HALF_A_BODY)):
            with clients(base, number, sending, receiving=4096):
                visit(base)
        for _ in range(8):
            assert ask(base, "/validate", b"a=1&" * 2_500_000, **form).status == 413
        for number in range(300):
            assert ask(base, f"/static/form.css?x={number}{'a' * 60_000}", Accept_Encoding="gzip").status == 200
        deadline = time.monotonic() + 60  # idle threads end after 30 s
        while (after := _proportional(process.pid)) > 1.2 * before:
            assert time.monotonic() < deadline, (before, after)
            time.sleep(1)


def _proportional(process: int) -> int:
    """Kilobytes that a process and those begun by it take (`Pss` of proc(5)): shared memory counts once."""
    try:
        own = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return 0
    return int(own[1] if own else 0) + sum(map(_proportional, children_of(process)))
