"""The port to a SPARQL engine. Adapters: `embedded.store` and `remote.store`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from gcmgraph.model.terms import IRI, Quad, Term, Triple
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset

#: A row of a SELECT result: the bound variables, by name without the question mark.
Row = Mapping[str, Term]


@dataclass(frozen=True)
class ResultSyntax:
    """A syntax of SELECT and ASK results (https://www.w3.org/TR/sparql11-overview/#sparql11-results)."""

    name: str
    media_type: str
    suffix: str
    #: whether it can write the result of ASK
    boolean: bool


JSON_RESULTS = ResultSyntax("JSON", "application/sparql-results+json", "srj", True)
XML_RESULTS = ResultSyntax("XML", "application/sparql-results+xml", "srx", True)
CSV_RESULTS = ResultSyntax("CSV", "text/csv", "csv", False)
TSV_RESULTS = ResultSyntax("TSV", "text/tab-separated-values", "tsv", False)

#: In order of preference, for clients that accept any.
RESULT_SYNTAXES = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS)


class QueryForm(Enum):
    """The form of a query, which decides its result (https://www.w3.org/TR/sparql11-query/#QueryForms)."""

    SOLUTIONS = "SELECT"
    BOOLEAN = "ASK"
    GRAPH = "CONSTRUCT or DESCRIBE"


@dataclass(frozen=True)
class Wanted:
    """The media type of the answer to each form of query; None where a form is not acceptable."""

    solutions: str | None
    boolean: str | None
    graph: str | None

    def media_type(self, form: QueryForm) -> str | None:
        """The media type for a form of query."""
        return {
            QueryForm.SOLUTIONS: self.solutions,
            QueryForm.BOOLEAN: self.boolean,
            QueryForm.GRAPH: self.graph,
        }[form]


#: The graph for triples of no graph, on engines whose default graph is the union.
DEFAULT_GRAPH_STAND_IN = "urn:x-gcmgraph:default-graph"


@dataclass(frozen=True)
class Solutions:
    """The result of SELECT: variables in query order, and all rows."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


#: SELECT gives solutions, ASK a truth value, CONSTRUCT and DESCRIBE triples.
QueryResult = Solutions | bool | frozenset[Triple]


class Store(Protocol):
    """A dataset that answers SPARQL 1.1 queries. A query without GRAPH sees the union of all graphs."""

    def query(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> QueryResult:
        """Run a query of the project, with terms bound to its variables.

        Raises `QuerySyntaxError`, and `StoreError` where the engine gives up.
        """
        ...

    def select(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> Solutions:
        """Run a SELECT query. Raises as `query` does; `TypeError` for another query form."""
        ...

    def serialized(
        self,
        query: str,
        wanted: Wanted,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
        *,
        substitutions: Mapping[str, Term] | None = None,
    ) -> tuple[str, bytes] | None:
        """The answer to a query as it is sent to a client: its media type and bytes.

        None where the form of the query has no syntax in `wanted`. `prefixes` need not be declared in the query.
        Raises `QuerySyntaxError`, `NotXmlError`, and `StoreError` where the engine gives up.
        """
        ...

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern; None matches anything."""
        ...

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of all graphs that match a pattern, for reading many: one may come more than once."""
        ...

    def expect(self, things: Iterable[IRI]) -> None:
        """Announce the resources that a page will name; an engine with slow requests reads them together."""
        ...

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, all or none."""
        ...

    def __len__(self) -> int:
        """The number of quads."""
        ...
