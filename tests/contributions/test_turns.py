"""Turns of checks: one at a time, few that wait, decisions before others."""

from __future__ import annotations

import threading
import time

import pytest

from gcmgraph.contributions.check_process import Queue, Turns
from gcmgraph.contributions.contribution import CheckBusyError
from processes import until


def test_turns_follow_the_order_of_arrival_but_for_decisions() -> None:
    turns, order = Turns(Queue(waiting=2, seconds=5)), []

    def check(name: str, *, first: bool) -> None:
        with turns.turn(first=first):
            order.append(name)

    with turns.turn():
        threads = []
        for number, (name, first) in enumerate((("one", False), ("two", False), ("decision", True))):
            threads.append(threading.Thread(target=check, args=(name,), kwargs={"first": first}))
            threads[-1].start()
            until(lambda number=number: len(turns._waiting) == number + 1)  # type: ignore[misc]
    for thread in threads:
        thread.join(5)
    assert order == ["decision", "one", "two"]


def test_beyond_the_queue_a_check_is_refused_at_once() -> None:
    turns = Turns(Queue(waiting=0, seconds=5))
    with turns.turn():
        assert turns.full
        began = time.monotonic()
        with pytest.raises(CheckBusyError), turns.turn():
            pass
        assert time.monotonic() - began < 1
    with turns.turn():
        pass


def test_a_check_that_waits_too_long_is_refused_and_leaves_the_queue() -> None:
    turns = Turns(Queue(waiting=1, seconds=0.05))
    with turns.turn():
        with pytest.raises(CheckBusyError), turns.turn():
            pass
        assert not turns.full
