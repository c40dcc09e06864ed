"""Worker processes: deadlines, limits, and every way in which they end; slots for requests to them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcmgraph.processes import Slots, Worker
from processes import until

MODULE = """
import os, time
from gcmgraph.processes import serve, start_arguments

def answer(head, body):
    time.sleep(head.get("sleep", 0))
    if head.get("die"):
        os._exit(3)
    return {"retiring": head.get("last", False), "arguments": arguments}, body * head.get("times", 1)

channel, arguments = start_arguments()
serve(channel, answer)
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


def test_requests_of_a_worker(start: Callable[..., Worker]) -> None:
    worker = start("a", "b")
    for times in (1, 200_000):
        head, body = worker.exchange(f'{{"seconds": 30, "times": {times}}}'.encode(), b"body", soon())
        assert head == b'{"retiring": false, "arguments": ["a", "b"]}'
        assert body == b"body" * times
    assert worker.alive


def test_deadline_of_a_request(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.exchange(b'{"seconds": 30}', b"", soon())
    with pytest.raises(TimeoutError):
        worker.exchange(b'{"seconds": 30, "sleep": 60}', b"", time.monotonic() + 0.2)
    assert worker.alive


@pytest.mark.parametrize("request_", [b'{"seconds": 30, "die": true}', b'{"seconds": -0.9, "sleep": 60}'])
def test_death_and_own_limit_of_a_worker(start: Callable[..., Worker], request_: bytes) -> None:
    worker = start()
    with pytest.raises((EOFError, ConnectionError)):
        worker.exchange(request_, b"", soon())
    worker.wait(soon())
    assert not worker.alive


def test_retiring_worker(start: Callable[..., Worker]) -> None:
    worker = start()
    assert worker.exchange(b'{"seconds": 30, "last": true}', b"body", soon())[1] == b"body"
    worker.wait(soon())
    assert not worker.alive


def test_deadline_of_waiting(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.wait(time.monotonic() + 0.2)
    assert not worker.alive


class BusyError(Exception):
    """No slot became free."""


def test_order_of_arrival_for_a_slot_with_decisions_first() -> None:
    slots, order, threads = Slots(1, 2, PATIENCE, BusyError), list[str](), list[threading.Thread]()

    def run(name: str, *, first: bool) -> None:
        with slots.slot(first=first):
            order.append(name)

    with slots.slot():
        for number, (name, first) in enumerate((("one", False), ("two", False), ("decision", True))):
            threads.append(threading.Thread(target=run, args=(name,), kwargs={"first": first}))
            threads[-1].start()
            until(lambda number=number: len(slots._waiting) == number + 1)  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["decision", "one", "two"]


def test_immediate_refusal_where_too_many_wait() -> None:
    slots = Slots(2, 0, PATIENCE, BusyError)
    with slots.slot(), slots.slot():
        assert slots.full
        began = time.monotonic()
        with pytest.raises(BusyError), slots.slot():
            pass
        assert time.monotonic() - began < PATIENCE / 2
    with slots.slot():
        assert not slots.full


def test_refusal_after_the_time_limit() -> None:
    slots = Slots(1, 1, 0.05, BusyError)
    with slots.slot():
        for _ in range(3):
            with pytest.raises(BusyError), slots.slot():
                pass
        assert not slots.full
