"""HTTP requests to SPARQL servers, over connections that stay open, each within a time limit."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import IncompleteRead
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

_CHUNK = 1 << 18


class TransferError(Exception):
    """A request without an answer, or an answer that broke off; its text says why."""


class LateError(TransferError):
    """An answer that did not come within its time limit."""


class BrokenOffError(TransferError):
    """An answer shorter than its headers say."""


class Response:
    """An answer as it comes, as a file that parsers can read."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; "" for none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; none at the end. Raises `TransferError`."""
        with _errors():
            return self._response.read1(size if size > 0 else _CHUNK)


class Transport:
    """Requests to one server."""

    def __init__(self, url: str, *, by_proxy: bool) -> None:
        self._url = url
        self._by_proxy = by_proxy
        self._lock = threading.Lock()
        self._manager: PoolManager | None = None

    @contextmanager
    def exchange(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        seconds: float,
        repeatable: bool,
    ) -> Iterator[Response]:
        """The answer to a request, redirects not followed. Raises `TransferError`.

        A request that is `repeatable` may go over an idle connection, and again over another one where the server has
        just closed the first. Any other has a new connection.
        """
        with _errors():
            response = self._sent(method, url, body, headers, seconds, repeatable=repeatable)
        try:
            yield Response(response)
        finally:
            response.close()  # ends a connection that has bytes left; one that has none is idle already

    def _sent(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], seconds: float, *, repeatable: bool
    ) -> BaseHTTPResponse:
        import urllib3  # noqa: PLC0415 - a tenth of a server's start, and no embedded engine needs it

        from gcmgraph.store.timed_connections import StaleConnectionError, pool_manager  # noqa: PLC0415

        with self._lock:
            if self._manager is None:
                self._manager = pool_manager(self._url, by_proxy=self._by_proxy)
        manager = self._manager if repeatable else pool_manager(self._url, by_proxy=self._by_proxy)
        while True:  # as many idle connections as there are may be stale
            try:
                return manager.urlopen(
                    method,
                    url,
                    body=body,
                    headers=headers,
                    timeout=urllib3.Timeout(total=seconds),
                    preload_content=False,
                    redirect=False,
                    retries=False,
                )
            except StaleConnectionError:
                continue


@contextmanager
def _errors() -> Iterator[None]:
    from urllib3 import exceptions  # noqa: PLC0415

    try:
        yield
    except exceptions.NewConnectionError as error:
        raise TransferError(_words(error)) from error
    except (exceptions.TimeoutError, TimeoutError) as error:
        raise LateError from error
    except (exceptions.HTTPError, OSError, ValueError) as error:
        cut = any(isinstance(part, IncompleteRead) for part in (error, *error.args))
        raise (BrokenOffError if cut else TransferError)(_words(error)) from error


def _words(error: BaseException) -> str:
    """The operating system's words for what failed, or those of the error."""
    inner = error.__cause__ or next((part for part in error.args[::-1] if isinstance(part, BaseException)), error)
    return (inner.strerror if isinstance(inner, OSError) else None) or str(inner) or type(inner).__name__


def sparql_request(url: str, operation: str, text: str, accept: str) -> urllib.request.Request:
    """A POST of a query (`operation` "SELECT") or an update ("INSERT") that asks for a media type.

    https://www.w3.org/TR/sparql11-protocol/#protocol. SPARQLWrapper 2.0 would install a digest password for the whole
    process, open a connection each time, and choose the endpoint, query or update, by a regular expression over the
    text: so it only writes the request, for an operation that is named.
    """
    from SPARQLWrapper import POST, SPARQLWrapper  # noqa: PLC0415 - rdflib behind it: a tenth of a server's start

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", accept)
    wrapper.queryString, wrapper.queryType = text, operation
    # not public; tests/store/test_transport.py has what must come of it
    request: urllib.request.Request = wrapper._createRequest()
    return request
