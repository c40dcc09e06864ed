"""All query processes together stay within a budget, also those of several server processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_pool.memory_budget import MemoryBudget, resident_megabytes
from gcmgraph.store.query_pool.pool import QueryWorkers
from gcmgraph.store.requests import QueryLimits, QueryOverLimitError, QueryRequest
from processes import until

WANTED = Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, None)
VALUES = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdef")
GREEDY = f"SELECT * {{ {VALUES} }} ORDER BY ?a"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    EmbeddedStore.open(tmp_path / "index").close()
    return tmp_path / "index"


@pytest.fixture
def workers(index: Path) -> Iterator[QueryWorkers]:
    pool = QueryWorkers(QueryLimits(seconds=20, megabytes=1024, side_by_side=2, together_megabytes=150))
    yield pool
    pool.close()


def run(workers: QueryWorkers, query: str, index: Path) -> str:
    try:
        workers.run(QueryRequest(query, WANTED), index)
    except QueryOverLimitError as error:
        return str(error)
    return ""


def test_the_largest_query_ends_where_all_take_more_than_the_budget(workers: QueryWorkers, index: Path) -> None:
    budget, most = workers._budget, 0.0
    with ThreadPoolExecutor(2) as pool:
        greedy = [pool.submit(run, workers, GREEDY, index) for _ in range(2)]
        while not all(query.done() for query in greedy):
            most = max(most, sum(process.megabytes for process in list(budget._processes)))
            time.sleep(0.005)
    assert [query.result()[:63] for query in greedy] == [
        "All queries together took more memory than 150 MB, and this one"
    ] * 2
    assert most < 2 * 150
    assert run(workers, "ASK {}", index) == ""


class Fixed:
    """A query process of a size."""

    def __init__(self, megabytes: float) -> None:
        self.megabytes = megabytes
        self.ended = False

    def end_over_budget(self) -> None:
        """Note the end."""
        self.ended, self.megabytes = True, 0


def test_the_largest_process_of_all_servers_ends() -> None:
    budget = MemoryBudget(100)
    go, done = os.pipe()
    if (child := os.fork()) == 0:  # another server process, whose query takes 80 MB
        with suppress(BaseException):
            large = Fixed(80)
            budget.add(large)
            budget.begin(large)
            os.write(done, b"x")
            until(lambda: large.ended)
            os.write(done, b"y")
            signal.pause()
        os._exit(0)
    small = Fixed(30)
    try:
        assert os.read(go, 1) == b"x"
        budget.add(small)
        budget.begin(small)
        assert os.read(go, 1) == b"y"
        assert not small.ended
        small.megabytes = 85
        time.sleep(0.1)
        assert not small.ended
        small.megabytes = 95
        until(lambda: small.ended)
    finally:
        budget.remove(small)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(go)
        os.close(done)


def test_what_an_ended_server_wrote_does_not_count() -> None:
    budget = MemoryBudget(100)
    if (child := os.fork()) == 0:
        large = Fixed(80)
        budget.add(large)
        budget.begin(large)
        time.sleep(0.2)
        os._exit(0)
    os.waitpid(child, 0)
    small = Fixed(60)
    budget.add(small)
    budget.begin(small)
    time.sleep(0.1)
    assert not small.ended
    budget.remove(small)
    until(lambda: budget._pid == 0)  # nothing is measured where there is no process


def test_0_is_no_limit_and_measures_nothing() -> None:
    budget, process = MemoryBudget(0), Fixed(10_000)
    budget.add(process)
    budget.begin(process)
    assert budget._pid == 0
    budget.end(process)
    budget.remove(process)


def test_memory_of_a_process_that_has_ended_is_0() -> None:
    assert resident_megabytes(os.getpid()) > 1
    assert resident_megabytes(2**22 + 1) == 0
