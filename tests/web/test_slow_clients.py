"""Clients that read nothing, send nothing or stop in the middle of a body cost others nothing; slow ones are served."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from attackers import HALF_A_BODY, ask, clients, connect, is_closed, others_wait, quick, request_for
from processes import children_of, until
from serving import started

#: Limits at which a few clients show what many do at the real ones.
SMALL = {
    "SENDERS": 4,
    "READERS": 4,
    "CONNECTIONS": 40,
    "WHOLE": 65_536,
    "HEADER_SECONDS": 0.3,
    "BODY_GRACE": 0.5,
    "BODY_GRACE_CROWDED": 0.5,
    "BODY_RATE": 40_000,
    "BODY_TICK": 0.05,
    "STALLED": 0.8,
    "STALLED_CROWDED": 0.4,
    "SILENT_CROWDED": 0.1,
    "CONNECTION_TICK": 0.05,
}

DUMP = "/dumps/v1/gcmgraph.nq"
PAGE = "/doc/practice/glo-act"


@pytest.fixture(scope="module")
def server(large_store: Path) -> Iterator[str]:
    with started(large_store, limits=SMALL) as (address, _):
        others_wait(address, PAGE, 0)  # computes what a version needs once
        yield address


@pytest.mark.parametrize("path", [DUMP, "/graph-store?default&format=nt"])
def test_clients_that_do_not_read_cost_others_nothing(server: str, path: str) -> None:
    with clients(server, 6, request_for(path), receiving=4096) as opened:
        begun = sorted(connection.recv(12) for connection in opened)
        assert begun == [b"HTTP/1.1 200"] * 4 + [b"HTTP/1.1 503"] * 2
        assert quick(others_wait(server, PAGE, 0.2))
        until(lambda: ask(server, path).status == 200)
        for connection in opened:
            assert is_closed(connection)


def test_a_client_that_reads_slowly_gets_all(server: str) -> None:
    whole = ask(server, DUMP).body
    digest, began = hashlib.sha256(), time.monotonic()
    with connect(server, receiving=262_144) as connection:
        connection.sendall(request_for(DUMP).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = bytearray(connection.recv(65_536))
        while piece := connection.recv(400_000, socket.MSG_WAITALL):
            received += piece
            time.sleep(0.08)
    digest.update(received.partition(b"\r\n\r\n")[2])
    assert digest.hexdigest() == hashlib.sha256(whole).hexdigest()
    assert time.monotonic() - began > SMALL["STALLED"]


def test_bodies_that_stop_cost_others_nothing(server: str) -> None:
    with clients(server, 3, HALF_A_BODY) as opened:
        assert quick(others_wait(server, PAGE, 0.1))
        for connection in opened:
            reply = connection.recv(4096)
            assert reply.startswith(b"HTTP/1.1 408 ")
            assert b"The body arrived too slowly." in reply
            assert is_closed(connection)


def test_beyond_the_limit_bodies_are_refused_at_once(server: str) -> None:
    with clients(server, 12, HALF_A_BODY) as opened:
        assert ask(server, "/health").status == 200
        assert {connection.recv(12) for connection in opened} == {b"HTTP/1.1 408", b"HTTP/1.1 429"}
    until(lambda: ask(server, "/sparql", b"ASK {}", Content_Type="application/sparql-query").status == 200)


def test_a_body_that_arrives_steadily_is_read(server: str) -> None:
    query = b"ASK {}" + b" " * 40_000
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(query)}"
    with connect(server) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n")
        for start in range(0, len(query), 8_192):
            connection.sendall(query[start : start + 8_192])
            time.sleep(0.15)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("sent", [b"", b"GET /health HTTP/1.1\r\nHo"], ids=["nothing", "half a head"])
def test_connections_that_send_no_request_are_closed(server: str, sent: bytes) -> None:
    with clients(server, 1, sent) as (connection,):
        assert is_closed(connection)


def test_connections_that_send_nothing_leave_room_for_others(server: str) -> None:
    with clients(server, 120):
        assert quick(others_wait(server, PAGE, 0.1))


def test_http_2_is_not_spoken(server: str) -> None:
    with connect(server) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert not connection.recv(4096).startswith(b"\0\0")


def test_processes_that_crash_one_after_another_are_replaced(store_folder: Path) -> None:
    with started(store_folder, workers=1) as (base, process):
        for _ in range(2):
            (worker,) = children_of(process.pid)
            os.kill(worker, signal.SIGKILL)
            until(lambda worker=worker: children_of(process.pid) not in ([], [worker]))  # type: ignore[misc]
        until(lambda: _is_up(base))
        assert process.poll() is None


def _is_up(base: str) -> bool:
    try:
        return ask(base, "/health").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def real_server(real_store_folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with started(real_store_folder, workers=2) as server:
        quick(others_wait(server[0], "/doc/country/AFG", 1))  # opens the version in both processes
        yield server


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("number", "sending"),
    [
        (1_300, b""),
        (100, request_for(DUMP)),
        (100, request_for("/graph-store?default&format=nt")),
        (60, HALF_A_BODY),
    ],
    ids=["silent", "dump", "graph", "bodies"],
)
def test_at_the_real_limits_others_wait_less_than_a_second(
    real_server: tuple[str, subprocess.Popen[bytes]], number: int, sending: bytes
) -> None:
    with clients(real_server[0], number, sending, receiving=4096):
        assert quick(others_wait(real_server[0], "/doc/country/AFG", 15), within=1.0)
