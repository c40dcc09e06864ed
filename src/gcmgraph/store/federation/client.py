"""Queries to SPARQL endpoints of others: within a time, up to a size, without following redirects.

Virtuoso 7.2.12 in its JSON writes booleans as 0 and 1, gives typed literals the type `typed-literal` of a draft, and
calls blank nodes `nodeID://b10000`, which is no label. Only headers report that it cut an answer off.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pyoxigraph as ox

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import XSD
from gcmgraph.store.port import JSON_RESULTS, Solutions
from gcmgraph.store.requests import QueryRefusedError
from gcmgraph.store.transport import BrokenOffError, LateError, Response, TransferError, Transport, sparql_request

_MEDIA_TYPES = {JSON_RESULTS.media_type, "application/json"}

_BOOLEANS = {"0": "false", "1": "true"}
_NO_LABEL = re.compile(r"\W")

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

    def fetch(self, endpoint: str, query: str, *, seconds: float, max_bytes: int) -> Solutions:
        """The rows of a SELECT query.

        Raises `EndpointError`, and `QueryRefusedError` for an answer of more than `max_bytes`.
        """
        with self._lock:
            transport = self._transports.setdefault(endpoint, Transport(endpoint, by_proxy=False))
        thread = ThreadPoolExecutor(1)  # the look-up of a name has no time limit of its own
        try:
            sent = thread.submit(_fetched, transport, endpoint, query, seconds, max_bytes)
            return _solutions(*sent.result(timeout=seconds))
        except _InvalidError as error:
            raise EndpointError(endpoint, f"gave no whole and valid answer ({error})") from error
        except (TimeoutError, LateError):
            raise EndpointError(endpoint, f"took longer than {seconds:.1f} s") from None
        except BrokenOffError as error:
            raise EndpointError(endpoint, "ended its answer early") from error
        except TransferError as error:
            raise EndpointError(endpoint, f"cannot be reached: {error}") from error
        finally:
            thread.shutdown(wait=False)


def _fetched(
    transport: Transport, endpoint: str, query: str, seconds: float, max_bytes: int
) -> tuple[bytes, Mapping[str, str]]:
    request = sparql_request(endpoint, "SELECT", query, JSON_RESULTS.media_type)
    body = request.data if isinstance(request.data, bytes) else None
    headers = dict(request.header_items())
    with transport.exchange("POST", endpoint, body, headers, seconds=seconds, repeatable=True) as response:
        return _read(endpoint, response, max_bytes), response.headers


def _read(endpoint: str, response: Response, max_bytes: int) -> bytes:
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
    return bytes(body)


class _InvalidError(Exception):
    """An answer that is no result, or not whole."""


def _solutions(body: bytes, headers: Mapping[str, str]) -> Solutions:
    """The rows of https://www.w3.org/TR/sparql11-results-json/, corrected. Raises `_InvalidError`.

    In the thread of the caller: the engine's object must end where it began.
    """
    try:
        results: dict[str, Any] = json.loads(body)
        rows = results["results"]["bindings"]
        for row in rows:
            for value in row.values():
                _correct(value)
        found = ox.parse_query_results(json.dumps(results).encode(), format=ox.QueryResultsFormat.JSON)
        if not isinstance(found, ox.QuerySolutions):
            raise _InvalidError("it is a truth value")
        names = tuple(variable.value for variable in found.variables)
        solutions = Solutions(names, tuple({n: term for n in names if (term := row[n]) is not None} for row in found))
    except (AttributeError, KeyError, RecursionError, SyntaxError, TypeError, ValueError) as error:
        raise _InvalidError(error) from None
    limit = headers.get("X-SPARQL-MaxRows", "")
    if headers.get("X-SQL-State") or (limit.isdigit() and len(rows) >= int(limit)):
        raise _InvalidError(f"it was cut off after {len(rows):,} rows")
    return solutions


def _correct(value: dict[str, str]) -> None:
    if value["type"] == "bnode":
        value["value"] = _NO_LABEL.sub("", value["value"].removeprefix("nodeID://"))
    elif value["type"] == "typed-literal":
        value["type"] = "literal"
        if value["datatype"] == XSD + "boolean":
            value["value"] = _BOOLEANS.get(value["value"], value["value"])
