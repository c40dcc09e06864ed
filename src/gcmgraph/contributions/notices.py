"""Notices to senders: their texts, and their delivery by e-mail where the operator sets an SMTP server (RFC 5321).

A notice is a row that its event adds in one transaction (`ledger`). One server process at a time
sends those that are due, at a limited rate, and removes what was sent. Where the SMTP server fails,
they wait and are sent later; so they do until their address is confirmed (`confirmations`).
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import localtime, make_msgid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import delete, func, select, update

from gcmgraph.contributions.confirmations import (
    DAY,
    LINK_VALID,
    UNCONFIRMED,
    AddressState,
    Confirmations,
    new_code,
)
from gcmgraph.contributions.contribution import Contribution, LedgerEvent, Submission, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.ledger_rows import UNPUBLISHED
from gcmgraph.contributions.tables import CONFIRMATION, NOTICES
from gcmgraph.contributions.texts import is_email
from gcmgraph.platform.errors import DamagedError, LedgerError, SettingsError
from gcmgraph.translations import SOURCE_LANGUAGE, Message

_LOG = logging.getLogger(__name__)

#: Notices that are sent at once, and seconds between two times: at most 120 in a minute.
AT_ONCE, SECONDS = 20, 10.0

#: Seconds of each exchange with the SMTP server.
_TIMEOUT = 20.0

#: Code of a refusal that is final, and those above it (RFC 5321, 4.2.1).
_FOR_GOOD = 500

#: Minutes before each repeated attempt; the last one repeats. A notice is given up after
#: `MOST_DAYS`.
PAUSES, MOST_DAYS = (1, 5, 15, 60), 7

#: Control characters, line separators and surrogates, which become spaces in a subject.
_NOT_IN_SUBJECTS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")

#: Time after which a notice that still waits is shown to curators: its first three repetitions are
#: over.
LATE = timedelta(hours=1)

#: First line of a notice, by the kind of its event.
_NEWS = {
    Verb.ACCEPT: Message("Your contribution “{title}” was accepted and is published."),
    Verb.ASK: Message("A curator asks for changes to your contribution “{title}”."),
    Verb.REJECT: Message("Your contribution “{title}” was rejected."),
    Verb.WITHDRAW: Message("Your contribution “{title}” was withdrawn."),
    Verb.COMMENT: Message("A curator commented on your contribution “{title}”."),
}
_REASON = Message("Reason: {reason}")
_WHERE = Message("Its page, with all that happened, opens with your token: {address}")
_WHY = Message(
    "You gave this address when you sent the contribution. On its page you can remove it."
)

_CONFIRM_SUBJECT = Message("Confirm your address for notices")
_GIVEN = Message(
    "{sender} gave this address for notices of decisions on contributions to GCM Graph."
)
_CONFIRM = Message("To get them, open this page and confirm within {days} days: {address}")
_IGNORE = Message("If you do not know of this, you need do nothing, or can decline on that page.")


def news(contribution: Contribution, event: LedgerEvent, language: str) -> str | None:
    """The news of an event for the sender, on one line; None for the sender's own and for inner ones."""
    if event.verb not in _NEWS or event.by.iri == contribution.submission.sender.iri:
        return None
    return _NEWS[event.verb].in_language(language, title=contribution.submission.title)


def details(contribution: Contribution, event: LedgerEvent, language: str, base: str) -> str:
    """The reasons of an event, by line of the file, and the address of the contribution on the server at `base`."""
    by_line = dict.fromkeys(f"{one.place}: {one.reason}" for one in event.returned if one.place)
    reason = _REASON.in_language(language, reason="\n".join((event.reason, *by_line)))
    return f"{reason}\n\n{_WHERE.in_language(language, address=f'{base}contributions/{contribution.id}')}\n"


