"""A real PostgreSQL for tests: a cluster of its own on loopback, which its tests may stop, ended with the session."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from servers import free_port

_NUMBERS = count(1)


class Cluster:
    """A PostgreSQL server in a folder."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._programs, self._folder, self._port = programs, folder, port

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs, as the user postgres where the tests run as root, whom it refuses."""
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [
            *user,
            str(self._programs / program),
            "-D",
            str(self._folder / "data"),
            *arguments,
        ]
        done = subprocess.run(
            command,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-h 127.0.0.1 -p {self._port} -k '' -c fsync=off"  # the host does not fail
        self.run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        """Stop it as a power failure does: without a checkpoint."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def url(self, name: str = "postgres") -> str:
        """The URL of a database."""
        return f"postgresql://gcmgraph@127.0.0.1:{self._port}/{name}"

    def new_database(self) -> str:
        """The URL of a new database."""
        name = f"test_{next(_NUMBERS)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[call-overload]
        return self.url(name)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster; skips the test where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    folder = Path(
        tempfile.mkdtemp(prefix="gcmgraph-postgresql-")
    )  # which the user postgres can reach
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        made = Cluster(found[-1].parent, folder, free_port())
        made.run(
            "initdb",
            "--username=gcmgraph",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        )
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)
