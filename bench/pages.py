"""Requests a second for one practice, as Turtle and as a page: `python -m bench.pages` (see `bench/README.md`).

Ours as it is and with its result cache off, the ceiling (`bench.bare_app`), and npm's trifid, over the same version of
the real dataset. They take turns, so that other work of the machine affects all alike.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

from bench.client import Job, put_load
from bench.report import machine, now, write_json
from bench.systems import trifid
from bench.systems.gcmgraph_server import PROGRAM, ROOT
from bench.systems.process import HOST, NotAvailableError, Server, free_port
from bench.tables import table
from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Literal, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions.folder import StoreFolder

Triples = frozenset[Triple]

#: Requested formats: name to media type.
FORMS = {"Turtle": "text/turtle", "HTML": "text/html"}

#: Names of the systems.
OURS, UNCACHED, CEILING, TRIFID = "gcmgraph", "gcmgraph, result cache off", "bare Flask on granian", "trifid"

#: Minimum share of the ceiling. The goal beside trifid is in `bench.goals`.
OF_CEILING = 0.5


@dataclass(frozen=True)
class Measured:
    """A running system, and its address of the practice."""

    name: str
    server: Server
    path: str


def main() -> None:
    """Measure, print a table and write the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each; the median counts")
    options = parser.parse_args()
    load_average = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    with tempfile.TemporaryDirectory(prefix="gcmgraph-pages-") as name:
        try:
            told = measure(Path(name), options.seconds, options.rounds)
        except NotAvailableError as error:
            sys.exit(str(error))
    print(text(told, load_average))
    _keep(told, load_average, options)


def measure(work: Path, seconds: float, rounds: int) -> dict[str, Any]:
    """Build in a folder, start everything, measure in turns. Raises `NotAvailableError`.

    Returns requests a second by format and system, faults by system, and missing systems.
    """
    store = work / "store"
    subprocess.run([PROGRAM, "build", "--quiet", "--store", store], check=True, cwd=ROOT)
    practice = _practice(store)
    with ExitStack() as stack:
        systems, missing = _start(work, StoreFolder(store).current_folder(), practice, stack)
        right = triples_of(StoreFolder(store), IRI(Addresses().thing("practice", practice)))
        wrong = {form: {s.name: _fault(s, form, right) for s in systems} for form in FORMS}
        rates = _measure(systems, wrong, seconds, rounds)
    return {"requests_per_second": rates, "wrong": wrong, "missing": missing}


def _practice(store: Path) -> str:
    """Local part of the first practice's address."""
    start = f"<{Addresses().base}id/practice/"
    lines = (StoreFolder(store).current_folder() / "gcmgraph.nq").read_text("utf-8").splitlines()
    subjects = {line.split(">", 1)[0].removeprefix(start) for line in lines if line.startswith(start)}
    return min(subject for subject in subjects if "#" not in subject)


