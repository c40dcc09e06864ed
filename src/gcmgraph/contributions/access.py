"""Access to contributions: tokens, invitations and quotas.

An operator makes a token for a contributor or curator. It is `gcm_ID_SECRET`: the identifier names its row, the secret
(256 random bits) proves it. Only the SHA-256 of the secret is stored, and compared in constant time; 256 random bits
require no slow hash. An invitation is a link with a code `inv_ID_SECRET`, which gives its reader a token, once and
within some days.

Quotas of a token (contributions that await a decision, their bytes, comments in an hour) and of a network address are
counted in the database, so that they hold for all server processes together and after a new start.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from gcmgraph.contributions.content import require_text
from gcmgraph.contributions.contribution import Agent, ConflictError, ContributionError, QuotaError, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import HOUR, Waiting
from gcmgraph.contributions.tables import COUNTS, INVITATIONS, LINKS, TOKENS
from gcmgraph.model.terms import IRI

#: Seconds after which a client is to try again where it waits for a curator.
ASK_LATER = 3600

_Made = TypeVar("_Made", bound="Token")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A stored token, with the digest of its secret."""

    holder: Agent
    sha256: str
    created: datetime
    revoked: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Invitation(Token):
    """A stored invitation. The identifier of its holder is that of the invitation."""

    expires: datetime
    redeemed: datetime | None = None

    @property
    def state(self) -> str:
        """`redeemed`, `revoked`, `expired` or `open`."""
        if self.redeemed is not None:
            return "redeemed"
        if self.revoked is not None:
            return "revoked"
        return "expired" if datetime.now(UTC) >= self.expires else "open"


@dataclass(frozen=True, kw_only=True)
class SenderLink(Token):
    """A stored link of the holder of a `token`: to the state of a contribution, or to a feed, which has none."""

    token: str
    contribution: str | None
    redeemed: datetime | None = None


class _Holders(Generic[_Made]):
    """Rows of a table with a holder and the digest of a secret."""

    _table: Table
    _kind: type[_Made]
    #: name of a row in messages
    _named: str
    #: identifier and secret in a text
    _text: re.Pattern[str]

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[_Made]:
        """All rows, in the order in which they were made."""
        with self._database.reading() as rows:
            found = rows.execute(select(self._table).order_by(self._table.c.sequence)).mappings()
            return list(map(self._of, found))

    def find(self, text: str) -> _Made | None:
        """The row of a text with its secret; None for an unknown one. Raises `LedgerError`."""
        match = self._text.fullmatch(text)
        with self._database.reading() as rows:
            found = self._row(rows, match[1]) if match else None
        # compared even where there is none, so that the time reveals nothing
        right = hmac.compare_digest(_digest_of(match[2] if match else ""), found.sha256 if found else "0" * 64)
        return found if right else None

    def _row(self, rows: Connection, identifier: str) -> _Made | None:
        row = rows.execute(select(self._table).where(self._table.c.id == identifier)).mappings().one_or_none()
        return self._of(row) if row else None

    def _of(self, row: RowMapping) -> _Made:
        values = {name: value for name, value in row.items() if name not in {"sequence", "id", "role", "name", "iri"}}
        return self._kind(holder=Agent(row["id"], Role(row["role"]), row["name"], row["iri"]), **values)

    def revoke(self, identifier: str) -> None:
        """End a row, permanently. Raises `ContributionError` where there is none, or where it cannot be ended."""
        with self._database.writing() as rows:
            found = self._row(rows, identifier)
            if found is None:
                raise ContributionError(f"There is no {self._named} '{identifier[:40]}'.")
            self._require_revocable(found)
            if found.revoked is None:
                self._end(rows, identifier, "revoked")

    def _require_revocable(self, found: _Made) -> None:
        """Raise `ConflictError` for a row that cannot be revoked."""

    def _end(self, rows: Connection, identifier: str, how: str) -> None:
        rows.execute(update(self._table).where(self._table.c.id == identifier).values({how: datetime.now(UTC)}))


