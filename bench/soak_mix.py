"""The requests of a soak: queries of the mix, pages and data in six languages, search as you type, filtered lists."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from bench.queries import query_mix
from bench.runaway import RUNAWAYS
from bench.synthetic import TOPICS, Synthetic
from bench.systems.process import HOST, query_target

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")

#: Kinds of requests and their weights. The heavy queries are not among the small requests.
SMALL = {
    "point-lookup": 12,
    "describe": 8,
    "practices-of-country": 8,
    "practices-of-organisation": 6,
    "page": 10,
    "turtle": 8,
    "json-ld": 4,
    "home": 2,
    "suggest": 10,
    "browse": 6,
    "browse-json": 4,
    "named-query": 4,
}
HEAVY = {"label-search": 3, "count-by-country": 1, "budget-by-organisation": 1, "page-by-title": 1}
RUNAWAY = "runaway"

_RESULTS = "application/sparql-results+json"


@dataclass(frozen=True)
class Request:
    """Kind of a request, and its bytes."""

    name: str
    content: bytes


class Mix:
    """Requests without end, drawn from a seed."""

    def __init__(self, data: Synthetic, port: int, seed: int) -> None:
        self._draw = random.Random(seed)
        self._port = port
        self._queries = {query.name: query for query in query_mix(data)}
        self._practices = [self._queries_value(text) for text in self._queries["describe"].texts]
        self._countries = [iri.value.rpartition("/")[2] for iri in data.countries]
        self._names = list({**SMALL, **HEAVY})
        self._weights = list({**SMALL, **HEAVY}.values())

    def requests(self) -> Iterator[Request]:
        """One request after the other."""
        while True:
            yield self._request(self._draw.choices(self._names, self._weights)[0])

    def runaway(self) -> Request:
        """A query that must be ended by the server: it would run for hours, use all memory, or crash a parser."""
        return self._get(RUNAWAY, query_target("/sparql", self._draw.choice(RUNAWAYS)), _RESULTS)

    def _request(self, name: str) -> Request:
        if name in self._queries:
            accept = "text/turtle" if name == "describe" else _RESULTS
            return self._get(name, query_target("/sparql", self._draw.choice(self._queries[name].texts)), accept)
        practice, country = self._draw.choice(self._practices), self._draw.choice(self._countries)
        target, accept = {
            "page": (f"/doc/practice/{practice}", "text/html"),
            "turtle": (f"/doc/practice/{practice}", "text/turtle"),
            "json-ld": (f"/doc/practice/{practice}.jsonld", "*/*"),
            "home": ("/", "text/html"),
            "suggest": (f"/search/suggest?q={quote(self._typed())}", "application/json"),
            "browse": (f"/browse/practice?country={country}&sort=-start", "text/html"),
            "browse-json": (f"/browse/practice?country={country}&from=2015&to=2019&format=json", "*/*"),
            "named-query": (f"/queries/practices-by-country?country={country}&format=json", "*/*"),
        }[name]
        return self._get(name, target, accept)

    def _typed(self) -> str:
        """The beginning of a word or two, as someone types it."""
        text = self._draw.choice(self._draw.choice(TOPICS))
        return text[: self._draw.randint(2, len(text))]

    def _get(self, name: str, target: str, accept: str) -> Request:
        language = self._draw.choice(LANGUAGES)
        head = f"GET {target} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\nAccept: {accept}\r\nAccept-Language: {language}"
        return Request(name, f"{head}\r\n\r\n".encode("ascii"))

    @staticmethod
    def _queries_value(describe: str) -> str:
        """Local part of the practice of a DESCRIBE."""
        return describe.rpartition("/")[2].rstrip(">")
