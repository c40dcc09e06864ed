"""Prepared results of named queries: equal to those of the query, and none if they might differ."""

from __future__ import annotations

import fcntl
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from gcmgraph.model.terms import Literal
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import prepared_answer, write_answers
from gcmgraph.queries.library import NamedQuery, read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.requests import QueryLimits
from gcmgraph.store.results.lines import ResultLines

ADDRESSES = Addresses()


@pytest.fixture(scope="module")
def library() -> dict[str, NamedQuery]:
    return read_queries(Repository.find(), ADDRESSES)


@pytest.fixture
def version(tmp_path: Path, built_store: Path) -> Path:
    """A folder with the index of the real graph, and nothing else."""
    (tmp_path / "index").symlink_to((built_store / "current" / "index").resolve())
    return tmp_path


def test_the_answer_is_what_the_query_gives(version: Path, library: dict[str, NamedQuery]) -> None:
    names = ("objectives", "practices-by-budget", "country-names", "practices-per-country")
    write_answers(version, [library[name] for name in names], ADDRESSES)
    store = EmbeddedStore.open(version / "index", read_only=True)
    for name in names:
        query = library[name]
        terms = query.substitutions({}, ADDRESSES)
        ready = prepared_answer(version, query, terms)
        assert ready is not None
        wanted = Wanted(JSON_RESULTS.media_type, None, None)
        told = store.serialized(query.in_stable_order(), wanted, substitutions=terms)
        assert told is not None
        lines, expected = ResultLines(ready), json.loads(told[1])
        assert list(lines.variables) == expected["head"]["vars"]
        assert lines.rows(0, len(lines)) == expected["results"]["bindings"]
        assert len(lines)


def test_other_values_another_text_or_another_query_have_none(version: Path, library: dict[str, NamedQuery]) -> None:
    query = library["practices-by-budget"]
    terms = query.substitutions({}, ADDRESSES)
    write_answers(version, [query], ADDRESSES)
    assert prepared_answer(version, query, terms) is not None
    assert prepared_answer(version, query, {**terms, "language": Literal("fr")}) is None
    assert prepared_answer(version, replace(query, text=query.text + " # changed"), terms) is None
    assert prepared_answer(version, library["objectives"], terms) is None


def test_a_query_that_asks_others_or_takes_too_long_has_none(
    version: Path, library: dict[str, NamedQuery], caplog: pytest.LogCaptureFixture
) -> None:
    asked = library["un-target-texts"], library["objectives"]
    with caplog.at_level(logging.WARNING):
        write_answers(version, asked, ADDRESSES, QueryLimits(seconds=0.0001, side_by_side=1))
    assert not list((version / "answers").glob("*.gz"))
    assert "objectives" in caplog.text
    assert "un-target-texts" not in caplog.text


def test_a_damaged_answer_is_left_aside(
    version: Path, library: dict[str, NamedQuery], caplog: pytest.LogCaptureFixture
) -> None:
    query = library["objectives"]
    terms = query.substitutions({}, ADDRESSES)
    write_answers(version, [query], ADDRESSES)
    (file,) = (version / "answers").glob("*.gz")
    whole = file.read_bytes()
    for damage in (b"", b"no gzip", whole[: len(whole) // 2], whole[:30] + b"\0\0\0\0" + whole[34:]):
        file.write_bytes(damage)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert prepared_answer(version, query, terms) is None
        assert "cannot be read" in caplog.text


def test_what_was_prepared_stays_and_the_rest_comes(version: Path, library: dict[str, NamedQuery]) -> None:
    two = [library["objectives"], library["country-names"]]
    write_answers(version, two[:1], ADDRESSES)
    (first,) = (version / "answers").glob("*.gz")
    first.write_bytes(b"kept")
    write_answers(version, two, ADDRESSES)
    assert len(list((version / "answers").glob("*.gz"))) == 2
    assert first.read_bytes() == b"kept"
    for file in (version / "answers").glob("*.gz"):
        file.unlink()
    write_answers(version, two, ADDRESSES)  # all was done, and no query is run again
    assert not list((version / "answers").glob("*.gz"))


def test_one_process_prepares(version: Path, library: dict[str, NamedQuery]) -> None:
    (version / "answers").mkdir()
    with (version / "answers" / "done").open("a+") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        write_answers(version, [library["objectives"]], ADDRESSES)
        assert not list((version / "answers").glob("*.gz"))
    write_answers(version, [library["objectives"]], ADDRESSES)
    assert list((version / "answers").glob("*.gz"))


def test_it_ends_when_answers_are_not_wanted_any_more_and_goes_on_another_time(
    version: Path, library: dict[str, NamedQuery]
) -> None:
    queries, wanted = [library["objectives"], library["country-names"]], iter([True, False])
    write_answers(version, queries, ADDRESSES, wanted=lambda: next(wanted))
    assert len(list((version / "answers").glob("*.gz"))) == 1
    write_answers(version, queries, ADDRESSES)
    assert len(list((version / "answers").glob("*.gz"))) == 2
