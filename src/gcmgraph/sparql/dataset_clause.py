"""The dataset of a query: FROM, FROM NAMED and GRAPH (https://www.w3.org/TR/sparql11-query/#rdfDataset)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from gcmgraph.sparql.lexer import SparqlToken, TokenKind, significant

_NO_SUCH_GRAPH = "There is no graph <{}> here, and this server fetches none. Ask for GRAPH ?g to see which there are."

#: https://www.w3.org/TR/sparql11-query/#codepointEscape
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_NOTHING = SparqlToken(TokenKind.UNKNOWN, "", 0)


@dataclass(frozen=True)
class QueryDataset:
    """The dataset of a query (https://www.w3.org/TR/sparql11-protocol/#dataset).

    `union`: the union of all graphs, and every named graph. Otherwise the `default_graphs` merged and the
    `named_graphs` where `given` by the protocol, and else those of FROM and FROM NAMED in the query.
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
    """
    graphs: dict[bool, list[str]] = {False: [], True: []}
    for token, following, names in _read(query, prefixes or {}):
        if token.word in {"FROM", "FROMNAMED"}:
            separate = following[0].word == "NAMED"
            if (name := names.expanded(following[1] if separate else following[0])) is not None:
                graphs[separate or token.word == "FROMNAMED"].append(name)
    return QueryDataset(False, False, tuple(graphs[False]), tuple(graphs[True]))


def missing_graph(dataset: QueryDataset, holds: Callable[[str], bool]) -> str | None:
    """The error for the first graph that FROM or FROM NAMED names and the store does not hold; None for none."""
    missing = () if dataset.given else unknown_graphs(dataset, holds)
    return _NO_SUCH_GRAPH.format(missing[0]) if missing else None


def unknown_graphs(dataset: QueryDataset, holds: Callable[[str], bool]) -> tuple[str, ...]:
    """The graphs that a dataset names and the store does not hold."""
    if dataset.union:
        return ()
    return tuple(iri for iri in dict.fromkeys((*dataset.default_graphs, *dataset.named_graphs)) if not holds(iri))


def _read(query: str, prefixes: Mapping[str, str]) -> Iterator[tuple[SparqlToken, list[SparqlToken], _Names]]:
    """Each token, the two after it, and the meaning of names at its place."""
    tokens, names = [*significant(query), _NOTHING, _NOTHING], _Names(prefixes)
    for token, *following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        names.read(token, following)
        yield token, following, names


class _Names:
    """The meaning of names at a place of a query (https://www.w3.org/TR/sparql11-query/#syntaxTerms)."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self._base = ""

    def read(self, token: SparqlToken, following: Sequence[SparqlToken]) -> None:
        """Note a PREFIX or BASE."""
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

    def _resolved(self, written: str) -> str:
        reference = _CODE_POINT.sub(lambda found: chr(int(found[1] or found[2], 16)), written[1:-1])
        return urljoin(self._base, reference) if self._base else reference
