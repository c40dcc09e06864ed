"""Measure the SPARQL endpoints side by side: `python -m bench.sparql` (see `bench/README.md`).

All systems run at once and only one is asked at a time, query by query, so that whatever else the machine does
meanwhile weighs on each of them alike.
"""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bench import report
from bench.answers import Answer, accept, agreeing, ask
from bench.ceiling import measure_ceiling
from bench.client import Job, Load, LoadFailedError, put_load
from bench.generate import SEED, beside, write_quads
from bench.queries import BenchQuery, query_mix
from bench.synthetic import Synthetic
from bench.systems.gcmgraph_server import GcmGraphServer
from bench.systems.oxigraph_server import OxigraphServer
from bench.systems.process import HOST, NotAvailableError, System
from bench.systems.rdflib_endpoint import RdflibEndpoint
from bench.systems.virtuoso import Virtuoso
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

#: A line that makes every text another one; digits follow.
_NUMBERED = "\n#"

PEERS = (OxigraphServer, Virtuoso, RdflibEndpoint)


@dataclass(frozen=True)
class Running:
    """A system that was loaded and started, and the modes it is measured in."""

    system: System
    modes: tuple[str, ...]
    version: str
    load_seconds: float | None


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _started(system: System, modes: tuple[str, ...], data: Path, folder: Path) -> Running:
    """Load and start a system in a folder. Raises `NotAvailableError`."""
    version = system.version()
    _say(f"{system.name}: loading")
    folder.mkdir(exist_ok=True)
    load_seconds = system.load(data, folder)
    system.start()
    return Running(system, modes, version, load_seconds)


def _start_all(names: list[str], data: Path, work: Path, stack: ExitStack) -> tuple[list[Running], dict[str, str]]:
    """Ours twice, with and without its result cache, then the peers; and which peers are missing, and why.

    `rdflib-endpoint` caches nothing, so it is measured once.
    """
    ours = work / report.OURS
    everything = tuple(report.MODES)
    wanted: list[tuple[System, tuple[str, ...], Path]] = [
        (GcmGraphServer(cached=False), ("uncached",), ours),
        (GcmGraphServer(cached=True), ("repeated",), ours),
    ]
    for peer in PEERS:
        if peer.name in names:
            wanted.append((peer(), everything[:1] if peer is RdflibEndpoint else everything, work / peer.name))
    running, missing = [], {}
    for system, modes, folder in wanted:
        try:
            running.append(_started(system, modes, data, folder))
        except NotAvailableError as error:
            if system.name == report.OURS:
                raise
            missing[system.name] = str(error)
            _say(f"{system.name}: not measured: {error}")
            continue
        stack.callback(system.server.stop)
    return running, missing


def _rows(mix: tuple[BenchQuery, ...], running: list[Running], options: argparse.Namespace) -> Iterator[report.Row]:
    """Every query in every mode on every system; answers first, and only right ones are timed."""
    for query in mix:
        for mode in report.MODES:
            measured = [one.system for one in running if mode in one.modes]
            asked = {system.name: _timed(system, query) for system in measured}
            verdicts = agreeing({name: answers for name, (answers, _) in asked.items()})
            for system in measured:
                wrong, load = verdicts[system.name], None
                if not wrong:
                    try:
                        load = _load(system, query, mode, asked[system.name][1], options)
                    except LoadFailedError as error:
                        wrong = str(error)
                system.server.memory()
                row = report.Row(query.name, mode, system.name, wrong, load)
                said = f"{row.per_second:,.0f}/s" if row.per_second else wrong or "no answer"
                _say(f"{query.name}, {mode}, {system.name}: {said}")
                yield row


def _timed(system: System, query: BenchQuery) -> tuple[tuple[Answer, ...], float]:
    """The answers to the samples, and the seconds that one took."""
    start = time.perf_counter()
    answers = ask(system, query)
    return answers, (time.perf_counter() - start) / len(answers)


def _load(system: System, query: BenchQuery, mode: str, seconds_each: float, options: argparse.Namespace) -> Load:
    unique = mode == "uncached"
    texts = [text + _NUMBERED for text in query.texts] if unique else query.samples
    targets = tuple(system.target(text) for text in texts)
    warm_up = min(0.5, options.seconds / 2)
    if seconds_each > warm_up:  # asking for the answers has warmed it up
        warm_up = 0.0
    return put_load(
        Job(
            HOST,
            system.server.port,
            targets,
            accept(system, query),
            options.seconds,
            unique=unique,
            warm_up_seconds=warm_up,
            connections=options.connections,
        )
    )


def _dataset(data: Synthetic, path: Path, repository: Repository, addresses: Addresses, seed: int) -> dict[str, Any]:
    _say(f"writing {data.practices:,} practices")
    with path.open("wb") as out:
        count = write_quads(chain(beside(repository, addresses), data.quads()), out)
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return {"practices": data.practices, "quads": count, "seed": seed, "sha256": digest}


def measure(options: argparse.Namespace) -> report.Run:
    """One run. Raises `NotAvailableError` where our own server does not start."""
    date, machine = report.now(), report.machine()
    repository, addresses = Repository.find(), Addresses()
    data = Synthetic(options.practices, options.seed, repository, addresses)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gcmgraph-bench-")))
        path = work / "synthetic.nq"
        dataset = _dataset(data, path, repository, addresses, options.seed)
        ceiling = measure_ceiling(min(2.0, options.seconds))
        running, missing = _start_all(options.systems, path, work, stack)
        mix = query_mix(data)
        rows = tuple(_rows(mix, running, options))
        figures = tuple(
            report.SystemFigures(
                one.system.name,
                one.version,
                one.load_seconds,
                one.system.server.start_seconds,
                one.system.server.peak_memory(),
                one.system.server.most_memory,
            )
            for one in running
            if "uncached" in one.modes
        )
    titles = {query.name: query.title for query in mix}
    settings = {"seconds": options.seconds, "connections": options.connections}
    return report.Run(date, machine, settings, dataset, ceiling, figures, missing, titles, rows)


def main() -> None:
    """Read the arguments, measure, print the tables and keep the JSON."""
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, default=10_000, help="size of the graph, about 20 triples each")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each query, mode and system")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--systems", nargs="*", choices=names, default=names, help="peers beside ours")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    try:
        run = measure(options)
    except NotAvailableError as error:
        sys.exit(f"Our own server cannot be measured: {error}")
    print(report.text(run))
    _say(f"\nkept in {report.write_json(run, options.out)}")


if __name__ == "__main__":
    main()
