"""Writers of two servers killed at random moments: what was acknowledged is stored, the rest is whole or absent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gcmgraph.contributions.contribution import State, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger

PROGRAM = Path(__file__).with_name("killed_writers.py")

#: Transactions that are acknowledged to a writer before it is killed, and the seconds of one, at most.
LIFE, SECONDS = 12, 0.004

#: What was done to a contribution, in order.
STEPS = ["sent", "commented", "accepted", "settled"]


class Server:
    """A program that begins one writer after another."""

    def __init__(self, location: str) -> None:
        command = [sys.executable, str(PROGRAM), location]
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._writer = 0

    def begin(self) -> int:
        """Begin a writer, and return its number."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write("\n")
        self._program.stdin.flush()
        for line in self._program.stdout:
            if line.startswith("began"):
                self._writer = int(line.split()[1])
                return self._writer
        pytest.fail("the program has ended")

    def kill(self, writer: int, after: int, seconds: float) -> list[tuple[str, str]]:
        """Kill a writer some seconds `after` that number of acknowledgements, and return all that it has."""
        assert self._program.stdout is not None
        found: list[tuple[str, str]] = []
        for number, line in enumerate(self._program.stdout):
            if number == after:
                time.sleep(seconds)
                os.kill(writer, signal.SIGKILL)
            if line == "ended\n":
                self._writer = 0
                return found
            verb, identifier = line.split()
            found.append((verb, identifier))
        pytest.fail("the program has ended")

    def close(self) -> None:
        """End the program, and its writer where the test failed."""
        if self._writer:
            os.kill(self._writer, signal.SIGKILL)
        self._program.communicate("")


@pytest.mark.exhaustive
def test_killed_writers_lose_no_acknowledged_change(location: str) -> None:
    kills = 50 if "://" in location else 200
    acknowledged: dict[str, str] = {}
    chance = random.Random(7)  # noqa: S311 - no secret
    servers = [Server(location), Server(location)]
    try:
        for _ in range(kills // 2):
            writers = [server.begin() for server in servers]
            for server, writer in zip(servers, writers, strict=True):
                last = server.kill(writer, chance.randrange(LIFE), chance.uniform(0, SECONDS))
                acknowledged |= {identifier: verb for verb, identifier in last}
    finally:
        for server in servers:
            server.close()
    assert len(acknowledged) > kills
    database = Database(location)
    try:
        assert database.check() == []
        ledger = Ledger(database)
        pending, stored = set(ledger.pending()), ledger.identifiers()
        assert acknowledged.keys() <= set(stored)
        for identifier in stored:
            found = ledger.find(identifier)
            assert (len(ledger.content(found)), ledger.statements(found)) == (20_000, [])
            assert [event.verb for event in found.events] == [Verb.COMMENT, Verb.ACCEPT][: len(found.events)]
            last = STEPS.index(acknowledged.get(identifier, "sent"))
            assert len(found.events) >= min(last, 2)
            assert found.state is (State.ACCEPTED if len(found.events) == 2 else State.SUBMITTED)
            assert last < 3 or identifier not in pending
        assert len(stored) <= len(acknowledged) + kills
    finally:
        database.close()
