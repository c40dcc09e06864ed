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
from urllib.parse import urlsplit

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from gcmgraph.contributions.content import require_text
from gcmgraph.contributions.contribution import Agent, ConflictError, ContributionError, QuotaError, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import HOUR, Waiting
from gcmgraph.contributions.tables import COUNTS, INVITATIONS, TOKENS
from gcmgraph.model.terms import IRI

_TOKEN = re.compile(r"gcm_([0-9a-f]{12})_([\w-]{43})")


@dataclass(frozen=True)
class Token:
    """A stored token."""

    agent: Agent
    digest: str
    created: datetime
    revoked: datetime | None = None


class Tokens:
    """The tokens of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, role: Role, name: str, iri: str) -> tuple[Agent, str]:
        """A new token: its holder, and its text, which is shown this once. Raises `ContributionError`."""
        agent = new_holder(role, name, iri)
        with self._database.writing() as rows:
            return agent, insert_token(rows, agent)

    def holder(self, text: str) -> Agent | None:
        """The holder of a token; None where it is unknown or was revoked. Raises `LedgerError`."""
        match = _TOKEN.fullmatch(text)
        token = self._find(match[1]) if match else None
        right = is_secret(match[2] if match else "", token.digest if token else None)
        return token.agent if token and right and token.revoked is None else None

    def revoke(self, identifier: str) -> None:
        """End a token. Raises `ContributionError` where there is none."""
        if self._find(identifier) is None:
            raise ContributionError(f"There is no token '{identifier[:40]}'.")
        with self._database.writing() as rows:
            valid = (TOKENS.c.id == identifier) & TOKENS.c.revoked.is_(None)
            rows.execute(update(TOKENS).where(valid).values(revoked=datetime.now(UTC)))

    def all(self) -> list[Token]:
        """All tokens, in the order in which they were made."""
        with self._database.reading() as rows:
            return [_token(row) for row in rows.execute(select(TOKENS).order_by(TOKENS.c.sequence)).mappings()]

    def _find(self, identifier: str) -> Token | None:
        with self._database.reading() as rows:
            row = rows.execute(select(TOKENS).where(TOKENS.c.id == identifier)).mappings().one_or_none()
        return _token(row) if row else None


def insert_token(rows: Connection, agent: Agent) -> str:
    """Insert a token for a new holder (`new_holder`), and return its text."""
    secret = secrets.token_urlsafe(32)
    insert_holder(rows, TOKENS, agent, sha256=digest_of(secret), created=datetime.now(UTC))
    return f"gcm_{agent.token}_{secret}"


def insert_holder(rows: Connection, table: Table, agent: Agent, **values: object) -> None:
    """Insert a token or an invitation of an agent."""
    values |= {"id": agent.token, "role": agent.role, "name": agent.name, "iri": agent.iri}
    rows.execute(insert(table).values(**values))


def holder_of(row: RowMapping) -> Agent:
    """The agent of a token or an invitation."""
    return Agent(row["id"], Role(row["role"]), row["name"], row["iri"])


def _token(row: RowMapping) -> Token:
    return Token(holder_of(row), row["sha256"], row["created"], row["revoked"])


def new_holder(role: Role, name: str, iri: str) -> Agent:
    """A holder with a new identifier. Raises `ContributionError` for a name or IRI that cannot be stored."""
    name = " ".join(name.split())
    require_text(name, "name")
    if not name:
        raise ContributionError("A token needs the name of the person or organisation that holds it.")
    if urlsplit(iri).scheme not in {"http", "https"} or not _is_iri(iri):
        raise ContributionError(
            f"'{iri}' is not an http(s) IRI.", hint="Name the holder by an address, such as an organisation's IRI."
        )
    return Agent(secrets.token_hex(6), role, name, iri)


def digest_of(secret: str) -> str:
    """The stored digest of a secret (SHA-256)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, digest: str | None) -> bool:
    """Whether a secret has a digest. It is compared even where there is none, so that the time reveals nothing."""
    return hmac.compare_digest(digest_of(secret), digest or "0" * 64)


