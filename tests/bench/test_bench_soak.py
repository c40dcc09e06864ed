"""The soak: what it asks for, how it counts, and when it says that all is well."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from bench.soak_load import NO_CONNECTION, Clients
from bench.soak_look import look
from bench.soak_mix import HEAVY, LANGUAGES, RUNAWAY, SMALL, Mix
from bench.soak_record import Interval, slope, verdict
from bench.synthetic import Synthetic


def intervals(memory: list[float], p99: list[float]) -> list[Interval]:
    return [Interval(60.0, p99_ms=p, least_memory_mb=m) for m, p in zip(memory, p99, strict=True)]


def test_flat_memory_and_even_latency_are_good() -> None:
    judged = verdict(intervals([300, 500, 501, 499, 500, 500, 502, 498, 500], [90, 20, 21, 20, 19, 20, 21, 20, 20]))
    assert (judged.good, judged.memory_flat, judged.p99_stable, judged.failures) == (True, True, True, 0)


def test_memory_that_grows_is_told_with_its_slope() -> None:
    judged = verdict(intervals([100.0 + 20 * minute for minute in range(9)], [20.0] * 9))
    assert (judged.good, judged.memory_flat, judged.memory_slope) == (False, False, 20.0)


def test_answers_that_become_slower_are_told() -> None:
    judged = verdict(intervals([500.0] * 9, [20.0] * 6 + [40.0] * 3))
    assert (judged.good, judged.memory_flat, judged.p99_stable, judged.p99_ratio) == (False, True, False, 2.0)


def test_a_failure_in_the_warm_up_counts() -> None:
    run = intervals([500.0] * 9, [20.0] * 9)
    run[0].failures["page: 500"] += 1
    assert (verdict(run).failures, verdict(run).good) == (1, False)


def test_a_short_soak_says_nothing_but_failures() -> None:
    judged = verdict(intervals([100.0, 900.0], [1.0, 100.0]))
    assert (judged.memory_flat, judged.p99_stable, judged.good) == (None, None, True)


def test_the_slope_of_one_place_is_zero() -> None:
    assert (slope([2.0], [5.0]), slope([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])) == (0.0, 2.0)


def test_an_interval_is_kept_as_json() -> None:
    interval = Interval(1.0, requests=Counter(page=2), failures=Counter({"page: 500": 1}))
    kept = json.loads(json.dumps(interval.record()))
    assert (kept["requests"], kept["failures"]) == ({"page": 2}, {"page: 500": 1})


def test_the_mix_asks_for_everything_in_every_language(fifty: Synthetic) -> None:
    asked = list(islice(Mix(fifty, 8080, 1).requests(), 2_000))
    assert {request.name for request in asked} == {*SMALL, *HEAVY}
    spoken = {request.content.partition(b"Accept-Language: ")[2].strip().decode() for request in asked}
    assert spoken == set(LANGUAGES)
    assert all(request.content.endswith(b"\r\n\r\n") and b"$" not in request.content for request in asked)


def test_the_same_seed_asks_the_same(fifty: Synthetic) -> None:
    one, other = (list(islice(Mix(fifty, 8080, 7).requests(), 50)) for _ in range(2))
    assert one == other


class _Answers(http.server.BaseHTTPRequestHandler):
    """Lists are refused for now, Turtle is broken, runaways are ended, all else is well."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        accept = self.headers["Accept"]
        status = 429 if "/browse" in self.path else 200
        if "/doc/" in self.path and accept == "text/turtle":
            status = 500
        if "ASK%20%7B%7B" in self.path or ("COUNT%28%2A%29" in self.path and "%3Fj" in self.path):
            status = 503
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


def test_what_should_not_be_is_counted_apart_from_refusals(fifty: Synthetic, port: int) -> None:
    clients = Clients(Mix(fifty, port, 1), port, 4, runaway_pause=0.01)
    looks: list[int] = []
    counted = clients.run(1.3, lambda: looks.append(1))
    clients.close()
    assert counted.requests["page"] > 0
    assert set(counted.failures) == {"turtle: 500"}
    assert counted.failures["turtle: 500"] == counted.requests["turtle"]
    assert set(counted.busy) == {"browse", "browse-json"}
    assert counted.runaways["503"] > 0
    assert sum(counted.runaways.values()) == counted.requests[RUNAWAY]
    assert counted.p50_ms is not None
    assert counted.p99_ms is not None
    assert counted.p50_ms <= counted.p99_ms
    assert looks


def test_a_server_that_is_gone_ends_the_asking_at_once(fifty: Synthetic) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        server.daemon_threads = True
        clients = Clients(Mix(fifty, server.server_port, 1), server.server_port, 2, runaway_pause=60)
    counted = clients.run(600, lambda: None)
    clients.close()
    assert counted.failures[NO_CONNECTION] == 1
    assert counted.seconds < 600


def test_a_server_that_ended_or_left_processes_behind_is_not_good() -> None:
    run = intervals([500.0] * 9, [20.0] * 9)
    assert verdict(run).good
    assert not verdict(run, server_lived=False).good
    assert not verdict(run, left_behind=1).good
    assert not verdict(run[:2], server_lived=False).good


def test_a_look_tells_memory_files_and_versions(tmp_path: Path) -> None:
    for name, whole in (("old", False), ("new", True)):
        (tmp_path / "versions" / name).mkdir(parents=True)
        (tmp_path / "versions" / name / "changes.json").write_bytes(b"x" * 2**20)
        if whole:
            (tmp_path / "versions" / name / "index").mkdir()
    with (tmp_path / "gone").open("w"):
        before = look([os.getpid()], tmp_path)
        (tmp_path / "gone").unlink()
        seen = look([os.getpid(), os.getpid(), 2**22 + 1], tmp_path)
    assert seen.processes == {"main": 1, "server": 1}
    assert seen.memory_mb["main"] > 1
    assert seen.open_files["main"] > 3
    assert (before.deleted_files + 1) * 2 == seen.deleted_files
    assert (seen.versions, seen.whole_versions) == (2, 1)
    assert seen.store_mb >= 2
    assert "versions 2 (1 whole" in str(seen)
    assert json.loads(json.dumps(seen.record()))["versions"] == 2
