"""Goals beside other systems: the one table for summary, charts and documentation."""

from __future__ import annotations

from dataclasses import dataclass

from bench.queries import TITLES

OXIGRAPH, VIRTUOSO, ENDPOINT = "oxigraph", "virtuoso", "rdflib-endpoint"
TRIFID, PYSHACL, FOCUS = "trifid", "pyshacl", "pyshacl, focus node"

#: The faster one of the two with right answers, query by query.
BEST = "best of oxigraph, virtuoso"

#: Queries over one resource; over all of them.
LIGHT = ("point-lookup", "describe")
HEAVY = ("label-search", "count-by-country", "budget-by-organisation", "page-by-title")

#: Practices of a large graph: about 2.1 million triples.
LARGE = 100_000


@dataclass(frozen=True)
class Goal:
    """A measurement, the system beside it, and its goal: a minimum ratio or an upper bound."""

    part: str
    work: str
    #: empty without a peer
    peer: str = ""
    #: minimum ratio of ours to theirs
    at_least: float | None = None
    #: upper bound of ours, in `unit`
    below: float | None = None
    unit: str = ""
    #: the size for which the goal applies; None for any
    practices: int | None = None

    def __str__(self) -> str:
        """Short form, as in the summary."""
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
