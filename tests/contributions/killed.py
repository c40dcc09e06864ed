"""Do things with contributions and die at the N-th touch of the files of the store, or N-th statement of SQLite.

The argument is the folder of the repository whose dataset the stores began with. Each line of the
standard input is a JSON array: folder, N, action, identifier. Each is done in a process of its own,
forked from this one, which has imported what they need and opened nothing. One that lives to its
end writes how many touches there were; then follows how it ended, as `subprocess` tells it.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from desk import ADDRESSES, key_of, open_desk, practice
from sqlalchemy import event

from gcmgraph.contributions.graph_sending import send
from gcmgraph.contributions.published_statements import published_state
from gcmgraph.contributions.recorded_versions import BuiltVersion
from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.store.graph_store import Target
from gcmgraph.validation.rules import Rules, load_rules

#: What Python tells of (https://docs.python.org/3/library/audit_events.html) that changes or opens
#: files.
TOUCHES = {
    "open",
    "os.rename",
    "os.link",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "shutil.copyfile",
}

#: Seconds that one may take.
PATIENCE = 120


def main() -> None:
    repository = Repository(Path(sys.argv[1]))
    rules = load_rules(repository, ADDRESSES)
    assert rules.shapes.dependencies  # derived here, they are derived once
    assert rules.shapes.results(()) == ()  # loads pySHACL
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _do(rules, repository, *json.loads(line))
        _, status = os.waitpid(process, 0)
        _say(f"ended {os.waitstatus_to_exitcode(status)}")


def _do(
    rules: Rules, repository: Repository, folder: str, last: int, action: str, identifier: str
) -> NoReturn:
    signal.alarm(PATIENCE)
    status = 1
    try:
        _say(f"touches {touches_of(rules, repository, Path(folder), last, action, identifier)}")
        status = 0
    finally:  # the process ends here, and must not go on as its parent would
        if status:
            traceback.print_exc()
        os._exit(status)


def touches_of(
    rules: Rules, repository: Repository, folder: Path, last: int, action: str, identifier: str
) -> int:
    """Return how often the action touches the folder or the database, unless that is often enough to die."""
    desk = open_desk(folder, rules, repository)
    touches = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal touches
        if event in TOUCHES and str(folder) in str(arguments[0]):
            touches += 1
            if touches == last:
                os.kill(os.getpid(), signal.SIGKILL)

    def counted(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(lambda _: count("open", (str(folder),)))

    event.listen(desk.ledger.database._engine, "connect", counted)
    desk.ledger.database.close()  # connections are opened anew, and counted
    sys.addaudithook(count)
    if action == "submit":
        desk.sent(practice(), key="the key")
    elif action == "build":
        decided = published_state(desk.ledger, ADDRESSES)
        version = BuiltVersion(desk.ledger, desk.store, decided.event, {}, datetime.now(UTC))
        built = build(
            repository, ADDRESSES, desk.store, contributed=decided.quads, stored=version.record
        )
        assert built.summary is not None
    elif action == "send":
        send(desk.ledger.database, desk.store, Target.of(identifier), ADDRESSES)
    elif action == "accept":
        desk.service.accept(identifier, desk.curator, "Right.")
    elif action == "accept in part":
        desk.service.accept(
            identifier,
            desk.curator,
            "The rest is right.",
            {key_of(desk, identifier): "Not sourced."},
        )
    else:
        desk.service.withdraw(identifier, desk.sender, "No longer.")
    return touches


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
