"""A check in a process of its own says what one here says, and is ended when it takes too much."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import ADDRESSES, PREFIXES, practice

from gcmgraph.contributions.check_process import CheckLimits, CheckWorker
from gcmgraph.contributions.checking import LocalChecker, Request
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import CheckOverLimitError, ContributionError
from gcmgraph.errors import RdfSyntaxError
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from gcmgraph.validation.rules import Rules

ROOT = Repository.find().root

BAD = Content((PREFIXES + "practice:x a gcm:Practice ; dct:title 'Un titre' .").encode(), "bad.ttl")


@pytest.fixture(scope="module")
def worker(built_store: Path) -> Iterator[CheckWorker]:
    worker = CheckWorker(built_store, ROOT, ADDRESSES, CheckLimits())
    yield worker
    worker.close()


@pytest.mark.parametrize("content", [practice(), BAD], ids=["good", "bad"])
@pytest.mark.parametrize("form", ["text", "turtle", "json", "sarif"])
def test_the_verdict_is_that_of_a_check_here(
    worker: CheckWorker, built_store: Path, rules: Rules, content: Content, form: str
) -> None:
    request = Request(content, format=form, language="fr")
    here = LocalChecker(StoreFolder(built_store).open_current, lambda: rules, ADDRESSES).check(request)
    there = worker.check(request)
    assert (there.conforms, there.report) == (here.conforms, here.report)
    assert there.quads() == here.quads()
    if form != "turtle":  # whose blank nodes have new names each time
        assert there.written == here.written


def test_a_misspelt_class_is_told_which_one_it_may_be(built_store: Path, rules: Rules) -> None:
    content = Content((PREFIXES + "practice:x a gcm:Practise ; dct:title 'Un titre'@fr .").encode(), "x.ttl")
    checker = LocalChecker(StoreFolder(built_store).open_current, lambda: rules, ADDRESSES)
    verdict = checker.check(Request(content, format="text"))
    assert not verdict.conforms
    assert verdict.written.count("violation:") == 1
    assert "Our ontology has no such term." in verdict.written
    assert "Did you mean" in verdict.written
    assert "gcm:Practice" in verdict.written


def test_errors_come_over_whole(worker: CheckWorker) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        worker.check(Request(Content(b"<http://a/b> <http://a/c>\n\n <d> .", "x.ttl")))
    assert caught.value.place is not None
    assert (caught.value.place.source, caught.value.place.line) == ("x.ttl", 3)
    with pytest.raises(ContributionError, match="in which format") as other:
        worker.check(Request(Content(b"a", "x")))
    assert other.value.hint is not None


def test_threads_that_open_the_store_take_nothing_of_the_memory_of_a_check(built_store: Path) -> None:
    worker = CheckWorker(built_store, ROOT, ADDRESSES, CheckLimits(megabytes=300))
    try:
        assert worker.check(Request(practice())).conforms
    finally:
        worker.close()


@pytest.mark.exhaustive
def test_a_check_over_its_time_is_ended_and_the_next_one_works(built_store: Path) -> None:
    worker = CheckWorker(built_store, ROOT, ADDRESSES, CheckLimits(seconds=3))
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
def test_what_is_nested_without_end_is_an_error_and_nothing_more(worker: CheckWorker, content: Content) -> None:
    with pytest.raises((RdfSyntaxError, ContributionError)):
        worker.check(Request(content))
    assert worker.check(Request(practice())).conforms
