"""Requests of the SPARQL Protocol and the Graph Store Protocol."""

from __future__ import annotations

import base64
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus

from gcmgraph.errors import GcmGraphError, QuerySyntaxError, StoreError
from gcmgraph.store.remote.dialects import Access, Endpoints
from gcmgraph.store.remote.stream import AnswerStream, OverLimitError, ServerAnswer, unreached
from gcmgraph.store.transport import Response, TransferError, Transport

__all__ = ["MAX_ANSWER", "AnswerStream", "OverLimitError", "RemoteEndpoint", "ServerAnswer", "sparql_request"]

#: Largest answer that is read, in bytes.
MAX_ANSWER = 512 * 1024 * 1024

#: Seconds before a query that a server could not answer is sent again.
_PAUSE = 0.2

#: Virtuoso's errors, with status 500, for a query that it will never run: values that do not fit, text that its
#: compiler does not take, an unknown function or table, a literal as subject, too many levels or triples.
_NEVER = re.compile(r"Virtuoso (?:22\w{3}|37000|42001|S0\w{3}|RDF01|42000 Error (?:SQ200|D1CTX))\b")

#: Bytes of a server's own words about a failure that are read, and characters of them in an error.
_READ, _QUOTED = 10_000, 300


class RemoteEndpoint:
    """A server, with the credentials for it."""

    def __init__(self, endpoints: Endpoints, access: Access) -> None:
        self.endpoints = endpoints
        self._access = access
        self._transport = Transport(endpoints.query, by_proxy=True)

    def query(
        self,
        query: str,
        accept: str,
        *,
        parameters: Iterable[tuple[str, str]] = (),
        timeout: float | None = None,
        max_bytes: int = MAX_ANSWER,
    ) -> ServerAnswer:
        """The answer to a query, whole; see `asked`. `OverLimitError`, too, where it has more than `max_bytes`."""
        with self.asked(query, accept, parameters=parameters, timeout=timeout) as stream:
            return stream.whole(max_bytes)

    def asked(
        self, query: str, accept: str, *, parameters: Iterable[tuple[str, str]] = (), timeout: float | None = None
    ) -> AbstractContextManager[AnswerStream]:
        """The answer to a query, as a stream (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded).

        Raises `QuerySyntaxError` where the server answers 400 or will never run the query, `OverLimitError` after
        `timeout` seconds, else `StoreError`; reading the stream raises alike.
        """
        request = sparql_request(self.endpoints.query, "SELECT", query, accept, parameters)
        return self._exchange(request, "query", timeout)

    def update(self, update: str) -> None:
        """Run an update (https://www.w3.org/TR/sparql11-protocol/#update-via-post-urlencoded)."""
        self._send(sparql_request(self.endpoints.update, "INSERT", update, "*/*"), "update")

    def send_graph(self, graph: str | None, body: bytes, media_type: str, *, replace: bool) -> None:
        """Replace a graph or add to it; None is the default graph, or the graphs that N-Quads name."""
        method = "PUT" if replace else "POST"
        address = self._graph_address(graph, dataset=media_type == "application/n-quads")
        headers = {"Content-Type": media_type}
        self._send(urllib.request.Request(address, body, headers, method=method), "graph")  # noqa: S310

    def _graph_address(self, graph: str | None, *, dataset: bool) -> str:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification."""
        if dataset:
            return self.endpoints.graph_store
        name = "default" if graph is None else "graph=" + urllib.parse.quote(graph, safe="")
        return f"{self.endpoints.graph_store}?{name}"

    def _send(self, request: urllib.request.Request, what: str) -> ServerAnswer:
        with self._exchange(request, what) as stream:
            return stream.whole(MAX_ANSWER)

    @contextmanager
    def _exchange(
        self, request: urllib.request.Request, what: str, timeout: float | None = None
    ) -> Iterator[AnswerStream]:
        url = request.full_url.split("?", 1)[0]
        seconds = timeout or self._access.timeout
        deadline = time.monotonic() + seconds
        try:
            if self._access.user and request.data:
                self._authorize(request, seconds)
            answering = self._answering(request, seconds, reads=what == "query")
            with answering as response:
                if response.status not in range(200, 300):
                    raise _refusal(url, what, response, self._access)
                yield AnswerStream(response, url, seconds, deadline)
        except TransferError as error:
            raise unreached(url, seconds, error) from error

    @contextmanager
    def _answering(self, request: urllib.request.Request, seconds: float, *, reads: bool) -> Iterator[Response]:
        """The answer to a request. What only reads is sent again once: a busy Virtuoso says 500 now and then."""
        for last in (not reads, True):
            with self._exchanged(request, seconds, repeatable=reads) as response:
                if last or response.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                    yield response
                    return
                response.read()
            time.sleep(_PAUSE)

    def _exchanged(
        self, request: urllib.request.Request, seconds: float, *, repeatable: bool
    ) -> AbstractContextManager[Response]:
        return self._transport.exchange(
            request.get_method(),
            request.full_url,
            request.data if isinstance(request.data, bytes) else None,
            dict(request.header_items()),
            seconds=seconds,
            repeatable=repeatable,
        )

    def _authorize(self, request: urllib.request.Request, seconds: float) -> None:
        """Add the credentials to a request, if its address requires some (RFC 7616, RFC 7617).

        A request without body finds that out: Virtuoso hangs up on a large body without credentials.
        """
        probe = urllib.request.Request(request.full_url, method="HEAD")  # noqa: S310 - an http(s) URL by `is_url`
        with self._exchanged(probe, seconds, repeatable=True) as response:
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


def sparql_request(
    url: str, operation: str, text: str, accept: str, parameters: Iterable[tuple[str, str]] = ()
) -> urllib.request.Request:
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
    for name, value in parameters:
        wrapper.addParameter(name, value)
    wrapper.queryString, wrapper.queryType = text, operation
    # not public; tests/store/test_remote_http.py has what must come of it
    request: urllib.request.Request = wrapper._createRequest()
    return request


def _refusal(url: str, what: str, response: Response, access: Access) -> GcmGraphError:
    said, status = _first_line(response.read(_READ)), response.status
    if status in {401, 403}:
        known = "does not accept the user and password set" if access.user else "asks for a user and password"
        return StoreError(
            f"The SPARQL server at {url} {known} (status {status}).",
            hint="Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD.",
        )
    if what == "query" and (status == 400 or _NEVER.search(said)):
        return QuerySyntaxError(f"The SPARQL server at {url} does not take this query: {said}")
    if status in {404, 405, 501}:
        return StoreError(
            f"No SPARQL {what} endpoint answers at {url} (status {status}).",
            hint="Give --store the URL that answers queries; other addresses are settings: GCMGRAPH_STORE_UPDATE, "
            "GCMGRAPH_STORE_GRAPH_STORE.",
        )
    hint = None
    if "No permission" in said:  # Virtuoso's error, with status 500
        hint = "Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD to those of a user who may write."
    return StoreError(f"The SPARQL server at {url} answered with status {status}: {said}", hint=hint)


def _first_line(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    lines = text.splitlines() or ["no reason given"]
    line = next((line for line in lines if "Error" in line), lines[0])  # Virtuoso may begin with half an answer
    return (line[:_QUOTED] + "…" if len(line) > _QUOTED else line).rstrip(".") + "."