def _start(work: Path, version: Path, practice: str, stack: ExitStack) -> tuple[list[Measured], dict[str, str]]:
    base, doc = Addresses().base, f"/doc/practice/{practice}"

    def ours(name: str, environment: dict[str, str]) -> Server:
        port = free_port()
        command = [PROGRAM, "serve", "--store", work / "store", "--host", HOST, "--port", str(port)]
        return Server(command, port, work / f"{name}.log", ROOT, environment)

    def bare() -> Server:
        port = free_port()
        command = [sys.executable, "-m", "bench.bare_app", version / "index", base, str(port)]
        return Server(command, port, work / "bare.log", ROOT, {})

    wanted: dict[str, Callable[[], Server]] = {
        OURS: lambda: ours("gcmgraph", {}),
        UNCACHED: lambda: ours("uncached", {"GCMGRAPH_RESULT_CACHE": "0"}),
        CEILING: bare,
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
        systems.append(Measured(TRIFID, server, thing))
    except NotAvailableError as error:
        missing[TRIFID] = str(error)
    return systems, missing


def _fault(system: Measured, form: str, right: Triples) -> str:
    """Fault in a system's document of the practice; empty where there is none."""
    status, body = system.server.get(system.path, FORMS[form])
    if status != 200:
        return f"status {status}"
    # trifid writes its own address in place of the dataset's
    content = body.replace(f"http://{HOST}:{system.server.port}/".encode(), Addresses().base.encode())
    return differs(content, form, right)


def _measure(
    systems: list[Measured], wrong: dict[str, dict[str, str]], seconds: float, rounds: int
) -> dict[str, dict[str, float]]:
    """Requests a second by form and system, the median of the rounds. Only whole answers of status 200 count."""
    rates: dict[str, dict[str, float]] = {}
    for form, media_type in FORMS.items():
        asked = [system for system in systems if not wrong[form][system.name]]
        counted: dict[str, list[float]] = {system.name: [] for system in asked}
        for _ in range(rounds):
            for system in asked:
                load = put_load(Job(HOST, system.server.port, (system.path,), media_type, seconds))
                if load.refused or load.broken:
                    raise NotAvailableError(f"{system.name} refused: {load.refused}, broken: {load.broken}")
                counted[system.name].append(load.per_second)
        rates[form] = {name: median(values) for name, values in counted.items()}
    return rates


def triples_of(store: StoreFolder, thing: IRI) -> Triples:
    """Triples of the current version with a resource as subject."""
    return frozenset(store.open_current().triples(thing))


def differs(content: bytes, form: str, right: Triples) -> str:
    """Fault in a document of a format; empty where there is none.

    Turtle may have triples of other resources, as ours does; of the resource itself it has exactly these.
    A page has each of its literals.
    """
    if form == "HTML":
        page = unescape(content.decode("utf-8", "replace"))
        texts = {triple.object.value for triple in right if isinstance(triple.object, Literal)}
        lost = sum(text not in page for text in texts)
        return f"{lost} of {len(texts)} texts are not on the page" if lost else ""
    (thing,) = {triple.subject for triple in right}
    try:
        found = {quad.triple for quad in parse_quads(content, TURTLE, source="document") if quad.subject == thing}
    except GcmGraphError as error:
        return f"it cannot be read: {error}"
    if found == right:
        return ""
    return f"{len(right - found)} of {len(right)} triples are not in it, {len(found - right)} are too many"


def text(told: dict[str, Any], load_average: float) -> str:
    """Rates as a table, with their shares of the ceiling."""
    rates: dict[str, dict[str, float]] = told["requests_per_second"]
    names = list(next(iter(told["wrong"].values())))
    rows = [(name, *(f"{of[name]:,.0f}" if name in of else "wrong" for of in rates.values())) for name in names]
    head = f"Requests a second for one practice; load average at the start {load_average:.1f}"
    lines = [head, "", table(("system", *rates), rows), ""]
    for form, of in rates.items():
        if (ceiling := of.get(CEILING)) and OURS in of and UNCACHED in of:
            share, slow = of[OURS] / ceiling, of[UNCACHED] / ceiling
            verdict = "met" if share >= OF_CEILING else "NOT met"
            lines.append(f"{form}: {share:.2f} of the ceiling ({slow:.2f} without the result cache); {verdict}")
    for form, faults in told["wrong"].items():
        lines += [f"{form}, {name}: wrong, not counted: {fault}" for name, fault in faults.items() if fault]
    return "\n".join([*lines, *(f"{name}: not measured: {why}" for name, why in told["missing"].items())])


def _keep(told: dict[str, Any], load_average: float, options: argparse.Namespace) -> None:
    run = {"date": now(), "machine": machine() | {"load_average_at_start": load_average}, "options": vars(options)}
    print(f"\nWritten to {write_json(run | told, ROOT / 'bench' / 'results', 'pages')}")


if __name__ == "__main__":
    main()
