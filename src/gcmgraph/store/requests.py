"""An untrusted client's query, its limits, its answer, and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import Term
from gcmgraph.store.port import AcceptedMediaTypes


class QueryRefusedError(GcmGraphError):
    """A query that is not run, or that the engine cannot evaluate."""


class QueryTooComplexError(QueryRefusedError):
    """A query whose nesting exhausts the engine's stack."""


class QueryNotAcceptableError(GcmGraphError):
    """A query whose form has no answer in the requested syntaxes."""


class QueryOverLimitError(GcmGraphError):
    """A query that exceeded the time or memory of one query."""


class QueriesBusyError(GcmGraphError):
    """All workers are busy, and none became free in time."""


def service_refused() -> QueryRefusedError:
    """The error for a query with SERVICE."""
    return QueryRefusedError(
        "SERVICE is not available here: this server fetches nothing from others.",
        hint="Leave it out. A prefix or word that only looks like SERVICE must be renamed, too.",
    )


#: Seconds to wait for a free place among queries that wait for other servers; a longer queue would only grow.
MAX_WAIT = 1.5

#: The folder of an empty store, over which a query is only parsed.
NOTHING = Path("/dev/null")


@lru_cache(maxsize=16)
def readable_folder(index: Path) -> Path:
    """The folder to which a query process is confined by its first query: that of all versions of a store.

    That of the index alone where it is in no such folder. Links are followed.
    """
    index = index.resolve()
    return index.parents[1] if len(index.parts) > 2 and index.parents[1].name == "versions" else index.parent


@dataclass(frozen=True)
class QueryLimits:
    """Limits of one query and its answer, and the number of queries that run side by side.

    As many again may be long ones (`LONG`). A graph of up to `held_megabytes` is cached in memory. All queries
    together, those of other server processes included, take at most `together_megabytes`; 0 is no limit.
    """

    seconds: float = 10
    megabytes: int = 1024
    side_by_side: int = 2
    rows: int = 100_000
    answer_megabytes: int = 64
    held_megabytes: int = 0
    together_megabytes: int = 0


@dataclass(frozen=True)
class QueryRequest:
    """A query by the SPARQL protocol, or one of the library with terms bound to its variables.

    Graphs are empty where the request names none. `services` has the endpoint for each variable after SERVICE in a
    query of the library, None where the server may query none.
    """

    query: str
    wanted: AcceptedMediaTypes
    prefixes: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    substitutions: Mapping[str, Term] = field(default_factory=dict)
    services: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Unanswered:
    """A block of SERVICE SILENT without an answer; the reason is the rest of a sentence about its endpoint.

    `endpoint` is None where the server may query none.
    """

    endpoint: str | None
    reason: str


@dataclass(frozen=True)
class QueryAnswer:
    """The bytes that the engine wrote, and their media type; `cut` where they are not all.

    The data of the endpoints of `unanswered` are missing. The `unknown_graphs` of the request counted as empty.
    """

    media_type: str
    body: bytes
    cut: bool = False
    unanswered: tuple[Unanswered, ...] = ()
    unknown_graphs: tuple[str, ...] = ()
