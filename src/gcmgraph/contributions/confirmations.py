"""Confirmation of e-mail addresses: an address gets one mail with a link before it gets notices.

A link has a code `cnf_ID_SECRET`; the table has the SHA-256 of its secret, and a keyed hash of the
address. An address is confirmed for a sender (the IRI of a token's holder): a contribution of
somebody else with the same address is confirmed on its own.

Example. Ana gave a@example.org on Monday and confirmed it: her second contribution needs no mail.
On Monday Ben gave A@Example.org: his confirmation is sent on Tuesday, since an address gets one a
day, whoever asks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import insert, select, update

from gcmgraph.contributions.contribution import Submission
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.tables import CONFIRMATIONS, CONTRIBUTIONS, NOTICES

#: Time for which a link is valid.
LINK_VALID = timedelta(days=7)

#: Time in which an address gets one confirmation at most, and in which those of one sender are
#: counted.
DAY = timedelta(days=1)

#: Limit on the confirmations that are sent for one sender in a day.
DAILY_LIMIT_OF_SENDER = 20

#: Reason why a notice waits, in its column `error`.
UNCONFIRMED = "address not confirmed"

#: In place of the digest of a secret that no row has.
_NO_DIGEST = "0" * 64

_CODE = re.compile(r"cnf_([0-9a-f]{12})_([\w-]{43})")


@dataclass(frozen=True)
class AddressState:
    """An address as that of one sender."""

    confirmed: bool
    declined: bool
    #: time of the last mail with a link for this sender, and the time from which another may be
    #: sent
    sent: datetime | None
    next: datetime


@dataclass(frozen=True)
class Confirmation:
    """A link that was mailed to an address, and the name of the sender who gave the address."""

    id: str
    sender: str
    sent: datetime
    confirmed: datetime | None
    declined: datetime | None

    @property
    def expires(self) -> datetime:
        """The end of the link."""
        return self.sent + LINK_VALID


@dataclass(frozen=True)
class Confirmations:
    """The confirmations of a database."""

    database: Database

    def state(self, submission: Submission, now: datetime) -> AddressState:
        """The state of the address of a submission. Raises `LedgerError`."""
        sender = submission.sender.iri
        mails = (
            select(CONFIRMATIONS, CONTRIBUTIONS.c.sender_iri)
            .join(CONTRIBUTIONS)
            .order_by(CONFIRMATIONS.c.sequence)
        )
        to_address = mails.where(CONFIRMATIONS.c.address == self._digest(submission.email or ""))
        of_sender = mails.where(
            CONTRIBUTIONS.c.sender_iri == sender, CONFIRMATIONS.c.sent > now - DAY
        )
        with self.database.reading() as rows:
            all_mails = rows.execute(to_address).all()
            recent_mails = rows.execute(of_sender).all()
        own_mails = [mail for mail in all_mails if mail.sender_iri == sender]
        limits = [mail.sent + DAY for mail in all_mails[-1:]]
        if len(recent_mails) >= DAILY_LIMIT_OF_SENDER:
            limits.append(recent_mails[-DAILY_LIMIT_OF_SENDER].sent + DAY)
        return AddressState(
            confirmed=any(mail.confirmed for mail in own_mails),
            declined=any(mail.declined for mail in own_mails),
            sent=own_mails[-1].sent if own_mails else None,
            next=max((now, *limits)),
        )

    def store(self, code: str, submission: Submission, now: datetime) -> None:
        """Store a link that was mailed to the address of a submission. Raises `LedgerError`."""
        identifier, secret = _parts(code)
        address = self._digest(submission.email or "")
        values = {"id": identifier, "address": address, "contribution": submission.id}
        with self.database.writing() as rows:
            rows.execute(
                insert(CONFIRMATIONS).values(**values, sha256=_digest_of(secret), sent=now)
            )

    def find(self, code: str) -> Confirmation | None:
        """The link of a code; None for an unknown one. Raises `LedgerError`."""
        identifier, secret = _parts(code)
        links = select(CONFIRMATIONS, CONTRIBUTIONS.c.sender_name).join(CONTRIBUTIONS)
        link = links.where(CONFIRMATIONS.c.id == identifier)
        row = self.database.read(lambda rows: rows.execute(link).one_or_none())
        stored_digest = row.sha256 if row is not None else _NO_DIGEST
        # compared even where there is none, so that the time reveals nothing
        is_right = hmac.compare_digest(_digest_of(secret), stored_digest)
        if row is None or not is_right:
            return None
        return Confirmation(row.id, row.sender_name, row.sent, row.confirmed, row.declined)

    def confirm(self, confirmation: Confirmation) -> None:
        """Confirm the address of a link for its sender; the notices that wait for this are due."""
        self._answer(confirmation, confirmed=datetime.now(UTC), declined=None)

    def decline(self, confirmation: Confirmation) -> None:
        """Decline the notices of the sender to the address of a link.

        Notices that wait are dropped when they are due.
        """
        self._answer(confirmation, confirmed=None, declined=datetime.now(UTC))

    def _answer(self, confirmation: Confirmation, **answer: datetime | None) -> None:
        """Store an answer with all links of the same address and sender."""
        mailed = select(CONFIRMATIONS.c.address, CONTRIBUTIONS.c.sender_iri).join(CONTRIBUTIONS)
        mailed = mailed.where(CONFIRMATIONS.c.id == confirmation.id)
        unconfirmed = (NOTICES.c.error == UNCONFIRMED) & NOTICES.c.failed.is_(False)
        waiting = select(CONTRIBUTIONS.c.id, CONTRIBUTIONS.c.email).join(NOTICES).where(unconfirmed)
        with self.database.writing() as rows:
            address, sender = rows.execute(mailed).one()
            of_sender = select(CONTRIBUTIONS.c.id).where(CONTRIBUTIONS.c.sender_iri == sender)
            columns = CONFIRMATIONS.c
            is_answered = (columns.address == address) & columns.contribution.in_(of_sender)
            rows.execute(update(CONFIRMATIONS).where(is_answered).values(**answer))
            contributions = rows.execute(waiting.where(CONTRIBUTIONS.c.sender_iri == sender)).all()
            identifiers = {
                contribution.id
                for contribution in contributions
                if contribution.email and self._digest(contribution.email) == address
            }
            is_due = unconfirmed & NOTICES.c.contribution.in_(identifiers)
            rows.execute(update(NOTICES).where(is_due).values(due=datetime.now(UTC), error=""))

    def _digest(self, email: str) -> str:
        """The keyed hash of an address, whose letters may be large or small."""
        plain = unicodedata.normalize("NFKC", email).casefold()
        return hashlib.blake2b(plain.encode(), key=self._secret, digest_size=16).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return self.database.secret()  # else a list of all addresses would undo the hash


def new_code() -> str:
    """The code of a new link."""
    return f"cnf_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def _parts(code: str) -> tuple[str, str]:
    """The identifier and the secret of a code; both are empty for another text."""
    match = _CODE.fullmatch(code)
    return (match[1], match[2]) if match is not None else ("", "")


def _digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
