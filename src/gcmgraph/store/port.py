"""The one port to a SPARQL engine. Adapters: `embedded`; a remote one fits the same port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gcmgraph.model.terms import IRI, Quad, Term, Triple

#: A row of a SELECT result: the bound variables, by name without the question mark.
Row = Mapping[str, Term]


@dataclass(frozen=True)
class ResultSyntax:
    """A way to write a SELECT or ASK result (https://www.w3.org/TR/sparql11-overview/#sparql11-results)."""

    name: str
    media_type: str
    suffix: str
    #: whether ASK has a form in it
    boolean: bool


JSON_RESULTS = ResultSyntax("JSON", "application/sparql-results+json", "srj", True)
XML_RESULTS = ResultSyntax("XML", "application/sparql-results+xml", "srx", True)
CSV_RESULTS = ResultSyntax("CSV", "text/csv", "csv", False)
TSV_RESULTS = ResultSyntax("TSV", "text/tab-separated-values", "tsv", False)

#: In order of preference where a client takes anything.
RESULT_SYNTAXES = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS)


@dataclass(frozen=True)
class Wanted:
    """The media type in which each form of query is to be answered; None where a form is not acceptable."""

    solutions: str | None
    boolean: str | None
    graph: str | None


@dataclass(frozen=True)
class QueryDataset:
    """The dataset of a query (https://www.w3.org/TR/sparql11-protocol/#dataset).

    `union`: the union of all graphs, and every named graph. Otherwise the `default_graphs` merged and the
    `named_graphs` where `given` by the protocol, and else what FROM and FROM NAMED of the query say.
    """

    union: bool
    given: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


#: A query without GRAPH sees the union of all graphs.
UNION = QueryDataset(union=True)


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
        """Run a query of ours, with terms bound to its variables. Raises `QuerySyntaxError`."""
        ...

    def select(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> Solutions:
        """Run a SELECT query. Raises `QuerySyntaxError`; `TypeError` for another query form."""
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

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, all or none."""
        ...

    def __len__(self) -> int:
        """The number of quads."""
        ...
