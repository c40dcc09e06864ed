"""The union of all graphs, kept in the server as a graph, as the embedded engine keeps it (docs/decisions/0006).

A server's own union is a bag: a triple that stands in two graphs comes twice. So what a query without GRAPH sees
is a copy of every triple that gcmgraph put there, made by the server itself, so that blank nodes stay the same. It
is in the server's default graph, or in a graph of its own where the default graph cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gcmgraph.errors import QuerySyntaxError
from gcmgraph.model.terms import IRI
from gcmgraph.store.dataset_clause import read_dataset_clause, read_graph_patterns
from gcmgraph.store.port import QueryDataset
from gcmgraph.store.remote.dialects import Union
from gcmgraph.store.remote.term_substitution import large_integer, place, rename_graphs, without_large_limit

#: Holds the union where the server's default graph cannot.
UNION_GRAPH = IRI("urn:x-gcmgraph:union")

#: A graph that is nowhere.
_NOWHERE = "urn:x-gcmgraph:nowhere"

#: Rows that one update takes away from a union in a graph: Virtuoso's updates hold 10,000 at most.
MOST_PRUNED = 9_000

#: Rows that Virtuoso sorts for a LIMIT (MaxSortedTopRows). Without one it gives as many, and says that it cut.
MOST_SORTED = 10_000

#: The largest integer that Virtuoso reads. For a larger one it takes an address in its memory, and says nothing.
LARGEST_INTEGER = 2**63 - 1

#: Characters of a number in an error of ours.
_SHOWN = 40

_CLEAR_DEFAULT = "CLEAR SILENT DEFAULT"
_CLEAR = f"CLEAR SILENT GRAPH {UNION_GRAPH}"

#: `GRAPHS` are names in a list.
_FILL_DEFAULT = """\
INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) FILTER NOT EXISTS { ?s ?p ?o } }"""
_PRUNE_DEFAULT = """\
DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) } }"""

_ADD = f"ADD SILENT GRAPH ?graph TO GRAPH {UNION_GRAPH}"
#: Asked `?g IN`, Virtuoso looks each triple up in each of the graphs: for 50 of them, that takes it ten times as long.
_STALE = f"""\
GRAPH {UNION_GRAPH} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(!(?g NOT IN (GRAPHS))) }}"""
_COUNT_STALE = f"SELECT (COUNT(*) AS ?n) WHERE {{ {_STALE} }}"
_PRUNE = f"""\
DELETE {{ GRAPH {UNION_GRAPH} {{ ?s ?p ?o }} }}
WHERE {{ {{ SELECT ?s ?p ?o WHERE {{ {_STALE} }} LIMIT {MOST_PRUNED} }} }}"""


def fill(graphs: Iterable[IRI], *, in_default: bool) -> str:
    """The update that adds to the union what stands in `graphs`."""
    if in_default:
        return _FILL_DEFAULT.replace("GRAPHS", _listed(graphs))
    return " ;\n".join(place(_ADD, {"graph": graph}) for graph in sorted(graphs, key=str))


def refill_default(graphs: Iterable[IRI]) -> str:
    """The update that lets the default graph hold what stands in `graphs` and nothing else: all at once or nothing."""
    names = _listed(graphs)
    if not names:
        return _CLEAR_DEFAULT
    return f"{_FILL_DEFAULT} ;\n{_PRUNE_DEFAULT}".replace("GRAPHS", names)


def prune(graphs: Iterable[IRI]) -> tuple[str, str]:
    """Ask how many triples of the union's graph stand in none of `graphs`; take `MOST_PRUNED` of them away."""
    names = _listed(graphs)
    return _COUNT_STALE.replace("GRAPHS", names), _PRUNE.replace("GRAPHS", names) if names else _CLEAR


def _listed(graphs: Iterable[IRI]) -> str:
    return ", ".join(sorted(map(str, graphs)))


def in_dialect(
    query: str, dataset: QueryDataset, union: Union, graphs: Callable[[], Iterable[IRI]]
) -> tuple[str, list[tuple[str, str]]]:
    """A query's text and the protocol's parameters that let a server answer it on a dataset.

    `graphs` tells all graphs of the server. A dataset that is neither the union nor names any graph by the protocol,
    is what the query's FROM says, or the engine's own where `given`. Raises `QuerySyntaxError` for an integer that
    Virtuoso would get wrong.
    """
    if union is Union.FILTERED:
        query = without_large_limit(query, MOST_SORTED)
        if number := large_integer(query, LARGEST_INTEGER):
            shown = number if len(number) <= _SHOWN else f"{number[:_SHOWN]}…"
            raise QuerySyntaxError(
                f"The SPARQL server of this dataset reads no integer over {LARGEST_INTEGER}, such as {shown}.",
                hint="Write it as a decimal, with .0 at its end.",
            )
    if dataset.union:
        return _on_union(query, union, graphs)
    named = dataset if dataset.given else read_dataset_clause(query)
    parameters = [("default-graph-uri", iri) for iri in dataset.default_graphs]
    parameters += [("named-graph-uri", iri) for iri in dataset.named_graphs]
    if union is Union.FILTERED and named.default_graphs and not named.named_graphs:
        # Virtuoso takes FROM without FROM NAMED for any named graph; of a single name it counts no rows as one
        parameters += [("named-graph-uri", f"{_NOWHERE}{n}") for n in (1, 2)]
    return query, parameters


def _on_union(query: str, union: Union, graphs: Callable[[], Iterable[IRI]]) -> tuple[str, list[tuple[str, str]]]:
    parameters = [("default-graph-uri", UNION_GRAPH.value)]
    if union is Union.FILTERED:
        patterns = read_graph_patterns(query)
        if patterns.variable:
            return rename_graphs(query, _filtered, _computed), parameters
        return query, parameters + [("named-graph-uri", iri) for iri in patterns.iris]
    if union is Union.LISTED:
        # https://www.w3.org/TR/sparql11-protocol/#dataset: where a default graph is named, the named ones must be
        return query, parameters + [("named-graph-uri", iri) for iri in sorted(graph.value for graph in graphs())]
    return query, []


def _filtered(variable: str) -> str:
    """In place of `?g` after GRAPH: any graph but the union. A filter counts for its whole group."""
    return f"FILTER({variable} != {UNION_GRAPH}) GRAPH {variable}"


def _computed(name: str) -> str:
    """In place of a name after GRAPH. Virtuoso takes no constant that is not in its list of graphs, if there is one."""
    return f"GRAPH `{name}`"
