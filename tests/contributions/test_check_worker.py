"""Checks in a process of its own, which is ended when it takes too much, and their queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import ADDRESSES, PREFIXES, practice

from gcmgraph.contributions.check_process import CheckLimits, CheckWorker
from gcmgraph.contributions.checking import Request
from gcmgraph.contributions.content import Content
from gcmgraph.errors import CheckOverLimitError, ContributionError, RdfSyntaxError
from gcmgraph.repository.layout import Repository

ROOT = Repository.find().root


@pytest.fixture(scope="module")
def worker(small_store: Path) -> Iterator[CheckWorker]:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits())
    yield worker
    worker.close()


def test_errors_with_place_and_hint(worker: CheckWorker) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        worker.check(Request(Content(b"<http://a/b> <http://a/c>\n\n <d> .", "x.ttl")))
    assert (caught.value.place.source, caught.value.place.line) == ("x.ttl", 3)
    with pytest.raises(ContributionError, match="in which format") as other:
        worker.check(Request(Content(b"a", "x")))
    assert other.value.hint is not None


def test_memory_for_a_check_beside_threads_of_the_store(small_store: Path) -> None:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits(megabytes=300))
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


def test_deep_nesting(worker: CheckWorker) -> None:
    for content in (
        Content(b"<http://a/b> <http://a/c> " + b"(" * 1_000_000, "deep.ttl"),
        Content(b"[" * 1_000_000, "deep.jsonld"),
        Content(b"<http://a/b> <http://a/c> " + b"[<http://a/c> " * 300_000, "deep2.ttl"),
    ):
        with pytest.raises((RdfSyntaxError, ContributionError)):
            worker.check(Request(content))
    assert worker.check(Request(practice())).conforms
