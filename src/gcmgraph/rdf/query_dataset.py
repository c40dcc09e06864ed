"""Datasets and names of queries.

The dataset of a query is that of FROM and FROM NAMED
(https://www.w3.org/TR/sparql11-query/#rdfDataset), or that of the protocol. Prefixes that a query
need not declare are those of https://www.w3.org/TR/sparql11-query/#rPrologue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from gcmgraph.rdf.sparql_tokens import SparqlToken, TokenKind, significant

_NO_SUCH_GRAPH = (
    "There is no graph <{}> here, and this server fetches none. "
    "Ask for GRAPH ?g to see which there are."
)

#: https://www.w3.org/TR/sparql11-query/#codepointEscape
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

#: A token after the end of a query.
_NO_TOKEN = SparqlToken(TokenKind.UNKNOWN, "", 0)


@dataclass(frozen=True)
class QueryDataset:
    """The dataset of a query (https://www.w3.org/TR/sparql11-protocol/#dataset).

    `union`: the union of all graphs, and every named graph. Otherwise the `default_graphs` merged
    and the `named_graphs` where `given` by the protocol, and else those of FROM and FROM NAMED in
    the query.
    """

    union: bool
    given: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


#: A query without GRAPH sees the union of all graphs.
UNION = QueryDataset(union=True)


def read_dataset_clause(query: str, prefixes: Mapping[str, str] | None = None) -> QueryDataset:
    """The graphs of FROM and of FROM NAMED, as full IRIs, of a query that parses; `given` is False.

    `prefixes` are those that the query need not declare.

    >>> read_dataset_clause("ASK FROM <http://a.test/> FROM NAMED <http://b.test/> {}").named_graphs
    ('http://b.test/',)
    """
    default_graphs = list[str]()
    named_graphs = list[str]()
    names = QueryNames(prefixes or {})
    tokens = [*significant(query), _NO_TOKEN, _NO_TOKEN]
    for token, *following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        names.read(token, following)
        if token.word not in {"FROM", "FROMNAMED"}:
            continue
        is_named_follows = following[0].word == "NAMED"
        iri = names.expanded(following[1] if is_named_follows else following[0])
        if iri is None:
            continue
        if is_named_follows or token.word == "FROMNAMED":
            named_graphs.append(iri)
        else:
            default_graphs.append(iri)
    return QueryDataset(
        union=False, default_graphs=tuple(default_graphs), named_graphs=tuple(named_graphs)
    )


def missing_graph(dataset: QueryDataset, holds: Callable[[str], bool]) -> str | None:
    """The error for the first graph of FROM or FROM NAMED that the store does not have; None for none."""
    if dataset.given:
        return None
    missing_graphs = unknown_graphs(dataset, holds)
    return _NO_SUCH_GRAPH.format(missing_graphs[0]) if missing_graphs else None


def unknown_graphs(dataset: QueryDataset, holds: Callable[[str], bool]) -> tuple[str, ...]:
    """The graphs that a dataset names and the store does not have."""
    if dataset.union:
        return ()
    graphs = dict.fromkeys((*dataset.default_graphs, *dataset.named_graphs))
    return tuple(graph for graph in graphs if not holds(graph))


class QueryNames:
    """The meaning of names at a position of a query (https://www.w3.org/TR/sparql11-query/#syntaxTerms)."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self._base = ""

    def read(self, token: SparqlToken, following: Sequence[SparqlToken]) -> None:
        """Record a PREFIX or BASE; `following` are the two tokens after it."""
        if token.word == "PREFIX" and following[1].kind is TokenKind.IRI:
            self._prefixes[following[0].text.removesuffix(":")] = self._resolved(following[1].text)
        elif token.word == "BASE" and following[0].kind is TokenKind.IRI:
            self._base = self._resolved(following[0].text)

    def expanded(self, name: SparqlToken) -> str | None:
        """The IRI of an IRI reference or a prefixed name; None for other tokens."""
        if name.kind is TokenKind.IRI:
            return self._resolved(name.text)
        if name.prefix is None or name.prefix not in self._prefixes:
            return None
        return self._prefixes[name.prefix] + name.text.partition(":")[2].replace("\\", "")

    def _resolved(self, reference: str) -> str:
        """The IRI of an IRI reference in angle brackets."""
        iri = _CODE_POINT.sub(_character, reference[1:-1])
        return urljoin(self._base, iri) if self._base else iri


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1] or escape[2], 16))
