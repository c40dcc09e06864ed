"""Start-up: our server on a built store, and `gcmgraph --help`; medians of some starts each."""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.material import Material, say
from bench.summary import Figure
from bench.systems.gcmgraph_server import PROGRAM, GcmGraphServer

#: Starts of the server, and of the command, after one that reads its files from disk.
SERVER, COMMAND = 5, 11


def measure(material: Material, _: argparse.Namespace) -> dict[str, Any]:
    """Seconds: to the first answer of the server, which is polled every 50 ms, and to the end of the command."""
    server = GcmGraphServer(cached=True)
    server.load(material.dump, material.store.parent)
    answered, helped = [], []
    for number in range(SERVER + 1):
        say(f"starting, {number} of {SERVER}")
        server.start()
        answered.append(server.server.start_seconds)
        server.server.stop()
    for _number in range(COMMAND + 1):
        begin = time.perf_counter()
        subprocess.run([PROGRAM, "--help"], stdout=subprocess.DEVNULL, check=True)
        helped.append(time.perf_counter() - begin)
    return {"start": {"server_s": answered[1:], "help_s": helped[1:]}}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """Both medians."""
    yield Figure("server start-up", "s", median(record["start"]["server_s"]))
    yield Figure("gcmgraph --help", "s", median(record["start"]["help_s"]))
