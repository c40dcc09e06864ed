"""Queue of notices to senders, and their delivery by e-mail where the operator sets an SMTP server.

A notice is a row that its event adds in one transaction (`ledger`). One server process at a time
sends those that are due, at a limited rate, and removes what was sent. Where the SMTP server fails,
they wait and are sent later; so they do until their address is confirmed (`confirmations`).

Example. Ana sends a contribution with a new address: a row with `CONFIRMATION` is due, which mails
her a link and is removed. A curator accepts before she opened the link: the row of that event waits
with the reason `UNCONFIRMED`. She confirms: the row is due, and the notice is sent.
"""

from __future__ import annotations

import logging
import smtplib
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from gcmgraph.contributions.confirmations import (
    DAY,
    LINK_VALID,
    UNCONFIRMED,
    AddressState,
    Confirmations,
    new_code,
)
from gcmgraph.contributions.contribution import Submission
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.ledger_rows import UNPUBLISHED
from gcmgraph.contributions.mailer import Mailer
from gcmgraph.contributions.notice_texts import (
    confirmation_subject,
    confirmation_text,
    news,
    notice_text,
)
from gcmgraph.contributions.tables import CONFIRMATION, NOTICES
from gcmgraph.platform.errors import DamagedError, LedgerError

_LOG = logging.getLogger(__name__)

#: Limit on the notices that are sent at once.
BATCH_SIZE = 20

#: Seconds between two batches: at most 120 notices are sent in a minute.
SECONDS = 10.0

#: Code of a refusal that is final, and those above it (RFC 5321, 4.2.1).
_FOR_GOOD = 500

#: Minutes before each repeated attempt; the last one repeats.
PAUSES = (1, 5, 15, 60)

#: Days after which a notice is given up.
EXPIRY_DAYS = 7

#: Time after which a notice that still waits is shown to curators: its first three repetitions are
#: over.
LATE = timedelta(hours=1)

#: Fields of `QueueState`, by whether a notice was given up, and whether its address is not
#: confirmed.
_STATES = {
    (False, False): "waiting",
    (True, False): "failed",
    (False, True): "unconfirmed",
    (True, True): "lapsed",
}

#: Errors of one message, after which the connection serves the next.
_OF_A_MESSAGE = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


@dataclass(frozen=True)
class QueueState:
    """Numbers of notices by their state, and the time of the oldest one that waits to be sent."""

    waiting: int = 0
    #: that were given up
    failed: int = 0
    #: that wait for the confirmation of their address
    unconfirmed: int = 0
    #: that were given up since their address was not confirmed
    lapsed: int = 0
    oldest: datetime | None = None

    @property
    def age(self) -> timedelta:
        """The age of the oldest notice that waits to be sent; zero where none does."""
        return datetime.now(UTC) - self.oldest if self.oldest is not None else timedelta()

    @property
    def is_late(self) -> bool:
        """Whether a notice has waited for so long that the operator should look."""
        return self.age > LATE


@dataclass
class _Session:
    """A session with an SMTP server, its time, and the number of messages that the server took."""

    server: smtplib.SMTP
    mailer: Mailer
    #: address of our server
    base: str
    now: datetime
    sent: int = 0

    def send(self, email: str, subject: str, text: str) -> None:
        """Send a message. Raises `OSError`, and what `Mailer.message` raises."""
        self.server.send_message(self.mailer.message(email, subject, text), to_addrs=[email])
        self.sent += 1