def _is_iri(text: str) -> bool:
    try:
        IRI(text)
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------- invitations

_CODE = re.compile(r"inv_([0-9a-f]{12})_([\w-]{43})")


@dataclass(frozen=True)
class Invitation:
    """A stored invitation. The identifier of its holder is that of the invitation."""

    holder: Agent
    digest: str
    created: datetime
    expires: datetime
    redeemed: datetime | None = None
    revoked: datetime | None = None

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return datetime.now(UTC) >= self.expires

    @property
    def state(self) -> str:
        """`redeemed`, `revoked`, `expired` or `open`."""
        if self.redeemed is not None:
            return "redeemed"
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expired else "open"


class Invitations:
    """The invitations of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, role: Role, name: str, iri: str, days: int) -> tuple[Invitation, str]:
        """A new invitation that is valid for some days, and its code, which is shown this once.

        Raises `ContributionError`.
        """
        holder, secret = new_holder(role, name, iri), secrets.token_urlsafe(32)
        created = datetime.now(UTC)
        made = Invitation(holder, digest_of(secret), created, created + timedelta(days=days))
        with self._database.writing() as rows:
            insert_holder(rows, INVITATIONS, holder, sha256=made.digest, created=created, expires=made.expires)
        return made, f"inv_{holder.token}_{secret}"

    def find(self, code: str) -> Invitation | None:
        """The invitation of a code, in whatever state; None for an unknown code. Raises `LedgerError`."""
        match = _CODE.fullmatch(code)
        with self._database.reading() as rows:
            invitation = _find(rows, match[1]) if match else None
        right = is_secret(match[2] if match else "", invitation.digest if invitation else None)
        return invitation if right else None

    def redeem(self, invitation: Invitation) -> str:
        """The text of a new token for the holder. Raises `ConflictError` where the invitation has ended."""
        holder = invitation.holder
        with self._database.writing() as rows:
            now = _find(rows, holder.token) or invitation
            if now.state != "open":
                raise ConflictError(f"This invitation is {now.state}.")
            _end(rows, now, "redeemed")
            return insert_token(rows, new_holder(holder.role, holder.name, holder.iri))

    def revoke(self, identifier: str) -> None:
        """End an invitation. Raises `ContributionError` where there is none, or where it was redeemed."""
        with self._database.writing() as rows:
            invitation = _find(rows, identifier)
            if invitation is None:
                raise ContributionError(f"There is no invitation '{identifier[:40]}'.")
            if invitation.redeemed is not None:
                raise ConflictError(
                    f"Invitation {identifier} was redeemed on {invitation.redeemed:%Y-%m-%d}.",
                    hint="Revoke the token that it gave ('gcmgraph contribution list-tokens', 'revoke-token').",
                )
            if invitation.revoked is None:
                _end(rows, invitation, "revoked")

    def all(self) -> list[Invitation]:
        """All invitations, in the order in which they were made."""
        with self._database.reading() as rows:
            found = select(INVITATIONS).order_by(INVITATIONS.c.sequence)
            return [_invitation(row) for row in rows.execute(found).mappings()]


def _end(rows: Connection, invitation: Invitation, how: str) -> None:
    named = INVITATIONS.c.id == invitation.holder.token
    rows.execute(update(INVITATIONS).where(named).values({how: datetime.now(UTC)}))


def _find(rows: Connection, identifier: str) -> Invitation | None:
    row = rows.execute(select(INVITATIONS).where(INVITATIONS.c.id == identifier)).mappings().one_or_none()
    return _invitation(row) if row else None


def _invitation(row: RowMapping) -> Invitation:
    times = (row[name] for name in ("created", "expires", "redeemed", "revoked"))
    return Invitation(holder_of(row), row["sha256"], *times)


# --------------------------------------------------------------------------------------------------------------- quotas

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
