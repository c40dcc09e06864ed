"""The answer of a SPARQL server, whole or as a file that parsers read while it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from gcmgraph.errors import StoreError
from gcmgraph.store.transport import BrokenOffError, LateError, Response, TransferError


class OverLimitError(StoreError):
    """A request that took longer, or an answer that is larger, than the limit."""


@dataclass(frozen=True)
class ServerAnswer:
    """A whole answer; names of headers are in any case."""

    media_type: str
    headers: Mapping[str, str]
    body: bytes


class AnswerStream:
    """The body of an answer, as a file. `StoreError` where it ends early or comes too late."""

    def __init__(self, response: Response, url: str, seconds: float, deadline: float) -> None:
        self.headers = response.headers
        self._response = response
        self._url = url
        self._seconds = seconds
        self._deadline = deadline

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; none at the end."""
        try:
            part = self._response.read(size)
            if monotonic() > self._deadline:
                raise LateError
        except TransferError as error:
            raise unreached(self._url, self._seconds, error) from error
        return part

    def whole(self, max_bytes: int) -> ServerAnswer:
        """The whole answer. Raises `OverLimitError` where it has more than `max_bytes`."""
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
        return ServerAnswer(self._response.media_type, self.headers, b"".join(parts))


def unreached(url: str, seconds: float, error: TransferError) -> StoreError:
    """The error for a server that cannot be reached, takes too long, or breaks off."""
    if isinstance(error, LateError):
        return OverLimitError(
            f"The SPARQL server at {url} took longer than {seconds:g} s.",
            hint="Ask for less: name a class or a graph, add LIMIT, leave out ORDER BY.",
        )
    if isinstance(error, BrokenOffError):
        return StoreError(f"The SPARQL server at {url} ended its answer early.", hint="Is it running?")
    return StoreError(f"The SPARQL server at {url} cannot be reached: {error}.", hint="Is it running?")
