"""Sizes and checksums of the files in the catalogue, of the bytes that their addresses return.

They are computed once for each version and process, for the first request that needs them (5.4 s of
CPU, with all documents): versions that no portal harvests cost nothing.
"""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from flask_babel import force_locale

from gcmgraph.publication.metadata.catalogue import CataloguePart
from gcmgraph.publication.metadata.dcat import FileContent
from gcmgraph.publication.tables import TABLES, table_csv
from gcmgraph.rdf.terms import IRI
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.dataset.facts import catalogue_parts
from gcmgraph.web.http.formats import TTL
from gcmgraph.web.services import Site, Snapshot, per_version
from gcmgraph.web.sparql.graph_store import RequestedGraph, write_graph
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figure_tables import dataset_figures, figures_csv, table_rows
from gcmgraph.web.visualisation.figures import Figures


def kind_csv(snapshot: Snapshot, kind: str) -> bytes:
    """All resources of a kind as CSV."""
    return table_csv(snapshot.listings.of(kind)).encode()


def file_contents(snapshot: Snapshot, site: Site) -> dict[str, FileContent]:
    """The contents of the files of all parts and of the tables, by address below the base."""
    return {**csv_contents(snapshot, site), **_graph_contents(snapshot, site)}


@per_version
def csv_contents(snapshot: Snapshot, site: Site) -> dict[str, FileContent]:
    """The contents of the tables and of the CSV files of figures, by address below the base."""
    contents = {f"tables/{kind}.csv": _content(kind_csv(snapshot, kind)) for kind in TABLES}
    figures = Figures(Page(site, snapshot, SOURCE_LANGUAGE))
    for part in catalogue_parts(snapshot, site):
        if part.english_csv and part.iri in figures.sets:
            contents[part.english_csv] = _content(_figures_csv(part, figures))
    return contents


@per_version
def _graph_contents(snapshot: Snapshot, site: Site) -> dict[str, FileContent]:
    """The contents of the Turtle files of graphs, by address below the base."""
    graphs: dict[str, IRI] = {}
    for part in catalogue_parts(snapshot, site):
        graphs.update(zip(part.graph_files, part.graphs, strict=True))  # several share one
    return {address: _content(_turtle(graph, snapshot, site)) for address, graph in graphs.items()}


def _turtle(graph: IRI, snapshot: Snapshot, site: Site) -> bytes:
    """The Turtle file of a graph."""
    file = BytesIO()
    write_graph(snapshot.store, RequestedGraph(graph, TTL), site.addresses, file)
    return file.getvalue()


def _figures_csv(part: CataloguePart, figures: Figures) -> bytes:
    """The CSV file of a dataset of figures, in English."""
    figure_set = figures.sets[part.iri]
    with force_locale(SOURCE_LANGUAGE):
        rows = table_rows(figures.page, dataset_figures(figures, figure_set))
        return figures_csv(figure_set, rows).encode()


def _content(data: bytes) -> FileContent:
    return FileContent(len(data), sha256(data).hexdigest())
