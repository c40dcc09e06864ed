"""/tables/…: all resources of a kind as CSV and Parquet, with their metadata in CSVW and Croissant."""

from __future__ import annotations

from functools import partial

from flask import Response, request
from flask_babel import force_locale

from gcmgraph import __version__
from gcmgraph.publication import tables
from gcmgraph.publication.metadata import table_metadata
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.dataset.facts import catalogue_parts, dataset_facts, download_names
from gcmgraph.web.dataset.file_contents import csv_contents, kind_csv
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.responses.typed_links import TypedLink
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.visualisation.figure_tables import csv_headings

#: Media types of a table (RFC 7111) and of its metadata
#: (https://www.w3.org/TR/tabular-metadata/#iana-considerations).
TABLE_TYPE = f"{CSV.content_type}; header=present"
METADATA_TYPE = "application/csvm+json"
JSON_LD_TYPE = "application/ld+json"

_TABLE = api.answer("Table, ordered by name.", CSV, headers=("Link",))
_PARQUET = api.answer("Table, ordered by name.", tables.PARQUET_TYPE)
_KIND = api.Parameter("kind", "Kind of the resources.", api.one_of(tables.TABLES), "country")


class Tables:
    """Views of the tables of a dataset."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("table", _TABLE, (_KIND,))
    def table(self, kind: str) -> Response:
        """Return all resources of a kind as a table."""
        snapshot = self._snapshot_with(kind)
        response = cached_document(
            snapshot,
            partial(kind_csv, snapshot, kind),
            TABLE_TYPE,
            vary=None,
            language=SOURCE_LANGUAGE,
        )
        address = f"{request.script_root}/tables/{kind}.csv{tables.METADATA_SUFFIX}"
        link = TypedLink("describedby", address, METADATA_TYPE)
        response.headers.add("Link", link.header())
        return response

    @api.operation("table_parquet", _PARQUET, (_KIND,))
    def parquet(self, kind: str) -> Response:
        """Return all resources of a kind as a table in Parquet, with lists where a resource has several values."""
        snapshot = self._snapshot_with(kind)
        make = partial(tables.table_parquet, snapshot.listings.of(kind))
        return cached_document(
            snapshot, make, tables.PARQUET_TYPE, vary=None, language=SOURCE_LANGUAGE
        )

    @api.operation("table_metadata", api.answer("Metadata of the table.", METADATA_TYPE), (_KIND,))
    def metadata(self, kind: str) -> Response:
        """Describe the columns of a table (CSV on the Web)."""
        snapshot = self._snapshot_with(kind)
        index = snapshot.listings.of(kind)
        make = partial(table_metadata.table_metadata, index, self._site.addresses)
        return cached_document(snapshot, make, METADATA_TYPE, vary=None)

    @api.operation("croissant", api.answer("Description of the tables.", JSON_LD_TYPE), ())
    def croissant(self) -> Response:
        """Describe all tables, also those of figures (Croissant 1.1).

        It has the checksums of their content.
        """
        site = self._site
        snapshot = site.dataset.snapshot()

        def make() -> str:
            columns = {kind: tables.columns(snapshot.listings.of(kind)) for kind in tables.TABLES}
            with force_locale(SOURCE_LANGUAGE):
                headings = csv_headings()
            figures = [
                table_metadata.FigureTable(part, headings)
                for part in catalogue_parts(snapshot, site)
                if part.is_of_figures
            ]
            contents = csv_contents(snapshot, site)
            facts = dataset_facts(site, snapshot)
            return table_metadata.describe_in_croissant(
                facts, columns, figures, contents, site.public_base, __version__
            )

        parts = (download_names(site, snapshot), site.public_base)
        return cached_document(snapshot, make, JSON_LD_TYPE, *parts, vary=None)

    def _snapshot_with(self, kind: str) -> Snapshot:
        """The current version. 404 for a kind without a table."""
        if kind not in tables.TABLES:
            raise not_found(request.path)
        return self._site.dataset.snapshot()
