"""Access to contributions: tokens, invitations and links to the state of a contribution.

An operator makes a token for a contributor or curator. Its text is a code (`secret_codes`) that
begins with `gcm`. An invitation is a link with a code `inv_…`, which gives its reader a token, once
and within some days. A link to the state of a contribution, `lnk_…`, works once: it gives its
browser a cookie `sts_…` with another secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, insert, select, update

from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.secret_codes import SecretCode, new_identifier
from gcmgraph.contributions.tables import INVITATIONS, LINKS, TOKENS
from gcmgraph.contributions.texts import require_text
from gcmgraph.platform.errors import ConflictError, ContributionError
from gcmgraph.rdf.terms import IRI

#: Time within which a link to the state of a contribution must be opened.
LINK_VALID = timedelta(days=7)

#: Time for which the browser that opened the link reads the state.
COOKIE_VALID = timedelta(hours=12)

#: Start of the value of the cookie of such a browser.
_COOKIE = "sts"

_NEVER = datetime.max.replace(tzinfo=UTC)

#: Columns of a row with the holder and its number, which are no attributes of `Token`.
_HOLDER_COLUMNS = frozenset(("sequence", "id", "role", "name", "iri"))


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
    #: noun for a row in messages
    _noun: str
    #: start of the codes
    _start: str

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Token]:
        """All rows, in the order in which they were made."""
        all_rows = select(self._table).order_by(self._table.c.sequence)
        return self._database.read(
            lambda rows: [_token_of(row) for row in rows.execute(all_rows).mappings()]
        )

    def find(self, text: str) -> Token | None:
        """The row of a code; None for an unknown one. Raises `LedgerError`."""
        return self._proved_row(SecretCode.parse(text, self._start), lambda token: token.sha256)

    def _proved_row(self, code: SecretCode, digest: Callable[[Token], str | None]) -> Token | None:
        """The row of a code, if the secret has the `digest` of the row."""
        token = self._database.read(lambda rows: self._row(rows, code.identifier))
        stored_digest = digest(token) if token is not None else None
        return token if code.has_digest(stored_digest) else None

    def revoke(self, identifier: str) -> None:
        """End a row, permanently.

        Raises `ContributionError` where there is none, or where it was redeemed.
        """
        with self._database.writing() as rows:
            token = self._row(rows, identifier)
            if token is None:
                raise ContributionError(f"There is no {self._noun} '{identifier[:40]}'.")
            if token.redeemed is not None:
                raise ConflictError(
                    f"{self._noun.capitalize()} {identifier} was redeemed on "
                    f"{token.redeemed:%Y-%m-%d}.",
                    hint="Revoke the token that it gave ('gcmgraph contribution list-tokens', "
                    "'revoke-token').",
                )
            if token.revoked is None:
                self._end(rows, self._table.c.id == identifier, "revoked")

    def _row(self, rows: Connection, identifier: str) -> Token | None:
        by_identifier = select(self._table).where(self._table.c.id == identifier)
        row = rows.execute(by_identifier).mappings().one_or_none()
        return _token_of(row) if row else None

    def _insert(
        self, rows: Connection, holder: Agent, created: datetime | None = None, **values: Any
    ) -> tuple[Token, str]:
        """A new row, and its code."""
        code = SecretCode.new(self._start, holder.token)
        created = created or datetime.now(UTC)
        token = Token(holder=holder, sha256=code.digest, created=created, **values)
        insert_holder(rows, self._table, holder, sha256=token.sha256, created=created, **values)
        return token, str(code)

    def _end(self, rows: Connection, condition: ColumnElement[bool], column: str) -> int:
        """End rows now, by the time in a column, and return their number."""
        ended = update(self._table).where(condition).values({column: datetime.now(UTC)})
        return rows.execute(ended).rowcount


class Tokens(_Holders):
    """The tokens of a database."""

    _table = TOKENS
    _noun = "token"
    _start = "gcm"

    def create(self, role: Role, name: str, iri: str) -> tuple[Agent, str]:
        """A new token: its holder, and its text, which is shown this once.

        Raises `ContributionError`.
        """
        with self._database.writing() as rows:
            token, text = self._insert(rows, _new_holder(role, name, iri))
            return token.holder, text

    def holder(self, text: str) -> Agent | None:
        """The holder of a token; None where it is unknown or was revoked. Raises `LedgerError`."""
        token = self.find(text)
        return token.holder if token is not None and token.revoked is None else None


class Invitations(_Holders):
    """The invitations of a database."""

    _table = INVITATIONS
    _noun = "invitation"
    _start = "inv"

    def create(self, role: Role, name: str, iri: str, days: int) -> tuple[Token, str]:
        """A new invitation that is valid for some days, and its code, which is shown this once.

        Raises `ContributionError`.
        """
        with self._database.writing() as rows:
            now = datetime.now(UTC)
            holder = _new_holder(role, name, iri)
            return self._insert(rows, holder, now, expires=now + timedelta(days=days))

    def redeem(self, invitation: Token) -> str:
        """The text of a new token for the holder.

        Raises `ConflictError` where the invitation has ended.
        """
        holder = invitation.holder
        with self._database.writing() as rows:
            current = self._row(rows, holder.token) or invitation
            if current.state != "open":
                raise ConflictError(f"This invitation is {current.state}.")
            self._end(rows, INVITATIONS.c.id == holder.token, "redeemed")
            new_holder = _new_holder(holder.role, holder.name, holder.iri)
            _, text = Tokens(self._database)._insert(rows, new_holder)
            return text


class SenderLinks(_Holders):
    """The links of a database to the state of a contribution, each of which works once."""

    _table = LINKS
    _noun = "link"
    _start = "lnk"

    def create(self, agent: Agent, contribution: str) -> str:
        """The code of a new link, which is shown this once."""
        holder = _new_holder(agent.role, agent.name, agent.iri)
        with self._database.writing() as rows:
            _, code = self._insert(rows, holder, token=agent.token, contribution=contribution)
            return code

    def valid(self, code: str) -> Token | None:
        """The link of a code; None if the link or the token of its holder is unknown or revoked."""
        link = self.find(code)
        return link if link is not None and self._is_valid(link) else None

    def open(self, link: Token) -> str | None:
        """Use a link, and return the value of the cookie with which its browser reads the state.

        None where the link was used before, or `LINK_VALID` is over.
        """
        now = datetime.now(UTC)
        cookie = SecretCode.new(_COOKIE, link.holder.token)
        columns = LINKS.c
        is_unused = columns.redeemed.is_(None) & (columns.created > now - LINK_VALID)
        opening = update(LINKS).where(columns.id == link.holder.token, is_unused)
        with self._database.writing() as rows:
            opened = rows.execute(opening.values(redeemed=now, cookie=cookie.digest))
        return str(cookie) if opened.rowcount == 1 else None

    def opened(self, cookie: str) -> Token | None:
        """The link whose browser has a cookie.

        None where `COOKIE_VALID` is over, or the link is not valid.
        """
        code = SecretCode.parse(cookie, _COOKIE)
        link = self._proved_row(code, lambda token: token.cookie)
        if link is None or link.redeemed is None:
            return None
        if datetime.now(UTC) - link.redeemed > COOKIE_VALID:
            return None
        return link if self._is_valid(link) else None

    def _is_valid(self, link: Token) -> bool:
        """Whether neither a link nor the token of its holder was revoked."""
        if link.revoked is not None:
            return False
        valid = select(TOKENS.c.id).where(TOKENS.c.id == link.token, TOKENS.c.revoked.is_(None))
        return self._database.read(lambda rows: rows.scalar(valid)) is not None


def _token_of(row: RowMapping) -> Token:
    values = {column: value for column, value in row.items() if column not in _HOLDER_COLUMNS}
    return Token(holder=Agent(row["id"], Role(row["role"]), row["name"], row["iri"]), **values)


def insert_holder(rows: Connection, table: Table, holder: Agent, **values: object) -> None:
    """Insert a token, an invitation or a link."""
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
    if not _is_web_address(iri):
        hint = "Name the holder by an address, such as an organisation's IRI."
        raise ContributionError(f"'{iri}' is not an http(s) IRI.", hint=hint)
    return Agent(new_identifier(), role, name, iri)


def _is_web_address(iri: str) -> bool:
    try:
        return urlsplit(IRI(iri).value).scheme in {"http", "https"}
    except ValueError:
        return False
