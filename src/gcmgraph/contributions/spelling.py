"""Addresses that lead to ours and are not written as ours: who reads them takes them for the same, RDF does not."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

#: Ports that go without saying (RFC 9110, 4.2).
_PORTS = {80, 443, None}


def is_ours_misspelt(iri: str, base: str) -> bool:
    """Whether an IRI differs from one below `base` only in spelling (RFC 3986, 6.2).

    That is: `http` for `https`, capitals in the host, a port that goes without saying, percent-encoding, or dots in the
    path.
    """
    if iri.startswith(base):
        return False
    ours = urlsplit(base)
    if ours.netloc.lower() not in iri[:2000].lower():
        return False
    try:
        parts = urlsplit(iri)
        same = parts.hostname == ours.hostname and (parts.port == ours.port or {parts.port, ours.port} <= _PORTS)
    except ValueError:  # a port that is no number
        return False
    path = posixpath.normpath(unquote(parts.path) or "/")
    below = path.casefold() + "/" if path != "/" else "/"
    return same and parts.scheme in {"http", "https"} and below.startswith(ours.path.casefold())
