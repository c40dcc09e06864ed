"""Contributions over HTTP: the real server, real tokens, a small dataset."""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from desk_over_http import PRACTICE, STORES, Served, serving
from openpyxl import load_workbook

from attackers import Reply
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import LedgerEvent, Role, Verb
from gcmgraph.contributions.ledger import Ledger

#: The same on each store.
pytestmark = pytest.mark.parametrize("desk", STORES, indirect=True, scope="module")


def test_contribution_from_submission_to_withdrawal(desk: Served) -> None:
    sent = desk.send("a")
    identifier, where = sent.json["id"], sent.headers["location"]
    assert (sent.status, where) == (201, f"/contributions/{identifier}")
    assert [desk.ask(path).status for path in (where, "/doc/practice/a.ttl")] == [404, 404]  # nothing is public yet
    assert desk.ask(where, token=desk.contributor).json["state"] == "submitted"
    assert desk.ask(f"{where}/content", token=desk.curator).body == PRACTICE.replace("SLUG", "a").encode()
    review = desk.ask(f"{where}/review?lang=en", token=desk.curator, Accept="text/html").body.decode()
    assert "The practice a</a>" in review  # the heading names what is not published yet
    assert desk.decide(identifier, "accept").json["state"] == "accepted"
    page = desk.ask("/doc/practice/a.ttl")
    assert (page.status, b"The practice a" in page.body) == (200, True)
    assert desk.ask(where).headers["location"] == f"/id/contribution/{identifier}"
    assert desk.ask(f"{where}?lang=ar").headers["location"] == f"/id/contribution/{identifier}?lang=ar"
    published = desk.ask(f"/doc/contribution/{identifier}.html?lang=en").body.decode()
    assert f'href="{where}/review?lang=en"' in published  # where a browser asks for the sender's token
    assert b'name="token"' in desk.ask(f"{where}/review", Accept="text/html").body
    forms = desk.ask(f"{where}/review", token=desk.contributor, Accept="text/html").body.decode()
    assert all(f'action="{where}/{name}' in forms for name in ("withdrawal", "comments"))
    proofs = desk.ask("/doc/practice/a.html?lang=en").body.decode().split('<details class="proof contribution"')[1:]
    assert len(proofs) == 5  # title, description, objective, country, source
    for proof in proofs:
        told = " ".join(re.sub("<[^>]*>", " ", proof.partition("</details>")[0]).split())
        assert all(said in told for said in ("Contribution A practice", "Sent by: Contributor", "Reviewed by: Curator"))
    taken = desk.ask(f"{where}/withdrawal", b'{"reason": "Wrong."}', desk.contributor, Content_Type="application/json")
    assert taken.json["state"] == "withdrawn"
    for path in ("/id/practice/a", "/doc/practice/a", "/doc/practice/a.ttl", "/doc/practice/a.bib"):
        assert desk.ask(path).status == 410
    history = desk.ask(where, token=desk.contributor).json["history"]
    assert [event["event"] for event in history] == ["accept", "withdraw"]  # type: ignore[attr-defined]


def test_reading_during_publication(desk: Served) -> None:
    identifier = desk.send("b").json["id"]
    with ThreadPoolExecutor(4) as readers:
        done: list[bool] = []

        def read() -> set[int]:
            statuses = set()
            while not done:
                statuses.add(desk.ask("/doc/objective/9.ttl").status)
                statuses.add(desk.ask("/sparql?query=SELECT+(COUNT(*)+AS+?n)+WHERE+{+?s+a+gcm:Practice+}").status)
            return statuses

        reading = [readers.submit(read) for _ in range(4)]
        try:
            accepted = desk.decide(identifier, "accept")
            assert accepted.status == 200, accepted.body
            assert desk.ask("/doc/practice/b.ttl").status == 200
        finally:
            done.append(True)
        assert set().union(*(each.result() for each in reading)) == {200}


def test_repeated_request_returns_same_contribution(desk: Served) -> None:
    first = desk.send("d", Idempotency_Key="once")
    again = desk.send("d", Idempotency_Key="once")
    assert (first.status, again.status) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert desk.send("e", Idempotency_Key="once").status == 409


def patiently(desk: Served, slug: str, key: str) -> Reply:
    """Send a practice, and again as long as the server is busy checking others, as it asks for."""
    for _ in range(20):
        answer = desk.send(slug, Idempotency_Key=key)
        if answer.status != 429:
            break
        time.sleep(float(answer.headers["retry-after"]) / 10)
    return answer


def test_concurrent_requests_with_one_key(desk: Served) -> None:
    with ThreadPoolExecutor(6) as senders:
        same = list(senders.map(lambda _: patiently(desk, "many", "at-once"), range(6)))
        other = list(senders.map(lambda n: patiently(desk, f"many-{n}", "others"), range(6)))
    assert sorted(answer.status for answer in same) == [200] * 5 + [201]
    assert len({answer.json["id"] for answer in same}) == 1
    assert sorted(answer.status for answer in other) == [201] + [409] * 5  # never told that what is lost was kept


@pytest.mark.exhaustive
def test_start_publishes_pending_decisions(desk: Served) -> None:
    identifier = str(desk.send("h").json["id"])
    ledger = Ledger(desk.database)
    curator = next(t.holder for t in Tokens(desk.database).all() if t.holder.role is Role.CURATOR)
    accepted = LedgerEvent(Verb.ACCEPT, curator, datetime.now(UTC), "Then it ended.")
    ledger.record(ledger.find(identifier), accepted, publishes=True)
    assert desk.ask("/doc/practice/h.ttl").status == 404
    with serving(desk.folder, **desk.settings):
        pass
    assert desk.ask("/doc/practice/h.ttl").status == 200
    assert ledger.pending() == []


def test_spreadsheet_from_template_to_publication(desk: Served) -> None:
    template = desk.ask("/contributions/template.xlsx?language=en")
    assert template.status == 200
    assert desk.ask("/contributions/template.xlsx?language=en", If_None_Match=template.headers["etag"]).status == 304
    book = load_workbook(io.BytesIO(template.body))
    sheet = book["Practice"]
    columns = {str(cell.value).partition(" *")[0].partition(" (*)")[0]: cell.column for cell in sheet[1]}
    given = {"title [en]": "Mobile desk", "description [en]": "A desk.", "objective": "9", "country": "Filipinas"}
    for header, said in {**given, "source": "https://example.org/"}.items():
        sheet.cell(2, columns[header], said)
    data, kind = io.BytesIO(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book.save(data)
    sent = desk.ask("/contributions?title=Desk", data.getvalue(), desk.contributor, Content_Type=kind)
    assert sent.status == 201, sent.body
    assert desk.decide(sent.json["id"], "accept", "Right").status == 200
    published = desk.ask("/doc/practice/mobile-desk.ttl")
    assert (published.status, b"country:PHL" in published.body) == (200, True)
