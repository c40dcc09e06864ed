"""First views of all named queries, on a version that a contribution made: `python -m bench.after_contribution`.

A server over a complete store is asked for the first 20 rows of every query that needs no value: of the version
that was built; of one that a contribution made a moment ago, for which nothing was prepared; and of another such one
after its answers were prepared. Each view is the first one in its version.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.contributions import PRACTICE, ask
from bench.first_view import ROWS, come_to_rest
from bench.material import Material, say
from bench.report import machine, now, write_json
from bench.systems.gcmgraph_server import PROGRAM, READY, ROOT
from bench.systems.process import HOST, NotAvailableError, Server, free_port
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.tokens import Tokens
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository

#: Seconds that preparing may take, and that one answer may.
PREPARING_SECONDS, _PATIENCE = 900, 120

_JSON, _TURTLE = "application/json", "text/turtle"


def measure(material: Material) -> dict[str, Any]:
    """All three. Raises `NotAvailableError` where a contribution is not accepted, or nothing is prepared in time."""
    store = material.store
    with material.scratch() as folder:
        tokens = Tokens(folder / "ledger" / "tokens")
        secrets = {str(role): tokens.create(role, role.title(), f"https://example.org/{role}")[1] for role in Role}
        port = free_port()
        paths = ["--store", store, "--contributions", folder / "ledger"]
        command = [PROGRAM, "serve", *paths, "--host", HOST, "--port", str(port)]
        server = Server(command, port, folder / "serve.log", ROOT, {})
        try:
            server.wait_until(lambda: server.answers(READY))
            come_to_rest(server)
            found: dict[str, Any] = {"built": _views(port)}
            say(f"built: {json.dumps(found['built'])}")
            _accept(port, secrets, 1)
            found["just_accepted"] = _views(port)
            say(f"just accepted: {json.dumps(found['just_accepted'])}")
            _accept(port, secrets, 2)
            start = time.monotonic()
            done = (store / "current").resolve() / "answers" / "done"
            while not (done.exists() and done.read_text("utf-8")):
                if time.monotonic() - start > PREPARING_SECONDS:
                    raise NotAvailableError(f"No answers were prepared in {PREPARING_SECONDS} s.")
                time.sleep(0.5)
            found["prepared_after_s"] = round(time.monotonic() - start, 1)
            come_to_rest(server)
            found["prepared"] = _views(port)
            say(f"prepared: {json.dumps(found['prepared'])}")
            return found
        finally:
            server.stop()


def _views(port: int) -> dict[str, Any]:
    """Milliseconds of each query's first view; None where it was refused."""
    took: dict[str, float | None] = {}
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    for query in read_queries(Repository.find(), Addresses()).values():
        if query.endpoint is not None or any(p.required for p in query.parameters):
            continue
        start = time.perf_counter()
        status, _ = ask(connection, f"/queries/{query.name}?page_size={ROWS}&format=json", None, {"Accept": _JSON})
        took[query.name] = round((time.perf_counter() - start) * 1000, 1) if status == 200 else None
    answered = [ms for ms in took.values() if ms is not None]
    return {
        "p50_ms": round(median(answered), 1),
        "most_ms": max(answered),
        "refused": len(took) - len(answered),
        "queries": took,
    }


def _accept(port: int, tokens: dict[str, str], number: int) -> None:
    """Have a practice published, and see it."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    sender = {"Accept": _JSON, "Authorization": f"Bearer {tokens['contributor']}", "Content-Type": _TURTLE}
    curator = {"Accept": _JSON, "Authorization": f"Bearer {tokens['curator']}", "Content-Type": _JSON}
    body = PRACTICE.replace("{n}", f"after-{number}").encode()
    status, answer = ask(connection, "/contributions?title=After", body, sender)
    if status == 201:
        path = f"/contributions/{json.loads(answer)['id']}/review"
        status, answer = ask(connection, path, b'{"decision": "accept"}', curator)
    if status == 200:
        status, answer = ask(connection, f"/doc/practice/bench-after-{number}.ttl", None, {"Accept": _TURTLE})
    if status != 200:
        raise NotAvailableError(f"A contribution was answered {status}: {answer[:300]!r}")


def main() -> None:
    """Measure, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    run: dict[str, Any] = {"measured": "after a contribution", "date": now(), "machine": machine()}
    try:
        with tempfile.TemporaryDirectory(prefix="gcmgraph-after-") as name:
            material = Material(options.practices, Path(name))
            run |= {"practices": options.practices, "quads": material.dataset["quads"], **measure(material)}
    except NotAvailableError as error:
        sys.exit(str(error))
    sys.stdout.write(f"kept in {write_json(run, options.out, f'after-contribution-{options.practices}')}\n")


if __name__ == "__main__":
    main()
