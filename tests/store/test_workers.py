"""Worker and query processes, their slots: order of waiting, deadlines, limits of time and memory, no leftovers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.processes import Worker
from gcmgraph.store import query_pool as limits
from gcmgraph.store.port import (
    AcceptedMediaTypes,
    QueryAnswer,
    QueryOverLimitError,
    QueryRequest,
    QueryTooComplexError,
)
from gcmgraph.store.query_limits import QueryLimits
from gcmgraph.store.query_pool import QueryWorkers, processor_seconds
from gcmgraph.store.results import JSON_RESULTS
from gcmgraph.store.stores import write_index
from processes import children_of, until

WANTED = AcceptedMediaTypes(JSON_RESULTS.media_type, JSON_RESULTS.media_type, None)
VALUES = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdefgh")
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}"
SHORT = "ASK {}"
GREEDY = f"SELECT * {{ {VALUES} }} ORDER BY ?a"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write_index(tmp_path / "index", ())
    return tmp_path / "index"


@pytest.fixture
def others() -> frozenset[int]:
    """The query processes that other tests have left."""
    return query_processes()


@pytest.fixture
def workers(
    index: Path, monkeypatch: pytest.MonkeyPatch, others: frozenset[int]
) -> Iterator[QueryWorkers]:
    monkeypatch.setattr(limits, "LONG_SECONDS", 0.4)
    pool = QueryWorkers(QueryLimits(seconds=20, megabytes=512, side_by_side=1))
    assert pool.run(QueryRequest(SHORT, WANTED), index).body  # there is a process from now on
    yield pool
    pool.close()


@pytest.fixture
def ask(
    workers: QueryWorkers, index: Path, others: frozenset[int]
) -> Iterator[Callable[[str], Future[QueryAnswer]]]:
    """Ask beside others. What still runs in the end is ended."""
    with ThreadPoolExecutor(2) as threads:
        yield lambda query: threads.submit(workers.run, QueryRequest(query, WANTED), index)
        for process in query_processes() - others:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def query_processes() -> frozenset[int]:
    return frozenset(
        process
        for fork_server in children_of(os.getpid(), "store.fork_server")
        for process in children_of(fork_server)
    )


@pytest.fixture
def process(workers: QueryWorkers, others: frozenset[int]) -> int:
    (found,) = query_processes() - others
    return found


def steps_back(process: int) -> bool:
    return os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)


def test_unreadable_store_is_refused_without_its_path(
    workers: QueryWorkers, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "CURRENT").write_text("nothing of the engine's", "utf-8")
    for folder in (damaged, tmp_path / "missing"):
        with pytest.raises(StoreError) as caught:
            workers.run(QueryRequest(SHORT, WANTED), folder)
        assert str(tmp_path) not in str(caught.value)


def test_long_query_steps_back_and_leaves_its_slot(
    ask: Callable[[str], Future[QueryAnswer]], process: int
) -> None:
    answer = ask(RUNAWAY)
    until(lambda: steps_back(process))
    assert processor_seconds(process) >= limits.LONG_SECONDS
    assert not answer.done()
    assert ask(SHORT).result(20).body  # its slot is free


def test_stopped_query_leaves_its_slot_and_keeps_its_priority(
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


def test_query_ends_at_the_time_limit_of_the_clock(index: Path, others: frozenset[int]) -> None:
    workers = QueryWorkers(QueryLimits(seconds=2, megabytes=512, side_by_side=1))
    workers.run(QueryRequest(SHORT, WANTED), index)
    (process,) = query_processes() - others
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(QueryOverLimitError, match="longer than 2 s"):
        workers.run(QueryRequest(SHORT, WANTED), index)
    workers.close()


def test_long_query_steps_back_where_processor_time_is_unknown(
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


def test_queries_over_the_memory_of_all_together_are_refused(index: Path) -> None:
    workers = QueryWorkers(
        QueryLimits(seconds=20, megabytes=1024, side_by_side=2, together_megabytes=150)
    )
    with ThreadPoolExecutor(2) as pool:
        greedy = [pool.submit(refusal, workers, GREEDY, index) for _ in range(2)]
    assert [query.result()[:63] for query in greedy] == [
        "All queries together took more memory than 150 MB, and this one"
    ] * 2
    assert refusal(workers, "ASK {}", index) == ""
    workers.close()


def children() -> set[str]:
    return set(
        Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text("ascii").split()
    )


def test_killed_processes_leave_nothing_behind(index: Path) -> None:
    workers = QueryWorkers(QueryLimits(seconds=2, megabytes=512, side_by_side=1))
    before, descriptors = children(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(QueryTooComplexError):
            workers.run(QueryRequest("ASK " + "{" * 20_000 + "}" * 20_000, WANTED), index)
    with pytest.raises(QueryOverLimitError):
        workers.run(QueryRequest(RUNAWAY, WANTED), index)
    workers.close()
    assert children() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


MODULE = """
import os, time
from gcmgraph.platform.processes import serve, start_arguments

def answer(head, body):
    time.sleep(head.get("sleep", 0))
    if head.get("die"):
        os._exit(3)
    last.append(head.get("last", False))
    return {"arguments": arguments}, body * head.get("times", 1)

last = []
channel, arguments = start_arguments()
serve(channel, answer, lambda: last[-1])
"""

#: Seconds within which everything here happens, on a busy machine, too.
PATIENCE = 60.0


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Worker]]:
    (tmp_path / "answering_module.py").write_text(MODULE, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    started: list[Worker] = []

    def worker(*arguments: str) -> Worker:
        started.append(Worker("answering_module", *arguments))
        return started[-1]

    yield worker
    for process in started:
        process.close()
        assert not process.alive


def soon() -> float:
    return time.monotonic() + PATIENCE


def test_worker_answers_requests_of_any_size(start: Callable[..., Worker]) -> None:
    worker = start("a", "b")
    for times in (1, 200_000):
        head, body = worker.exchange(
            f'{{"seconds": 30, "times": {times}}}'.encode(), b"body", soon()
        )
        assert head == b'{"arguments": ["a", "b"], "retiring": false}'
        assert body == b"body" * times
    assert worker.alive


@pytest.mark.parametrize(
    "request_", [b'{"seconds": 30, "die": true}', b'{"seconds": -0.9, "sleep": 60}']
)
def test_dead_worker_ends_its_exchange(start: Callable[..., Worker], request_: bytes) -> None:
    worker = start()
    with pytest.raises((EOFError, ConnectionError)):
        worker.exchange(request_, b"", soon())
    worker.wait(soon())
    assert not worker.alive


def test_late_worker_remains_and_a_retiring_one_ends(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.exchange(b'{"seconds": 30}', b"", soon())
    worker.wait(time.monotonic() + 0.2)
    assert not worker.alive
    retiring = start()
    assert retiring.exchange(b'{"seconds": 30, "last": true}', b"body", soon())[1] == b"body"
    retiring.wait(soon())
    assert not retiring.alive
    slow = start()
    with pytest.raises(TimeoutError):
        slow.exchange(b'{"seconds": 30, "sleep": 60}', b"", time.monotonic() + 0.2)
    assert slow.alive
