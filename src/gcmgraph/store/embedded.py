"""Embedded engine: pyoxigraph, in memory or on disk.

Canonical N-Quads are loaded by the engine's own parser, without an object for each quad. It reads the file twice: as
quads of named graphs, and without the names of graphs for the union of all graphs. The rest is read in Python, which is
slower: statements with blank nodes, which each reading would name anew, and those of no graph, which are first in
canonical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcmgraph.errors import Place, QuerySyntaxError, StoreError
from gcmgraph.model.terms import IRI, DefaultGraph, Quad, Term, Triple, Variable
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.sparql import UNION, QueryDataset
from gcmgraph.store.port import (
    DEFAULT_GRAPH_STAND_IN,
    RESULT_SYNTAXES,
    AcceptedMediaTypes,
    Caps,
    Change,
    QueryResult,
    Solutions,
    Written,
)
from gcmgraph.store.results import ENGINE_FORMATS, require_syntax, write_graph, write_solutions

#: Bytes read and loaded at a time, before the rest of their last line. The engine sorts each load nine times: 465,000
#: statements at once take twice the time of 165,000 at a time, merged afterwards.
_CHUNK = 1 << 25

#: A line of a named graph, as `rdfio.canonical` writes it (https://www.w3.org/TR/n-quads/#canonical-quads).
_NAMED = re.compile(rb'<[^<>]*> <[^<>]*> (?:<[^<>]*>|"(?:[^"\\]|\\.)*"(?:@\S+|\^\^<[^<>]*>)?) <[^<>]*> \.\n')

#: End of such a line; literals have no line feed.
_END = b" .\n"

#: Start of the label of a blank node; it may also occur in a literal.
_BLANK = b"_:"


@dataclass(frozen=True)
class CanonicalDump:
    """A file of canonical N-Quads, and the place of the first line that names a graph by an IRI."""

    path: Path
    named_from: int

    @classmethod
    def of(cls, path: Path) -> CanonicalDump:
        """The dump in a file."""
        with path.open("rb") as file:
            place = 0
            for line in file:
                if _NAMED.fullmatch(line):
                    break
                place += len(line)
        return cls(path, place)

    def load(self, engine: ox.Store) -> None:
        """Load the lines that the engine can read: quads into their graphs, triples into the default graph."""
        for quads in self._named():
            engine.bulk_load(quads, ox.RdfFormat.N_QUADS, lenient=True)  # it was checked before it was written
        self.load_triples(engine)

    def load_triples(self, engine: ox.Store) -> None:
        """Load the lines that the engine can read into the default graph alone."""
        for triples in self._triples():
            engine.bulk_load(triples, ox.RdfFormat.N_TRIPLES, lenient=True)

    def triples(self) -> Iterator[Quad]:
        """The triples of all graphs, as quads of no graph; blank nodes keep their labels."""
        for triples in self._triples():
            yield from ox.parse(triples, ox.RdfFormat.N_TRIPLES, lenient=True)
        for quad in self.others():
            yield Quad(*quad.triple)

    def others(self) -> Iterator[Quad]:
        """All other quads; blank nodes keep their labels."""
        for lines in self._other():
            yield from ox.parse(lines, ox.RdfFormat.N_QUADS)

    def _named(self) -> Iterator[bytes]:
        for chunk in _chunks(self.path, self.named_from):
            yield b"".join(line for line in BytesIO(chunk) if _BLANK not in line) if _BLANK in chunk else chunk

    def _triples(self) -> Iterator[bytes]:
        return map(_without_graphs, self._named())

    def _other(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield file.read(self.named_from)
        for chunk in _chunks(self.path, self.named_from):
            if _BLANK in chunk:
                yield b"".join(line for line in BytesIO(chunk) if _BLANK in line)


def _without_graphs(lines: bytes) -> bytes:
    """Lines of named graphs without the last IRI of each; a regular expression takes twice as long."""
    quads = lines.split(_END)[:-1]
    return _END.join([*(quad[: quad.rindex(b" <")] for quad in quads), b""])


def _chunks(path: Path, start: int) -> Iterator[bytes]:
    """A file in chunks of whole lines."""
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(_CHUNK):
            yield chunk + file.readline()


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r",? *\['[^\]]*\](?: *\| *'[^\]]*\])*|,? *\[_\](?=,)")


#: The engine's graphs for the union of all graphs, and for the triples of no graph.
_UNION_GRAPH = DefaultGraph()
_OF_NO_GRAPH = IRI(DEFAULT_GRAPH_STAND_IN)


class EmbeddedStore:
    """A pyoxigraph store behind the `Store` port.

    A query without GRAPH sees the union of all graphs as a set, as SPARQL defines it. The engine's own union mode is a
    bag, in which a triple of two graphs counts twice (pyoxigraph 0.5.13), so its default graph has a copy of every
    triple, and the triples of no graph have a graph of their own.
    """

    def __init__(self, engine: ox.Store) -> None:
        self.engine = engine

    @classmethod
    def in_memory(cls, quads: Iterable[Quad] = ()) -> EmbeddedStore:
        """A store that lives as long as this process."""
        store = cls(ox.Store())
        store.load(quads)
        return store

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> EmbeddedStore:
        """The union of all graphs, given as triples, in memory, and no other graph."""
        store = cls(ox.Store())
        store.engine.bulk_extend(Quad(*triple) for triple in triples)
        return store

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> EmbeddedStore:
        """The store in a folder. `StoreError` where it is missing, locked by another writer, or damaged."""
        try:
            return cls(ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder)))
        except (OSError, RuntimeError) as error:  # the latter where it is damaged
            raise StoreError(f"The store in {folder} cannot be opened: {error}.") from error

    def query(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> QueryResult:
        """Run a query; see `Store.query`."""
        with _evaluation():
            result = self._run(query, substitutions)
            if isinstance(result, ox.QueryBoolean):
                return bool(result)
            if isinstance(result, ox.QueryTriples):
                return frozenset(result)
            return _solutions(result)

    def select(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> Solutions:
        """Run a SELECT query; see `Store.select`."""
        result = self.query(query, substitutions=substitutions)
        if not isinstance(result, Solutions):
            raise TypeError("not a SELECT query")
        return result

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
        """A query's answer in the engine's own serialization; see `Store.answer`."""
        with _evaluation():
            answer = self._run(query, substitutions, dataset, prefixes)
            if isinstance(answer, ox.QueryTriples):
                if (graph := syntax_for_media_type(wanted.graph or "")) is None:
                    return None
                if caps is None:
                    return graph.media_type, _whole(answer.serialize(format=graph.engine_format), graph.engine_format)
                return graph.media_type, write_graph(answer, graph.engine_format, caps, dict(prefixes or {}))
            media_type = wanted.boolean if isinstance(answer, ox.QueryBoolean) else wanted.solutions
            syntax = next((s for s in RESULT_SYNTAXES if s.media_type == media_type), None)
            if syntax is None:
                return None
            if caps is not None and isinstance(answer, ox.QuerySolutions):
                return syntax.media_type, write_solutions(answer, syntax, caps)
            engine_format = ENGINE_FORMATS[syntax]
            return syntax.media_type, _whole(answer.serialize(format=engine_format), engine_format)

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
            elif quad.graph_name != _UNION_GRAPH:
                yield quad

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of all graphs that match a pattern, each once: from the union alone, in half the time."""
        for quad in self.engine.quads_for_pattern(subject, predicate, object, _UNION_GRAPH):
            yield quad.triple

    def holds_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI; False for an invalid IRI."""
        try:
            return self.engine.contains_named_graph(IRI(iri))
        except ValueError:
            return False

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, all or none."""
        self.engine.extend(_stored(quads))

    def holds(self, quad: Quad) -> bool:
        """Whether a quad is in the store."""
        return all(stored in self.engine for stored in _stored([quad]))

    def change(self, change: Change) -> None:
        """Make a change; not atomic, so it is for a store that nobody reads yet."""
        for quad in change.removed:
            for stored in _stored([quad]):
                if stored.graph_name != _UNION_GRAPH:
                    self.engine.remove(stored)
        self.load(change.added)
        for triple in {quad.triple for quad in change.removed}:
            if next(self.quads(*triple), None) is None:
                self.engine.remove(Quad(triple.subject, triple.predicate, triple.object))
        for graph in {quad.graph_name for quad in change.removed}:
            if isinstance(graph, IRI) and next(self.quads(graph=graph), None) is None:
                self.engine.remove_graph(graph)

    def bulk_load(self, quads: Iterable[Quad]) -> None:
        """Add many quads to a new store, fast; not transactional."""
        self.engine.bulk_extend(_stored(quads))
        self._compact()

    def load_dump(self, path: Path) -> None:
        """Add the canonical N-Quads in a file to a new store, faster than `bulk_load` would."""
        dump = CanonicalDump.of(path)
        dump.load(self.engine)
        self.load(dump.others())
        self._compact()

    def close(self) -> None:
        """Write everything to disk and release the folder; the store cannot be used afterwards."""
        self.engine.flush()
        del self.engine

    def __len__(self) -> int:
        """The number of quads. It counts the union at each call, which is slow."""
        counted = self.select("SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }").rows[0]["triples"]
        return len(self.engine) - int(counted.value)

    def _compact(self) -> None:
        """Merge the table files written for each million quads: they are then read three times as fast."""
        self.engine.optimize()
        self.engine.flush()

    def _run(
        self,
        query: str,
        substitutions: Mapping[str, Term] | None,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        options: dict[str, Any] = {}
        if substitutions:
            options["substitutions"] = {Variable(name): term for name, term in substitutions.items()}
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
    except (OSError, RuntimeError, ValueError) as error:  # pyoxigraph's errors of a failed evaluation
        raise StoreError(f"The query could not be evaluated: {error}.") from error


def _whole(body: bytes | None, engine_format: ox.RdfFormat | ox.QueryResultsFormat) -> Written:
    """An answer that was written without caps. Raises `NotXmlError`."""
    require_syntax(body or b"", engine_format)
    return Written(body or b"")


def _stored(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads as they are stored: each in its graph, and its triple in the union."""
    for quad in quads:
        triple = (quad.subject, quad.predicate, quad.object)
        yield Quad(*triple)
        yield Quad(*triple, _OF_NO_GRAPH) if quad.graph_name == _UNION_GRAPH else quad


def _syntax_error(error: SyntaxError) -> QuerySyntaxError:
    """The engine's `error at LINE:COLUMN: expected …`, parsed, without its lists of characters."""
    message = str(error.msg)
    line, column = error.lineno, error.offset
    if found := _PLACE.match(message):
        line, column, message = int(found[1]), int(found[2]), found[3]
    message = " ".join(_CHARACTER_CLASS.sub("", message).replace("<unreported>", "something else").split())
    message = message.replace("expected [_]", "expected more").replace(", [_]", "")
    message = message.replace("expected one of Prefix not found", "prefix not found")
    return QuerySyntaxError(f"The query is not valid SPARQL: {message}.", place=Place("query", line, column))


def _solutions(result: ox.QuerySolutions) -> Solutions:
    names = tuple(variable.value for variable in result.variables)
    rows = tuple({name: value for name in names if (value := solution[name]) is not None} for solution in result)
    return Solutions(names, rows)


class ChangedStore(EmbeddedStore):
    """A store as it would be after a change, for reading by patterns. Queries in SPARQL are answered without it."""

    def __init__(self, store: EmbeddedStore, change: Change) -> None:
        super().__init__(store.engine)
        self._before = store
        self._removed = change.removed
        self._added = EmbeddedStore.in_memory(change.added)

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """See `Store.quads`."""
        for quad in self._before.quads(subject, predicate, object, graph):
            if quad not in self._removed:
                yield quad
        yield from self._added.quads(subject, predicate, object, graph)

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """See `Store.triples`."""
        yield from dict.fromkeys(quad.triple for quad in self.quads(subject, predicate, object))

    def holds(self, quad: Quad) -> bool:
        """See `EmbeddedStore.holds`."""
        return self._added.holds(quad) or (quad not in self._removed and self._before.holds(quad))
