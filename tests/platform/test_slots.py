"""Slots of queries and checks: the order of arrival, and refusals."""

from __future__ import annotations

import threading
import time

import pytest

from gcmgraph.platform.slots import Slots
from processes import until

#: Seconds to wait for what happens at once on an idle machine.
PATIENCE = 60.0


class BusyError(Exception):
    """No slot became free."""


def test_slots_are_given_in_order_of_arrival_with_decisions_first() -> None:
    slots = Slots(1, 2, PATIENCE, BusyError)
    order: list[str] = []
    threads: list[threading.Thread] = []

    def run(name: str, *, first: bool) -> None:
        with slots.slot(first=first):
            order.append(name)

    with slots.slot():
        for number, (name, first) in enumerate(
            (("one", False), ("two", False), ("decision", True))
        ):
            threads.append(threading.Thread(target=run, args=(name,), kwargs={"first": first}))
            threads[-1].start()
            until(lambda number=number: len(slots._queue) == number + 1)  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["decision", "one", "two"]


def test_slot_is_refused_at_once_where_too_many_wait() -> None:
    slots = Slots(2, 0, PATIENCE, BusyError)
    with slots.slot(), slots.slot():
        assert slots.full
        began = time.monotonic()
        with pytest.raises(BusyError), slots.slot():
            pass
        assert time.monotonic() - began < PATIENCE / 2
    with slots.slot():
        assert not slots.full
    impatient = Slots(1, 1, 0.05, BusyError)
    with impatient.slot():
        for _ in range(3):
            with pytest.raises(BusyError), impatient.slot():
                pass
        assert not impatient.full
