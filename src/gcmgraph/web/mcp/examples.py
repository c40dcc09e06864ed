"""`find_examples`: the queries of the library that are nearest to a question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.queries.library import NamedQuery
from gcmgraph.text.folding import fold_words
from gcmgraph.web.mcp.graph import Graph
from gcmgraph.web.mcp.offers import Arguments, ToolError

#: Number of queries in an answer, and of those with their SPARQL text.
FOUND, WRITTEN = 5, 2

#: Words of a question that are looked up as names, and words of one name, at most.
WORDS, LONGEST_NAME = 60, 8

#: Weights of the description, and of parameters that can have the resources of the question as values; of a title 1.
TEXT, PARAMETER = 0.5, 0.3

#: Number of first letters by which words without a plural ending are compared: three languages share many of them.
_STEM = 5

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

#: Words of any question.
_COMMON = frozenset(
    (
        "and are can carried did does for from had has have her how his its not our out that the their them there "
        "these they this was were what when where which with "
        "aux avec ces cet cette dans des est leur leurs les mises mis ont par pour quel quelle quelles quels que qui "
        "sont sur une "
        "con cual cuales cuando cuantas cuantos del donde esta estan este hay las los para por sobre son sus una unos"
    ).split()
)


def named_resources(index: SearchIndex, addresses: Addresses, question: str) -> tuple[list[str], list[str]]:
    """The kinds of the resources whose names or codes a question contains, and the names of organisations among them.

    `country` for Thailand; `organisation` and `IOM` for IOM.
    """
    words = [word.strip('.,;:!?¿¡()«»“”"') for word in question.split()][:WORDS]
    kinds: dict[str, None] = {"gYear": None} if _YEAR.search(question) else {}
    names: list[str] = []
    for start, word in enumerate(words):
        if word[:1].isupper() or word[:1].isdecimal():
            for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1):
                name = " ".join(words[start:end])
                named = [kind for iri in index.named(name) if (kind := addresses.kind_of(iri.value))]
                kinds |= dict.fromkeys(named)
                names += [name] if "organisation" in named else []
    return list(kinds), names


class Examples:
    """The library by the words of its titles, descriptions and parameters."""

    def __init__(self, library: Mapping[str, NamedQuery]) -> None:
        self._library = library
        self._titles = {name: [_stems(title) for title in query.title.values()] for name, query in library.items()}
        self._texts = {
            name: _stems(" ".join([name.replace("-", " "), *query.description.values(), *_parameter_words(query)]))
            for name, query in library.items()
        }
        frequency = Counter(
            stem for name in library for stem in frozenset[str]().union(self._texts[name], *self._titles[name])
        )
        self._weights = {stem: math.log(1 + len(library) / count) for stem, count in frequency.items()}

    def find(self, graph: Graph, arguments: Arguments) -> str:
        """The queries that are nearest to a question, the first with their SPARQL."""
        question = arguments.text("question")
        found = self.nearest(question, *named_resources(graph.index, graph.site.addresses, question))
        if not self._library:
            raise ToolError("The query library is not installed with this server.", hint="Use `schema` and `sparql`.")
        if not found:
            return "No query of the library resembles this question. Write one with `schema` and `sparql`."
        lines = ["The nearest queries of the library, best first. Run one with `run_query`.", ""]
        for rank, query in enumerate(found):
            lines += _described(query)
            lines += ["  SPARQL:", query.query] if rank < WRITTEN else []
        return "\n".join(lines)

    def nearest(self, question: str, kinds: Collection[str], names: Iterable[str]) -> list[NamedQuery]:
        """The queries with the most similar titles and descriptions, and with parameters of these kinds; best first.

        Names that a query can take as values are no words of the question: IOM is no reason for `outputs-of-iom`.
        """
        asked = _stems(" ".join([question, *kinds])) - _stems(" ".join(names))
        scores = {name: self._score(name, asked, kinds) for name in self._library}
        similar = [name for name, score in scores.items() if score > 0]
        return [self._library[name] for name in sorted(similar, key=lambda name: (-scores[name], name))[:FOUND]]

    def _score(self, name: str, asked: frozenset[str], kinds: Collection[str]) -> float:
        length = self._length(asked) or 1
        text = self._length(asked & self._texts[name]) / length
        types = {parameter.type for parameter in self._library[name].parameters}
        taken = sum(kind in types for kind in kinds) / max(1, len(kinds))
        return max(self._similar(title, asked) for title in self._titles[name]) + TEXT * text + PARAMETER * taken

    def _similar(self, title: frozenset[str], asked: frozenset[str]) -> float:
        """The cosine of a title and a question, their words weighted by rarity."""
        both = self._length(title & asked)
        return both * both / (self._length(title) * self._length(asked)) if both else 0.0

    def _length(self, stems: frozenset[str]) -> float:
        return math.sqrt(sum(self._weights.get(stem, 0.0) ** 2 for stem in stems))


@cache
def _stem(word: str) -> str:
    return word.rstrip("s")[:_STEM]


def _stems(text: str) -> frozenset[str]:
    words = fold_words(text).split()
    return frozenset(_stem(word) for word in words if len(word) > 2 and word not in _COMMON)


def _parameter_words(query: NamedQuery) -> list[str]:
    return [word for parameter in query.parameters for word in (parameter.type, *parameter.labels.values())]


def _described(query: NamedQuery) -> list[str]:
    lines = [f"- {query.name}: {query.title.get('en', '')}", f"  {query.description.get('en', '')}"]
    for parameter in query.parameters:
        default = (
            "required" if parameter.required else f"default {parameter.default}" if parameter.default else "optional"
        )
        lines.append(f"  parameter {parameter.name} ({parameter.type}, {default})")
    return [*lines, f"  columns: {', '.join(query.variables)}"]
