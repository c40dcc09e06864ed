"""Quotas of a token: contributions that await a decision, their bytes, comments in an hour.

They are counted in the ledger, so that they hold for all server processes together and after a new start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gcmgraph.contributions.errors import QuotaError
from gcmgraph.contributions.storage.index import HOUR, LedgerIndex

#: Seconds after which a client is to try again where it waits for a curator.
ASK_LATER = 3600


@dataclass(frozen=True)
class Quotas:
    """Limits for each token; 0 is no limit."""

    contributions: int = 50
    megabytes: int = 50
    comments: int = 60

    def require_room(self, index: LedgerIndex, token: str, size: int) -> None:
        """Raise `QuotaError` where a token has too much that awaits a decision for another `size` bytes."""
        if not (self.contributions or self.megabytes):
            return
        waiting = index.waiting(token)
        if self.contributions and len(waiting) >= self.contributions:
            raise QuotaError(
                f"{len(waiting):,} contributions of this token await a decision; the limit is {self.contributions:,}.",
                ASK_LATER,
                hint="Wait for the decision of a curator, or withdraw one.",
            )
        total = sum(entry.size for entry in waiting) + size
        if self.megabytes and total > self.megabytes * 10**6:
            raise QuotaError(
                f"With this contribution, {total / 10**6:,.1f} MB of this token would await a decision; the limit is "
                f"{self.megabytes:,} MB.",
                ASK_LATER,
                hint="Wait for the decision of a curator, or withdraw a contribution.",
            )

    def require_comment(self, index: LedgerIndex, token: str, now: datetime) -> None:
        """Raise `QuotaError` where a token has made too many comments in the last hour."""
        times = index.comments(token, now) if self.comments else []
        if times and len(times) >= self.comments:
            free = times[-self.comments] + HOUR
            raise QuotaError(
                f"{len(times):,} comments were made with this token in the last hour; the limit is {self.comments:,}.",
                max(1, round((free - now).total_seconds())),
                hint="Write one longer comment, or wait.",
            )


#: No limits, for the command line.
NO_QUOTAS = Quotas(0, 0, 0)