class _SubjectHeader(str):
    """A subject, all of which is written as encoded words (RFC 2047).

    `EmailMessage` decodes encoded words in a text and writes the result: `=?utf-8?q?=0d=0aBcc:_…?=`
    in a title would become a header. Objects with a `name` are stored as they are and write
    themselves (`EmailPolicy`).
    """

    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header as it is sent."""
        words = Header(str(self), "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {words}{policy.linesep}"


@dataclass(frozen=True)
class Mailer:
    """An SMTP server, and the address of the sender."""

    host: str
    port: int
    sender: str
    #: whether the connection begins encrypted; else STARTTLS is used where it is offered
    encrypted: bool = False
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> Mailer:
        """The server of a URL such as `smtps://user:password@mail.example.org/?from=gcm@example.org`.

        Raises `SettingsError`, without the password.
        """
        try:
            parts = urlsplit(url)
            sender, port = parse_qs(parts.query).get("from", [""])[0], parts.port
        except ValueError:
            parts, sender, port = urlsplit(""), "", None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not is_email(sender):
            message = "The setting 'smtp' is not the URL of an SMTP server with the address of the sender."
            hint = (
                "Use a URL such as smtp://user:password@mail.example.org:587?from=gcm@example.org."
            )
            raise SettingsError(message, hint=hint)
        encrypted = parts.scheme == "smtps"
        given = (unquote(parts.username or ""), unquote(parts.password or ""))
        return cls(parts.hostname, port or (465 if encrypted else 587), sender, encrypted, *given)

    def connect(self) -> smtplib.SMTP:
        """A connection. Raises `OSError`, of which `smtplib.SMTPException` is one."""
        context = ssl.create_default_context()
        if self.encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif self.user:
                server.close()
                raise smtplib.SMTPNotSupportedError("it offers no encryption for the password")
        if self.user:
            server.login(self.user, self.password)
        return server

    def message(self, email: str, subject: str, body: str) -> EmailMessage:
        """A message in plain text.

        Raises `ValueError` or `HeaderParseError` for what is not an address.
        """
        message = EmailMessage()
        message["From"] = Address(addr_spec=self.sender)
        message["To"] = Address(addr_spec=email)
        message["Subject"] = _SubjectHeader(_NOT_IN_SUBJECTS.sub(" ", subject))
        message["Date"] = localtime()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers of absent people
        message.set_content(body)
        return message


@dataclass(frozen=True)
class QueueState:
    """Numbers of notices by their state, and the time of the oldest one that waits to be sent."""

    waiting: int = 0
    #: that were given up
    failed: int = 0
    #: that wait for the confirmation of their address, and that were given up since nobody
    #: confirmed
    unconfirmed: int = 0
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

    def send(self, email: str, subject: str, body: str) -> None:
        """Send a message. Raises `OSError`, and what `Mailer.message` raises."""
        self.server.send_message(self.mailer.message(email, subject, body), to_addrs=[email])
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
        counts: Counter[str] = Counter()
        oldest: list[datetime] = []
        for failed, error, count, added in self.database.read(
            lambda rows: rows.execute(grouped).all()
        ):
            counts[_STATES[bool(failed), error == UNCONFIRMED]] += count
            if not failed and error != UNCONFIRMED:
                oldest.append(added)
        return QueueState(**counts, oldest=min(oldest, default=None))

    def send_due(self, mailer: Mailer, base: str, now: datetime | None = None) -> int:
        """Send up to `AT_ONCE` notices that are due, and return the number of mails.

        Raises `LedgerError`.

        The notice of a decision that is not published yet waits for that.
        """
        now = now or datetime.now(UTC)
        waiting = self._due(now)
        if not waiting:
            return 0
        try:
            server = mailer.connect()
        except OSError as error:
            self._put_off(waiting, error, now)
            return 0
        with server:
            session = _Session(server, mailer, base, now)
            for row in waiting:
                failure = self._failure(session, row)
                if failure is None:
                    continue
                self._put_off([row], failure, now, failed=_is_final(failure))
                if _ends_connection(
                    failure
                ):  # the next time, the other notices are before this one
                    break
        return session.sent

    def _due(self, now: datetime) -> list[Any]:
        """The first rows that are due."""
        columns = NOTICES.c
        due = select(NOTICES).where(
            columns.due <= now, columns.failed.is_(False), columns.event.not_in(UNPUBLISHED)
        )
        return self.database.read(
            lambda rows: list(rows.execute(due.order_by(columns.sequence).limit(AT_ONCE)))
        )

    def _failure(self, session: _Session, row: Any) -> Exception | None:
        """Do what is due; the error of a mail that was not sent.

        Raises `LedgerError` where the database fails.
        """
        try:
            self._do(session, row)
        except DamagedError as error:
            return error
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one notice causes, the others are sent
            return error
        return None

    def _do(self, session: _Session, row: Any) -> None:
        """Send a notice to a confirmed address and remove it, or ask for the confirmation of another address."""
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
        language = contribution.submission.spoken or SOURCE_LANGUAGE
        email, subject = contribution.submission.email, news(contribution, event, language)
        if email and subject:
            told = details(contribution, event, language, session.base)
            session.send(email, subject, f"{subject}\n\n{told}\n{_WHY.in_language(language)}\n")

    def _confirm_first(
        self, session: _Session, row: Any, submission: Submission, address: AddressState
    ) -> None:
        """Mail a link to an address, unless it has one; a notice waits until the address is confirmed.

        A sender who asks gets another link after a day; a notice asks again when the link before
        has ended.
        """
        end, asked = row.added + timedelta(days=MOST_DAYS), row.event == CONFIRMATION
        if session.now >= end:
            self._wait(row, end, failed=True)
            return
        has_link = address.sent is not None and session.now - address.sent < (
            DAY if asked else LINK_VALID
        )
        if not has_link and address.next > session.now:
            self._wait(row, min(address.next, end))
            return
        if not has_link:
            self._mail_link(session, submission)
        if asked:
            self._remove(row)
        else:
            self._wait(row, end)

    def _mail_link(self, session: _Session, submission: Submission) -> None:
        """Mail a link to the address of a submission, without a text of the sender, whom the reader may not know."""
        code, language = new_code(), submission.spoken or SOURCE_LANGUAGE
        link = f"{session.base}contributions/email/{code}?lang={language}"
        lines = (
            _GIVEN.in_language(language, sender=submission.sender.name),
            _CONFIRM.in_language(language, days=LINK_VALID.days, address=link),
            _IGNORE.in_language(language),
        )
        session.send(
            submission.email or "",
            _CONFIRM_SUBJECT.in_language(language),
            "\n\n".join(lines) + "\n",
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
        self, waiting: list[Any], error: Exception, now: datetime, *, failed: bool = False
    ) -> None:
        """Repeat notices later, or give them up; log the reason without addresses."""
        code = getattr(error, "smtp_code", "")
        reason = f"{type(error).__name__} {code}".strip()
        with self.database.writing() as rows:
            for row in waiting:
                pause = timedelta(minutes=PAUSES[min(row.tries, len(PAUSES) - 1)])
                given_up = failed or now - row.added > timedelta(days=MOST_DAYS)
                values = {
                    "tries": row.tries + 1,
                    "due": now + pause,
                    "error": reason,
                    "failed": given_up,
                }
                rows.execute(
                    update(NOTICES).where(NOTICES.c.sequence == row.sequence).values(**values)
                )
        outcome = "were given up" if failed else "wait and are sent later"
        _LOG.error(
            "Notices to senders of contributions %s (%d): %s.", outcome, len(waiting), reason
        )


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


def _is_final(error: Exception) -> bool:
    """Whether a notice that failed so fails whenever it is repeated."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= _FOR_GOOD
    return not _ends_connection(error)


def _ends_connection(error: Exception) -> bool:
    return isinstance(error, OSError) and not isinstance(error, _OF_A_MESSAGE)


def keep_sending(database: Database, mailer: Mailer, base: str) -> None:
    """Send notices in a thread, for as long as this process runs; one process of all servers does at a time."""

    def run() -> None:
        while True:
            time.sleep(SECONDS)
            send_if_free(database, mailer, base)

    threading.Thread(target=run, name="notices", daemon=True).start()


def send_if_free(database: Database, mailer: Mailer, base: str) -> None:
    """Send the notices that are due, unless another process does.

    Every error is logged, and none is raised.
    """
    try:
        if database.exists():
            with database.lock("notices", 0) as free:
                if free:
                    Notices(database).send_due(mailer, base)
    except (LedgerError, OSError) as error:
        _LOG.error("Notices cannot be sent at the moment: %s", error)
    except Exception as error:  # noqa: BLE001 - the thread that sends would end, and nothing start it again
        _LOG.error("Notices cannot be sent at the moment: %s", type(error).__name__)
