"""Parts of the dataset that a catalogue lists with their own publisher, licence and period.

These are the datasets of figures (`qb:DataSet`), the graphs of `catalogue.csv` (votes, evaluations,
treaties, topics), and the readings of the guidance: the graphs of all its documents together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from gcmgraph.model.program_tables import table_rows
from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, Vocabulary, text
from gcmgraph.store.port import Store
from gcmgraph.translations import SOURCE_LANGUAGE, Message

READINGS_TITLE = Message("Readings of the guidance")
READINGS_DESCRIPTION = Message(
    "Actions and practices in the guidance of the UN Network on Migration, a graph for each document."
)

_PAGES_OF_FIGURES = "doc/statistics/"

_GRAPHS_OF_FIGURES = """
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
SELECT ?dataset ?graph (MIN(?year) AS ?first) (MAX(?year) AS ?last) WHERE {
  GRAPH ?graph { ?observation qb:dataSet ?dataset ; sdmx-dimension:refPeriod ?year }
} GROUP BY ?dataset ?graph ORDER BY ?dataset"""

_YEARS = """
SELECT (MIN(?year) AS ?first) (MAX(?year) AS ?last) WHERE {{
  {{ SELECT DISTINCT ?subject WHERE {{ GRAPH {graph} {{ ?subject a ?class }} }} }}
  ?subject {path} ?date
  BIND (SUBSTR(STR(?date), 1, 4) AS ?year)
}}"""


@dataclass(frozen=True)
class CataloguePart:
    """A dataset within the dataset."""

    iri: IRI
    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    #: terms of use: a licence, or a sentence where the source names none
    licence: IRI | None
    rights: tuple[Literal, ...]
    #: the organisation that publishes the source; None where this project does
    publisher: IRI | None
    #: names of the publisher; empty where this project is the publisher
    publisher_names: tuple[Literal, ...]
    #: date of the edition of the source
    issued: Term | None
    #: first and last year
    years: tuple[str, str] | None
    graphs: tuple[IRI, ...]
    #: statements about measurements of its quality
    measurements: tuple[Triple, ...]
    #: addresses below the base of the site: page, and CSV file if there is one
    page: str
    csv: str | None

    def fragment(self, name: str) -> IRI:
        """The IRI of what belongs to it: `…/migrant-corridors#years`, `…/dataset#readings-years`."""
        sign = "-" if "#" in self.iri.value else "#"
        return IRI(f"{self.iri.value}{sign}{name}")

    @property
    def is_of_figures(self) -> bool:
        """Whether this is a dataset of figures."""
        return self.page.startswith(_PAGES_OF_FIGURES)

    @property
    def english_csv(self) -> str | None:
        """The address of the CSV file with English headings and names, where those depend on the language."""
        return f"{self.csv}&lang={SOURCE_LANGUAGE}" if self.is_of_figures else self.csv

    @property
    def files(self) -> dict[str, str]:
        """The addresses of the files, each with its media type."""
        media_types = dict.fromkeys(self.graph_files, "text/turtle")
        if self.english_csv:
            media_types[self.english_csv] = "text/csv"
        return media_types

    @property
    def graph_files(self) -> tuple[str, ...]:
        """The addresses of the statements of its graphs, in Turtle."""
        return tuple(
            f"graph-store?graph={quote(graph.value, safe='')}&format=ttl" for graph in self.graphs
        )


@dataclass(frozen=True)
class _ListedGraph:
    """A row of `catalogue.csv`: a graph with its table and page, and the path to the dates in it."""

    graph: str
    more_graphs: str
    date: str
    table: str
    page: str


class Catalogue:
    """The parts of a dataset version."""

    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        own_licence: IRI,
        years: tuple[int, int] | None,
    ) -> None:
        """`own_licence` is the licence of what this project states, `years` the period of practices."""
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._own_licence = own_licence
        self._years_of_practices = (str(years[0]), str(years[1])) if years else None

    def parts(self, graphs: Collection[str]) -> tuple[CataloguePart, ...]:
        """All parts with terms of use; `graphs` are the names of the graphs of the version."""
        parts = [*self._figures(), *self._listed_graphs(graphs), *self._readings(graphs)]
        return tuple(part for part in parts if part.licence or part.rights)

    def _figures(self) -> Iterator[CataloguePart]:
        """The datasets of figures."""
        for row in self._store.select(_GRAPHS_OF_FIGURES).rows:
            dataset = row["dataset"]
            graph = row["graph"]
            first = row["first"]
            last = row["last"]
            if isinstance(dataset, IRI) and isinstance(graph, IRI):
                name = dataset.value.rpartition("/")[2]
                yield self._part(
                    dataset,
                    graphs=(graph,),
                    years=(getattr(first, "value", ""), getattr(last, "value", "")),
                    page=f"{_PAGES_OF_FIGURES}{name}",
                    csv=f"statistics/{name}?format=csv",
                )

    def _listed_graphs(self, graphs: Collection[str]) -> Iterator[CataloguePart]:
        """The graphs of `catalogue.csv` that the version has."""
        for row in _listed_graphs():
            graph = IRI(self._addresses.graph(row.graph))
            more_graphs = map(self._addresses.graph, row.more_graphs.split())
            if graph.value in graphs:
                yield self._part(
                    graph,
                    graphs=(graph, *map(IRI, more_graphs)),
                    years=self._years(graph, row.date) if row.date else None,
                    page=row.page,
                    csv=f"tables/{row.table}.csv" if row.table else None,
                )

    def _years(self, graph: IRI, date: str) -> tuple[str, str] | None:
        """The first and last year of the dates of the subjects of a graph, by a path to the dates."""
        path = "/".join(f"<{self._addresses.expand(step)}>" for step in date.split("/"))
        rows = self._store.select(_YEARS.format(graph=graph, path=path)).rows
        row = next(iter(rows))
        first = row.get("first")
        last = row.get("last")
        if not isinstance(first, Literal) or not isinstance(last, Literal):
            return None
        return first.value, last.value

    def _part(
        self,
        dataset: IRI,
        graphs: tuple[IRI, ...],
        page: str,
        csv: str | None,
        years: tuple[str, str] | None,
    ) -> CataloguePart:
        """A part with what the graph states of the dataset."""
        values = ResourceValues(self._store, self._v, dataset)
        publisher = values.iri("dct:publisher")
        is_own = publisher is None or publisher.value == f"{self._addresses.base}dataset#publisher"
        names: tuple[Literal, ...] = ()
        if publisher is not None and not is_own:
            names = ResourceValues(self._store, self._v, publisher).texts("skos:prefLabel")
        titles = values.texts("dct:title")
        return CataloguePart(
            iri=dataset,
            titles=titles,
            descriptions=values.texts("dct:description") or titles,
            licence=values.iri("dct:license"),
            rights=values.texts("dct:rights"),
            publisher=None if is_own else publisher,
            publisher_names=names,
            issued=next(iter(values.values("dct:issued")), None),
            years=years,
            graphs=graphs,
            measurements=tuple(self._measurements(dataset)),
            page=page,
            csv=csv,
        )

    def _measurements(self, dataset: IRI) -> Iterator[Triple]:
        """The statements about each measurement of a dataset."""
        for quad in self._store.quads(None, self._v("dqv:computedOn"), dataset):
            if isinstance(quad.subject, IRI):
                yield Triple(dataset, self._v("dqv:hasQualityMeasurement"), quad.subject)
                yield from self._store.triples(quad.subject)

    def _readings(self, graphs: Collection[str]) -> Iterator[CataloguePart]:
        """The graphs of all documents, as one part."""
        stem = self._addresses.graph("source/")
        names = sorted(name for name in graphs if name.startswith(stem))
        if names:
            yield CataloguePart(
                iri=IRI(f"{self._addresses.base}dataset#readings"),
                titles=_texts(READINGS_TITLE),
                descriptions=_texts(READINGS_DESCRIPTION),
                licence=self._own_licence,
                rights=(),
                publisher=None,
                publisher_names=(),
                issued=None,
                years=self._years_of_practices,
                graphs=tuple(map(IRI, names)),
                measurements=(),
                page="browse/practice",
                csv="tables/practice.csv",
            )


@cache
def _listed_graphs() -> tuple[_ListedGraph, ...]:
    return tuple(
        _ListedGraph(**cells)
        for _, cells in table_rows("publication/metadata/catalogue.csv", "graph")
    )


def _texts(message: Message) -> tuple[Literal, ...]:
    return tuple(text(words, language) for language, words in message.texts().items())
