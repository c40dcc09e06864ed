"""Notices by e-mail to senders: their addresses, texts and queue."""

from __future__ import annotations

import email
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.policy import SMTPUTF8
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from desk import Desk, practice
from hypothesis import given, strategies
from mailing import BASE, GONE, confirm, sent
from sqlalchemy import update

from gcmgraph.contributions.mailer import Mailer
from gcmgraph.contributions.notices import (
    BATCH_SIZE,
    EXPIRY_DAYS,
    Notices,
    QueueState,
    send_if_free,
)
from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.tables import CONTRIBUTIONS, NOTICES
from gcmgraph.contributions.texts import EmailAddressError, is_email, require_email
from gcmgraph.platform.errors import ContributionError, LedgerError, SettingsError
from gcmgraph.translations import LANGUAGES
from program import run_here as run
from smtp import parsed, smtp_server


def test_notice_of_a_decision_waits_for_an_smtp_server(desk: Desk) -> None:
    identifier, notices = sent(desk, "officer@example.org"), Notices(desk.ledger.database)
    desk.service.comment(identifier, desk.sender, "Mine.")
    desk.service.accept(identifier, desk.curator, "C'est clair.\nMerci.")
    assert (notices.state().waiting, notices.state().failed) == (1, 0)
    assert notices.send_due(GONE, BASE) == 0
    listed = run("contribution", "notices", "--contributions", desk.folder).stdout
    assert (identifier in listed, "1 attempts  ConnectionRefusedError" in listed) == (True, True)
    later = datetime.now(UTC) + timedelta(minutes=2)
    with smtp_server() as (mailer, messages):
        assert notices.send_due(mailer, BASE) == 0  # a minute has not passed
        assert [notices.send_due(mailer, BASE, later) for _ in range(2)] == [1, 0]
        message = parsed(messages[0])
    assert (
        message["Subject"]
        == "Votre contribution «\N{NO-BREAK SPACE}Un guichet\N{NO-BREAK SPACE}» a été acceptée et elle est publiée."
    )
    assert (message["To"], message.get_content_type()) == ("officer@example.org", "text/plain")
    body = message.get_content().replace("\r\n", "\n")
    assert [
        part
        for part in ("C'est clair.\nMerci.", f"{BASE}contributions/{identifier}")
        if part not in body
    ] == []
    assert notices.state() == QueueState()


HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
HEADERS += ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]

#: What a title of an attacker would add to a message, and titles that hold it.
ADDED = "=0d=0aBcc:_b@evil.example=0d=0aContent-Type:_text/html=0d=0a=0d=0a<h1>Locked</h1>"
ADDED_BYTES = b"\r\nBcc: b@evil.example\r\nContent-Type: text/html\r\n\r\n<h1>Locked</h1>"
TITLES = {
    "quoted": f"Report =?utf-8?q?{ADDED}?=",
    "base64": f"Report =?UTF-8?B?{b64encode(ADDED_BYTES).decode()}?=",
    "latin-1": f"=?iso-8859-1?Q?{ADDED}?=",
    "language": f"=?us-ascii*en?q?{ADDED}?=",
    "split": "=?utf-8?q?=0d?= =?utf-8?q?=0aBcc:_b@evil.example?= =?utf-8?q?=0d=0a=0d=0a?= =?utf-8?b?PGgxPg==?=",
    "line ends": "A\r\nBcc: b@evil.example\r\n\r\n<h1>",
    "other line ends": "A\n\nB\rBcc: b\x85Bcc: b\u2028Bcc: b\u2029\x0bBcc: b\x0cBcc: b",
    "NUL": "A\x00Bcc: b@evil.example\ud800",
    "long": "=?utf-8?q?=0d=0aBcc:_b?= " * 12,
    "plain": '\t(a comment) <b@evil.example>; "=?" ?=',
}


def header_names(head: bytes) -> list[str]:
    """The names of the headers in the lines before the empty one, which all end in CR LF and are in ASCII."""
    lines = head.decode("ascii").split("\r\n")
    assert not [line for line in lines if not line.isprintable() or len(line) > 78]
    return [line.partition(":")[0] for line in lines if not line.startswith(" ")]


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_title_makes_neither_headers_nor_a_body(title: str) -> None:
    with smtp_server() as (mailer, messages):
        with mailer.connect() as connection:
            connection.send_message(
                mailer.message("a@example.org", f"Your “{title}”", "The body.\n")
            )
        head, _, body = messages[0].partition(b"\r\n\r\n")
    assert (header_names(head), body) == (HEADERS, b"The body.\r\n")
    words = re.sub("[\0\ud800]", " ", f"Your “{title}”").split()
    assert parsed(messages[0])["Subject"].split() == words


