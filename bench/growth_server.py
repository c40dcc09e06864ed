"""Requests of `bench.growth` to a running server, one after the other on one connection."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from bench.contributing import JSON, TURTLE, UnansweredError, ask, publish, start_server
from bench.generate import SEED
from bench.queries import query_mix
from bench.synthetic import Synthetic
from bench.systems.gcmgraph_server import READY
from bench.systems.process import HOST, query_target
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

#: Requests of each kind, all different, after some to warm up; and accepted contributions.
REQUESTS, WARM, ACCEPTED = 50, 5, 5

#: Time limit of an answer in seconds; the first list waits for its index.
_PATIENCE = 900

_RESULTS = "application/sparql-results+json"


def ask_server(store: Path, practices: int, folder: Path) -> dict[str, Any]:
    """Start a server over a store and measure all requests. Raises `NotAvailableError`."""
    server, secrets = start_server(store, folder / "ledger", folder / f"serve-{practices}.log")
    try:
        server.wait_until(lambda: server.answers(READY))
        started = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, server.port, timeout=_PATIENCE)
        figures: dict[str, Any] = {"start_s": server.start_seconds, "memory_at_start_bytes": server.memory()}
        # every server process reads indexes of its own, which searches and lists wait for
        for _ in range(4):
            for path in ("/search/suggest?q=plan", "/browse/practice?format=json&limit=1"):
                _get(connection, path, JSON)
        figures["lists_ready_s"] = time.perf_counter() - started
        for name, (accept, targets) in _requests(practices).items():
            figures[name] = _answered(_timed, connection, targets, accept)
        figures["memory_bytes"] = server.memory()
        figures |= _answered(_accept, connection, secrets)
        figures["memory_after_accepting_bytes"] = server.memory()
        connection.close()
        return figures
    finally:
        server.stop()


def _requests(practices: int) -> dict[str, tuple[str, list[str]]]:
    """Requests: media type and addresses."""
    data = Synthetic(practices, SEED, Repository.find(), Addresses())
    queries = {query.name: query for query in query_mix(data)}
    count = REQUESTS + WARM
    numbers = range(0, practices, max(1, practices // count))
    slugs = [data.practice(number).iri.value.rpartition("/")[2] for number in numbers][:count]
    countries = [iri.value.rpartition("/")[2] for iri in data.countries][:count]
    words = [f"{word} {number:03}" for number in range(count) for word in ("plan",)]

    def sparql(name: str) -> list[str]:
        return [query_target("/sparql", text) for text in queries[name].texts[:count]]

    return {
        "turtle": (TURTLE, [f"/doc/practice/{slug}.ttl" for slug in slugs]),
        "html": ("text/html", [f"/doc/practice/{slug}.html" for slug in slugs]),
        "point lookup": (_RESULTS, sparql("point-lookup")),
        "describe": (TURTLE, sparql("describe")),
        "query country-names": (JSON, [f"/queries/country-names?country={c}&format=json" for c in countries]),
        "query practices-by-country": (
            JSON,
            [f"/queries/practices-by-country?country={c}&format=json" for c in countries],
        ),
        "suggest": (JSON, [f"/search/suggest?q={quote(word)}" for word in words]),
        "search": (JSON, [f"/search?q={quote(word)}&format=json" for word in words]),
        "list, filtered": (JSON, [f"/browse/practice?country={c}&format=json" for c in countries]),
    }


def _answered(step: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Figures of a step, or the reason for their absence: a limit that a large graph exceeds does not end the run."""
    try:
        return step(*arguments)
    except UnansweredError as error:
        return {"unanswered": str(error)}


def _timed(connection: http.client.HTTPConnection, targets: Iterable[str], accept: str) -> dict[str, float]:
    """Median and maximum of the requests, in milliseconds."""
    took = []
    for target in targets:
        start = time.perf_counter()
        _get(connection, target, accept)
        took.append((time.perf_counter() - start) * 1000)
    kept = took[WARM:]
    return {"p50_ms": round(median(kept), 3), "most_ms": round(max(kept), 3)}


def _get(connection: http.client.HTTPConnection, target: str, accept: str) -> bytes:
    status, body = ask(connection, target, None, {"Accept": accept})
    if status != 200 or not body:
        raise UnansweredError(f"{target} was answered {status}: {body[:300]!r}")
    return body


def _accept(connection: http.client.HTTPConnection, secrets: dict[str, str]) -> dict[str, Any]:
    """Medians of some contributions."""
    each = [publish(connection, secrets, f"growth-{number}") for number in range(ACCEPTED)]
    return {
        "send_s": median(one.sent for one in each),
        "accept_s": median(one.decided for one in each),
        "seen_s": median(one.seen for one in each),
    }
