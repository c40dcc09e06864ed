"""/health and /metrics for operators."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from flask import Flask, Response, current_app, jsonify, render_template

from gcmgraph import __version__
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.publication_process import read_difference
from gcmgraph.contributions.sent_graphs import SentGraphs
from gcmgraph.integrity.status import Status, read_status
from gcmgraph.platform.errors import LedgerError
from gcmgraph.web.contributions.blueprints import REMARKS
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.counting import BOUNDS, REQUEST_COUNTS
from gcmgraph.web.services import Site, Snapshot

#: File in a store folder that the script of the backup writes at its end.
BACKED_UP = "backed-up"

#: The text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/).
METRICS = "text/plain; version=0.0.4; charset=utf-8"

_SOFTWARE = f"gcmgraph {__version__}"


class Integrity(TypedDict):
    """Time of the last verification of stored files, and the number of damaged ones."""

    checked: str | None
    damaged: int | None


class Health(TypedDict):
    """Service status."""

    status: str
    version: str
    quads: api.Count
    software: str
    integrity: Integrity
    #: sentence on a version of another server with the same decisions that differs
    difference: str | None


_HEALTH_ANSWER = api.answer("Service status.", Health)
_METRICS_ANSWER = api.answer("Metrics, summed over all server processes.", "text/plain")


class OperatorPages:
    """Views of the status of the server, and of counts for monitoring."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("health", _HEALTH_ANSWER, (), (503,), cached=False)
    def health(self) -> Response:
        """Return the service status and the dataset version."""
        snapshot = self._site.dataset.snapshot()
        status = _status(snapshot)
        document: Health = {
            "status": "ok",
            "version": snapshot.version,
            "quads": snapshot.quad_count,
            "software": _SOFTWARE,
            "integrity": {
                "checked": status.checked if status else None,
                "damaged": status.damaged if status else None,
            },
            "difference": _difference(snapshot) or None,
        }
        return cached(jsonify(document), Caching.NEVER, vary=None)

    @api.operation("metrics", _METRICS_ANSWER, (), (503,), cached=False)
    def metrics(self) -> Response:
        """Return request counts and durations in the Prometheus text format."""
        snapshot = self._site.dataset.snapshot()
        status = _status(snapshot)
        body = render_template(
            "metrics.txt.jinja",
            snapshot=snapshot,
            software=_SOFTWARE,
            status=status,
            difference=_difference(snapshot),
            verified=datetime.fromisoformat(status.checked) if status else None,
            counted=list(current_app.extensions[REQUEST_COUNTS]),
            bounds=(*BOUNDS, "+Inf"),
            backup=_backup_time(snapshot),
            **self._values_of_database(),
        )
        return cached(Response(body, content_type=METRICS), Caching.NEVER, vary=None)

    def _values_of_database(self) -> dict[str, object]:
        """Counts from the database of contributions; some are missing where it cannot be read."""
        remarks = current_app.extensions[REMARKS]
        database = remarks.database
        values: dict[str, object] = {}
        with suppress(LedgerError):  # requests for the database report the fault
            values["remarks"] = remarks.counts()
            values["notices"] = Notices(database).state()
            values["waiting"] = _waiting(Ledger(database))
            if self._site.publish_to:
                values["sent"] = SentGraphs(database, self._site.publish_to).state()
        return values


def add_routes(app: Flask, site: Site) -> None:
    """/health and /metrics."""
    pages = OperatorPages(site)
    app.add_url_rule("/health", "health", pages.health)
    app.add_url_rule("/metrics", "metrics", pages.metrics)


def _status(snapshot: Snapshot) -> Status | None:
    """The result of the last verification of stored files; None where there is none."""
    return read_status(snapshot.index.parents[2])


@dataclass(frozen=True)
class WaitingContributions:
    """Contributions that await a decision, and decisions that are not published."""

    number: int
    #: Unix time of the oldest contribution; None where none waits
    oldest: float | None
    unpublished: int


def _waiting(ledger: Ledger) -> WaitingContributions:
    """The contributions of a ledger that await a curator or publication. Raises `LedgerError`."""
    from ulid import ULID  # noqa: PLC0415 - its import takes long

    identifiers = ledger.submitted()
    oldest = min((ULID.from_str(identifier).timestamp for identifier in identifiers), default=None)
    return WaitingContributions(len(identifiers), oldest, len(ledger.pending()))


def _backup_time(snapshot: Snapshot) -> float | None:
    """The time of the last backup by `backup.sh` (Unix time); None where there is none."""
    with suppress(OSError):
        return (snapshot.index.parents[2] / BACKED_UP).stat().st_mtime
    return None


def _difference(snapshot: Snapshot) -> str:
    """The sentence on a version of another server that differs; empty where there is none."""
    return read_difference(snapshot.index.parents[2])
