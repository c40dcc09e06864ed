"""Time validation: contributions against graphs of several sizes, and whole graphs, beside pyshacl.

    python -m bench.validation --practices 1000 10000 100000 --full 10000 --out bench/results/validation.json

Both wall and CPU seconds are measured: on a machine with other work, compare the CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from bench.generate import SEED, beside
from bench.growth_steps import apart, validate_one
from bench.material import Material
from bench.synthetic import Synthetic
from bench.validation_steps import ours_of_one, ours_whole, pyshacl_focus_node, pyshacl_whole
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.validation.checks.rules import Rules, load_rules
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.locations.statements import LocatedStatements


def contributions(practices: int, count: int, rules: Rules, repository: Repository, clients: int) -> dict[str, Any]:
    """Time the validation of practices that are not in a published graph of this size, in milliseconds."""
    data = Synthetic(practices, SEED, repository, rules.addresses)
    new = [LocatedStatements.of(data.practice(practices + number).quads) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore.open(Path(folder))
        store.bulk_load(chain(beside(repository, rules.addresses), data.quads()))
        store.close()
        published = EmbeddedStore.open(Path(folder), read_only=True)
        for statements in new[:10]:
            validate_contribution(statements, published, rules)
        wall, cpu = [], []
        for statements in new:
            begin, used = time.perf_counter(), time.process_time()
            report = validate_contribution(statements, published, rules)
            wall.append((time.perf_counter() - begin) * 1000)
            cpu.append((time.process_time() - used) * 1000)
            assert not report.results, report
        before = resident()
        many = at_once(new, published, rules, clients)
        return {
            "practices": practices,
            "triples_each": statistics.mean(map(len, new)),
            "wall_ms": {"median": statistics.median(wall), "p99": sorted(wall)[int(len(wall) * 0.99)]},
            "cpu_ms": {"median": statistics.median(cpu), "p99": sorted(cpu)[int(len(cpu) * 0.99)]},
            "at_once": many | {"resident_mb_before": before, "resident_mb_after": resident()},
        }


def at_once(new: list[LocatedStatements], published: EmbeddedStore, rules: Rules, clients: int) -> dict[str, Any]:
    """Threads that validate one contribution after the other."""
    waiting, took, turn = iter(new), [], threading.Lock()

    def work() -> None:
        while True:
            with turn:
                statements = next(waiting, None)
            if statements is None:
                return
            begin = time.perf_counter()
            validate_contribution(statements, published, rules)
            took.append((time.perf_counter() - begin) * 1000)

    begin = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    return {"clients": clients, "per_second": len(took) / seconds, "p99_ms": sorted(took)[int(len(took) * 0.99)]}


def in_full(material: Material, *, reference: bool) -> dict[str, Any]:
    """Validate a whole graph with faults, by us and by pyshacl: seconds, memory, and whether results agree."""
    ours = apart(ours_whole, material.dump, material.practices)
    told = ours.pop("results")
    found: dict[str, Any] = {"practices": material.practices, "quads": material.dataset["quads"]}
    found |= {"results": len(told), "ours": ours}
    if reference:
        theirs = found["pyshacl"] = apart(pyshacl_whole, material.dump, material.practices)
        found["same_results"] = theirs.pop("results") == told
        found["ratio_cpu"] = theirs["cpu_s"] / ours["cpu_s"]
    return found


def of_one(material: Material) -> dict[str, Any]:
    """One new practice beside the published graph, by us and by pyshacl with focus nodes: milliseconds."""
    ours = apart(validate_one, material.store, material.practices)
    found = apart(ours_of_one, material.store, material.practices)["results"]
    theirs = apart(pyshacl_focus_node, material.dump, material.practices)
    same = theirs.pop("results") == found
    ratio = theirs["cpu_ms"] / ours["p50_cpu_ms"]
    return {"practices": material.practices, "results": len(found), "ours": ours, "pyshacl": theirs,
            "same_results": same, "ratio_cpu": ratio}  # fmt: skip


def resident() -> float:
    """Memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Read the arguments, measure, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--practices", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="of published graphs"
    )
    parser.add_argument("--count", type=int, default=1_000, help="contributions to each")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--full", type=int, nargs="*", default=[10_000], help="practices of graphs validated whole")
    parser.add_argument("--no-reference", action="store_true", help="without pyshacl, which takes minutes")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    repository = Repository.find()
    rules = load_rules(repository, Addresses())
    run: dict[str, Any] = {
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("pyoxigraph", "pyshacl", "rdflib")},
        "contributions": [
            contributions(size, options.count, rules, repository, options.clients) for size in options.practices
        ],
        "full": [],
        "one_practice": [],
    }
    for size in options.full:
        with tempfile.TemporaryDirectory(prefix="gcmgraph-validation-") as folder:
            material = Material(size, Path(folder))
            run["full"].append(in_full(material, reference=not options.no_reference))
            if not options.no_reference:
                run["one_practice"].append(of_one(material))
    run["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    text = json.dumps(run, indent=1)
    if options.out:
        options.out.write_text(text + "\n")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
