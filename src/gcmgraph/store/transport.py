"""HTTP requests to SPARQL servers, each over a connection of its own, and within a time limit for its whole answer.

Requests of the SPARQL and Graph Store Protocols, and the addresses of servers, which differ.

A timeout of a socket limits each wait for bytes, so a server that sends one now and then would hold a caller for as
long as it likes: here the connection is ended when the time of the request is over.
"""

from __future__ import annotations

import base64
import re
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import RdfFormat, parse

from gcmgraph.errors import SettingsError, StoreError
from gcmgraph.model.terms import XSD, Literal, Triple, typed
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.store.port import Access, is_url

_CHUNK = 1 << 18


class TransferError(Exception):
    """A request without an answer, or an answer that broke off; its text says why."""


class LateError(TransferError):
    """An answer that did not come within its time limit."""


class BrokenOffError(TransferError):
    """An answer shorter than its headers say."""


class _Exchange(urllib.request.AbstractHTTPHandler):
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
        return self.do_open(self._timed(HTTPConnection), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._timed(HTTPSConnection), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def _timed(self, kind: type[HTTPConnection]) -> Any:
        exchange = self

        class Timed(kind):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                exchange._sockets.append(self.sock)
                if exchange._over:
                    exchange.end()

        return Timed

    def end(self) -> None:
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
            words = (reason.strerror if isinstance(reason, OSError) else None) or str(reason) or type(reason).__name__
            raise (BrokenOffError if isinstance(error, IncompleteRead) else TransferError)(words) from error


@contextmanager
def exchange(request: urllib.request.Request, *, seconds: float, by_proxy: bool) -> Iterator[_Exchange]:
    """The answer to a request, redirects not followed. Raises `TransferError`.

    `by_proxy`: through the proxy that the environment names for its address, if any.
    """
    found, opener = _Exchange(), urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(None if by_proxy else {}), found):
        opener.add_handler(handler)
    timer = threading.Timer(seconds, found.end)
    timer.daemon = True
    timer.start()
    try:
        with found.errors():
            found.response = opener.open(request, timeout=seconds)
        with found.response:
            yield found
    finally:
        timer.cancel()


def sparql_request(url: str, operation: str, text: str, accept: str) -> urllib.request.Request:
    """A POST of a query (`operation` "SELECT") or an update ("INSERT") that asks for a media type.

    https://www.w3.org/TR/sparql11-protocol/#protocol. SPARQLWrapper 2.0 would install a digest password for the whole
    process, and choose the endpoint, query or update, by a regular expression over the text: so it only writes the
    request, for an operation that is named.
    """
    from SPARQLWrapper import POST, SPARQLWrapper  # noqa: PLC0415 - rdflib behind it: a tenth of a server's start

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", accept)
    wrapper.queryString, wrapper.queryType = text, operation
    # not public; tests/store/test_federation.py has what must come of it
    request: urllib.request.Request = wrapper._createRequest()
    return request


@dataclass(frozen=True)
class Endpoints:
    """The addresses of a server; of a kind of server, the ends of their paths.

    `writes_union`: the union of all graphs is written to the default graph; else a query without GRAPH sees all graphs.
    """

    query: str
    update: str
    graph_store: str
    writes_union: bool = True
    #: end of both other paths where there are credentials
    as_user: str = ""
    #: whether integers of more than 32 bits keep their datatype; else they are read back as xsd:decimal
    wide_integers: bool = True


ENGINES = {
    "oxigraph": Endpoints("/query", "/update", "/store"),
    "virtuoso": Endpoints("/sparql", "/sparql", "/sparql-graph-crud", False, "-auth", wide_integers=False),
}


