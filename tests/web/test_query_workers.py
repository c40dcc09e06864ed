"""Query processes: replaced when they end, and no descriptor or process left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcmgraph.model.terms import Literal
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.requests import (
    QueriesBusyError,
    QueryLimits,
    QueryOverLimitError,
    QueryRequest,
    QueryTooComplexError,
)

WANTED = Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, "text/turtle")
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"


@pytest.fixture
def workers() -> Iterator[QueryWorkers]:
    pool = QueryWorkers(QueryLimits(seconds=2, megabytes=512, side_by_side=1))
    yield pool
    pool.close()


@pytest.fixture
def index(store_folder: Path) -> Path:
    return store_folder / "current" / "index"


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text("ascii").split())


def test_killed_processes_leave_nothing_behind(workers: QueryWorkers, index: Path) -> None:
    before, descriptors = children(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(QueryTooComplexError):
            workers.run(QueryRequest("ASK " + "{" * 20_000 + "}" * 20_000, WANTED), index)
    with pytest.raises(QueryOverLimitError):
        workers.run(QueryRequest(RUNAWAY, WANTED), index)
    workers.close()
    assert children() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


@pytest.mark.exhaustive
def test_a_second_long_query_does_not_wait(index: Path) -> None:
    workers = QueryWorkers(QueryLimits(seconds=5, megabytes=512, side_by_side=1))
    outcomes: list[type[Exception]] = []

    def run() -> None:
        try:
            workers.run(QueryRequest(RUNAWAY, WANTED), index)
        except (QueryOverLimitError, QueriesBusyError) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kind.__name__ for kind in outcomes) == ["QueriesBusyError", "QueryOverLimitError"]
    assert workers.run(QueryRequest("ASK {}", WANTED), index).body
    workers.close()


def test_terms_are_bound(workers: QueryWorkers, index: Path) -> None:
    text = 'a "quoted" \\ text\n} DROP ALL'
    request = QueryRequest("SELECT ?x ?y { BIND(?y AS ?x) }", WANTED, substitutions={"y": Literal(text, language="fr")})
    body = workers.run(request, index).body
    assert b"DROP ALL" in body
    assert b'"xml:lang":"fr"' in body
