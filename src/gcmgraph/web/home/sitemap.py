"""/sitemap.xml and /robots.txt, for search engines (https://www.sitemaps.org/protocol.html).

The addresses are under the base, whatever the Host header says: search engines should find permanent addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from gcmgraph.kinds import KINDS
from gcmgraph.web.http import api
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.urls import header_iri, local_path
from gcmgraph.web.responses.documents import cached_document, entity_tag, last_modified
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot

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
_DISALLOWED = ("/sparql?", "/graph-store", "/search?", "/resolve?", "/validate", "/reconcile", "/contributions")


_MEDIA_TYPE = "application/xml"

_NUMBER = api.Parameter("number", "Number of the part, from 1.", api.whole(1), 1)


@dataclass(frozen=True)
class _Addresses:
    """All pages of one version."""

    all: tuple[str, ...]

    @property
    def parts(self) -> int:
        """The number of files that they fill."""
        return max(1, -(-len(self.all) // PART_SIZE))

    def part(self, number: int) -> tuple[str, ...]:
        """The addresses of one file, from 1."""
        return self.all[(number - 1) * PART_SIZE : number * PART_SIZE]


def blueprint(site: Site) -> Blueprint:
    """/sitemap.xml, /sitemap-{number}.xml and /robots.txt."""
    routes = Blueprint("sitemap", __name__)
    known = PerVersion(lambda snapshot: _Addresses(tuple(_addresses(site, snapshot))))

    def answer(snapshot: Snapshot, name: str, body: Iterator[str], media_type: str = _MEDIA_TYPE) -> Response:
        tag = entity_tag(snapshot.version, name)
        return cached_document(snapshot, lambda: "".join(body), media_type, tag=tag, vary=None)

    @routes.get("/sitemap.xml")
    @api.operation("sitemap", api.answer("Sitemap index.", _MEDIA_TYPE), ())
    def index() -> Response:
        """Return the sitemap index, for search engines."""
        snapshot = site.dataset.snapshot()
        parts = [f"{site.addresses.base}sitemap-{n}.xml" for n in range(1, known.of(snapshot).parts + 1)]
        return answer(snapshot, "sitemap", _document("sitemapindex", "sitemap", parts, snapshot))

    @routes.get("/sitemap-<int:number>.xml")
    @api.operation("sitemap_part", api.answer("Part of the sitemap.", _MEDIA_TYPE), (_NUMBER,))
    def part(number: int) -> Response:
        """Return a part of the sitemap."""
        snapshot = site.dataset.snapshot()
        pages = known.of(snapshot)
        if not 1 <= number <= pages.parts:
            raise not_found(request.path)
        return answer(snapshot, f"sitemap-{number}", _document("urlset", "url", pages.part(number), snapshot))

    @routes.get("/robots.txt")
    @api.operation("robots", api.answer("Robots exclusion rules.", "text/plain"), ())
    def robots() -> Response:
        """Return the crawling rules for search engines."""
        snapshot = site.dataset.snapshot()
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _DISALLOWED)]
        lines += ["Allow: /", f"Sitemap: {site.addresses.base}sitemap.xml", ""]
        return answer(snapshot, "robots", iter("\n".join(lines)), "text/plain; charset=utf-8")

    return routes


def _addresses(site: Site, snapshot: Snapshot) -> Iterator[str]:
    base = site.addresses.base
    yield from (base + page for page in _PAGES)
    for kind in KINDS:
        for iri in snapshot.catalogue.members(kind):
            yield base + (local_path(site.addresses, iri.value) or "/").removeprefix("/")


def _document(root: str, entry: str, addresses: Iterable[str], snapshot: Snapshot) -> Iterator[str]:
    modified = last_modified(snapshot)
    date = f"<lastmod>{modified.isoformat(timespec='seconds')}</lastmod>" if modified else ""
    yield f'{_XML}<{root} xmlns="{_NAMESPACE}">\n'
    for address in addresses:
        yield f"<{entry}><loc>{escape(header_iri(address))}</loc>{date}</{entry}>\n"
    yield f"</{root}>\n"
