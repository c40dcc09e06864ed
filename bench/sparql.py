"""Measure the SPARQL endpoints side by side (`make bench BENCH="--only sparql"`, see `bench/README.md`).

All systems run at once and are idle before the first request. They take turns, query by query, so that other work of
the machine affects all alike.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import report
from bench.answers import Answer, accept, agreeing, ask
from bench.ceiling import measure_ceiling
from bench.client import Job, Load, LoadFailedError, put_load
from bench.growth_steps import bytes_on_disk
from bench.material import Material, say
from bench.queries import BenchQuery, query_mix
from bench.systems.gcmgraph_server import GcmGraphServer
from bench.systems.oxigraph_server import OxigraphServer
from bench.systems.process import HOST, NotAvailableError, System
from bench.systems.rdflib_endpoint import RdflibEndpoint
from bench.systems.rest import come_to_rest
from bench.systems.virtuoso import Virtuoso

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
    #: size of its store; None where it has none on disk
    disk_bytes: int | None


def _started(system: System, modes: tuple[str, ...], data: Path, folder: Path) -> Running:
    """Load and start a system in a folder. Raises `NotAvailableError`."""
    version = system.version()
    say(f"{system.name}: loading")
    folder.mkdir(exist_ok=True)
    load_seconds = system.load(data, folder)
    system.start()
    return Running(system, modes, version, load_seconds, None if load_seconds is None else bytes_on_disk(folder))


def _start_ours(material: Material, mode: str, *, cached: bool) -> Running:
    """Start ours over the store of the run."""
    system = GcmGraphServer(cached=cached)
    system.load(material.dump, material.store.parent)
    system.start()
    return Running(system, (mode,), system.version(), material.loaded["wall_s"], material.loaded["index_bytes"])


def _start_all(
    names: list[str], material: Material, work: Path, stack: ExitStack
) -> tuple[list[Running], dict[str, str]]:
    """Ours twice, with and without its result cache, then the peers; and which peers are missing, and why.

    `rdflib-endpoint` caches nothing, so it is measured once.
    """
    running, missing = [], {}
    for mode, cached in (("uncached", False), ("repeated", True)):
        running.append(_start_ours(material, mode, cached=cached))
        stack.callback(running[-1].system.server.stop)
    for peer in PEERS:
        if peer.name not in names:
            missing[peer.name] = "left out by --systems"
            continue
        modes = ("uncached",) if peer is RdflibEndpoint else tuple(report.MODES)
        try:
            running.append(_started(peer(), modes, material.dump, work / peer.name))
        except NotAvailableError as error:
            missing[peer.name] = str(error)
            say(f"{peer.name}: not measured: {error}")
            continue
        stack.callback(running[-1].system.server.stop)
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
                say(f"{query.name}, {mode}, {system.name}: {said}")
                yield row


def _timed(system: System, query: BenchQuery) -> tuple[tuple[Answer, ...], float]:
    """Answers to the samples, and the seconds of one."""
    start = time.perf_counter()
    answers = ask(system, query)
    return answers, (time.perf_counter() - start) / len(answers)


def _load(system: System, query: BenchQuery, mode: str, seconds_each: float, options: argparse.Namespace) -> Load:
    unique = mode == "uncached"
    texts = [text + _NUMBERED for text in query.texts] if unique else query.samples
    targets = tuple(system.target(text) for text in texts)
    warm_up = min(0.5, options.seconds / 2)
    if seconds_each > warm_up:  # the samples have warmed it up
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


def measure(material: Material, options: argparse.Namespace) -> report.Run:
    """One run. Raises `NotAvailableError` where our own server does not start."""
    date, machine, dataset = report.now(), report.machine(), material.dataset
    with ExitStack() as stack:
        work = stack.enter_context(material.scratch())
        ceiling = measure_ceiling(min(2.0, options.seconds))
        running, missing = _start_all(options.systems, material, work, stack)
        for one in running:
            come_to_rest(one.system.server)
        mix = query_mix(material.data)
        rows = tuple(_rows(mix, running, options))
        figures = tuple(
            report.SystemFigures(
                one.system.name,
                one.version,
                one.load_seconds,
                one.system.server.start_seconds,
                one.system.server.peak_memory(),
                one.system.server.most_memory,
                one.disk_bytes,
            )
            for one in running
            if "uncached" in one.modes
        )
    titles = {query.name: query.title for query in mix}
    settings = {"seconds": options.seconds, "connections": options.connections}
    return report.Run(date, machine, settings, dataset, ceiling, figures, missing, titles, rows)
