"""Addresses of the description of the dataset, of its tables, link sets, downloads and versions."""

from __future__ import annotations

from flask import Flask

from gcmgraph.publication.tables import METADATA_SUFFIX, WITH_PARQUET
from gcmgraph.web.dataset.description import DatasetDescription
from gcmgraph.web.dataset.downloads import Downloads
from gcmgraph.web.dataset.link_sets import LinkSetPages
from gcmgraph.web.dataset.tables import Tables
from gcmgraph.web.dataset.versions import VersionPages
from gcmgraph.web.services import Site


def add_routes(app: Flask, site: Site) -> None:
    """/tables/…, /linksets, /.well-known/void, /dataset, /dumps/… and /changes."""
    tables = Tables(site)
    app.add_url_rule("/tables/<kind>.csv", "table", tables.table)
    if WITH_PARQUET:
        app.add_url_rule("/tables/<kind>.parquet", "parquet", tables.parquet)
    app.add_url_rule(f"/tables/<kind>.csv{METADATA_SUFFIX}", "metadata", tables.metadata)
    app.add_url_rule("/tables/croissant.json", "croissant", tables.croissant)

    link_sets = LinkSetPages(site).link_sets
    app.add_url_rule("/linksets.<suffix>", "link_sets", link_sets)
    app.add_url_rule("/linksets", "link_sets", link_sets, defaults={"suffix": None})

    description = DatasetDescription(site)
    app.add_url_rule("/.well-known/void", "well_known_void", description.well_known_void)
    app.add_url_rule("/dataset.<suffix>", "dataset", description.dataset)
    app.add_url_rule("/dataset", "dataset", description.dataset, defaults={"suffix": None})

    downloads = Downloads(site)
    app.add_url_rule("/dumps/<version>", "listed", downloads.listed)
    app.add_url_rule("/dumps/", "listed", downloads.listed, defaults={"version": None})
    app.add_url_rule("/dumps", "listed", downloads.listed, defaults={"version": None})
    app.add_url_rule("/dumps/latest/<name>", "newest_file", downloads.newest_file)
    app.add_url_rule("/dumps/<version>/<name>", "file", downloads.file)

    versions = VersionPages(site)
    app.add_url_rule("/changes.<suffix>", "changes", versions.changes)
    app.add_url_rule("/changes", "changes", versions.changes, defaults={"suffix": None})
    app.add_url_rule("/dataset/<version>", "version_of", versions.version)
