"""Invitations: links that an operator mails, each of which gives its reader a token, once and within some days.

The code of an invitation is `inv_ID_SECRET`, as a token is `gcm_ID_SECRET` (`tokens`); only the SHA-256 of the secret
is stored.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, select, update

from gcmgraph.contributions.access.tokens import (
    digest_of,
    holder_of,
    insert_holder,
    insert_token,
    is_secret,
    new_holder,
)
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.errors import ConflictError, ContributionError
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.tables import INVITATIONS

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
