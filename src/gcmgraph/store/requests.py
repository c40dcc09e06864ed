"""A stranger's query, what it may take, its answer, and what may become of it instead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import Term
from gcmgraph.store.port import Wanted


class QueryRefusedError(GcmGraphError):
    """A query that is not run, or that the engine cannot evaluate."""


class QueryTooComplexError(QueryRefusedError):
    """A query whose nesting exhausts the engine's stack."""


class QueryNotAcceptableError(GcmGraphError):
    """A query whose form has no answer in the syntaxes asked for."""


class QueryOverLimitError(GcmGraphError):
    """A query that took more time or memory than one may take."""


class QueriesBusyError(GcmGraphError):
    """All workers are busy, and stayed so."""


#: In place of a folder: a store with nothing in it, over which a query is only read.
NOTHING = Path("/dev/null")


@dataclass(frozen=True)
class QueryLimits:
    """What one query may take, how much it may answer, and how many run side by side.

    As many again may be long ones (`LONG`). A graph of up to `held_megabytes` is held in memory.
    """

    seconds: float = 10
    megabytes: int = 1024
    side_by_side: int = 2
    rows: int = 100_000
    answer_megabytes: int = 64
    held_megabytes: int = 0


@dataclass(frozen=True)
class QueryRequest:
    """A query as the SPARQL protocol gives it, with terms bound to variables where it is one of ours.

    Graphs are empty where the request names none. `services` has the endpoint that a variable after SERVICE stands for
    in one of ours, None where there is none to be asked.
    """

    query: str
    wanted: Wanted
    prefixes: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    substitutions: Mapping[str, Term] = field(default_factory=dict)
    services: Mapping[str, str | None] = field(default_factory=dict)

    def message(self, folder: Path, limits: QueryLimits) -> bytes:
        """What a query process reads."""
        named = self.default_graphs or self.named_graphs
        dataset = {"default": self.default_graphs, "named": self.named_graphs} if named else None
        request = {
            "query": self.query,
            "wanted": (self.wanted.solutions, self.wanted.boolean, self.wanted.graph),
            "caps": (limits.rows, limits.answer_megabytes * 2**20),
            "prefixes": {prefix: iri for prefix, iri in self.prefixes.items() if f"{prefix}:" in self.query},
            "dataset": dataset,
            "substitutions": {name: str(term) for name, term in self.substitutions.items()},
            "folder": str(folder),
            "seconds": limits.seconds,
        }
        return json.dumps(request).encode()


@dataclass(frozen=True)
class Unanswered:
    """A block of SERVICE SILENT that got no answer, and why, as the rest of a sentence about its endpoint.

    `endpoint` is None where the server has none to ask.
    """

    endpoint: str | None
    reason: str


@dataclass(frozen=True)
class QueryAnswer:
    """The bytes the engine wrote, and what they are; `cut` where they are not all.

    What the endpoints of `unanswered` have is missing.
    """

    media_type: str
    body: bytes
    cut: bool = False
    unanswered: tuple[Unanswered, ...] = ()
