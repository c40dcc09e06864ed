"""Limit on the fields of forms and the parameters of addresses, before they are parsed. Plain WSGI (PEP 3333).

A field of two bytes takes hundreds once it is parsed. Flask limits the parts of a multipart form
(`MAX_FORM_PARTS`), not the fields of `application/x-www-form-urlencoded`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from gcmgraph.web.http.limits import MAX_FIELDS
from gcmgraph.web.http.request_bodies import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FORM = "application/x-www-form-urlencoded"

TOO_MANY_FIELDS = f"The form has more than {MAX_FIELDS:,} fields."
SEND_A_FILE = "Send large data as a file or as the body of the request."


class FieldLimit:
    """WSGI middleware below `BodyGate`, which holds the body in memory; `refusing` responds as there."""

    def __init__(self, app: WSGIApplication, refusing: WSGIApplication) -> None:
        self._app = app
        self._refusing = refusing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("QUERY_STRING", "").count("&") >= MAX_FIELDS:
            detail = f"The address has more than {MAX_FIELDS:,} parameters."
            refused = (HTTPStatus.BAD_REQUEST, detail, "Send fewer parameters, or a query as the body of a POST.")
        elif _is_form(environ) and environ["wsgi.input"].getvalue().count(b"&") >= MAX_FIELDS:
            refused = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MANY_FIELDS, SEND_A_FILE)
        else:
            return self._app(environ, start_response)
        nothing = {REFUSED: refused, "QUERY_STRING": "", "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
        return self._refusing({**environ, **nothing}, start_response)


def _is_form(environ: WSGIEnvironment) -> bool:
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    return kind == _FORM and isinstance(environ["wsgi.input"], io.BytesIO)
