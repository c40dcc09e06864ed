"""pySHACL, the reference engine of SHACL in Python, prepared once for a shapes graph; triples that a constraint reads.

It is given graphs, never strings, which may be URLs or paths; advanced features, JavaScript and
imports are off. So it fetches nothing and runs nothing that is in the data.

Terms pass to rdflib and back with their lexical forms. rdflib normalises literals when it parses
("012"^^xsd:integer becomes "12") and distinguishes `"a"` from `"a"^^xsd:string`, which RDF 1.1 does
not; here both are the same plain literal, in data and in shapes.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import BNode, Node, URIRef, Variable
from rdflib.term import Literal as RdflibLiteral

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.shapes import (
    DESCRIPTIVE,
    SWITCHES,
    Alternative,
    Modified,
    Name,
    Path,
    Predicate,
    Sequence,
    ShapeDefinition,
    ShapesGraph,
    SparqlConstraint,
    Texts,
    join,
    path_text,
)
from gcmgraph.rdf.terms import IRI, XSD, BlankNode, Literal, Quad, Term, typed
from gcmgraph.validation.graphs import Fact
from gcmgraph.validation.report import Result

_STRING = IRI(XSD + "string")

# Validation reports ill-typed literals; rdflib would write a traceback or a warning to stderr for
# each.
logging.getLogger("rdflib.term").addHandler(logging.NullHandler())
warnings.filterwarnings("ignore", message="Parsing weird boolean", category=UserWarning)


def to_rdflib(term: Term) -> Node:
    """The rdflib term of one of ours."""
    match term:
        case IRI():
            return URIRef(term.value)
        case BlankNode():
            return BNode(term.value)
        case Literal() if term.language is not None:
            return RdflibLiteral(term.value, lang=term.language)
        case Literal() if term.datatype == _STRING:
            return RdflibLiteral(term.value)
        case Literal():
            return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def from_rdflib(node: Node) -> Term:
    """Our term of an rdflib one.

    Raises `TypeError` for what is no RDF term (a variable, a formula).
    """
    match node:
        case RdflibLiteral() if node.language is not None:
            return Literal(str(node), language=node.language)
        case RdflibLiteral() if node.datatype is not None:
            return Literal(str(node), datatype=IRI(str(node.datatype)))
        case RdflibLiteral():
            return Literal(str(node))
        case BNode():
            return BlankNode(str(node))
        case URIRef():
            return IRI(str(node))
    raise TypeError(f"not an RDF term: {node!r}")


def rdflib_graph(quads: Iterable[Quad]) -> Graph:
    """The triples of some quads."""
    graph = Graph()
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))  # type: ignore[arg-type]
    return graph


_OPTIONS = {
    "inplace": True,  # the graph is ours
    "inference": "none",
    "advanced": False,
    "use_js": False,
}
_PREFIXES = dict(Graph().namespaces())
_NAMED = URIRef("urn:x-gcmgraph:focus-node")
_UNUSABLE = (
    ShapeLoadError,
    ConstraintLoadError,
    ReportableRuntimeError,
    ValidationFailure,
    NotImplementedError,
)


#: Patterns of the shapes graph whose triples are cached. Our shapes have some hundreds; pySHACL
#: also looks for terms of contributions there, whose number has no limit.
_CACHED = 4096

_BOOLEANS = (typed("true", "boolean"), typed("false", "boolean"))


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


@lru_cache(maxsize=256)
def _prepared(query: str, *prefixes: tuple[str, str]) -> Query:
    """A parsed query, which may use these prefixes and those of rdflib."""
    return prepareQuery(query, initNs=_PREFIXES | dict(prefixes))


class _QueriedData(Graph):
    """A data graph that parses each SPARQL constraint once; pySHACL passes its text for every focus node (32 ms)."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


