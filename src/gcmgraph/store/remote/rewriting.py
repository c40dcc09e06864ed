"""The text of a query rewritten for a server that gives it another dataset, or another answer, than SPARQL says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from gcmgraph.errors import QuerySyntaxError
from gcmgraph.model.terms import IRI
from gcmgraph.sparql.dataset_clause import QueryDataset, read_dataset_clause, read_graph_patterns
from gcmgraph.sparql.lexer import TokenKind, significant, tokenize
from gcmgraph.store.remote.dialects import Union
from gcmgraph.store.remote.union import UNION_GRAPH

#: A graph that does not exist.
_NOWHERE = "urn:x-gcmgraph:nowhere"

#: Rows that Virtuoso sorts for a LIMIT (MaxSortedTopRows). Without one it gives as many, and reports the cut.
_MAX_SORTED = 10_000

#: The largest integer that Virtuoso reads. For a larger one it takes an address in its memory, without an error.
_LARGEST_INTEGER = 2**63 - 1

#: Characters of a number in an error.
_SHOWN = 40


def in_dialect(
    query: str, dataset: QueryDataset, union: Union, graphs: Callable[[], Iterable[IRI]]
) -> tuple[str, list[tuple[str, str]]]:
    """A query's text and the parameters of the protocol with which a server answers it on a dataset.

    `graphs` gives all graphs of the server. A dataset that is not the union and names no graph by the protocol is that
    of the query's FROM, or the engine's own where `given`. Raises `QuerySyntaxError` for an integer that Virtuoso would
    get wrong.
    """
    if union is Union.FILTERED:
        query = without_large_limit(query, _MAX_SORTED)
        if number := large_integer(query, _LARGEST_INTEGER):
            shown = number if len(number) <= _SHOWN else f"{number[:_SHOWN]}…"
            raise QuerySyntaxError(
                f"The SPARQL server of this dataset reads no integer over {_LARGEST_INTEGER}, such as {shown}.",
                hint="Write it as a decimal, with .0 at its end.",
            )
    if dataset.union:
        return _on_union(query, union, graphs)
    named = dataset if dataset.given else read_dataset_clause(query)
    parameters = [("default-graph-uri", iri) for iri in dataset.default_graphs]
    parameters += [("named-graph-uri", iri) for iri in dataset.named_graphs]
    if union is Union.FILTERED and named.default_graphs and not named.named_graphs:
        # Virtuoso takes FROM without FROM NAMED for any named graph; a single name it takes for none
        parameters += [("named-graph-uri", f"{_NOWHERE}{n}") for n in (1, 2)]
    return query, parameters


def without_large_limit(query: str, most: int) -> str:
    """The query without the LIMIT at its end where that is over `most` and rows are sorted, and no OFFSET skips any."""
    if "limit" not in query.lower():
        return query
    tokens = significant(query)
    words = [token.text.upper() for token in tokens]
    if words[-2:-1] == ["LIMIT"]:
        limit = len(words) - 2
    elif words[-4:-3] == ["LIMIT"] and words[-2:] == ["OFFSET", "0"]:
        limit = len(words) - 4
    else:
        return query
    large = words[limit + 1].isdecimal() and int(words[limit + 1]) > most
    return query[: tokens[limit].start] if large and "ORDER" in words else query


def large_integer(query: str, most: int) -> str | None:
    """The first integer of a query that is over `most`; None where there is none."""
    limit = (len(str(most)), str(most))
    if not re.search(rf"[0-9]{{{limit[0]}}}", query):
        return None
    numbers = (token.text for token in tokenize(query) if token.kind is TokenKind.NUMBER)
    return next((number for number in numbers if number.isdigit() and (len(number), number) > limit), None)


def _on_union(query: str, union: Union, graphs: Callable[[], Iterable[IRI]]) -> tuple[str, list[tuple[str, str]]]:
    parameters = [("default-graph-uri", UNION_GRAPH.value)]
    if union is Union.FILTERED:
        patterns = read_graph_patterns(query)
        if patterns.variable:
            return _with_any_graph(query), parameters
        return query, parameters + [("named-graph-uri", iri) for iri in patterns.iris]
    if union is Union.LISTED:
        # https://www.w3.org/TR/sparql11-protocol/#dataset: where a default graph is named, the named ones must be
        return query, parameters + [("named-graph-uri", iri) for iri in sorted(graph.value for graph in graphs())]
    return query, []


def _with_any_graph(query: str) -> str:
    """The query with a filter before each `GRAPH ?g`, and each other `GRAPH name` computed.

    A filter counts for its whole group. Virtuoso takes no constant that is not in its list of graphs, if it has one.
    """
    for keyword, graph in reversed(list(pairwise(significant(query)))):
        if keyword.word == "GRAPH":
            name = graph.text
            variable = graph.kind is TokenKind.VARIABLE
            words = f"FILTER({name} != {UNION_GRAPH}) GRAPH {name}" if variable else f"GRAPH `{name}`"
            query = query[: keyword.start] + words + query[graph.end :]
    return query