class Tokens(_Holders[Token]):
    """The tokens of a database."""

    _table, _kind, _named, _text = TOKENS, Token, "token", re.compile(r"gcm_([0-9a-f]{12})_([\w-]{43})")

    def create(self, role: Role, name: str, iri: str) -> tuple[Agent, str]:
        """A new token: its holder, and its text, which is shown this once. Raises `ContributionError`."""
        holder = _new_holder(role, name, iri)
        with self._database.writing() as rows:
            return holder, _insert_token(rows, holder)

    def holder(self, text: str) -> Agent | None:
        """The holder of a token; None where it is unknown or was revoked. Raises `LedgerError`."""
        token = self.find(text)
        return token.holder if token is not None and token.revoked is None else None


class Invitations(_Holders[Invitation]):
    """The invitations of a database."""

    _table, _kind, _named = INVITATIONS, Invitation, "invitation"
    _text = re.compile(r"inv_([0-9a-f]{12})_([\w-]{43})")

    def create(self, role: Role, name: str, iri: str, days: int) -> tuple[Invitation, str]:
        """A new invitation that is valid for some days, and its code, which is shown this once.

        Raises `ContributionError`.
        """
        holder, secret, now = _new_holder(role, name, iri), secrets.token_urlsafe(32), datetime.now(UTC)
        times = {"created": now, "expires": now + timedelta(days=days)}
        with self._database.writing() as rows:
            insert_holder(rows, INVITATIONS, holder, sha256=_digest_of(secret), **times)
        made = Invitation(holder=holder, sha256=_digest_of(secret), **times)
        return made, f"inv_{holder.token}_{secret}"

    def redeem(self, invitation: Invitation) -> str:
        """The text of a new token for the holder. Raises `ConflictError` where the invitation has ended."""
        holder = invitation.holder
        with self._database.writing() as rows:
            now = self._row(rows, holder.token) or invitation
            if now.state != "open":
                raise ConflictError(f"This invitation is {now.state}.")
            self._end(rows, holder.token, "redeemed")
            return _insert_token(rows, _new_holder(holder.role, holder.name, holder.iri))

    def _require_revocable(self, found: Invitation) -> None:
        if found.redeemed is not None:
            raise ConflictError(
                f"Invitation {found.holder.token} was redeemed on {found.redeemed:%Y-%m-%d}.",
                hint="Revoke the token that it gave ('gcmgraph contribution list-tokens', 'revoke-token').",
            )


class SenderLinks(_Holders[SenderLink]):
    """The links of a database: to the state of a contribution, which work once, and to feeds."""

    _table, _kind, _named, _text = LINKS, SenderLink, "link", re.compile(r"lnk_([0-9a-f]{12})_([\w-]{43})")

    def create(self, agent: Agent, contribution: str | None = None) -> str:
        """The code of a new link, which is shown this once. A new feed ends the one before it."""
        secret, holder = secrets.token_urlsafe(32), _new_holder(agent.role, agent.name, agent.iri)
        values = {"token": agent.token, "contribution": contribution, "sha256": _digest_of(secret)}
        with self._database.writing() as rows:
            if contribution is None:
                self._end_feed(rows, agent)
            insert_holder(rows, LINKS, holder, created=datetime.now(UTC), **values)
        return f"lnk_{holder.token}_{secret}"

    def end_feed(self, agent: Agent) -> None:
        """Revoke the feed of a token."""
        with self._database.writing() as rows:
            self._end_feed(rows, agent)

    def valid(self, code: str) -> SenderLink | None:
        """The link of a code; None where it, or the token of its holder, is unknown or was revoked."""
        link = self.find(code)
        if link is None or link.revoked is not None:
            return None
        with self._database.reading() as rows:
            right = select(TOKENS.c.id).where(TOKENS.c.id == link.token, TOKENS.c.revoked.is_(None))
            return link if rows.scalar(right) else None

    def redeem(self, link: SenderLink) -> bool:
        """Use a link to the state of a contribution: whether it was not used before."""
        unused = (LINKS.c.id == link.holder.token) & LINKS.c.redeemed.is_(None)
        with self._database.writing() as rows:
            return rows.execute(update(LINKS).where(unused).values(redeemed=datetime.now(UTC))).rowcount == 1

    def _end_feed(self, rows: Connection, agent: Agent) -> None:
        feed = (LINKS.c.token == agent.token) & LINKS.c.contribution.is_(None) & LINKS.c.revoked.is_(None)
        rows.execute(update(LINKS).where(feed).values(revoked=datetime.now(UTC)))


