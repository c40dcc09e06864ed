"""Updates that maintain the union of all graphs as a graph of the server (docs/decisions/0006).

A server's own union is a bag: it has a triple twice that is in two graphs. So a query without GRAPH sees a copy of
every triple that gcmgraph loaded, made by the server itself, so that blank nodes stay the same. It is in the server's
default graph, or in a graph of its own where the default graph cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.model.terms import IRI
from gcmgraph.sparql.bindings import inline

#: Holds the union where the server's default graph cannot.
UNION_GRAPH = IRI("urn:x-gcmgraph:union")

#: Rows that one update removes from a union in a graph: Virtuoso's updates hold 10,000 at most.
_MAX_PRUNED = 9_000

_CLEAR_DEFAULT = "CLEAR SILENT DEFAULT"
_CLEAR = f"CLEAR SILENT GRAPH {UNION_GRAPH}"

#: `GRAPHS` are names in a list.
_FILL_DEFAULT = """\
INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) FILTER NOT EXISTS { ?s ?p ?o } }"""
_PRUNE_DEFAULT = """\
DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) } }"""

_ADD = f"ADD SILENT GRAPH ?graph TO GRAPH {UNION_GRAPH}"
#: `?g IN` makes Virtuoso look each triple up in each of the graphs: ten times as long for 50 of them.
_STALE = f"""\
GRAPH {UNION_GRAPH} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(!(?g NOT IN (GRAPHS))) }}"""
_COUNT_STALE = f"SELECT (COUNT(*) AS ?n) WHERE {{ {_STALE} }}"
_PRUNE = f"""\
DELETE {{ GRAPH {UNION_GRAPH} {{ ?s ?p ?o }} }}
WHERE {{ {{ SELECT ?s ?p ?o WHERE {{ {_STALE} }} LIMIT {_MAX_PRUNED} }} }}"""


def fill(graphs: Iterable[IRI], *, in_default: bool) -> str:
    """The update that adds the triples of `graphs` to the union."""
    if in_default:
        return _FILL_DEFAULT.replace("GRAPHS", _listed(graphs))
    return " ;\n".join(inline(_ADD, {"graph": graph}) for graph in sorted(graphs, key=str))


def refill_default(graphs: Iterable[IRI]) -> str:
    """The update that makes the default graph the union of `graphs`: all at once or nothing."""
    names = _listed(graphs)
    if not names:
        return _CLEAR_DEFAULT
    return f"{_FILL_DEFAULT} ;\n{_PRUNE_DEFAULT}".replace("GRAPHS", names)


def prune(graphs: Iterable[IRI]) -> tuple[str, str]:
    """The query that counts triples of the union in none of `graphs`, and the update that removes some of them."""
    names = _listed(graphs)
    return _COUNT_STALE.replace("GRAPHS", names), _PRUNE.replace("GRAPHS", names) if names else _CLEAR


def _listed(graphs: Iterable[IRI]) -> str:
    return ", ".join(sorted(map(str, graphs)))
