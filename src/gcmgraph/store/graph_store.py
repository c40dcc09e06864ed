"""SPARQL server to which graphs are sent, by the Graph Store Protocol, and queries to it.

https://www.w3.org/TR/sparql11-http-rdf-update/, https://www.w3.org/TR/sparql11-protocol/. Each
request has a time limit for its whole answer (`transport`).
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from gcmgraph.platform.errors import SettingsError, StoreError
from gcmgraph.store.transport import (
    BrokenOffError,
    LateError,
    TransferError,
    authorize,
    exchange,
    sparql_request,
)

#: Ends of the paths of queries and of the Graph Store Protocol, by server, and the end of the
#: latter with a user.
ENGINES = {
    "Oxigraph": ("/query", "/store", ""),
    "Virtuoso": ("/sparql", "/sparql-graph-crud", "-auth"),
}

#: Seconds that a request which reads, and one which writes, may take.
READ_SECONDS, WRITE_SECONDS = 60.0, 900.0

#: Triples sent in one request. A graph with blank nodes is sent whole, or these would fall apart.
CHUNK = 50_000

#: Virtuoso requires the media type of Turtle for N-Triples; every other server takes it, too.
_TURTLE = "text/turtle"

_JSON_RESULTS = "application/sparql-results+json"

#: Start of the label of a blank node, which may also occur in a literal.
_BLANK = b"_:"

#: Seconds before a request is sent again that a server could not answer, or whose transaction
#: Virtuoso rolled back: it and another one waited for each other (40001), or it waited too long
#: (S1T00). A repetition has the same effect.
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
_ROLLED_BACK = ("40001", "S1T00")

#: Bytes of a server's own words about a failure that are read, and characters of them in an error.
_READ, _QUOTED = 10_000, 300

_CREDENTIALS = (
    "Set GCMGRAPH_PUBLISH_USER and GCMGRAPH_PUBLISH_PASSWORD to those of a user who may write."
)


@dataclass(frozen=True)
class Target:
    """The addresses of a SPARQL server, and credentials for writing.

    The password is in no text of this object.
    """

    query: str
    graph_store: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, setting: str, user: str = "", password: str = "") -> Target:
        """The target of a setting: the URL for queries, and that of the Graph Store Protocol where the first needs it.

        Raises `SettingsError`.
        """
        query, _, graph_store = setting.partition(" ")
        for url in filter(None, (query, graph_store)):
            _require_url(url)
        path = urlsplit(query).path
        if not graph_store:
            for end, graph_store_end, end_as_user in ENGINES.values():
                if path.endswith(end):
                    start = query.removesuffix(end)
                    return cls(
                        query,
                        f"{start}{graph_store_end}{end_as_user if user else ''}",
                        user,
                        password,
                    )
            ends = " or ".join(f"{end} ({name})" for name, (end, *_) in ENGINES.items())
            raise SettingsError(
                f"The URL {query} in the setting 'publish_to' does not tell which server answers there.",
                hint=f"It ends in {ends}; for any other server add the URL of its Graph Store Protocol after a space.",
            )
        return cls(query, graph_store, user, password)


def _require_url(url: str) -> None:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise SettingsError(
            "The setting 'publish_to' holds credentials, which would show in logs.",
            hint="Set GCMGRAPH_PUBLISH_USER and GCMGRAPH_PUBLISH_PASSWORD instead.",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"The setting 'publish_to' names {url}, which is not the address of a SPARQL server.",
            hint="It has a host and a path, such as http://127.0.0.1:7878/query, without ? and #.",
        )


class GraphStore:
    """The graphs of a target. The methods raise `StoreError`."""

    def __init__(self, target: Target) -> None:
        self._target = target

    @property
    def is_virtuoso(self) -> bool:
        """Whether it is a Virtuoso, whose default graph is always the union of all graphs."""
        return "/sparql-graph-crud" in self._target.graph_store

    def replace(self, graph: str, lines: list[bytes]) -> None:
        """Replace the triples of a graph by lines of N-Triples, of which there are some."""
        step = len(lines) if any(_BLANK in line for line in lines) else CHUNK
        for start in range(0, len(lines), step):
            method = "POST" if start else "PUT"
            self._write(
                f"graph={quote(graph, safe='')}", method, b"".join(lines[start : start + step])
            )

    def delete(self, graph: str) -> None:
        """Delete a graph, if it is there."""
        self._write(f"graph={quote(graph, safe='')}", "DELETE")

    def delete_default(self) -> None:
        """Delete the triples of the default graph."""
        self._write("default", "DELETE")

    def graphs(self) -> list[str]:
        """The names of all graphs."""
        answer = self._ask("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
        return [row["graph"]["value"] for row in answer["results"]["bindings"]]

    def has_union(self, lines: Iterable[bytes]) -> bool:
        """Whether a query without GRAPH sees triples that are in a named graph, given as lines of N-Triples."""
        pattern = b"".join(lines).decode()
        return bool(self._ask(f"ASK {{ {pattern} }}")["boolean"])

    def _ask(self, query: str) -> dict:  # type: ignore[type-arg]
        request = sparql_request(self._target.query, "SELECT", query, _JSON_RESULTS)
        body = self._exchange(request, "answering a query", READ_SECONDS)
        try:
            answer: dict = json.loads(body)  # type: ignore[type-arg]
            if "boolean" in answer or "bindings" in answer["results"]:
                return answer
        except (ValueError, KeyError, TypeError):
            pass
        raise StoreError(
            f"The answer of the SPARQL server at {self._target.query} to a query is not JSON of SPARQL results.",
            hint="Is it the address for queries?",
        )

    def _write(self, graph: str, method: str, body: bytes | None = None) -> None:
        request = urllib.request.Request(  # noqa: S310 - an http(s) URL by `Target.of`
            f"{self._target.graph_store}?{graph}",
            body,
            {"Content-Type": _TURTLE} if body else {},
            method=method,
        )
        self._exchange(request, "writing a graph", WRITE_SECONDS)

    def _exchange(self, request: urllib.request.Request, act: str, seconds: float) -> bytes:
        url = request.full_url.partition("?")[0]
        try:
            for pause in (*_PAUSES, None):
                if self._target.user and act.startswith("writing"):
                    target = self._target  # each time: a digest is accepted once
                    authorize(request, target.user, target.password, READ_SECONDS)
                with exchange(request, seconds=seconds, by_proxy=True) as response:
                    if response.status in range(200, 300) or (
                        response.status == HTTPStatus.NOT_FOUND and request.get_method() == "DELETE"
                    ):
                        return b"".join(iter(response.read, b""))
                    words = response.read(_READ).decode("utf-8", "replace")
                is_rolled_back = any(code in words for code in _ROLLED_BACK)
                if (
                    pause is None
                    or not is_rolled_back
                    or response.status != HTTPStatus.INTERNAL_SERVER_ERROR
                ):
                    raise self._refusal(url, act, response.status, words)
                time.sleep(pause)
            raise AssertionError
        except LateError as error:
            raise StoreError(
                f"The SPARQL server at {url} took longer than {seconds:g} s for {act}."
            ) from error
        except BrokenOffError as error:
            raise StoreError(
                f"The SPARQL server at {url} ended its answer early.", hint="Is it running?"
            ) from error
        except TransferError as error:
            raise StoreError(
                f"The SPARQL server at {url} cannot be reached: {error}.", hint="Is it running?"
            ) from error

    def _refusal(self, url: str, act: str, status: int, body: str) -> StoreError:
        words = _first_line(body)
        if status in {401, 403} or "No permission" in words:
            reason = (
                "does not accept the user and password set"
                if self._target.user
                else "asks for a user and password"
            )
            return StoreError(
                f"The SPARQL server at {url} {reason} (status {status}).", hint=_CREDENTIALS
            )
        if status in {404, 405, 501}:
            return StoreError(
                f"No endpoint for {act} is at {url} (status {status}).",
                hint="Set 'publish_to' to the URL for queries, a space, and the URL of the Graph Store Protocol.",
            )
        return StoreError(f"The SPARQL server at {url} answered with status {status}: {words}")


def _first_line(text: str) -> str:
    lines = text.strip().splitlines() or ["no reason given"]
    line = next(
        (line for line in lines if "Error" in line), lines[0]
    )  # Virtuoso may begin with half an answer
    return (line[:_QUOTED] + "…" if len(line) > _QUOTED else line).rstrip(".") + "."
