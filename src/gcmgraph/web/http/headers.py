"""Headers that every answer carries, and the reading of conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Response
from werkzeug.http import parse_date

#: Nothing but our own files: no inline script or style, no frame around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: Headers of ours that scripts of other sites may read (https://fetch.spec.whatwg.org/#http-access-control-expose-headers).
EXPOSED = "Cache-Status, Content-Location, ETag, Link, Result-Incomplete, Result-Truncated, Retry-After, X-Total-Count"

#: Any other site may read data, without credentials.
ON_EVERYTHING = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
)

#: Headers that describe a body, and so have no place in a 304 (RFC 9110, 15.4.5).
_OF_A_BODY = frozenset({"content-type", "content-length", "content-language"})

_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def framed_anywhere(response: Response) -> Response:
    """The same answer, which pages of other sites may show in a frame."""
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers["Content-Security-Policy"] = policy
    return response


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether a client has the representation of an entity tag (RFC 9110, 13.1.2: weak comparison)."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or opaque(tag) in _ENTITY_TAG.findall(if_none_match)


def is_unmodified(if_modified_since: str | None, last_modified: str | None) -> bool:
    """Whether a client has what was last modified then (RFC 9110, 13.1.3). Asked only without If-None-Match."""
    if not if_modified_since or not last_modified:
        return False
    since, modified = parse_date(if_modified_since), parse_date(last_modified)
    return since is not None and modified is not None and modified <= since


def opaque(tag: str) -> str:
    """An ETag header's value without quotes and `W/`."""
    match = _ENTITY_TAG.fullmatch(tag)
    return match[1] if match else tag


def without_body(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a 304."""
    return [(name, value) for name, value in headers if name.lower() not in _OF_A_BODY]
