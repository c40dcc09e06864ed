"""The lists of contributions: their pages, their order, and who sees what in them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.web.contributions import responses as contributions_common
from gcmgraph.web.http.limits import LEDGER_WAIT
from serving import Application

#: Five contributions, oldest first; the first one was accepted, the second one rejected.
SENT = [f"01ARZ3NDEKTSV4RRFFQ69G5FA{number}" for number in range(5)]
ACCEPTED, REJECTED, *WAITING = SENT


@pytest.fixture
def asked(store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: Application) -> FlaskClient:
    """A client of a server with these contributions, two on a page, that asks as a curator."""
    monkeypatch.setattr(contributions_common, "PAGE_SIZE", 2)
    ledger, now = Ledger(Database(tmp_path)), datetime.now(UTC)
    curator, token = Tokens(Database(tmp_path)).create(Role.CURATOR, "A Curator", "https://example.org/curator")
    for identifier in SENT:
        sent = Submission(identifier, curator, now, f"Title {identifier[-1]}", "en", "a.ttl", "text/turtle", "0")
        ledger.add(sent, b"", [], b"{}")
    for identifier, verb in ((ACCEPTED, Verb.ACCEPT), (REJECTED, Verb.REJECT)):
        ledger.record(ledger.find(identifier), LedgerEvent(verb, curator, now, "Because."))
    client = application(store_folder, contributions=str(tmp_path)).test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def ids(client: FlaskClient, path: str) -> list[str]:
    return [one["id"] for one in client.get(path).get_json()["contributions"]]


def test_pages_of_the_queue_and_of_a_state(asked: FlaskClient, tmp_path: Path) -> None:
    assert ids(asked, "/contributions/review") == WAITING[:2]
    assert ids(asked, "/contributions/review?page=2") == WAITING[2:]
    first = asked.get("/contributions/review")
    assert first.headers["X-Total-Count"] == "3"
    assert '</contributions/review?page=2>; rel="next"' in first.headers.getlist("Link")
    page = asked.get("/contributions/review?lang=fr", headers={"Accept": "text/html"}).text
    assert 'rel="next" href="/contributions/review?page=2&amp;lang=fr"' in page
    assert "Page 1 sur 2" in page
    assert ids(asked, "/contributions") + ids(asked, "/contributions?page=2") == SENT[:0:-1]
    answer = asked.get("/contributions?state=submitted")
    assert '</contributions?state=submitted&page=2>; rel="last"' in answer.headers.getlist("Link")
    page = asked.get("/contributions?state=submitted&page=2", headers={"Accept": "text/html"}).text
    assert 'rel="prev" href="/contributions?state=submitted&amp;page=1"' in page
    for unknown, status in (("0", 400), ("4", 404), ("x", 400)):
        assert asked.get(f"/contributions?page={unknown}").status_code == status
    ledger = Ledger(Database(tmp_path))
    waiting = ledger.find(WAITING[0])
    ledger.record(waiting, LedgerEvent(Verb.REJECT, waiting.submission.sender, datetime.now(UTC), "Because."))
    assert ids(asked, "/contributions/review") == WAITING[1:]


def test_damaged_contributions_are_named(asked: FlaskClient, tmp_path: Path) -> None:
    newest = WAITING[-1]
    with Database(tmp_path).writing() as rows:
        rows.execute(text("UPDATE contributions SET at = 'today' WHERE id = :id"), {"id": newest})
        rows.execute(text("UPDATE events SET verb = 'withdraw' WHERE contribution = :id"), {"id": REJECTED})
        rows.execute(text("UPDATE events SET verb = 'published' WHERE contribution = :id"), {"id": ACCEPTED})
    listed = asked.get("/contributions").get_json()
    assert [one["id"] for one in listed["contributions"]] == [WAITING[1]]
    (told,) = listed["damaged"]
    assert newest in told
    assert str(tmp_path) not in told
    for path in ("/contributions?", "/contributions/review?page=2&"):
        page = asked.get(f"{path}lang=fr", headers={"Accept": "text/html"})
        assert (page.status_code, "ne peuvent pas être lues" in page.text) == (200, True)
    for path in (f"/contributions/{ACCEPTED}", f"/contributions/{ACCEPTED}/review"):
        assert asked.get(path).status_code == 503
    del asked.environ_base["HTTP_AUTHORIZATION"]
    assert asked.get("/contributions").get_json() == {"contributions": []}


def test_requests_wait_briefly_for_another_decision(asked: FlaskClient, tmp_path: Path) -> None:
    token, address = asked.environ_base["HTTP_AUTHORIZATION"], f"/contributions/{WAITING[0]}"
    headers = {"Accept": "application/json", "Authorization": str(token)}

    def withdrawn(_: int = 0) -> tuple[int, bool, float]:
        before, client = time.monotonic(), asked.application.test_client(use_cookies=False)
        response = client.post(f"{address}/withdrawal", data={"reason": "Wrong."}, headers=headers)
        return response.status_code, "Retry-After" in response.headers, time.monotonic() - before

    with Ledger(Database(tmp_path)).deciding(), ThreadPoolExecutor(12) as pool:
        comment = asked.post(f"{address}/comments", data={"text": "A comment."}, headers=headers)
        assert comment.status_code == 200  # it depends on no other
        answers = list(pool.map(withdrawn, range(12)))
    assert {answer[:2] for answer in answers} == {(503, True)}
    assert max(seconds for *_, seconds in answers) < 20 * LEDGER_WAIT
    assert withdrawn()[0] == 200


def test_list_without_token(asked: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    del asked.environ_base["HTTP_AUTHORIZATION"]
    assert ids(asked, "/contributions") == ids(asked, "/contributions?state=accepted") == [ACCEPTED]
    monkeypatch.setattr(Ledger, "identifiers", lambda _: pytest.fail("the ledger was read"))
    assert ids(asked, "/contributions?state=rejected") == []
