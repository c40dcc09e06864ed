"""The port to the engine that holds one version of a dataset (`Store`), where a dataset is, and changes to it.

`stores` opens a `Store`, `opening` a dataset with its versions, and the queries of untrusted clients on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Protocol

from gcmgraph.model.terms import IRI, Quad, Term, Triple
from gcmgraph.sparql import UNION, QueryDataset

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


@dataclass(frozen=True)
class AcceptedMediaTypes:
    """The media type of the answer to each form of query; None where a form is not acceptable."""

    solutions: str | None
    boolean: str | None
    graph: str | None


@dataclass(frozen=True)
class Caps:
    """Limits of one answer.

    `deadline` is a `time.monotonic()` after which nothing more is written. With `whole`, an answer that would be cut is
    discarded; then a graph has no limit of rows, and is written without holding the interpreter.
    """

    rows: int = 100_000
    bytes: int = 64 * 1024 * 1024
    deadline: float | None = None
    whole: bool = False


@dataclass(frozen=True)
class Written:
    """A result as it was written; `cut` where there was more."""

    body: bytes
    cut: bool = False


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

    def answer(
        self,
        query: str,
        wanted: AcceptedMediaTypes,
        caps: Caps | None = None,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
        *,
        substitutions: Mapping[str, Term] | None = None,
    ) -> tuple[str, Written] | None:
        """The answer to a query as it is sent to a client: its media type and bytes, cut to `caps`.

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
        """The triples of all graphs that match a pattern, each once."""
        ...

    def holds(self, quad: Quad) -> bool:
        """Whether a quad is in the store."""
        ...

    def holds_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI; False for an invalid IRI."""
        ...

    def __len__(self) -> int:
        """The number of quads."""
        ...


@dataclass(frozen=True)
class Access:
    """Settings beside the URL of a SPARQL server. The password is in no text of this object."""

    #: `oxigraph` or `virtuoso`, or the URLs for updates and of the Graph Store Protocol; empty where the URL shows it
    engine: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    #: seconds that a request that writes may take
    update_timeout: float = 900
    #: folder of the copies of datasets in servers
    copies: str = "var/copies"


@dataclass(frozen=True)
class Location:
    """Location of a dataset: a folder or the URL of a SPARQL server, the base of its addresses, versions to retain."""

    store: str
    base: str
    access: Access = Access()
    #: number of newest versions whose dumps remain; 0 for all
    keep: int = 0

    def to_json(self) -> bytes:
        """For another process of ours, by a socket: it has the password."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Location:
        """The location that `to_json` wrote."""
        record = json.loads(data)
        return cls(**{**record, "access": Access(**record["access"])})


@dataclass(frozen=True)
class Change:
    """Quads of the dataset that are removed, and quads not in it that are added."""

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.removed or self.added)

    @classmethod
    def towards(cls, wanted: Iterable[Quad], unwanted: Iterable[Quad], holds: Callable[[Quad], bool]) -> Change:
        """The change to a dataset with the `wanted` quads and without the `unwanted`; `holds` says which it has now."""
        keep = frozenset(wanted)
        return cls(
            frozenset(quad for quad in unwanted if quad not in keep and holds(quad)),
            frozenset(quad for quad in keep if not holds(quad)),
        )

    def then(self, later: Change) -> Change:
        """This change followed by another one, as one change."""
        return Change(
            (self.removed - later.added) | (later.removed - self.added),
            (self.added - later.removed) | (later.added - self.removed),
        )
