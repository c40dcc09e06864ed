"""Answers of systems are compared, and a system that differs is found."""

from __future__ import annotations

from bench.queries import without_limit
from bench.sparql import Answer, agreeing


def test_systems_that_differ_from_most() -> None:
    one, other = (Answer(1),), (Answer(2),)
    assert agreeing({"a": one, "b": one, "c": other}) == {"a": "", "b": "", "c": "differs from most systems"}
    assert all(agreeing({"a": one, "b": other}).values())
    assert agreeing({"a": one}) == {"a": ""}
    assert agreeing({"a": (Answer(fault="no answer"),)}) == {"a": "no answer"}


def test_query_without_its_limit() -> None:
    assert without_limit("SELECT * {}\nLIMIT 20") == ("SELECT * {}", 20)
    assert without_limit("SELECT * {}\nORDER BY ?a\nLIMIT 20 OFFSET 3") is None
