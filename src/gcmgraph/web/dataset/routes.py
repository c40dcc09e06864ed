"""Addresses of the description of the dataset, of its tables and link sets."""

from __future__ import annotations

from flask import Flask

from gcmgraph.publication.tables import METADATA_SUFFIX, WITH_PARQUET
from gcmgraph.web.dataset.description import DatasetDescription
from gcmgraph.web.dataset.link_sets import LinkSetPages
from gcmgraph.web.dataset.tables import Tables
from gcmgraph.web.services import Site


def add_routes(app: Flask, site: Site) -> None:
    """/tables/…, /linksets, /.well-known/void and /dataset."""
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
