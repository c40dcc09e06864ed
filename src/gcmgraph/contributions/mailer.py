"""Mails in plain text by an SMTP server (RFC 5321), which the operator sets by a URL."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import localtime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from gcmgraph.contributions.texts import is_email
from gcmgraph.platform.errors import SettingsError

#: Seconds of each exchange with the SMTP server.
_TIMEOUT = 20.0

#: Port where the URL has none, if the connection begins encrypted (RFC 8314).
_PORT_ENCRYPTED = 465

#: Port where the URL has none, else (RFC 6409).
_PORT = 587

#: Control characters, line separators and surrogates, which become spaces in a subject.
_NOT_IN_SUBJECTS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


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
        """The server of a URL, such as `smtps://user:password@example.org?from=gcm@example.org`.

        Raises `SettingsError`, without the password.
        """
        try:
            parts = urlsplit(url)
            sender = parse_qs(parts.query).get("from", [""])[0]
            port = parts.port
        except ValueError:
            raise _invalid_url() from None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not is_email(sender):
            raise _invalid_url()
        encrypted = parts.scheme == "smtps"
        return cls(
            parts.hostname,
            port or (_PORT_ENCRYPTED if encrypted else _PORT),
            sender,
            encrypted,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

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

    def message(self, email: str, subject: str, text: str) -> EmailMessage:
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
        message.set_content(text)
        return message


class _SubjectHeader(str):
    """A subject, all of which is written as encoded words (RFC 2047).

    `EmailMessage` decodes encoded words in a text and writes the result: `=?utf-8?q?=0d=0aBcc:_…?=`
    in a title would become a header. Objects with a `name` are stored as they are and write
    themselves (`EmailPolicy`).
    """

    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header as it is sent."""
        header = Header(str(self), "utf-8", header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


def _invalid_url() -> SettingsError:
    return SettingsError(
        "The setting 'smtp' is not the URL of an SMTP server with the address of the sender.",
        hint="Use a URL such as smtp://user:password@mail.example.org:587?from=gcm@example.org.",
    )
