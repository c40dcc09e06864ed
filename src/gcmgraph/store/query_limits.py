"""Limits of the queries of untrusted clients, in time, memory, number and size, and the errors above them.

An operator sets `QueryLimits` (`settings`).
"""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.store.port import QueryOverLimitError

#: Seconds to wait for a free slot; a longer queue would only grow. More than `SLOT_SECONDS`, when
#: one becomes free.
MAX_WAIT = 2.5

#: Limit of queries that wait for a slot; those above it are refused at once.
MAX_WAITING = 16

#: Seconds of processor time after which a query is a long one: it leaves its slot, so that short
#: ones never wait for it, and is given a higher niceness. By the clock, a query that others slow
#: down would be slowed down more.
LONG_SECONDS = 1.0

#: Seconds by the clock after which a query leaves its slot in any case, which limits the wait of
#: others; only processor time makes it a long one.
SLOT_SECONDS = 2.0


@dataclass(frozen=True)
class QueryLimits:
    """Limits of one query and its answer, and the number of queries that run side by side.

    As many again may be long ones (`LONG_SECONDS`). A graph of up to `held_megabytes` is cached in
    memory. All queries together, those of other server processes included, take at most
    `together_megabytes`; 0 is no limit.
    """

    seconds: float = 10
    megabytes: int = 1024
    side_by_side: int = 2
    rows: int = 100_000
    answer_megabytes: int = 64
    held_megabytes: int = 0
    together_megabytes: int = 0


def over_time(limits: QueryLimits) -> QueryOverLimitError:
    """The error for a query over its time limit."""
    return QueryOverLimitError(
        f"The query took longer than {limits.seconds:g} s.",
        hint="Ask for less: name a class or a graph, add LIMIT, leave out ORDER BY.",
    )


def over_memory(limits: QueryLimits) -> QueryOverLimitError:
    """The error for a query over its memory limit."""
    return QueryOverLimitError(
        f"The query took more memory than {limits.megabytes} MB.",
        hint="Ask for less: add LIMIT, leave out ORDER BY and DISTINCT.",
    )


def over_memory_together(limits: QueryLimits) -> QueryOverLimitError:
    """The error for the largest query where all together are over their memory limit."""
    return QueryOverLimitError(
        f"All queries together took more memory than {limits.together_megabytes:,} MB, "
        "and this one the most.",
        hint="Try again later, or ask for less: add LIMIT, leave out ORDER BY and DISTINCT.",
    )
