"""Memory of a real server and of its query processes, under many heavy queries at once."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from processes import children_of
from serving import started

VALUES = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdef")
GREEDY = f"SELECT * {{ {VALUES} }} ORDER BY ?a"

BUDGET = 1_000


def tree(pid: int) -> list[int]:
    return [pid, *(one for child in children_of(pid) for one in tree(child))]


def megabytes(pids: list[int]) -> float:
    """Memory of processes, each shared page divided among those that share it (PSS)."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024


def ask(address: str, number: int) -> tuple[int, str | None]:
    query = urllib.parse.urlencode({"query": f"{GREEDY} OFFSET {number}"})
    try:
        with urllib.request.urlopen(f"{address}/sparql?{query}", timeout=60) as answer:  # noqa: S310
            return answer.status, None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Retry-After"]


@pytest.mark.exhaustive
def test_memory_of_heavy_queries(store_folder: Path) -> None:
    with started(store_folder, workers=2, query_memory=BUDGET, query_timeout=10) as (address, server):
        ask(address, 0)  # there are processes and caches from now on
        time.sleep(2)
        before, most = megabytes(tree(server.pid)), 0.0
        with ThreadPoolExecutor(12) as threads:
            answers = [threads.submit(ask, address, number) for number in range(1, 13)]
            while not all(answer.done() for answer in answers):
                most = max(most, megabytes(tree(server.pid)))
        outcomes = [answer.result() for answer in answers]
        deadline = time.monotonic() + 60
        while (after := megabytes(tree(server.pid))) > before * 1.2 and time.monotonic() < deadline:
            time.sleep(1)
    assert most < before + BUDGET * 1.1
    assert after <= before * 1.2
    assert all(status in {429, 503} and later for status, later in outcomes)
