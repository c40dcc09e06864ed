"""Answers of engines in files: rows that are cut as they arrive, whatever the pieces."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.store.answer_files import RowLimiter, write_answer
from gcmgraph.store.results import JSON_RESULTS, Caps

TEXTS = st.text(st.sampled_from('ab"\\{}[],:é\n'), max_size=12)
ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), TEXTS), max_size=6)


class Pieces:
    """A body that arrives in small pieces."""

    def __init__(self, body: bytes, length: int) -> None:
        self._body = io.BytesIO(body)
        self._length = length

    def read(self, size: int = -1, /) -> bytes:
        """The next piece."""
        return self._body.read(self._length)


def result(rows: list[dict[str, str]], indent: int | None = None) -> bytes:
    bindings = [
        {name: {"type": "literal", "value": text} for name, text in row.items()} for row in rows
    ]
    document = {"head": {"vars": ["a", "b", "c"]}, "results": {"bindings": bindings}}
    return json.dumps(document, indent=indent, ensure_ascii=False).encode()


@given(ROWS, st.integers(0, 7), st.integers(1, 40), st.sampled_from([None, 1]))
def test_result_is_cut_after_whole_rows(
    rows: list[dict[str, str]], limit: int, length: int, indent: int | None
) -> None:
    limiter = RowLimiter(Pieces(result(rows, indent), length), limit, lambda: False)
    body = b"".join(iter(lambda: limiter.read(100), b""))
    expected = json.loads(result(rows[:limit]))
    assert json.loads(body) == expected
    assert limiter.cut is (len(rows) > limit)
    assert limiter.rows == min(len(rows), limit)


def test_row_with_a_triple_term_is_one_row() -> None:
    value = {"type": "literal", "value": "x"}
    triple = {"type": "triple", "value": {"subject": value, "predicate": value, "object": value}}
    body = json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": [{"a": triple}] * 3}})
    limiter = RowLimiter(Pieces(body.encode(), 16), 2, lambda: False)
    cut = json.loads(b"".join(iter(lambda: limiter.read(100), b"")))
    assert cut["results"]["bindings"] == [{"a": triple}] * 2


def test_answer_over_the_limit_of_bytes_is_cut_and_whole() -> None:
    body = result([{"a": "x" * 1_000}] * 1_000)
    caps = Caps(bytes=200_000)
    answer = write_answer(
        Pieces(body, 8192), JSON_RESULTS.media_type, JSON_RESULTS.media_type, caps, {}
    )
    assert answer.cut
    assert 200_000 < answer.size < 400_000
    assert len(json.loads(answer.body)["results"]["bindings"]) > 150


def test_result_at_the_engines_own_limit_is_cut() -> None:
    media_type = JSON_RESULTS.media_type
    for count, is_cut in ((2, False), (3, True)):
        body = Pieces(result([{"a": "x"}] * count), 64)
        answer = write_answer(body, media_type, media_type, Caps(), {}, engine_rows=3)
        assert (answer.cut, answer.engine_rows) == (is_cut, 3 if is_cut else None)


@pytest.mark.parametrize("body", [b"<html>", b'{"head":{}}', b'{"results":{"bindings":[{', b""])
def test_body_that_is_no_result_is_refused(body: bytes) -> None:
    media_type = JSON_RESULTS.media_type
    with pytest.raises((SyntaxError, ValueError)):
        write_answer(Pieces(body, 8), media_type, media_type, Caps(), {})
