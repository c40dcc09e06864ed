"""Caching of responses (RFC 9111), and conditional requests (RFC 9110, 13).

Each route declares how its response may be cached. Only this module and the replies of `/sparql`
(`sparql.replies`) write such headers.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from flask import Response, request
from werkzeug.http import parse_etags, unquote_etag

#: Request headers on which most responses depend, for Vary.
VARY = "Accept, Accept-Language"


class Caching(Enum):
    """Permitted caching of a response, by its Cache-Control header.

    `ResultCache` stores those that begin with `public`, and those of `BRIEF` for their time.
    """

    #: the same for all clients while its dataset version is current
    BY_VERSION = "public, no-cache"
    #: checked with the server each time
    REVALIDATED = "no-cache"
    #: for one client, or of one moment
    NEVER = "no-store"
    #: depends on other servers, whose data change without our version
    BRIEF = "max-age=60"
    #: never changes under its address; large, so that `ResultCache` must not store it
    FOREVER = "max-age=31536000, public, immutable"


def cached(
    response: Response,
    caching: Caching | None,
    *,
    vary: str | None = VARY,
    tag: str | None = None,
    modified: datetime | None = None,
    language: str | None = None,
) -> Response:
    """The response with its caching headers; 304 where the client has the representation of entity tag `tag`.

    Without `caching` it has no Cache-Control: a redirect, or a page that `headers` gives a tag by
    its bytes. `language` is that of the body. The body may be set later, unless the status is 304.
    """
    headers = response.headers
    if caching is not None:
        headers["Cache-Control"] = caching.value
    if vary is not None:
        headers["Vary"] = vary
    if language is not None:
        headers["Content-Language"] = language
    if modified is not None:  # Werkzeug would take None for now
        response.last_modified = modified
    if tag is not None:
        response.set_etag(tag)
        response.make_conditional(request)
    return response


def client_has(if_none_match: str | None, tag: str) -> bool:
    """Whether a client has the representation of an entity tag (RFC 9110, 13.1.2: weak comparison)."""
    return parse_etags(if_none_match).contains_weak(unquote_etag(tag)[0])
