"""Load: keep-alive connections that each send a request as soon as the last one is answered.

It runs in a process of its own (`python -m bench.client`, a job as JSON on standard input, the
outcome as JSON on standard output) and uses bare sockets and poll(), so that its own work limits
fast servers as little as possible.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.http_response import ResponseReader, ResponseSyntaxError


@dataclass(frozen=True)
class Job:
    """Requests to send, and the duration."""

    host: str
    port: int
    #: request targets, sent in turn
    targets: tuple[str, ...]
    accept: str
    seconds: float
    #: append a number to every target, so that no two are the same
    unique: bool = False
    warm_up_seconds: float = 0.5
    connections: int = 8
    #: time limit in seconds for requests under way at the end
    grace_seconds: float = 90.0


@dataclass(frozen=True)
class Load:
    """Outcome of a job. A request counts once its answer is complete, with status 200."""

    answered: int
    #: from the first request to the last answer
    seconds: float
    p50_ms: float | None
    p99_ms: float | None
    #: answers with another status, by status
    refused: dict[str, int] = field(default_factory=dict)
    #: connections that broke, and requests that had no answer when the time was over
    broken: int = 0
    unfinished: int = 0

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    @property
    def fault(self) -> str:
        """Requests without the expected answer; empty where there were none."""
        faults = [
            f"{count} answers with status {status}"
            for status, count in sorted(self.refused.items())
        ]
        if self.broken:
            faults.append(f"{self.broken} connections broke")
        if self.unfinished:
            faults.append(f"{self.unfinished} requests had no answer in time")
        return ", ".join(faults)


class LoadFailedError(Exception):
    """The client cannot continue: the server no longer listens."""


def put_load(job: Job) -> Load:
    """Run a job in a process of its own and wait for it. Raises `LoadFailedError`."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    if done.returncode:
        raise LoadFailedError(done.stderr.strip())
    return Load(**json.loads(done.stdout))


class Connection:
    """One connection, and the request under way on it."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.socket = self._connected()
        self.reader = ResponseReader()
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        """Send a request; its answer is read by `reader`."""
        self.reader.begin()
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def reconnect(self) -> None:
        """Take another connection in place of this one."""
        self.socket.close()
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(None)  # poll() reports readable data; a timeout would poll again
        return connection


class _Phase:
    """Requests over a number of seconds, and their counts."""

    def __init__(self, job: Job, seconds: float, first: int) -> None:
        self._seconds = seconds
        self._grace = job.grace_seconds
        self._number = first
        self._unique = job.unique
        headers = f"Host: {job.host}:{job.port}\r\nAccept: {job.accept}\r\n"
        self._heads = [f"GET {target}".encode("ascii") for target in job.targets]
        self._tail = f" HTTP/1.1\r\n{headers}\r\n".encode("ascii")
        self.latencies: list[float] = []
        self.refused: Counter[str] = Counter()
        self.broken = 0
        self.elapsed = 0.0
        self.busy = 0

    @property
    def next_number(self) -> int:
        return self._number

    def run(self, connections: list[Connection]) -> None:
        start = time.perf_counter()
        deadline = start + self._seconds
        poll = select.poll()
        by_number = {}
        for connection in connections:
            by_number[connection.socket.fileno()] = connection
            poll.register(connection.socket, select.POLLIN)
            connection.send(self._request())
        self.busy = len(connections)
        while self.busy and (left := deadline + self._grace - time.perf_counter()) > 0:
            for number, _ in poll.poll(left * 1000):
                connection = by_number[number]
                if not self._received(connection):
                    continue
                now = time.perf_counter()
                self.elapsed = now - start
                if connection.reader.closed or not connection.reader.complete:
                    poll.unregister(number)
                    del by_number[number]
                    connection.reconnect()
                    by_number[connection.socket.fileno()] = connection
                    poll.register(connection.socket, select.POLLIN)
                if now < deadline:
                    connection.send(self._request())
                else:  # its server may hang up while others are still under way
                    poll.unregister(connection.socket)
                    self.busy -= 1

    def _request(self) -> bytes:
        head = self._heads[self._number % len(self._heads)]
        self._number += 1
        return (
            b"%b%010d%b" % (head, self._number, self._tail) if self._unique else head + self._tail
        )

    def _received(self, connection: Connection) -> bool:
        """Read received data. Returns whether the request is over, successful or not."""
        reader = connection.reader
        try:
            data = connection.socket.recv(262_144)
            over = reader.feed(data)
        except (OSError, ResponseSyntaxError):
            self.broken += 1
            return True
        if not over:
            return False
        if not reader.complete:
            self.broken += 1
        elif reader.status == 200:
            self.latencies.append(time.perf_counter() - connection.sent_at)
        else:
            self.refused[str(reader.status)] += 1
        return True


def run(job: Job) -> Load:
    """Run a job in this process: warm up, then measure."""
    connections = [Connection(job.host, job.port) for _ in range(job.connections)]
    warm_up = _Phase(job, job.warm_up_seconds, 0)
    if job.warm_up_seconds:
        warm_up.run(connections)
        for connection in connections:  # a late answer must not be taken for the next one
            connection.reconnect()
    measured = _Phase(job, job.seconds, warm_up.next_number)
    measured.run(connections)
    for connection in connections:
        connection.socket.close()
    sorted_latencies = sorted(measured.latencies)
    return Load(
        answered=len(sorted_latencies),
        seconds=measured.elapsed,
        p50_ms=percentile_ms(sorted_latencies, 0.5),
        p99_ms=percentile_ms(sorted_latencies, 0.99),
        refused=dict(measured.refused),
        broken=measured.broken,
        unfinished=measured.busy,
    )


def percentile_ms(ordered: list[float], share: float) -> float | None:
    """Smallest latency that this share of all does not exceed (nearest rank), in milliseconds."""
    if not ordered:
        return None
    rank = -(-len(ordered) * share // 1)
    return round(ordered[int(rank) - 1] * 1000, 3)


def main() -> None:
    """Read a job, run it, write the outcome."""
    job: dict[str, Any] = json.load(sys.stdin)
    try:
        load = run(Job(**{**job, "targets": tuple(job["targets"])}))
    except ConnectionError as error:
        sys.exit(f"the server is gone: {error}")
    json.dump(asdict(load), sys.stdout)


if __name__ == "__main__":
    main()
