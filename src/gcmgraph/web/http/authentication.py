"""Tokens: as Bearer (RFC 6750), as the password of Basic (RFC 7617, for browsers), or in a form."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Request
from flask_babel import gettext

from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.tokens import Tokens
from gcmgraph.web.http.problems import Problem, ProblemError

#: Challenges to browsers and to programs.
_CHALLENGE = 'Basic realm="GCM Graph: the token is the password", charset="UTF-8"'
_BEARER = 'Bearer realm="GCM Graph"'


def asking(request: Request, tokens: Tokens) -> Agent | None:
    """The holder of the token of a request; None where it has none. 401 for an invalid token."""
    text = _token(request)
    if text is None:
        return None
    agent = tokens.holder(text)
    if agent is None:
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
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    foreign = site not in {"same-origin", "none"} if site else bool(origin) and urlsplit(origin).netloc != request.host
    if foreign and request.authorization is not None and request.authorization.type == "basic":
        raise ProblemError(Problem(HTTPStatus.FORBIDDEN, gettext("This request comes from a page of another site.")))


def unauthorized(request: Request, detail: str) -> ProblemError:
    """401 with a challenge: browsers open their dialogue for Basic."""
    hint = gettext("Send it as 'Authorization: Bearer …', or as the password in your browser's dialogue.")
    challenge = _CHALLENGE if "text/html" in request.headers.get("Accept", "") else _BEARER
    headers = {"WWW-Authenticate": challenge}
    return ProblemError(Problem(HTTPStatus.UNAUTHORIZED, detail, {"hint": hint}, headers))


def _token(request: Request) -> str | None:
    given = request.authorization
    if given is not None:
        text = given.token if given.type == "bearer" else given.password if given.type == "basic" else None
        return (text or "").strip()
    if request.method == "POST" and (text := request.form.get("token", "").strip()):
        return text
    return None
