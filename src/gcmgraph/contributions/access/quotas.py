"""Quotas of a token (contributions that await a decision, their bytes, comments in an hour) and of a network address.

They are counted in the database, so that they hold for all server processes together and after a new start.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import delete, insert, select

from gcmgraph.contributions.errors import QuotaError
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.ledger import HOUR, Waiting
from gcmgraph.contributions.storage.tables import COUNTS

#: Seconds after which a client is to try again where it waits for a curator.
ASK_LATER = 3600


@dataclass(frozen=True)
class Quotas:
    """Limits for each token; 0 is no limit."""

    contributions: int = 50
    megabytes: int = 50
    comments: int = 60

    def require_room(self, waiting: Waiting, size: int) -> None:
        """Raise `QuotaError` where too much awaits a decision for another `size` bytes of the same token."""
        if self.contributions and waiting.count >= self.contributions:
            raise QuotaError(
                f"{waiting.count:,} contributions of this token await a decision; the limit is {self.contributions:,}.",
                ASK_LATER,
                hint="Wait for the decision of a curator, or withdraw one.",
            )
        total = waiting.bytes + size
        if self.megabytes and total > self.megabytes * 10**6:
            raise QuotaError(
                f"With this contribution, {total / 10**6:,.1f} MB of this token would await a decision; the limit is "
                f"{self.megabytes:,} MB.",
                ASK_LATER,
                hint="Wait for the decision of a curator, or withdraw a contribution.",
            )

    def require_comment(self, times: list[datetime], now: datetime) -> None:
        """Raise `QuotaError` where a token made too many comments at these times, in the last hour."""
        if self.comments and len(times) >= self.comments:
            free = times[-self.comments] + HOUR
            raise QuotaError(
                f"{len(times):,} comments were made with this token in the last hour; the limit is {self.comments:,}.",
                max(1, round((free - now).total_seconds())),
                hint="Write one longer comment, or wait.",
            )


class AddressCounts:
    """Events of each network address in a period, counted for all servers of a database."""

    def __init__(self, database: Database, subject: str, limit: int, seconds: int) -> None:
        """`limit` events of an address in `seconds` are allowed; 0 is no limit."""
        self._database, self._subject = database, subject
        self.limit, self.seconds = limit, seconds

    def add(self, address: str) -> int:
        """Count an event: 0 where it is allowed, else the seconds until others are. Raises `LedgerError`."""
        if not self.limit:
            return 0
        now = time.time()
        period, wait = int(now // self.seconds), self.seconds - int(now % self.seconds)
        digest = hashlib.blake2b(_network(address).encode(), key=self._secret, digest_size=16).hexdigest()
        row = (COUNTS.c.subject == self._subject) & (COUNTS.c.address == digest)
        here = row & (COUNTS.c.period == period)
        with self._database.reading() as rows:
            if (rows.scalar(select(COUNTS.c.count).where(here)) or 0) >= self.limit:
                return wait
        with self._database.writing() as rows:
            count = (rows.scalar(select(COUNTS.c.count).where(here)) or 0) + 1
            rows.execute(delete(COUNTS).where(row | (COUNTS.c.subject == self._subject) & (COUNTS.c.period < period)))
            values = {"subject": self._subject, "address": digest, "period": period, "count": count}
            rows.execute(insert(COUNTS).values(values))
        return wait if count > self.limit else 0

    @cached_property
    def _secret(self) -> bytes:
        return self._database.secret()  # else a table of all addresses would undo the digest


def _network(address: str) -> str:
    """The address, or of IPv6 its first 64 bits, which one client has (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return str(found) if found.version == 4 else found.exploded[:19]


#: No limits, for the command line.
NO_QUOTAS = Quotas(0, 0, 0)
