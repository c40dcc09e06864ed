"""/static/… and /favicon.ico: style sheets, scripts and images, and the addresses by which templates link them."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, request

from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.problems import not_found

STATIC_FOLDER = Path(__file__).parent / "static"

#: Files of the query editor, which are built from `frontend/`.
_EDITOR_FILES = ("editor.js", "editor.css")

_ICON = "favicon-32.png"

#: Characters of a digest in an address, and in an entity tag.
_LENGTH_IN_ADDRESS = 12
_LENGTH_IN_TAG = 32

#: Media type of files whose names do not show theirs.
_BYTES = "application/octet-stream"

_FILE_ANSWER = api.answer("File content; the media type follows from the file name.", {"*/*": None})
_FILE_PARAMETERS = (
    api.Parameter("filename", "File name; it may contain slashes.", api.text(), "style.css"),
    api.Parameter(
        "v",
        "Digest of the content, as in links of pages; "
        "a response with it may be cached permanently.",
        api.text(),
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
        return self.digest[:_LENGTH_IN_ADDRESS]


@cache
def static_files() -> dict[str, StaticFile]:
    """The files below `static/` by name."""
    files = {}
    for path in STATIC_FOLDER.rglob("[!.]*"):
        if path.is_file():
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            media_type = mimetypes.guess_type(path)[0] or _BYTES
            name = path.relative_to(STATIC_FOLDER).as_posix()
            files[name] = StaticFile(content, digest, media_type)
    return files


def static_address(name: str) -> str:
    """The address by which templates link a file.

    It is faster than Flask's `url_for`: a page has ten such links.
    """
    file = static_files().get(name)
    version = f"?v={file.version}" if file else ""
    return f"{request.script_root}/static/{quote(name)}{version}"


def has_editor() -> bool:
    """Whether the query editor was built from `frontend/`; else the page of a query is a plain form."""
    return all(name in static_files() for name in _EDITOR_FILES)


def file_response(path: Path, media_type: str) -> Response:
    """A file without a language, with an entity tag."""
    content = path.read_bytes()
    tag = hashlib.sha256(content).hexdigest()[:_LENGTH_IN_TAG]
    response = Response(content, content_type=media_type)
    return cached(response, Caching.REVALIDATED, vary=None, tag=tag)


@api.operation("favicon", _FILE_ANSWER, ())
def favicon() -> Response:
    """Return the icon of this site, for programs that request it without reading a page."""
    return static(_ICON)


@api.operation("static", _FILE_ANSWER, _FILE_PARAMETERS)
def static(filename: str) -> Response:
    """Return a style sheet, script or image."""
    file = static_files().get(filename)
    if file is None:
        raise not_found(request.path)
    response = Response(file.content, content_type=content_type(file.media_type))
    caching = Caching.FOREVER if request.args.get("v") == file.version else Caching.REVALIDATED
    return cached(response, caching, vary=None, tag=file.digest[:_LENGTH_IN_TAG])


def serve_files(app: Flask) -> None:
    """Serve the files, and let templates link them. `app` must have no static folder of its own."""
    static_files()  # read before the first request
    app.jinja_env.globals["static"] = static_address
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.add_url_rule("/static/<path:filename>", "static", static)
