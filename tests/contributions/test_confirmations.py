"""Confirmation of e-mail addresses before they get notices."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from desk import Desk
from mailing import BASE, submitted
from sqlalchemy import delete, select

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.confirmations import DAILY_LIMIT_OF_SENDER, LINK_VALID, Confirmations
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.notices import EXPIRY_DAYS, Notices, QueueState
from gcmgraph.contributions.tables import CONFIRMATIONS, NOTICES
from program import run_here as run
from smtp import parsed, smtp_server

DAY = timedelta(days=1)

both_databases = pytest.mark.parametrize("desk", ["sqlite", "postgresql"], indirect=True)


def mails(desk: Desk, after: timedelta = timedelta(0)) -> list[tuple[str, str]]:
    """The recipients and texts of the mails that are sent some time from now."""
    with smtp_server() as (mailer, messages):
        Notices(desk.ledger.database).send_due(mailer, BASE, datetime.now(UTC) + after)
        return [(str(parsed(message)["To"]), parsed(message).get_content()) for message in messages]


def code_in(text: str) -> str:
    return re.search(r"/contributions/email/(cnf_[0-9a-f]{12}_[\w-]{43})\?lang=fr", text)[1]


def answer(desk: Desk, text: str, answer: str = "confirm") -> None:
    """Follow the link in a mail and press a button."""
    confirmations = Confirmations(desk.ledger.database)
    getattr(confirmations, answer)(confirmations.find(code_in(text)))


def another_sender(desk: Desk) -> Agent:
    return Tokens(desk.ledger.database).create(Role.CONTRIBUTOR, "Ben", "https://example.org/ben")[
        0
    ]


@both_databases
def test_address_gets_one_mail_until_it_is_confirmed(desk: Desk) -> None:
    identifier = submitted(desk, "officer@example.org")
    ((recipient, text),) = mails(desk)
    assert recipient == "officer@example.org"
    assert ("confirmez dans les 7 jours" in text, "Un guichet" in text) == (
        True,
        False,
    )  # no text of the sender
    for question in ("Which year?", "Which month?"):
        desk.service.comment(identifier, desk.curator, question)
    assert [mails(desk, after) for after in (timedelta(0), DAY * 2, DAY * 6)] == [[], [], []]
    notices = Notices(desk.ledger.database)
    assert notices.state() == QueueState(unconfirmed=2)
    answer(desk, text)
    assert notices.state().waiting == 2
    assert ["Which" in told for _, told in mails(desk)] == [True, True]
    assert (notices.state(), mails(desk, DAY * 9)) == (QueueState(), [])


@both_databases
def test_address_of_an_older_release_is_confirmed_at_its_next_notice(desk: Desk) -> None:
    identifier = submitted(desk, "officer@example.org")
    with desk.ledger.database.writing() as rows:
        rows.execute(delete(NOTICES))  # an older release asked for nothing
    desk.service.comment(identifier, desk.curator, "Which year?")
    ((_, text),) = mails(desk)
    assert "Which year?" not in text
    answer(desk, text)
    assert ["Which year?" in told for _, told in mails(desk)] == [True]


def test_notices_are_given_up_where_nobody_confirms(desk: Desk) -> None:
    identifier = submitted(desk, "officer@example.org")
    desk.service.comment(identifier, desk.curator, "Which year?")
    assert [len(mails(desk, after)) for after in (timedelta(0), DAY * 6, DAY * EXPIRY_DAYS)] == [
        1,
        0,
        0,
    ]
    assert Notices(desk.ledger.database).state() == QueueState(lapsed=1)
    listed = run("contribution", "notices", "--contributions", desk.folder).stdout
    assert listed == f"{identifier}  given up  0 attempts  address not confirmed\n"
    desk.service.comment(identifier, desk.curator, "Which month?")
    assert mails(desk, LINK_VALID + DAY) == []  # the notice is as old as its link


def age_links(desk: Desk, age: timedelta) -> None:
    with desk.ledger.database.writing() as rows:
        rows.execute(CONFIRMATIONS.update().values(sent=datetime.now(UTC) - age))


def test_notice_after_the_end_of_a_link_sends_another(desk: Desk) -> None:
    identifier = submitted(desk, "officer@example.org")
    ((_, first),) = mails(desk)
    age_links(desk, LINK_VALID)
    desk.service.comment(identifier, desk.curator, "Which year?")
    ((_, second),) = mails(desk)
    assert code_in(first) != code_in(second)


@both_databases
def test_address_gets_one_confirmation_a_day_whoever_asks(desk: Desk) -> None:
    ben = another_sender(desk)
    first = submitted(desk, "officer@example.org")
    submitted(desk, "Officer@EXAMPLE.org", "second")
    others = submitted(desk, "OFFICER@example.org", "third", ben)
    ((_, text),) = mails(desk)
    desk.service.notify(first, desk.sender, "officer@example.org")
    desk.service.notify(others, ben, "officer@example.org")
    assert mails(desk, timedelta(hours=23)) == []
    ((_, later),) = mails(desk, DAY)  # of the other sender
    assert ("Ben" in text, "Ben" in later) == (False, True)
    answer(desk, text)
    for identifier in (first, others):
        desk.service.comment(identifier, desk.curator, "Which year?")
    assert ["Which year?" in told for _, told in mails(desk, DAY)] == [
        True
    ]  # that of the sender who is confirmed
    desk.service.notify(others, ben, "officer@example.org")
    assert mails(desk, DAY) == []


def test_sender_asks_for_another_link_after_a_day(desk: Desk) -> None:
    identifier = submitted(desk, "officer@example.org")
    ((_, first),) = mails(desk)
    age_links(desk, DAY)
    desk.service.notify(identifier, desk.sender, "officer@example.org")
    ((_, second),) = mails(desk)
    assert code_in(first) != code_in(second)
    answer(desk, first)  # both are valid
    desk.service.comment(identifier, desk.curator, "Which year?")
    assert len(mails(desk)) == 1


def test_changed_address_gets_the_notices_that_wait_after_its_own_confirmation(desk: Desk) -> None:
    identifier = submitted(desk, "old@example.org")
    ((_, old),) = mails(desk)
    desk.service.comment(identifier, desk.curator, "Which year?")
    assert mails(desk) == []
    desk.service.notify(identifier, desk.sender, "new@example.org")
    ((recipient, text),) = mails(desk)
    assert recipient == "new@example.org"
    answer(desk, old)  # which is not the address of the contribution any more
    assert mails(desk) == []
    answer(desk, text)
    assert [recipient for recipient, _ in mails(desk)] == ["new@example.org"]


def test_second_contribution_of_a_sender_with_a_confirmed_address_needs_no_mail(desk: Desk) -> None:
    submitted(desk, "officer@example.org")
    ((_, text),) = mails(desk)
    answer(desk, text)
    second = submitted(desk, "Officer@example.org", "second")
    assert mails(desk) == []
    desk.service.comment(second, desk.curator, "Which year?")
    assert [recipient for recipient, _ in mails(desk)] == ["Officer@example.org"]


def test_declined_address_gets_no_mail_for_the_sender(desk: Desk) -> None:
    identifier = submitted(desk, "victim@example.org")
    desk.service.comment(identifier, desk.curator, "Which year?")
    ((_, text),) = mails(desk)
    answer(desk, text, "decline")
    desk.service.notify(identifier, desk.sender, "Victim@example.org")
    submitted(desk, "victim@example.org", "second")
    assert [mails(desk, after) for after in (timedelta(0), DAY * 2, DAY * 10)] == [[], [], []]
    assert Notices(desk.ledger.database).state() == QueueState()
    answer(desk, text)  # pressed by mistake
    desk.service.comment(identifier, desk.curator, "Which month?")
    assert len(mails(desk)) == 1


def test_sender_has_a_limited_number_of_confirmations_in_a_day(desk: Desk) -> None:
    identifier = submitted(desk, "a@example.org")
    for number in range(DAILY_LIMIT_OF_SENDER + 1):
        desk.service.notify(identifier, desk.sender, f"a{number}@example.org")
        mails(desk)
    assert recorded(desk) == DAILY_LIMIT_OF_SENDER
    assert [len(mails(desk, after)) for after in (timedelta(hours=23), DAY)] == [0, 1]


def recorded(desk: Desk) -> int:
    """The number of confirmations that were sent."""
    return len(desk.ledger.database.read(lambda rows: rows.execute(select(CONFIRMATIONS)).all()))


def test_failed_confirmation_is_repeated_as_a_notice_is(desk: Desk) -> None:
    submitted(desk, "nobody@example.org")
    submitted(desk, "hangup@example.org", "second")
    assert (mails(desk), recorded(desk)) == ([], 0)
    state = Notices(desk.ledger.database).state()
    assert (state.failed, state.waiting) == (1, 1)


def test_database_has_neither_addresses_nor_codes_of_confirmations(desk: Desk) -> None:
    submitted(desk, "officer@example.org")
    ((_, text),) = mails(desk)
    code = code_in(text)
    (row,) = desk.ledger.database.read(lambda rows: rows.execute(select(CONFIRMATIONS)).all())
    assert [part for part in ("officer", code.rpartition("_")[2]) if part in str(tuple(row))] == []
    confirmations = Confirmations(desk.ledger.database)
    wrong = (
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        "",
        "cnf_",
        code.replace("cnf", "lnk"),
        "\0",
    )
    assert [confirmations.find(text) for text in wrong] == [None] * len(wrong)
