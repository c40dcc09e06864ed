"""/health and /metrics for operators; /sitemap.xml and /robots.txt for search engines.

The addresses of the sitemap (https://www.sitemaps.org/protocol.html) are under the base, whatever the Host header says:
search engines should find permanent addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import TypedDict
from xml.sax.saxutils import escape

from flask import Flask, Response, current_app, jsonify, request

from gcmgraph import __version__
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.errors import LedgerError
from gcmgraph.integrity import Status, read_status
from gcmgraph.kinds import KINDS
from gcmgraph.web.contributions.blueprints import REMARKS
from gcmgraph.web.http import api
from gcmgraph.web.http.middleware import BOUNDS, REQUEST_COUNTS, Counted, RequestCounts
from gcmgraph.web.http.responses import Caching, cached, header_iri, local_path, not_found
from gcmgraph.web.responses.documents import cached_document, last_modified
from gcmgraph.web.services import Site, Snapshot, per_version

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
            "software": f"gcmgraph {__version__}",
            "integrity": {"checked": status.checked if status else None, "damaged": status.damaged if status else None},
        }
        return cached(jsonify(health), Caching.NEVER, vary=None)

    @app.get("/metrics")
    @api.operation(
        "metrics", api.answer("Metrics, summed over all server processes.", "text/plain"), (), (503,), cached=False
    )
    def metrics() -> Response:
        """Return request counts and durations in the Prometheus text format."""
        counts: RequestCounts = current_app.extensions[REQUEST_COUNTS]
        snapshot = site.dataset.snapshot()
        remarks = current_app.extensions[REMARKS]
        lines = [*_of_dataset(snapshot), *_of_files(snapshot), *_of_database(remarks), *_of_requests(counts)]
        response = Response("".join(f"{line}\n" for line in lines), content_type=METRICS)
        return cached(response, Caching.NEVER, vary=None)


def _of_dataset(snapshot: Snapshot) -> Iterator[str]:
    served = f'{{version="{snapshot.version}",software="gcmgraph {__version__}"}}'
    name = "gcmgraph_dataset_info"
    yield from _metric(name, "gauge", "The dataset version that is served, and the software.", (served, 1))
    name = "gcmgraph_dataset_quads"
    yield from _metric(name, "gauge", "Quads of the dataset version that is served.", ("", snapshot.quad_count))


def _status(snapshot: Snapshot) -> Status | None:
    """The result of the last verification of stored files; None where there is none."""
    return read_status(snapshot.index.parents[2])


def _of_files(snapshot: Snapshot) -> Iterator[str]:
    if status := _status(snapshot):
        time = f"{datetime.fromisoformat(status.checked).timestamp():.0f}"
        for name, help_text, value in (
            ("gcmgraph_damaged_files", "Damaged files found by the last verification.", status.damaged),
            ("gcmgraph_verified_files", "Files of the last verification.", status.files),
            ("gcmgraph_verification_timestamp_seconds", "Time of the last verification (Unix time).", time),
        ):
            yield from _metric(name, "gauge", help_text, ("", value))


def _of_database(box: RemarkBox) -> Iterator[str]:
    with suppress(LedgerError):  # the database cannot be read, which requests for it report
        counts = box.counts()
        states = [('{state="received"}', counts.waiting), ('{state="answered"}', counts.answered)]
        yield from _metric("gcmgraph_remarks", "gauge", "Remarks of readers by state.", *states)
        states = [(f'{{state="{state}"}}', number) for state, number in Notices(box.database).counts().items()]
        yield from _metric("gcmgraph_notices", "gauge", "Notices by e-mail that wait, or were given up.", *states)


def _of_requests(counts: Iterable[Counted]) -> Iterator[str]:
    counted = list(counts)
    name = "gcmgraph_requests_total"
    yield from _metric(name, "counter", "Answers by first part of the address and by status; 0: another one.")
    for each in counted:
        for status, number in each.statuses.items():
            yield f'{name}{{path="{each.path}",status="{status}"}} {number}'
    name = "gcmgraph_request_duration_seconds"
    yield from _metric(name, "histogram", "Seconds until an answer began.")
    for each in counted:
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), each.within, strict=True):
            yield f'{name}_bucket{{path="{each.path}",le="{bound}"}} {number}'
        yield f'{name}_sum{{path="{each.path}"}} {each.seconds:.6f}'
        yield f'{name}_count{{path="{each.path}"}} {each.within[-1]}'


def _metric(name: str, kind: str, help_text: str, *samples: tuple[str, object]) -> Iterator[str]:
    """The heading of a metric, and its samples: labels in braces, and the value."""
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} {kind}"
    yield from (f"{name}{labels} {value}" for labels, value in samples)


#: Limit on the addresses of one file, by the protocol.
PART_SIZE = 50_000

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

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

#: Paths with unlimited addresses, or without pages.
_DISALLOWED = "/check? /sparql? /graph-store /search? /resolve? /validate /reconcile /contributions".split()


_MEDIA_TYPE = "application/xml"

_NUMBER = api.Parameter("number", "Number of the part, from 1.", api.whole(1), 1)


def _add_sitemap(app: Flask, site: Site) -> None:
    """/sitemap.xml, /sitemap-{number}.xml and /robots.txt."""

    def answer(snapshot: Snapshot, body: Iterator[str], media_type: str = _MEDIA_TYPE) -> Response:
        return cached_document(snapshot, lambda: "".join(body), media_type, vary=None)

    @app.get("/sitemap.xml")
    @api.operation("sitemap", api.answer("Sitemap index.", _MEDIA_TYPE), ())
    def index() -> Response:
        """Return the sitemap index, for search engines."""
        snapshot = site.dataset.snapshot()
        parts = [f"{site.addresses.base}sitemap-{n}.xml" for n in range(1, len(_parts(snapshot)) + 1)]
        return answer(snapshot, _document("sitemapindex", "sitemap", parts, snapshot))

    @app.get("/sitemap-<int:number>.xml")
    @api.operation("sitemap_part", api.answer("Part of the sitemap.", _MEDIA_TYPE), (_NUMBER,))
    def part(number: int) -> Response:
        """Return a part of the sitemap."""
        snapshot = site.dataset.snapshot()
        parts = _parts(snapshot)
        if not 1 <= number <= len(parts):
            raise not_found(request.path)
        return answer(snapshot, _document("urlset", "url", parts[number - 1], snapshot))

    @app.get("/robots.txt")
    @api.operation("robots", api.answer("Robots exclusion rules.", "text/plain"), ())
    def robots() -> Response:
        """Return the crawling rules for search engines."""
        snapshot = site.dataset.snapshot()
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _DISALLOWED)]
        lines += ["Allow: /", f"Sitemap: {site.addresses.base}sitemap.xml", ""]
        return answer(snapshot, iter("\n".join(lines)), "text/plain; charset=utf-8")


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


def _document(root: str, entry: str, addresses: Iterable[str], snapshot: Snapshot) -> Iterator[str]:
    modified = last_modified(snapshot)
    date = f"<lastmod>{modified.isoformat(timespec='seconds')}</lastmod>" if modified else ""
    yield f'{_XML}<{root} xmlns="{_NAMESPACE}">\n'
    for address in addresses:
        yield f"<{entry}><loc>{escape(header_iri(address))}</loc>{date}</{entry}>\n"
    yield f"</{root}>\n"
