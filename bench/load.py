"""From canonical N-Quads on disk to a store on disk, gcmgraph beside the other systems; start of server and command."""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.material import Material, bytes_on_disk, say
from bench.report import Figure
from bench.systems import PEERS, PROGRAM, GcmGraph, NotAvailableError

#: Starts of the server and of the command, after one that reads its files from disk.
_SERVER, _COMMAND = 5, 11


def measure(material: Material, options: argparse.Namespace) -> Iterator[Figure]:
    """Seconds and bytes of a store on disk; what a build writes beside it; starts."""
    gcmgraph = material.loaded
    fault = (
        ""
        if gcmgraph["quads"] == material.quads
        else f"the store has {gcmgraph['quads']:,} of {material.quads:,} quads"
    )
    for name in options.systems:
        theirs, missing = _load(name, material)
        goal = 0.9 if name == "oxigraph" else None
        yield Figure(
            "load",
            "bulk load",
            "s",
            gcmgraph["wall_s"],
            name,
            theirs.get("s"),
            goal,
            None,
            fault,
            missing,
        )
        yield Figure(
            "load",
            "store on disk",
            "MB",
            gcmgraph["bytes"] / 1e6,
            name,
            theirs.get("MB"),
            missing=missing,
        )
    yield Figure("load", "bulk load, peak memory", "MB", gcmgraph["peak_bytes"] / 1e6)
    yield Figure("load", "files of a build beside the store", "s", material.completed["wall_s"])
    say("starting")
    yield Figure(
        "load", "start of the server to its first answer", "s", _server_start(material), below=1
    )
    yield Figure("load", "gcmgraph --help", "s", _command_start(), below=0.3)


def _load(name: str, material: Material) -> tuple[dict[str, Any], str]:
    """Seconds and megabytes of another system; the reason where it is not available."""
    system = PEERS[name]()
    try:
        system.version()
        say(f"{name}: loading")
        with material.scratch() as folder:
            begin = time.perf_counter()
            system.load(material.dump, folder)
            seconds = time.perf_counter() - begin
            if running := getattr(system, "server", None):
                seconds -= running.start_seconds
                running.stop()
            return {"s": seconds, "MB": bytes_on_disk(folder) / 1e6}, ""
    except NotAvailableError as error:
        return {}, str(error)


def _server_start(material: Material) -> float:
    seconds = []
    for _ in range(_SERVER + 1):
        system = GcmGraph(material.store, cached=True)
        system.start()
        seconds.append(system.server.start_seconds)
        system.server.stop()
    return median(seconds[1:])


def _command_start() -> float:
    seconds = []
    for _ in range(_COMMAND + 1):
        begin = time.perf_counter()
        subprocess.run([PROGRAM, "--help"], stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - begin)
    return median(seconds[1:])
