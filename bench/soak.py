"""Mixed load on one server for a while: `python -m bench.soak [--minutes 30] [--practices N]` (see `bench/README.md`).

Clients request all kinds of resources, another sends queries without end now and then, and every few seconds a
contribution is sent and accepted, so that the dataset version changes all the time. Ends by itself. Status 1 where a
request failed, memory grew, or answers became slower.
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench.contributing import UnansweredError, publish, start_server
from bench.generate import SEED
from bench.published import publish_dump, write_dump
from bench.report import machine, now, write_json
from bench.soak_load import NO_CONNECTION, Clients
from bench.soak_look import look
from bench.soak_mix import Mix
from bench.soak_record import Interval, verdict
from bench.synthetic import Synthetic
from bench.systems.gcmgraph_server import READY
from bench.systems.process import HOST, NotAvailableError, running
from gcmgraph import __version__
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.incremental import DUMP

#: Upper limit, against a typing error on a shared machine.
MOST_MINUTES = 240.0

#: Lines of the server's log in the record of a failed run.
LOG_LINES = 20

#: Seconds after the server's end in which its child processes must end, too.
LAST_SECONDS = 10.0


class Contributors(threading.Thread):
    """Thread that sends, accepts and requests a contribution every few seconds."""

    def __init__(self, port: int, tokens: dict[str, str], pause: float) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._tokens = tokens
        self._pause = pause
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._accepted: list[float] = []
        self._failures: list[str] = []

    def run(self) -> None:
        """Continue until `stop`."""
        number = 0
        while not self._over.wait(self._pause):
            number += 1
            start = time.perf_counter()
            try:
                failure = self._contribute(number)
            except (OSError, http.client.HTTPException) as error:
                failure = f"contribution: {error!r}"
            with self._lock:
                if failure:
                    self._failures.append(failure)
                else:
                    self._accepted.append(time.perf_counter() - start)

    def stop(self) -> None:
        """Finish the one under way, and stop."""
        self._over.set()
        self.join(120)

    def taken(self) -> tuple[list[float], list[str]]:
        """Results since the last call: seconds of each from being sent to being seen, and failures."""
        with self._lock:
            taken = self._accepted, self._failures
            self._accepted, self._failures = [], []
        return taken

    def _contribute(self, number: int) -> str | None:
        """Failure, if any."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=60)
        try:
            publish(connection, self._tokens, f"soak-{number}")
            return None
        except UnansweredError as error:
            return str(error)
        finally:
            connection.close()


def soak(options: argparse.Namespace, folder: Path, stack: ExitStack) -> dict[str, object]:
    """Run the soak. Returns its record."""
    about = machine()
    write_dump(options.practices, folder / DUMP)
    publish_dump(folder / DUMP, folder / "store")
    server, secrets = start_server(folder / "store", folder / "ledger", folder / "log")
    port = server.port
    stack.callback(server.stop)
    server.wait_until(lambda: server.answers(READY))
    data = Synthetic(options.practices, SEED, Repository.find(), Addresses())
    clients = Clients(Mix(data, port, SEED), port, options.clients, options.runaway_every)
    stack.callback(clients.close)
    contributors = Contributors(port, secrets, options.accept_every)
    contributors.start()
    stack.callback(contributors.stop)
    intervals: list[Interval] = []
    accepted: list[float] = []
    processes: list[int] = []
    end = time.perf_counter() + options.minutes * 60
    while (left := end - time.perf_counter()) > min(1.0, options.every / 2):
        looks: list[int] = []
        interval = clients.run(min(options.every, left), lambda: looks.append(server.memory()))  # noqa: B023
        looks.append(server.memory())
        memory = (round(of(looks) / 2**20, 1) for of in (min, median, max))
        interval.least_memory_mb, interval.memory_mb, interval.most_memory_mb = memory
        seconds, failures = contributors.taken()
        interval.accepted = len(seconds)
        interval.failures.update(failures)
        accepted += seconds
        processes = server.processes()
        held = look(processes, folder / "store")
        interval.held = held.record()
        intervals.append(interval)
        print(f"{_line(len(intervals), interval)}\n     {held}", flush=True)
        if not server.alive or NO_CONNECTION in interval.failures:
            break
    lived = server.alive
    contributors.stop()
    log = server.last_lines(LOG_LINES)
    server.stop()
    judged = verdict(intervals, server_lived=lived, left_behind=_left(processes))
    if not lived:
        print("\nThe server ended by itself. Last lines of its log:", *log, sep="\n  ", flush=True)
    wanted = ("practices", "minutes", "every", "clients", "accept_every", "runaway_every")
    return {
        "measured": "soak",
        "date": now(),
        "version": __version__,
        "machine": about,
        "options": {name: getattr(options, name) for name in wanted},
        "intervals": [interval.record() for interval in intervals],
        "seen_after_seconds": {"median": median(accepted), "most": max(accepted)} if accepted else None,
        "verdict": {**asdict(judged), "good": judged.good},
        "log_tail": log if judged.failures or not lived else [],
    }


def _left(processes: list[int]) -> int:
    """Number of these processes that still run some seconds after the end."""
    deadline = time.monotonic() + LAST_SECONDS
    while (left := sum(map(running, processes))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _line(number: int, of: Interval) -> str:
    busy = sum(of.busy.values())
    return (
        f"{number:3}  {sum(of.requests.values()) / of.seconds:7,.0f}/s  p50 {of.p50_ms} ms  p99 {of.p99_ms} ms  "
        f"{of.least_memory_mb:,.0f} MB (most {of.most_memory_mb:,.0f})  accepted {of.accepted}  "
        f"runaways {dict(of.runaways)}  429: {busy}  failures {dict(of.failures)}"
    )


def main() -> None:
    """Read the arguments, soak, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0, help=f"at most {MOST_MINUTES:.0f}")
    parser.add_argument("--every", type=float, default=60.0, help="seconds of one line of figures")
    parser.add_argument("--practices", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--accept-every", type=float, default=5.0, help="seconds between contributions")
    parser.add_argument("--runaway-every", type=float, default=5.0, help="seconds between queries without end")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    if not 0 < options.minutes <= MOST_MINUTES:
        parser.error(f"--minutes may be up to {MOST_MINUTES:.0f}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends, too
    with tempfile.TemporaryDirectory(prefix="gcmgraph-soak-") as name, ExitStack() as stack:
        try:
            run = soak(options, Path(name), stack)
        except NotAvailableError as error:
            sys.exit(str(error))
    written = write_json(run, options.out, f"soak-{options.practices}")
    print(f"\n{json.dumps(run['verdict'])}\nwritten to {written}")
    sys.exit(0 if run["verdict"]["good"] else 1)  # type: ignore[index]


if __name__ == "__main__":
    main()