def test_title_of_a_contribution_is_text_in_its_notice(desk: Desk) -> None:
    desk.service.notifies = True
    envelope = Envelope(TITLES["quoted"], email="a@example.org")
    contribution = desk.service.submit(practice(), envelope, desk.sender).contribution
    confirm(desk, contribution.id)
    desk.service.comment(
        contribution.id, desk.curator, f"{TITLES['quoted']}\r\n.\r\nBcc: b@evil.example"
    )
    with smtp_server() as (mailer, messages):
        assert Notices(desk.ledger.database).send_due(mailer, BASE) == 1
        message = parsed(messages[0])
    head = messages[0].partition(b"\r\n\r\n")[0]
    assert (header_names(head), len(messages)) == (HEADERS, 1)
    assert message["Subject"] == f"A curator commented on your contribution “{TITLES['quoted']}”."
    text = message.get_content().replace("\r\n", "\n")
    assert text.startswith(
        f"{message['Subject']}\n\nReason: {TITLES['quoted']}\n.\nBcc: b@evil.example\n\nIts page"
    )


def test_many_notices_are_sent_at_a_limited_rate_and_refused_ones_given_up(desk: Desk) -> None:
    refused, notices = sent(desk, "nobody@example.org"), Notices(desk.ledger.database)
    desk.service.reject(refused, desk.curator, "No.")
    many = sent(desk, "officer@example.org", "many")
    for number in range(BATCH_SIZE + 5):
        desk.service.comment(many, desk.curator, f"Question {number}")
    with smtp_server() as (mailer, messages):
        assert [notices.send_due(mailer, BASE) for _ in range(3)] == [BATCH_SIZE - 1, 6, 0]
        assert len(messages) == BATCH_SIZE + 5
        desk.service.comment(many, desk.curator, "One more")
        desk.service.notify(many, desk.sender, "")  # the sender removes the address
        assert notices.send_due(mailer, BASE) == 0
    assert notices.state() == QueueState(failed=1)


def test_notices_that_cannot_be_written_are_given_up_and_the_others_sent(desk: Desk) -> None:
    notices, database = Notices(desk.ledger.database), desk.ledger.database
    for number, address in enumerate(
        ("a@b..cd", "a@[b.cd", "=?utf-8?q?a@b.org?=^.=?utf-8?q?", "late@example.org")
    ):
        identifier = sent(desk, "officer@example.org", f"number-{number}")
        desk.service.comment(identifier, desk.curator, "Which year?")
        with database.writing() as rows:  # as an older release stored it
            rows.execute(
                update(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == identifier).values(email=address)
            )
        confirm(desk, identifier)
    lost = sent(desk, "officer@example.org", "lost")
    desk.service.comment(lost, desk.curator, "Which year?")
    with database.writing() as rows:
        rows.execute(update(NOTICES).where(NOTICES.c.contribution == lost).values(event=99))
    desk.service.comment(identifier, desk.curator, "And which month?")
    with smtp_server() as (mailer, messages):
        assert notices.send_due(mailer, BASE) == 2
    assert [parsed(message)["To"] for message in messages] == ["late@example.org"] * 2
    assert notices.state() == QueueState(failed=4)


def test_notice_that_ends_the_connection_is_repeated_after_the_others(desk: Desk) -> None:
    notices = Notices(desk.ledger.database)
    for slug, address in (("first", "hangup@example.org"), ("second", "officer@example.org")):
        desk.service.comment(sent(desk, address, slug), desk.curator, "Which year?")
    with smtp_server() as (mailer, messages):
        assert [notices.send_due(mailer, BASE) for _ in range(2)] == [0, 1]
    assert [parsed(message)["To"] for message in messages] == ["officer@example.org"]
    assert (notices.state().waiting, notices.state().failed) == (1, 0)


