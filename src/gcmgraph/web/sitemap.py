"""/sitemap.xml, /sitemap-{number}.xml and /robots.txt, for search engines.

The addresses of the sitemap are under the base, whatever the Host header says: search engines
should find permanent addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from flask import Flask, Response, render_template, request

from gcmgraph.model.kinds import KINDS
from gcmgraph.web.http import api
from gcmgraph.web.http.links import header_iri, local_path
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.negotiated import cached_document, last_modified
from gcmgraph.web.services import Site, Snapshot, per_version

#: Limit on the addresses of one file, by the protocol (https://www.sitemaps.org/protocol.html).
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


class SitemapPages:
    """Views of the sitemap, and of the rules for crawlers."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("sitemap", api.answer("Sitemap index.", _MEDIA_TYPE), ())
    def index(self) -> Response:
        """Return the sitemap index, for search engines."""
        snapshot = self._site.dataset.snapshot()
        numbers = range(1, len(_parts(snapshot)) + 1)
        parts = [f"{self._site.addresses.base}sitemap-{number}.xml" for number in numbers]
        return _sitemap(snapshot, "sitemapindex", "sitemap", parts)

    @api.operation("sitemap_part", api.answer("Part of the sitemap.", _MEDIA_TYPE), (_NUMBER,))
    def part(self, number: int) -> Response:
        """Return a part of the sitemap."""
        snapshot = self._site.dataset.snapshot()
        parts = _parts(snapshot)
        if not 1 <= number <= len(parts):
            raise not_found(request.path)
        return _sitemap(snapshot, "urlset", "url", parts[number - 1])

    @api.operation("robots", api.answer("Robots exclusion rules.", "text/plain"), ())
    def robots(self) -> Response:
        """Return the crawling rules for search engines."""
        snapshot = self._site.dataset.snapshot()
        body = partial(render_template, "robots.txt.jinja")
        return cached_document(snapshot, body, "text/plain; charset=utf-8", vary=None)


def add_routes(app: Flask, site: Site) -> None:
    """/sitemap.xml, /sitemap-{number}.xml and /robots.txt."""
    pages = SitemapPages(site)
    app.add_url_rule("/sitemap.xml", "index", pages.index)
    app.add_url_rule("/sitemap-<int:number>.xml", "part", pages.part)
    app.add_url_rule("/robots.txt", "robots", pages.robots)


def _sitemap(snapshot: Snapshot, root: str, entry: str, addresses: Iterable[str]) -> Response:
    """A file of the sitemap: its root element, with an element `entry` for each address."""
    body = partial(
        render_template,
        "sitemap.xml",
        root=root,
        entry=entry,
        addresses=(header_iri(address) for address in addresses),
        modified=last_modified(snapshot),
    )
    return cached_document(snapshot, body, _MEDIA_TYPE, vary=None)


@per_version
def _parts(snapshot: Snapshot) -> list[list[str]]:
    """The addresses of all pages of a version, by file."""
    addresses = list(_addresses(snapshot))
    starts = range(0, len(addresses), PART_SIZE)
    return [addresses[start : start + PART_SIZE] for start in starts]


def _addresses(snapshot: Snapshot) -> Iterator[str]:
    base = snapshot.addresses.base
    yield from (base + page for page in _PAGES)
    for kind in KINDS:
        for iri in snapshot.listings.of(kind).members:
            yield base + (local_path(snapshot.addresses, iri.value) or "/").removeprefix("/")
