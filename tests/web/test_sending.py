"""Long responses take slots, short ones do not (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from gcmgraph.web.http.limits import WHOLE
from gcmgraph.web.http.message_limits import REFUSED, ResponseLimiter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LONG = b"x" * (WHOLE + 1)


class Body:
    """A body in pieces that tells whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        """Called by the server (PEP 3333)."""
        self.closed += 1


def gate(body: Iterable[bytes], *headers: tuple[str, str], **limits: int) -> Callable[..., tuple[str, Iterable[bytes]]]:
    """A gate around an application with one response; called with parts of the environment."""

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", list(headers))
        return body

    def refusing(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        status, detail = environ[REFUSED]
        start(f"{status.value} {status.phrase}", [])
        return [detail.encode()]

    made = ResponseLimiter(app, refusing, **limits)

    def ask(**environ: str) -> tuple[str, Iterable[bytes]]:
        statuses: list[str] = []
        asked: dict[str, Any] = {"REQUEST_METHOD": "GET", **environ}
        parts = made(asked, lambda status, *_: statuses.append(status))  # type: ignore[arg-type,func-returns-value]
        return statuses[0], parts

    return ask


@pytest.mark.parametrize("length", [[("Content-Length", "4")], []], ids=["known", "unknown"])
def test_a_short_response_is_whole_and_takes_no_slot(length: list[tuple[str, str]]) -> None:
    body = Body(b"ab", b"cd")
    ask = gate(body, *length, senders=0)
    assert ask() == ("200 OK", [b"ab", b"cd"])
    assert body.closed == 1


def test_the_response_to_head_takes_no_slot() -> None:
    ask = gate(Body(), ("Content-Length", str(len(LONG))), senders=0)
    assert ask(REQUEST_METHOD="HEAD") == ("200 OK", [])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (Body(LONG), [("Content-Length", str(len(LONG)))]),
        (Body(*[LONG[:1_000_00]] * 10), []),
        ([LONG], []),
    ],
    ids=["file", "unknown length", "in memory"],
)
def test_a_long_response_takes_a_slot_until_it_is_closed(body: Iterable[bytes], headers: list[tuple[str, str]]) -> None:
    ask = gate(body, *headers, senders=1)
    status, parts = ask()
    assert status == "200 OK"
    assert not isinstance(parts, list)
    refused, detail = ask()
    assert refused == "503 Service Unavailable"
    assert b"Try again" in b"".join(detail)
    assert b"".join(parts) == b"".join(body)
    for _ in range(2):
        parts.close()  # type: ignore[attr-defined]
    assert ask()[0] == "200 OK"


def test_responses_in_memory_have_a_limit_of_bytes() -> None:
    ask = gate([LONG], senders=10, size=len(LONG) + 1)
    _, first = ask()
    assert ask()[0] == "503 Service Unavailable"
    first.close()  # type: ignore[attr-defined]
    assert ask()[0] == "200 OK"
