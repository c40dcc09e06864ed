"""Requests to a SPARQL server: queries and updates by the SPARQL Protocol, graphs by the Graph Store Protocol."""

from __future__ import annotations

import base64
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse

from gcmgraph.errors import GcmGraphError, QuerySyntaxError, StoreError
from gcmgraph.store.remote.dialects import Access, Endpoints
from gcmgraph.store.remote.sparql_request import sparql_request
from gcmgraph.store.remote.stream import Answer, AnswerStream, OverLimitError, unreached

__all__ = ["MAX_ANSWER", "Answer", "AnswerStream", "OverLimitError", "RemoteEndpoint"]

#: Largest answer taken, in bytes.
MAX_ANSWER = 512 * 1024 * 1024

#: Seconds before a query that a server could not answer is asked once more.
_PAUSE = 0.2

#: Virtuoso's words, with status 500, for a query that it will never do: values that do not fit, what its compiler does
#: not take, an unknown function, a table that it did not make, a literal as subject, too many levels or triples.
_NEVER = re.compile(r"Virtuoso (?:22\w{3}|37000|42001|S0\w{3}|RDF01|42000 Error (?:SQ200|D1CTX))\b")

#: Characters of a server's own words in an error of ours.
_QUOTED = 300


class RemoteEndpoint:
    """One server, and the right to use it."""

    def __init__(self, endpoints: Endpoints, access: Access) -> None:
        self.endpoints = endpoints
        self._access = access

    def query(
        self,
        query: str,
        accept: str,
        *,
        parameters: Iterable[tuple[str, str]] = (),
        timeout: float | None = None,
        max_bytes: int = MAX_ANSWER,
    ) -> Answer:
        """The answer to a query, whole; see `asked`. `OverLimitError`, too, where it has more than `max_bytes`."""
        with self.asked(query, accept, parameters=parameters, timeout=timeout) as stream:
            return stream.whole(max_bytes)

    def asked(
        self, query: str, accept: str, *, parameters: Iterable[tuple[str, str]] = (), timeout: float | None = None
    ) -> AbstractContextManager[AnswerStream]:
        """The answer to a query as it comes (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded).

        Raises `QuerySyntaxError` where the server answers 400 or will never do the query, `OverLimitError` after
        `timeout` seconds, else `StoreError`; so does whoever reads it.
        """
        request = sparql_request(self.endpoints.query, "SELECT", query, accept, parameters)
        return self._exchange(request, "query", timeout)

    def update(self, update: str) -> None:
        """Run an update of ours (https://www.w3.org/TR/sparql11-protocol/#update-via-post-urlencoded)."""
        self._send(sparql_request(self.endpoints.update, "INSERT", update, "*/*"), "update")

    def send_graph(self, graph: str | None, body: bytes, media_type: str, *, replace: bool) -> None:
        """Replace a graph or add to it; None is the default graph, or what N-Quads name."""
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

    def _send(self, request: urllib.request.Request, what: str) -> Answer:
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
            response = _opened(request, seconds, again=what == "query")
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(url, what, error, self._access) from error
        except (TimeoutError, urllib.error.URLError, HTTPException, OSError) as error:
            raise unreached(url, seconds, error) from error
        with response:
            yield AnswerStream(response, url, seconds, deadline)

    def _authorize(self, request: urllib.request.Request, seconds: float) -> None:
        """Give a request the credentials, if its address asks for some (RFC 7616, RFC 7617).

        It is asked beforehand: Virtuoso hangs up on a large body without them before it is sent.
        """
        probe = urllib.request.Request(request.full_url, method="HEAD")  # noqa: S310 - an http(s) URL by `is_url`
        try:
            with _opener().open(probe, timeout=seconds):
                return
        except urllib.error.HTTPError as error:
            with error:
                challenge = error.headers.get("WWW-Authenticate", "") if error.code == 401 else ""
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


@cache  # a whole page may take a hundred requests, and making one takes as long as asking a server nearby
def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener()


def _opened(request: urllib.request.Request, seconds: float, *, again: bool) -> HTTPResponse:
    """The answer to a request. What only reads is asked `again` once: a busy Virtuoso says 500 now and then."""
    opener = _opener()
    try:
        response: HTTPResponse = opener.open(request, timeout=seconds)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.INTERNAL_SERVER_ERROR or not again:
            raise
        error.close()
        time.sleep(_PAUSE)
        response = opener.open(request, timeout=seconds)
    return response


def _refusal(url: str, what: str, error: urllib.error.HTTPError, access: Access) -> GcmGraphError:
    said = _first_line(error.read(10_000))
    if error.code in {401, 403}:
        known = "does not accept the user and password set" if access.user else "asks for a user and password"
        return StoreError(
            f"The SPARQL server at {url} {known} (status {error.code}).",
            hint="Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD.",
        )
    if what == "query" and (error.code == 400 or _NEVER.search(said)):
        return QuerySyntaxError(f"The SPARQL server at {url} does not take this query: {said}")
    if error.code in {404, 405, 501}:
        return StoreError(
            f"No SPARQL {what} endpoint answers at {url} (status {error.code}).",
            hint="Give --store the URL that answers queries; other addresses are settings: GCMGRAPH_STORE_UPDATE, "
            "GCMGRAPH_STORE_GRAPH_STORE.",
        )
    hint = None
    if "No permission" in said:  # Virtuoso's words, with status 500
        hint = "Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD to those of a user who may write."
    return StoreError(f"The SPARQL server at {url} answered with status {error.code}: {said}", hint=hint)


def _first_line(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    lines = text.splitlines() or ["no reason given"]
    line = next((line for line in lines if "Error" in line), lines[0])  # Virtuoso may begin with half an answer
    return (line[:_QUOTED] + "…" if len(line) > _QUOTED else line).rstrip(".") + "."
