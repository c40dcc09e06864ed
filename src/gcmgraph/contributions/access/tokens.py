"""Tokens of contributors and curators: made by an operator, stored as digests, compared in constant time, revocable.

A token is `gcm_ID_SECRET`: the identifier names its file, the secret (256 random bits) proves it. Only the SHA-256 of
the secret is stored; 256 random bits require no slow hash. A file `ID.revoked` with the time ends a token, so that an
older copy of its other file does not restore it. The ledger's manifest lists both: a revocation whose file was removed
is noticed, and the token is not valid.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from gcmgraph.contributions.content import require_text
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.errors import ContributionError, LedgerError
from gcmgraph.contributions.storage.recorded import RecordedFolder, begin_ledger, write_recorded
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
    """Tokens in a folder: a file for each, and another for its end. Files are never changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = folder.parent

    def create(self, role: Role, name: str, iri: str) -> tuple[Agent, str]:
        """A new token: its holder, and its text, which is shown this once. Raises `ContributionError`."""
        agent = new_holder(role, name, iri)
        secret = secrets.token_urlsafe(32)
        record = {
            "token": agent.token,
            "role": agent.role,
            "name": agent.name,
            "iri": agent.iri,
            "sha256": digest_of(secret),
            "created": datetime.now(UTC).isoformat(),
        }
        data = json.dumps(record, ensure_ascii=False, indent=1).encode()
        begin_ledger(self._ledger)
        write_recorded(self._ledger, self._name(f"{agent.token}.json"), data, new=True)
        return agent, f"gcm_{agent.token}_{secret}"

    def holder(self, text: str) -> Agent | None:
        """The holder of a token; None where it is unknown or was revoked. Raises `DamagedError`."""
        match = _TOKEN.fullmatch(text)
        token = self._read(match[1]) if match else None
        right = is_secret(match[2] if match else "", token.digest if token else None)
        return token.agent if token and right and token.revoked is None else None

    def revoke(self, identifier: str) -> None:
        """End a token, also one with a damaged file. Raises `ContributionError` where there is none."""
        if not re.fullmatch("[0-9a-f]{12}", identifier) or not (self._folder / f"{identifier}.json").is_file():
            raise ContributionError(f"There is no token '{identifier[:40]}'.")
        try:
            token = self._read(identifier)
        except LedgerError:
            token = None
        if token is None or token.revoked is None:
            now = datetime.now(UTC).isoformat().encode()
            write_recorded(self._ledger, self._name(f"{identifier}.revoked"), now)

    def all(self) -> list[Token]:
        """All tokens, by the time when they were made."""
        found = [self._read(file.stem) for file in self._folder.glob("*.json")] if self._folder.is_dir() else []
        return sorted((token for token in found if token), key=lambda token: (token.created, token.agent.token))

    def _name(self, file: str) -> str:
        """The name of a file in the manifest of the ledger."""
        return f"{self._folder.name}/{file}"

    def _read(self, identifier: str) -> Token | None:
        files, file = RecordedFolder(self._ledger, self._ledger), self._folder / f"{identifier}.json"
        if not files.exists(self._name(file.name)):
            return None
        try:
            record = json.loads(files.read(self._name(file.name)))
            agent = Agent(record["token"], Role(record["role"]), record["name"], record["iri"])
            created, end = record["created"], self._name(f"{identifier}.revoked")
            # tokens used to be revoked in their own file
            revoked = files.read(end).decode("ascii") if files.exists(end) else record.get("revoked")
            ended = datetime.fromisoformat(revoked) if revoked is not None else None
            return Token(agent, record["sha256"], datetime.fromisoformat(created), ended)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(f"The token file {file} is damaged: {error}.") from error


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
