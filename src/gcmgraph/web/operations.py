"""/health and /metrics for operators; /sitemap.xml and /robots.txt for search engines.

The addresses of the sitemap (https://www.sitemaps.org/protocol.html) are under the base, whatever
the Host header says: search engines should find permanent addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypedDict

from flask import Flask, Response, current_app, jsonify, render_template, request

from gcmgraph import __version__
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.publish_process import read_difference
from gcmgraph.contributions.sent_graphs import SentGraphs
from gcmgraph.integrity import Status, read_status
from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import LedgerError
from gcmgraph.web.contributions.blueprints import REMARKS
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.counting import BOUNDS, REQUEST_COUNTS
from gcmgraph.web.http.links import header_iri, local_path
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.negotiated import cached_document, last_modified
from gcmgraph.web.services import Site, Snapshot, per_version

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


def add_routes(app: Flask, site: Site) -> None:
    """/health and /metrics; /sitemap.xml and /robots.txt."""
    _add_sitemap(app, site)

    @app.get("/health")
    @api.operation("health", api.answer("Service status.", Health), (), (503,), cached=False)
    def health() -> Response:
        """Return the service status and the dataset version."""
        snapshot = site.dataset.snapshot()
        status = _status(snapshot)
        health: Health = {
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
        return cached(jsonify(health), Caching.NEVER, vary=None)

    @app.get("/metrics")
    @api.operation(
        "metrics",
        api.answer("Metrics, summed over all server processes.", "text/plain"),
        (),
        (503,),
        cached=False,
    )
    def metrics() -> Response:
        """Return request counts and durations in the Prometheus text format."""
        snapshot, box = site.dataset.snapshot(), current_app.extensions[REMARKS]
        status, values = _status(snapshot), dict[str, object]()
        with suppress(LedgerError):  # the database cannot be read, which requests for it report
            values["remarks"] = box.counts()
            values["notices"] = Notices(box.database).state()
            values["waiting"] = _waiting(Ledger(box.database))
            if site.publish_to:
                values["sent"] = SentGraphs(box.database, site.publish_to).state()
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
            **values,
        )
        return cached(Response(body, content_type=METRICS), Caching.NEVER, vary=None)


def _status(snapshot: Snapshot) -> Status | None:
    """The result of the last verification of stored files; None where there is none."""
    return read_status(snapshot.index.parents[2])


@dataclass(frozen=True)
class WaitingContributions:
    """Contributions that await a decision, with the time of the oldest; decisions that are not published."""

    number: int
    #: Unix time; None where no contribution waits
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


#: Limit on the addresses of one file, by the protocol.
PART_SIZE = 50_000

#: Pages that are not about one resource.
_PAGES = (
    "",
    "about",
    "dataset",
    "linksets",
    "ontology",
    "shapes",
    "queries",
    "sparql",
    *(f"browse/{kind}" for kind in KINDS),
)

_MEDIA_TYPE = "application/xml"

_NUMBER = api.Parameter("number", "Number of the part, from 1.", api.whole(1), 1)


def _add_sitemap(app: Flask, site: Site) -> None:
    """/sitemap.xml, /sitemap-{number}.xml and /robots.txt."""

    def answer(snapshot: Snapshot, root: str, entry: str, addresses: Iterable[str]) -> Response:
        located = (header_iri(address) for address in addresses)
        values = {
            "root": root,
            "entry": entry,
            "addresses": located,
            "modified": last_modified(snapshot),
        }
        return cached_document(
            snapshot, partial(render_template, "sitemap.xml", **values), _MEDIA_TYPE, vary=None
        )

    @app.get("/sitemap.xml")
    @api.operation("sitemap", api.answer("Sitemap index.", _MEDIA_TYPE), ())
    def index() -> Response:
        """Return the sitemap index, for search engines."""
        snapshot = site.dataset.snapshot()
        parts = (
            f"{site.addresses.base}sitemap-{n}.xml" for n in range(1, len(_parts(snapshot)) + 1)
        )
        return answer(snapshot, "sitemapindex", "sitemap", parts)

    @app.get("/sitemap-<int:number>.xml")
    @api.operation("sitemap_part", api.answer("Part of the sitemap.", _MEDIA_TYPE), (_NUMBER,))
    def part(number: int) -> Response:
        """Return a part of the sitemap."""
        snapshot = site.dataset.snapshot()
        parts = _parts(snapshot)
        if not 1 <= number <= len(parts):
            raise not_found(request.path)
        return answer(snapshot, "urlset", "url", parts[number - 1])

    @app.get("/robots.txt")
    @api.operation("robots", api.answer("Robots exclusion rules.", "text/plain"), ())
    def robots() -> Response:
        """Return the crawling rules for search engines."""
        make = partial(render_template, "robots.txt.jinja")
        return cached_document(
            site.dataset.snapshot(), make, "text/plain; charset=utf-8", vary=None
        )


@per_version
def _parts(snapshot: Snapshot) -> list[list[str]]:
    """The addresses of all pages of a version, by file."""
    addresses = list(_addresses(snapshot))
    return [addresses[first : first + PART_SIZE] for first in range(0, len(addresses), PART_SIZE)]


def _addresses(snapshot: Snapshot) -> Iterator[str]:
    base = snapshot.addresses.base
    yield from (base + page for page in _PAGES)
    for kind in KINDS:
        for iri in snapshot.listings.of(kind).members:
            yield base + (local_path(snapshot.addresses, iri.value) or "/").removeprefix("/")
