"""HTTP requests to SPARQL servers, each over a connection of its own, and within a time limit for its whole answer.

A timeout of a socket limits each wait for bytes, so a server that sends one now and then would hold
a caller for as long as it likes: here the connection is ended when the time of the request is over.
"""

from __future__ import annotations

import base64
import http.client
import socket
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from types import MappingProxyType
from typing import Any

_CHUNK = 1 << 18

#: Headers of an answer, at most: Virtuoso repeats each graph of a request in a header of its own,
#: twice 163 for the graphs of this repository.
MAX_HEADERS = 20_000

# http.client refuses more than 100, and has no parameter for it
vars(http.client)["_MAXHEADERS"] = MAX_HEADERS


class TransferError(Exception):
    """A request without an answer, or an answer that broke off; its text says why."""


class LateError(TransferError):
    """An answer that did not come within its time limit."""


class BrokenOffError(TransferError):
    """An answer shorter than its headers say."""


class Exchange(urllib.request.AbstractHTTPHandler):
    """An answer of any status as it comes, over connections that are ended at the end of its time."""

    response: HTTPResponse

    def __init__(self) -> None:
        super().__init__()
        self._over = False
        self._sockets: list[socket.socket] = []

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status

    @property
    def headers(self) -> Message:
        """The headers of the answer."""
        return self.response.headers

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; "" for none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def read(self, size: int = _CHUNK) -> bytes:
        """Up to `size` bytes; none at the end. Raises `TransferError`."""
        with self.errors():
            part = self.response.read1(size)
            if not part and (self.response.length or self._over):
                raise IncompleteRead(part)
            return part

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        """Send a request by HTTP (called by urllib)."""
        return self.do_open(self._timed(HTTPConnection), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        """Send a request by HTTPS (called by urllib)."""
        return self.do_open(self._timed(HTTPSConnection), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def _timed(self, kind: type[HTTPConnection]) -> Any:
        exchange = self

        class Timed(kind):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                # without a time limit, only this shows that the other machine is gone
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                exchange._sockets.append(self.sock)
                if exchange._over:
                    exchange.end()

        return Timed

    def end(self) -> None:
        """End the connection: what reads from it gets `LateError`."""
        self._over = True
        for connected in self._sockets:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the errors of an exchange into `TransferError`."""
        try:
            yield
        except (HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)  # urllib's own error has that of the system
            if self._over or isinstance(reason, TimeoutError):
                raise LateError from error
            system_message = reason.strerror if isinstance(reason, OSError) else None
            message = system_message or str(reason) or type(reason).__name__
            if isinstance(error, IncompleteRead):
                raise BrokenOffError(message) from error
            raise TransferError(message) from error


@contextmanager
def exchange(
    request: urllib.request.Request, *, seconds: float | None, by_proxy: bool
) -> Iterator[Exchange]:
    """The answer to a request, redirects not followed. Raises `TransferError`.

    `seconds`: time limit of the whole exchange; None for none, until the server or the network ends
    the connection. `by_proxy`: through the proxy that the environment names for its address, if any.
    """
    open_exchange = Exchange()
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler(None if by_proxy else {}))
    # the only other handler: none follows redirects, or refuses a status
    opener.add_handler(open_exchange)
    with _time_limit(seconds, open_exchange):
        with open_exchange.errors():
            open_exchange.response = opener.open(request, timeout=seconds)
        with open_exchange.response:
            yield open_exchange


@contextmanager
def _time_limit(seconds: float | None, timed: Exchange) -> Iterator[None]:
    """End an exchange after some seconds."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, timed.end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def authorize(request: urllib.request.Request, user: str, password: str, seconds: float) -> None:
    """Add credentials to a request, if its address requires some (RFC 7616, RFC 7617).

    A request without body finds that out: Virtuoso hangs up on a large body without credentials. A
    digest is accepted once. Raises `TransferError`.
    """
    probe = urllib.request.Request(request.full_url, method="HEAD")  # noqa: S310 - an http(s) URL by its setting
    with exchange(probe, seconds=seconds, by_proxy=True) as response:
        is_refused = response.status == HTTPStatus.UNAUTHORIZED
        challenge = response.headers.get("WWW-Authenticate", "") if is_refused else ""
    if challenge.lower().startswith("digest "):
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, request.full_url, user, password)
        parts = urllib.request.parse_keqv_list(
            urllib.request.parse_http_list(challenge.partition(" ")[2])
        )
        digest = urllib.request.HTTPDigestAuthHandler(passwords).get_authorization(request, parts)
        request.add_unredirected_header("Authorization", f"Digest {digest}")
    elif challenge.lower().startswith("basic"):
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        request.add_unredirected_header("Authorization", f"Basic {credentials}")


def sparql_request(
    url: str,
    operation: str,
    text: str,
    accept: str,
    parameters: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> urllib.request.Request:
    """A POST of a query (`operation` "SELECT") or an update ("INSERT") that asks for a media type.

    `parameters` are further ones with their values, such as `default-graph-uri`.

    https://www.w3.org/TR/sparql11-protocol/#protocol. SPARQLWrapper 2.0 would install a digest
    password for the whole process, and choose the endpoint, query or update, by a regular
    expression over the text: so it only writes the request, for an operation that is named.
    """
    # rdflib behind it: a tenth of a server's start
    from SPARQLWrapper import POST, SPARQLWrapper  # noqa: PLC0415

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", accept)
    wrapper.queryString = text
    wrapper.queryType = operation
    for name, values in parameters.items():
        for value in values:
            wrapper.addParameter(name, value)
    # not public; tests/store/test_transport.py has what must come of it
    request: urllib.request.Request = wrapper._createRequest()
    return request
