"""Mix of eight queries, and their values.

The SPARQL Protocol sends a query as text, so values are written into it: as RDF terms in their
N-Triples form, in place of `$name`, never as bare strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench.synthetic import TOPICS, Synthetic
from gcmgraph.rdf.terms import Literal

_FOLDER = Path(__file__).parent / "queries"
_MARK = re.compile(r"\$(\w+)")
_LIMIT = re.compile(r"\nLIMIT (\d+)\Z")

#: Different values of one query; where there are fewer, all of them.
VALUES = 400

#: Number of texts of each query in the repeated runs.
REPEATED = 4

#: Queries and their titles.
TITLES = {
    "point-lookup": "all triples of one practice",
    "describe": "DESCRIBE of one practice",
    "practices-of-country": "50 practices of a country",
    "practices-of-organisation": "practices of an organisation",
    "label-search": "20 titles that contain some words",
    "count-by-country": "practices counted by country",
    "budget-by-organisation": "budgets summed by organisation",
    "page-by-title": "a page of 20, ordered by title",
}


@dataclass(frozen=True)
class BenchQuery:
    """One query of the mix with all its texts."""

    name: str
    title: str
    texts: tuple[str, ...]

    @property
    def graph(self) -> bool:
        """Whether the answer is a graph; else it is rows."""
        return self.name == "describe"

    @property
    def ordered(self) -> bool:
        """Whether the order of the rows belongs to the answer."""
        return "ORDER BY" in self.texts[0]

    @property
    def samples(self) -> tuple[str, ...]:
        """Texts that are repeated, and whose answers are compared.

        Their distance is odd, because values of two sorts alternate in `label-search`.
        """
        apart = len(self.texts) // REPEATED
        return self.texts[:: max(1, apart - (apart + 1) % 2)][:REPEATED]


def without_limit(text: str) -> tuple[str, int] | None:
    """Query without its final LIMIT, and that limit; None where it has none.

    Which rows a LIMIT leaves of an unordered result is the engine's choice, so all of them are
    compared.
    """
    limit = _LIMIT.search(text)
    return (text[: limit.start()], int(limit[1])) if limit else None


def query_mix(data: Synthetic) -> tuple[BenchQuery, ...]:
    """The eight queries on a graph, in a fixed order."""
    values = _values(data)
    mix = []
    for name, title in TITLES.items():
        text = (_FOLDER / f"{name}.rq").read_text("utf-8").strip()
        marks = _MARK.findall(text)
        texts = [_with(text, value) for value in values[marks[0]]] if marks else [text]
        mix.append(BenchQuery(name, title, tuple(texts)))
    return tuple(mix)


def _with(text: str, value: str) -> str:
    return _MARK.sub(lambda _: value, text)


def _values(data: Synthetic) -> dict[str, list[str]]:
    """Values of each mark, as written in a query."""
    step = max(1, data.practices // VALUES)
    numbers = range(0, data.practices, step)[:VALUES]
    words = [topic[start : start + 8] for topic, _ in TOPICS for start in (0, 3)]
    digits = [f" {number:07}"[:7] for number in numbers[:: max(1, len(numbers) // 24)]][:24]
    return {
        "practice": [str(data.practice(number).iri) for number in numbers],
        "country": [str(iri) for iri in data.countries],
        "organisation": [str(iri) for iri in data.organisations()],
        "words": list(
            dict.fromkeys(str(Literal(part)) for part in chain(*zip(words, digits, strict=False)))
        ),
        "offset": [str(number) for number in numbers],
    }
