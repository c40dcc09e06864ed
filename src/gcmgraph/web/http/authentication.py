"""Sender of a request: tokens, cookies, pages of other sites, and the address of a client.

A token comes as Bearer (RFC 6750), as the password of Basic (RFC 7617), in a form, or in a cookie
of a browser. A page that requires a token has a field for it (`token.html`). The token that is
written there is stored in a cookie of the session, for pages of contributions and remarks only: no
script can read it, requests of other sites lack it, and no form of another site sets it.
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Collection
from contextlib import suppress
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import unquote_plus

from flask import Flask, Request, Response, after_this_request, current_app, g, request
from flask_babel import gettext
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder, NeedData

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.quotas import AddressCounts, plain_address
from gcmgraph.platform.errors import QuotaError
from gcmgraph.web.http import limits
from gcmgraph.web.http.form_parsing import FORM_MEDIA_TYPE
from gcmgraph.web.http.links import url_parts
from gcmgraph.web.http.problems import Problem, ProblemError, refusal

#: Challenge of a 401. Browsers open a dialogue for Basic, but show the page with its field for
#: Bearer.
_CHALLENGE = 'Bearer realm="GCM Graph"'

#: Name of the cookie with a token, and the paths below which browsers send it.
COOKIE = "gcmgraph_token"
_COOKIE_PATHS = ("/contributions", "/feedback")

#: Key of an application's extensions for counts of invalid tokens.
_FAILURES = "gcmgraph.token_failures"

#: Key of an application's extensions for the networks of reverse proxies.
_PROXIES = "gcmgraph.proxies"

#: The first field `token` of a form; no token has 1,000 letters.
_TOKEN_FIELD = re.compile(rb"(?:^|&)token=([^&]{0,1000})")

#: Paths of forms with a field for the token. Those on pages that require a token have none.
_PATHS_WITH_FIELD = re.compile(r"/contributions(?:/form/[^/]+)?")

#: Entry of X-Forwarded-For with a port (`192.0.2.1:4711`), or in brackets (`[2001:db8::1]:4711`;
#: RFC 7239, 6).
_ENTRY_WITH_PORT = re.compile(r"\[(?P<bracketed>[^\]]+)\](?::\d+)?|(?P<plain>[^:]+):\d+")

#: Networks of reverse proxies.
Networks: TypeAlias = Collection[ipaddress.IPv4Network | ipaddress.IPv6Network]


def register_failure_counts(app: Flask, failures: AddressCounts, proxies: Networks) -> None:
    """Count invalid tokens by address in `failures`."""
    app.extensions[_FAILURES] = failures
    app.extensions[_PROXIES] = proxies


def agent_of(request: Request, tokens: Tokens) -> Agent | None:
    """The holder of the token of a request; None where it has none. 401 for an invalid token, 429 for too many.

    403 for one in a form of a page of another site, which may be that of another person. The holder
    of a valid token is not refused for the failures of others at the same address.
    """
    token = _token(request)
    if token is None:
        return None
    is_in_form = request.method == "POST" and token == token_in_form(request)
    if is_in_form:
        refuse_other_sites(request)
    agent = tokens.holder(token)
    if agent is None:
        if COOKIE in request.cookies:
            forget_token()
        count_failure(request)
        raise unauthorized(request, gettext("This token is not valid here, or was revoked."))
    if is_in_form and not _PATHS_WITH_FIELD.fullmatch(request.path) and _is_own_page(request):
        _set_cookie(token)  # of the page that asks for a token
    return agent


def require_agent(request: Request, tokens: Tokens, role: Role | None = None) -> Agent:
    """The holder of the token of a request. 401 where there is none, 403 where the role is another."""
    agent = agent_of(request, tokens)
    if agent is None:
        raise unauthorized(request, gettext("This needs a token."))
    if role is not None and agent.role is not role:
        g.asks_token = True
        raise refusal(HTTPStatus.FORBIDDEN, gettext("Only a curator may do this."))
    return agent


def refuse_foreign(request: Request) -> None:
    """403 for a request that a page of another site makes in a visitor's browser.

    A browser adds the stored password to such a request (https://www.w3.org/TR/fetch-metadata/),
    and the cookie where the other site is of the same domain.
    """
    authorization = request.authorization
    has_password = authorization is not None and authorization.type == "basic"
    if COOKIE in request.cookies or has_password:
        refuse_other_sites(request)


def refuse_other_sites(request: Request) -> None:
    """403 for a request that a page of another site makes, with or without a token."""
    if _is_own_page(request):
        return
    site = request.headers.get("Sec-Fetch-Site")
    is_other_site = site != "none" if site else request.headers.get("Origin")
    if is_other_site:
        raise refusal(
            HTTPStatus.FORBIDDEN, gettext("This request comes from a page of another site.")
        )


def _is_own_page(request: Request) -> bool:
    """Whether a browser states that a page of this server makes a request.

    Programs state nothing.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    host = url_parts(origin or "").netloc
    return bool(host) and host == request.host


def unauthorized(request: Request, detail: str) -> ProblemError:
    """401: for a browser a page with a field for the token, which sends what a form had again.

    403 for a form of a page of another site: its sender must not get a token with it.
    """
    hint = gettext("Send it as 'Authorization: Bearer …'.")
    if "text/html" in request.headers.get("Accept", ""):
        hint = gettext("Write your token into the field.")
        if request.method == "POST":
            refuse_other_sites(request)
            if _PATHS_WITH_FIELD.fullmatch(request.path):
                hint = gettext("Write your token into its field, and send the form again.")
        g.asks_token = True
    headers = {"WWW-Authenticate": _CHALLENGE}
    return ProblemError(Problem(HTTPStatus.UNAUTHORIZED, detail, {"hint": hint}, headers))


def forget_token() -> None:
    """Delete the token in the cookies of the browser."""
    _set_cookie("")


def _set_cookie(token: str) -> None:
    """Store a token in the cookies of the browser with the response, or delete it.

    They end with the browser.
    """
    if "token_cookie" not in g:
        after_this_request(_with_cookie)
    g.token_cookie = token


def over_tls(header: str) -> bool:
    """Whether a cookie may be for TLS only: a proxy may end it, and a header with an address of ours states that."""
    return request.is_secure or request.headers.get(header, "").startswith("https:")


def _with_cookie(response: Response) -> Response:
    """The response with the token of this request as a cookie; an empty token deletes the cookie."""
    token = g.token_cookie
    for path in _COOKIE_PATHS:
        response.set_cookie(
            COOKIE,
            token,
            max_age=None if token else 0,
            path=f"{request.script_root}{path}",
            secure=over_tls("Origin"),
            httponly=True,
            samesite="Lax",
        )
    return response


def client_address(request: Request, proxies: Networks) -> str:
    """The address of a client; of one behind a reverse proxy, the last that the proxy added to X-Forwarded-For.

    Ports, brackets and zones are left out, so that all connections of a client have one address.
    """
    remote = request.environ.get("REMOTE_ADDR") or ""
    proxy = plain_address(remote)
    if proxy is None or not any(proxy in network for network in proxies):
        return remote
    last_entry = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    entry = _ENTRY_WITH_PORT.fullmatch(last_entry)
    address = last_entry if entry is None else entry["bracketed"] or entry["plain"]
    client = plain_address(address.partition("%")[0])
    return remote if client is None else str(client)


def count_failure(request: Request) -> None:
    """Count an invalid token or invitation of the address of a request. 429 for too many."""
    failures: AddressCounts = current_app.extensions[_FAILURES]
    if wait := failures.add(client_address(request, current_app.extensions[_PROXIES])):
        raise QuotaError(
            f"More than {failures.limit:,} invalid tokens came from this address in {failures.seconds} s.",
            wait,
            hint="Send a valid token, or none.",
        )


def _token(request: Request) -> str | None:
    """The token of a request: of its Authorization, of its form, of its cookie; the first that is there.

    None for a request without token; "", which is no valid token, for an Authorization without one.
    """
    authorization = request.authorization
    if authorization is None:
        in_form = token_in_form(request) if request.method == "POST" else ""
        return in_form or request.cookies.get(COOKIE) or None
    token = None
    if authorization.type == "bearer":
        token = authorization.token
    elif authorization.type == "basic":
        token = authorization.password
    return (token or "").strip()


def token_in_form(request: Request) -> str:
    """The field `token` of a form; empty where there is none.

    The other fields are not parsed, nor files stored.
    """
    stream = request.environ["wsgi.input"]
    body: bytes = stream.getvalue() if isinstance(stream, io.BytesIO) else b""  # see `BodyLimiter`
    if request.mimetype == FORM_MEDIA_TYPE:
        field = _TOKEN_FIELD.search(body)
        return unquote_plus(field[1].decode("latin-1")).strip() if field else ""
    if request.mimetype == "multipart/form-data" and b"token" in body:
        boundary = request.mimetype_params.get("boundary", "").encode("ascii", "replace")
        with suppress(ValueError):  # no multipart form
            return _token_part(body, boundary).decode("utf-8", "replace").strip()
    return ""


def _token_part(body: bytes, boundary: bytes) -> bytes:
    """The part `token` of a multipart form (RFC 7578).

    Raises `ValueError`, and 413 for too many parts before it.
    """
    decoder = MultipartDecoder(boundary, max_parts=limits.MAX_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    token = b""
    is_token = False
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field):
            is_token = event.name == "token"
        elif is_token and isinstance(event, Data):
            token += event.data
            if not event.more_data:
                return token
    return b""
