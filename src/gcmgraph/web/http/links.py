"""Links to IRIs, and addresses for headers and redirects.

IRIs under the base are linked by their path, others unchanged. A server on any host serves the
paths under the base IRI, so links are paths. The Host header is never used.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from flask import Request, Response, current_app, request

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.web.http.caching import cached
from gcmgraph.web.http.formats import HTML

#: Characters unescaped in a path besides letters and digits (RFC 3986, 3.3), and `%`, which is not
#: escaped again.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"


def local_path(addresses: Addresses, iri: str) -> str | None:
    """The path (with fragment) of the document about an IRI under the base, else None.

    Resources lead to their documents, parts of resources to their fragment there:
    `{base}id/country/AFG` to `/doc/country/AFG`.
    """
    if not iri.startswith(addresses.base):
        return None
    path, hash_sign, fragment = iri[len(addresses.base) :].partition("#")
    if path.startswith("id/"):
        path = f"doc/{path[3:]}"
    elif not (path in {"ontology", "shapes"} or path.startswith("graph/")):
        return None
    return f"/{quote(path, safe=_PATH_SAFE)}{hash_sign}{quote(fragment, safe=_PATH_SAFE)}"


def url_parts(url: str) -> SplitResult:
    """The parts of a URL that others wrote; empty ones for an invalid one, such as `http://[`."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def web_link(iri: str) -> str | None:
    """An IRI that can be a link, with http(s) and a host; `javascript:`, `data:` and others are None."""
    parts = url_parts(iri)
    return iri if parts.scheme in {"http", "https"} and parts.netloc else None


def candidate_iris(addresses: Addresses, path: str) -> list[str]:
    """The IRIs under the base that a decoded request path may mean: as it is, or percent-encoded."""
    spellings = dict.fromkeys((path, quote(path, safe=_PATH_SAFE)))
    return [addresses.base + spelling for spelling in spellings]


def header_path(path: str) -> str:
    """A path for a header: ASCII, without quotes, spaces or angle brackets."""
    return quote(path, safe=_PATH_SAFE)


def header_iri(iri: str) -> str:
    """An IRI for a header, with its query and fragment (RFC 3987, 3.1).

    >>> header_iri("https://example.org/Québec?a=b c#d")
    'https://example.org/Qu%C3%A9bec?a=b%20c#d'
    """
    return quote(iri, safe=f"{_PATH_SAFE}?#")


def is_served(path: str) -> bool:
    """Whether the application has a route at a path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())


def query_along(request: Request) -> str:
    """The query of a request with its `?`, for a redirect; empty where it has none.

    Bytes outside ASCII that the client did not escape are escaped.
    """
    query = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in request.query_string)
    return f"?{query}" if query else ""


def redirection(location: str) -> Response:
    """An empty 303 to an address of this server."""
    response = Response(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = location
    return response


def shorter_address() -> Response | None:
    """Redirect of a browser to the address without the empty parameters of a form; None where there are none."""
    if "" not in request.args.values() or HTML.media_type not in request.headers.get("Accept", ""):
        return None
    parameters = [(name, value) for name, value in request.args.items(multi=True) if value]
    query = f"?{urlencode(parameters)}" if parameters else ""
    return cached(redirection(f"{request.script_root}{quote(request.path)}{query}"), None)
