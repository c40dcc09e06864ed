"""Queue of checks: one at a time, few that wait, decisions before others."""

from __future__ import annotations

import threading
import time

import pytest

from gcmgraph.contributions.check_process import CheckQueue
from gcmgraph.contributions.contribution import CheckBusyError
from processes import until


def test_order_of_arrival_with_decisions_first() -> None:
    queue, order = CheckQueue(waiting=2, seconds=5), []

    def check(name: str, *, first: bool) -> None:
        with queue.turn(first=first):
            order.append(name)

    with queue.turn():
        threads = []
        for number, (name, first) in enumerate((("one", False), ("two", False), ("decision", True))):
            threads.append(threading.Thread(target=check, args=(name,), kwargs={"first": first}))
            threads[-1].start()
            until(lambda number=number: len(queue._waiting) == number + 1)  # type: ignore[misc]
    for thread in threads:
        thread.join(5)
    assert order == ["decision", "one", "two"]


def test_immediate_refusal_beyond_the_queue() -> None:
    queue = CheckQueue(waiting=0, seconds=5)
    with queue.turn():
        assert queue.full
        began = time.monotonic()
        with pytest.raises(CheckBusyError), queue.turn():
            pass
        assert time.monotonic() - began < 1
    with queue.turn():
        pass


def test_refusal_after_the_time_limit_frees_the_queue() -> None:
    queue = CheckQueue(waiting=1, seconds=0.05)
    with queue.turn():
        with pytest.raises(CheckBusyError), queue.turn():
            pass
        assert not queue.full
