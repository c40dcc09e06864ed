"""Notices over HTTP: the state of their queue, and the confirmation of addresses."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk_over_http import Served, desk_here
from sqlalchemy import delete, insert, update

from gcmgraph.contributions.confirmations import LINK_VALID, Confirmations, new_code
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.tables import CONFIRMATIONS, CONTRIBUTIONS, NOTICES
from smtp import parsed, smtp_server

PAGE = {"Accept": "text/html"}


def queue(desk: Served, contribution: object, age: timedelta, *, failed: bool = False) -> None:
    """Add a notice to the queue that was added some time ago."""
    added = datetime.now(UTC) - age
    values = {"event": 1, "added": added, "due": added, "tries": 0, "error": "", "failed": failed}
    with desk.database.writing() as rows:
        rows.execute(insert(NOTICES).values(contribution=contribution, **values))


def test_queue_of_notices_in_metrics_and_on_the_page_of_curators(desk: Served) -> None:
    contribution = desk.send("queued").json["id"]
    queue(desk, contribution, timedelta(minutes=5))
    queue(desk, contribution, timedelta(days=3), failed=True)
    before = desk.ask("/contributions/review?lang=en", token=desk.curator, **PAGE).body.decode()
    queue(desk, contribution, timedelta(hours=2))
    after = desk.ask("/contributions/review?lang=en", token=desk.curator, **PAGE).body.decode()
    metrics = desk.ask("/metrics").body.decode()
    with desk.database.writing() as rows:
        rows.execute(delete(NOTICES))
    empty = desk.ask("/metrics").body.decode()
    assert ["Notices by e-mail have waited since" in page for page in (before, after)] == [
        False,
        True,
    ]
    assert 'gcmgraph_notices{state="waiting"} 2\n' in metrics
    assert 'gcmgraph_notices{state="failed"} 1\n' in metrics
    (age,) = re.findall(r"^gcmgraph_notices_oldest_seconds (\d+)$", metrics, re.MULTILINE)
    assert 7200 <= int(age) < 7260
    assert "\ngcmgraph_notices_oldest_seconds 0\n" in empty


def mailed_link(desk: Served, contribution: object) -> str:
    """The path of a new link for the address of a contribution."""
    code = new_code()
    submission = Ledger(desk.database).find(str(contribution)).submission
    Confirmations(desk.database).store(code, submission, datetime.now(UTC))
    return f"/contributions/email/{code}"


def with_address(desk: Served, slug: str) -> object:
    """A new contribution with an address; the server of these tests sends no mails."""
    contribution = desk.send(slug).json["id"]
    with desk.database.writing() as rows:
        here = CONTRIBUTIONS.c.id == contribution
        rows.execute(update(CONTRIBUTIONS).where(here).values(email="officer@example.org"))
    return contribution


def test_opening_a_link_confirms_nothing_and_its_button_does(desk: Served) -> None:
    contribution = with_address(desk, "confirmed")
    link, database = mailed_link(desk, contribution), desk.database
    submission = Ledger(database).find(str(contribution)).submission
    shown = desk.ask(f"{link}?lang=fr", **PAGE)
    assert (shown.status, shown.headers["referrer-policy"], shown.headers["cache-control"]) == (
        200,
        "same-origin",
        "no-store",
    )
    page = shown.body.decode()
    assert [
        part
        for part in ('lang="fr"', "noindex", "Contributor", "Confirmer mon adresse")
        if part not in page
    ] == []
    assert "officer@example.org" not in page  # which a reader of another's link would see
    assert not Confirmations(database).state(submission, datetime.now(UTC)).confirmed
    foreign = desk.ask(link, b"do=confirm", Origin="https://evil.example", **PAGE)
    unknown = desk.ask(link, b"do=destroy", **PAGE)
    assert (foreign.status, unknown.status) == (403, 400)
    assert not Confirmations(database).state(submission, datetime.now(UTC)).confirmed
    pressed = desk.ask(f"{link}?lang=en", b"do=confirm", **PAGE)
    assert (pressed.status, b"Your address is confirmed" in pressed.body) == (200, True)
    assert Confirmations(database).state(submission, datetime.now(UTC)).confirmed
    declined = desk.ask(f"{link}?lang=en", b"do=decline", **PAGE)
    assert (declined.status, b"You declined" in declined.body) == (200, True)
    state = Confirmations(database).state(submission, datetime.now(UTC))
    assert (state.confirmed, state.declined) == (False, True)


def test_unknown_and_ended_links_of_mails(desk: Served) -> None:
    link = mailed_link(desk, with_address(desk, "ended"))
    with desk.database.writing() as rows:
        rows.execute(update(CONFIRMATIONS).values(sent=datetime.now(UTC) - LINK_VALID))
    for method in (None, b"do=confirm"):
        ended = desk.ask(f"{link}?lang=en", method, **PAGE)
        assert (ended.status, b"This link ended on" in ended.body) == (410, True)
    for code in ("none", "cnf_", link.rpartition("_")[0] + "_" + "A" * 43, "%00"):
        assert desk.ask(f"/contributions/email/{code.rpartition('/')[2]}", **PAGE).status == 404


def test_link_in_the_mail_confirms_the_address_that_was_sent(
    desk_store: Path, tmp_path: Path
) -> None:
    with (
        desk_here(desk_store, tmp_path, smtp="smtp://127.0.0.1:1?from=gcm@example.org") as desk,
        smtp_server() as smtp,
    ):
        mailer, messages = smtp
        invalid = desk.send("a", "/contributions?title=A&lang=fr&email=a@b..cd", Accept="text/html")
        assert (invalid.status, "pas une adresse électronique" in invalid.body.decode()) == (
            400,
            True,
        )
        sent = desk.send(
            "a", "/contributions?title=A&lang=en&email=a@example.org", Accept="text/html"
        )
        path = sent.headers["location"]
        before = desk.ask(f"{path}?lang=en", token=desk.contributor, **PAGE).body
        assert Notices(desk.database).send_due(mailer, f"{desk.base}/") == 1
        link = re.search(
            rf"{desk.base}(/contributions/email/\S+)", parsed(messages[0]).get_content()
        )[1]
        assert desk.ask(link, b"do=confirm", **PAGE).status == 200
        after = desk.ask(f"{path}?lang=en", token=desk.contributor, **PAGE).body
        again = desk.send(
            "b", "/contributions?title=B&lang=en&email=a@example.org", Accept="text/html"
        )
    pages = (sent.body, before, after, again.body)
    assert [b"Confirm the address for notices" in page for page in pages] == [
        True,
        True,
        False,
        False,
    ]


def test_address_in_a_notice_asks_a_browser_for_the_token(desk: Served) -> None:
    waiting = f"/contributions/{desk.send('asked').json['id']}?lang=fr"
    unknown = "/contributions/01M8DRYB2H4DPGR5RBG8TZK8C0?lang=fr"
    for path in (waiting, unknown):  # whether there is a contribution is not revealed
        page = desk.ask(path, **PAGE)
        assert (page.status, "s'ouvre avec le jeton" in html.unescape(page.body.decode())) == (
            401,
            True,
        )
