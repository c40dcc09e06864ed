"""Access to contributions: tokens, invitations and quotas.

An operator makes a token for a contributor or curator. It is `gcm_ID_SECRET`: the identifier names
its row, the secret (256 random bits) proves it. Only the SHA-256 of the secret is stored, and
compared in constant time; 256 random bits require no slow hash. An invitation is a link with a code
`inv_ID_SECRET`, which gives its reader a token, once and within some days. A link to the state of a
contribution, `lnk_ID_SECRET`, works once: it gives its browser a cookie `sts_ID_SECRET` with
another secret.

Quotas of a token (contributions that await a decision, their bytes, comments in an hour) and of a
network address are counted in the database, so that they hold for all server processes together and
after a new start.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, insert, select, update

from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import HOUR
from gcmgraph.contributions.ledger_rows import Waiting
from gcmgraph.contributions.tables import COUNTS, INVITATIONS, LINKS, TOKENS
from gcmgraph.contributions.texts import require_text
from gcmgraph.platform.errors import ConflictError, ContributionError, QuotaError
from gcmgraph.rdf.terms import IRI

#: Seconds after which a client is to try again where it waits for a curator.
ASK_LATER = 3600

#: Times within which a link to the state of a contribution must be opened, and within which its
#: browser reads then.
LINK_VALID, COOKIE_VALID = timedelta(days=7), timedelta(hours=12)

#: Start of the value of the cookie of such a browser.
_COOKIE = "sts"

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Token:
    """A stored token, invitation or link, with the digest of its secret."""

    #: of an invitation or link, with the identifier of that
    holder: Agent
    sha256: str
    created: datetime
    #: a token or link does not expire
    expires: datetime = _NEVER
    redeemed: datetime | None = None
    revoked: datetime | None = None
    #: of a link: the token of its holder, and the contribution to whose state it leads
    token: str = ""
    contribution: str | None = None
    #: of a link that was opened: the digest of the secret in the cookie that its browser got
    cookie: str | None = None

    @property
    def state(self) -> str:
        """`redeemed`, `revoked`, `expired` or `open`."""
        if self.redeemed is not None:
            return "redeemed"
        if self.revoked is not None:
            return "revoked"
        return "expired" if datetime.now(UTC) >= self.expires else "open"


class _Holders:
    """Rows of a table with a holder and the digest of a secret."""

    _table: Table
    #: name of a row in messages
    _named: str
    #: start of a text with an identifier and a secret
    _start: str

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Token]:
        """All rows, in the order in which they were made."""
        every = select(self._table).order_by(self._table.c.sequence)
        return self._database.read(
            lambda rows: list(map(_token_of, rows.execute(every).mappings()))
        )

    def find(self, text: str) -> Token | None:
        """The row of a text with its secret; None for an unknown one. Raises `LedgerError`."""
        return self._matching(text, self._start, lambda row: row.sha256)

    def _matching(
        self, text: str, start: str, digest: Callable[[Token], str | None]
    ) -> Token | None:
        """The row whose identifier follows the start of a text, if this is the digest of the secret at its end."""
        match = re.fullmatch(rf"{start}_([0-9a-f]{{12}})_([\w-]{{43}})", text)
        row = self._database.read(lambda rows: self._row(rows, match[1]) if match else None)
        stored = digest(row) if row is not None else None
        # compared even where there is none, so that the time reveals nothing
        right = hmac.compare_digest(_digest_of(match[2] if match else ""), stored or "0" * 64)
        return row if right else None

    def revoke(self, identifier: str) -> None:
        """End a row, permanently.

        Raises `ContributionError` where there is none, or where it was redeemed.
        """
        with self._database.writing() as rows:
            found = self._row(rows, identifier)
            if found is None:
                raise ContributionError(f"There is no {self._named} '{identifier[:40]}'.")
            if found.redeemed is not None:
                message = f"{self._named.capitalize()} {identifier} was redeemed on {found.redeemed:%Y-%m-%d}."
                hint = "Revoke the token that it gave ('gcmgraph contribution list-tokens', 'revoke-token')."
                raise ConflictError(message, hint=hint)
            if found.revoked is None:
                self._end(rows, self._table.c.id == identifier, "revoked")

    def _row(self, rows: Connection, identifier: str) -> Token | None:
        row = (
            rows.execute(select(self._table).where(self._table.c.id == identifier))
            .mappings()
            .one_or_none()
        )
        return _token_of(row) if row else None

    def _insert(
        self, rows: Connection, holder: Agent, created: datetime | None = None, **values: Any
    ) -> tuple[Token, str]:
        """A new row, and its text."""
        secret = secrets.token_urlsafe(32)
        made = Token(
            holder=holder, sha256=_digest_of(secret), created=created or datetime.now(UTC), **values
        )
        insert_holder(rows, self._table, holder, sha256=made.sha256, created=made.created, **values)
        return made, f"{self._start}_{holder.token}_{secret}"

    def _end(self, rows: Connection, which: ColumnElement[bool], how: str) -> int:
        """End rows now, and return their number."""
        return rows.execute(
            update(self._table).where(which).values({how: datetime.now(UTC)})
        ).rowcount


class Tokens(_Holders):
    """The tokens of a database."""

    _table, _named, _start = TOKENS, "token", "gcm"

    def create(self, role: Role, name: str, iri: str) -> tuple[Agent, str]:
        """A new token: its holder, and its text, which is shown this once.

        Raises `ContributionError`.
        """
        with self._database.writing() as rows:
            made, text = self._insert(rows, _new_holder(role, name, iri))
            return made.holder, text

    def holder(self, text: str) -> Agent | None:
        """The holder of a token; None where it is unknown or was revoked. Raises `LedgerError`."""
        token = self.find(text)
        return token.holder if token is not None and token.revoked is None else None


class Invitations(_Holders):
    """The invitations of a database."""

    _table, _named, _start = INVITATIONS, "invitation", "inv"

    def create(self, role: Role, name: str, iri: str, days: int) -> tuple[Token, str]:
        """A new invitation that is valid for some days, and its code, which is shown this once.

        Raises `ContributionError`.
        """
        with self._database.writing() as rows:
            now = datetime.now(UTC)
            return self._insert(
                rows, _new_holder(role, name, iri), now, expires=now + timedelta(days=days)
            )

    def redeem(self, invitation: Token) -> str:
        """The text of a new token for the holder.

        Raises `ConflictError` where the invitation has ended.
        """
        holder = invitation.holder
        with self._database.writing() as rows:
            now = self._row(rows, holder.token) or invitation
            if now.state != "open":
                raise ConflictError(f"This invitation is {now.state}.")
            self._end(rows, INVITATIONS.c.id == holder.token, "redeemed")
            return Tokens(self._database)._insert(
                rows, _new_holder(holder.role, holder.name, holder.iri)
            )[1]


class SenderLinks(_Holders):
    """The links of a database to the state of a contribution, each of which works once."""

    _table, _named, _start = LINKS, "link", "lnk"

    def create(self, agent: Agent, contribution: str) -> str:
        """The code of a new link, which is shown this once."""
        holder = _new_holder(agent.role, agent.name, agent.iri)
        with self._database.writing() as rows:
            return self._insert(rows, holder, token=agent.token, contribution=contribution)[1]

    def valid(self, code: str) -> Token | None:
        """The link of a code; None where it, or the token of its holder, is unknown or was revoked."""
        link = self.find(code)
        return link if link is not None and self._is_valid(link) else None

    def open(self, link: Token) -> str | None:
        """Use a link to the state of a contribution, and return the value of the cookie with which its browser reads.

        None where the link was used before, or `LINK_VALID` is over.
        """
        now, secret = datetime.now(UTC), secrets.token_urlsafe(32)
        here = LINKS.c.id == link.holder.token
        unused = here & LINKS.c.redeemed.is_(None) & (LINKS.c.created > now - LINK_VALID)
        opening = update(LINKS).where(unused).values(redeemed=now, cookie=_digest_of(secret))
        with self._database.writing() as rows:
            opened = rows.execute(opening).rowcount == 1
        return f"{_COOKIE}_{link.holder.token}_{secret}" if opened else None

    def opened(self, cookie: str) -> Token | None:
        """The link whose browser has a cookie; None where `COOKIE_VALID` is over, or the link is not valid."""
        link = self._matching(cookie, _COOKIE, lambda row: row.cookie)
        if (
            link is None
            or link.redeemed is None
            or datetime.now(UTC) - link.redeemed > COOKIE_VALID
        ):
            return None
        return link if self._is_valid(link) else None

    def _is_valid(self, link: Token) -> bool:
        """Whether neither a link nor the token of its holder was revoked."""
        holds = select(TOKENS.c.id).where(TOKENS.c.id == link.token, TOKENS.c.revoked.is_(None))
        return (
            link.revoked is None
            and self._database.read(lambda rows: rows.scalar(holds)) is not None
        )


def _token_of(row: RowMapping) -> Token:
    values = {
        name: value
        for name, value in row.items()
        if name not in {"sequence", "id", "role", "name", "iri"}
    }
    return Token(holder=Agent(row["id"], Role(row["role"]), row["name"], row["iri"]), **values)


def insert_holder(rows: Connection, table: Table, holder: Agent, **values: object) -> None:
    """Insert a token or an invitation."""
    values |= {"id": holder.token, "role": holder.role, "name": holder.name, "iri": holder.iri}
    rows.execute(insert(table).values(**values))


def _new_holder(role: Role, name: str, iri: str) -> Agent:
    """A holder with a new identifier.

    Raises `ContributionError` for a name or IRI that cannot be stored.
    """
    name = " ".join(name.split())
    require_text(name, "name")
    if not name:
        raise ContributionError(
            "A token needs the name of the person or organisation that holds it."
        )
    try:
        web = urlsplit(IRI(iri).value).scheme in {"http", "https"}
    except ValueError:
        web = False
    if not web:
        hint = "Name the holder by an address, such as an organisation's IRI."
        raise ContributionError(f"'{iri}' is not an http(s) IRI.", hint=hint)
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
        if (most := self.contributions) and waiting.count >= most:
            message = f"{waiting.count:,} contributions of this token await a decision; the limit is {most:,}."
            raise QuotaError(
                message, ASK_LATER, hint="Wait for the decision of a curator, or withdraw one."
            )
        total = waiting.bytes + size
        if self.megabytes and total > self.megabytes * 10**6:
            message = f"With this contribution, {total / 10**6:,.1f} MB of this token would await a decision"
            hint = "Wait for the decision of a curator, or withdraw a contribution."
            raise QuotaError(
                f"{message}; the limit is {self.megabytes:,} MB.", ASK_LATER, hint=hint
            )

    def require_comment(self, times: list[datetime], now: datetime) -> None:
        """Raise `QuotaError` where a token made too many comments at these times, in the last hour."""
        if (most := self.comments) and len(times) >= most:
            wait = max(1, round((times[-most] + HOUR - now).total_seconds()))
            message = f"{len(times):,} comments were made with this token in the last hour; the limit is {most:,}."
            raise QuotaError(message, wait, hint="Write one longer comment, or wait.")


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
        """Count an event: 0 where it is allowed, else the seconds until others are.

        Raises `LedgerError`.
        """
        if not self.limit:
            return 0
        now = time.time()
        period, wait = int(now // self.seconds), self.seconds - int(now % self.seconds)
        digest = hashlib.blake2b(
            _network(address).encode(), key=self._secret, digest_size=16
        ).hexdigest()
        row = (COUNTS.c.subject == self.subject) & (COUNTS.c.address == digest)
        here = row & (COUNTS.c.period == period)
        if (
            self.database.read(lambda rows: rows.scalar(select(COUNTS.c.count).where(here))) or 0
        ) >= self.limit:
            return wait
        with self.database.writing() as rows:
            count = (rows.scalar(select(COUNTS.c.count).where(here)) or 0) + 1
            rows.execute(
                delete(COUNTS).where(
                    row | (COUNTS.c.subject == self.subject) & (COUNTS.c.period < period)
                )
            )
            values = {"subject": self.subject, "address": digest, "period": period, "count": count}
            rows.execute(insert(COUNTS).values(values))
        return wait if count > self.limit else 0

    @cached_property
    def _secret(self) -> bytes:
        return self.database.secret()  # else a table of all addresses would undo the digest


def plain_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A network address; that of IPv4 where a socket of IPv6 states it (`::ffff:192.0.2.1`).

    None for another text.
    """
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
