"""A server that accepts contributions, and the steps of one contribution: sent, accepted, seen."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from pathlib import Path

from bench.systems.gcmgraph_server import PROGRAM, ROOT
from bench.systems.process import HOST, Server, free_port
from gcmgraph.contributions.access.tokens import Tokens
from gcmgraph.contributions.contribution import Role

JSON, TURTLE = "application/json", "text/turtle"

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


class UnansweredError(Exception):
    """A request without the expected answer."""


@dataclass(frozen=True)
class Published:
    """Seconds from sending to the answer; from deciding to the answer, and to the first sight of the new practice."""

    sent: float
    decided: float
    seen: float


def start_server(store: Path, ledger: Path, log: Path) -> tuple[Server, dict[str, str]]:
    """Start a server with a ledger for contributions. Returns it, perhaps not ready yet, and a token for each role."""
    tokens = Tokens(ledger / "tokens")
    secrets = {str(role): tokens.create(role, role.title(), f"https://example.org/{role}")[1] for role in Role}
    port = free_port()
    paths = ["--store", store, "--contributions", ledger]
    return Server([PROGRAM, "serve", *paths, "--host", HOST, "--port", str(port)], port, log, ROOT, {}), secrets


def ask(
    connection: http.client.HTTPConnection, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Status and body of a GET, or of a POST where there is a body."""
    connection.request("POST" if body is not None else "GET", path, body, headers)
    response = connection.getresponse()
    return response.status, response.read()


def send(connection: http.client.HTTPConnection, token: str, name: str) -> tuple[int, bytes]:
    """Status and body of the answer to a contribution of one practice."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": TURTLE, "Accept": JSON}
    return ask(connection, f"/contributions?title=Practice+{name}", PRACTICE.replace("{n}", name).encode(), headers)


def accept(connection: http.client.HTTPConnection, token: str, identifier: str) -> None:
    """Accept a contribution. Raises `UnansweredError`."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": JSON, "Accept": JSON}
    status, answer = ask(connection, f"/contributions/{identifier}/review", b'{"decision": "accept"}', headers)
    if status != 200:
        raise UnansweredError(f"contribution accepted: {status} {answer[:300]!r}")


def see(connection: http.client.HTTPConnection, path: str) -> None:
    """Request the Turtle of the contribution. Raises `UnansweredError`."""
    status, answer = ask(connection, path, None, {"Accept": TURTLE})
    if status != 200 or not answer:
        raise UnansweredError(f"contribution seen: {status} {answer[:300]!r}")


def publish(connection: http.client.HTTPConnection, secrets: dict[str, str], name: str) -> Published:
    """Send a practice, accept it and see it. Raises `UnansweredError`."""
    start = time.perf_counter()
    status, answer = send(connection, secrets[str(Role.CONTRIBUTOR)], name)
    if status != 201:
        raise UnansweredError(f"contribution sent: {status} {answer[:300]!r}")
    sent = time.perf_counter()
    accept(connection, secrets[str(Role.CURATOR)], json.loads(answer)["id"])
    decided = time.perf_counter()
    see(connection, f"/doc/practice/bench-{name}.ttl")
    return Published(sent - start, decided - sent, time.perf_counter() - sent)
