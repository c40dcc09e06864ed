"""Write to a database as fast as possible until the process is killed: `python … LOCATION`.

Each line of the standard input begins a process, forked from this one, that writes a line for each
contribution and decision that was acknowledged to it. It is killed some seconds after a number of
them, which the line states. See `test_killed`.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from typing import NoReturn

from gcmgraph.contributions.contribution import Agent, LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.recorded_versions import RecordedVersion, RecordedVersions

CONTENT = b"x" * 20_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
AGENT = Agent("0" * 12, Role.CURATOR, "A Curator", "https://example.org/curator")


def write(ledger: Ledger, last: int, seconds: float) -> NoReturn:
    """Submit and accept, and report each; be killed some seconds after the `last` report."""
    reports, versions = count(), RecordedVersions(ledger.database)

    def report(verb: str, identifier: str) -> None:
        os.write(1, f"{verb} {identifier}\n".encode())
        if next(reports) == last:
            signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM kills, as no handler is set

    for number in count():
        now = datetime.now(UTC)
        key = f"{os.getpid()}-{number}"
        sent = Submission(
            ledger.mint(), AGENT, now, "A title", "en", "a.ttl", "text/turtle", DIGEST, key
        )
        stored = ledger.add(sent, CONTENT, b"", b"{}")
        report("sent", stored.id)
        ledger.record(stored, LedgerEvent(Verb.COMMENT, AGENT, now, "Words."))
        report("commented", stored.id)
        ledger.record(stored, LedgerEvent(Verb.ACCEPT, AGENT, now, "Right."))
        report("accepted", stored.id)
        versions.add(RecordedVersion(str(os.getpid()), ledger.last_decision(), stored.id, now, {}))
        report("settled", stored.id)


def main() -> None:
    """Begin a process for each line of the standard input."""
    ledger = Ledger(Database(sys.argv[1]))
    ledger.mint()  # imports what it needs
    for line in sys.stdin:
        last, seconds = line.split()
        process = os.fork()
        if process == 0:
            write(ledger, int(last), float(seconds))
        os.waitpid(process, 0)
        os.write(1, b"ended\n")


if __name__ == "__main__":
    main()
