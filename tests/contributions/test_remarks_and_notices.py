"""Remarks of readers, and notices by e-mail to senders."""

from __future__ import annotations

import email
import re
import socketserver
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from desk import Desk, practice

from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.notices import AT_ONCE, MOST_DAYS, Mailer, Notices
from gcmgraph.contributions.remarks import CuratorAnswer, Outcome, Remark, RemarkBox, RemarkedStatement, RemarkState
from gcmgraph.contributions.service import Envelope
from gcmgraph.errors import (
    ConflictError,
    ContributionError,
    DamagedError,
    QuotaError,
    SettingsError,
    UnknownContributionError,
)
from program import run_here as run

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CURATOR = Agent("0" * 12, Role.CURATOR, "Curator", "https://example.org/curator")
STATEMENT = RemarkedStatement("https://e.org/s", "https://e.org/p", "o", "https://e.org/g", language="en")
REMARK = Remark("", NOW, "/doc/country/AFG", "Wrong.", "Right.", "A book.", "a@example.org", "fr", STATEMENT)
ANSWER = CuratorAnswer(Outcome.ANSWER, CURATOR, NOW, "Corrected.")


@pytest.fixture
def box(database: Database) -> RemarkBox:
    return RemarkBox(database, 3)


def test_remark_and_answer_round_trip(box: RemarkBox) -> None:
    made = box.add(REMARK)
    assert box.find(made.id) == replace(REMARK, id=made.id)
    assert box.find(made.id).state is RemarkState.RECEIVED
    assert box.identifiers(RemarkState.RECEIVED) == [made.id]
    assert box.answer(made.id, ANSWER) == box.find(made.id)
    assert box.find(made.id).answer == ANSWER
    assert box.identifiers(RemarkState.RECEIVED) == []
    assert (box.counts().waiting, box.counts().answered) == (0, 1)
    with pytest.raises(ConflictError):
        box.answer(made.id, ANSWER)


def test_limit_of_waiting_remarks(box: RemarkBox) -> None:
    made = [box.add(REMARK) for _ in range(3)]
    with pytest.raises(QuotaError, match="3 remarks of readers await an answer; the limit is 3"):
        box.add(REMARK)
    box.answer(made[0].id, ANSWER)
    assert box.add(REMARK).id in box.identifiers(RemarkState.RECEIVED)


def test_damaged_row_is_an_error_of_its_remark_alone(database: Database) -> None:
    box = RemarkBox(database, 9)
    other = box.add(REMARK)
    for change in ("remark = '{}'", "remark = '3'", 'answer = \'{"outcome": "maybe"}\''):
        made = box.add(REMARK)
        box.answer(made.id, ANSWER)
        with database.writing() as rows:
            rows.exec_driver_sql(f"UPDATE remarks SET {change} WHERE id = '{made.id}'")  # noqa: S608 - of this test
        with pytest.raises(DamagedError):
            box.find(made.id)
        damaged: list[DamagedError] = []
        assert list(box.readable(box.identifiers(), damaged)) == [box.find(other.id)]
        assert len(damaged) == 1
        box.delete(made.id)
    assert box.identifiers() == [other.id]


def test_traces_of_a_deleted_remark(box: RemarkBox, tmp_path: Path) -> None:
    made = box.add(REMARK)
    box.delete(made.id)
    with pytest.raises(UnknownContributionError):
        box.find(made.id)
    with pytest.raises(UnknownContributionError):
        box.delete("../tokens")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"a@example.org" in path.read_bytes()]


def test_remarks_on_the_command_line(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    box = RemarkBox(Database(ledger))
    made, other = box.add(REMARK), box.add(REMARK)
    token = run(
        "contribution", "create-token", "curator", "C", "https://e.org/c", "--contributions", ledger
    ).stdout.strip()
    shown = run("feedback", "show", made.id, "--contributions", ledger).stdout
    assert "email: a@example.org" in shown
    assert "statement: <https://e.org/s> <https://e.org/p> o" in shown
    done = run("feedback", "close", made.id, "--reason", "Thanks.", "--token", token, "--contributions", ledger)
    assert done.stdout.strip() == f"{made.id}: closed", done.stderr
    listed = run("feedback", "list", "--state", "received", "--contributions", ledger).stdout
    assert listed.startswith(f"{other.id}  received  2026-11-27  /doc/country/AFG: Wrong.")
    assert made.id not in listed
    deleted = run("feedback", "delete", "--answered-before", "2030-01-01", "--contributions", ledger)
    assert deleted.stdout == "Deleted: 1.\n"
    assert box.identifiers() == [other.id]


BASE = "https://data.example.org/"
GONE = Mailer("127.0.0.1", 1, "gcm@example.org")


class Session(socketserver.StreamRequestHandler):
    """A session of SMTP (RFC 5321) that stores messages, and refuses recipients named `nobody`."""

    def handle(self) -> None:
        """Answer each command."""
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().strip():
            answer = b"250 OK"
            if line.upper().startswith(b"RCPT") and b"nobody" in line:
                answer = b"550 no such user"
            elif line.upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                text = b"".join(line.removeprefix(b".") for line in lines)  # RFC 5321, 4.5.2
                self.server.received.append(text)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if line.upper() == b"QUIT" else answer + b"\r\n")


