"""Requests to a server by Python's standard library, and the error for whatever goes wrong."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from gcmgraph.errors import GcmGraphError

#: Requests until a busy server (429) is given up, and the longest wait between two, in seconds.
_ATTEMPTS, _LONGEST_WAIT = 4, 30.0

_BUSY = 429


class ClientError(GcmGraphError):
    """A request without an answer: the server does not answer, refuses, or its answer is not whole.

    `message` is one sentence, that of the server where it gave one; `hint` states a remedy. `status` is the HTTP
    status, None where the server did not answer.
    """

    def __init__(self, message: str, *, hint: str | None = None, status: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


@contextmanager
def expected_form(address: str) -> Iterator[None]:
    """Raise `ClientError` where an answer, read within, lacks what this client expects in it."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise ClientError(
            f"An answer of {address} does not have the form that this client reads.",
            hint="Is the address that of a GCM Graph server of the client's version?",
        ) from error


@dataclass(frozen=True)
class Answer:
    """The body and the headers of an answer with status 200."""

    address: str
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> Any:
        """The body as JSON. Raises `ClientError`."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ClientError(
                f"The answer of {self.address} is not whole, or not JSON.",
                hint="Is the address that of a GCM Graph server? If so, ask again.",
            ) from error

    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Transport:
    """Requests to the server at one address. `timeout` is the longest time without an answer, in seconds."""

    def __init__(self, address: str, timeout: float) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ClientError(
                f"{address!r} is not the address of a server.", hint="Write it such as https://example.org/."
            )
        self.address = address.rstrip("/") + "/"
        self._timeout = timeout

    def get(self, path: str, parameters: Mapping[str, str] | None = None, accept: str = "application/json") -> Answer:
        """The answer to a GET; `path` is relative to the address. Raises `ClientError`."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._send(Request(self._url(path) + query, headers={"Accept": accept}))  # noqa: S310 - http(s), see above

    def post(self, path: str, body: bytes, media_type: str, accept: str = "application/json") -> Answer:
        """The answer to a POST. Raises `ClientError`."""
        headers = {"Accept": accept, "Content-Type": media_type}
        return self._send(Request(self._url(path), data=body, headers=headers))  # noqa: S310

    def _url(self, path: str) -> str:
        return self.address + path.lstrip("/")

    def _send(self, request: Request) -> Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with urlopen(request, timeout=self._timeout) as response:  # noqa: S310
                    return Answer(request.full_url, response.read(), response.headers)
            except HTTPError as error:
                with error:  # it holds the connection
                    wait = _wait(error) if error.code == _BUSY and attempt < _ATTEMPTS else None
                    if wait is None:
                        raise _refused(error, request) from error
                time.sleep(wait)
            except http.client.IncompleteRead as error:
                raise ClientError(
                    f"The answer of {request.full_url} was cut off after {len(error.partial):,} bytes.",
                    hint="Ask again; of a large answer, ask for parts.",
                ) from error
            except (URLError, OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", None) or error
                raise ClientError(
                    f"The server at {self.address} does not answer: {reason}.",
                    hint="Is the address right, and does the server run?",
                ) from error
        raise AssertionError("the last attempt returns or raises")


def _wait(error: HTTPError) -> float | None:
    """The seconds that a busy server asks to wait; None where it names none, or too many."""
    seconds = error.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() and float(seconds) <= _LONGEST_WAIT else None


def _refused(error: HTTPError, request: Request) -> ClientError:
    """The server's own sentence and hint (RFC 9457); else its status."""
    try:
        problem = json.loads(error.read())
    except (ValueError, OSError, http.client.HTTPException):
        problem = None
    if not isinstance(problem, dict) or not isinstance(problem.get("detail"), str):
        return ClientError(f"{request.full_url} was answered with status {error.code}.", status=error.code)
    hints = [problem.get("hint")]
    near = [near.get("label") or near.get("iri") for near in problem.get("near", ()) if isinstance(near, dict)]
    hints += [f"Similar: {', '.join(map(str, near))}."] if near else []
    hint = " ".join(str(part) for part in hints if part)
    if problem.get("line"):
        hint = f"Line {problem['line']}, column {problem.get('column') or 1}. {hint}".strip()
    return ClientError(problem["detail"], hint=hint or None, status=error.code)
