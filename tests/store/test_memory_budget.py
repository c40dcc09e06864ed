"""All query processes together stay within a budget."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.query_process import resident_megabytes
from gcmgraph.store.requests import QueryLimits, QueryOverLimitError, QueryRequest
from gcmgraph.store.stores import write_index

WANTED = Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, None)
VALUES = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdef")
GREEDY = f"SELECT * {{ {VALUES} }} ORDER BY ?a"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write_index(tmp_path / "index", ())
    return tmp_path / "index"


def run(workers: QueryWorkers, query: str, index: Path) -> str:
    try:
        workers.run(QueryRequest(query, WANTED), index)
    except QueryOverLimitError as error:
        return str(error)
    return ""


def test_the_largest_query_ends_where_all_take_more_than_the_budget(index: Path) -> None:
    workers = QueryWorkers(QueryLimits(seconds=20, megabytes=1024, side_by_side=2, together_megabytes=150))
    with ThreadPoolExecutor(2) as pool:
        greedy = [pool.submit(run, workers, GREEDY, index) for _ in range(2)]
    assert [query.result()[:63] for query in greedy] == [
        "All queries together took more memory than 150 MB, and this one"
    ] * 2
    assert run(workers, "ASK {}", index) == ""
    workers.close()


def test_memory_of_a_process_that_has_ended_is_0() -> None:
    assert resident_megabytes(os.getpid()) > 1
    assert resident_megabytes(2**22 + 1) == 0
