"""Record of the graphs that were sent to a SPARQL server, in the database, for the servers that may send."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.tables import SENT_GRAPHS, TARGETS
from gcmgraph.platform.errors import LedgerError

#: In place of the digest of a graph that is being sent, or was sent in part.
UNSURE = ""

#: Seconds for which a state that was read is used.
REREAD_AFTER = 1.0

#: In a header, in place of a version that is not known.
UNKNOWN_VERSION = "unknown"


@dataclass(frozen=True)
class SentVersion:
    """State of a target: the version that was sent last, as a whole, by which store, and a failure since."""

    store: str
    event: int
    version: str
    at: datetime | None
    #: whether its queries without GRAPH see all graphs; None where that was not tested
    union: bool | None
    failure: str
    failed: datetime | None


#: State of a target to which nothing was sent.
NOTHING_SENT = SentVersion("", -1, "", None, None, "", None)


@dataclass(frozen=True)
class SentGraphs:
    """The graphs in one target. The methods raise `LedgerError`."""

    database: Database
    #: URL for queries of the target
    target: str

    def state(self) -> SentVersion:
        """The version that was sent last, and a failure since."""
        found = select(TARGETS).where(TARGETS.c.target == self.target)
        row = self.database.read(lambda rows: rows.execute(found).mappings().one_or_none())
        if row is None:
            return NOTHING_SENT
        return SentVersion(**{key: value for key, value in row.items() if key != "target"})

    def digests(self) -> dict[str, str]:
        """The digests of the graphs by name; `UNSURE` where one was sent in part."""
        found = select(SENT_GRAPHS.c.graph, SENT_GRAPHS.c.sha256).where(
            SENT_GRAPHS.c.target == self.target
        )
        return self.database.read(
            lambda rows: {row.graph: row.sha256 for row in rows.execute(found)}
        )

    def set_digest(self, graph: str, sha256: str) -> None:
        """Record the digest of a graph, or that it is being sent (`UNSURE`)."""
        here = SENT_GRAPHS.c.target == self.target, SENT_GRAPHS.c.graph == graph
        with self.database.writing() as rows:
            if not rows.execute(update(SENT_GRAPHS).where(*here).values(sha256=sha256)).rowcount:
                rows.execute(
                    insert(SENT_GRAPHS).values(target=self.target, graph=graph, sha256=sha256)
                )

    def forget(self, graph: str) -> None:
        """Remove the record of a graph that was deleted."""
        here = SENT_GRAPHS.c.target == self.target, SENT_GRAPHS.c.graph == graph
        with self.database.writing() as rows:
            rows.execute(delete(SENT_GRAPHS).where(*here))

    def succeed(self, store: str, event: int, version: str, *, union: bool) -> None:
        """Record that a version was sent as a whole."""
        values = {
            "store": store,
            "event": event,
            "version": version,
            "at": datetime.now(UTC),
            "union": union,
        }
        self._set({**values, "failure": "", "failed": None})

    def fail(self, failure: str) -> None:
        """Record why sending failed, and since when."""
        state = self.state()
        self._set({"failure": failure, "failed": state.failed or datetime.now(UTC)})

    def _set(self, values: dict[str, object]) -> None:
        nothing = {
            key: getattr(NOTHING_SENT, key) for key in ("store", "event", "version", "at", "union")
        }
        with self.database.writing() as rows:
            if not rows.execute(
                update(TARGETS).where(TARGETS.c.target == self.target).values(**values)
            ).rowcount:
                rows.execute(insert(TARGETS).values(target=self.target, **{**nothing, **values}))


class EngineVersion:
    """The version that a SPARQL server holds by the record of what was sent there."""

    def __init__(self, record: SentGraphs) -> None:
        self._record = record
        self._read_at = -REREAD_AFTER
        self._text = UNKNOWN_VERSION

    def text(self) -> str:
        """The version for a header, as of a second ago at most: a string, or a token where it is not known.

        https://www.rfc-editor.org/rfc/rfc9651. `"v1"`, `"v1";changing` while graphs are being sent or
        sending has failed, `unknown` where nothing was sent there by this installation.
        """
        now = time.monotonic()
        if now - self._read_at >= REREAD_AFTER:
            self._read_at = now
            self._text = self._read()
        return self._text

    def _read(self) -> str:
        try:
            state = self._record.state()
            if not state.version:
                return UNKNOWN_VERSION
            is_changing = state.failed is not None or UNSURE in self._record.digests().values()
        except LedgerError:  # the database is down, and queries are answered
            return UNKNOWN_VERSION
        return f'"{state.version}"{";changing" if is_changing else ""}'
