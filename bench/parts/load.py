"""From sorted N-Quads on disk to a store on disk: ours beside `oxigraph load`, in turns, each in its own process."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.goals import LARGE, OXIGRAPH
from bench.growth_steps import apart, load_ours, load_oxigraph
from bench.material import Material, say
from bench.summary import Figure
from bench.systems.gcmgraph_server import GcmGraphServer
from bench.systems.oxigraph_server import OxigraphServer
from bench.systems.process import NotAvailableError

#: Number of loads of each; one if a graph is larger than `LARGE`.
ROUNDS = 3


def measure(material: Material, _: argparse.Namespace) -> dict[str, Any]:
    """Seconds by the clock and of CPU time (medians), peak memory, bytes and quads of the stores."""
    ours, theirs, versions, missing = [material.loaded], [], [GcmGraphServer(cached=True).version()], ""
    try:
        versions.append(OxigraphServer().version())
    except NotAvailableError as error:
        missing = str(error)
    for number in range(ROUNDS if material.practices <= LARGE else 1):
        say(f"loading, round {number + 1}")
        if number:
            with material.scratch() as folder:
                ours.append(apart(load_ours, material.dump, folder / "store"))
        if not missing:
            with material.scratch() as folder:
                theirs.append(apart(load_oxigraph, material.dump, folder / "store"))
    told: dict[str, Any] = {"quads": material.dataset["quads"], "gcmgraph": _told(ours)}
    told["gcmgraph"]["completed"] = material.completed
    told |= {OXIGRAPH: _told(theirs)} if theirs else {"missing": {OXIGRAPH: missing}}
    return {"load": told, "versions": versions}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """Time, memory and disk."""
    told = record["load"]
    ours, theirs = told["gcmgraph"], told.get(OXIGRAPH, {})
    missing = told.get("missing", {}).get(OXIGRAPH, "")
    if theirs and theirs["quads"] != told["quads"]:
        missing, theirs = f"{OXIGRAPH} is wrong: its store has {theirs['quads']:,} of {told['quads']:,} quads", {}
    fault = "" if ours["quads"] == told["quads"] else f"our store has {ours['quads']:,} of {told['quads']:,} quads"
    for work, name, unit, factor in (
        ("bulk load", "wall_s", "s", 1),
        ("bulk load, peak memory", "peak_bytes", "MB", 1e-6),
        ("store on disk", "index_bytes", "MB", 1e-6),
    ):
        figure = theirs[name] * factor if theirs else None
        yield Figure(work, unit, ours[name] * factor, OXIGRAPH, figure, missing, fault)


def _told(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of the times, maximum memory; counts of the first round."""
    return {
        **rounds[0],
        **{name: median(one[name] for one in rounds) for name in ("wall_s", "cpu_s")},
        "peak_bytes": max(one["peak_bytes"] for one in rounds),
        "rounds_s": [round(one["wall_s"], 3) for one in rounds],
    }
