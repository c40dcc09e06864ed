"""Contributions over HTTP: sent by eight clients at once, then some accepted, each requested once it is public."""

from __future__ import annotations

import argparse
import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from bench.material import Material, say
from bench.report import Figure
from bench.systems import HOST, GcmGraph, NotAvailableError
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database

_SENT, _CLIENTS, _ACCEPTED = 40, 8, 5  # a token may have 50 contributions waiting

PRACTICE = """@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/gcmgraph/id/practice/bench-{n}> a gcm:Practice ;
  dct:title "Contributed practice {n}"@en, "Pratique {n}"@fr ;
  dct:description "What it does, in a sentence or two."@en ;
  gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ;
  gcm:country <https://w3id.org/gcmgraph/id/country/PHL> ;
  gcm:leadOrganisation <https://w3id.org/gcmgraph/id/organisation/unodc> ;
  schema:startDate "2019"^^xsd:gYear ;
  dct:source <https://example.org/report/{n}> .
"""


def measure(material: Material, _: argparse.Namespace) -> Iterator[Figure]:
    """Contributions a second, seconds until an accepted one is public, memory."""
    say("contributions")
    with material.scratch() as folder:
        tokens = Tokens(Database(folder / "ledger"))
        secrets = {
            role: tokens.create(role, role.title(), f"https://example.org/{role}")[1]
            for role in Role
        }
        system = GcmGraph(
            material.store, cached=True, options=["--contributions", folder / "ledger"]
        )
        system.start()
        port = system.server.port
        try:
            send(port, secrets[Role.CONTRIBUTOR], 0)  # the first one starts the process that checks
            begin = time.perf_counter()
            with ThreadPoolExecutor(_CLIENTS) as clients:
                sent = list(
                    clients.map(
                        lambda n: send(port, secrets[Role.CONTRIBUTOR], n), range(1, _SENT + 1)
                    )
                )
            seconds = time.perf_counter() - begin
            yield Figure(
                "contributions", f"sent by {_CLIENTS} clients and checked", "/s", _SENT / seconds
            )
            public = [
                accept(port, secrets[Role.CURATOR], identifier) for identifier in sent[:_ACCEPTED]
            ]
            work = f"from a decision to its public page, median of {_ACCEPTED}"
            yield Figure("contributions", work, "s", median(public), below=15)
            yield Figure("contributions", "memory after these", "MB", system.server.memory() / 1e6)
        finally:
            system.server.stop()


#: One connection of each client.
_connections = threading.local()


def send(port: int, token: str, number: int) -> str:
    """Send one practice. Returns the identifier of the contribution."""
    body = PRACTICE.replace("{n}", str(number)).encode()
    path = f"/contributions?title=Practice+{number}"
    return str(json.loads(_request(port, path, token, body, "text/turtle", (201,)))["id"])


def accept(port: int, token: str, identifier: str) -> float:
    """Seconds from the decision to the document of the contribution."""
    begin = time.perf_counter()
    decision = b'{"decision": "accept", "reason": "measured"}'
    _request(
        port, f"/contributions/{identifier}/review", token, decision, "application/json", (200, 202)
    )
    while True:
        document = _request(
            port, f"/doc/contribution/{identifier}.ttl", "", None, "text/turtle", (200, 404)
        )
        if b"gcm:Contribution" in document:
            return time.perf_counter() - begin
        time.sleep(0.05)


def _request(
    port: int, path: str, token: str, body: bytes | None, media_type: str, expected: tuple[int, ...]
) -> bytes:
    """Body of the response to a GET, or to a POST where there is a body.

    Raises `NotAvailableError`.
    """
    if getattr(_connections, "port", None) != port:
        _connections.port, _connections.http = (
            port,
            http.client.HTTPConnection(HOST, port, timeout=300),
        )
    connection: http.client.HTTPConnection = _connections.http
    headers = {
        "Accept": media_type if body is None else "application/json",
        "Content-Type": media_type,
    }
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request("GET" if body is None else "POST", path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status not in expected:
        raise NotAvailableError(f"{path}: status {response.status}, {answer[:200]!r}")
    return answer
