"""Checkouts of this repository: a store and a server of each, with its code and the libraries of this environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.material import say
from bench.systems import ROOT, GcmGraph, NotAvailableError, Server

#: Steps that run in a checkout, with its code.
_LOAD = """
import json, sys
from pathlib import Path
from bench.material import apart, complete_ours, load_ours
dump, store = map(Path, sys.argv[1:])
print(json.dumps([apart(load_ours, dump, store), apart(complete_ours, store)]))
"""
_TOKENS = """
import json, sys
from pathlib import Path
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
tokens = Tokens(Database(Path(sys.argv[1])))
roles = (Role.CONTRIBUTOR, Role.CURATOR)
print(json.dumps([tokens.create(role, role.title(), f"https://example.org/{role}")[1] for role in roles]))
"""

#: A path and the media type of its response.
Request = tuple[str, str]


@dataclass
class Checkout:
    """Files of a commit, and a server of them over a store of their own."""

    root: Path
    folder: Path
    #: figures of making the store: of the index, and of the files beside it
    steps: list[dict[str, Any]] = field(init=False)
    server: Server = field(init=False)

    def run(self, code: str, *arguments: Path) -> Any:
        """Run Python code with the packages of the checkout. Returns its output, which is JSON."""
        path = os.pathsep.join(str(folder) for folder in (self.root / "src", self.root))
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env={**os.environ, "PYTHONPATH": path},
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotAvailableError(f"{self.root}: {done.stderr.strip()[-400:]}")
        return json.loads(done.stdout)

    def load(self, dump: Path) -> None:
        """Make the store of a dump."""
        say(f"{self.root}: loading")
        self.steps = self.run(_LOAD, dump, self.folder / "store")

    def tokens(self) -> tuple[str, str]:
        """New tokens of a contributor and of a curator."""
        contributor, curator = self.run(_TOKENS, self.folder / "ledger")
        return contributor, curator

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = ["--workers", 1, "--contributions", self.folder / "ledger"]
        system = GcmGraph(self.folder / "store", cached=False, options=options, root=self.root)
        system.start()
        self.server = system.server

    def stop(self) -> None:
        """Stop the server, if it was started."""
        if "server" in vars(self):
            self.server.stop()

    def milliseconds(self, request: Request) -> float | None:
        """Time of a request with its connection; None for another status than 200."""
        begin = time.perf_counter()
        status, _ = self.server.get(*request)
        return (time.perf_counter() - begin) * 1000 if status == 200 else None


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    """A checkout of a commit in a new folder, removed at the end. Raises `NotAvailableError`."""
    git: list[str | Path] = ["git", "-C", ROOT, "worktree"]
    added = subprocess.run(
        [*git, "add", "--detach", folder, commit], capture_output=True, text=True, check=False
    )
    if added.returncode:
        raise NotAvailableError(f"no checkout of '{commit}': {added.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", folder], check=True)
