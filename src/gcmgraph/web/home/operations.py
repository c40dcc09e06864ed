"""/health and /metrics: status of the server, counts and durations of its requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import TypedDict

from flask import Blueprint, Response, current_app, jsonify

from gcmgraph import __version__
from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.feedback.box import RemarkBox
from gcmgraph.integrity.worker import Status, read_status
from gcmgraph.web.contributions.blueprints import REMARKS
from gcmgraph.web.http import api
from gcmgraph.web.http.counts import BOUNDS, REQUEST_COUNTS, Counted, RequestCounts
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: The text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/).
METRICS = "text/plain; version=0.0.4; charset=utf-8"


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


def blueprint(site: Site) -> Blueprint:
    """/health and /metrics."""
    routes = Blueprint("operations", __name__)

    @routes.get("/health")
    @api.operation("health", api.answer("Service status.", Health), (), (503,), cached=False)
    def health() -> Response:
        """Return the service status and the dataset version."""
        snapshot = site.dataset.snapshot()
        health: Health = {
            "status": "ok",
            "version": snapshot.version,
            "quads": snapshot.quad_count,
            "software": f"gcmgraph {__version__}",
            "integrity": _integrity(snapshot),
        }
        return cached(jsonify(health), Caching.NEVER, vary=None)

    @routes.get("/metrics")
    @api.operation(
        "metrics", api.answer("Metrics, summed over all server processes.", "text/plain"), (), (503,), cached=False
    )
    def metrics() -> Response:
        """Return request counts and durations in the Prometheus text format."""
        counts: RequestCounts = current_app.extensions[REQUEST_COUNTS]
        snapshot = site.dataset.snapshot()
        remarks = current_app.extensions[REMARKS]
        lines = [*_of_dataset(snapshot), *_of_files(snapshot), *_of_remarks(remarks), *_of_requests(counts)]
        response = Response("".join(f"{line}\n" for line in lines), content_type=METRICS)
        return cached(response, Caching.NEVER, vary=None)

    return routes


def _of_dataset(snapshot: Snapshot) -> Iterator[str]:
    yield from _headed("gcmgraph_dataset_info", "gauge", "The dataset version that is served, and the software.")
    yield f'gcmgraph_dataset_info{{version="{snapshot.version}",software="gcmgraph {__version__}"}} 1'
    yield from _headed("gcmgraph_dataset_quads", "gauge", "Quads of the dataset version that is served.")
    yield f"gcmgraph_dataset_quads {snapshot.quad_count}"


def _status(snapshot: Snapshot) -> Status | None:
    """The result of the last verification of stored files; None where there is none."""
    return read_status(snapshot.index.parents[2])


def _integrity(snapshot: Snapshot) -> Integrity:
    status = _status(snapshot)
    return {"checked": status.checked if status else None, "damaged": status.damaged if status else None}


def _of_files(snapshot: Snapshot) -> Iterator[str]:
    status = _status(snapshot)
    if status is None:
        return
    yield from _headed("gcmgraph_damaged_files", "gauge", "Damaged files found by the last verification.")
    yield f"gcmgraph_damaged_files {status.damaged}"
    yield from _headed("gcmgraph_verified_files", "gauge", "Files of the last verification.")
    yield f"gcmgraph_verified_files {status.files}"
    yield from _headed("gcmgraph_verification_timestamp_seconds", "gauge", "Time of the last verification (Unix time).")
    yield f"gcmgraph_verification_timestamp_seconds {datetime.fromisoformat(status.checked).timestamp():.0f}"


def _of_remarks(box: RemarkBox) -> Iterator[str]:
    with suppress(LedgerError):  # the database cannot be read, which requests for it report
        counts = box.counts()
        yield from _headed("gcmgraph_remarks", "gauge", "Remarks of readers by state.")
        yield f'gcmgraph_remarks{{state="received"}} {counts.waiting}'
        yield f'gcmgraph_remarks{{state="answered"}} {counts.answered}'


def _of_requests(counts: Iterable[Counted]) -> Iterator[str]:
    counted = list(counts)
    yield from _headed(
        "gcmgraph_requests_total",
        "counter",
        "Answers by first part of the address and by status; 0: another one.",
    )
    for each in counted:
        for status, number in each.statuses.items():
            yield f'gcmgraph_requests_total{{path="{each.path}",status="{status}"}} {number}'
    name = "gcmgraph_request_duration_seconds"
    yield from _headed(name, "histogram", "Seconds until an answer began.")
    for each in counted:
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), each.within, strict=True):
            yield f'{name}_bucket{{path="{each.path}",le="{bound}"}} {number}'
        yield f'{name}_sum{{path="{each.path}"}} {each.seconds:.6f}'
        yield f'{name}_count{{path="{each.path}"}} {each.within[-1]}'


def _headed(name: str, kind: str, help_text: str) -> tuple[str, str]:
    return f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"
