"""The port to the engine (pyoxigraph): a dataset that answers queries, where a dataset is, and changes to it.

Here are also an untrusted client's query, its answer, and its errors; limits are in `query_limits`.

`stores` writes and changes a dataset, `versions` has its versions in a folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcmgraph.platform.errors import GcmGraphError, Place, QuerySyntaxError, StoreError
from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.query_dataset import UNION, QueryDataset
from gcmgraph.rdf.terms import IRI, DefaultGraph, Quad, Term, Triple, Variable
from gcmgraph.store.results import (
    JSON_RESULTS,
    NO_CAPS,
    RESULT_SYNTAXES,
    Caps,
    write_graph,
    write_solutions,
)

#: A row of a SELECT result: the bound variables, by name without the question mark.
Row = Mapping[str, Term]


@dataclass(frozen=True)
class AcceptedMediaTypes:
    """The media type of the answer to each form of query; None where a form is not acceptable."""

    solutions: str | None
    boolean: str | None
    graph: str | None


#: Rows alone, for programs.
ROWS = AcceptedMediaTypes(JSON_RESULTS.media_type, None, None)

#: The graph for triples of no graph, on engines whose default graph is the union.
DEFAULT_GRAPH_STAND_IN = "urn:x-gcmgraph:default-graph"


@dataclass(frozen=True)
class Solutions:
    """The result of SELECT: variables in query order, and all rows."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r",? *\['[^\]]*\](?: *\| *'[^\]]*\])*|,? *\[_\](?=,)")


#: The engine's graphs for the union of all graphs, and for the triples of no graph.
UNION_GRAPH = DefaultGraph()
_OF_NO_GRAPH = IRI(DEFAULT_GRAPH_STAND_IN)