class _CachedShapes(Graph):
    """A shapes graph that caches the triples of a pattern: pySHACL queries the same ones at every focus node."""

    def __init__(self, shapes: Graph) -> None:
        super().__init__(store=shapes.store, identifier=shapes.identifier, bind_namespaces="none")
        self._found = lru_cache(_CACHED)(lambda triple: list(Graph.triples(self, triple)))

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        yield from self._found(triple)

    def add(self, triple: Any) -> _CachedShapes:
        self._found.cache_clear()  # pySHACL adds triples about SHACL's own terms
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
        self._ready: Validator | None = None
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
                return tuple(self._result(found) for found in self._found(data, focus))
            except _UNUSABLE as error:
                raise DataError(
                    f"The shapes cannot be used: {getattr(error, 'message', None) or error}."
                ) from error

    def _found(self, data: Graph, focus: Mapping[Name, Iterable[Term]] | None) -> Iterator[Any]:
        if self._ready is None:
            _find_parameters_by_key()
            shapes_graph = _CachedShapes(self._constraints)
            self._ready = Validator(
                DataGraph.from_rdflib(Graph()), shacl_graph=shapes_graph, options=dict(_OPTIONS)
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
                    # pySHACL describes blank nodes in its text report, for which they must be in
                    # the graph
                    for node in (node for node in here if isinstance(node, BNode)):
                        data.add((_NAMED, _NAMED, node))
                    shape = self._ready.shacl_graph.lookup_shape_from_node(to_rdflib(name))
                    yield from shape.validate(executor, target, focus=here)[1]  # type: ignore[arg-type]

    def _result(self, found: tuple[str, BNode, list[tuple[Node, Node, Any]]]) -> Result:
        _, node, triples = found
        stated: dict[Node, Node] = {}
        messages: list[Node] = []
        for subject, predicate, value in triples:
            if subject == node:  # results of inner shapes are beside it, as sh:detail
                value = value[1] if isinstance(value, tuple) else value
                stated[predicate] = value
                if predicate == RDFLIB_SH.resultMessage:
                    messages.append(value)
        source = cast(Name, from_rdflib(stated[RDFLIB_SH.sourceShape]))
        shape = self._shapes.shapes.get(source) or ShapeDefinition(source)
        path, value = stated.get(RDFLIB_SH.resultPath), stated.get(RDFLIB_SH.value)
        return Result(
            focus=from_rdflib(stated[RDFLIB_SH.focusNode]),
            path=None if path is None else self._path(from_rdflib(path)),
            value=None if value is None else from_rdflib(value),
            component=cast(IRI, from_rdflib(stated[RDFLIB_SH.sourceConstraintComponent])),
            severity=cast(IRI, from_rdflib(stated[RDFLIB_SH.resultSeverity])),
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


_THIS, _GIVEN = Variable("this"), Variable("PATH")
_PATH = re.compile(r"[$?]PATH\b")
_OPERATORS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
#: Operators of queries that only join, bind and filter.
_JOINING = {"SelectQuery", "Project", "Join", "BGP", "Filter", "Extend", "ConditionalAndExpression"}
#: Beginnings of the names of expressions in filters, and those whose value may depend on when
#: `$this` is bound.
_FILTERING = ("Builtin_", "RelationalExpression", "Additive")
_CHANGING = {"Builtin_EXISTS", "Builtin_NOTEXISTS", "Builtin_RAND", "Builtin_NOW", "Builtin_UUID"}
#: Parts of a query that read other data, or where `$this` is another variable than outside.
_SEPARATE = {"Graph", "ServiceGraphPattern", "SubSelect", "values"}


class NotAnchored(Exception):  # noqa: N818 - a verdict on a query
    """A query that reads triples which no path from `$this` reaches."""


@dataclass(frozen=True)
class ConstraintQuery:
    """The query of a SPARQL constraint."""

    #: paths from the focus node along which all its triples are
    along: tuple[Path, ...]
    #: SPARQL, with `$PATH` and prefixes filled in
    text: str
    #: whether the solutions for a node are the same when `$this` is not bound beforehand
    at_once: bool


def read_query(constraint: SparqlConstraint, path: Path | None) -> ConstraintQuery:
    """The query of a SPARQL constraint in a shape of this path. Raises `NotAnchored`.

    Filters are not evaluated: more may lie on the paths than the query reads.
    """
    select, prefixes = constraint.select, constraint.prefixes
    try:
        algebra = _prepared(
            select, *prefixes.items()
        ).algebra  # shapes of several paths may share it
    except Exception as error:
        raise NotAnchored("cannot be parsed") from error
    triples = list[tuple[object, object, object]]()
    only_joins = _read(algebra, triples)
    patterns = [(start, _path(predicate, path), end) for start, predicate, end in triples]
    reached: dict[object, Path | None] = {_THIS: None}
    read: list[Path] = []
    while patterns:
        left = [pattern for pattern in patterns if not _follow(pattern, reached, read)]
        if len(left) == len(patterns):
            raise NotAnchored("reads what is not connected with $this")
        patterns = left
    text = _PATH.sub(lambda _: path_text(path), select) if path else select
    declared = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in prefixes.items())
    return ConstraintQuery(tuple(read), declared + text, only_joins and _THIS in algebra.PV)


def _read(node: object, triples: list[tuple[object, object, object]]) -> bool:
    """Add the triple patterns of a query, those in filters included; whether it only joins, binds and filters.

    The solutions of such a query do not depend on when `$this` is bound.
    """
    if isinstance(node, list | tuple):
        read = [_read(part, triples) for part in node]
        return all(read)
    if not isinstance(node, CompValue):
        return True
    if node.name in _SEPARATE or (
        node.name == "SelectQuery" and "datasetClause" in node and node["datasetClause"]
    ):
        raise NotAnchored(f"uses {node.name}")
    only = node.name in _JOINING or (
        node.name.startswith(_FILTERING) and node.name not in _CHANGING
    )
    for key, value in node.items():
        if key == "triples" and isinstance(value, list):
            triples += (pattern for pattern in value if isinstance(pattern, tuple))
        elif key not in {"_vars", "PV"}:
            only = _read(value, triples) and only
    return only


def _follow(
    pattern: tuple[object, Path, object], reached: dict[object, Path | None], read: list[Path]
) -> bool:
    """Add the path of a pattern, and its other end, if one of its ends was reached; return whether it was."""
    subject, step, object_ = pattern
    if subject in reached:
        path = join(reached[subject], step)
        end = object_
    elif object_ in reached:
        path = join(reached[object_], Modified("inversePath", step))
        end = subject
    else:
        return False
    read.append(path)
    if isinstance(end, Variable):
        reached.setdefault(end, path)
    return True


def _path(node: object, given: Path | None) -> Path:
    """The path of a triple pattern; `given` replaces `$PATH`."""
    match node:
        case Variable() if node == _GIVEN and given is not None:
            return given
        case URIRef():
            return Predicate(IRI(str(node)))
        case InvPath():
            return Modified("inversePath", _path(node.arg, given))
        case SequencePath():
            return Sequence(tuple(_path(step, given) for step in node.args))
        case AlternativePath():
            return Alternative(tuple(_path(choice, given) for choice in node.args))
        case MulPath():
            return Modified(_OPERATORS[str(node.mod)], _path(node.path, given))
    raise NotAnchored("reads any property")
