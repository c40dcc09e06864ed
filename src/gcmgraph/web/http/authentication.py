"""Tokens: as Bearer (RFC 6750), as the password of Basic (RFC 7617, for browsers), or in a form."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import unquote_plus, urlsplit

from flask import Flask, Request, current_app
from flask_babel import gettext
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder, NeedData

from gcmgraph.contributions.access.tokens import Tokens
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.errors import QuotaError
from gcmgraph.web.http.client_addresses import AddressCounts, client_address
from gcmgraph.web.http.limits import FAILURE_SECONDS, MAX_FIELDS
from gcmgraph.web.http.problems import Problem, ProblemError

#: Challenges to browsers and to programs.
_CHALLENGE = 'Basic realm="GCM Graph: the token is the password", charset="UTF-8"'
_BEARER = 'Bearer realm="GCM Graph"'

#: Keys of an application's extensions for counts of invalid tokens, and for the addresses of reverse proxies.
_FAILURES, _PROXIES = "gcmgraph.token_failures", "gcmgraph.proxies"

#: The first field `token` of a form; no token has 1,000 letters.
_TOKEN_FIELD = re.compile(rb"(?:^|&)token=([^&]{0,1000})")


#: Paths of forms with a field for the token. Those on pages that require a token have none: the browser has it already.
_HAVE_FIELD = re.compile(r"/contributions(?:/form/[^/]+)?")


def register(app: Flask, failures: int, proxies: Collection[str]) -> None:
    """Count invalid tokens by address, of which `failures` are allowed in a minute; 0 is no limit."""
    app.extensions[_FAILURES] = AddressCounts(failures, FAILURE_SECONDS)
    app.extensions[_PROXIES] = proxies


def asking(request: Request, tokens: Tokens) -> Agent | None:
    """The holder of the token of a request; None where it has none. 401 for an invalid token, 429 for too many.

    The holder of a valid token is not refused for the failures of others at the same address.
    """
    text = _token(request)
    if text is None:
        return None
    agent = tokens.holder(text)
    if agent is None:
        count_failure(request)
        raise unauthorized(request, gettext("This token is not valid here, or was revoked."))
    return agent


def required(request: Request, tokens: Tokens, role: Role | None = None) -> Agent:
    """The holder of the token of a request. 401 where there is none, 403 where the role is another."""
    agent = asking(request, tokens)
    if agent is None:
        raise unauthorized(request, gettext("This needs a token."))
    if role is not None and agent.role is not role:
        raise ProblemError(Problem(HTTPStatus.FORBIDDEN, gettext("Only a curator may do this.")))
    return agent


def refuse_foreign(request: Request) -> None:
    """403 for a request that a page of another site makes in a visitor's browser.

    A browser adds the stored password to such a request (https://www.w3.org/TR/fetch-metadata/).
    """
    if request.authorization is not None and request.authorization.type == "basic":
        refuse_other_sites(request)


def refuse_other_sites(request: Request) -> None:
    """403 for a request that a page of another site makes, with or without a token."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {"same-origin", "none"} if site else bool(origin) and urlsplit(origin).netloc != request.host:
        raise ProblemError(Problem(HTTPStatus.FORBIDDEN, gettext("This request comes from a page of another site.")))


def unauthorized(request: Request, detail: str) -> ProblemError:
    """401 with a challenge: browsers open their dialogue for Basic, but not after a form, which has a field for it."""
    page = "text/html" in request.headers.get("Accept", "")
    form = request.method == "POST" and request.authorization is None and _HAVE_FIELD.fullmatch(request.path)
    if page and form:
        hint = gettext("Write your token into its field, and send the form again.")
    else:
        hint = gettext("Send it as 'Authorization: Bearer …', or as the password in your browser's dialogue.")
    headers = {"WWW-Authenticate": _CHALLENGE if page and not form else _BEARER}
    return ProblemError(Problem(HTTPStatus.UNAUTHORIZED, detail, {"hint": hint}, headers))


def count_failure(request: Request) -> None:
    """Count an invalid token or invitation of the address of a request. 429 for too many."""
    counts: AddressCounts = current_app.extensions[_FAILURES]
    if wait := counts.add(client_address(request, current_app.extensions[_PROXIES])):
        raise QuotaError(
            f"More than {counts.limit:,} invalid tokens came from this address in {counts.seconds} s.",
            wait,
            hint="Send a valid token, or none.",
        )


def _token(request: Request) -> str | None:
    given = request.authorization
    if given is not None:
        text = given.token if given.type == "bearer" else given.password if given.type == "basic" else None
        return (text or "").strip()
    return _form_token(request) or None if request.method == "POST" else None


def _form_token(request: Request) -> str:
    """The field `token` of a form; empty where there is none. The other fields are not parsed, nor files stored."""
    stream = request.environ["wsgi.input"]
    body: bytes = stream.getvalue() if isinstance(stream, io.BytesIO) else b""  # as `BodyGate` leaves it, read or not
    if request.mimetype == "application/x-www-form-urlencoded":
        found = _TOKEN_FIELD.search(body)
        return unquote_plus(found[1].decode("latin-1")).strip() if found else ""
    if request.mimetype == "multipart/form-data" and b"token" in body:
        boundary = request.mimetype_params.get("boundary", "").encode("ascii", "replace")
        with suppress(ValueError):  # no multipart form
            return _part(body, boundary).decode("utf-8", "replace").strip()
    return ""


def _part(body: bytes, boundary: bytes) -> bytes:
    """The part `token` of a multipart form (RFC 7578). Raises `ValueError`, and 413 for too many parts before it."""
    decoder = MultipartDecoder(boundary, max_parts=MAX_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    text, reading = b"", False
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field):
            reading = event.name == "token"
        elif reading and isinstance(event, Data):
            text += event.data
            if not event.more_data:
                return text
    return b""
