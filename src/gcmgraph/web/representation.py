"""Answers with the headers that negotiated documents need (RFC 9110: 8.7, 8.8.3, 12.5.5; RFC 8288)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from urllib.parse import quote

from flask import Request, Response

from gcmgraph import __version__
from gcmgraph.model.terms import DefaultGraph, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.web.bodies import Bodies
from gcmgraph.web.negotiation import REPRESENTATIONS, Representation

#: Headers of a request that decide which representation it gets.
VARY = "Accept, Accept-Language"


def entity_tag(*parts: str) -> str:
    """A strong entity tag for a representation: it depends on this software and on all that is given."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:32]


def written(triples: Iterable[Triple], representation: Representation, addresses: Addresses) -> bytes:
    """Triples in the syntax of a representation, the same bytes for the same triples."""
    if representation.syntax is None:
        raise ValueError("not a representation in RDF")
    quads = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    return serialize_canonical(quads, representation.syntax, addresses.prefixes)


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
) -> Response:
    """A negotiated document: the address without suffix is `path`. 304 where the client has it already.

    Its body is made only where neither the client nor `bodies` has it.
    """
    known = request.if_none_match.contains(tag)
    response = Response(b"" if known else bodies.get(tag, make), content_type=representation.content_type)
    response.headers["Content-Location"] = f"{_header_path(path)}.{representation.suffix}"
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = "public, no-cache"
    if language is not None:
        response.headers["Content-Language"] = language
    for other in REPRESENTATIONS:
        if other is not representation:
            link = f'<{_header_path(path)}.{other.suffix}>; rel="alternate"; type="{other.media_type}"'
            response.headers.add("Link", link)
    response.headers.add("Link", f'<{quote(describes, safe=_IRI_SAFE)}>; rel="describes"')
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def rdf_document(
    request: Request,
    bodies: Bodies,
    make: Callable[[], bytes | str],
    representation: Representation,
    *,
    tag: str,
) -> Response:
    """A negotiated document that is had as RDF only. 304 where the client has it already."""
    known = request.if_none_match.contains(tag)
    response = Response(b"" if known else bodies.get(tag, make), content_type=representation.content_type)
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(tag)
    response.make_conditional(request)
    return response


_IRI_SAFE = "/:@!$&'()*+,;=-._~%#?"


def _header_path(path: str) -> str:
    return quote(path, safe="/:@!$&'()*+,;=-._~%")
