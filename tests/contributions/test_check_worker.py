"""Checks in a process of its own, which is ended when it takes too much, and their queue."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from desk import ADDRESSES, PREFIXES, practice

from gcmgraph.contributions.check_process import CheckLimits, CheckWorker
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.submission_check import Request
from gcmgraph.platform.errors import CheckOverLimitError, ContributionError, RdfSyntaxError
from gcmgraph.platform.frames import send_frame
from gcmgraph.platform.processes import ALLOCATION
from gcmgraph.repository.layout import Repository

ROOT = Repository.find().root


@pytest.fixture(scope="module")
def worker(small_store: Path) -> Iterator[CheckWorker]:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits())
    yield worker
    worker.close()


def test_error_in_a_check_has_its_place_and_hint(worker: CheckWorker) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        worker.check(Request(Content(b"<http://a/b> <http://a/c>\n\n <d> .", "x.ttl")))
    assert (caught.value.place.source, caught.value.place.line) == ("x.ttl", 3)
    with pytest.raises(ContributionError, match="in which format") as other:
        worker.check(Request(Content(b"a", "x")))
    assert other.value.hint is not None


@pytest.mark.parametrize("waits_for_the_start", [True, False])
def test_process_ends_without_a_word_when_the_server_process_was_killed(
    small_store: Path, waits_for_the_start: bool
) -> None:
    ours, theirs = socket.socketpair()
    module = "gcmgraph.contributions.check_process"
    arguments = (str(theirs.fileno()), str(small_store), str(ROOT), ADDRESSES.base, "1024", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        pass_fds=[theirs.fileno()],
        env={**os.environ, **ALLOCATION},
        stderr=subprocess.PIPE,
    )
    theirs.close()
    if waits_for_the_start:
        ours.recv(1)
        head = json.dumps({"method": "check", "seconds": 20}).encode()
        send_frame(ours, head, msgspec.msgpack.encode((Request(practice()),)))
    ours.close()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")


def test_check_has_memory_beside_the_threads_of_the_store(small_store: Path) -> None:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits(megabytes=300))
    try:
        assert worker.check(Request(practice())).conforms
    finally:
        worker.close()


@pytest.mark.exhaustive
def test_check_over_its_time_limit_is_refused_and_the_next_done(small_store: Path) -> None:
    worker = CheckWorker(small_store, ROOT, ADDRESSES, CheckLimits(seconds=3))
    try:
        many = "".join(f"practice:p{n} a gcm:Practice . " for n in range(45_000))
        with pytest.raises(CheckOverLimitError, match=r"longer than 3 s"):
            worker.check(Request(Content((PREFIXES + many).encode(), "many.ttl")))
        assert worker.check(
            Request(Content(b"<http://a/b> <http://a/c> <http://a/d> .", "x.nt"))
        ).statements
    finally:
        worker.close()


def test_deeply_nested_content_is_refused(worker: CheckWorker) -> None:
    for content in (
        Content(b"<http://a/b> <http://a/c> " + b"(" * 1_000_000, "deep.ttl"),
        Content(b"[" * 1_000_000, "deep.jsonld"),
        Content(b"<http://a/b> <http://a/c> " + b"[<http://a/c> " * 300_000, "deep2.ttl"),
    ):
        with pytest.raises((RdfSyntaxError, ContributionError)):
            worker.check(Request(content))
    assert worker.check(Request(practice())).conforms
