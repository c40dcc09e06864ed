"""Requests a second for one practice, as Turtle and as a page: `python -m bench.pages` (see `bench/README.md`).

Ours as it is and with its result cache off, the ceiling (`bench.bare_app`), and npm's trifid, over the same version of
the real dataset. They take turns, so that whatever else the machine does meanwhile weighs on each of them alike.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.client import Job, put_load
from bench.systems import trifid
from bench.systems.process import HOST, NotAvailableError, Server, free_port
from gcmgraph.namespaces import Addresses
from gcmgraph.store.versions import StoreFolder

_ROOT = Path(__file__).parents[1]
_PROGRAM = Path(sys.executable).with_name("gcmgraph")

#: What is asked for: name to media type.
FORMS = {"Turtle": "text/turtle", "HTML": "text/html"}

#: At least these shares of the ceiling, and times trifid.
OF_CEILING, TIMES_TRIFID = 0.5, 20.0


@dataclass(frozen=True)
class Measured:
    """A running system, and the address at which it has the practice."""

    name: str
    server: Server
    path: str


def main() -> None:
    """Build, start everything, measure in turns, print a table and keep the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each; the median counts")
    options = parser.parse_args()
    load_average = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    with tempfile.TemporaryDirectory(prefix="gcmgraph-pages-") as name, ExitStack() as stack:
        work = Path(name)
        store = work / "store"
        subprocess.run([_PROGRAM, "build", "--quiet", "--store", store], check=True, cwd=_ROOT)
        practice = _practice(store)
        systems, missing = _start(work, StoreFolder(store).current_folder(), practice, stack)
        figures = _measure(systems, options)
    for line in _table(figures, missing, load_average):
        print(line)
    _keep(figures, missing, load_average, options)


def _practice(store: Path) -> str:
    """The local part of the first practice's address."""
    start = f"<{Addresses().base}id/practice/"
    lines = (StoreFolder(store).current_folder() / "gcmgraph.nq").read_text("utf-8").splitlines()
    subjects = {line.split(">", 1)[0].removeprefix(start) for line in lines if line.startswith(start)}
    return min(subject for subject in subjects if "#" not in subject)


def _start(work: Path, version: Path, practice: str, stack: ExitStack) -> tuple[list[Measured], dict[str, str]]:
    base, doc = Addresses().base, f"/doc/practice/{practice}"

    def ours(name: str, environment: dict[str, str]) -> Server:
        port = free_port()
        command = [_PROGRAM, "serve", "--store", work / "store", "--host", HOST, "--port", str(port)]
        return Server(command, port, work / f"{name}.log", _ROOT, environment)

    def bare() -> Server:
        port = free_port()
        command = [sys.executable, "-m", "bench.bare_app", version / "index", base, str(port)]
        return Server(command, port, work / "bare.log", _ROOT, {})

    wanted: dict[str, Callable[[], Server]] = {
        "gcmgraph": lambda: ours("gcmgraph", {}),
        "gcmgraph, result cache off": lambda: ours("uncached", {"GCMGRAPH_RESULT_CACHE": "0"}),
        "bare Flask on granian": bare,
    }
    systems, missing = [], {}
    for name, begin in wanted.items():
        server = begin()
        stack.callback(server.stop)
        server.wait_until(lambda server=server: server.answers(doc, FORMS["Turtle"]))  # type: ignore[misc]
        systems.append(Measured(name, server, doc))
    (work / "trifid").mkdir()
    thing = f"/id/practice/{practice}"
    try:
        server = trifid.start(version / "gcmgraph.nq", base, work / "trifid", thing)
        stack.callback(server.stop)
        systems.append(Measured(f"trifid {trifid.VERSION}", server, thing))
    except NotAvailableError as error:
        missing["trifid"] = str(error)
    return systems, missing


def _measure(systems: list[Measured], options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Requests a second by form and system, the median of the rounds. Only whole answers of status 200 count."""
    rates: dict[str, dict[str, list[float]]] = {form: {s.name: [] for s in systems} for form in FORMS}
    for form, media_type in FORMS.items():
        for system in systems:
            status, body = system.server.get(system.path, media_type)
            if status != 200 or len(body) < 500 or (b"<!doctype" in body[:99].lower()) != (form == "HTML"):
                raise SystemExit(f"{system.name} does not answer with the practice as {form}: {status}")
        for _ in range(options.rounds):
            for system in systems:
                job = Job(HOST, system.server.port, (system.path,), media_type, options.seconds)
                load = put_load(job)
                if load.refused or load.broken:
                    raise SystemExit(f"{system.name} refused: {load.refused}, broken: {load.broken}")
                rates[form][system.name].append(load.per_second)
    return {form: {name: median(values) for name, values in of.items()} for form, of in rates.items()}


def _table(figures: dict[str, dict[str, float]], missing: dict[str, str], load_average: float) -> list[str]:
    lines = [
        f"Requests a second for one practice, 8 connections; load average at the start {load_average:.1f}",
        "",
        "| system | " + " | ".join(FORMS) + " |",
        "|---|" + "---|" * len(FORMS),
    ]
    names = list(next(iter(figures.values())))
    lines += [f"| {name} | " + " | ".join(f"{figures[form][name]:,.0f}" for form in FORMS) + " |" for name in names]
    lines.append("")
    for form, rates in figures.items():
        ours, ceiling = rates["gcmgraph"], rates["bare Flask on granian"]
        slow = rates["gcmgraph, result cache off"]
        lines.append(f"{form}: {ours / ceiling:.2f} of the ceiling ({slow / ceiling:.2f} without the result cache)")
        other = next((rate for name, rate in rates.items() if name.startswith("trifid")), None)
        if other:
            lines[-1] += f", {ours / other:.0f} times trifid ({slow / other:.0f} without); "
            lines[-1] += "met" if ours >= OF_CEILING * ceiling and ours >= TIMES_TRIFID * other else "NOT met"
    return [*lines, *(f"{name}: not measured: {why}" for name, why in missing.items())]


def _keep(figures: object, missing: object, load_average: float, options: argparse.Namespace) -> None:
    kept = Path(__file__).parent / "results" / f"{time.strftime('%Y-%m-%dT%H%M%S')}-pages.json"
    run = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_average": load_average,
        "options": vars(options),
        "requests_per_second": figures,
        "missing": missing,
    }
    kept.write_text(json.dumps(run, indent=1) + "\n", "utf-8")
    print(f"\nKept in {kept.relative_to(_ROOT)}")


if __name__ == "__main__":
    main()
