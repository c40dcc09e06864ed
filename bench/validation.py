"""Time validation: contributions against graphs of several sizes, and whole graphs, beside pyshacl.

    python -m bench.validation --practices 1000 10000 100000 --full 10000 --out bench/results/validation.json

Wall and CPU seconds are both given: on a machine that does other work as well, the CPU time says more.
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
from collections import Counter
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import pyshacl
from rdflib import Graph, URIRef

from bench.generate import SEED, beside
from bench.synthetic import Synthetic
from gcmgraph.model.terms import IRI, Quad, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.engine import validate_dataset
from gcmgraph.validation.facts import fact
from gcmgraph.validation.rdflib_terms import to_rdflib
from gcmgraph.validation.rules import Rules, load_rules
from gcmgraph.validation.statements import Statements

#: A fault in one of so many practices: a second start.
_FAULTY = 200


def contributions(practices: int, count: int, rules: Rules, repository: Repository, clients: int) -> dict[str, Any]:
    """Milliseconds to validate practices that a published graph of this size does not hold."""
    data = Synthetic(practices, SEED, repository, rules.addresses)
    new = [Statements.of(data.practice(practices + number).quads) for number in range(count)]
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


def at_once(new: list[Statements], published: EmbeddedStore, rules: Rules, clients: int) -> dict[str, Any]:
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


def in_full(practices: int, rules: Rules, repository: Repository, *, reference: bool) -> dict[str, Any]:
    """Seconds to validate a whole graph with some faults, by us and by pyshacl, from quads in memory."""
    data = Synthetic(practices, SEED, repository, rules.addresses)
    start = IRI("https://schema.org/startDate")

    def quads() -> Any:
        yield from chain(beside(repository, rules.addresses), data.quads())
        for number in range(0, practices, _FAULTY):
            yield Quad(data.practice(number).iri, start, typed("1066", "gYear"))

    given = list(quads())
    begin, used = time.perf_counter(), time.process_time()
    report = validate_dataset(given, rules.shapes)
    ours = {"wall_s": time.perf_counter() - begin, "cpu_s": time.process_time() - used}
    told = Counter((str(r.focus), r.source_shape.value, r.component.value, str(r.value)) for r in report.results)
    found: dict[str, Any] = {"practices": practices, "quads": len(given), "results": len(told), "ours": ours}
    if reference:
        begin, used = time.perf_counter(), time.process_time()
        results = rules.shapes.reference.results(map(fact, (*given, *rules.shapes.hierarchy)))
        found["pyshacl"] = {"wall_s": time.perf_counter() - begin, "cpu_s": time.process_time() - used}
        theirs = Counter((str(r.focus), r.source_shape.value, r.component.value, str(r.value)) for r in results)
        found["same_results"] = theirs == told
        found["ratio_cpu"] = found["pyshacl"]["cpu_s"] / ours["cpu_s"]
    return found


def focus_nodes(practices: int, rules: Rules, repository: Repository) -> dict[str, Any]:
    """Seconds that pyshacl takes for one practice with `focus_nodes`, the whole graph loaded before."""
    data = Synthetic(practices + 1, SEED, repository, rules.addresses)
    graph = Graph()
    for triple in map(fact, (*beside(repository, rules.addresses), *data.quads(), *rules.shapes.hierarchy)):
        graph.add(tuple(map(to_rdflib, triple)))  # type: ignore[arg-type]
    begin, used = time.perf_counter(), time.process_time()
    pyshacl.validate(
        graph,
        shacl_graph=rules.shapes.constraints,
        focus_nodes=[URIRef(data.practice(practices).iri.value)],
        inplace=True,
        inference="none",
    )
    return {"practices": practices, "wall_ms": (time.perf_counter() - begin) * 1000,
            "cpu_ms": (time.process_time() - used) * 1000}  # fmt: skip


def resident() -> float:
    """Megabytes that this process holds."""
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
        "full": [in_full(size, rules, repository, reference=not options.no_reference) for size in options.full],
    }
    if not options.no_reference and options.full:
        run["pyshacl_focus_nodes"] = [focus_nodes(size, rules, repository) for size in options.full]
    run["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    text = json.dumps(run, indent=1)
    if options.out:
        options.out.write_text(text + "\n")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
