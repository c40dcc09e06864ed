"""The graphs that a query names in FROM, FROM NAMED and GRAPH (https://www.w3.org/TR/sparql11-query/#rdfDataset)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from gcmgraph.store.port import QueryDataset
from gcmgraph.store.remote.term_substitution import tokens_of

_NO_SUCH_GRAPH = "There is no graph <{}> here, and this server fetches none. Ask for GRAPH ?g to see which there are."


@dataclass(frozen=True)
class GraphPatterns:
    """What stands after GRAPH in a query: full IRIs, and whether a variable does, too."""

    iris: tuple[str, ...]
    variable: bool


def read_dataset_clause(query: str, prefixes: Mapping[str, str] | None = None) -> QueryDataset:
    """The graphs of FROM and of FROM NAMED, as full IRIs, of a query that parses; `given` is False.

    A query may leave `prefixes` out.
    """
    tokens, names = tokens_of(query), _Names(prefixes or {})
    graphs: dict[bool, list[str]] = {False: [], True: []}
    for index, token in enumerate(tokens):
        following = [*tokens[index + 1 : index + 3], "", ""]
        names.read(token, following)
        if (word := token.upper()) in {"FROM", "FROMNAMED"}:
            separate = following[0].upper() == "NAMED"
            if (name := names.expanded(following[1] if separate else following[0])) is not None:
                graphs[separate or word == "FROMNAMED"].append(name)
    return QueryDataset(False, False, tuple(graphs[False]), tuple(graphs[True]))


def read_graph_patterns(query: str) -> GraphPatterns:
    """The graphs of GRAPH patterns, of a query that parses."""
    tokens, names = tokens_of(query), _Names({})
    iris: dict[str, None] = {}
    variable = False
    for index, token in enumerate(tokens):
        following = [*tokens[index + 1 : index + 3], "", ""]
        names.read(token, following)
        if token.upper() == "GRAPH":
            variable = variable or following[0][:1] in {"?", "$"}
            if (name := names.expanded(following[0])) is not None:
                iris[name] = None
    return GraphPatterns(tuple(iris), variable)


def missing_graph(dataset: QueryDataset, holds: Callable[[str], bool]) -> str | None:
    """Why a dataset cannot be had: the first graph that it names and the store does not hold."""
    if dataset.union:
        return None
    named = (*dataset.default_graphs, *dataset.named_graphs)
    missing = next((iri for iri in named if not holds(iri)), None)
    return None if missing is None else _NO_SUCH_GRAPH.format(missing)


class _Names:
    """What names stand for at a place of a query (https://www.w3.org/TR/sparql11-query/#syntaxTerms)."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self._base = ""

    def read(self, token: str, following: Sequence[str]) -> None:
        """Take note of a PREFIX or BASE."""
        if token.upper() == "PREFIX" and following[1].startswith("<"):
            self._prefixes[following[0].removesuffix(":")] = self._resolved(following[1])
        elif token.upper() == "BASE" and following[0].startswith("<"):
            self._base = self._resolved(following[0])

    def expanded(self, name: str) -> str | None:
        """The IRI that an IRI reference or a prefixed name stands for; None for what is neither."""
        if name.startswith("<") and name.endswith(">"):
            return self._resolved(name)
        prefix, colon, local = name.partition(":")
        if not colon or prefix not in self._prefixes:
            return None
        return self._prefixes[prefix] + local.replace("\\", "")

    def _resolved(self, reference: str) -> str:
        return urljoin(self._base, reference[1:-1]) if self._base else reference[1:-1]
