"""Methods and paths that Flask would take for others. Plain WSGI (PEP 3333)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from gcmgraph.web.http.request_bodies import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class RequestLine:
    """WSGI middleware that refuses methods that are not in capitals, and paths that begin with two slashes.

    Methods are case-sensitive (RFC 9110, 9.1). `refusing` responds to the refusal under `REFUSED`.
    """

    def __init__(self, app: WSGIApplication, refusing: WSGIApplication) -> None:
        self._app = app
        self._refusing = refusing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        method = environ["REQUEST_METHOD"]
        if not (method.isascii() and method.isupper()):
            detail = f"The method '{method[:40]}' is none of GET, HEAD, POST and OPTIONS."
            refused = (HTTPStatus.METHOD_NOT_ALLOWED, detail)
        elif environ.get("PATH_INFO", "").startswith("//"):
            refused = (HTTPStatus.NOT_FOUND, "There is nothing at an address that begins with two slashes.")
        else:
            return self._app(environ, start_response)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        nothing = {REFUSED: refused, "REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
        return self._refusing({**environ, **nothing}, start_response)