@dataclass(frozen=True)
class Notices:
    """The notices of a database that wait, or could not be delivered."""

    database: Database

    def all(self) -> list[Any]:
        """All rows, the oldest first."""
        return self.database.read(
            lambda rows: list(rows.execute(select(NOTICES).order_by(NOTICES.c.sequence)))
        )

    def state(self) -> QueueState:
        """The state of the queue. Raises `LedgerError`."""
        columns = NOTICES.c
        grouped = select(columns.failed, columns.error, func.count(), func.min(columns.added))
        grouped = grouped.group_by(columns.failed, columns.error)
        groups = self.database.read(lambda rows: rows.execute(grouped).all())
        counts: Counter[str] = Counter()
        times_of_waiting: list[datetime] = []
        for failed, error, count, added in groups:
            state = _STATES[bool(failed), error == UNCONFIRMED]
            counts[state] += count
            if state == "waiting":
                times_of_waiting.append(added)
        return QueueState(**counts, oldest=min(times_of_waiting, default=None))

    def send_due(self, mailer: Mailer, base: str, now: datetime | None = None) -> int:
        """Send up to `BATCH_SIZE` notices that are due, and return the number of mails.

        Raises `LedgerError`.

        The notice of a decision that is not published yet waits for that.
        """
        now = now or datetime.now(UTC)
        due_rows = self._due(now)
        if not due_rows:
            return 0
        try:
            server = mailer.connect()
        except OSError as error:
            self._put_off(due_rows, error, now)
            return 0
        with server:
            session = _Session(server, mailer, base, now)
            for row in due_rows:
                failure = self._failure(session, row)
                if failure is None:
                    continue
                self._put_off([row], failure, now, failed=_is_final(failure))
                if _ends_connection(failure):
                    break  # the next time, the other notices are before this one
        return session.sent

    def _due(self, now: datetime) -> list[Any]:
        """The first rows that are due."""
        columns = NOTICES.c
        due = select(NOTICES).where(
            columns.due <= now, columns.failed.is_(False), columns.event.not_in(UNPUBLISHED)
        )
        return self.database.read(
            lambda rows: list(rows.execute(due.order_by(columns.sequence).limit(BATCH_SIZE)))
        )

    def _failure(self, session: _Session, row: Any) -> Exception | None:
        """Deliver what is due; the error of a mail that was not sent.

        Raises `LedgerError` where the database fails.
        """
        try:
            self._deliver(session, row)
        except DamagedError as error:
            return error
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one notice causes, the others are sent
            return error
        return None

    def _deliver(self, session: _Session, row: Any) -> None:
        """Send a notice to a confirmed address and remove the notice, or request confirmation."""
        submission = Ledger(self.database).find(row.contribution).submission
        address = Confirmations(self.database).state(submission, session.now)
        if submission.email and not address.confirmed and not address.declined:
            self._confirm_first(session, row, submission, address)
            return
        if submission.email and address.confirmed and row.event != CONFIRMATION:
            self._send(session, row)
        self._remove(row)

    def _send(self, session: _Session, row: Any) -> None:
        """Send the notice of an event, if there is news in the event for the sender."""
        contribution, event = Ledger(self.database).event(row.contribution, row.event)
        email = contribution.submission.email
        subject = news(contribution, event)
        if email and subject:
            text = notice_text(subject, contribution, event, session.base)
            session.send(email, subject, text)

    def _confirm_first(
        self, session: _Session, row: Any, submission: Submission, address: AddressState
    ) -> None:
        """Mail a link to an address without a valid one; its notice waits for the confirmation.

        A sender who requests another link gets it after a day; for a notice, another link is sent
        when the previous one has ended.
        """
        end = row.added + timedelta(days=EXPIRY_DAYS)
        if session.now >= end:
            self._wait(row, end, failed=True)
            return
        is_request = row.event == CONFIRMATION
        repeated_after = DAY if is_request else LINK_VALID
        has_link = address.sent is not None and session.now - address.sent < repeated_after
        if not has_link and address.next > session.now:
            self._wait(row, min(address.next, end))
            return
        if not has_link:
            self._mail_link(session, submission)
        if is_request:
            self._remove(row)
        else:
            self._wait(row, end)

    def _mail_link(self, session: _Session, submission: Submission) -> None:
        """Mail a link to the address of a submission, and store it."""
        code = new_code()
        session.send(
            submission.email or "",
            confirmation_subject(submission),
            confirmation_text(submission, str(code), session.base),
        )
        Confirmations(self.database).store(code, submission, session.now)

    def _remove(self, row: Any) -> None:
        with self.database.writing() as rows:
            rows.execute(delete(NOTICES).where(NOTICES.c.sequence == row.sequence))

    def _wait(self, row: Any, until: datetime, *, failed: bool = False) -> None:
        """Wait for the confirmation of an address, or give up."""
        values = {"due": until, "error": UNCONFIRMED, "failed": failed}
        with self.database.writing() as rows:
            rows.execute(update(NOTICES).where(NOTICES.c.sequence == row.sequence).values(**values))

    def _put_off(
        self, notices: list[Any], error: Exception, now: datetime, *, failed: bool = False
    ) -> None:
        """Repeat notices later, or give them up; log the reason without addresses."""
        code = getattr(error, "smtp_code", "")
        reason = f"{type(error).__name__} {code}".strip()
        with self.database.writing() as rows:
            for row in notices:
                pause = PAUSES[min(row.tries, len(PAUSES) - 1)]
                values = {
                    "tries": row.tries + 1,
                    "due": now + timedelta(minutes=pause),
                    "error": reason,
                    "failed": failed or now - row.added > timedelta(days=EXPIRY_DAYS),
                }
                rows.execute(
                    update(NOTICES).where(NOTICES.c.sequence == row.sequence).values(**values)
                )
        outcome = "were given up" if failed else "wait and are sent later"
        _LOG.error(
            "Notices to senders of contributions %s (%d): %s.", outcome, len(notices), reason
        )


def _is_final(error: Exception) -> bool:
    """Whether a notice that failed so fails whenever it is repeated."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= _FOR_GOOD
    return not _ends_connection(error)


def _ends_connection(error: Exception) -> bool:
    return isinstance(error, OSError) and not isinstance(error, _OF_A_MESSAGE)


def start_sender(database: Database, mailer: Mailer, base: str) -> None:
    """Start a thread that sends notices, as long as this process runs.

    One process of all servers sends at a time.
    """

    def send_repeatedly() -> None:
        while True:
            time.sleep(SECONDS)
            send_if_free(database, mailer, base)

    threading.Thread(target=send_repeatedly, name="notices", daemon=True).start()


def send_if_free(database: Database, mailer: Mailer, base: str) -> None:
    """Send the notices that are due, unless another process does.

    Every error is logged, and none is raised.
    """
    try:
        if database.exists():
            with database.lock("notices", 0) as is_free:
                if is_free:
                    Notices(database).send_due(mailer, base)
    except (LedgerError, OSError) as error:
        _LOG.error("Notices cannot be sent at the moment: %s", error)
    except Exception as error:  # noqa: BLE001 - else the thread would end
        _LOG.error("Notices cannot be sent at the moment: %s", type(error).__name__)
