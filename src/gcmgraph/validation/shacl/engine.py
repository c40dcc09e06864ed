"""pyshacl, the reference among SHACL engines in Python, made ready once for a shapes graph.

It gets graphs, never strings (a string may be a URL or a path to it), no advanced features, no JavaScript, no
imports: so it fetches nothing and runs nothing that the data brings along.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import lru_cache
from threading import Lock
from typing import Any

import pyshacl.shape
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from pyshacl.validator import Validator
from rdflib import Graph
from rdflib.namespace import SH as RDFLIB_SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import BNode, Node, URIRef

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.validation.report import Result, Texts
from gcmgraph.validation.shacl.rdflib_bridge import from_rdflib, to_rdflib
from gcmgraph.validation.shacl.rdflib_paths import read_path
from gcmgraph.validation.shacl.shapes import Shapes, texts
from gcmgraph.validation.triples import Fact

_OPTIONS = {
    "inplace": True,  # the graph is ours
    "inference": "none",
    "advanced": False,
    "use_js": False,
}
_PREFIXES = dict(Graph().namespaces())
_NAMED = URIRef("urn:x-gcmgraph:focus-node")
_UNUSABLE = (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError, ValidationFailure, NotImplementedError)


#: Patterns of the shapes graph whose triples are remembered. Ours ask for some hundreds; terms of contributions, which
#: pyshacl may look for there as well, have no end.
_REMEMBERED = 4096


class _Data(Graph):
    """A graph that parses each SPARQL constraint once; pyshacl asks for every focus node (32 ms)."""

    def __init__(self, prepared: dict[str, Query]) -> None:
        super().__init__(bind_namespaces="none")  # a hundred bindings take a millisecond
        self._prepared = prepared

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
        if isinstance(query_object, str):
            prepared = self._prepared.get(query_object)
            if prepared is None:
                prepared = self._prepared[query_object] = prepareQuery(query_object, initNs=_PREFIXES)
            query_object = prepared
        return super().query(query_object, *args, **kwargs)


class _Shapes(Graph):
    """A shapes graph that finds again at once what it was asked before: pyshacl asks the same at every focus node."""

    def __init__(self, shapes: Graph) -> None:
        super().__init__(store=shapes.store, identifier=shapes.identifier, bind_namespaces="none")
        self._found = lru_cache(_REMEMBERED)(lambda triple: list(Graph.triples(self, triple)))

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        yield from self._found(triple)

    def add(self, triple: Any) -> _Shapes:
        self._found.cache_clear()  # pyshacl adds what SHACL says of itself
        super().add(triple)
        return self


def _find_parameters_at_once() -> None:
    """Let pyshacl find out by one look in a mapping whether a predicate is a parameter of a constraint component.

    By itself it goes through a list of all parameters, for each predicate of a shape at each focus node: a tenth of its
    time. Nothing else changes; it holds for the whole process, where nobody may switch on its advanced features then.
    """
    setattr(pyshacl.shape, "CONSTRAINT_PARAMS", (CONSTRAINT_PARAMETERS_MAP, CONSTRAINT_PARAMETERS_MAP))  # noqa: B010


class Reference:
    """Validates graphs against the shapes that it was made for. Threads may share it: they take turns."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._prepared: dict[str, Query] = {}
        self._ready: Validator | None = None
        self._turn = Lock()

    def results(
        self, triples: Iterable[Fact], focus: Mapping[IRI | BlankNode, Iterable[Term]] | None = None
    ) -> tuple[Result, ...]:
        """What pyshacl finds in a graph: at its targets, or of each shape named at these focus nodes only.

        Labels are left to the caller. Raises `DataError` for unusable shapes.
        """
        with self._turn:
            data = _Data(self._prepared)
            for triple in triples:
                data.add(tuple(map(to_rdflib, triple)))  # type: ignore[arg-type]
            try:
                return tuple(self._result(found) for found in self._found(data, focus))
            except _UNUSABLE as error:
                raise DataError(f"The shapes cannot be used: {getattr(error, 'message', None) or error}.") from error

    def _found(self, data: Graph, focus: Mapping[IRI | BlankNode, Iterable[Term]] | None) -> Iterator[Any]:
        if self._ready is None:
            _find_parameters_at_once()
            self._ready = Validator(
                DataGraph.from_rdflib(Graph()), shacl_graph=_Shapes(self._shapes.constraints), options=dict(_OPTIONS)
            )
        executor = self._ready.make_executor()
        target = DataGraph.from_rdflib(data)
        shapes: Iterable[Shape] = self._ready.shacl_graph.shapes
        if focus is None:
            for shape in shapes:
                yield from shape.validate(executor, target)[1]
        else:
            for name, nodes in focus.items():
                if here := [to_rdflib(node) for node in nodes]:
                    # pyshacl describes blank nodes in its text report, which must be in the graph for that
                    for node in (node for node in here if isinstance(node, BNode)):
                        data.add((_NAMED, _NAMED, node))
                    shape = self._ready.shacl_graph.lookup_shape_from_node(to_rdflib(name))
                    yield from shape.validate(executor, target, focus=here)[1]  # type: ignore[arg-type]

    def _result(self, found: tuple[str, BNode, list[tuple[Node, Node, Any]]]) -> Result:
        _, node, triples = found
        said: dict[Node, Node] = {}
        messages: list[Node] = []
        for subject, predicate, value in triples:
            if subject == node:  # results of inner shapes stand beside, as sh:detail
                value = value[1] if isinstance(value, tuple) else value
                said[predicate] = value
                if predicate == RDFLIB_SH.resultMessage:
                    messages.append(value)
        shape = said[RDFLIB_SH.sourceShape]
        path, value = said.get(RDFLIB_SH.resultPath), said.get(RDFLIB_SH.value)
        about = self._shapes.graph
        return Result(
            focus=from_rdflib(said[RDFLIB_SH.focusNode]),
            path=None if path is None else read_path(about, path),
            value=None if value is None else from_rdflib(value),
            component=_iri(said[RDFLIB_SH.sourceConstraintComponent]),
            severity=_iri(said[RDFLIB_SH.resultSeverity]),
            source_shape=_name(shape),
            # pyshacl drops the language of the messages of a SPARQL constraint; the shape has them whole
            messages=Texts.of(texts(about, shape, RDFLIB_SH.message) or _literals(messages)),
            hints=Texts.of(texts(about, shape, RDFLIB_SH.description)),
            names=Texts.of(texts(about, shape, RDFLIB_SH.name)),
        )


def _literals(nodes: Iterable[Node]) -> list[tuple[str, str]]:
    terms = (from_rdflib(node) for node in nodes)
    return [(term.language or "", term.value) for term in terms if isinstance(term, Literal)]


def _iri(node: Node) -> IRI:
    term = from_rdflib(node)
    assert isinstance(term, IRI)  # noqa: S101 - by the definition of a validation result
    return term


def _name(node: Node) -> IRI | BlankNode:
    term = from_rdflib(node)
    assert isinstance(term, IRI | BlankNode)  # noqa: S101 - by the definition of a shape
    return term
