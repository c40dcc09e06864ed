"""Send many contributions and accept some, over HTTP: `python -m bench.contributions [--practices N] [--count N]`.

Eight clients send contributions of one practice each (about ten triples) to one server, one after the other on
connections that stay open. Then a curator accepts some, one by one, and requests each as soon as it is accepted.
Printed: contributions a second, median and 99th percentile in milliseconds, and the memory of all our processes before,
halfway and after (proportional set sizes).
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from bench.contributing import UnansweredError, accept, see, send, start_server
from bench.generate import SEED, beside
from bench.synthetic import Synthetic
from bench.systems.gcmgraph_server import READY
from bench.systems.process import HOST
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.indexes import write_indexes
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.folder import StoreFolder, version_name
from gcmgraph.store.versions.incremental import DUMP

CLIENTS = 8


@dataclass
class Sent:
    """Measurements of the clients, which share one sequence of numbers."""

    count: int
    seconds: list[float] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: int = 0

    def take(self) -> int | None:
        """The next number, None after the last."""
        with self.lock:
            self.taken += 1
            return self.taken if self.taken <= self.count else None


def client(port: int, token: str, sent: Sent) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    while (number := sent.take()) is not None:
        start = time.perf_counter()
        status, answer = send(connection, token, str(number))
        seconds = time.perf_counter() - start
        with sent.lock:
            if status == 201:
                sent.seconds.append(seconds)
                sent.identifiers.append(json.loads(answer)["id"])
            else:
                sent.failures.append(f"{status} {answer[:200]!r}")


def per_hundred(seconds: list[float], share: int) -> float:
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * share // 100)] * 1000


def measure(practices: int, count: int, accepted: int) -> None:
    addresses, repository = Addresses(), Repository.find()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic = Synthetic(practices, SEED, repository, addresses)
        quads = list(chain(synthetic.quads(), beside(repository, addresses)))
        dump = serialize_canonical(quads)
        version = version_name(sha256(dump))
        StoreFolder(folder / "store").publish(
            version, quads, {DUMP: dump}, lambda place: write_indexes(place, addresses)
        )
        server, secrets = start_server(folder / "store", folder / "ledger", folder / "log")
        port, contributor, curator = server.port, secrets["contributor"], secrets["curator"]
        try:
            server.wait_until(lambda: server.answers(READY))
            warm = Sent(4)
            client(port, contributor, warm)
            before = server.memory()
            sent = Sent(count, taken=4)
            sent.count += 4
            half: list[int] = []
            clients = [threading.Thread(target=client, args=(port, contributor, sent)) for _ in range(CLIENTS)]
            start = time.perf_counter()
            for thread in clients:
                thread.start()
            while any(thread.is_alive() for thread in clients):
                time.sleep(0.05)
                if not half and sent.taken > count // 2:
                    half.append(server.memory())
            seconds = time.perf_counter() - start
            megabytes = " -> ".join(f"{m / 2**20:,.0f}" for m in (before, *half, server.memory()))
            print(f"{practices:,} practices published, {len(sent.seconds):,} contributions by {CLIENTS} clients:")
            print(
                f"  {len(sent.seconds) / seconds:.1f}/s, p50 {statistics.median(sent.seconds) * 1000:.0f} ms, "
                f"p99 {per_hundred(sent.seconds, 99):.0f} ms, memory {megabytes} MB, failures {len(sent.failures)}"
            )
            for failure in sent.failures[:3]:
                print("  ", failure)
            accept_some(port, curator, sent.identifiers[:accepted])
        finally:
            server.stop()


def accept_some(port: int, token: str, identifiers: list[str]) -> None:
    """Accept some; each is requested as soon as it is accepted."""
    connection = http.client.HTTPConnection(HOST, port, timeout=300)
    decided, visible = [], []
    for identifier in identifiers:
        start = time.perf_counter()
        accept(connection, token, identifier)
        decided.append(time.perf_counter() - start)
        see(connection, f"/doc/contribution/{identifier}.ttl")
        visible.append(time.perf_counter() - start)
    if decided:
        print(
            f"  accepted {len(decided)}: answered after {statistics.median(decided) * 1000:.0f} ms "
            f"(most {max(decided) * 1000:.0f}), "
            f"seen after {statistics.median(visible) * 1000:.0f} ms (most {max(visible) * 1000:.0f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, nargs="+", default=[1_000])
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--accepted", type=int, default=10)
    given = parser.parse_args()
    for practices in given.practices:
        try:
            measure(practices, given.count, given.accepted)
        except UnansweredError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
