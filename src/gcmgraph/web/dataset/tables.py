"""/tables/…: whole tables as CSV, with their metadata by CSV on the Web and Croissant."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from gcmgraph import __version__
from gcmgraph.publication.csv.whole import METADATA_SUFFIX, TABLES, columns, table_csv
from gcmgraph.publication.metadata.tables import describe_in_croissant, table_metadata
from gcmgraph.rdfio.canonical import sha256
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.dataset.routes import KnownFacts
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.documents import cached_document, entity_tag
from gcmgraph.web.responses.signposting import TypedLink
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Media types of a table (RFC 7111) and of its metadata (https://www.w3.org/TR/tabular-metadata/#iana-considerations).
TABLE_TYPE = f"{CSV.content_type}; header=present"
METADATA_TYPE = "application/csvm+json"
JSON_LD_TYPE = "application/ld+json"

_TABLE = api.answer("Table, ordered by name.", CSV, headers=("Link",))
_KIND = api.Parameter("kind", "Kind of the resources.", api.one_of(TABLES), "country")


def blueprint(site: Site, known: KnownFacts) -> Blueprint:
    """/tables/KIND.csv, its metadata, and /tables/croissant.json."""
    routes = Blueprint("tables", __name__)

    @routes.get("/tables/<kind>.csv")
    @api.operation("table", _TABLE, (_KIND,))
    def table(kind: str) -> Response:
        """Return all resources of a kind as a table."""
        snapshot = _of(kind)
        make = partial(_content, snapshot, kind)
        tag = entity_tag(snapshot.version, "table", kind)
        response = cached_document(snapshot, make, TABLE_TYPE, tag=tag, vary=None, language=SOURCE_LANGUAGE)
        described = f"{request.script_root}/tables/{kind}.csv{METADATA_SUFFIX}"
        response.headers.add("Link", TypedLink("describedby", described, METADATA_TYPE).header())
        return response

    @routes.get(f"/tables/<kind>.csv{METADATA_SUFFIX}")
    @api.operation("table_metadata", api.answer("Metadata of the table.", METADATA_TYPE), (_KIND,))
    def metadata(kind: str) -> Response:
        """Describe the columns of a table (CSV on the Web)."""
        snapshot = _of(kind)
        make = partial(table_metadata, snapshot.listings.of(kind), site.addresses)
        tag = entity_tag(snapshot.version, "table metadata", kind)
        return cached_document(snapshot, make, METADATA_TYPE, tag=tag, vary=None)

    @routes.get("/tables/croissant.json")
    @api.operation("croissant", api.answer("Description of the tables.", JSON_LD_TYPE), ())
    def croissant() -> Response:
        """Describe all tables (Croissant 1.1).

        It has the checksums of their content.
        """
        snapshot = site.dataset.snapshot()

        def make() -> str:
            tables = {kind: columns(snapshot.listings.of(kind)) for kind in TABLES}
            digests = {kind: sha256(_content(snapshot, kind)) for kind in TABLES}
            return describe_in_croissant(known.of(snapshot), tables, digests, site.public_base, __version__)

        tag = entity_tag(snapshot.version, known.files(snapshot), "croissant", site.public_base)
        return cached_document(snapshot, make, JSON_LD_TYPE, tag=tag, vary=None)

    def _of(kind: str) -> Snapshot:
        if kind not in TABLES:
            raise not_found(request.path)
        return site.dataset.snapshot()

    return routes


def _content(snapshot: Snapshot, kind: str) -> bytes:
    return table_csv(snapshot.listings.of(kind)).encode()