@contextmanager
def smtp_server() -> Iterator[tuple[Mailer, list[bytes]]]:
    """A server of SMTP on loopback, and the messages that it receives."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.received = []  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield Mailer("127.0.0.1", server.server_address[1], "gcm@example.org"), server.received  # type: ignore
        server.shutdown()


def parsed(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=default)


def sent(desk: Desk, address: str, slug: str = "one-stop-shop") -> str:
    desk.service.notifies = True
    outcome = desk.service.submit(
        practice(slug, slug), Envelope("Un guichet", email=address), desk.sender, language="fr"
    )
    return outcome.contribution.id


def test_notice_of_a_decision_waits_for_an_smtp_server(desk: Desk) -> None:
    identifier, notices = sent(desk, "officer@example.org"), Notices(desk.ledger.database)
    desk.service.comment(identifier, desk.sender, "Mine.")
    desk.service.accept(identifier, desk.curator, "C'est clair.\nMerci.")
    assert notices.counts() == {"waiting": 1, "failed": 0}
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
    assert [part for part in ("C'est clair.\nMerci.", f"{BASE}contributions/{identifier}") if part not in body] == []
    assert notices.counts() == {"waiting": 0, "failed": 0}


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
            connection.send_message(mailer.message("a@example.org", f"Your “{title}”", "The body.\n"))
        head, _, body = messages[0].partition(b"\r\n\r\n")
    assert (header_names(head), body) == (HEADERS, b"The body.\r\n")
    words = re.sub("[\0\ud800]", " ", f"Your “{title}”").split()
    assert parsed(messages[0])["Subject"].split() == words


def test_title_of_a_contribution_is_text_in_its_notice(desk: Desk) -> None:
    desk.service.notifies = True
    envelope = Envelope(TITLES["quoted"], email="a@example.org")
    contribution = desk.service.submit(practice(), envelope, desk.sender).contribution
    desk.service.comment(contribution.id, desk.curator, f"{TITLES['quoted']}\r\n.\r\nBcc: b@evil.example")
    with smtp_server() as (mailer, messages):
        assert Notices(desk.ledger.database).send_due(mailer, BASE) == 1
        message = parsed(messages[0])
    head = messages[0].partition(b"\r\n\r\n")[0]
    assert (header_names(head), len(messages)) == (HEADERS, 1)
    assert message["Subject"] == f"A curator commented on your contribution “{TITLES['quoted']}”."
    text = message.get_content().replace("\r\n", "\n")
    assert text.startswith(f"{message['Subject']}\n\nReason: {TITLES['quoted']}\n.\nBcc: b@evil.example\n\nIts page")


def test_many_notices_are_sent_at_a_limited_rate_and_refused_ones_given_up(desk: Desk) -> None:
    refused, notices = sent(desk, "nobody@example.org"), Notices(desk.ledger.database)
    desk.service.reject(refused, desk.curator, "No.")
    many = sent(desk, "officer@example.org", "many")
    for number in range(AT_ONCE + 5):
        desk.service.comment(many, desk.curator, f"Question {number}")
    with smtp_server() as (mailer, messages):
        assert [notices.send_due(mailer, BASE) for _ in range(3)] == [AT_ONCE - 1, 6, 0]
        assert len(messages) == AT_ONCE + 5
        desk.service.comment(many, desk.curator, "One more")
        desk.service.notify(many, desk.sender, "")  # the sender removes the address
        assert notices.send_due(mailer, BASE) == 0
    assert notices.counts() == {"waiting": 0, "failed": 1}


def test_notice_is_given_up_after_days(desk: Desk) -> None:
    desk.service.reject(sent(desk, "officer@example.org"), desk.curator, "No.")
    notices = Notices(desk.ledger.database)
    notices.send_due(GONE, BASE, datetime.now(UTC) + timedelta(days=MOST_DAYS + 1))
    assert notices.counts() == {"waiting": 0, "failed": 1}


def test_address_that_is_none_is_refused(desk: Desk) -> None:
    for address in ("a@example.org\nBcc: b@example.org", "a@example.org,b@example.org", "a b@example.org", "a@b"):
        with pytest.raises(ContributionError, match="is not an e-mail address"):
            sent(desk, address)
    desk.service.notifies = False
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
