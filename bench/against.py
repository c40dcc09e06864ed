"""This checkout beside another commit: both serve the same data, and get each request in turns."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bench.checkouts import Checkout, Request, worktree
from bench.contributions import accept, send
from bench.material import Material, say
from bench.pages import HTML, ROWS, WORDS, lookups, resources
from bench.report import Figure, table_of
from bench.systems import ROOT
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository

#: Lowest acceptable ratio: a loss of more than a tenth is marked.
AT_LEAST = 0.9

#: Times that each request is sent to each server, and that each server is started.
ROUNDS, STARTS = 3, 3

#: Times that each lookup is in a round: a lookup is short, and CPU time is counted in steps of 10 ms.
LOOKUPS = 10

#: Decisions of each server, after one that starts its processes.
DECISIONS = 5

#: Seconds until a server has read what it reads after its start and after a decision.
SETTLED_SECONDS = 3


def comparison(material: Material, options: argparse.Namespace) -> str:
    """Table of the figures of this checkout and of the commit `options.against`."""
    return table_of(_figures(material, options))


def _figures(material: Material, options: argparse.Namespace) -> Iterator[Figure]:
    """Loads, starts, requests, decisions and memory of both checkouts."""
    dump = options.dump or material.dump
    with worktree(options.against, material.folder / "commit") as root:
        checkouts = []
        for name, files in (("ours", ROOT), ("theirs", root)):
            folder = material.folder / name
            folder.mkdir()
            checkouts.append(Checkout(files, folder))
        try:
            for work, unit, values in _measured(checkouts, dump.resolve()):
                say(f"{work}: {values[0]:.3g} {unit}, {options.against} {values[1]:.3g} {unit}")
                yield Figure("against", work, unit, values[0], options.against, values[1], AT_LEAST)
        finally:
            for checkout in checkouts:
                checkout.stop()


def _measured(checkouts: list[Checkout], dump: Path) -> Iterator[tuple[str, str, list[float]]]:
    """Name, unit and values of each measurement, in the order of the checkouts."""
    for checkout in checkouts:
        checkout.load(dump)
    for number, work in enumerate(("index of a store", "files beside the index")):
        steps = [checkout.steps[number] for checkout in checkouts]
        yield f"{work}, CPU", "s", [step["cpu_s"] for step in steps]
        yield f"{work}, peak memory", "MB", [step["peak_bytes"] / 1e6 for step in steps]
    yield "start of the server to its first answer", "s", _starts(checkouts)
    time.sleep(SETTLED_SECONDS)
    yield "memory after the start", "MB", _memory(checkouts)
    for kind, requests in _requests(checkouts[0]).items():
        milliseconds, processor = _turns(checkouts, requests)
        yield f"{kind}, median", "ms", milliseconds
        yield f"{kind}, CPU", "ms", processor
    yield "memory after these requests", "MB", _memory(checkouts)
    yield "decision, and its publication, CPU", "s", _decisions(checkouts)


def _memory(checkouts: list[Checkout]) -> list[float]:
    return [checkout.server.memory() / 1e6 for checkout in checkouts]


def _starts(checkouts: list[Checkout]) -> list[float]:
    """Seconds of the fastest start of each, after one that reads its files from disk."""
    seconds: list[list[float]] = [[] for _ in checkouts]
    for _ in range(STARTS + 1):
        for checkout, taken in zip(checkouts, seconds, strict=True):
            checkout.stop()
            checkout.start()
            taken.append(checkout.server.start_seconds)
    return [min(taken[1:]) for taken in seconds]


def _requests(checkout: Checkout) -> dict[str, list[Request]]:
    """Requests by kind: those of `pages`, with the named queries that both checkouts may have."""
    addresses = Addresses()
    paths = resources(checkout.server, addresses)
    queries = read_queries(Repository.find(), addresses)
    return {
        "lookup": lookups(paths, addresses) * LOOKUPS,
        "search (JSON)": [(f"/search?q={quote(word)}", "application/json") for word in WORDS],
        "named query": [
            (f"/queries/{name}", ROWS) for name, query in queries.items() if query.stands_alone
        ],
        **{f"page of a {kind}": [(path, HTML) for path in paths[kind]] for kind in paths},
    }


def _turns(checkouts: list[Checkout], requests: list[Request]) -> tuple[list[float], list[float]]:
    """Milliseconds of a request by checkout: the median of all, and the mean of the CPU time.

    Requests that a checkout does not answer with 200 are left out; each is sent to both before
    the next one, and all of them `ROUNDS` times.
    """
    answered = []
    for request in requests:
        if None not in [checkout.milliseconds(request) for checkout in checkouts]:
            answered.append(request)
    taken: list[list[float]] = [[] for _ in checkouts]
    before = [checkout.server.processor_seconds() for checkout in checkouts]
    for request in answered * ROUNDS:
        for checkout, values in zip(checkouts, taken, strict=True):
            values.append(checkout.milliseconds(request) or 0.0)
    processor = []
    for checkout, seconds in zip(checkouts, before, strict=True):
        used = checkout.server.processor_seconds() - seconds
        processor.append(used * 1000 / (len(answered) * ROUNDS))
    return [median(values) for values in taken], processor


def _decisions(checkouts: list[Checkout]) -> list[float]:
    """Median CPU seconds of a decision, of making its version and of reading it."""
    seconds: list[list[float]] = [[] for _ in checkouts]
    tokens = [checkout.tokens() for checkout in checkouts]
    for number in range(DECISIONS + 1):
        for checkout, (contributor, curator), used in zip(checkouts, tokens, seconds, strict=True):
            server = checkout.server
            identifier = send(server.port, contributor, number)
            before = server.processor_seconds()
            accept(server.port, curator, identifier)
            time.sleep(SETTLED_SECONDS)
            used.append(server.processor_seconds() - before)
    return [median(used[1:]) for used in seconds]
