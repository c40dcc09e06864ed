"""The embedded engine: pyoxigraph, in memory or on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from gcmgraph.errors import Place, QuerySyntaxError, StoreError
from gcmgraph.model.terms import IRI, Quad, Term, Variable
from gcmgraph.store.port import (
    CSV_RESULTS,
    JSON_RESULTS,
    TSV_RESULTS,
    XML_RESULTS,
    QueryResult,
    ResultSyntax,
    Solutions,
)

_RESULT_FORMATS = {
    JSON_RESULTS: ox.QueryResultsFormat.JSON,
    XML_RESULTS: ox.QueryResultsFormat.XML,
    CSV_RESULTS: ox.QueryResultsFormat.CSV,
    TSV_RESULTS: ox.QueryResultsFormat.TSV,
}


class EmbeddedStore:
    """A pyoxigraph store behind the `Store` port."""

    def __init__(self, engine: ox.Store) -> None:
        self.engine = engine

    @classmethod
    def in_memory(cls, quads: Iterable[Quad] = ()) -> EmbeddedStore:
        """A store that lives as long as this process."""
        store = cls(ox.Store())
        store.load(quads)
        return store

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> EmbeddedStore:
        """The store in a folder. `StoreError` where it is missing, locked by another writer, or damaged."""
        try:
            return cls(ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder)))
        except OSError as error:
            raise StoreError(f"The store in {folder} cannot be opened: {error}.") from error

    def query(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> QueryResult:
        """Run a query; see `Store.query`."""
        result = self._run(query, substitutions)
        if isinstance(result, ox.QueryBoolean):
            return bool(result)
        if isinstance(result, ox.QueryTriples):
            return frozenset(result)
        return _solutions(result)

    def select(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> Solutions:
        """Run a SELECT query; see `Store.select`."""
        result = self._run(query, substitutions)
        if not isinstance(result, ox.QuerySolutions):
            raise TypeError("not a SELECT query")
        return _solutions(result)

    def serialized(self, query: str, results: ResultSyntax, graph_format: ox.RdfFormat) -> tuple[bytes, bool]:
        """A query's answer in the engine's own serialization, and whether it is a graph.

        SELECT and ASK are written in `results`, CONSTRUCT and DESCRIBE in `graph_format`.
        """
        answer = self._run(query, None)
        if isinstance(answer, ox.QueryTriples):
            return answer.serialize(format=graph_format) or b"", True
        return answer.serialize(format=_RESULT_FORMATS[results]) or b"", False

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,  # noqa: A002
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern; None matches anything."""
        return self.engine.quads_for_pattern(subject, predicate, object, graph)

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, all or none."""
        self.engine.extend(quads)

    def bulk_load(self, quads: Iterable[Quad]) -> None:
        """Add many quads to a new store, fast; not transactional."""
        self.engine.bulk_extend(quads)
        self.engine.flush()

    def __len__(self) -> int:
        """The number of quads."""
        return len(self.engine)

    def _run(
        self, query: str, substitutions: Mapping[str, Term] | None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        bound = {Variable(name): term for name, term in (substitutions or {}).items()}
        try:
            return self.engine.query(query, use_default_graph_as_union=True, substitutions=bound)
        except SyntaxError as error:
            raise QuerySyntaxError(
                f"The query is not valid SPARQL: {error.msg}", place=Place("query", error.lineno, error.offset)
            ) from error


def _solutions(result: ox.QuerySolutions) -> Solutions:
    names = tuple(variable.value for variable in result.variables)
    rows = tuple(
        {name: value for name in names if (value := solution[name]) is not None} for solution in result
    )
    return Solutions(names, rows)
