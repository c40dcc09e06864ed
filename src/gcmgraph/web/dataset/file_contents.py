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
from gcmgraph.publication.tables import TABLES
from gcmgraph.rdf.terms import IRI
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.dataset.facts import catalogue_parts
from gcmgraph.web.dataset.tables import kind_csv
from gcmgraph.web.http.formats import TTL
from gcmgraph.web.services import Site, Snapshot, per_version
from gcmgraph.web.sparql.graph_store import RequestedGraph, write_graph
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figure_tables import dataset_figures, figures_csv, table_rows
from gcmgraph.web.visualisation.figures import Figures


@per_version
def file_contents(snapshot: Snapshot, site: Site) -> dict[str, FileContent]:
    """The contents of the files of all parts and of the tables, by address below the base."""
    contents = {f"tables/{kind}.csv": _content(kind_csv(snapshot, kind)) for kind in TABLES}
    figures = Figures(Page(site, snapshot, SOURCE_LANGUAGE))
    graphs: dict[str, IRI] = {}
    for part in catalogue_parts(snapshot, site):
        graphs.update(zip(part.graph_files, part.graphs, strict=True))  # several share one
        if part.english_csv and part.iri in figures.sets:
            contents[part.english_csv] = _content(_figures_csv(part, figures))
    for address, graph in graphs.items():
        contents[address] = _content(_turtle(graph, snapshot, site))
    return contents


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
