"""/metrics: what all server processes were asked together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from attackers import ask
from gcmgraph.web.http.middleware import BOUNDS, OTHER, RequestCounts
from serving import served

_LINE = re.compile(r'# (?:HELP|TYPE) \w+ .+|\w+(?:\{\w+="[^"\\]*"(?:,\w+="[^"\\]*")*\})? [\d.]+')


def numbers(text: str) -> dict[str, float]:
    """Each line's name with its labels, and its number."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(number) for name, _, number in lines}


def test_counts_by_address_and_status(client: FlaskClient) -> None:
    before = numbers(client.get("/metrics").text)
    for path in ("/shapes.ttl", *["/sparql?query=ASK%7B%7D"] * 2, "/sparql?query=ASK", "/nowhere/at/all"):
        client.get(path)
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert [line for line in answer.text.splitlines() if not _LINE.fullmatch(line)] == []
    now, requests, seconds = numbers(answer.text), "gcmgraph_requests_total", "gcmgraph_request_duration_seconds"
    more = {
        f'{requests}{{path="/sparql",status="200"}}': 2,
        f'{requests}{{path="/sparql",status="400"}}': 1,
        f'{requests}{{path="/shapes",status="200"}}': 1,
        f'{requests}{{path="other",status="404"}}': 1,
        f'{requests}{{path="/metrics",status="200"}}': 1,
        f'{seconds}_count{{path="/sparql"}}': 3,
        f'{seconds}_bucket{{path="/sparql",le="+Inf"}}': 3,
    }
    assert {name: now[name] - before.get(name, 0) for name in more} == more
    assert now[f'{seconds}_sum{{path="/sparql"}}'] > before.get(f'{seconds}_sum{{path="/sparql"}}', 0)
    assert now["gcmgraph_dataset_quads"] == client.get("/health").json["quads"]  # type: ignore[index]


def test_histogram_of_durations() -> None:
    counts = RequestCounts(["/a"])
    for seconds in (0.001, 0.002, 0.5, 31):
        counts.add("/a", 200, seconds)
    counts.add("/b", 299, 0.1)
    known, other = counts
    assert (known.path, known.statuses, round(known.seconds, 3)) == ("/a", {200: 4}, 31.503)
    within = {bound: 1 if bound == 0.001 else 2 if bound < 0.5 else 3 for bound in BOUNDS}
    assert dict(zip(BOUNDS, known.within, strict=False)) == within
    assert known.within[-1] == 4
    assert (other.path, other.statuses) == (OTHER, {0: 1})


@pytest.fixture
def server(store_folder: Path) -> Iterator[str]:
    with served(store_folder, workers=2) as address:
        yield address


def test_metrics_of_all_server_processes(server: str) -> None:
    for number in range(40):
        ask(server, f"/health?{number}")
    for _ in range(5):
        counts = numbers(ask(server, "/metrics").body.decode())
        assert counts['gcmgraph_requests_total{path="/health",status="200"}'] == 40
