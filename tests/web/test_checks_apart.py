"""Checks for anonymous clients, however many and heavy, leave room for pages, submissions and decisions."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from desk_over_http import PRACTICE, Served

HEAVY = "@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .\n" + "".join(
    f"<https://w3id.org/gcmgraph/id/practice/p{number}> a gcm:Practice .\n" for number in range(49_990)
)


@pytest.mark.exhaustive
def test_heavy_checks_leave_room_for_pages_submissions_and_decisions(desk: Served) -> None:
    assert desk.send("first").status == 201  # starts a process for checks
    end = time.monotonic() + 12

    def attack(body: bytes) -> set[int]:
        statuses = set()
        while time.monotonic() < end:
            answer = desk.ask("/validate", body, Content_Type="text/turtle", Accept="application/json")
            if answer.status == 429:
                assert answer.headers["retry-after"].isdecimal()
                assert b"Other contributions are being checked." in answer.body
            statuses.add(answer.status)
            time.sleep(0.2)
        return statuses

    bodies = [HEAVY.encode()] * 4 + [PRACTICE.encode()] * 26
    with ThreadPoolExecutor(len(bodies)) as pool:
        attacks = [pool.submit(attack, body) for body in bodies]
        time.sleep(1)
        pages, number = [], 0
        while time.monotonic() < end:
            number += 1
            sent = desk.send(f"during-{number}")
            assert sent.status == 201
            assert desk.decide(sent.json["id"], "accept").status == 200
            for path in ("/health", "/doc/country/PHL") * 4:
                began = time.monotonic()
                assert desk.ask(path, Accept="text/html").status in {200, 404}
                pages.append(time.monotonic() - began)
        statuses = set().union(*(attack.result() for attack in attacks))
    assert 429 in statuses
    assert sorted(pages)[int(0.8 * len(pages))] < 1, sorted(pages)[-8:]
