"""Mix of SPARQL queries on every server (`bench.sparql`)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from bench import report
from bench.goals import BEST, ENDPOINT, OXIGRAPH, VIRTUOSO
from bench.material import Material
from bench.sparql import measure as measure_mix
from bench.summary import Figure


def measure(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Run `bench.sparql` and print its tables."""
    run = measure_mix(material, options)
    print(report.text(run), end="\n\n")
    told = {name: value for name, value in report.record(run).items() if name not in {"date", "machine", "options"}}
    return {**told, "versions": [figures.version for figures in run.systems]}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """Requests a second query by query, then memory and disk of the servers."""
    rows = {(row["query"], row["mode"], row["system"]): row for row in record["rows"]}
    missing: dict[str, str] = record["missing"]
    for query in record["titles"]:
        for peer in (OXIGRAPH, ENDPOINT):
            yield _against(f"{query}, uncached", rows, (query, "uncached"), [peer], missing)
        yield _against(f"{query}, repeated", rows, (query, "repeated"), [OXIGRAPH, VIRTUOSO], missing, BEST)
    systems = {of["system"]: of for of in record["systems"]}
    ours = systems.pop(report.OURS)
    for work, name in (("memory while the mix is asked", "memory_bytes"), ("store on disk", "disk_bytes")):
        for peer, of in systems.items():
            if of[name] is not None and (name, peer) != ("disk_bytes", OXIGRAPH):  # the part `load` has it
                yield Figure(work, "MB", ours[name] / 1e6, peer, of[name] / 1e6)
    if (virtuoso := systems.get(VIRTUOSO)) is not None and virtuoso["load_seconds"] is not None:
        yield Figure("bulk load", "s", ours["load_seconds"], VIRTUOSO, virtuoso["load_seconds"])


def _against(
    work: str,
    rows: dict[tuple[str, str, str], dict[str, Any]],
    asked: tuple[str, str],
    peers: list[str],
    missing: dict[str, str],
    name: str = "",
) -> Figure:
    """Ours beside the fastest of some peers. A peer with wrong answers does not count; a missing one leaves a gap."""
    ours, fault = _rate(rows.get((*asked, report.OURS)))
    rates = {peer: _rate(rows.get((*asked, peer))) for peer in peers}
    right = [rate for rate, _ in rates.values() if rate]
    gaps = [f"{peer}: {missing[peer]}" for peer in peers if peer in missing]
    if not right and not gaps:
        gaps = [f"{peer}: {why}" for peer, (_, why) in rates.items()]
    return Figure(work, "/s", ours, name or peers[0], max(right, default=None), "; ".join(gaps), fault)


def _rate(row: dict[str, Any] | None) -> tuple[float | None, str]:
    """Requests a second, and the reason for their absence."""
    if row is None:
        return None, "not asked"
    rate: float | None = row["requests_per_second"]
    return rate, row["wrong"] or ("" if rate else "no request was answered in time")
