"""IRIs of the data as links of this server: ours by their path, others' as they are.

The data carry the base IRI; a server on any host answers for the path behind it, so a link is a path only.
The Host header is never asked.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Request

from gcmgraph.namespaces import Addresses

#: What may stand unescaped in a path besides letters and digits (RFC 3986, 3.3), and `%`, which is kept.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"


def local_path(addresses: Addresses, iri: str) -> str | None:
    """The path (with fragment) at which this server tells about an IRI under its base, else None.

    Things lead to their documents, and parts of things to their place there.
    """
    if not iri.startswith(addresses.base):
        return None
    path, hash_sign, fragment = iri[len(addresses.base) :].partition("#")
    if path.startswith("id/"):
        path = f"doc/{path[3:]}"
    elif not (path in {"ontology", "shapes"} or path.startswith("graph/")):
        return None
    return f"/{quote(path, safe=_PATH_SAFE)}{hash_sign}{quote(fragment, safe=_PATH_SAFE)}"


def foreign_link(iri: str) -> str | None:
    """Somebody else's IRI where it is a web address; `javascript:`, `data:` and the like are never linked."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    return iri if parts.scheme in {"http", "https"} and parts.netloc else None


def candidate_iris(addresses: Addresses, path: str) -> list[str]:
    """The IRIs under the base that a decoded request path may stand for: as it is, or percent-encoded."""
    encoded = quote(path, safe=_PATH_SAFE)
    return [addresses.base + form for form in dict.fromkeys((path, encoded))]


def header_path(path: str) -> str:
    """A path as it may stand in a header: ASCII, without quotes, spaces or angle brackets."""
    return quote(path, safe=_PATH_SAFE)


def query_along(request: Request) -> str:
    """The query of a request with its `?`, to send along to another address; empty where it has none.

    What a client sent unescaped is not ASCII is escaped byte by byte.
    """
    query = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in request.query_string)
    return f"?{query}" if query else ""


def header_iri(iri: str) -> str:
    """An IRI as it may stand in a header, with its query and fragment (RFC 3987, 3.1)."""
    return quote(iri, safe=f"{_PATH_SAFE}?#")