class Store:
    """A dataset that answers SPARQL 1.1 queries, in pyoxigraph.

    A query without GRAPH sees the union of all graphs as a set, as SPARQL defines it. The engine's
    own union mode is a bag, in which a triple of two graphs counts twice (pyoxigraph 0.5.13), so
    its default graph has a copy of every triple, and the triples of no graph have a graph of their
    own.
    """

    def __init__(self, engine: ox.Store) -> None:
        self.engine = engine

    @classmethod
    def in_memory(cls, quads: Iterable[Quad] = ()) -> Store:
        """A store that lives as long as this process."""
        store = cls(ox.Store())
        store.load(quads)
        return store

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> Store:
        """The union of all graphs, given as triples, in memory, and no other graph."""
        store = cls(ox.Store())
        store.engine.bulk_extend(Quad(*triple) for triple in triples)
        return store

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = True) -> Store:
        """The store in a folder.

        `StoreError` where it is missing, locked by another writer, or damaged.
        """
        try:
            return cls(ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder)))
        except (OSError, RuntimeError) as error:  # the latter where it is damaged
            raise StoreError(f"The store in {folder} cannot be opened: {error}.") from error

    def select(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> Solutions:
        """The solutions of a SELECT query of the project, with terms bound to its variables.

        Raises `QuerySyntaxError`, `StoreError` where the engine gives up, and `TypeError` for
        another query form.
        """
        with _evaluation():
            result = self._run(query, substitutions)
            if not isinstance(result, ox.QuerySolutions):
                raise TypeError("not a SELECT query")
            return _solutions(result)

    def construct(self, query: str) -> frozenset[Triple]:
        """The triples of a CONSTRUCT query of the project. Raises as `select` does."""
        with _evaluation():
            result = self._run(query, None)
            if not isinstance(result, ox.QueryTriples):
                raise TypeError("not a CONSTRUCT query")
            return frozenset(result)

    def answer(
        self, request: QueryRequest, caps: Caps = NO_CAPS, dataset: QueryDataset = UNION
    ) -> QueryAnswer | None:
        """The answer to a query in the engine's own serialization, cut to `caps`.

        None where no requested syntax fits the form of the query. The dataset is `dataset`, not the
        graphs of the request. Raises `QuerySyntaxError`, `NotXmlError`, and `StoreError` where the
        engine gives up.
        """
        accepted = request.accepted
        with _evaluation():
            answer = self._run(request.query, request.substitutions, dataset, request.prefixes)
            if isinstance(answer, ox.QueryTriples):
                if (graph := syntax_for_media_type(accepted.graph or "")) is None:
                    return None
                written = write_graph(answer, graph.engine_format, caps, dict(request.prefixes))
                return QueryAnswer(graph.media_type, *written)
            media_type = (
                accepted.boolean if isinstance(answer, ox.QueryBoolean) else accepted.solutions
            )
            syntax = next((s for s in RESULT_SYNTAXES if s.media_type == media_type), None)
            if syntax is None:
                return None
            if isinstance(answer, ox.QuerySolutions):
                return QueryAnswer(syntax.media_type, *write_solutions(answer, syntax, caps))
            return QueryAnswer(
                syntax.media_type, answer.serialize(format=syntax.engine_format) or b""
            )

    def answer_type(self, request: QueryRequest) -> str | None:
        """The media type of the answer to a query, which is not read; None as `answer` does.

        Raises `QuerySyntaxError`, `StoreError`.
        """
        with _evaluation():
            answer = self._run(request.query, None, prefixes=request.prefixes)
        if isinstance(answer, ox.QueryTriples):
            return request.accepted.graph
        return (
            request.accepted.boolean
            if isinstance(answer, ox.QueryBoolean)
            else request.accepted.solutions
        )

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern; None matches anything."""
        for quad in self.engine.quads_for_pattern(subject, predicate, object, graph):
            if quad.graph_name == _OF_NO_GRAPH:
                yield Quad(quad.subject, quad.predicate, quad.object)
            elif quad.graph_name != UNION_GRAPH:
                yield quad

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of all graphs that match a pattern, each once: from the union alone, in half the time."""
        for quad in self.engine.quads_for_pattern(subject, predicate, object, UNION_GRAPH):
            yield quad.triple

    def holds_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI; False for an invalid IRI."""
        try:
            return self.engine.contains_named_graph(IRI(iri))
        except ValueError:
            return False

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, all or none."""
        self.engine.extend(stored(quads))

    def holds(self, quad: Quad) -> bool:
        """Whether a quad is in the store."""
        return all(stored_quad in self.engine for stored_quad in stored([quad]))

    def close(self) -> None:
        """Write everything to disk and release the folder; the store cannot be used afterwards."""
        self.engine.flush()
        del self.engine

    def __len__(self) -> int:
        """The number of quads. It counts the union at each call, which is slow."""
        counted = self.select("SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }").rows[0]["triples"]
        return len(self.engine) - int(counted.value)

    def _run(
        self,
        query: str,
        substitutions: Mapping[str, Term] | None,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        options: dict[str, Any] = {}
        if substitutions:
            options["substitutions"] = {
                Variable(name): term for name, term in substitutions.items()
            }
        if prefixes:
            options["prefixes"] = dict(prefixes)
        if not dataset.union and dataset.given:
            options["default_graph"] = [IRI(iri) for iri in dataset.default_graphs]
            options["named_graphs"] = [IRI(iri) for iri in dataset.named_graphs]
        try:
            return self.engine.query(query, **options)
        except SyntaxError as error:
            raise _syntax_error(error) from error


@contextmanager
def _evaluation() -> Iterator[None]:
    """Turn the engine's errors of an evaluation into `StoreError`."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # pyoxigraph's, of a failed evaluation
        raise StoreError(f"The query could not be evaluated: {error}.") from error


def stored(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads as they are stored: each in its graph, and its triple in the union."""
    for quad in quads:
        triple = (quad.subject, quad.predicate, quad.object)
        yield Quad(*triple)
        yield Quad(*triple, _OF_NO_GRAPH) if quad.graph_name == UNION_GRAPH else quad


def _syntax_error(error: SyntaxError) -> QuerySyntaxError:
    """The engine's `error at LINE:COLUMN: expected …`, parsed, without its lists of characters."""
    message = str(error.msg)
    line = error.lineno
    column = error.offset
    located_message = _PLACE.match(message)
    if located_message:
        line = int(located_message[1])
        column = int(located_message[2])
        message = located_message[3]
    message = _CHARACTER_CLASS.sub("", message).replace("<unreported>", "something else")
    message = " ".join(message.split())
    message = message.replace("expected [_]", "expected more").replace(", [_]", "")
    message = message.replace("expected one of Prefix not found", "prefix not found")
    return QuerySyntaxError(
        f"The query is not valid SPARQL: {message}.", place=Place("query", line, column)
    )


def read_solutions(results: bytes) -> Solutions:
    """The rows of https://www.w3.org/TR/sparql11-results-json/.

    Raises `SyntaxError`, `ValueError`.
    """
    result = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    if not isinstance(result, ox.QuerySolutions):
        raise ValueError("it is a truth value")
    return _solutions(result)


def _solutions(result: ox.QuerySolutions) -> Solutions:
    names = tuple(variable.value for variable in result.variables)
    rows = tuple(
        {name: value for name in names if (value := solution[name]) is not None}
        for solution in result
    )
    return Solutions(names, rows)


class QueryRefusedError(GcmGraphError):
    """A query that is not run, or that the engine cannot evaluate."""


class QueryTooComplexError(QueryRefusedError):
    """A query whose nesting exhausts the engine's stack."""


class QueryNotAcceptableError(GcmGraphError):
    """A query whose form has no answer in the requested syntaxes."""


class QueryOverLimitError(GcmGraphError):
    """A query that exceeded the time or memory of one query."""


class QueriesBusyError(GcmGraphError):
    """All workers are busy, and none became free in time."""


def service_refused() -> QueryRefusedError:
    """The error for a query with SERVICE."""
    return QueryRefusedError(
        "SERVICE is not available here: run this query in an engine of your own, such as Comunica or Oxigraph, that "
        "asks this endpoint and the others.",
        hint="docs/sparql.md has the commands. A prefix or word that only looks like SERVICE must be renamed, too.",
    )


@lru_cache(maxsize=16)
def readable_folder(index: Path) -> Path:
    """The folder to which a query process is confined by its first query: that of all versions of a store.

    That of the index alone where it is in no such folder. Links are followed.
    """
    index = index.resolve()
    return (
        index.parents[1]
        if len(index.parts) > 2 and index.parents[1].name == "versions"
        else index.parent
    )


@dataclass(frozen=True)
class QueryRequest:
    """A query by the SPARQL protocol, or one of the library with terms bound to its variables.

    Graphs are empty where the request names none.
    """

    query: str
    accepted: AcceptedMediaTypes
    prefixes: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    substitutions: Mapping[str, Term] = field(default_factory=dict)
    #: whether the query is only prepared for an engine (`engine_query`), and not run here
    for_engine: bool = False


@dataclass(frozen=True)
class QueryAnswer:
    """The bytes that the engine wrote, and their media type; `cut` where they are not all.

    The `unknown_graphs` of the request counted as empty.
    """

    media_type: str
    body: bytes
    cut: bool = False
    unknown_graphs: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of bytes of the body."""
        return len(self.body)


@dataclass(frozen=True)
class Location:
    """Location of a dataset: its folder, the base of its addresses, versions to retain."""

    store: str
    base: str
    #: number of newest versions whose dumps remain; 0 for all
    keep: int = 0


@dataclass(frozen=True)
class Change:
    """Quads of the dataset that are removed, and quads not in it that are added."""

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.removed or self.added)

    @classmethod
    def towards(
        cls,
        quads_after: Iterable[Quad],
        quads_before: Iterable[Quad],
        holds: Callable[[Quad], bool],
    ) -> Change:
        """The change to a dataset with `quads_after`, and without others of `quads_before`.

        `holds` states whether the dataset has a quad now.
        """
        after = frozenset(quads_after)
        missing = frozenset(quad for quad in after if not holds(quad))
        superfluous = frozenset(quad for quad in quads_before if quad not in after and holds(quad))
        return cls(removed=superfluous, added=missing)

    def then(self, later: Change) -> Change:
        """This change followed by another one, as one change."""
        return Change(
            (self.removed - later.added) | (later.removed - self.added),
            (self.added - later.removed) | (later.added - self.removed),
        )
