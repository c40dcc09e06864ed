"""A SPARQL 1.1 server behind the `Store` port. Differences between servers (`dialects`) are hidden here."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from pyoxigraph import RdfFormat, serialize

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Term, Triple
from gcmgraph.rdfio.media import N_TRIPLES, syntax_for_media_type
from gcmgraph.sparql.bindings import bind, inline
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset
from gcmgraph.sparql.prologue import with_prefixes
from gcmgraph.store.embedded.store import query_form
from gcmgraph.store.port import (
    DEFAULT_GRAPH_STAND_IN,
    JSON_RESULTS,
    RESULT_SYNTAXES,
    QueryForm,
    QueryResult,
    Row,
    Solutions,
    Wanted,
)
from gcmgraph.store.remote.client import MAX_ANSWER, AnswerStream, RemoteEndpoint, ServerAnswer
from gcmgraph.store.remote.dialects import Access, Union, find_endpoints
from gcmgraph.store.remote.paging import query_of_resources, rows_in_graphs
from gcmgraph.store.remote.prefetch import End, Prefetch
from gcmgraph.store.remote.results import (
    read_described_solutions,
    read_solutions,
    read_triples,
    read_truth,
    written_graph,
    written_result,
)
from gcmgraph.store.remote.rewriting import in_dialect
from gcmgraph.store.remote.union import UNION_GRAPH, fill, prune, refill_default
from gcmgraph.store.results.capped_output import Caps, Written

#: Triples sent to a graph in one request. A graph with blank nodes is sent whole, or these would fall apart.
CHUNK = 50_000

#: Virtuoso requires the media type of Turtle for N-Triples; every other server takes it, too.
_TURTLE = "text/turtle"

_NO_CAPS = Caps(rows=sys.maxsize, bytes=MAX_ANSWER)

_COUNT = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {UNION_GRAPH}) }}"
#: Grouped: DISTINCT takes Virtuoso 27 s for 20,000 triples.
_GRAPHS = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_HOLDS = "ASK { GRAPH ?graph { ?s ?p ?o } }"
_IN_DEFAULT_GRAPH = "ASK { ?s ?p ?o }"

#: The engine's own dataset: every graph as it is.
_ENGINE_DATASET = QueryDataset(union=False, given=True)


class RemoteStore:
    """A SPARQL server behind the `Store` port.

    Every query is parsed here first, so that an error has line and column, whatever the server, and no update can pass
    for a query. `StoreError` names the endpoint of a server that fails.
    """

    def __init__(self, url: str, access: Access | None = None) -> None:
        access = access or Access()
        self.endpoint = RemoteEndpoint(find_endpoints(url, access), access)
        self._dialect = self.endpoint.endpoints.dialect
        self._read = threading.local()

    def query(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> QueryResult:
        """Run a query; see `Store.query`."""
        form = query_form(query)
        text = bind(query, substitutions or {})
        if form is QueryForm.GRAPH:
            return read_triples(self._asked(text, N_TRIPLES.media_type))
        if form is QueryForm.SOLUTIONS:
            return self._solutions(text, bound=substitutions)
        return read_truth(self._asked(text, JSON_RESULTS.media_type))

    def select(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> Solutions:
        """Run a SELECT query; see `Store.select`."""
        if query_form(query) is not QueryForm.SOLUTIONS:
            raise TypeError("not a SELECT query")
        return self._solutions(bind(query, substitutions or {}), bound=substitutions)

    def serialized(
        self,
        query: str,
        wanted: Wanted,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
        *,
        substitutions: Mapping[str, Term] | None = None,
    ) -> tuple[str, bytes] | None:
        """A query's answer; see `Store.serialized`."""
        media_type = wanted.media_type(query_form(query, prefixes))
        if media_type is None:
            return None
        found = self.fetch(bind(query, substitutions or {}), media_type, dataset, prefixes)
        return found and (found[0], found[1].body)

    def fetch(
        self,
        query: str,
        media_type: str,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
        *,
        timeout: float | None = None,
        caps: Caps = _NO_CAPS,
    ) -> tuple[str, Written] | None:
        """The answer to a query that parses, and whose form can be written as `media_type`; None for an unknown one.

        For untrusted clients' queries, which a process of their own has parsed before. Nothing beyond `caps` is read
        from the server. Raises as `RemoteEndpoint.asked` does.
        """
        graph = syntax_for_media_type(media_type)
        syntax = next((s for s in RESULT_SYNTAXES if s.media_type == media_type), None)
        if graph is None and syntax is None:
            return None
        text, accept = with_prefixes(query, prefixes or {}), (N_TRIPLES if graph else JSON_RESULTS).media_type
        with self._asking(text, accept, dataset, timeout) as stream:
            if graph is not None:
                return graph.media_type, written_graph(stream, graph, caps, _used(query, prefixes))
            assert syntax is not None  # noqa: S101 - one of the two is not None
            return media_type, written_result(stream, syntax, caps, exact=self._dialect.exact_results)

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern; None matches anything."""
        prefetch = self._prefetch
        if prefetch is not None and (known := prefetch.quads(subject, predicate, object, graph)) is not None:
            return known
        terms = {"s": subject, "p": predicate, "g": graph, "o": None if isinstance(object, BlankNode) else object}
        bound = {name: term for name, term in terms.items() if term is not None}
        found = self._quads(bound)
        # no query can name a blank node, but its label is the same in every answer of the server
        return (q for q in found if q.object == object) if isinstance(object, BlankNode) else found

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of all graphs that match a pattern, one for each graph that holds it."""
        return (quad.triple for quad in self.quads(subject, predicate, object))

    @property
    def _prefetch(self) -> Prefetch | None:
        return getattr(self._read, "prefetch", None)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read for one page in this thread: what it may read next is prefetched, and nothing is read twice."""
        before = self._prefetch
        self._read.prefetch = Prefetch(self._quads_of)
        try:
            yield
        finally:
            self._read.prefetch = before

    def expect(self, things: Iterable[IRI]) -> None:
        """See `Store.expect`."""
        if (prefetch := self._prefetch) is not None:
            prefetch.expect(things)

    def _quads(self, bound: Mapping[str, Term]) -> Iterator[Quad]:
        def ask(query: str) -> Solutions:
            return self._solutions(inline(query, bound), _ENGINE_DATASET)

        return (_quad({**row, **bound}) for row in rows_in_graphs(ask, self._dialect.page, many=not bound))

    def _quads_of(self, end: End, things: Collection[IRI], predicate: IRI | None) -> list[Quad] | None:
        """The quads with one of these resources at an end; None where the server would cut the answer."""
        bound = {} if predicate is None else {"p": predicate}
        rows = self._solutions(inline(query_of_resources(end, things, self._dialect.page), bound), _ENGINE_DATASET).rows
        if self._dialect.page is not None and len(rows) > self._dialect.page:
            return None
        quads = [_quad({**row, **bound}) for row in rows]
        # a server that writes an IRI in another way than the query did is queried for one resource at a time
        return quads if {getattr(quad, end) for quad in quads} <= set(things) else None

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, and to the union. All or none where the server takes N-Quads; else see docs/scaling.md."""
        graphs: dict[str, list[Triple]] = {}
        for quad in quads:
            graphs.setdefault(_graph_name(quad), []).append(quad.triple)
        if not graphs:
            return
        if self._dialect.takes_quads:
            in_union = (DefaultGraph(),) if self._dialect.union is Union.DEFAULT else ()
            every = [
                Quad(t.subject, t.predicate, t.object, name)
                for graph, triples in graphs.items()
                for t in triples
                for name in (IRI(graph), *in_union)
            ]
            body = serialize(every, format=RdfFormat.N_QUADS) or b""
            self.endpoint.send_graph(None, body, "application/n-quads", replace=False)
            return
        for graph, triples in graphs.items():
            self._send(graph, triples, replace=False)
        self._fill_union([IRI(name) for name in graphs])

    def replace_graph(
        self, graph: IRI, triples: Sequence[Triple], before_each: Callable[[], None] = lambda: None
    ) -> None:
        """Replace the triples of a graph. The union is unchanged until `keep_union`.

        `before_each` is called before each request.
        """
        if triples:
            self._send(graph.value, triples, replace=True, before_each=before_each)
        else:
            before_each()
            self.drop_graph(graph)

    def drop_graph(self, graph: IRI) -> None:
        """Remove a graph, if it exists. The union is unchanged until `keep_union`."""
        self.endpoint.update(f"DROP SILENT GRAPH {graph}")

    def keep_union(self, graphs: Iterable[IRI]) -> None:
        """Make the union that of these graphs."""
        wanted = list(graphs)
        match self._dialect.union:
            case Union.NATIVE:
                return
            case Union.DEFAULT:
                self.endpoint.update(refill_default(wanted))
                return
        self._fill_union(wanted)  # first, so that no reader misses triples that remain
        count, remove = prune(wanted)
        while self._count(count):
            self.endpoint.update(remove)

    def union_has_room(self) -> bool:
        """Whether the graph of the union is empty, in a server that we did not write to yet."""
        if self._dialect.union is not Union.DEFAULT:
            return True
        return not self.truth(_IN_DEFAULT_GRAPH)

    def graphs(self) -> frozenset[IRI]:
        """The names of all graphs with triples, including the server's own and without that of the union."""
        rows = self._solutions(_GRAPHS, _ENGINE_DATASET).rows
        return frozenset(g for row in rows if isinstance(g := row["g"], IRI) and g != UNION_GRAPH)

    def holds_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI; False for what is no IRI."""
        try:
            name = IRI(iri)
        except ValueError:
            return False
        return self.truth(inline(_HOLDS, {"graph": name}))

    def rows(self, query: str) -> tuple[Row, ...]:
        """The rows of a SELECT of the project over the engine's own dataset."""
        return self._solutions(query, _ENGINE_DATASET).rows

    def truth(self, ask: str) -> bool:
        """The result of an ASK of the project over the engine's own dataset."""
        return read_truth(self._asked(ask, JSON_RESULTS.media_type, _ENGINE_DATASET))

    def __len__(self) -> int:
        """The number of quads."""
        return self._count(_COUNT)

    def _count(self, query: str) -> int:
        count = self._solutions(query, _ENGINE_DATASET).rows[0]["n"]
        return int(count.value) if isinstance(count, Literal) else 0

    def _fill_union(self, graphs: Sequence[IRI]) -> None:
        if graphs and self._dialect.union is not Union.NATIVE:
            self.endpoint.update(fill(graphs, in_default=self._dialect.union is Union.DEFAULT))

    def _send(
        self,
        graph: str,
        triples: Sequence[Triple],
        *,
        replace: bool,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        together = any(isinstance(term, BlankNode) for t in triples for term in (t.subject, t.object))
        step = len(triples) if together else CHUNK
        for start in range(0, len(triples), step):
            body = serialize(triples[start : start + step], format=RdfFormat.N_TRIPLES) or b""
            before_each()
            self.endpoint.send_graph(graph, body, _TURTLE, replace=replace and start == 0)

    def _solutions(
        self, query: str, dataset: QueryDataset = UNION, bound: Mapping[str, Term] | None = None
    ) -> Solutions:
        if self._dialect.exact_results:
            solutions = read_solutions(self._asked(query, JSON_RESULTS.media_type, dataset), exact=True)
        else:
            solutions = read_described_solutions(self._asked(query, N_TRIPLES.media_type, dataset))
        return _restored(solutions, bound)

    def _asked(self, query: str, media_type: str, dataset: QueryDataset = UNION) -> ServerAnswer:
        with self._asking(query, media_type, dataset) as stream:
            return stream.whole(MAX_ANSWER)

    def _asking(
        self, query: str, media_type: str, dataset: QueryDataset, timeout: float | None = None
    ) -> AbstractContextManager[AnswerStream]:
        """Send a query whose terms are all in its text."""
        text, parameters = in_dialect(query, dataset, self._dialect.union, self.graphs)
        return self.endpoint.asked(text, media_type, parameters=parameters, timeout=timeout)


def _quad(row: Row) -> Quad:
    graph = row["g"]
    of_none = graph == IRI(DEFAULT_GRAPH_STAND_IN)
    return Quad(row["s"], row["p"], row["o"], DefaultGraph() if of_none else graph)  # type: ignore[arg-type]


def _graph_name(quad: Quad) -> str:
    if isinstance(quad.graph_name, IRI):
        return quad.graph_name.value
    if isinstance(quad.graph_name, BlankNode):
        raise StoreError("A graph named by a blank node cannot be sent to a server.", hint="Name it by an IRI.")
    return DEFAULT_GRAPH_STAND_IN


def _used(query: str, prefixes: Mapping[str, str] | None) -> dict[str, str]:
    return {prefix: iri for prefix, iri in (prefixes or {}).items() if f"{prefix}:" in query}


def _restored(solutions: Solutions, bound: Mapping[str, Term] | None) -> Solutions:
    """The rows with bound terms as they were given: Virtuoso returns `true` of VALUES as the integer 1."""
    known = {name: term for name, term in (bound or {}).items() if name in solutions.variables}
    if not known:
        return solutions
    return Solutions(solutions.variables, tuple({**row, **known} for row in solutions.rows))
