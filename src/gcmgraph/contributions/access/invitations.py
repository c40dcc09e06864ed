"""Invitations: links that an operator mails, each of which gives its reader a token, once and within some days.

The code of an invitation is `inv_ID_SECRET`, as a token is `gcm_ID_SECRET` (`tokens`); only the SHA-256 of the secret
is stored. A file `ID.redeemed` or `ID.revoked` with the time ends an invitation. The ledger's manifest lists them all.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gcmgraph.contributions.access.tokens import Tokens, digest_of, is_secret, new_holder
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.errors import ConflictError, ContributionError, LedgerError
from gcmgraph.contributions.storage.recorded import RecordedFolder, begin_ledger, write_recorded

#: Folder of invitations in the ledger.
FOLDER = "invitations"

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
    """Invitations in a ledger: a file for each, and another for its end. Files are never changed."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    def create(self, role: Role, name: str, iri: str, days: int) -> tuple[Invitation, str]:
        """A new invitation that is valid for some days, and its code, which is shown this once.

        Raises `ContributionError`.
        """
        holder, secret = new_holder(role, name, iri), secrets.token_urlsafe(32)
        created = datetime.now(UTC)
        invitation = Invitation(holder, digest_of(secret), created, created + timedelta(days=days))
        record = {
            "invitation": holder.token,
            "role": holder.role,
            "name": holder.name,
            "iri": holder.iri,
            "sha256": invitation.digest,
            "created": created.isoformat(),
            "expires": invitation.expires.isoformat(),
        }
        begin_ledger(self._ledger)
        data = json.dumps(record, ensure_ascii=False, indent=1).encode()
        write_recorded(self._ledger, f"{FOLDER}/{holder.token}.json", data, new=True)
        return invitation, f"inv_{holder.token}_{secret}"

    def find(self, code: str) -> Invitation | None:
        """The invitation of a code, in whatever state; None for an unknown code. Raises `DamagedError`."""
        match = _CODE.fullmatch(code)
        invitation = self._read(match[1]) if match else None
        right = is_secret(match[2] if match else "", invitation.digest if invitation else None)
        return invitation if right else None

    def redeem(self, invitation: Invitation, tokens: Tokens) -> str:
        """The text of a new token for the holder. Raises `ConflictError` where the invitation has ended.

        The token is stored first: where the process is killed in between, the invitation is still valid.
        """
        if invitation.state != "open":
            raise ConflictError(f"This invitation is {invitation.state}.")
        holder = invitation.holder
        agent, text = tokens.create(holder.role, holder.name, holder.iri)
        try:
            self._end(holder.token, "redeemed")
        except (FileExistsError, LedgerError) as error:
            tokens.revoke(agent.token)
            if isinstance(error, LedgerError):
                raise
            raise ConflictError("This invitation is redeemed.") from error
        return text

    def revoke(self, identifier: str) -> None:
        """End an invitation. Raises `ContributionError` where there is none, or where it was redeemed."""
        invitation = self._read(identifier) if re.fullmatch("[0-9a-f]{12}", identifier) else None
        if invitation is None:
            raise ContributionError(f"There is no invitation '{identifier[:40]}'.")
        if invitation.redeemed is not None:
            raise ConflictError(
                f"Invitation {identifier} was redeemed on {invitation.redeemed:%Y-%m-%d}.",
                hint="Revoke the token that it gave ('gcmgraph contribution list-tokens', 'revoke-token').",
            )
        if invitation.revoked is None:
            self._end(identifier, "revoked")

    def all(self) -> list[Invitation]:
        """All invitations, by the time when they were made."""
        folder = self._ledger / FOLDER
        found = [self._read(file.stem) for file in folder.glob("*.json")] if folder.is_dir() else []
        return sorted((one for one in found if one), key=lambda one: (one.created, one.holder.token))

    def _end(self, identifier: str, verb: str) -> None:
        now = datetime.now(UTC).isoformat().encode()
        write_recorded(self._ledger, f"{FOLDER}/{identifier}.{verb}", now, new=True)

    def _read(self, identifier: str) -> Invitation | None:
        files = RecordedFolder(self._ledger, self._ledger)
        name = f"{FOLDER}/{identifier}"
        if not files.exists(f"{name}.json"):
            return None

        def ended(verb: str) -> datetime | None:
            file = f"{name}.{verb}"
            return datetime.fromisoformat(files.read(file).decode("ascii")) if files.exists(file) else None

        try:
            record = json.loads(files.read(f"{name}.json"))
            holder = Agent(record["invitation"], Role(record["role"]), record["name"], record["iri"])
            created, expires = (datetime.fromisoformat(record[key]) for key in ("created", "expires"))
            return Invitation(holder, record["sha256"], created, expires, ended("redeemed"), ended("revoked"))
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(f"The file {self._ledger / name}.json is damaged: {error}.") from error
