"""Pages, lookups, searches and named queries of a server, each requested once on one connection; its memory."""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlsplit

from bench.material import Material, say
from bench.report import Figure
from bench.systems import HOST, PROGRAM, GcmGraph, NotAvailableError, Server, query_target
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository

HTML, ROWS = "text/html", "application/sparql-results+json"

#: Web processes of the server whose memory is measured.
_WORKERS = 2

#: Words that are searched, in three languages.
WORDS = (
    "recruitment remittances consular returns trafficking detention health skills identity data "
    "recrutement enfants travail santé retour envoi femmes villes contratación niños salud retorno"
).split()  # fmt: skip


def measure_real(material: Material, _: argparse.Namespace) -> Iterator[Figure]:
    """The dataset of this repository: pages of practices and countries, lookups, searches, named queries, memory."""
    say("building the dataset of this repository")
    with material.scratch() as folder:
        store, nothing = folder / "store", folder / "nothing"
        var = [
            part for name in ("contributions", "imports") for part in (f"--{name}", nothing / name)
        ]
        built = subprocess.run(
            [PROGRAM, "build", "--store", store, *var], capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise NotAvailableError(built.stderr.strip())
        yield from _measure("real graph", store, WORDS, None)


def measure_synthetic(material: Material, _: argparse.Namespace) -> Iterator[Figure]:
    """The synthetic graph: first answers of named queries, pages, memory."""
    yield from _measure("synthetic graph", material.store, WORDS, 5.0)


def _measure(part: str, store: Path, words: Sequence[str], limit: float | None) -> Iterator[Figure]:
    system = GcmGraph(store, cached=True, options=["--workers", _WORKERS])
    system.start()
    server = system.server
    try:
        time.sleep(5)  # until what is read after the start was read
        after_start = server.memory() / 1e6
        addresses = Addresses()
        paths = resources(server, addresses)
        for kind in paths:
            requests = [(path, HTML) for path in paths[kind]]
            yield Figure(
                part,
                f"page of a {kind}, first request, p50",
                "ms",
                median(_times(server.port, requests)),
            )
        first_lookups = _times(server.port, lookups(paths, addresses))
        yield Figure(part, "lookup, first request, p50", "ms", median(first_lookups))
        searches = [(f"/search?q={quote(word)}", HTML) for word in words]
        yield Figure(
            part, "search, first request, p50", "ms", median(_times(server.port, searches))
        )
        taken, refused = _named_queries(server.port, addresses)
        yield Figure(part, "named query, first answer, p50", "ms", median(taken.values()))
        slowest, note = max(taken, key=lambda name: taken[name]), ", ".join(refused)
        bound = None if limit is None else limit * 1000
        work = f"named query, slowest ({slowest})"
        yield Figure(
            part, work, "ms", taken[slowest], below=bound, fault=note and f"not answered: {note}"
        )
        yield Figure(part, f"memory of {_WORKERS} workers after the start", "MB", after_start)
        yield Figure(
            part, f"memory of {_WORKERS} workers after these requests", "MB", server.memory() / 1e6
        )
    finally:
        server.stop()


def resources(server: Server, addresses: Addresses) -> dict[str, list[str]]:
    """Paths of documents by kind."""
    paths = {}
    for kind, name in (("practice", "gcm:Practice"), ("country", "gcm:Country")):
        query = f"SELECT ?s {{ ?s a {name} }} ORDER BY ?s LIMIT 60"
        _, body = server.get(query_target("/sparql", query), ROWS)
        rows = json.loads(body)["results"]["bindings"]
        paths[kind] = [row["s"]["value"].replace(f"{addresses.base}id/", "/doc/") for row in rows]
    return paths


def lookups(paths: Mapping[str, list[str]], addresses: Addresses) -> list[tuple[str, str]]:
    """Requests of all triples of each resource, by the paths of its documents."""
    requests = []
    for path in chain(*paths.values()):
        iri = f"{addresses.base}id{path.removeprefix('/doc')}"
        query = f"SELECT * {{ <{iri}> ?p ?o }}"
        requests.append((query_target("/sparql", query), ROWS))
    return requests


def _named_queries(port: int, addresses: Addresses) -> tuple[dict[str, float], list[str]]:
    """Milliseconds of each named query that requires no value, and those that were not answered with 200."""
    queries = read_queries(Repository.find(), addresses)
    milliseconds = {}
    refused = []
    for name in (name for name, query in queries.items() if query.stands_alone):
        try:
            (milliseconds[name],) = _times(port, [(f"/queries/{name}", ROWS)])
        except NotAvailableError:
            refused.append(name)
    return milliseconds, refused


def _times(port: int, requests: Iterable[tuple[str, str]]) -> list[float]:
    """Milliseconds of each request, on one connection.

    Raises `NotAvailableError` on another status than 200.
    """
    connection, taken = http.client.HTTPConnection(HOST, port, timeout=120), []
    try:
        for path, accept in requests:
            begin = time.perf_counter()
            connection.request("GET", path, headers={"Accept": accept})
            response = connection.getresponse()
            response.read()
            taken.append((time.perf_counter() - begin) * 1000)
            if response.status != 200:
                raise NotAvailableError(f"{urlsplit(path).path}: status {response.status}")
    finally:
        connection.close()
    return taken
