"""/contributions/status/{code} and /contributions/feed: the state of contributions for their senders, without a token.

A link to the state works once: it gives the browser a cookie with which it reads that contribution for some hours. A
feed (Atom, RFC 4287) has an address of its own, which its holder can end. Neither address is in a log of this server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext

from gcmgraph.contributions.access import SenderLink, SenderLinks, Tokens
from gcmgraph.contributions.content import EMAIL
from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.notices import details, news
from gcmgraph.contributions.service import Contributions
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.responses import acting, as_page, contribution_json, fields, page_of, private, see_other
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import ATOM, HTML, content_type
from gcmgraph.web.http.requests import agent_of, count_failure, over_tls
from gcmgraph.web.http.responses import Problem, ProblemError
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site

#: Name of the cookie that a link to the state gives, and for how long it is valid.
COOKIE, VALID = "gcmgraph_status", timedelta(hours=12)

#: Limits on the contributions of a feed and on its entries.
_NEWEST, _ENTRIES = 50, 100

#: Date of a feed without entries.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_CODE = (api.Parameter("code", "Code in the link."), api.LANG)
_REDIRECT = {303: api.answer("Redirect to the contribution.", headers=("Set-Cookie",))}
_FEED = api.answer("Address of the feed, which is returned once; none where it was ended.", documents.FeedJson, HTML)
_DO = api.fields({"do": api.text(description="`end` ends the feed; else a new address replaces the one before it.")})
_ATOM = api.answer("Decisions and comments of curators, newest first.", ATOM)
_NOTICES = {
    200: api.answer("Contribution.", documents.ContributionJson),
    303: api.answer("Redirect of browsers to the page of the contribution."),
}
_EMAIL = api.fields({"email": api.text(EMAIL, description="E-mail address for notices; empty for none.")})


def viewer(identifier: str, tokens: Tokens, links: SenderLinks, ledger: Ledger) -> Agent | None:
    """The holder of the token of a request, or of a link to the state of this contribution or of one before it."""
    agent, code = agent_of(request, tokens), request.cookies.get(COOKIE)
    if agent is not None or not code:
        return agent
    link = links.valid(code)
    if link is None or link.redeemed is None or datetime.now(UTC) - link.redeemed > VALID:
        return None
    readable = {identifier, *(one.id for one in ledger.predecessors(ledger.find(identifier)))}
    return replace(link.holder, token=link.token) if link.contribution in readable else None


def status_routes(
    routes: Blueprint, site: Site, contributions: Contributions, tokens: Tokens, links: SenderLinks
) -> None:
    """/contributions/status/{code}, /contributions/feed, and the notices of /contributions/{id}."""

    @routes.get("/contributions/status/<code>")
    @api.operation("status_link", _REDIRECT, _CODE, (404, 429, 503), cached=False)
    def once(code: str) -> Response:
        """Redirect to a contribution, which the browser may read for some hours; the link works once."""
        link = _known(links, code, feed=False)
        response = see_other(f"/contributions/{link.contribution}")
        if links.redeem(link):  # else the page asks for the token
            path, secure = f"{request.script_root}/contributions", over_tls("Referer")
            response.set_cookie(COOKIE, code, path=path, secure=secure, httponly=True, samesite="Lax")
        return _unnamed(response)

    @routes.post("/contributions/feed")
    @api.operation("make_feed", _FEED, (api.LANG,), (406, 503), body=_DO, token=True)
    def make() -> Response:
        """Create the address of a feed about the contributions of the holder of a token, or end it."""
        agent, page, path = acting(tokens), as_page(), None
        if fields().get("do") == "end":
            links.end_feed(agent)
        else:
            path = f"contributions/feed/{links.create(agent)}?lang={chosen_language(request)}"
        address = path and f"{site.public_base}{path}"
        return _unnamed(
            page_of(site, "contribution_feed.html", address=address) if page else jsonify({"href": address})
        )

    @routes.get("/contributions/feed/<code>")
    @api.operation("feed", _ATOM, _CODE, (404, 429, 503), cached=False)
    def feed(code: str) -> Response:
        """Return the news about the contributions of the sender who has this address."""
        sender = _known(links, code, feed=True).holder
        sent = contributions.ledger.readable(contributions.ledger.sent_by(sender.iri, _NEWEST), [])
        body = render_template(
            "contribution_feed.atom.xml",
            entries=_entries(site, sent, chosen_language(request)),
            holder=sender,
            language=chosen_language(request),
            base=site.public_base,
            never=_NEVER,
        )
        return _unnamed(Response(body, content_type=content_type(ATOM.media_type)))

    @routes.post("/contributions/<identifier>/notices")
    @api.operation("notify", _NOTICES, (api.Parameter("id", "Identifier of the contribution."), api.LANG), (406, 503),
                   body=_EMAIL, token=True)  # fmt: skip
    def notify(identifier: str) -> Response:
        """Change or remove the address for notices by e-mail, for the sender."""
        agent = acting(tokens)
        contribution = contributions.notify(identifier, agent, fields().get("email", ""))
        if not as_page():
            return private(jsonify(contribution_json(contribution, agent)))
        return private(see_other(f"/contributions/{identifier}"))


def _known(links: SenderLinks, code: str, *, feed: bool) -> SenderLink:
    """The link of a code. 404 for an unknown one, or one of the other kind; 429 for too many."""
    link = links.valid(code)
    if link is None or (link.contribution is None) is not feed:
        count_failure(request)
        raise ProblemError(Problem(HTTPStatus.NOT_FOUND, gettext("This link is not valid, or was revoked.")))
    return link


def _entries(
    site: Site, sent: Iterable[Contribution], language: str
) -> list[tuple[Contribution, LedgerEvent, str, str]]:
    """The contribution, event, title and text of each entry, the newest first."""
    found = [
        (one, event, title, details(one, event, language, site.public_base))
        for one in sent
        for event in one.events
        if (title := news(one, event, language))
    ]
    return sorted(found, key=lambda entry: entry[1].at, reverse=True)[:_ENTRIES]


def _unnamed(response: Response) -> Response:
    """A private response whose address no other site learns."""
    response.headers["Referrer-Policy"] = "same-origin"
    return private(response)
