"""Quotas of a token and of an address, over HTTP; `contributions/test_ledger.py` counts on several servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_over_http import Served
from flask import Request

from gcmgraph.contributions.access import AddressCounts, Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.settings import Settings
from gcmgraph.web.http.requests import client_address
from serving import served
from shared import copy_store

TURTLE = {"Content_Type": "text/turtle"}


@pytest.fixture(scope="module")
def limited(desk_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("quotas")
    copy_store(desk_store, folder / "store")
    tokens = Tokens(Database(folder / "ledger"))
    made = [tokens.create(role, role.title(), f"https://example.org/{role}")[1] for role in Role]
    quotas = {"quota_contributions": 1, "quota_comments": 2, "quota_failures": 3}
    with served(folder / "store", contributions=str(folder / "ledger"), **quotas) as address:
        yield Served(address, *made, folder)


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"), ("127.0.0.1", "evil, 203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7", "203.0.113.7"), ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
        ("::1", "", "::1"), ("", "203.0.113.7", ""),
    ],
)  # fmt: skip
def test_address_of_a_client(remote: str, forwarded: str, address: str) -> None:
    request = Request({"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded, "wsgi.url_scheme": "http"})
    assert client_address(request, Settings(proxies="127.0.0.1, ::1 10.0.0.0/8").proxy_networks) == address


def test_networks_whose_events_count_together(tmp_path: Path) -> None:
    counts = AddressCounts(Database(tmp_path), "tokens", 1, 3600)
    of_one = [("2001:db8::1", "2001:db8::2"), ("::ffff:192.0.2.1", "192.0.2.1")]
    assert [(counts.add(first), counts.add(second) > 0) for first, second in of_one] == [(0, True), (0, True)]
    assert counts.add("::ffff:192.0.2.2") == 0
    unlimited = AddressCounts(Database(tmp_path / "other"), "tokens", 0, 60)
    assert not any(unlimited.add("192.0.2.1") for _ in range(100))
    assert not (tmp_path / "other").exists()


def test_contributions_that_await_a_decision_are_limited(limited: Served) -> None:
    sent = [limited.send(f"practice-{number}", Idempotency_Key=f"key {number}") for number in range(2)]
    assert [answer.status for answer in sent] == [201, 429]
    assert sent[1].headers["retry-after"] == "3600"
    assert "1 contributions of this token await a decision; the limit is 1." in str(sent[1].json["detail"])
    assert limited.send("practice-0", Idempotency_Key="key 0").status == 200
    page = limited.send("practice-1", Accept="text/html")
    assert (page.status, b"the limit is 1." in page.body) == (429, True)
    assert limited.decide(sent[0].json["id"], "reject").status == 200
    assert limited.send("practice-1").status == 201


def test_comments_of_an_hour_are_limited(limited: Served) -> None:
    listed = limited.ask("/contributions?state=rejected", token=limited.contributor).json["contributions"]
    assert isinstance(listed, list)
    address = f"/contributions/{listed[0]['id']}/comments"
    made = [limited.ask(address, b"text=Hello", limited.contributor) for _ in range(3)]
    assert [answer.status // 100 for answer in made] == [2, 2, 4]
    assert made[2].status == 429
    assert 3500 < int(made[2].headers["retry-after"]) <= 3600
    assert limited.ask(address, b"text=Hello", limited.curator).status == 200


def test_invalid_tokens_of_an_address_are_limited_and_valid_ones_taken(limited: Served) -> None:
    def tried(address: str) -> list[int]:
        wrong = f"gcm_000000000000_{'a' * 43}"
        return [limited.ask("/contributions", token=wrong, X_Forwarded_For=address).status for _ in range(8)]

    assert sorted(tried("192.0.2.1"))[:3] == [401] * 3
    assert set(tried("192.0.2.1")) == {429}
    assert 401 in tried("8.8.8.8, 192.0.2.2")
    assert 429 in tried("2001:db8::1")
    answer = limited.ask("/contributions", token=limited.curator[:-1], X_Forwarded_For="2001:db8::2")
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert "More than 3 invalid tokens came from this address in 60 s." in str(answer.json["detail"])
    assert limited.ask("/contributions", token=limited.curator, X_Forwarded_For="192.0.2.1").status == 200
