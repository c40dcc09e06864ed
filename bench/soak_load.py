"""Clients that send requests without pause, and their results, interval by interval."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from bench.client import Connection, percentile_ms
from bench.http_response import ResponseSyntaxError
from bench.soak_mix import RUNAWAY, SMALL, Mix, Request
from bench.soak_record import Interval
from bench.systems.process import HOST

#: Allowed answers to a query without end: ended (503), too deep (400), all slots taken (429), or cut at a limit (200).
RUNAWAY_ENDS = frozenset({200, 400, 429, 503})

#: The failure after which no request is possible.
NO_CONNECTION = "no connection"

#: Seconds after which a request that has no answer counts as failed; a query has 10 in the server.
PATIENCE = 60.0


class _Client:
    """One connection: the request under way, and the source of the next one."""

    def __init__(self, port: int, requests: Iterator[Request], pause: float) -> None:
        self.connection = Connection(HOST, port)
        self.requests = requests
        self.pause = pause
        self.request: Request | None = None
        self.next_at = time.perf_counter() + pause

    def send(self) -> None:
        self.request = next(self.requests)
        with suppress(OSError):  # the server hung up: found when its answer is read
            self.connection.send(self.request.content)


class Clients:
    """Some clients of a mix, and one beside them that sends a runaway query every few seconds."""

    def __init__(self, mix: Mix, port: int, clients: int, runaway_pause: float) -> None:
        requests = mix.requests()

        def runaways() -> Iterator[Request]:
            while True:
                yield mix.runaway()

        self._clients = [_Client(port, requests, 0.0) for _ in range(clients)]
        self._clients.append(_Client(port, runaways(), runaway_pause))
        self._latencies: list[float] = []

    def run(self, seconds: float, meanwhile: Callable[[], object]) -> Interval:
        """Send requests for some seconds. Returns the counts. `meanwhile` is called every second and must be quick.

        Ends early, with a failure, where no new connection can be made: then there is no server any more.

        A request under way at the end counts in the interval in which it ends.
        """
        counted = Interval()
        self._latencies.clear()
        start = time.perf_counter()
        look = start + 1
        poll = select.poll()
        by_number = {client.connection.socket.fileno(): client for client in self._clients}
        for number in by_number:
            poll.register(number, select.POLLIN)
        while (now := time.perf_counter()) < start + seconds:
            for client in self._clients:
                if client.request is None and now >= client.next_at:
                    client.send()
                elif client.request is not None and now > client.connection.sent_at + PATIENCE:
                    self._over(client, counted, "no answer in time")
                    if not _renew(client, poll, by_number):
                        return self._ended(counted, start)
            for number, _ in poll.poll(50):
                client = by_number[number]
                outcome = _received(client)
                if outcome is None:
                    continue
                self._over(client, counted, outcome)
                closed = outcome == "broken" or client.connection.reader.closed
                if closed and not _renew(client, poll, by_number):
                    return self._ended(counted, start)
                if not client.pause:
                    client.send()
            if now >= look:
                look = now + 1
                meanwhile()
        counted.seconds = time.perf_counter() - start
        in_order = sorted(self._latencies)
        counted.p50_ms, counted.p99_ms = percentile_ms(in_order, 0.5), percentile_ms(in_order, 0.99)
        return counted

    def _ended(self, counted: Interval, start: float) -> Interval:
        counted.failures[NO_CONNECTION] += 1
        counted.seconds = time.perf_counter() - start
        return counted

    def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.connection.socket.close()

    def _over(self, client: _Client, counted: Interval, outcome: int | str) -> None:
        """Count a request that is answered, or never will be."""
        now, request = time.perf_counter(), client.request
        client.request, client.next_at = None, now + client.pause
        if request is None:  # the server hung up on a connection that was at rest
            return
        counted.requests[request.name] += 1
        if request.name == RUNAWAY:
            counted.runaways[str(outcome)] += 1
            if outcome not in RUNAWAY_ENDS:
                counted.failures[f"{RUNAWAY}: {outcome}"] += 1
        elif outcome == 429:
            counted.busy[request.name] += 1
        elif outcome != 200:
            counted.failures[f"{request.name}: {outcome}"] += 1
        elif request.name in SMALL:
            self._latencies.append(now - client.connection.sent_at)


def _received(client: _Client) -> int | str | None:
    """Read received data. Returns the status of a complete answer, `broken`, or None for an incomplete one."""
    reader = client.connection.reader
    try:
        over = reader.feed(client.connection.socket.recv(262_144))
    except (OSError, ResponseSyntaxError):
        return "broken"
    if not over:
        return None
    return reader.status if reader.complete else "broken"


def _renew(client: _Client, poll: select.poll, by_number: dict[int, _Client]) -> bool:
    """Connect again. Returns False where that fails."""
    number = client.connection.socket.fileno()
    poll.unregister(number)
    del by_number[number]
    try:
        client.connection.reconnect()
    except OSError:
        return False
    by_number[client.connection.socket.fileno()] = client
    poll.register(client.connection.socket, select.POLLIN)
    return True
