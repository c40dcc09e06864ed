"""Requests to the endpoints of SERVICE: within a time, up to a size, without following redirects."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from gcmgraph.errors import StoreError
from gcmgraph.store.port import JSON_RESULTS
from gcmgraph.store.remote.client import ServerAnswer, sparql_request
from gcmgraph.store.requests import QueryRefusedError
from gcmgraph.store.transport import BrokenOffError, LateError, Response, TransferError, Transport

_MEDIA_TYPES = {JSON_RESULTS.media_type, "application/json"}

#: Bytes of an endpoint's own words about a failure that are read, and characters of them in an error.
_READ, _QUOTED = 4096, 200


class EndpointError(StoreError):
    """An endpoint without an answer, or with something else than an answer."""

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__(
            f"The endpoint <{endpoint}> of SERVICE {reason}.",
            hint="Try again later. With SERVICE SILENT the query goes on without it.",
        )
        self.reason = reason


class EndpointClient:
    """Connections to endpoints, of which those that are idle stay open."""

    def __init__(self) -> None:
        self._transports: dict[str, Transport] = {}
        self._lock = threading.Lock()

    def fetch(self, endpoint: str, query: str, *, seconds: float, max_bytes: int) -> ServerAnswer:
        """The answer to a SELECT query, in SPARQL's JSON format.

        Raises `EndpointError`, and `QueryRefusedError` for an answer of more than `max_bytes`.
        """
        with self._lock:
            transport = self._transports.setdefault(endpoint, Transport(endpoint, by_proxy=False))
        thread = ThreadPoolExecutor(1)  # the look-up of a name has no time limit of its own
        try:
            return thread.submit(_fetched, transport, endpoint, query, seconds, max_bytes).result(timeout=seconds)
        except (TimeoutError, LateError):
            raise EndpointError(endpoint, f"took longer than {seconds:.1f} s") from None
        except BrokenOffError as error:
            raise EndpointError(endpoint, "ended its answer early") from error
        except TransferError as error:
            raise EndpointError(endpoint, f"cannot be reached: {error}") from error
        finally:
            thread.shutdown(wait=False)


def _fetched(transport: Transport, endpoint: str, query: str, seconds: float, max_bytes: int) -> ServerAnswer:
    request = sparql_request(endpoint, "SELECT", query, JSON_RESULTS.media_type)
    body = request.data if isinstance(request.data, bytes) else None
    headers = dict(request.header_items())
    with transport.exchange("POST", endpoint, body, headers, seconds=seconds, repeatable=True) as response:
        return _read(endpoint, response, max_bytes)


def _read(endpoint: str, response: Response, max_bytes: int) -> ServerAnswer:
    if response.status in range(300, 400):
        raise EndpointError(endpoint, f"answered with a redirect ({response.status}), which is not followed")
    if response.status != HTTPStatus.OK:
        said = " ".join(response.read(_READ).decode("utf-8", "replace").split())[:_QUOTED].rstrip(".")
        raise EndpointError(endpoint, f"answered with status {response.status}: {said or 'no reason given'}")
    if response.media_type not in _MEDIA_TYPES:
        words = f"answered in '{response.media_type[:80]}', not in {JSON_RESULTS.media_type}"
        raise EndpointError(endpoint, words)
    body = bytearray()
    while part := response.read():
        body += part
        if len(body) > max_bytes:
            raise QueryRefusedError(
                f"The endpoint <{endpoint}> of SERVICE answers more than {max_bytes >> 20} MB.",
                hint="Ask it for less: more conditions or a LIMIT inside the SERVICE block.",
            )
    return ServerAnswer(response.media_type, response.headers, bytes(body))
