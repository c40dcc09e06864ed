"""Answers with the headers that negotiated documents need (RFC 9110: 8.7, 8.8.3, 12.5.5; RFC 8288)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Request, Response

from gcmgraph import __version__
from gcmgraph.model.terms import DefaultGraph, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.store.results.formats import require_syntax
from gcmgraph.web.http.body_cache import Bodies
from gcmgraph.web.http.negotiation import CSV, HTML, REPRESENTATIONS, Representation
from gcmgraph.web.http.urls import header_iri, header_path
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.snapshot import Snapshot

#: Headers of a request that decide which representation it gets.
VARY = "Accept, Accept-Language"

#: Folders in this package that say nothing of when it was installed.
_NOT_OURS = frozenset({"__pycache__", "node_modules"})


def entity_tag(*parts: str) -> str:
    """A strong entity tag for a representation: it depends on this software and on all that is given."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:32]


def written(triples: Iterable[Triple], representation: Representation, addresses: Addresses) -> bytes:
    """Triples in the syntax of a representation, the same bytes for the same triples. Raises `NotXmlError`."""
    if representation.syntax is None:
        raise ValueError("not a representation in RDF")
    quads = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    body = serialize_canonical(quads, representation.syntax, addresses.prefixes)
    require_syntax(body, representation.syntax.engine_format)
    return body


def last_modified(snapshot: Snapshot) -> datetime | None:
    """When answers about a dataset version last changed; None where it stands on a server, which does not say.

    That is when its folder was built, when it became current again, or when this software was installed: the latest.
    """
    folder = snapshot.index.parent
    if not snapshot.index.name:
        return None
    link = folder.parent.parent / "current"
    try:
        times = [folder.stat().st_mtime, link.lstat().st_mtime, _installed()]
    except OSError:  # removed meanwhile; what is opened can still be read
        return None
    return datetime.fromtimestamp(max(times), UTC)


def tell_modified(response: Response, modified: datetime | None) -> None:
    """Give an answer its Last-Modified, where that is known: Werkzeug would take None for now."""
    if modified is not None:
        response.last_modified = modified


@cache
def _installed() -> float:
    """When the newest file of this package was written (seconds since 1970). The first answer waits for that."""
    newest = 0.0
    for folder, within, files in os.walk(Path(__file__).parents[2]):
        within[:] = [name for name in within if name not in _NOT_OURS]
        newest = max([newest, *(os.lstat(f"{folder}/{name}").st_mtime for name in files)])
    return newest


def document(
    request: Request,
    bodies: Bodies,
    make: Callable[[], bytes | str],
    representation: Representation,
    *,
    path: str,
    tag: str,
    describes: str,
    language: str | None = None,
    modified: datetime | None = None,
    links: Callable[[], Iterable[str]] | None = None,
) -> Response:
    """A negotiated document: the address without suffix is `path`. 304 where the client has it already.

    Its body is made only where neither the client nor `bodies` has it. `links` are its Link headers, where
    it has others than its alternates and what it describes.
    """
    response = Response(content_type=representation.content_type)
    response.headers["Content-Location"] = f"{header_path(path)}.{representation.suffix}"
    response.headers["Vary"] = VARY
    if language is not None:
        response.headers["Content-Language"] = language

    def plain() -> Iterable[str]:
        for other in REPRESENTATIONS:
            if other is not representation:
                yield f'<{header_path(path)}.{other.suffix}>; rel="alternate"; type="{other.media_type}"'
        yield f'<{header_iri(describes)}>; rel="describes"'

    _conditional(request, response, bodies, make, tag, modified)
    written_links = bodies.get(f"{tag} links", lambda: "\n".join((links or plain)()))
    for link in written_links.decode().splitlines():  # last: setting a header looks through those there are
        response.headers.add("Link", link)
    return response


def rdf_document(
    request: Request,
    bodies: Bodies,
    make: Callable[[], bytes | str],
    representation: Representation,
    *,
    tag: str,
    modified: datetime | None = None,
) -> Response:
    """A negotiated document that is had as RDF only. 304 where the client has it already."""
    response = Response(content_type=representation.content_type)
    response.headers["Vary"] = VARY
    return _conditional(request, response, bodies, make, tag, modified)


def fixed_document(
    request: Request, snapshot: Snapshot, make: Callable[[], bytes | str], media_type: str, *, tag: str
) -> Response:
    """A document that is had in one form. 304 where the client has it already."""
    response = Response(content_type=media_type)
    return _conditional(request, response, snapshot.bodies, make, tag, last_modified(snapshot))


def page_variant(request: Request, representation: Representation) -> str:
    """What else than its data a page depends on: its language, whether links carry it, and its own address."""
    if representation is CSV:
        return chosen_language(request)  # values are named in it
    if representation is not HTML:
        return ""
    return f"{chosen_language(request)} {request.query_string!r} {request.script_root}{request.path}"


def cached_page(request: Request, snapshot: Snapshot, name: str, make: Callable[[], bytes | str]) -> Response:
    """A page that depends on the dataset version, its address, its language and its name alone.

    304 where the client has it already.
    """
    response = Response(content_type=HTML.content_type)
    response.headers["Vary"] = VARY
    response.headers["Content-Language"] = chosen_language(request)
    tag = entity_tag(snapshot.version, "page", page_variant(request, HTML), name)
    return _conditional(request, response, snapshot.bodies, make, tag, last_modified(snapshot))


def _conditional(
    request: Request,
    response: Response,
    bodies: Bodies,
    make: Callable[[], bytes | str],
    tag: str,
    modified: datetime | None,
) -> Response:
    """An answer with its validators, and with its body unless the client has that (RFC 9110, 13.1)."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(tag)
    tell_modified(response, modified)
    response.make_conditional(request)
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        response.set_data(bodies.get(tag, make))
    return response
