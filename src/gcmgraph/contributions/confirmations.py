"""Confirmation of e-mail addresses: an address gets one mail with a link before it gets notices.

A link has a code that begins with `cnf` (`secret_codes`); the table has a keyed hash of the
address. An address is confirmed for a sender (the IRI of a token's holder): a contribution of
somebody else with the same address is confirmed on its own.

Example. Ana gave a@example.org on Monday and confirmed it: her second contribution needs no mail.
On Monday Ben gave A@Example.org: his confirmation is sent on Tuesday, since an address gets one a
day, whoever asks.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection, insert, select, update

from gcmgraph.contributions.contribution import Submission
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.secret_codes import SecretCode, new_identifier
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

#: Start of the codes.
_START = "cnf"


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

    def store(self, code: SecretCode, submission: Submission, now: datetime) -> None:
        """Store a link that was mailed to the address of a submission. Raises `LedgerError`."""
        mailed_link = insert(CONFIRMATIONS).values(
            id=code.identifier,
            address=self._digest(submission.email or ""),
            contribution=submission.id,
            sha256=code.digest,
            sent=now,
        )
        with self.database.writing() as rows:
            rows.execute(mailed_link)

    def find(self, text: str) -> Confirmation | None:
        """The link of a code; None for an unknown one. Raises `LedgerError`."""
        code = SecretCode.parse(text, _START)
        links = select(CONFIRMATIONS, CONTRIBUTIONS.c.sender_name).join(CONTRIBUTIONS)
        link = links.where(CONFIRMATIONS.c.id == code.identifier)
        row = self.database.read(lambda rows: rows.execute(link).one_or_none())
        is_proved = code.has_digest(row.sha256 if row is not None else None)
        if row is None or not is_proved:
            return None
        return Confirmation(row.id, row.sender_name, row.sent, row.confirmed, row.declined)

    def confirm(self, confirmation: Confirmation) -> None:
        """Confirm the address of a link for its sender; the notices that wait for this are due."""
        self._store_answer(confirmation, confirmed=datetime.now(UTC), declined=None)

    def decline(self, confirmation: Confirmation) -> None:
        """Decline the notices of the sender to the address of a link.

        Notices that wait are dropped when they are due.
        """
        self._store_answer(confirmation, confirmed=None, declined=datetime.now(UTC))

    def _store_answer(
        self,
        confirmation: Confirmation,
        *,
        confirmed: datetime | None,
        declined: datetime | None,
    ) -> None:
        """Store an answer with all links of the same address and sender; their notices are due."""
        columns = CONFIRMATIONS.c
        link = select(columns.address, CONTRIBUTIONS.c.sender_iri).join(CONTRIBUTIONS)
        link = link.where(columns.id == confirmation.id)
        with self.database.writing() as rows:
            address, sender = rows.execute(link).one()
            of_sender = select(CONTRIBUTIONS.c.id).where(CONTRIBUTIONS.c.sender_iri == sender)
            is_answered = (columns.address == address) & columns.contribution.in_(of_sender)
            answered_links = update(CONFIRMATIONS).where(is_answered)
            rows.execute(answered_links.values(confirmed=confirmed, declined=declined))
            self._make_notices_due(rows, address, sender)

    def _make_notices_due(self, rows: Connection, address: str, sender: str) -> None:
        """Make the notices due that wait for the answer of an address, to one sender.

        Notices to an address that declined are dropped when they are sent (`notices`).
        """
        waits = (NOTICES.c.error == UNCONFIRMED) & NOTICES.c.failed.is_(False)
        waiting = select(CONTRIBUTIONS.c.id, CONTRIBUTIONS.c.email).join(NOTICES).where(waits)
        waiting_of_sender = waiting.where(CONTRIBUTIONS.c.sender_iri == sender)
        identifiers = {
            contribution.id
            for contribution in rows.execute(waiting_of_sender)
            if contribution.email and self._digest(contribution.email) == address
        }
        due_notices = update(NOTICES).where(waits & NOTICES.c.contribution.in_(identifiers))
        rows.execute(due_notices.values(due=datetime.now(UTC), error=""))

    def _digest(self, email: str) -> str:
        """The keyed hash of an address, whose letters may be large or small."""
        plain = unicodedata.normalize("NFKC", email).casefold()
        return hashlib.blake2b(plain.encode(), key=self._secret, digest_size=16).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return self.database.secret()  # else a list of all addresses would undo the hash


def new_code() -> SecretCode:
    """The code of a new link."""
    return SecretCode.new(_START, new_identifier())
