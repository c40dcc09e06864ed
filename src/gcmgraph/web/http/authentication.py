"""Tokens: as Bearer (RFC 6750), as the password of Basic (RFC 7617), in a form, or in a cookie of a browser.

A page that requires a token has a field for it (`token.html`). The token that is written there is stored in a cookie of
the session, for pages of contributions and remarks only: no script can read it, requests of other sites lack it, and
no form of another site sets it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import unquote_plus, urlsplit

from flask import Flask, Request, Response, after_this_request, current_app, g, request
from flask_babel import gettext
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder, NeedData

from gcmgraph.contributions.access import AddressCounts, Tokens
from gcmgraph.contributions.contribution import Agent, QuotaError, Role
from gcmgraph.web.http.limits import MAX_FIELDS
from gcmgraph.web.http.problems import Problem, ProblemError

#: Challenge of a 401. Browsers open a dialogue for Basic, but show the page with its field for Bearer.
_CHALLENGE = 'Bearer realm="GCM Graph"'

#: Name of the cookie with a token, and the paths below which browsers send it.
COOKIE = "gcmgraph_token"
_COOKIE_PATHS = ("/contributions", "/feedback")

#: Keys of an application's extensions for counts of invalid tokens, and for the addresses of reverse proxies.
_FAILURES, _PROXIES = "gcmgraph.token_failures", "gcmgraph.proxies"

#: The first field `token` of a form; no token has 1,000 letters.
_TOKEN_FIELD = re.compile(rb"(?:^|&)token=([^&]{0,1000})")


#: Paths of forms with a field for the token. Those on pages that require a token have none.
_HAVE_FIELD = re.compile(r"/contributions(?:/form/[^/]+)?")


def register(app: Flask, failures: AddressCounts, proxies: Collection[str]) -> None:
    """Count invalid tokens by address in `failures`."""
    app.extensions[_FAILURES] = failures
    app.extensions[_PROXIES] = proxies


def agent_of(request: Request, tokens: Tokens) -> Agent | None:
    """The holder of the token of a request; None where it has none. 401 for an invalid token, 429 for too many.

    403 for one in a form of a page of another site, which may be that of another person. The holder of a valid token is
    not refused for the failures of others at the same address.
    """
    text = _token(request)
    if text is None:
        return None
    of_form = request.method == "POST" and text == _form_token(request)
    if of_form:
        refuse_other_sites(request)
    agent = tokens.holder(text)
    if agent is None:
        if COOKIE in request.cookies:
            forget_token()
        count_failure(request)
        raise unauthorized(request, gettext("This token is not valid here, or was revoked."))
    if of_form and not _HAVE_FIELD.fullmatch(request.path) and _is_own_page(request):
        _set_cookie(text)  # of the page that asks for a token
    return agent


def required(request: Request, tokens: Tokens, role: Role | None = None) -> Agent:
    """The holder of the token of a request. 401 where there is none, 403 where the role is another."""
    agent = agent_of(request, tokens)
    if agent is None:
        raise unauthorized(request, gettext("This needs a token."))
    if role is not None and agent.role is not role:
        g.asks_token = True
        raise ProblemError(Problem(HTTPStatus.FORBIDDEN, gettext("Only a curator may do this.")))
    return agent


def refuse_foreign(request: Request) -> None:
    """403 for a request that a page of another site makes in a visitor's browser.

    A browser adds the stored password to such a request (https://www.w3.org/TR/fetch-metadata/), and the cookie where
    the other site is of the same domain.
    """
    if COOKIE in request.cookies or (request.authorization is not None and request.authorization.type == "basic"):
        refuse_other_sites(request)


def refuse_other_sites(request: Request) -> None:
    """403 for a request that a page of another site makes, with or without a token."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if not _is_own_page(request) and (site != "none" if site else origin):
        raise ProblemError(Problem(HTTPStatus.FORBIDDEN, gettext("This request comes from a page of another site.")))


def _is_own_page(request: Request) -> bool:
    """Whether a browser states that a page of this server makes a request. Programs state nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.host


def unauthorized(request: Request, detail: str) -> ProblemError:
    """401: for a browser a page with a field for the token, which sends what a form had again.

    403 for a form of a page of another site: its sender must not get a token with it.
    """
    hint = gettext("Send it as 'Authorization: Bearer …'.")
    if "text/html" in request.headers.get("Accept", ""):
        if request.method == "POST":
            refuse_other_sites(request)
        has_field = request.method == "POST" and _HAVE_FIELD.fullmatch(request.path)
        again = gettext("Write your token into its field, and send the form again.")
        hint = again if has_field else gettext("Write your token into the field.")
        g.asks_token = True
    headers = {"WWW-Authenticate": _CHALLENGE}
    return ProblemError(Problem(HTTPStatus.UNAUTHORIZED, detail, {"hint": hint}, headers))


def forget_token() -> None:
    """Delete the token in the cookies of the browser."""
    _set_cookie("")


def _set_cookie(token: str) -> None:
    """Store a token in the cookies of the browser with the response, or delete it. They end with the browser."""
    if "token_cookie" not in g:
        after_this_request(_with_cookie)
    g.token_cookie = token


def _with_cookie(response: Response) -> Response:
    token = g.token_cookie
    secure = request.is_secure or request.headers.get("Origin", "").startswith("https:")  # a proxy may end TLS
    for path in _COOKIE_PATHS:
        where, age = f"{request.script_root}{path}", None if token else 0
        response.set_cookie(COOKIE, token, max_age=age, path=where, secure=secure, httponly=True, samesite="Lax")
    return response


def client_address(request: Request, proxies: Collection[str]) -> str:
    """The address of a client; of one behind a reverse proxy, the last that the proxy added to X-Forwarded-For."""
    remote = request.environ.get("REMOTE_ADDR") or ""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or remote if remote in proxies else remote


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
    return (request.method == "POST" and _form_token(request)) or request.cookies.get(COOKIE) or None


def _form_token(request: Request) -> str:
    """The field `token` of a form; empty where there is none. The other fields are not parsed, nor files stored."""
    stream = request.environ["wsgi.input"]
    body: bytes = stream.getvalue() if isinstance(stream, io.BytesIO) else b""  # see `BodyLimiter`
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
