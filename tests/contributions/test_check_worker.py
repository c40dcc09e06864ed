"""Checks in a process of its own, which is ended when it takes too much, and their queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import ADDRESSES, PREFIXES, practice

from gcmgraph.contributions.check_process import CheckLimits, CheckQueue, CheckWorker
from gcmgraph.contributions.checking import Request
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import CheckBusyError, CheckOverLimitError, ContributionError
from gcmgraph.errors import RdfSyntaxError
from gcmgraph.repository.layout import Repository
from processes import until

ROOT = Repository.find().root


@pytest.fixture(scope="module")
def worker(small_store: Path) -> Iterator[CheckWorker]:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits())
    yield worker
    worker.close()


def test_errors_with_place_and_hint(worker: CheckWorker) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        worker.check(Request(Content(b"<http://a/b> <http://a/c>\n\n <d> .", "x.ttl")))
    assert caught.value.place is not None
    assert (caught.value.place.source, caught.value.place.line) == ("x.ttl", 3)
    with pytest.raises(ContributionError, match="in which format") as other:
        worker.check(Request(Content(b"a", "x")))
    assert other.value.hint is not None


def test_memory_for_a_check_beside_threads_of_the_store(built_store: Path) -> None:
    worker = CheckWorker(built_store, ROOT, ADDRESSES, CheckLimits(megabytes=300))
    try:
        assert worker.check(Request(practice())).conforms
    finally:
        worker.close()


@pytest.mark.exhaustive
def test_check_over_its_time_limit(small_store: Path) -> None:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits(seconds=3))
    try:
        many = "".join(f"practice:p{n} a gcm:Practice . " for n in range(45_000))
        with pytest.raises(CheckOverLimitError, match=r"longer than 3 s"):
            worker.check(Request(Content((PREFIXES + many).encode(), "many.ttl")))
        assert worker.check(Request(Content(b"<http://a/b> <http://a/c> <http://a/d> .", "x.nt"))).statements
    finally:
        worker.close()


@pytest.mark.parametrize(
    "content",
    [
        Content(b"<http://a/b> <http://a/c> " + b"(" * 1_000_000, "deep.ttl"),
        Content(b"[" * 1_000_000, "deep.jsonld"),
        Content(b"<http://a/b> <http://a/c> " + b"[<http://a/c> " * 300_000, "deep2.ttl"),
    ],
    ids=["collections", "arrays", "blank nodes"],
)
def test_deep_nesting(worker: CheckWorker, content: Content) -> None:
    with pytest.raises((RdfSyntaxError, ContributionError)):
        worker.check(Request(content))
    assert worker.check(Request(practice())).conforms


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