def find_endpoints(url: str, access: Access) -> Endpoints:
    """The addresses of the server whose queries are answered at `url`. Raises `SettingsError`."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise SettingsError(
            "The URL of the store holds credentials, which would show in logs.",
            hint="Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD instead.",
        )
    if not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"The store's URL {url} is not the address of a SPARQL endpoint.",
            hint="It has a host and a path, such as http://127.0.0.1:7878/query, without ? and #.",
        )
    update, _, graph_store = access.engine.partition(" ")
    if is_url(update) and is_url(graph_store):
        return Endpoints(url, update, graph_store)
    if access.engine and access.engine not in ENGINES:
        raise SettingsError(
            f"The setting 'store_engine' cannot be '{access.engine}'.",
            hint=f"It is {' or '.join(ENGINES)}, or the update URL and the graph store URL of another server, "
            "separated by a space.",
        )
    engine = ENGINES.get(access.engine) or next((e for e in ENGINES.values() if parts.path == e.query), None)
    if engine is None:
        ends = " or ".join(f"{engine.query} ({name.title()})" for name, engine in ENGINES.items())
        raise SettingsError(
            f"The store's URL {url} does not tell which server answers there.",
            hint=f"It ends in {ends}; for any other set GCMGRAPH_STORE_ENGINE to its update URL and its graph store "
            "URL, separated by a space.",
        )
    start = parts.path.removesuffix(engine.query)
    update, graph_store = (
        parts._replace(path=start + end + (engine.as_user if access.user else "")).geturl()
        for end in (engine.update, engine.graph_store)
    )
    return replace(engine, query=url, update=update, graph_store=graph_store)


def _as_written(triple: Triple) -> Triple:
    """A triple with an integer in place of a whole decimal of more than 32 bits."""
    value = triple.object
    if not isinstance(value, Literal) or value.datatype.value != f"{XSD}decimal" or not _WHOLE.fullmatch(value.value):
        return triple
    if -(2**31) <= int(value.value) < 2**31:
        return triple
    return Triple(triple.subject, triple.predicate, typed(value.value, "integer"))


_WHOLE = re.compile(r"-?\d+")

#: Seconds that a request that reads, and one that writes, may take.
READ_SECONDS, WRITE_SECONDS = 60.0, 900.0

#: Triples sent to a graph in one request. A graph with blank nodes is sent whole, or these would fall apart.
CHUNK = 50_000

#: Virtuoso requires the media type of Turtle for N-Triples; every other server takes it, too.
_TURTLE = "text/turtle"

#: Seconds before a request is sent again that a server could not answer, or whose transaction Virtuoso rolled back: it
#: and another one waited for each other (40001), or it waited too long (S1T00). A repetition has the same effect.
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
_ROLLED_BACK = ("40001", "S1T00")

#: Bytes of a server's own words about a failure that are read, and characters of them in an error.
_READ, _QUOTED = 10_000, 300

_CREDENTIALS = "Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD to those of a user who may write."

#: Beginnings of errors, with the remedy: the limit on the triples of a CONSTRUCT, and a user without rights.
_VIRTUOSO = {
    "Virtuoso 42000 Error D1CTX": "Raise MaxConstructTriples in virtuoso.ini above the triples of the largest graph.",
    "No permission": _CREDENTIALS,
}


class Server:
    """A server, with the credentials for it. Its methods raise `StoreError`."""

    def __init__(self, url: str, access: Access) -> None:
        self.endpoints = find_endpoints(url, access)
        self._access = access

    def construct(self, query: str) -> Iterator[Triple]:
        """The triples of a CONSTRUCT (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded)."""
        request = sparql_request(self.endpoints.query, "SELECT", query, N_TRIPLES.media_type)
        for pause in (_PAUSES[0], None):
            body = self._exchange(request, "query", READ_SECONDS)
            try:
                return iter([quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)])
            except (SyntaxError, ValueError) as error:
                if pause is None:
                    raise StoreError(f"The SPARQL server's answer is not valid N-Triples: {error}.") from error
                time.sleep(pause)  # Virtuoso, about once in 4,000 answers beside a writer
        raise AssertionError

    def graph(self, name: str) -> Iterator[Triple]:
        """The triples of a graph."""
        found = self.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
        return found if self.endpoints.wide_integers else map(_as_written, found)

    def update(self, update: str) -> None:
        """Run an update (https://www.w3.org/TR/sparql11-protocol/#update-via-post-urlencoded)."""
        request = sparql_request(self.endpoints.update, "INSERT", update, "*/*")
        self._exchange(request, "update", WRITE_SECONDS)

    def replace_graph(self, name: str, lines: list[bytes]) -> None:
        """Replace the triples of a graph by lines of N-Triples, of which there are some."""
        step = len(lines) if any(b"_:" in line for line in lines) else CHUNK
        address = f"{self.endpoints.graph_store}?graph={urllib.parse.quote(name, safe='')}"
        for start in range(0, len(lines), step):
            request = urllib.request.Request(  # noqa: S310 - an http(s) URL by `is_url`
                address,
                b"".join(lines[start : start + step]),
                {"Content-Type": _TURTLE},
                method="POST" if start else "PUT",
            )
            self._exchange(request, "graph", WRITE_SECONDS)

    def _exchange(self, request: urllib.request.Request, what: str, seconds: float) -> bytes:
        url = request.full_url.split("?", 1)[0]
        try:
            for pause in (*_PAUSES, None):
                if self._access.user and what != "query":
                    self._authorize(request)  # each time: a digest is accepted once
                with exchange(request, seconds=seconds, by_proxy=True) as response:
                    if response.status in range(200, 300):
                        return b"".join(iter(response.read, b""))
                    said = response.read(_READ).decode("utf-8", "replace")
                again = what == "query" or any(code in said for code in _ROLLED_BACK)
                if pause is None or not again or response.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise self._refusal(url, what, response.status, said)
                time.sleep(pause)
            raise AssertionError
        except LateError as error:
            raise StoreError(
                f"The SPARQL server at {url} took longer than {seconds:g} s for {_ABOUT[what]}.",
                hint="Run the command again: it continues where this one ended.",
            ) from error
        except BrokenOffError as error:
            raise StoreError(f"The SPARQL server at {url} ended its answer early.", hint="Is it running?") from error
        except TransferError as error:
            raise StoreError(
                f"The SPARQL server at {url} cannot be reached: {error}.", hint="Is it running?"
            ) from error

    def _authorize(self, request: urllib.request.Request) -> None:
        """Add the credentials to a request, if its address requires some (RFC 7616, RFC 7617).

        A request without body finds that out: Virtuoso hangs up on a large body without credentials.
        """
        probe = urllib.request.Request(request.full_url, method="HEAD")  # noqa: S310 - an http(s) URL by `is_url`
        with exchange(probe, seconds=READ_SECONDS, by_proxy=True) as response:
            unknown = response.status == HTTPStatus.UNAUTHORIZED
            challenge = response.headers.get("WWW-Authenticate", "") if unknown else ""
        user, password = self._access.user, self._access.password
        if challenge.lower().startswith("digest "):
            passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, request.full_url, user, password)
            parts = urllib.request.parse_keqv_list(urllib.request.parse_http_list(challenge.partition(" ")[2]))
            digest = urllib.request.HTTPDigestAuthHandler(passwords).get_authorization(request, parts)
            request.add_unredirected_header("Authorization", f"Digest {digest}")
        elif challenge.lower().startswith("basic"):
            credentials = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
            request.add_unredirected_header("Authorization", f"Basic {credentials}")

    def _refusal(self, url: str, what: str, status: int, body: str) -> StoreError:
        said = _first_line(body)
        if status in {401, 403}:
            known = "does not accept the user and password set" if self._access.user else "asks for a user and password"
            return StoreError(f"The SPARQL server at {url} {known} (status {status}).", hint=_CREDENTIALS)
        if status in {404, 405, 501}:
            return StoreError(
                f"No SPARQL {what} endpoint answers at {url} (status {status}).",
                hint="Give --store the URL that answers queries; other addresses are in GCMGRAPH_STORE_ENGINE.",
            )
        hint = next((hint for words, hint in _VIRTUOSO.items() if words in said), None)
        return StoreError(f"The SPARQL server at {url} answered with status {status}: {said}", hint=hint)


_ABOUT = {"query": "an answer", "update": "an update", "graph": "writing a graph"}


def _first_line(text: str) -> str:
    lines = text.strip().splitlines() or ["no reason given"]
    line = next((line for line in lines if "Error" in line), lines[0])  # Virtuoso may begin with half an answer
    return (line[:_QUOTED] + "…" if len(line) > _QUOTED else line).rstrip(".") + "."
