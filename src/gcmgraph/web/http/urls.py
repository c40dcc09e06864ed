"""IRIs of the data as links of this server, and the addresses of static files.

IRIs under the base are linked by their path, others unchanged. A server on any host serves the paths under the base
IRI, so links are paths. The Host header is never used.

Templates link `/static/style.css?v=<digest>`, where a file is immutable. At its plain address, by which scripts import
each other, it is revalidated by its entity tag.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from flask import Flask, Request, Response, current_app, request

from gcmgraph.namespaces import Addresses
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.http.problems import not_found

#: Characters unescaped in a path besides letters and digits (RFC 3986, 3.3), and `%`, which is not escaped again.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"


def local_path(addresses: Addresses, iri: str) -> str | None:
    """The path (with fragment) of the document about an IRI under the base, else None.

    Resources lead to their documents, parts of resources to their fragment there.
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
    """An IRI of another site where it is a web address; `javascript:`, `data:` and the like are never linked."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    return iri if parts.scheme in {"http", "https"} and parts.netloc else None


def candidate_iris(addresses: Addresses, path: str) -> list[str]:
    """The IRIs under the base that a decoded request path may mean: as it is, or percent-encoded."""
    encoded = quote(path, safe=_PATH_SAFE)
    return [addresses.base + form for form in dict.fromkeys((path, encoded))]


def header_path(path: str) -> str:
    """A path for a header: ASCII, without quotes, spaces or angle brackets."""
    return quote(path, safe=_PATH_SAFE)


def is_served(path: str) -> bool:
    """Whether the application has a route at a path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())


def query_along(request: Request) -> str:
    """The query of a request with its `?`, for a redirect; empty where it has none.

    Bytes outside ASCII that the client did not escape are escaped.
    """
    query = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in request.query_string)
    return f"?{query}" if query else ""


def header_iri(iri: str) -> str:
    """An IRI for a header, with its query and fragment (RFC 3987, 3.1)."""
    return quote(iri, safe=f"{_PATH_SAFE}?#")


FOLDER = Path(__file__).parents[1] / "static"

#: Characters of a digest in an address, and in an entity tag.
_IN_ADDRESS, _IN_TAG = 12, 32

_ANSWER = api.answer("File content; the media type follows from the file name.", {"*/*": None})
_PARAMETERS = (
    api.Parameter("filename", "File name; it may contain slashes.", api.text(), "style.css"),
    api.Parameter(
        "v", "Digest of the content, as in links of pages; a response with it may be cached permanently.", api.text()
    ),
)


@dataclass(frozen=True)
class StaticFile:
    """A file, with its SHA-256 as hexadecimal digits."""

    content: bytes
    digest: str
    media_type: str

    @property
    def version(self) -> str:
        """The value of `v` in its address."""
        return self.digest[:_IN_ADDRESS]


@cache
def static_files() -> dict[str, StaticFile]:
    """The files below `static/` by name."""
    found = {}
    for path in FOLDER.rglob("[!.]*"):
        if path.is_file():
            content, media_type = path.read_bytes(), mimetypes.guess_type(path)[0] or "application/octet-stream"
            file = StaticFile(content, hashlib.sha256(content).hexdigest(), media_type)
            found[path.relative_to(FOLDER).as_posix()] = file
    return found


def address(name: str) -> str:
    """The address by which templates link a file. It is faster than Flask's `url_for`: a page has ten such links."""
    file = static_files().get(name)
    version = f"?v={file.version}" if file else ""
    return f"{request.script_root}/static/{quote(name)}{version}"


def editor_bundle() -> str | None:
    """A digest of the editor's script and style sheet, as their version in URLs.

    None where they were not built from `frontend/`; the page of a query is a plain form then.
    """
    built = [static_files().get(name) for name in ("editor.js", "editor.css")]
    contents = [file.content for file in built if file is not None]
    return hashlib.sha256(b"".join(contents)).hexdigest()[:_IN_ADDRESS] if len(contents) == len(built) else None


def serve_files(app: Flask) -> None:
    """Serve the files, and let templates link them. `app` must have no static folder of its own."""
    app.jinja_env.globals["static"] = address
    files = static_files()

    @app.get("/static/<path:filename>", endpoint="static")
    @api.operation("static", _ANSWER, _PARAMETERS)
    def static(filename: str) -> Response:
        """Return a style sheet, script or image."""
        if filename not in files:
            raise not_found(request.path)
        file = files[filename]
        response = Response(file.content, content_type=content_type(file.media_type))
        caching = Caching.FOREVER if request.args.get("v") == file.version else Caching.REVALIDATED
        return cached(response, caching, vary=None, tag=file.digest[:_IN_TAG])
