"""The right to write to a server, for one process at a time.

A server has no lock for a version of many requests. So a writer adds a claim to a small graph and then checks for other
claims: of two that begin at once, at least one sees the other, and gives up. A claim is renewed before each request, by
the server's clock; one that was not renewed for the time it names is that of a dead process, and is removed. So is one
of the same copy: whoever writes holds the lock of its folder.

    <urn:uuid:…> <urn:x-gcmgraph:seen> "2026-11-24T18:00:00Z" ; <urn:x-gcmgraph:lease> "960" ;
        <urn:x-gcmgraph:by> "process 4711 on host, in /srv/gcmgraph/copies/…" .
"""

from __future__ import annotations

import os
import random
import socket
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import Literal
from gcmgraph.store.remote.graphs import values
from gcmgraph.store.remote.server import Server

CLAIMS = "urn:x-gcmgraph:writers"

#: Seconds, beyond those of one request, after which a claim that is not renewed is that of a dead process.
_MARGIN = 60

#: Seconds between two attempts of one who waits.
_PAUSE = 0.2

_SEEN, _LEASE, _BY, _NOW = (f"urn:x-gcmgraph:{name}" for name in ("seen", "lease", "by", "now"))

_CLAIM = f"""\
DELETE WHERE {{ GRAPH <{CLAIMS}> {{ NAME <{_SEEN}> ?old }} }} ;
INSERT {{ GRAPH <{CLAIMS}> {{ NAME <{_SEEN}> ?now ; <{_LEASE}> LEASE ; <{_BY}> BY }} }}
WHERE {{ BIND(STR(NOW()) AS ?now) }}"""
_RELEASE = f"DELETE WHERE {{ GRAPH <{CLAIMS}> {{ NAME ?p ?o }} }}"
_ALL = f"""\
CONSTRUCT {{ ?claim ?p ?o . <{CLAIMS}> <{_NOW}> ?now }}
WHERE {{ {{ GRAPH <{CLAIMS}> {{ ?claim ?p ?o }} }} UNION {{ BIND(STR(NOW()) AS ?now) }} }}"""


class WriteClaim:
    """A claim to write to a server, for a `with` block.

    `StoreError` on entering where another process still has one after `wait` seconds.
    """

    def __init__(self, server: Server, copy: Path, update_timeout: float, wait: float) -> None:
        self._server = server
        self._name = f"urn:uuid:{uuid.uuid4()}"
        self._lease = round(update_timeout) + _MARGIN
        self._copy = f" on {socket.gethostname()}, in {copy.absolute()}"
        self._wait = wait

    def __enter__(self) -> Self:
        """Claim."""
        deadline = time.monotonic() + self._wait
        while True:
            self.renew()
            others = self._others()
            if not others:
                return self
            self._update(_RELEASE, self._name)
            if time.monotonic() > deadline:
                raise StoreError(
                    f"Another build or load is writing to this server: {others[0]}.",
                    hint="Run the command again when it has ended. If its machine was lost, "
                    f"its claim ends by itself {self._lease} seconds after that.",
                )
            time.sleep(_PAUSE * (1 + random.random()))  # noqa: S311 - so that two do not meet again

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the claim."""
        self._update(_RELEASE, self._name)

    def renew(self) -> None:
        """Claim, or renew the claim, by the time of the server."""
        self._update(_CLAIM, self._name)

    def _others(self) -> list[str]:
        """The writers of other claims; those of dead processes are removed."""
        claims: dict[str, dict[str, str]] = {}
        for name, about, value in values(self._server.construct(_ALL)):
            claims.setdefault(name, {})[about] = value
        now = _instant(claims.pop(CLAIMS, {}).get(_NOW, ""))
        others = []
        for name, claim in claims.items():
            if name == self._name:
                continue
            writer, silent = claim.get(_BY, "a process"), now - _instant(claim.get(_SEEN, ""))
            if writer.endswith(self._copy) or silent > float(claim.get(_LEASE, self._lease)):
                self._update(_RELEASE, name)
            else:
                others.append(f"{writer}, last heard of {silent:.0f} seconds ago")
        return others

    def _update(self, update: str, name: str) -> None:
        by = Literal(f"process {os.getpid()}{self._copy}")
        written = update.replace("NAME", f"<{name}>").replace("LEASE", str(Literal(str(self._lease))))
        self._server.update(written.replace("BY", str(by)))


def _instant(text: str) -> float:
    """The seconds of a time by the server's clock; Virtuoso writes no time zone. 0 for one that is just written."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
