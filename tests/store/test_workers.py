"""Query processes and their slots: order of waiting, long queries, limits of time and memory, no leftovers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.store import query_pool as limits
from gcmgraph.store.port import (
    AcceptedMediaTypes,
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryOverLimitError,
    QueryRequest,
    QueryTooComplexError,
)
from gcmgraph.store.query_pool import QueryWorkers, processor_seconds
from gcmgraph.store.results import JSON_RESULTS
from gcmgraph.store.stores import write_index
from processes import children_of, until

WANTED = AcceptedMediaTypes(JSON_RESULTS.media_type, JSON_RESULTS.media_type, None)
VALUES = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdefgh")
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}"
SHORT = "ASK {}"
GREEDY = f"SELECT * {{ {VALUES} }} ORDER BY ?a"

#: Seconds that the processes of a burdened processor leave to each other are few: each gets a fifth.
BURDEN = 4


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write_index(tmp_path / "index", ())
    return tmp_path / "index"


@pytest.fixture
def others() -> frozenset[int]:
    """The query processes that other tests have left."""
    return query_processes()


@pytest.fixture
def workers(index: Path, monkeypatch: pytest.MonkeyPatch, others: frozenset[int]) -> Iterator[QueryWorkers]:
    monkeypatch.setattr(limits, "LONG", 0.4)
    pool = QueryWorkers(QueryLimits(seconds=20, megabytes=512, side_by_side=1))
    assert pool.run(QueryRequest(SHORT, WANTED), index).body  # there is a process from now on
    yield pool
    pool.close()


@pytest.fixture
def ask(workers: QueryWorkers, index: Path, others: frozenset[int]) -> Iterator[Callable[[str], Future[QueryAnswer]]]:
    """Ask beside others. What still runs in the end is ended."""
    with ThreadPoolExecutor(2) as threads:
        yield lambda query: threads.submit(workers.run, QueryRequest(query, WANTED), index)
        for process in query_processes() - others:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def query_processes() -> frozenset[int]:
    return frozenset(
        process for fork_server in children_of(os.getpid(), "store.fork_server") for process in children_of(fork_server)
    )


@pytest.fixture
def process(workers: QueryWorkers, others: frozenset[int]) -> int:
    (found,) = query_processes() - others
    return found


def steps_back(process: int) -> bool:
    return os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)


def seconds_run(process: int) -> float:
    seconds = processor_seconds(process)
    assert seconds is not None
    return seconds


@pytest.fixture
def burdened(process: int) -> Iterator[None]:
    """The query process has to share its processor with many that never rest."""
    processor = {min(os.sched_getaffinity(0))}
    with ExitStack() as stack:
        for _ in range(BURDEN):
            other = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(other.kill)
            os.sched_setaffinity(other.pid, processor)
        os.sched_setaffinity(process, processor)
        yield


def test_unreadable_store(workers: QueryWorkers, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "CURRENT").write_text("nothing of the engine's", "utf-8")
    for folder in (damaged, tmp_path / "missing"):
        with pytest.raises(StoreError) as caught:
            workers.run(QueryRequest(SHORT, WANTED), folder)
        assert str(tmp_path) not in str(caught.value)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("burdened")
def test_priority_of_a_query_that_others_slow_down(
    ask: Callable[[str], Future[QueryAnswer]], process: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SLOT_SECONDS", 0.5)  # nor does it for having left its slot
    before, asked = seconds_run(process), time.monotonic()
    ask(RUNAWAY)
    while not steps_back(process):
        run, now = seconds_run(process) - before, time.monotonic()
        assert now - asked < 20
    assert run > 0.3  # the last look was just before
    assert now - asked > 2 * limits.LONG


def test_priority_of_a_long_query(ask: Callable[[str], Future[QueryAnswer]], process: int) -> None:
    answer = ask(RUNAWAY)
    until(lambda: steps_back(process))
    assert seconds_run(process) >= limits.LONG
    assert not answer.done()
    assert ask(SHORT).result(20).body  # its slot is free


def test_slot_of_a_stopped_query(
    ask: Callable[[str], Future[QueryAnswer]], process: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SLOT_SECONDS", 0.5)
    os.kill(process, signal.SIGSTOP)
    slow = ask(SHORT)
    assert ask(SHORT).result(20).body
    assert not steps_back(process)
    assert not slow.done()
    os.kill(process, signal.SIGCONT)
    assert slow.result(20).body


def test_time_limit_by_the_clock(index: Path, others: frozenset[int]) -> None:
    workers = QueryWorkers(QueryLimits(seconds=3, megabytes=512, side_by_side=1))
    workers.run(QueryRequest(SHORT, WANTED), index)
    (process,) = query_processes() - others
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(QueryOverLimitError, match="longer than 3 s"):
        workers.run(QueryRequest(SHORT, WANTED), index)
    workers.close()


def test_long_query_without_processor_time(
    ask: Callable[[str], Future[QueryAnswer]], process: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.store.query_pool.processor_seconds", lambda _: None)
    os.kill(process, signal.SIGSTOP)
    slow = ask(SHORT)
    until(lambda: steps_back(process))
    os.kill(process, signal.SIGCONT)
    assert slow.result(20).body


def refusal(workers: QueryWorkers, query: str, index: Path) -> str:
    try:
        workers.run(QueryRequest(query, WANTED), index)
    except QueryOverLimitError as error:
        return str(error)
    return ""


def test_budget_of_all_queries(index: Path) -> None:
    workers = QueryWorkers(QueryLimits(seconds=20, megabytes=1024, side_by_side=2, together_megabytes=150))
    with ThreadPoolExecutor(2) as pool:
        greedy = [pool.submit(refusal, workers, GREEDY, index) for _ in range(2)]
    assert [query.result()[:63] for query in greedy] == [
        "All queries together took more memory than 150 MB, and this one"
    ] * 2
    assert refusal(workers, "ASK {}", index) == ""
    workers.close()


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text("ascii").split())


def test_leftovers_of_killed_processes(index: Path) -> None:
    workers = QueryWorkers(QueryLimits(seconds=4, megabytes=512, side_by_side=1))
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
def test_second_long_query(index: Path) -> None:
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
