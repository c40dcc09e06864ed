"""Triples that a SPARQL constraint reads, as paths from its `$this`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib import Graph
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef, Variable

from gcmgraph.model.terms import IRI
from gcmgraph.shapes.definitions import SparqlConstraint
from gcmgraph.shapes.paths import Alternative, Modified, Path, Predicate, Sequence, join, path_text

_THIS, _GIVEN = Variable("this"), Variable("PATH")
_PATH = re.compile(r"[$?]PATH\b")
_OPERATORS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
#: Operators of queries that only join, bind and filter.
_JOINING = {"SelectQuery", "Project", "Join", "BGP", "Filter", "Extend", "ConditionalAndExpression"}
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
    namespaces = {prefix: str(namespace) for prefix, namespace in Graph().namespaces()} | dict(prefixes)
    try:
        algebra = _algebra(select, tuple(namespaces.items()))
    except Exception as error:
        raise NotAnchored("cannot be parsed") from error
    patterns = [(start, _path(predicate, path), end) for start, predicate, end in _patterns(algebra)]
    reached: dict[object, Path | None] = {_THIS: None}
    read: list[Path] = []
    while patterns:
        left = [pattern for pattern in patterns if not _follow(pattern, reached, read)]
        if len(left) == len(patterns):
            raise NotAnchored("reads what is not connected with $this")
        patterns = left
    text = _PATH.sub(lambda _: path_text(path), select) if path else select
    declared = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in prefixes.items())
    return ConstraintQuery(tuple(read), declared + text, _THIS in algebra.PV and _at_once(algebra))


@lru_cache(maxsize=32)
def _algebra(text: str, namespaces: tuple[tuple[str, str], ...]) -> CompValue:
    """The algebra of a query, which shapes of several paths may share."""
    algebra: CompValue = prepareQuery(text, initNs=dict(namespaces)).algebra
    return algebra


def _at_once(node: object) -> bool:
    """Whether a query only joins, binds and filters, so that its solutions do not depend on when `$this` is bound."""
    if isinstance(node, CompValue):
        if node.name not in _JOINING and not node.name.startswith(("Builtin_", "RelationalExpression", "Additive")):
            return False
        if node.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS", "Builtin_RAND", "Builtin_NOW", "Builtin_UUID"}:
            return False
        return all(_at_once(value) for key, value in node.items() if key not in {"_vars", "PV", "datasetClause"})
    return all(map(_at_once, node)) if isinstance(node, list | tuple) else True


def _follow(pattern: tuple[object, Path, object], reached: dict[object, Path | None], read: list[Path]) -> bool:
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


def _patterns(node: object) -> Iterator[tuple[object, object, object]]:
    """The triple patterns of a query, those in filters included."""
    if isinstance(node, CompValue):
        if node.name in _SEPARATE or (node.name == "SelectQuery" and "datasetClause" in node and node["datasetClause"]):
            raise NotAnchored(f"uses {node.name}")
        for key, value in node.items():
            if key == "triples" and isinstance(value, list):
                yield from (pattern for pattern in value if isinstance(pattern, tuple))
            elif key not in {"_vars", "PV"}:
                yield from _patterns(value)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _patterns(part)
