"""Where an answer ends, however its bytes arrive."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.http_response import ResponseReader, ResponseSyntaxError


def plain(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def chunked(body: bytes, size: int) -> bytes:
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    written = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + written + b"0\r\n\r\n"


BODIES = st.one_of(st.binary(max_size=80), st.just(b"0\r\n\r\n"), st.just(b"\r\n\r\n0\r\n\r\n5\r\n"))


@given(body=BODIES, size=st.integers(0, 20), cuts=st.lists(st.integers(1, 200), max_size=6))
def test_an_answer_is_over_with_its_last_byte_and_not_before(body: bytes, size: int, cuts: list[int]) -> None:
    answer = chunked(body, size) if size else plain(body)
    edges = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    reader = ResponseReader()
    for start, end in pairwise(edges):
        assert reader.feed(answer[start:end]) is (end == len(answer))
    assert (reader.complete, reader.status, reader.closed) == (True, 200, False)


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    reader = ResponseReader()
    assert not reader.feed(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall ")
    assert not reader.feed(b"of it")
    assert reader.feed(b"")
    assert (reader.complete, reader.closed) == (True, True)


@pytest.mark.parametrize("part", [b"", plain(b"whole")[:-1], chunked(b"whole", 3)[:-1], b"HTTP/1.1 200 OK\r\n"])
def test_a_connection_that_ends_too_early_gives_no_complete_answer(part: bytes) -> None:
    reader = ResponseReader()
    if part:
        assert not reader.feed(part)
    assert reader.feed(b"")
    assert not reader.complete


@pytest.mark.parametrize("data", [plain(b"one") + b"x", b"SSH-2.0\r\n\r\n"])
def test_what_is_no_single_answer_is_refused(data: bytes) -> None:
    with pytest.raises(ResponseSyntaxError):
        ResponseReader().feed(data)
