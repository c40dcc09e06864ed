"""What is to be reached, beside which system: the one table that summary, charts and documentation go by."""

from __future__ import annotations

from dataclasses import dataclass

from bench.queries import TITLES

OXIGRAPH, VIRTUOSO, ENDPOINT = "oxigraph", "virtuoso", "rdflib-endpoint"
TRIFID, PYSHACL, FOCUS = "trifid", "pyshacl", "pyshacl, focus node"

#: The faster one of those two that answered rightly, query by query.
BEST = "best of oxigraph, virtuoso"

#: Queries that look at one thing; and at all of them.
LIGHT = ("point-lookup", "describe")
HEAVY = ("label-search", "count-by-country", "budget-by-organisation", "page-by-title")

#: Practices of the size that large graphs are judged at: about 2.1 million triples.
LARGE = 100_000


@dataclass(frozen=True)
class Goal:
    """Something measured, the system beside it, and what is wanted of it: a least ratio, or a bound."""

    part: str
    work: str
    #: empty where ours stands alone
    peer: str = ""
    #: ours is to be at least so many times as good
    at_least: float | None = None
    #: ours is to stay below, in `unit`
    below: float | None = None
    unit: str = ""
    #: the size at which it is judged; None for any
    practices: int | None = None

    def __str__(self) -> str:
        """In short, as in the summary."""
        return f">= {self.at_least:g}x" if self.at_least is not None else f"< {self.below:g} {self.unit}"


GOALS: tuple[Goal, ...] = (
    *(Goal("sparql", f"{query}, uncached", OXIGRAPH, 0.6 if query in LIGHT else 1.2) for query in TITLES),
    *(Goal("sparql", f"{query}, repeated", BEST, 20 if query in HEAVY else 1.2) for query in TITLES),
    *(Goal("sparql", f"{query}, uncached", ENDPOINT, 5) for query in TITLES),
    Goal("first-view", "first view, practices-by-budget", VIRTUOSO, 1, practices=LARGE),
    Goal("first-view", "first view, budgets-by-organisation", VIRTUOSO, 1, practices=LARGE),
    Goal("documents", "one practice as Turtle", TRIFID, 30),
    Goal("documents", "one practice as HTML", TRIFID, 30),
    Goal("validation", "full validation, CPU", PYSHACL, 40, practices=LARGE),
    Goal("validation", "full validation, peak memory", below=1_000, unit="MB", practices=LARGE),
    Goal("one-practice", "one-practice validation, CPU", FOCUS, 50, practices=LARGE),
    Goal("load", "bulk load", OXIGRAPH, 0.9),
    Goal("start", "server start-up", below=1, unit="s"),
    Goal("start", "gcmgraph --help", below=0.3, unit="s"),
)