def insert_holder(rows: Connection, table: Table, holder: Agent, **values: object) -> None:
    """Insert a token or an invitation."""
    values |= {"id": holder.token, "role": holder.role, "name": holder.name, "iri": holder.iri}
    rows.execute(insert(table).values(**values))


def _insert_token(rows: Connection, holder: Agent) -> str:
    """Insert a token for a new holder, and return its text."""
    secret = secrets.token_urlsafe(32)
    insert_holder(rows, TOKENS, holder, sha256=_digest_of(secret), created=datetime.now(UTC))
    return f"gcm_{holder.token}_{secret}"


def _new_holder(role: Role, name: str, iri: str) -> Agent:
    """A holder with a new identifier. Raises `ContributionError` for a name or IRI that cannot be stored."""
    name = " ".join(name.split())
    require_text(name, "name")
    if not name:
        raise ContributionError("A token needs the name of the person or organisation that holds it.")
    try:
        web = urlsplit(IRI(iri).value).scheme in {"http", "https"}
    except ValueError:
        web = False
    if not web:
        raise ContributionError(
            f"'{iri}' is not an http(s) IRI.", hint="Name the holder by an address, such as an organisation's IRI."
        )
    return Agent(secrets.token_hex(6), role, name, iri)


def _digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# --------------------------------------------------------------------------------------------------------------- quotas


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


#: No limits, for the command line.
NO_QUOTAS = Quotas(0, 0, 0)


@dataclass(frozen=True)
class AddressCounts:
    """Events of each network address in a period, counted for all servers of a database."""

    database: Database
    subject: str
    #: number of events of an address that are allowed in a period of `seconds`; 0 is no limit
    limit: int
    seconds: int

    def add(self, address: str) -> int:
        """Count an event: 0 where it is allowed, else the seconds until others are. Raises `LedgerError`."""
        if not self.limit:
            return 0
        now = time.time()
        period, wait = int(now // self.seconds), self.seconds - int(now % self.seconds)
        digest = hashlib.blake2b(_network(address).encode(), key=self._secret, digest_size=16).hexdigest()
        row = (COUNTS.c.subject == self.subject) & (COUNTS.c.address == digest)
        here = row & (COUNTS.c.period == period)
        with self.database.reading() as rows:
            if (rows.scalar(select(COUNTS.c.count).where(here)) or 0) >= self.limit:
                return wait
        with self.database.writing() as rows:
            count = (rows.scalar(select(COUNTS.c.count).where(here)) or 0) + 1
            rows.execute(delete(COUNTS).where(row | (COUNTS.c.subject == self.subject) & (COUNTS.c.period < period)))
            values = {"subject": self.subject, "address": digest, "period": period, "count": count}
            rows.execute(insert(COUNTS).values(values))
        return wait if count > self.limit else 0

    @cached_property
    def _secret(self) -> bytes:
        return self.database.secret()  # else a table of all addresses would undo the digest


def plain_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A network address; that of IPv4 where a socket of IPv6 states it (`::ffff:192.0.2.1`). None for another text."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _network(address: str) -> str:
    """The address, or of IPv6 its first 64 bits, which one client has (RFC 6177)."""
    found = plain_address(address)
    if found is None:
        return address[:100]
    return str(found) if found.version == 4 else found.exploded[:19]
