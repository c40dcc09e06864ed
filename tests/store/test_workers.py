"""Which queries are long ones: those that run long themselves, not those that others slow down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.store import query_pool as limits
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_pool import QueryWorkers, processor_seconds
from gcmgraph.store.requests import QueryAnswer, QueryLimits, QueryOverLimitError, QueryRequest
from processes import children_of, until

WANTED = Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, None)
VALUES = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdefgh")
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}"
SHORT = "ASK {}"

#: Seconds that the processes of a burdened processor leave to each other are few: each gets a fifth.
BURDEN = 4


@pytest.fixture
def index(tmp_path: Path) -> Path:
    EmbeddedStore.open(tmp_path / "index").close()
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


def test_a_store_that_cannot_be_opened_is_not_the_fault_of_the_query(workers: QueryWorkers, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "CURRENT").write_text("nothing of the engine's", "utf-8")
    for folder in (damaged, tmp_path / "missing"):
        with pytest.raises(StoreError) as caught:
            workers.run(QueryRequest(SHORT, WANTED), folder)
        assert str(tmp_path) not in str(caught.value)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("burdened")
def test_a_query_that_others_slow_down_does_not_step_back(
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


def test_a_query_that_runs_long_steps_back(ask: Callable[[str], Future[QueryAnswer]], process: int) -> None:
    answer = ask(RUNAWAY)
    until(lambda: steps_back(process))
    assert seconds_run(process) >= limits.LONG
    assert not answer.done()
    assert ask(SHORT).result(20).body  # its slot is free


def test_a_query_that_does_not_get_to_run_frees_its_slot_by_the_clock(
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


def test_who_waits_for_a_slot_waits_until_one_is_free_by_the_clock() -> None:
    assert limits.LONG < limits.SLOT_SECONDS < limits.MAX_WAIT


def test_the_time_limit_goes_by_the_clock(index: Path, others: frozenset[int]) -> None:
    workers = QueryWorkers(QueryLimits(seconds=1, megabytes=512, side_by_side=1))
    workers.run(QueryRequest(SHORT, WANTED), index)
    (process,) = query_processes() - others
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(QueryOverLimitError, match="longer than 1 s"):
        workers.run(QueryRequest(SHORT, WANTED), index)
    workers.close()


def test_the_clock_counts_where_the_system_does_not_tell(
    ask: Callable[[str], Future[QueryAnswer]], process: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.store.query_pool.processor_seconds", lambda _: None)
    os.kill(process, signal.SIGSTOP)
    slow = ask(SHORT)
    until(lambda: steps_back(process))
    os.kill(process, signal.SIGCONT)
    assert slow.result(20).body


def test_processor_time_is_that_of_one_process() -> None:
    before = seconds_run(os.getpid())
    while seconds_run(os.getpid()) < before + 0.05:
        pass
    idle = subprocess.Popen(["sleep", "20"])
    assert 0 <= seconds_run(idle.pid) < seconds_run(os.getpid())
    idle.kill()
    idle.wait()
    assert processor_seconds(idle.pid) is None
