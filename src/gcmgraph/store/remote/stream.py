"""What a SPARQL server answers, while it comes: read with a time limit, whole or by a parser."""

from __future__ import annotations

import socket
import urllib.error
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from time import monotonic

from gcmgraph.errors import StoreError

_CHUNK = 1 << 18


class OverLimitError(StoreError):
    """A request that took longer, or an answer that is larger, than one may."""


@dataclass(frozen=True)
class Answer:
    """What a server sent."""

    media_type: str
    headers: Message
    body: bytes


class AnswerStream:
    """The body of an answer, as a file that parsers can read. `StoreError` where it ends early or comes too late."""

    def __init__(self, response: HTTPResponse, url: str, seconds: float, deadline: float) -> None:
        self.headers: Message = response.headers
        self._response = response
        self._url = url
        self._seconds = seconds
        self._deadline = deadline

    def read(self, size: int = -1) -> bytes:
        """What has come, `size` bytes at most; nothing at the end."""
        try:
            part = self._response.read1(size if size > 0 else _CHUNK)
        except (TimeoutError, HTTPException, OSError) as error:
            raise unreached(self._url, self._seconds, error) from error
        if monotonic() > self._deadline:
            raise unreached(self._url, self._seconds, TimeoutError())
        if not part and self._response.length:  # fewer bytes came than Content-Length says
            raise StoreError(f"The SPARQL server at {self._url} ended its answer early.", hint="Is it running?")
        return part

    def whole(self, max_bytes: int) -> Answer:
        """All of it. Raises `OverLimitError` where that is more than `max_bytes`."""
        parts: list[bytes] = []
        size = 0
        while part := self.read():
            parts.append(part)
            size += len(part)
            if size > max_bytes:
                raise OverLimitError(
                    f"The answer of the SPARQL server at {self._url} is larger than {max_bytes >> 20} MB.",
                    hint="Ask for less: name a class or a graph, add LIMIT.",
                )
        return Answer(self.headers.get_content_type(), self.headers, b"".join(parts))


def unreached(url: str, seconds: float, error: Exception) -> StoreError:
    """What to say of a server that cannot be reached, or takes too long."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError | socket.timeout):
        return OverLimitError(
            f"The SPARQL server at {url} took longer than {seconds:g} s.",
            hint="Ask for less: name a class or a graph, add LIMIT, leave out ORDER BY.",
        )
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason) or "no answer"
    return StoreError(f"The SPARQL server at {url} cannot be reached: {words}.", hint="Is it running?")
