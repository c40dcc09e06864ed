"""Write to a database as fast as possible until the process is killed: `python … LOCATION`.

Each line of the standard input begins a process, forked from this one, that writes a line for each contribution and
decision that was acknowledged to it. See `test_killed`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime
from itertools import count
from typing import NoReturn

from gcmgraph.contributions.contribution import Agent, LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger

CONTENT = b"x" * 20_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
AGENT = Agent("0" * 12, Role.CURATOR, "A Curator", "https://example.org/curator")


def write(ledger: Ledger) -> NoReturn:
    """Submit and accept, and report each."""
    for number in count():
        now = datetime.now(UTC)
        key = f"{os.getpid()}-{number}"
        sent = Submission(ledger.mint(), AGENT, now, "A title", "en", "a.ttl", "text/turtle", DIGEST, key)
        stored = ledger.add(sent, CONTENT, [], b"{}")
        say(f"sent {stored.id}")
        ledger.record(stored, LedgerEvent(Verb.COMMENT, AGENT, now, "Words."))
        say(f"commented {stored.id}")
        ledger.record(stored, LedgerEvent(Verb.ACCEPT, AGENT, now, "Right."), publishes=True)
        say(f"accepted {stored.id}")
        with ledger.deciding():
            ledger.settle([stored.id])
        say(f"settled {stored.id}")


def say(line: str) -> None:
    """Report a line."""
    os.write(1, f"{line}\n".encode())


def main() -> None:
    """Begin a process for each line of the standard input."""
    ledger = Ledger(Database(sys.argv[1]))
    ledger.mint()  # imports what it needs
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            write(ledger)
        say(f"began {process}")
        os.waitpid(process, 0)
        say("ended")


if __name__ == "__main__":
    main()
