"""Answer plain lookups on the spot, below Flask: what is said of one thing, or its description.

    SELECT ?p ?o WHERE { objective:9 ?p ?o }        DESCRIBE objective:9        ASK { objective:9 a gcm:Objective }

A query process costs more than such a query. It is needed for what can run away: joins, paths, sorts, groups,
functions. One pattern whose subject is given reads an index and streams, so the caps of `bounded_output` stop it
between rows. The form is recognised as a whole, never searched for: whatever is not exactly of it, has an error,
or reaches a cap, goes the common way and gets its answer there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gcmgraph.errors import GcmGraphError
from gcmgraph.store.bounded_output import Caps
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.query_request import QueryRequest
from gcmgraph.web.headers import ON_EVERYTHING, is_known, without_body
from gcmgraph.web.site import Site
from gcmgraph.web.sparql_answers import answer_headers, content_type, entity_tag
from gcmgraph.web.sparql_protocol import read_parameters, wanted_formats

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: What a lookup may take before it goes the common way.
ROWS, BYTES, SECONDS = 2_000, 1024 * 1024, 0.5

_LONGEST = 4096

_S = r"(?:\s|\#[^\r\n]*+(?=[\r\n]|\Z))*+"  # space and comments
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
_NAME = r"(?!service)[a-z][a-z0-9]*+:[\w-]*+(?:\.[\w-]++)*+"
_TERM = rf"(?:{_IRI}|{_NAME})"
_VARIABLE = r"[?$][a-z_]\w*+"
_PATTERN = rf"\{{{_S}{_TERM}{_S}(?:{_VARIABLE}|{_TERM}|a(?=\s)){_S}(?:{_VARIABLE}|{_TERM}){_S}(?:\.{_S})?+\}}"
_PROLOGUE = rf"(?:prefix\s++[a-z][a-z0-9]*+:{_S}{_IRI}{_S})*+"

#: One triple pattern about a given subject, or the description of a given thing, and nothing else.
LOOKUP = re.compile(
    rf"{_S}{_PROLOGUE}(?:"
    rf"select\b{_S}(?:\*{_S}|(?:{_VARIABLE}{_S})++)(?:where\b{_S})?+{_PATTERN}{_S}(?:limit\s++\d{{1,9}}{_S})?+"
    rf"|ask\b{_S}(?:where\b{_S})?+{_PATTERN}{_S}"
    rf"|describe\b{_S}{_TERM}{_S})",
    re.IGNORECASE | re.ASCII,
)


class Lookups:
    """WSGI middleware: lookups by GET on an embedded store; all else goes to `app`."""

    def __init__(self, app: WSGIApplication, site: Site) -> None:
        self._app = app
        self._site = site
        self._prefixes = site.addresses.prefixes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("PATH_INFO") == "/sparql" and environ["REQUEST_METHOD"] == "GET":
            try:
                answered = self._answered(environ)
            except GcmGraphError:  # told the common way
                answered = None
            if answered is not None:
                status, headers, body = answered
                start_response(status, [*headers, *ON_EVERYTHING])
                return [body]
        return self._app(environ, start_response)

    def _answered(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes] | None:
        raw = environ.get("QUERY_STRING", "")
        if not raw.startswith("query=") or len(raw) > _LONGEST:
            return None
        parameters = read_parameters(raw)
        query = parameters[0][1]
        formats = [value for name, value in parameters[1:] if name == "format"]
        if len(parameters) != 1 + len(formats) or len(formats) > 1 or LOOKUP.fullmatch(query) is None:
            return None
        wanted = wanted_formats(environ.get("HTTP_ACCEPT", ""), formats[0] if formats else None)
        snapshot = self._site.dataset.snapshot()
        if wanted is None or not isinstance(snapshot.store, EmbeddedStore):
            return None
        request = QueryRequest(query, wanted)
        headers = answer_headers(entity_tag(snapshot.version, request), volatile=False)
        if is_known(environ.get("HTTP_IF_NONE_MATCH"), headers[-1][1]):
            return "304 NOT MODIFIED", without_body(headers), b""
        prefixes = {prefix: iri for prefix, iri in self._prefixes.items() if f"{prefix}:" in query}
        caps = Caps(ROWS, BYTES, time.monotonic() + SECONDS, whole=True)
        found = snapshot.store.bounded(query, wanted, caps, prefixes=prefixes)
        if found is None or found[1].cut:
            return None
        media_type, written = found
        about = [("Content-Type", content_type(media_type)), ("Content-Length", str(len(written.body)))]
        return "200 OK", [*about, *headers], written.body
