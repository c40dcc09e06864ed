"""Queries of SPARQL constraints (https://www.w3.org/TR/shacl/#sparql-constraints), and the triples that they read.

Example. A shape of practices has the constraint

    SELECT $this ?value { $this schema:startDate ?start ; schema:endDate ?value . FILTER(?value < ?start) }

Both patterns begin at `$this`, so the query reads along two paths from the focus node:
`schema:startDate` and `schema:endDate`. The query only joins and filters, so that it can be
evaluated for many focus nodes at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rdflib import Graph
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import URIRef, Variable

from gcmgraph.rdf.property_paths import (
    Alternative,
    Modified,
    Path,
    Predicate,
    Sequence,
    join,
    path_text,
)
from gcmgraph.rdf.shapes import SparqlConstraint
from gcmgraph.rdf.terms import IRI

_THIS = Variable("this")
_PATH = Variable("PATH")
_PATH_IN_TEXT = re.compile(r"[$?]PATH\b")

#: Prefixes that rdflib declares by itself.
_RDFLIB_PREFIXES = dict(Graph().namespaces())

_OPERATORS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
#: Operators of queries that only join, bind and filter.
_JOINING = {"SelectQuery", "Project", "Join", "BGP", "Filter", "Extend", "ConditionalAndExpression"}
#: Beginnings of the names of expressions in filters.
_FILTERING = ("Builtin_", "RelationalExpression", "Additive")
#: Expressions whose value may depend on when `$this` is bound.
_CHANGING = {"Builtin_EXISTS", "Builtin_NOTEXISTS", "Builtin_RAND", "Builtin_NOW", "Builtin_UUID"}
#: Parts of a query that read other data, or where `$this` is another variable than outside.
_SEPARATE = {"Graph", "ServiceGraphPattern", "SubSelect", "values"}
#: Keys of a part of a query with names of variables.
_VARIABLE_KEYS = {"_vars", "PV"}


class NotAnchored(Exception):  # noqa: N818 - a verdict on a query
    """A query that reads triples which no path from `$this` reaches."""


@dataclass(frozen=True)
class ConstraintQuery:
    """The query of a SPARQL constraint."""

    #: paths from the focus node along which all its triples are
    paths: tuple[Path, ...]
    #: SPARQL, with `$PATH` and prefixes filled in
    text: str
    #: whether the solutions for a node are the same when `$this` is not bound beforehand
    at_once: bool


@dataclass(frozen=True)
class _Pattern:
    """A triple pattern: a path between two terms or variables of rdflib."""

    subject: object
    path: Path
    object: object


@lru_cache(maxsize=256)
def prepared_query(query: str, *prefixes: tuple[str, str]) -> Query:
    """A parsed query, which may use these prefixes and those of rdflib."""
    return prepareQuery(query, initNs=_RDFLIB_PREFIXES | dict(prefixes))


def read_query(constraint: SparqlConstraint, path: Path | None) -> ConstraintQuery:
    """The query of a SPARQL constraint in a shape of this path. Raises `NotAnchored`.

    Filters are not evaluated: more may lie on the paths than the query reads.

    >>> prefixes = {"schema": "https://schema.org/"}
    >>> select = "SELECT $this { $this schema:startDate ?start . FILTER(?start > 2018) }"
    >>> query = read_query(SparqlConstraint(select, prefixes), None)
    >>> query.paths, query.at_once
    ((Predicate(iri=<NamedNode value=https://schema.org/startDate>),), True)
    """
    prefixes = constraint.prefixes
    try:
        # shapes of several paths may share the parsed query
        algebra = prepared_query(constraint.select, *prefixes.items()).algebra
    except Exception as error:
        raise NotAnchored("cannot be parsed") from error
    reader = _AlgebraReader()
    reader.read(algebra)
    patterns = [
        _Pattern(subject, _pattern_path(predicate, path), value)
        for subject, predicate, value in reader.triples
    ]
    select = constraint.select
    text = _PATH_IN_TEXT.sub(lambda _: path_text(path), select) if path else select
    declared = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in prefixes.items())
    return ConstraintQuery(
        paths=tuple(_anchored_paths(patterns)),
        text=declared + text,
        at_once=reader.only_joins and _THIS in algebra.PV,
    )


class _AlgebraReader:
    """Triple patterns of a query as rdflib has them, those in filters included."""

    def __init__(self) -> None:
        self.triples: list[tuple[object, object, object]] = []
        #: whether the query only joins, binds and filters: then its solutions do not depend on when
        #: `$this` is bound
        self.only_joins = True

    def read(self, part: object) -> None:
        if isinstance(part, list | tuple):
            for member in part:
                self.read(member)
        if isinstance(part, CompValue):
            self._read_operator(part)

    def _read_operator(self, operator: CompValue) -> None:
        name = operator.name
        has_dataset_clause = "datasetClause" in operator and operator["datasetClause"]
        if name in _SEPARATE or (name == "SelectQuery" and has_dataset_clause):
            raise NotAnchored(f"uses {name}")
        is_plain_filter = name.startswith(_FILTERING) and name not in _CHANGING
        if name not in _JOINING and not is_plain_filter:
            self.only_joins = False
        for key, value in operator.items():
            if key == "triples" and isinstance(value, list):
                self.triples += (triple for triple in value if isinstance(triple, tuple))
            elif key not in _VARIABLE_KEYS:
                self.read(value)


def _anchored_paths(patterns: list[_Pattern]) -> list[Path]:
    """The path from `$this` of each pattern. Raises `NotAnchored`."""
    #: paths from `$this` to variables
    reached: dict[object, Path | None] = {_THIS: None}
    paths: list[Path] = []
    while patterns:
        unreached = []
        for pattern in patterns:
            if pattern.subject in reached:
                path = join(reached[pattern.subject], pattern.path)
                end = pattern.object
            elif pattern.object in reached:
                path = join(reached[pattern.object], Modified("inversePath", pattern.path))
                end = pattern.subject
            else:
                unreached.append(pattern)
                continue
            paths.append(path)
            if isinstance(end, Variable):
                reached.setdefault(end, path)
        if len(unreached) == len(patterns):
            raise NotAnchored("reads what is not connected with $this")
        patterns = unreached
    return paths


def _pattern_path(node: object, shape_path: Path | None) -> Path:
    """The path of a triple pattern; `shape_path` replaces `$PATH`."""
    match node:
        case Variable() if node == _PATH and shape_path is not None:
            return shape_path
        case URIRef():
            return Predicate(IRI(str(node)))
        case InvPath():
            return Modified("inversePath", _pattern_path(node.arg, shape_path))
        case SequencePath():
            return Sequence(tuple(_pattern_path(step, shape_path) for step in node.args))
        case AlternativePath():
            return Alternative(tuple(_pattern_path(choice, shape_path) for choice in node.args))
        case MulPath():
            return Modified(_OPERATORS[str(node.mod)], _pattern_path(node.path, shape_path))
    raise NotAnchored("reads any property")
