"""What a SPARQL constraint (https://www.w3.org/TR/shacl/#sparql-constraints) reads, as paths from its `$this`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import Graph
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef, Variable

from gcmgraph.model.terms import IRI
from gcmgraph.validation.paths import Alternative, Modified, Path, Predicate, Sequence, path_text

_THIS, _GIVEN = Variable("this"), Variable("PATH")
_PATH = re.compile(r"[$?]PATH\b")
_OPERATORS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
#: Parts of a query in which `$this` is not what it is outside, or the data are others.
_JOINING = {"SelectQuery", "Project", "Join", "BGP", "Filter", "Extend", "ConditionalAndExpression"}
_STRANGE = {"Graph", "ServiceGraphPattern", "SubSelect", "values"}


class NotAnchored(Exception):  # noqa: N818 - what it says of the query
    """Some of what the query reads cannot be reached from `$this` along paths."""


@dataclass(frozen=True)
class Query:
    """A query of a SPARQL constraint."""

    #: paths from the focus node along which it reads all its triples
    along: tuple[Path, ...]
    #: what SPARQL it is with `$PATH` and prefixes filled in
    text: str
    #: whether it finds the same for a node when `$this` is not bound to it beforehand
    at_once: bool


def read_query(select: str, prefixes: Mapping[str, str], path: Path | None) -> Query:
    """The query of a SPARQL constraint, and what it reads. Raises `NotAnchored`.

    `path` stands for `$PATH`. Filters do not matter: more may be read along the paths than the query does.
    """
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
    return Query(tuple(read), declared + text, _THIS in algebra.PV and _at_once(algebra))


@lru_cache(maxsize=32)
def _algebra(text: str, namespaces: tuple[tuple[str, str], ...]) -> CompValue:
    """The algebra of a query, which several shapes may have, each for a path of its own."""
    algebra: CompValue = prepareQuery(text, initNs=dict(namespaces)).algebra
    return algebra


def _at_once(node: object) -> bool:
    """Whether a query only joins patterns, binds and filters, so that it does not matter when `$this` is bound."""
    if isinstance(node, CompValue):
        if node.name not in _JOINING and not node.name.startswith(("Builtin_", "RelationalExpression", "Additive")):
            return False
        if node.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS", "Builtin_RAND", "Builtin_NOW", "Builtin_UUID"}:
            return False
        return all(_at_once(value) for key, value in node.items() if key not in {"_vars", "PV", "datasetClause"})
    return all(map(_at_once, node)) if isinstance(node, list | tuple) else True


def _follow(pattern: tuple[object, Path, object], reached: dict[object, Path | None], read: list[Path]) -> bool:
    """Whether a pattern begins or ends at a variable that was reached; then its path is read, its other end reached."""
    subject, step, object_ = pattern
    if subject in reached:
        path = _after(reached[subject], step)
        end = object_
    elif object_ in reached:
        path = _after(reached[object_], Modified("inversePath", step))
        end = subject
    else:
        return False
    read.append(path)
    if isinstance(end, Variable):
        reached.setdefault(end, path)
    return True


def _after(first: Path | None, second: Path) -> Path:
    return second if first is None else Sequence((first, second))


def _path(node: object, given: Path | None) -> Path:
    """The path of a triple pattern; `given` is that which `$PATH` stands for."""
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
    """The triple patterns anywhere in a query, filters included."""
    if isinstance(node, CompValue):
        if node.name in _STRANGE or (node.name == "SelectQuery" and "datasetClause" in node and node["datasetClause"]):
            raise NotAnchored(f"uses {node.name}")
        for key, value in node.items():
            if key == "triples" and isinstance(value, list):
                yield from (pattern for pattern in value if isinstance(pattern, tuple))
            elif key not in {"_vars", "PV"}:
                yield from _patterns(value)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _patterns(part)
