"""SPARQL servers: their addresses, how they differ, and requests of the SPARQL and Graph Store Protocols."""

from __future__ import annotations

import base64
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from pyoxigraph import RdfFormat, parse

from gcmgraph.errors import SettingsError, StoreError
from gcmgraph.model.terms import XSD, Literal, Triple, typed
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.store.port import Access, is_url
from gcmgraph.store.transport import BrokenOffError, LateError, TransferError, exchange, sparql_request


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
