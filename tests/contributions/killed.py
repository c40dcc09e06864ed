"""Do one thing with contributions and die at the N-th touch of the file system: `killed.py FOLDER N ACTION [ID]`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from desk import ADDRESSES, open_desk, practice

from gcmgraph.contributions.publishing import all_published_quads, settle_all
from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.rules import load_rules

#: What Python tells of (https://docs.python.org/3/library/audit_events.html) that changes or opens files.
TOUCHES = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "shutil.copyfile"}


def main() -> None:
    folder, last, action, identifier = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    desk = open_desk(folder, load_rules(Repository.find(), ADDRESSES))
    touches = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal touches
        if event in TOUCHES and str(folder) in str(arguments[0]):
            touches += 1
            if touches == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    if action == "submit":
        desk.sent(practice(), key="the key")
    elif action == "build":
        with desk.ledger.deciding():
            contributed = all_published_quads(desk.ledger, ADDRESSES)
            assert build(Repository.find(), ADDRESSES, desk.store, contributed=contributed).summary is not None
            settle_all(desk.ledger)
    elif action == "accept":
        desk.service.accept(identifier, desk.curator)
    else:
        desk.service.withdraw(identifier, desk.sender, "No longer.")
    sys.stdout.write(f"touches {touches}")


if __name__ == "__main__":
    main()
