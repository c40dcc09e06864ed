"""Tokens of contributors and curators: made by an operator, stored as digests, compared in constant time, revocable.

A token is `gcm_ID_SECRET`: the identifier names its row, the secret (256 random bits) proves it. Only the SHA-256 of
the secret is stored; 256 random bits require no slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, RowMapping, Table, insert, select, update

from gcmgraph.contributions.content import require_text
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.errors import ContributionError
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.tables import TOKENS
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
