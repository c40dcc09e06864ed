"""Ask another's endpoint one query: within a time, up to a size, without following it anywhere else.

urllib follows redirects, and its time limit counts from byte to byte. So the request (`sparql_request`) is sent by
the standard library's HTTP client, in a thread that is waited for no longer than the time given.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from gcmgraph.errors import StoreError
from gcmgraph.store.port import JSON_RESULTS
from gcmgraph.store.remote.client import Answer
from gcmgraph.store.remote.sparql_request import sparql_request
from gcmgraph.store.requests import QueryRefusedError

_CHUNK = 1 << 16
_MEDIA_TYPES = {JSON_RESULTS.media_type, "application/json"}

#: Bytes of an endpoint's own words about a failure that are read, and characters of them that are told.
_READ, _QUOTED = 4096, 200


class EndpointError(StoreError):
    """An endpoint that did not answer, or with something else than an answer."""

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__(
            f"The endpoint <{endpoint}> of SERVICE {reason}.",
            hint="Try again later. With SERVICE SILENT the query goes on without it.",
        )
        self.reason = reason


def fetch(endpoint: str, query: str, *, seconds: float, max_bytes: int) -> Answer:
    """The answer to a SELECT query, in SPARQL's JSON format.

    Raises `EndpointError`, and `QueryRefusedError` for an answer of more than `max_bytes`.
    """
    exchange = _Exchange(endpoint, query, seconds, max_bytes)
    thread = ThreadPoolExecutor(1)
    try:
        return thread.submit(exchange.run).result(timeout=seconds)
    except TimeoutError:
        raise EndpointError(endpoint, f"took longer than {seconds:.1f} s") from None
    except (HTTPException, OSError, ValueError) as error:
        words = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        raise EndpointError(endpoint, f"cannot be reached: {words}") from error
    finally:
        exchange.hang_up()
        thread.shutdown(wait=False)


class _Exchange:
    """One request and its answer."""

    def __init__(self, endpoint: str, query: str, seconds: float, max_bytes: int) -> None:
        self._endpoint = endpoint
        self._query = query
        self._max_bytes = max_bytes
        address = urlsplit(endpoint)
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        self._connection = kind(address.hostname or "", address.port, timeout=seconds)
        self._socket: socket.socket | None = None
        self._gone = threading.Event()

    def run(self) -> Answer:
        """Carry it out."""
        try:
            return self._answer()
        finally:
            self._connection.close()

    def hang_up(self) -> None:
        """End it, wherever it stands."""
        self._gone.set()
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                return

    def _answer(self) -> Answer:
        request = sparql_request(self._endpoint, "SELECT", self._query, JSON_RESULTS.media_type)
        self._connection.connect()
        self._socket = self._connection.sock
        if self._gone.is_set():
            raise TimeoutError
        headers = {**dict(request.header_items()), "Connection": "close"}
        self._connection.request("POST", request.selector, request.data, headers)
        with self._connection.getresponse() as response:
            return self._read(response)

    def _read(self, response: HTTPResponse) -> Answer:
        status = response.status
        if status in range(300, 400):
            raise EndpointError(self._endpoint, f"answered with a redirect ({status}), which is not followed")
        if status != HTTPStatus.OK:
            said = " ".join(response.read(_READ).decode("utf-8", "replace").split())[:_QUOTED].rstrip(".")
            raise EndpointError(self._endpoint, f"answered with status {status}: {said or 'no reason given'}")
        media_type = response.headers.get_content_type()
        if media_type not in _MEDIA_TYPES:
            words = f"answered in '{media_type[:80]}', not in {JSON_RESULTS.media_type}"
            raise EndpointError(self._endpoint, words)
        body = bytearray()
        while part := response.read1(_CHUNK):
            body += part
            if len(body) > self._max_bytes:
                raise QueryRefusedError(
                    f"The endpoint <{self._endpoint}> of SERVICE answers more than {self._max_bytes >> 20} MB.",
                    hint="Ask it for less: more conditions or a LIMIT inside the SERVICE block.",
                )
        if response.length:  # fewer bytes came than Content-Length says
            raise EndpointError(self._endpoint, "ended its answer early")
        return Answer(media_type, response.headers, bytes(body))
