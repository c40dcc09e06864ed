"""Bodies that do not come whole, as WSGI servers hand them over (PEP 3333)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from gcmgraph.web.http.request_bodies import REFUSED, BodyGate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def _echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def _tell(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    status, detail = environ[REFUSED]
    start_response(f"{status.value} {status.phrase}", [])
    return [detail.encode(), environ["wsgi.input"].read()]


def _ask(body: bytes, path: str = "/kept", **environ: str) -> tuple[str, bytes]:
    gate = BodyGate(_echo, _tell, 100, {"/large": 200}, {"/kept"})
    statuses: list[str] = []
    asked: WSGIEnvironment = {"PATH_INFO": path, "wsgi.input": io.BytesIO(body), **environ}
    answer = b"".join(gate(asked, lambda status, *_: statuses.append(status)))  # type: ignore[arg-type,func-returns-value]
    return statuses[0], answer


@pytest.mark.parametrize(("path", "size"), [("/kept", 100), ("/large", 200), ("/kept", 0)])
def test_a_whole_body_is_handed_over(path: str, size: int) -> None:
    assert _ask(b"x" * size, path, CONTENT_LENGTH=str(size)) == ("200 OK", b"x" * size)


def test_a_body_that_ends_before_its_length_is_refused() -> None:
    status, problem = _ask(b"x" * 14, CONTENT_LENGTH="90")
    assert status == "400 Bad Request"
    assert problem == b"The body ended after 14 of 90 bytes. Send it again."


def test_in_chunks_comes_only_what_is_not_kept() -> None:
    assert _ask(b"whole", "/other", HTTP_TRANSFER_ENCODING="chunked") == ("200 OK", b"whole")
    assert _ask(b"whole?", HTTP_TRANSFER_ENCODING="chunked")[0] == "411 Length Required"


@pytest.mark.parametrize("told", [{"CONTENT_LENGTH": "101"}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_body_that_is_too_long_is_refused(told: dict[str, str]) -> None:
    assert _ask(b"x" * 101, "/other", **told)[0].startswith("413 ")  # its words are those of Python


def test_the_bytes_of_all_bodies_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcmgraph.web.http.request_bodies.BODY_BYTES", 50)
    assert _ask(b"x" * 50, CONTENT_LENGTH="50")[0] == "200 OK"
    assert _ask(b"x" * 51, CONTENT_LENGTH="51")[0] == "429 Too Many Requests"
