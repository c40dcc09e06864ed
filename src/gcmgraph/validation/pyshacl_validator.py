"""pySHACL, the reference engine of SHACL in Python, prepared once for a shapes graph.

pySHACL gets graphs, never strings, which may be URLs or paths; advanced features, JavaScript and
imports are off. So it fetches nothing and runs nothing that is in the data.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import lru_cache
from threading import Lock
from typing import Any, cast

import pyshacl.shape
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.errors import (
    ConstraintLoadError,
    ReportableRuntimeError,
    ShapeLoadError,
    ValidationFailure,
)
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from pyshacl.validator import Validator
from rdflib import Graph
from rdflib.namespace import SH as RDFLIB_SH
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import BNode, Node, URIRef

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.property_paths import Path, Predicate
from gcmgraph.rdf.shapes import DESCRIPTIVE, SWITCHES, Name, ShapeDefinition, ShapesGraph
from gcmgraph.rdf.terms import IRI, Quad, Term, typed
from gcmgraph.validation.constraint_queries import prepared_query
from gcmgraph.validation.graphs import Fact
from gcmgraph.validation.rdflib_terms import from_rdflib, rdflib_graph, to_rdflib
from gcmgraph.validation.report import Result

_OPTIONS = {
    "inplace": True,  # the graph is ours
    "inference": "none",
    "advanced": False,
    "use_js": False,
}
#: Subject and predicate of statements that put a blank node into a graph.
_MENTION = URIRef("urn:x-gcmgraph:focus-node")
_UNUSABLE = (
    ShapeLoadError,
    ConstraintLoadError,
    ReportableRuntimeError,
    ValidationFailure,
    NotImplementedError,
)

#: Patterns of the shapes graph whose triples are cached. Our shapes have some hundreds; pySHACL
#: also looks for terms of contributions there, whose number has no limit.
_CACHED_PATTERNS = 4096

_BOOLEANS = (typed("true", "boolean"), typed("false", "boolean"))

#: A result of pySHACL: whose second part is its node, and whose third part has its triples. The
#: object of a triple may be a pair of a graph and a node.
PyshaclResult = tuple[str, BNode, list[tuple[Node, Node, Any]]]


def constraint_graph(quads: Iterable[Quad]) -> Graph:
    """The quads of a shapes graph that pySHACL reads.

    It searches all of it for each value that it validates.
    """
    return rdflib_graph(
        quad
        for quad in quads
        if quad.predicate not in DESCRIPTIVE
        and (quad.predicate not in SWITCHES or quad.object in _BOOLEANS)
    )


class _QueriedData(Graph):
    """A data graph that parses each SPARQL constraint once; pySHACL passes its text for every focus node (32 ms)."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
        query = prepared_query(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


class _CachedShapes(Graph):
    """A shapes graph that caches the triples of a pattern: pySHACL queries the same ones at every focus node."""

    def __init__(self, shapes: Graph) -> None:
        super().__init__(store=shapes.store, identifier=shapes.identifier, bind_namespaces="none")
        cached = lru_cache(_CACHED_PATTERNS)
        self._cached_triples = cached(lambda pattern: list(Graph.triples(self, pattern)))

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        yield from self._cached_triples(triple)

    def add(self, triple: Any) -> _CachedShapes:
        self._cached_triples.cache_clear()  # pySHACL adds triples about SHACL's own terms
        super().add(triple)
        return self


def _find_parameters_by_key() -> None:
    """Make pySHACL look up by key whether a predicate is a parameter of a constraint component.

    By itself it searches a list, for each predicate of a shape at each focus node: a tenth of its
    time. This changes pySHACL for the whole process, where its advanced features then cannot be
    used. `test_against_pyshacl.py` fails when pySHACL no longer reads the table from here.
    """
    setattr(  # noqa: B010
        pyshacl.shape, "CONSTRAINT_PARAMS", (CONSTRAINT_PARAMETERS_MAP, CONSTRAINT_PARAMETERS_MAP)
    )


class PyshaclValidator:
    """Validates graphs against the shapes that it was made for.

    Threads may share it: they take turns.
    """

    def __init__(self, quads: Iterable[Quad], shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._constraints = constraint_graph(quads)
        self._validator: Validator | None = None
        self._turn = Lock()

    def results(
        self, triples: Iterable[Fact], focus: Mapping[Name, Iterable[Term]] | None = None
    ) -> tuple[Result, ...]:
        """See `Shapes.results`."""
        with self._turn:
            data = _QueriedData(bind_namespaces="none")  # a hundred bindings take a millisecond
            for triple in triples:
                data.add(tuple(map(to_rdflib, triple)))  # type: ignore[arg-type]
            try:
                if focus is None:
                    pyshacl_results = self._results_of_targets(data)
                else:
                    pyshacl_results = self._results_of_nodes(data, focus)
                return tuple(map(self._result, pyshacl_results))
            except _UNUSABLE as error:
                raise DataError(
                    f"The shapes cannot be used: {getattr(error, 'message', None) or error}."
                ) from error

    def _prepared_validator(self) -> Validator:
        if self._validator is None:
            _find_parameters_by_key()
            shapes_graph = _CachedShapes(self._constraints)
            self._validator = Validator(
                DataGraph.from_rdflib(Graph()), shacl_graph=shapes_graph, options=dict(_OPTIONS)
            )
            _ = self._validator.shacl_graph.shapes  # reads the shapes, which are then found by node
        return self._validator

    def _results_of_targets(self, data: Graph) -> Iterator[PyshaclResult]:
        validator = self._prepared_validator()
        executor = validator.make_executor()
        target = DataGraph.from_rdflib(data)
        shapes: Iterable[Shape] = validator.shacl_graph.shapes
        for shape in shapes:
            _, results = shape.validate(executor, target)
            yield from results

    def _results_of_nodes(
        self, data: Graph, focus: Mapping[Name, Iterable[Term]]
    ) -> Iterator[PyshaclResult]:
        validator = self._prepared_validator()
        executor = validator.make_executor()
        target = DataGraph.from_rdflib(data)
        for name, terms in focus.items():
            nodes = [to_rdflib(term) for term in terms]
            if not nodes:
                continue
            # pySHACL describes blank nodes in its text report, for which they must be in the graph
            for node in nodes:
                if isinstance(node, BNode):
                    data.add((_MENTION, _MENTION, node))
            shape = validator.shacl_graph.lookup_shape_from_node(to_rdflib(name))
            _, results = shape.validate(executor, target, focus=nodes)  # type: ignore[arg-type]
            yield from results

    def _result(self, pyshacl_result: PyshaclResult) -> Result:
        _, node, triples = pyshacl_result
        properties: dict[Node, Node] = {}
        messages: list[Node] = []
        for subject, predicate, value in triples:
            if subject == node:  # results of inner shapes are beside it, as sh:detail
                value = value[1] if isinstance(value, tuple) else value
                properties[predicate] = value
                if predicate == RDFLIB_SH.resultMessage:
                    messages.append(value)
        source = cast(Name, from_rdflib(properties[RDFLIB_SH.sourceShape]))
        shape = self._shapes.shapes.get(source) or ShapeDefinition(source)
        path = properties.get(RDFLIB_SH.resultPath)
        value = properties.get(RDFLIB_SH.value)
        return Result(
            focus=from_rdflib(properties[RDFLIB_SH.focusNode]),
            path=None if path is None else self._path(from_rdflib(path)),
            value=None if value is None else from_rdflib(value),
            component=cast(IRI, from_rdflib(properties[RDFLIB_SH.sourceConstraintComponent])),
            severity=cast(IRI, from_rdflib(properties[RDFLIB_SH.resultSeverity])),
            source_shape=source,
            # pySHACL drops the language of the messages of a SPARQL constraint; those of the shape
            # have it
            messages=shape.messages
            if shape.messages.pairs
            else Texts.of_terms(map(from_rdflib, messages)),
            hints=shape.descriptions,
            names=shape.names,
        )

    def _path(self, node: Term) -> Path:
        path = Predicate(node) if isinstance(node, IRI) else self._shapes.paths.get(node)
        if path is None:
            raise DataError(f"The shapes cannot be used: {node} is no property path.")
        return path
