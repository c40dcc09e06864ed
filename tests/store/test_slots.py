"""Slots for queries: given in the order of waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from gcmgraph.store.query_pool import Slots
from gcmgraph.store.requests import QueriesBusyError


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def waiting(slots: Slots, threads: ThreadPoolExecutor, name: str, got: list[str]) -> Future[None]:
    """Someone who waits for a slot, and does so when this returns."""
    before = slots.waiting

    def take() -> None:
        slots.take(20)
        got.append(name)

    future = threads.submit(take)
    while slots.waiting == before:
        time.sleep(0.001)
    return future


def test_a_slot_goes_to_who_waits_longest(threads: ThreadPoolExecutor) -> None:
    slots = Slots(1, most_waiting=2)
    slot = slots.take(0)
    got: list[str] = []
    first = waiting(slots, threads, "first", got)
    second = waiting(slots, threads, "second", got)
    with pytest.raises(QueriesBusyError):
        slots.take(20)  # no more may wait
    slots.give(slot)
    with pytest.raises(QueriesBusyError):
        slots.take(0.001)  # what was given is not there for others
    first.result(20)
    assert got == ["first"]
    slots.give(slot)
    second.result(20)
    assert got == ["first", "second"]


def test_who_waits_in_vain_is_forgotten() -> None:
    slots = Slots(1, most_waiting=1)
    slot = slots.take(0)
    for _ in range(3):
        with pytest.raises(QueriesBusyError):
            slots.take(0.001)
    slots.give(slot)
    assert slots.take(0) is slot


def test_number_of_slots() -> None:
    slots = Slots(3, most_waiting=0)
    taken = [slots.take(0) for _ in range(3)]
    with pytest.raises(QueriesBusyError):
        slots.take(0)
    for slot in taken:
        slots.give(slot)
    assert slots.take(0) is taken[-1]  # used last
