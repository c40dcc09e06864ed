"""A SPARQL 1.1 server behind the `Store` port. How servers differ is in `remote_dialects`, and hidden here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import QueryBoolean, RdfFormat, serialize

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Term, Triple
from gcmgraph.rdfio.media import N_TRIPLES, syntax_for_media_type
from gcmgraph.store.embedded import query_form
from gcmgraph.store.port import (
    DEFAULT_GRAPH_STAND_IN,
    JSON_RESULTS,
    RESULT_SYNTAXES,
    UNION,
    QueryDataset,
    QueryForm,
    QueryResult,
    Solutions,
    Wanted,
    with_prefixes,
)
from gcmgraph.store.remote_binding import bind, place
from gcmgraph.store.remote_dialects import Access, Union, find_endpoints
from gcmgraph.store.remote_http import MAX_ANSWER, Answer, RemoteEndpoint
from gcmgraph.store.remote_results import read_results, read_solutions, read_triples, write_results

#: Triples sent to a graph in one request. A graph with blank nodes is sent whole, or these would fall apart.
CHUNK = 50_000

#: Virtuoso's Turtle reader wants Turtle's name for N-Triples, every other server takes it, too.
_TURTLE = "text/turtle"

_IN_GRAPHS = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
_IN_DEFAULT_GRAPH = "SELECT * WHERE { ?s ?p ?o }"
_COUNT_IN_GRAPHS = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
_COUNT_IN_DEFAULT_GRAPH = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"

#: The engine's own idea of a dataset: for the default graph alone, where there is one.
_ENGINE_DATASET = QueryDataset(union=False)


class RemoteStore:
    """A SPARQL server behind the `Store` port.

    Every query is parsed here first: so an error says line and column, whatever the server, and no update can pass
    for a query. `StoreError` names the endpoint wherever the server does not answer as it should.
    """

    def __init__(self, url: str, access: Access | None = None) -> None:
        access = access or Access()
        self.endpoint = RemoteEndpoint(find_endpoints(url, access), access)
        self._dialect = self.endpoint.endpoints.dialect

    def query(self, query: str, *, substitutions: Mapping[str, Term] | None = None) -> QueryResult:
        """Run a query; see `Store.query`."""
        form = query_form(query)
        text = bind(query, substitutions or {})
        if form is QueryForm.GRAPH:
            return read_triples(self._asked(text, N_TRIPLES.media_type))
        answer = self._asked(text, JSON_RESULTS.media_type)
        if form is QueryForm.SOLUTIONS:
            return _restored(read_solutions(answer, exact=self._dialect.exact_results), substitutions)
        result = read_results(answer, exact=self._dialect.exact_results)
        return isinstance(result, QueryBoolean) and bool(result)

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
        return self.fetch(bind(query, substitutions or {}), media_type, dataset, prefixes)

    def fetch(
        self,
        query: str,
        media_type: str,
        dataset: QueryDataset = UNION,
        prefixes: Mapping[str, str] | None = None,
        *,
        timeout: float | None = None,
        max_bytes: int = MAX_ANSWER,
    ) -> tuple[str, bytes] | None:
        """The answer of a query that is known to be one, and of a form that is written as `media_type`.

        Strangers' queries come here, after a process of their own has read them: the server's parser is the
        only one that sees them again. Raises as `RemoteEndpoint.query` does. None for a media type that is nobody's.
        """
        text = with_prefixes(query, prefixes or {})
        if syntax := syntax_for_media_type(media_type):
            if self._dialect.exact_results:
                return syntax.media_type, self._asked(text, syntax.media_type, dataset, timeout, max_bytes).body
            triples = read_triples(self._asked(text, N_TRIPLES.media_type, dataset, timeout, max_bytes))
            return syntax.media_type, serialize(triples, format=syntax.engine_format) or b""
        if media_type not in {s.media_type for s in RESULT_SYNTAXES}:
            return None
        if self._dialect.exact_results:
            return media_type, self._asked(text, media_type, dataset, timeout, max_bytes).body
        answer = self._asked(text, JSON_RESULTS.media_type, dataset, timeout, max_bytes)
        return media_type, write_results(read_results(answer, exact=False), media_type)

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern; None matches anything."""
        terms = {"s": subject, "p": predicate, "g": graph, "o": None if isinstance(object, BlankNode) else object}
        bound = {name: term for name, term in terms.items() if term is not None}
        found = self._quads(bound)
        # no query can name a blank node, but what the server calls it is the same in every answer
        return (q for q in found if q.object == object) if isinstance(object, BlankNode) else found

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of all graphs that match a pattern, one for each graph that holds it."""
        return (quad.triple for quad in self.quads(subject, predicate, object))

    def _quads(self, bound: Mapping[str, Term]) -> Iterator[Quad]:
        for found in self._rows(place(_IN_GRAPHS, bound)):
            row = {**found, **bound}
            graph = row["g"]
            stand_in = graph == IRI(DEFAULT_GRAPH_STAND_IN) and not self._dialect.has_default_graph
            yield Quad(row["s"], row["p"], row["o"], DefaultGraph() if stand_in else graph)  # type: ignore[arg-type]
        if self._dialect.has_default_graph and "g" not in bound:
            for found in self._rows(place(_IN_DEFAULT_GRAPH, bound), _ENGINE_DATASET):
                row = {**found, **bound}
                yield Quad(row["s"], row["p"], row["o"])  # type: ignore[arg-type]

    def _rows(self, query: str, dataset: QueryDataset | None = None) -> Iterator[Mapping[str, Term]]:
        """All rows, page by page where the server would cut them off. Their order is the index's, if nobody writes."""
        dataset = dataset or _ENGINE_DATASET
        page, offset = self._dialect.page, 0
        if page is None:
            yield from self._solutions(query, dataset).rows
            return
        while True:
            rows = self._solutions(f"{query} LIMIT {page} OFFSET {offset}", dataset).rows
            yield from rows
            if len(rows) < page:
                return
            offset += page

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads. All or none where the server takes N-Quads; else graph by graph, see docs/scaling.md."""
        every = list(quads)
        if not every:
            return
        if self._dialect.takes_quads:
            self.endpoint.send_graph(
                None, serialize(every, format=RdfFormat.N_QUADS) or b"", "application/n-quads", replace=False
            )
            return
        graphs: dict[str | None, list[Triple]] = {}
        for quad in every:
            graphs.setdefault(self._graph_name(quad), []).append(quad.triple)
        for graph, triples in graphs.items():
            self._send(graph, triples, replace=False)

    def replace_graph(self, graph: IRI, triples: Sequence[Triple]) -> None:
        """Let a graph hold these triples and no others."""
        if triples:
            self._send(graph.value, triples, replace=True)
        else:
            self.drop_graph(graph)

    def drop_graph(self, graph: IRI) -> None:
        """Remove a graph, if it is there."""
        self.endpoint.update(f"DROP SILENT GRAPH {graph}")

    def graphs(self) -> frozenset[IRI]:
        """The names of all graphs that hold triples, the server's own among them."""
        return frozenset(g for row in self._rows(_GRAPHS) if isinstance(g := row["g"], IRI))

    def __len__(self) -> int:
        """The number of quads."""
        count = self._count(_COUNT_IN_GRAPHS)
        return count + self._count(_COUNT_IN_DEFAULT_GRAPH) if self._dialect.has_default_graph else count

    def _count(self, query: str) -> int:
        count = self._solutions(query, _ENGINE_DATASET).rows[0]["n"]
        return int(count.value) if isinstance(count, Literal) else 0

    def _graph_name(self, quad: Quad) -> str | None:
        if isinstance(quad.graph_name, IRI):
            return quad.graph_name.value
        if isinstance(quad.graph_name, BlankNode):
            raise StoreError("A graph named by a blank node cannot be sent to a server.", hint="Name it by an IRI.")
        return None if self._dialect.has_default_graph else DEFAULT_GRAPH_STAND_IN

    def _send(self, graph: str | None, triples: Sequence[Triple], *, replace: bool) -> None:
        together = any(isinstance(term, BlankNode) for t in triples for term in (t.subject, t.object))
        step = len(triples) if together else CHUNK
        for start in range(0, len(triples), step):
            body = serialize(triples[start : start + step], format=RdfFormat.N_TRIPLES) or b""
            self.endpoint.send_graph(graph, body, _TURTLE, replace=replace and start == 0)

    def _solutions(
        self, query: str, dataset: QueryDataset = UNION, bound: Mapping[str, Term] | None = None
    ) -> Solutions:
        answer = self._asked(query, JSON_RESULTS.media_type, dataset)
        return _restored(read_solutions(answer, exact=self._dialect.exact_results), bound)

    def _asked(
        self,
        query: str,
        media_type: str,
        dataset: QueryDataset = UNION,
        timeout: float | None = None,
        max_bytes: int = MAX_ANSWER,
    ) -> Answer:
        parameters: list[tuple[str, str]] = []
        url_parameters = ""
        if not dataset.union:
            parameters += [("default-graph-uri", iri) for iri in dataset.default_graphs]
            parameters += [("named-graph-uri", iri) for iri in dataset.named_graphs]
        elif self._dialect.union is Union.PARAMETER:
            url_parameters = "union-default-graph"
        elif self._dialect.union is Union.LISTED:
            names = sorted(graph.value for graph in self.graphs())
            parameters += [(f"{kind}-graph-uri", name) for kind in ("default", "named") for name in names]
        return self.endpoint.query(
            query,
            media_type,
            parameters=parameters,
            url_parameters=url_parameters,
            timeout=timeout,
            max_bytes=max_bytes,
        )


def _restored(solutions: Solutions, bound: Mapping[str, Term] | None) -> Solutions:
    """The rows with bound terms as they were given: Virtuoso gives `true` in VALUES back as the integer 1."""
    known = {name: term for name, term in (bound or {}).items() if name in solutions.variables}
    if not known:
        return solutions
    return Solutions(solutions.variables, tuple({**row, **known} for row in solutions.rows))
