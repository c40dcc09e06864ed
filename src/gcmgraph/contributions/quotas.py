"""Quotas of a token (contributions that await a decision, comments) and of a network address.

Events are counted in the database, so that quotas hold for all server processes together and after
a new start.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import delete, insert, select

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import HOUR
from gcmgraph.contributions.ledger_rows import Waiting
from gcmgraph.contributions.tables import COUNTS
from gcmgraph.platform.errors import QuotaError

#: Seconds after which a client is to try again where it waits for a curator.
ASK_LATER = 3600

#: Bytes of a megabyte.
_MEGABYTE = 10**6


@dataclass(frozen=True)
class Quotas:
    """Limits for each token; 0 is no limit."""

    contributions: int = 0
    megabytes: int = 0
    comments: int = 0

    def require_room(self, waiting: Waiting, size: int) -> None:
        """Raise `QuotaError` if a contribution of `size` bytes would exceed the limits of a token."""
        limit = self.contributions
        if limit and waiting.count >= limit:
            raise QuotaError(
                f"{waiting.count:,} contributions of this token await a decision; "
                f"the limit is {limit:,}.",
                ASK_LATER,
                hint="Wait for the decision of a curator, or withdraw one.",
            )
        megabytes = (waiting.bytes + size) / _MEGABYTE
        if self.megabytes and megabytes > self.megabytes:
            raise QuotaError(
                f"With this contribution, {megabytes:,.1f} MB of this token would await a decision"
                f"; the limit is {self.megabytes:,} MB.",
                ASK_LATER,
                hint="Wait for the decision of a curator, or withdraw a contribution.",
            )

    def require_comment(self, times: list[datetime], now: datetime) -> None:
        """Raise `QuotaError` if the comments of a token in the last hour, at `times`, are too many."""
        limit = self.comments
        if not limit or len(times) < limit:
            return
        seconds = (times[-limit] + HOUR - now).total_seconds()
        raise QuotaError(
            f"{len(times):,} comments were made with this token in the last hour; "
            f"the limit is {limit:,}.",
            max(1, round(seconds)),
            hint="Write one longer comment, or wait.",
        )


#: No limits, for the command line.
NO_QUOTAS = Quotas()


@dataclass(frozen=True)
class AddressCounts:
    """Events of each network address in a period, counted for all servers of a database.

    Example. Limit 2 in 60 seconds: the third call of `add("192.0.2.1")` at 12:00:40 returns 20, the
    seconds until the next period, and so does a call from another server of the database.
    """

    database: Database
    subject: str
    #: number of events of an address that are allowed in a period of `seconds`; 0 is no limit
    limit: int
    seconds: int

    def add(self, address: str) -> int:
        """Count an event: 0 where it is allowed, else the seconds until others are.

        Raises `LedgerError`.
        """
        if not self.limit:
            return 0
        now = time.time()
        period = int(now // self.seconds)
        seconds_left = self.seconds - int(now % self.seconds)
        digest = self._digest(address)
        columns = COUNTS.c
        is_subject = columns.subject == self.subject
        is_address = is_subject & (columns.address == digest)
        count_now = select(columns.count).where(is_address, columns.period == period)
        if (self.database.read(lambda rows: rows.scalar(count_now)) or 0) >= self.limit:
            return seconds_left
        with self.database.writing() as rows:
            count = (rows.scalar(count_now) or 0) + 1
            is_old = is_subject & (columns.period < period)
            rows.execute(delete(COUNTS).where(is_address | is_old))
            values = {"subject": self.subject, "address": digest, "period": period, "count": count}
            rows.execute(insert(COUNTS).values(values))
        return seconds_left if count > self.limit else 0

    def _digest(self, address: str) -> str:
        """The keyed hash of an address."""
        network = _network(address).encode()
        return hashlib.blake2b(network, key=self._secret, digest_size=16).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return self.database.secret()  # else a table of all addresses would undo the digest


def plain_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A network address; that of IPv4 where a socket of IPv6 states it.

    None for another text.

    >>> plain_address("::ffff:192.0.2.1")
    IPv4Address('192.0.2.1')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _network(address: str) -> str:
    """The address, or of IPv6 its first 64 bits, which one client has (RFC 6177)."""
    plain = plain_address(address)
    if plain is None:
        return address[:100]
    return str(plain) if plain.version == 4 else plain.exploded[:19]