def test_errors_of_all_kinds_do_not_end_the_sending(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.service.comment(sent(desk, "officer@example.org"), desk.curator, "Which year?")
    for error in (
        HeaderParseError("x@y.org"),
        AttributeError("x@y.org"),
        LedgerError("Busy."),
        OSError("No route."),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Notices, "_due", Mock(side_effect=error))
            send_if_free(desk.ledger.database, GONE, BASE)
    start = "Notices cannot be sent at the moment: "
    assert caplog.messages == [
        start + end for end in ("HeaderParseError", "AttributeError", "Busy.", "No route.")
    ]
    with smtp_server() as (mailer, messages):
        send_if_free(desk.ledger.database, mailer, BASE)
    assert len(messages) == 1


def test_notice_is_given_up_after_days(desk: Desk) -> None:
    desk.service.reject(sent(desk, "officer@example.org"), desk.curator, "No.")
    notices = Notices(desk.ledger.database)
    notices.send_due(GONE, BASE, datetime.now(UTC) + timedelta(days=EXPIRY_DAYS + 1))
    assert notices.state() == QueueState(failed=1)


REFUSED_ADDRESSES = (
    "a@example.org\nBcc: b@example.org",
    "a@example.org,b@example.org",
    "a b@example.org",
    "a@b",
    "a@b..cd",
    "a@[b.cd",
    "a@[192.0.2.1]",
    ".a@b.org",
    "a.@b.org",
    "a@b.c.",
    "a(comment)@b.org",
    "=?utf-8?q?x?=@b.org",
    "=?utf-8?q?=0d=0aBcc:_b=40evil.example=0d=0a?=@b.org",
    "=?utf-8?q?a@b.org?=^.=?utf-8?q?",
    "a\x00@b.org",
    "a@b\u2028.org",
    "a\x85@b.org",
    "\N{LATIN SMALL LETTER E WITH ACUTE}@b.org",
    "a@" + "b" * 260 + ".org",
)


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_invalid_email_address_is_refused_in_each_language(address: str) -> None:
    with pytest.raises(
        EmailAddressError,
        match=r"^The field 'email' is not an e-mail address to which a mail can be",
    ):
        require_email(address)
    with pytest.raises(SettingsError, match="not the URL of an SMTP server"):
        Mailer.of(f"smtp://h?from={quote(address)}")
    sentences = {EmailAddressError().in_language(language) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)


ACCEPTED_ADDRESSES = (
    "a.b-c_d=e+f@x-y.example.org",
    "a@b\N{LATIN SMALL LETTER U WITH DIAERESIS}.org",
    "a" * 64 + "@" + "b" * 63 + ".org",
)


@pytest.mark.parametrize("address", ACCEPTED_ADDRESSES)
def test_valid_email_address_is_written_as_it_is(address: str) -> None:
    require_email(address)
    written = GONE.message(address, "A", "").as_bytes(policy=SMTPUTF8)
    assert email.message_from_bytes(written, policy=SMTPUTF8)["To"] == address


ADDRESS_PARTS = [*"ab.@=?-_+%!*^`{|}~#[\\\0\r\n ", "=?utf-8?q?", "?=", "=0d=0a", "@b.org"]
ADDRESS_PARTS += ["\u0301", "\xfc", "\x85", "\ufeff"]


@given(
    strategies.lists(strategies.sampled_from(ADDRESS_PARTS), min_size=1, max_size=9).map("".join)
)
def test_accepted_email_addresses_are_read_back_from_a_message(address: str) -> None:
    if is_email(address):
        written = GONE.message(address, "A", "").as_bytes(policy=SMTPUTF8)
        message = email.message_from_bytes(written, policy=SMTPUTF8)
        assert ([*message][:3], message["To"]) == (["From", "To", "Subject"], address)


def test_address_is_refused_where_no_notices_are_sent(desk: Desk) -> None:
    with pytest.raises(ContributionError, match="sends no notices"):
        desk.service.submit(practice(), Envelope("A", email="a@example.org"), desk.sender)


def test_wrong_smtp_url_is_refused_without_its_password() -> None:
    http, port = "http://mail.example.org?from=a@example.org", "smtp://u:secret@h:x?from=a@b.org"
    for url in ("mail.example.org", http, port, "smtp://h"):
        with pytest.raises(SettingsError, match="not the URL of an SMTP server") as refused:
            Mailer.of(url)
        assert "secret" not in str(refused.value)
    right = Mailer.of("smtps://u%40x:p%3A@mail.example.org?from=gcm@example.org")
    assert right == Mailer("mail.example.org", 465, "gcm@example.org", True, "u@x", "p:")
