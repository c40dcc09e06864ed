"""The right to write to a server, for one process at a time.

A server has no lock for a load of many requests. So a writer adds a claim to a small graph and then checks for other
claims: of two that begin at once, at least one sees the other, and gives up. A claim is renewed before each request, by
the server's clock; one that was not renewed for the time it names is that of a dead process, and is removed.

    <urn:uuid:…> <urn:x-gcmgraph:seen> "2026-11-24T18:00:00Z" ; <urn:x-gcmgraph:lease> "180" ;
        <urn:x-gcmgraph:by> "process 4711 on host" .
"""

from __future__ import annotations

import os
import socket
import uuid
from datetime import UTC, datetime
from time import sleep
from types import TracebackType
from typing import Self

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.sparql.bindings import inline
from gcmgraph.store.port import Row
from gcmgraph.store.remote.store import RemoteStore

CLAIMS = IRI("urn:x-gcmgraph:writers")

#: Attempts to read claims that are not whole, and seconds between.
_ATTEMPTS, _BETWEEN = 20, 0.05

#: Seconds, beyond those of two requests, after which a claim that is not renewed is that of a dead process.
_MARGIN = 60

_SEEN, _LEASE, _BY = (f"<urn:x-gcmgraph:{name}>" for name in ("seen", "lease", "by"))

_CLAIM = f"""\
INSERT {{ GRAPH {CLAIMS} {{ ?claim {_SEEN} ?now ; {_LEASE} ?lease ; {_BY} ?by }} }}
WHERE {{ BIND(STR(NOW()) AS ?now) }}"""
_RENEW = f"""\
DELETE {{ GRAPH {CLAIMS} {{ ?claim {_SEEN} ?old }} }}
INSERT {{ GRAPH {CLAIMS} {{ ?claim {_SEEN} ?now }} }}
WHERE {{ GRAPH {CLAIMS} {{ ?claim {_SEEN} ?old }} BIND(STR(NOW()) AS ?now) }}"""
_RELEASE = f"DELETE WHERE {{ GRAPH {CLAIMS} {{ ?claim ?p ?o }} }}"
_COLUMNS = frozenset(("claim", "seen", "lease", "by", "now"))
_ALL = f"""\
SELECT ?claim ?seen ?lease ?by (STR(NOW()) AS ?now)
WHERE {{ GRAPH {CLAIMS} {{ ?claim {_SEEN} ?seen ; {_LEASE} ?lease ; {_BY} ?by }} }}"""


class WriteClaim:
    """A claim to write to a server, for a `with` block. `StoreError` on entering where another process has one."""

    def __init__(self, store: RemoteStore, seconds: float) -> None:
        self._store = store
        self._lease = round(2 * seconds) + _MARGIN
        self._name = IRI(f"urn:uuid:{uuid.uuid4()}")

    def __enter__(self) -> Self:
        """Claim."""
        by = Literal(f"process {os.getpid()} on {socket.gethostname()}")
        self._update(_CLAIM, claim=self._name, lease=Literal(str(self._lease)), by=by)
        for row in self._claims():
            silent = _instant(row["now"]) - _instant(row["seen"])
            if row["claim"] == self._name:
                continue
            if silent > float(row["lease"].value):
                self._update(_RELEASE, claim=row["claim"])
                continue
            self._update(_RELEASE, claim=self._name)
            raise StoreError(
                f"Another build or load is writing to this server: {row['by'].value}, "
                f"last heard of {silent:.0f} seconds ago.",
                hint="Run the command again when it has ended. If it was killed, "
                f"its claim ends by itself {row['lease'].value} seconds after that.",
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the claim."""
        self._update(_RELEASE, claim=self._name)

    def renew(self) -> None:
        """Renew the claim. `StoreError` where another process took this one for dead."""
        self._update(_RENEW, claim=self._name)
        if self._name not in {row["claim"] for row in self._claims()}:
            raise StoreError(
                "Another build or load took over the server, because this one was silent for too long.",
                hint="Run the command again when that has ended.",
            )

    def _claims(self) -> tuple[Row, ...]:
        """All claims, whole: Virtuoso returns rows without a value while another process changes or releases its claim.

        `StoreError` where they remain so.
        """
        for _ in range(_ATTEMPTS):
            rows = self._store.rows(_ALL)
            if all(row.keys() >= _COLUMNS for row in rows):
                return rows
            sleep(_BETWEEN)
        self._update(_RELEASE, claim=self._name)
        raise StoreError(
            "Another build or load is just beginning or ending on this server.",
            hint="Run the command again in a moment.",
        )

    def _update(self, update: str, **terms: Term) -> None:
        self._store.endpoint.update(inline(update, terms))


def _instant(term: Term) -> float:
    """The seconds of a time by the server's clock; Virtuoso writes no time zone."""
    instant = datetime.fromisoformat(term.value)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
