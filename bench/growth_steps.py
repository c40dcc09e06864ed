"""Steps of `bench.growth` without a server, each in a process of its own with its peak memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pyoxigraph as ox

from bench.generate import SEED
from bench.published import complete_version, publish_dump
from bench.synthetic import Synthetic
from bench.systems.process import peak
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.folder import StoreFolder
from gcmgraph.validation.checks.rules import load_rules
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.locations.statements import LocatedStatements

#: Contributions of one practice that are validated, after a few to warm up.
CONTRIBUTIONS, WARM = 50, 10


def apart(step: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run a step in a new process. Returns its result with time and peak memory in bytes.

    A new process, not a fork: a fork would lack the engine's threads, which a write waits for.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        told: dict[str, Any] = pool.apply(_measured, (step, arguments))
        return told


def _measured(step: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> dict[str, Any]:
    begin, used = time.perf_counter(), time.process_time()
    told = step(*arguments)
    wall, cpu = time.perf_counter() - begin, time.process_time() - used
    # not ru_maxrss, which includes the memory of the parent process
    return {"wall_s": wall, "cpu_s": cpu, "peak_bytes": peak(os.getpid()), **told}


def load_ours(dump: Path, store: Path) -> dict[str, Any]:
    """Load a dump as a version of a store folder, as `oxigraph load` does: the index only."""
    publish_dump(dump, store, lambda _: None)
    return {}


def complete_ours(store: Path) -> dict[str, Any]:
    """Write the files of a build beside the index: lists, and for a large graph the answers to the named queries."""
    complete_version(StoreFolder(store).current_folder())
    return {}


def load_oxigraph(dump: Path, folder: Path) -> dict[str, Any]:
    """Load a dump with Debian's command `oxigraph load`; the result is counted in the store.

    Version 0.4.9 aborts when it is done, with the data intact: its exit status is ignored.
    """
    if shutil.which("oxigraph") is None:
        return {"missing": "the command 'oxigraph' is not installed (apt-get install oxigraph-cli)"}
    begin = time.perf_counter()
    done = subprocess.run(["oxigraph", "load", "--location", folder, "--file", dump], capture_output=True, check=False)
    wall = time.perf_counter() - begin
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall_s": wall,
        "cpu_s": children.ru_utime + children.ru_stime,
        "peak_bytes": children.ru_maxrss * 1024,
        "exit_status": done.returncode,
        "index_bytes": bytes_on_disk(folder),
        "quads": len(ox.Store(str(folder))),  # opened for writing, because a newer engine upgrades it first
    }


def count_ours(store: Path) -> dict[str, Any]:
    """Count the quads of our current version."""
    return {"quads": len(StoreFolder(store).open_current())}


def validate_all(dump: Path) -> dict[str, Any]:
    """Validate the whole graph, read from its dump."""
    rules = load_rules(Repository.find(), Addresses())
    report = validate_dataset(stream_quads(dump), rules.engine)
    return {"results": len(report.results), "conforms": report.conforms}


def validate_one(store: Path, practices: int) -> dict[str, Any]:
    """Validate practices that are not in the published graph, one by one: milliseconds of wall and CPU time."""
    repository, addresses = Repository.find(), Addresses()
    rules = load_rules(repository, addresses)
    published = StoreFolder(store).open_current()
    data = Synthetic(practices, SEED, repository, addresses)
    wall, cpu = [], []
    for number in range(CONTRIBUTIONS + WARM):
        statements = LocatedStatements.of(data.practice(practices + number).quads)
        begin, used = time.perf_counter(), time.process_time()
        report = validate_contribution(statements, published, rules)
        wall.append((time.perf_counter() - begin) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        if not report.conforms:
            raise ValueError(f"A practice made to conform does not: {report.results[0]}")
    return {"p50_ms": median(wall[WARM:]), "p50_cpu_ms": median(cpu[WARM:])}


def bytes_on_disk(folder: Path) -> int:
    """Bytes of the files of a folder; a file with several names counts once."""
    files = {(s.st_dev, s.st_ino): s.st_size for path in folder.rglob("*") if path.is_file() for s in [path.stat()]}
    return sum(files.values())
