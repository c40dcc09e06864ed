"""Remarks of readers, and notices by e-mail to senders."""

from __future__ import annotations

import email
import socketserver
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
                self.server.messages.append(email.message_from_bytes(b"".join(lines), policy=default))  # type: ignore
            self.wfile.write(b"221 bye\r\n" if line.upper() == b"QUIT" else answer + b"\r\n")


@contextmanager
def smtp_server() -> Iterator[tuple[Mailer, list[EmailMessage]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.messages = []  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield Mailer("127.0.0.1", server.server_address[1], "gcm@example.org"), server.messages  # type: ignore
        server.shutdown()


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
        (message,) = messages
    assert (
        message["Subject"]
        == "Votre contribution «\N{NO-BREAK SPACE}Un guichet\N{NO-BREAK SPACE}» a été acceptée et elle est publiée."
    )
    assert (message["To"], message.get_content_type()) == ("officer@example.org", "text/plain")
    body = message.get_content().replace("\r\n", "\n")
    assert [part for part in ("C'est clair.\nMerci.", f"{BASE}contributions/{identifier}") if part not in body] == []
    assert notices.counts() == {"waiting": 0, "failed": 0}


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
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        GONE.message("a@example.org", "A\nBcc: b@example.org", "")


def test_wrong_smtp_url_is_refused_without_its_password() -> None:
    http, port = "http://mail.example.org?from=a@example.org", "smtp://u:secret@h:x?from=a@b.org"
    for url in ("mail.example.org", http, port, "smtp://h"):
        with pytest.raises(SettingsError, match="not the URL of an SMTP server") as refused:
            Mailer.of(url)
        assert "secret" not in str(refused.value)
    right = Mailer.of("smtps://u%40x:p%3A@mail.example.org?from=gcm@example.org")
    assert right == Mailer("mail.example.org", 465, "gcm@example.org", True, "u@x", "p:")
