"""Decisions of a curator while 32 clients read and send: how soon each is answered, and when all of them are public."""

from __future__ import annotations

import argparse
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from bench.contributions import PRACTICE
from bench.material import Material, say
from bench.report import Figure
from bench.systems import HOST, GcmGraph, NotAvailableError
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database

#: Clients that read, and clients that send contributions.
READERS, SENDERS = 16, 16

#: Seconds between a decision and the next one.
PAUSE = 5.0

#: Seconds within which a decision is to be answered, and within which all are to be public after
#: the load.
ANSWERED, PUBLIC = 30.0, 120.0

#: Seconds of waiting for an answer, and for the last decision to be public.
TIMEOUT, PATIENCE = 150.0, 600.0

#: Paths that the readers request, in turn.
PAGES = (
    "/doc/objective/9.html?lang=en",
    "/browse/practice?country=PHL",
    "/search?q=migrants",
    "/doc/country/PHL.ttl",
    "/sparql?query=SELECT+%3Ft+(COUNT(*)+AS+%3Fn)+WHERE+%7B%3Fs+a+%3Ft%7D+GROUP+BY+%3Ft",
    "/queries/objectives?format=csv",
)


@dataclass
class Answers:
    """Answers to clients: numbers by kind and status, and seconds of the decisions."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)

    def of(self, kind: str) -> str:
        """The numbers of a kind by status, as text; status 0 is no answer."""
        return ", ".join(
            f"{count} × {status}"
            for (name, status), count in sorted(self.statuses.items())
            if name == kind
        )


class Client:
    """A client of the server with an open connection, and a token."""

    def __init__(self, port: int, token: str = "") -> None:
        self._port, self._token = port, token
        self._connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)

    def request(
        self, path: str, body: bytes | None = None, media_type: str = "application/json"
    ) -> tuple[int, bytes]:
        """Status and body of an answer; status 0 where there is none."""
        headers = {"Accept": "application/json, */*;q=0.5"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = media_type
        try:
            self._connection.request("GET" if body is None else "POST", path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, b""

    def send(self, number: int) -> tuple[int, bytes]:
        """Send a practice of this number."""
        practice = PRACTICE.replace("{n}", str(number)).encode()
        return self.request(f"/contributions?title=Practice+{number}", practice, "text/turtle")


def measure(material: Material, options: argparse.Namespace) -> Iterator[Figure]:
    """Answers to decisions during a load, and the time until they are public after it."""
    say(f"decisions under load, {options.load_seconds:g} s")
    with material.scratch() as folder:
        tokens = Tokens(Database(folder / "ledger"))
        secrets = {
            role: tokens.create(role, role.title(), f"https://example.org/{role}")[1]
            for role in Role
        }
        settings = ["--contributions", folder / "ledger", "--quota-contributions", 0]
        system = GcmGraph(material.store, cached=True, options=settings)
        system.start()
        try:
            yield from _measured(system.server.port, secrets, options.load_seconds)
        finally:
            system.server.stop()


def _measured(port: int, secrets: dict[Role, str], seconds: float) -> Iterator[Figure]:
    contributor = Client(port, secrets[Role.CONTRIBUTOR])
    curator = Client(port, secrets[Role.CURATOR])
    waiting = []
    for number in range(max(1, round(seconds / PAUSE))):
        status, answer = contributor.send(number)
        if status != 201:
            raise NotAvailableError(
                f"the contribution {number} was not stored: status {status}, {answer[:200]!r}"
            )
        waiting.append((number, str(json.loads(answer)["id"])))
    answers = Answers()
    with load(port, secrets[Role.CONTRIBUTOR], answers):
        _decide(curator, waiting, answers, seconds)
    end_of_load = time.monotonic()
    public = _seconds_until_public(Client(port), answers.accepted, end_of_load)
    part = "decisions under load"
    decided = len(answers.seconds)
    work = f"answer to a decision beside {READERS + SENDERS} clients"
    refused = [
        status
        for (kind, status) in answers.statuses
        if kind == "decision" and status not in {200, 202}
    ]
    fault = f"decisions: {answers.of('decision')}" if refused else ""
    yield Figure(part, f"{work}, median of {decided}", "s", median(answers.seconds), fault=fault)
    yield Figure(part, f"{work}, slowest", "s", max(answers.seconds), below=ANSWERED, fault=fault)
    fault = "" if public is not None else f"not all within {PATIENCE:g} s"
    yield Figure(
        part,
        "all accepted ones public after the load",
        "s",
        public or PATIENCE,
        below=PUBLIC,
        fault=fault,
    )
    answered = sum(
        count
        for (kind, status), count in answers.statuses.items()
        if kind == "read" and status == 200
    )
    yield Figure(part, "pages read meanwhile", "/s", answered / seconds)
    for kind in ("decision", "read", "send"):
        say(f"{kind}: {answers.of(kind)}")


@contextmanager
def load(port: int, token: str, answers: Answers) -> Iterator[None]:
    """Clients that read and send as fast as they are answered, until the block ends."""
    over = threading.Event()
    counting = threading.Lock()

    def repeat(kind: str, request: Callable[[Client, int], int]) -> None:
        client = Client(port, token if kind == "send" else "")
        number = 0
        while not over.is_set():
            status = request(client, number)
            with counting:
                answers.statuses[kind, status] += 1
            number += 1

    def read(client: Client, number: int) -> int:
        return client.request(PAGES[number % len(PAGES)])[0]

    def send(client: Client, number: int) -> int:
        return client.send(1_000_000 + id(client) % 1_000_000 * 1_000 + number)[0]

    clients = [threading.Thread(target=repeat, args=("read", read)) for _ in range(READERS)]
    clients += [threading.Thread(target=repeat, args=("send", send)) for _ in range(SENDERS)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        over.set()
        for client in clients:
            client.join()


def _decide(
    curator: Client, waiting: list[tuple[int, str]], answers: Answers, seconds: float
) -> None:
    """Accept one contribution after another until the load ends."""
    end = time.monotonic() + seconds
    for number, identifier in waiting:
        if time.monotonic() > end:
            break
        began = time.monotonic()
        decision = b'{"decision": "accept", "reason": "measured"}'
        status, _ = curator.request(f"/contributions/{identifier}/review", decision)
        answers.seconds.append(time.monotonic() - began)
        answers.statuses["decision", status] += 1
        if status in {200, 202}:
            answers.accepted.append(number)
        time.sleep(max(0.0, min(PAUSE, end - time.monotonic())))
    time.sleep(max(0.0, end - time.monotonic()))


def _seconds_until_public(reader: Client, numbers: list[int], since: float) -> float | None:
    """Seconds until the practices of these numbers have a page; None where not all have one."""
    for number in numbers:
        while reader.request(f"/doc/practice/bench-{number}.ttl")[0] != 200:
            if time.monotonic() - since > PATIENCE:
                return None
            time.sleep(0.2)
    return time.monotonic() - since
