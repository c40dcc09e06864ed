"""The lists of contributions: their order, and who sees what; quotas of a token and of an address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk_over_http import Served, desk_here
from flask import Request
from flask.testing import FlaskClient
from sqlalchemy import text

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.quotas import AddressCounts
from gcmgraph.settings import Settings
from gcmgraph.web.contributions import responses as contributions_common
from gcmgraph.web.http.authentication import client_address
from gcmgraph.web.http.limits import LEDGER_WAIT
from serving import Application

#: Five contributions, oldest first; the first one was accepted, the second one rejected.
SENT = [f"01ARZ3NDEKTSV4RRFFQ69G5FA{number}" for number in range(5)]
ACCEPTED, REJECTED, *WAITING = SENT


@pytest.fixture
def curator(
    store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: Application
) -> FlaskClient:
    """A client of a server with these contributions, two on a page, that asks as a curator."""
    monkeypatch.setattr(contributions_common, "PAGE_SIZE", 2)
    ledger, now = Ledger(Database(tmp_path)), datetime.now(UTC)
    holder, token = Tokens(Database(tmp_path)).create(
        Role.CURATOR, "A Curator", "https://example.org/curator"
    )
    for identifier in SENT:
        sent = Submission(
            identifier, holder, now, f"Title {identifier[-1]}", "en", "a.ttl", "text/turtle", "0"
        )
        ledger.add(sent, b"", b"", b"{}")
    for identifier, verb in ((ACCEPTED, Verb.ACCEPT), (REJECTED, Verb.REJECT)):
        ledger.record(ledger.find(identifier), LedgerEvent(verb, holder, now, "Because."))
    client = application(store_folder, contributions=str(tmp_path)).test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def ids(client: FlaskClient, path: str) -> list[str]:
    return [one["id"] for one in client.get(path).get_json()["contributions"]]


def test_pages_of_the_queue_and_of_a_state(curator: FlaskClient, tmp_path: Path) -> None:
    assert ids(curator, "/contributions/review") == WAITING[:2]
    assert ids(curator, "/contributions/review?page=2") == WAITING[2:]
    first = curator.get("/contributions/review")
    assert first.headers["X-Total-Count"] == "3"
    assert '</contributions/review?page=2>; rel="next"' in first.headers.getlist("Link")
    page = curator.get("/contributions/review?lang=fr", headers={"Accept": "text/html"}).text
    assert 'rel="next" href="/contributions/review?page=2&amp;lang=fr"' in page
    assert "Page 1 sur 2" in page
    assert ids(curator, "/contributions") + ids(curator, "/contributions?page=2") == SENT[:0:-1]
    answer = curator.get("/contributions?state=submitted")
    assert '</contributions?state=submitted&page=2>; rel="last"' in answer.headers.getlist("Link")
    page = curator.get(
        "/contributions?state=submitted&page=2", headers={"Accept": "text/html"}
    ).text
    assert 'rel="prev" href="/contributions?state=submitted&amp;page=1"' in page
    for unknown, status in (("0", 400), ("4", 404), ("x", 400)):
        assert curator.get(f"/contributions?page={unknown}").status_code == status
    ledger = Ledger(Database(tmp_path))
    waiting = ledger.find(WAITING[0])
    ledger.record(
        waiting, LedgerEvent(Verb.REJECT, waiting.submission.sender, datetime.now(UTC), "Because.")
    )
    assert ids(curator, "/contributions/review") == WAITING[1:]


def test_damaged_contributions_are_named(curator: FlaskClient, tmp_path: Path) -> None:
    newest = WAITING[-1]
    with Database(tmp_path).writing() as rows:
        rows.execute(text("UPDATE contributions SET at = 'today' WHERE id = :id"), {"id": newest})
        rows.execute(
            text("UPDATE events SET verb = 'withdraw' WHERE contribution = :id"), {"id": REJECTED}
        )
        rows.execute(
            text("UPDATE events SET verb = 'published' WHERE contribution = :id"), {"id": ACCEPTED}
        )
    listed = curator.get("/contributions").get_json()
    assert [one["id"] for one in listed["contributions"]] == [WAITING[1]]
    (detail,) = listed["damaged"]
    assert (newest in detail, str(tmp_path) in detail) == (True, False)
    for path in ("/contributions?", "/contributions/review?page=2&"):
        page = curator.get(f"{path}lang=fr", headers={"Accept": "text/html"})
        assert (page.status_code, "ne peuvent pas être lues" in page.text) == (200, True)
    for path in (f"/contributions/{ACCEPTED}", f"/contributions/{ACCEPTED}/review"):
        assert curator.get(path).status_code == 503
    del curator.environ_base["HTTP_AUTHORIZATION"]
    assert curator.get("/contributions").get_json() == {"contributions": []}


def test_requests_wait_briefly_for_another_decision(curator: FlaskClient, tmp_path: Path) -> None:
    token, address = curator.environ_base["HTTP_AUTHORIZATION"], f"/contributions/{WAITING[0]}"
    headers = {"Accept": "application/json", "Authorization": str(token)}

    def withdrawn(_: int = 0) -> tuple[int, bool, float]:
        before, client = time.monotonic(), curator.application.test_client(use_cookies=False)
        response = client.post(f"{address}/withdrawal", data={"reason": "Wrong."}, headers=headers)
        return response.status_code, "Retry-After" in response.headers, time.monotonic() - before

    with Ledger(Database(tmp_path)).deciding(), ThreadPoolExecutor(12) as pool:
        comment = curator.post(f"{address}/comments", data={"text": "A comment."}, headers=headers)
        assert comment.status_code == 200  # it depends on no other
        answers = list(pool.map(withdrawn, range(12)))
    assert {answer[:2] for answer in answers} == {(503, True)}
    assert max(seconds for *_, seconds in answers) < 20 * LEDGER_WAIT
    assert withdrawn()[0] == 200


def test_list_without_token(curator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    del curator.environ_base["HTTP_AUTHORIZATION"]
    assert (
        ids(curator, "/contributions")
        == ids(curator, "/contributions?state=accepted")
        == [ACCEPTED]
    )
    monkeypatch.setattr(Ledger, "identifiers", lambda _: pytest.fail("the ledger was read"))
    assert ids(curator, "/contributions?state=rejected") == []


TURTLE = {"Content_Type": "text/turtle"}


@pytest.fixture(scope="module")
def limited(desk_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    quotas = {"quota_contributions": 1, "quota_comments": 2, "quota_failures": 3}
    with desk_here(desk_store, tmp_path_factory.mktemp("quotas"), **quotas) as made:
        yield made


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"), ("127.0.0.1", "evil, 203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7", "203.0.113.7"), ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
        ("::1", "", "::1"), ("", "203.0.113.7", ""), ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7:1000", "203.0.113.7"), ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"), ("127.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ("127.0.0.1", "[2001:DB8::7]:1000", "2001:db8::7"), ("127.0.0.1", "[fe80::7%25eth0]:1", "fe80::7"),
        ("127.0.0.1", "[::ffff:203.0.113.7]:1000", "203.0.113.7"), ("127.0.0.1", "[", "127.0.0.1"),
    ],
)  # fmt: skip
def test_address_of_a_client(remote: str, forwarded: str, address: str) -> None:
    request = Request(
        {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded, "wsgi.url_scheme": "http"}
    )
    assert (
        client_address(request, Settings(proxies="127.0.0.1, ::1 10.0.0.0/8").proxy_networks)
        == address
    )


def test_networks_whose_events_count_together(tmp_path: Path) -> None:
    counts = AddressCounts(Database(tmp_path), "tokens", 1, 3600)
    of_one = [("2001:db8::1", "2001:db8::2"), ("::ffff:192.0.2.1", "192.0.2.1")]
    assert [(counts.add(first), counts.add(second) > 0) for first, second in of_one] == [
        (0, True),
        (0, True),
    ]
    assert counts.add("::ffff:192.0.2.2") == 0
    unlimited = AddressCounts(Database(tmp_path / "other"), "tokens", 0, 60)
    assert not any(unlimited.add("192.0.2.1") for _ in range(100))
    assert not (tmp_path / "other").exists()


def test_stored_address_of_a_client_differs_between_installations(tmp_path: Path) -> None:
    """Without the secret of its installation, nobody finds an address by hashing all addresses."""
    stored = set()
    for name in ("one", "another"):
        database = Database(tmp_path / name)
        AddressCounts(database, "tokens", 1, 3600).add("192.0.2.1")
        with database.reading() as rows:
            stored.add(rows.exec_driver_sql("SELECT address FROM counts").scalar_one())
    assert len(stored) == 2


def test_contributions_that_await_a_decision_are_limited(limited: Served) -> None:
    sent = [
        limited.send(f"practice-{number}", Idempotency_Key=f"key {number}") for number in range(2)
    ]
    assert [answer.status for answer in sent] == [201, 429]
    assert sent[1].headers["retry-after"] == "3600"
    assert "1 contributions of this token await a decision; the limit is 1." in str(
        sent[1].json["detail"]
    )
    assert limited.send("practice-0", Idempotency_Key="key 0").status == 200
    page = limited.send("practice-1", Accept="text/html")
    assert (page.status, b"the limit is 1." in page.body) == (429, True)
    assert limited.decide(sent[0].json["id"], "reject").status == 200
    assert limited.send("practice-1").status == 201


def test_comments_of_an_hour_are_limited(limited: Served) -> None:
    listed = limited.ask("/contributions?state=rejected", token=limited.contributor).json[
        "contributions"
    ]
    address = f"/contributions/{listed[0]['id']}/comments"
    made = [limited.ask(address, b"text=Hello", limited.contributor) for _ in range(3)]
    assert [answer.status // 100 for answer in made] == [2, 2, 4]
    assert made[2].status == 429
    assert 3500 < int(made[2].headers["retry-after"]) <= 3600
    assert limited.ask(address, b"text=Hello", limited.curator).status == 200


def test_invalid_tokens_of_an_address_are_limited_and_valid_ones_taken(limited: Served) -> None:
    def tried(address: str) -> list[int]:
        wrong = f"gcm_000000000000_{'a' * 43}"
        return [
            limited.ask("/contributions", token=wrong, X_Forwarded_For=address).status
            for _ in range(8)
        ]

    assert sorted(tried("192.0.2.1"))[:3] == [401] * 3
    assert set(tried("192.0.2.1")) == {429}
    assert 401 in tried("8.8.8.8, 192.0.2.2")
    assert 429 in tried("2001:db8::1")
    answer = limited.ask(
        "/contributions", token=limited.curator[:-1], X_Forwarded_For="2001:db8::2"
    )
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert "More than 3 invalid tokens came from this address in 60 s." in str(
        answer.json["detail"]
    )
    assert (
        limited.ask("/contributions", token=limited.curator, X_Forwarded_For="192.0.2.1").status
        == 200
    )
