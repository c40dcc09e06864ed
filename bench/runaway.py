"""Cost of runaway queries for other clients: `python -m bench.runaway` (see `bench/README.md`).

Some connections send small queries: first alone, then beside others that send queries without end, then alone again.
Printed for each: requests/s, median and 99th percentile of the small ones, and the memory of all our processes.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from itertools import chain
from pathlib import Path

from bench.client import Job, Load, put_load
from bench.generate import SEED, beside, write_quads
from bench.queries import query_mix
from bench.synthetic import Synthetic
from bench.systems.gcmgraph_server import GcmGraphServer
from bench.systems.process import HOST
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

JSON = "application/sparql-results+json"

#: Each would run for hours or use all memory.
RUNAWAYS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g",
    "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f }",
    f"SELECT * {{ ?s {'/'.join(['skos:broader'] * 1_000)} ?o }}",
    f"ASK {'{' * 3_000}{'}' * 3_000}",
)

#: Seconds in which a server has read the graph into memory and made its indexes for pages.
SETTLED = 15

SMALL = ("practices-of-country", "practices-of-organisation")


def _job(server: GcmGraphServer, texts: list[str], seconds: float, connections: int) -> Job:
    targets = tuple(server.target(f"{text}\n#") for text in texts)
    return Job(HOST, server.server.port, targets, JSON, seconds, unique=True, connections=connections)


def _say(name: str, load: Load, server: GcmGraphServer) -> None:
    refused = f", refused {load.refused}" if load.refused else ""
    memory = server.server.memory() / 2**20
    print(
        f"{name:8} {load.per_second:8,.0f}/s  p50 {load.p50_ms} ms  p99 {load.p99_ms} ms  {memory:,.0f} MB{refused}",
        flush=True,
    )


def measure(practices: int, seconds: float, connections: int, runaways: int) -> None:
    """Print the figures of one run."""
    data = Synthetic(practices, SEED, Repository.find(), Addresses())
    with tempfile.TemporaryDirectory(prefix="gcmgraph-bench-") as name:
        folder = Path(name)
        with (folder / "synthetic.nq").open("wb") as out:
            write_quads(chain(beside(Repository.find(), Addresses()), data.quads()), out)
        server = GcmGraphServer(cached=False)
        server.load(folder / "synthetic.nq", folder)
        server.start()
        try:
            texts = [text for query in query_mix(data) if query.name in SMALL for text in query.texts]
            small = _job(server, texts, seconds, connections)
            time.sleep(SETTLED)
            _say("alone", put_load(small), server)
            heavy = threading.Thread(
                target=lambda: _say("runaways", put_load(_job(server, list(RUNAWAYS), seconds + 2, runaways)), server)
            )
            heavy.start()
            time.sleep(1)
            _say("beside", put_load(small), server)
            heavy.join()
            _say("after", put_load(small), server)
        finally:
            server.server.stop()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each of the three measurements")
    parser.add_argument("--connections", type=int, default=4, help="that ask small queries")
    parser.add_argument("--runaways", type=int, default=4, help="connections that send runaway queries")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends, too
    measure(options.practices, options.seconds, options.connections, options.runaways)


if __name__ == "__main__":
    main()
