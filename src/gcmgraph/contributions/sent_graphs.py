"""Record of the graphs that were sent to a SPARQL server, in the database."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

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
class TargetState:
    """State of a target: the version that was sent last, as a whole, and a failure since."""

    #: host and folder of the store that sent the version
    store: str
    event: int
    version: str
    at: datetime | None
    #: whether its queries without GRAPH see all graphs; None where that was not tested
    union: bool | None
    failure: str
    failed: datetime | None


#: State of a target to which nothing was sent.
NOTHING_SENT = TargetState("", -1, "", None, None, "", None)


@dataclass(frozen=True)
class SentGraphs:
    """The graphs in one target. The methods raise `LedgerError`."""

    database: Database
    #: URL for queries of the target
    target: str

    def state(self) -> TargetState:
        """The version that was sent last, and a failure since."""
        of_target = select(TARGETS).where(TARGETS.c.target == self.target)
        row = self.database.read(lambda rows: rows.execute(of_target).mappings().one_or_none())
        if row is None:
            return NOTHING_SENT
        return TargetState(**{key: value for key, value in row.items() if key != "target"})

    def digests(self) -> dict[str, str]:
        """The digests of the graphs by name; `UNSURE` where one was sent in part."""
        columns = SENT_GRAPHS.c
        of_target = select(columns.graph, columns.sha256).where(columns.target == self.target)
        rows = self.database.read(lambda rows: rows.execute(of_target).all())
        return {row.graph: row.sha256 for row in rows}

    def set_digest(self, graph: str, sha256: str) -> None:
        """Record the digest of a graph, or that it is being sent (`UNSURE`)."""
        of_graph = update(SENT_GRAPHS).where(*self._is_row_of(graph))
        new_row = insert(SENT_GRAPHS).values(target=self.target, graph=graph, sha256=sha256)
        with self.database.writing() as rows:
            if not rows.execute(of_graph.values(sha256=sha256)).rowcount:
                rows.execute(new_row)

    def forget(self, graph: str) -> None:
        """Remove the record of a graph that was deleted."""
        with self.database.writing() as rows:
            rows.execute(delete(SENT_GRAPHS).where(*self._is_row_of(graph)))

    def _is_row_of(self, graph: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return SENT_GRAPHS.c.target == self.target, SENT_GRAPHS.c.graph == graph

    def succeed(self, store: str, event: int, version: str, *, union: bool) -> None:
        """Record that a version was sent as a whole."""
        sent = TargetState(store, event, version, datetime.now(UTC), union, failure="", failed=None)
        self._set(asdict(sent))

    def fail(self, failure: str) -> None:
        """Record the reason for which sending fails, and the time of its first failure."""
        failed = self.state().failed or datetime.now(UTC)
        self._set({"failure": failure, "failed": failed})

    def _set(self, values: dict[str, object]) -> None:
        of_target = update(TARGETS).where(TARGETS.c.target == self.target)
        new_row = {"target": self.target} | asdict(NOTHING_SENT) | values
        with self.database.writing() as rows:
            if not rows.execute(of_target.values(**values)).rowcount:
                rows.execute(insert(TARGETS).values(**new_row))


class EngineVersion:
    """The version that a SPARQL server holds by the record of what was sent there."""

    def __init__(self, record: SentGraphs) -> None:
        self._record = record
        self._read_at = -REREAD_AFTER
        self._text = UNKNOWN_VERSION

    def text(self) -> str:
        """The version for a header, as of a second ago at most, in the syntax of RFC 9651.

        A string `"v1"`; `"v1";changing` while graphs are being sent or sending has failed; the
        token `unknown` where nothing was sent there by this installation.
        https://www.rfc-editor.org/rfc/rfc9651
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
        return f'"{state.version}";changing' if is_changing else f'"{state.version}"'
