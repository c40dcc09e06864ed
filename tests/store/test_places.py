"""Places for queries: given in the order of those who wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from gcmgraph.store.query_pool.slots import Places
from gcmgraph.store.requests import QueriesBusyError


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def waiting(places: Places, threads: ThreadPoolExecutor, name: str, got: list[str]) -> Future[None]:
    """Someone who waits for a place, and does so when this returns."""
    before = places.waiting

    def take() -> None:
        places.take(20)
        got.append(name)

    future = threads.submit(take)
    while places.waiting == before:
        time.sleep(0.001)
    return future


def test_a_place_goes_to_who_waits_longest(threads: ThreadPoolExecutor) -> None:
    places = Places(1, most_waiting=2)
    places.take(0)
    got: list[str] = []
    first = waiting(places, threads, "first", got)
    second = waiting(places, threads, "second", got)
    with pytest.raises(QueriesBusyError):
        places.take(20)  # no more may wait
    places.give(None)
    with pytest.raises(QueriesBusyError):
        places.take(0.001)  # what was given is not there for others
    first.result(20)
    assert got == ["first"]
    places.give(None)
    second.result(20)
    assert got == ["first", "second"]


def test_who_waits_in_vain_is_forgotten() -> None:
    places = Places(1, most_waiting=1)
    places.take(0)
    for _ in range(3):
        with pytest.raises(QueriesBusyError):
            places.take(0.001)
    places.give(None)
    assert places.take(0) is None
    assert places.take_idle() == []


def test_there_are_as_many_places_as_were_made() -> None:
    places = Places(3, most_waiting=0)
    for _ in range(3):
        assert places.take(0) is None
    with pytest.raises(QueriesBusyError):
        places.take(0)
    places.give(None)
    assert places.take_idle() == [None]
