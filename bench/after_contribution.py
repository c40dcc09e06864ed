"""First views of all named queries, on a version that a contribution made: `python -m bench.after_contribution`.

Requests the first 20 rows of every query that requires no value, from a server over a complete store: on the version
of a build; on one that a contribution made a moment ago, without prepared answers; and on another such one after its
answers were prepared. Each view is the first one in its version.
"""

from __future__ import annotations

import http.client
import json
import time
from statistics import median
from typing import Any

from bench.alone import measure_alone
from bench.contributing import JSON, UnansweredError, ask, publish, start_server
from bench.first_view import ROWS
from bench.material import Material, say
from bench.systems.gcmgraph_server import READY
from bench.systems.process import HOST, NotAvailableError
from bench.systems.rest import come_to_rest
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import LARGE
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository

#: Time limits in seconds: of preparing, of one answer.
PREPARING_SECONDS, _PATIENCE = 900, 120


def measure(material: Material) -> dict[str, Any]:
    """Measure all three versions. Raises `NotAvailableError` on a refused contribution or unprepared answers."""
    store = material.store
    if material.dataset["quads"] < LARGE:
        raise NotAvailableError(f"Answers are prepared from {LARGE:,} statements on: measure with more --practices.")
    with material.scratch() as folder:
        server, secrets = start_server(store, folder / "ledger", folder / "serve.log")
        try:
            server.wait_until(lambda: server.answers(READY))
            come_to_rest(server)
            found: dict[str, Any] = {"built": _views(server.port)}
            say(f"built: {json.dumps(found['built'])}")
            _accept(server.port, secrets, 1)
            found["just_accepted"] = _views(server.port)
            say(f"just accepted: {json.dumps(found['just_accepted'])}")
            _accept(server.port, secrets, 2)
            start = time.monotonic()
            done = (store / "current").resolve() / "answers" / "done"
            while not (done.exists() and done.read_text("utf-8")):
                if time.monotonic() - start > PREPARING_SECONDS:
                    raise NotAvailableError(f"No answers were prepared in {PREPARING_SECONDS} s.")
                time.sleep(0.5)
            found["prepared_after_s"] = round(time.monotonic() - start, 1)
            come_to_rest(server)
            found["prepared"] = _views(server.port)
            say(f"prepared: {json.dumps(found['prepared'])}")
            return found
        finally:
            server.stop()


def _views(port: int) -> dict[str, Any]:
    """Time each query's first view in milliseconds; None where it was refused."""
    took: dict[str, float | None] = {}
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    for query in read_queries(Repository.find(), Addresses()).values():
        if not query.stands_alone:
            continue
        start = time.perf_counter()
        status, _ = ask(connection, f"/queries/{query.name}?page_size={ROWS}&format=json", None, {"Accept": JSON})
        took[query.name] = round((time.perf_counter() - start) * 1000, 1) if status == 200 else None
    answered = [ms for ms in took.values() if ms is not None]
    return {
        "p50_ms": round(median(answered), 1),
        "most_ms": max(answered),
        "refused": len(took) - len(answered),
        "queries": took,
    }


def _accept(port: int, secrets: dict[str, str], number: int) -> None:
    """Publish a practice and read it."""
    try:
        publish(http.client.HTTPConnection(HOST, port, timeout=_PATIENCE), secrets, f"after-{number}")
    except UnansweredError as error:
        raise NotAvailableError(str(error)) from error


def main() -> None:
    """Measure, write the JSON."""
    measure_alone("after contribution", __doc__, measure)


if __name__ == "__main__":
    main()
