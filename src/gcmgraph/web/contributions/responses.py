"""Services that routes of contributions share; lists, reports and pages; and the fields of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from flask import Response, redirect, render_template, request
from flask_babel import gettext

from gcmgraph.contributions.access import SenderLinks, Tokens
from gcmgraph.contributions.confirmations import Confirmations
from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, Role
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.platform.errors import DamagedError
from gcmgraph.rdf.terms import Quad
from gcmgraph.web.contributions import json_documents
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import agent_of, refuse_foreign, require_agent
from gcmgraph.web.http.caching import VARY, Caching, cached
from gcmgraph.web.http.formats import HTML, Format, FormatKind
from gcmgraph.web.http.links import query_along
from gcmgraph.web.http.negotiation import JSON_OR_PAGE, Offer, negotiate
from gcmgraph.web.http.parameters import page_links, read_page, require_page
from gcmgraph.web.http.problems import PROBLEM_JSON, bad_request, problem_of
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

Item = TypeVar("Item")

#: Name of the cookie that a link to the state gives.
COOKIE = "gcmgraph_status"

#: Number of contributions or remarks on a page.
PAGE_SIZE = 50

#: Media type of each format of reports (`validation.report_formats`), in order of preference;
#: `html` is a page.
REPORTS = {
    "json": "application/json",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "sarif": "application/sarif+json",
    "text": "text/plain",
    "github": "text/plain",
    "html": "text/html",
}
_FORMATS = tuple(
    Format(name, name, media_type, FormatKind.DATA) for name, media_type in REPORTS.items()
)

#: By Accept the first of two formats of one media type.
_REPORT_OFFER = Offer.of((format_ for format_ in _FORMATS if format_.name != "github"), _FORMATS)

#: Contents of responses: a report, and a report on data that were refused.
REPORT = api.media(json_documents.ReportJson, *REPORTS.values())
REFUSED = api.media(
    PROBLEM_JSON, *(media_type for name, media_type in REPORTS.items() if name != "json")
)


def change_answers(
    description: str, body_type: type, subject: str = "contribution"
) -> dict[int, api.ApiResponse]:
    """The answers in the description of an operation that changes a contribution or remark.

    They are JSON of a type, or a redirect to its page.
    """
    return {
        200: api.answer(description, body_type),
        303: api.answer(f"Redirect of browsers to the page of the {subject}."),
    }


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """A page of a list of contributions or remarks; `query` has the other parameters of its address.

    `damaged` names those that cannot be read, for curators.
    """

    members: list[Item]
    total: int
    number: int
    last: int
    query: str
    damaged: list[str]

    def address(self, number: int) -> str:
        """The path of another page."""
        return f"{request.path}?{self.query}page={number}"


def listing_of(
    listed: Callable[..., tuple[list[str], int]],
    readable: Callable[[Iterable[str], list[DamagedError]], Iterator[Item]],
    agent: Agent | None,
    query: str = "",
) -> Listing[Item]:
    """The requested page of a list; 404 for a page that does not exist.

    `listed` returns the identifiers of the members of a page, and the number of all members.
    """
    number = read_page(request.args)
    identifiers, total = listed(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    last = max(1, -(-total // PAGE_SIZE))
    require_page(number, last)
    errors: list[DamagedError] = []
    members = list(readable(identifiers, errors))
    damaged = [problem_of(error).detail for error in errors] if is_curator(agent) else []
    return Listing(members, total, number, last, query, damaged)


@dataclass(frozen=True)
class ContributionServices:
    """Services that the routes of contributions share."""

    site: Site
    service: Contributions
    tokens: Tokens
    links: SenderLinks
    box: RemarkBox
    confirmations: Confirmations

    def listing(
        self, agent: Agent | None, state: str | None, *, oldest_first: bool = False
    ) -> Listing[Contribution]:
        """The requested page of the contributions visible to an agent; without one, of published contributions."""
        query = f"state={state}&" if state and "state" in request.args else ""
        listed = partial(self.service.ledger.listed, agent, state, oldest_first=oldest_first)
        return listing_of(listed, self.service.ledger.readable, agent, query)

    def viewer(self, identifier: str) -> Agent | None:
        """The holder of the token of a request, or of a link to the state of this contribution or of one before it."""
        agent = agent_of(request, self.tokens)
        cookie = request.cookies.get(COOKIE)
        link = self.links.opened(cookie) if agent is None and cookie else None
        if link is None:
            return agent
        ledger = self.service.ledger
        predecessors = ledger.predecessors(ledger.find(identifier))
        readable = {identifier, *(predecessor.id for predecessor in predecessors)}
        return replace(link.holder, token=link.token) if link.contribution in readable else None

    def is_unconfirmed(self, contribution: Contribution) -> bool:
        """Whether a contribution has an address for notices that is not confirmed for its sender."""
        submission = contribution.submission
        if not submission.email:
            return False
        return not self.confirmations.state(submission, datetime.now(UTC)).confirmed

    def seen(self, identifier: str) -> tuple[Contribution, Agent]:
        """A contribution, and who may see it; 401 for others."""
        agent = self.viewer(identifier) or require_agent(request, self.tokens)
        return self.service.visible(identifier, agent), agent


def acting(tokens: Tokens, role: Role | None = None) -> Agent:
    """The holder of the token of a request that changes something; 403 for one that a page of another site makes."""
    refuse_foreign(request)
    return require_agent(request, tokens, role)


def is_curator(agent: Agent | None) -> bool:
    """Whether a request has the token of a curator."""
    return agent is not None and agent.is_curator


def listing_json(
    listing: Listing[Contribution], agent: Agent | None
) -> json_documents.ContributionsJson:
    """A page of a list of contributions as JSON."""
    document: json_documents.ContributionsJson = {
        "contributions": [contribution_json(member, agent) for member in listing.members]
    }
    if listing.damaged:
        document["damaged"] = listing.damaged
    return document


def contribution_json(
    contribution: Contribution, agent: Agent | None
) -> json_documents.ContributionJson:
    """A contribution as JSON; content and history only for its sender and for curators."""
    submission = contribution.submission
    address = f"{request.script_root}/contributions/{contribution.id}"
    document: json_documents.ContributionJson = {
        "id": contribution.id,
        "href": address,
        "state": contribution.state,
        "title": {"text": submission.title, "language": submission.language},
        "sender": {"name": submission.sender.name, "iri": submission.sender.iri},
        "sent": submission.at.isoformat(timespec="seconds"),
        "file": {
            "name": submission.name,
            "mediaType": submission.media_type,
            "sha256": submission.sha256,
        },
        "supersedes": submission.supersedes,
    }
    if contribution.pending:
        document["pending"] = True
    if agent is not None and (is_curator(agent) or contribution.is_of(agent)):
        document["content"] = f"{address}/content"
        document["history"] = [_event_json(event) for event in contribution.events]
    return document


def _event_json(event: LedgerEvent) -> json_documents.Event:
    """An event of the history of a contribution as JSON."""
    return {
        "event": event.verb,
        "by": event.by.name,
        "at": event.at.isoformat(timespec="seconds"),
        "reason": event.reason,
        "successor": event.successor,
        "returned": [
            {"statement": returned.statement, "reason": returned.reason, "place": returned.place}
            for returned in event.returned
        ],
    }


def paged(response: Response, listing: Listing[Any]) -> Response:
    """Add the total number and links to the other pages of a list."""
    response.headers["X-Total-Count"] = str(listing.total)
    pages = page_links(
        listing.number, listing.last, lambda page: request.script_root + listing.address(page)
    )
    for link in pages:
        response.headers.add("Link", link)
    return private(response)


def as_page() -> bool:
    """Whether Accept prefers a page to JSON; 406 where it names neither."""
    return negotiate(JSON_OR_PAGE, lambda _: request.path) is HTML


def fields() -> dict[str, str]:
    """The fields of a form or of a JSON object. 400 for other JSON."""
    if request.mimetype != "application/json":
        return dict(request.form)
    try:
        document = request.get_json(silent=True)
    except RecursionError:  # deeply nested brackets
        document = None
    if isinstance(document, dict) and all(isinstance(text, str) for text in document.values()):
        return document
    raise bad_request(gettext("The body must be a JSON object of texts."))


def page_of(
    site: Site, template: str, unpublished: Iterable[Quad] = (), /, **values: object
) -> Response:
    """Render a page. The `unpublished` statements have the labels of unpublished resources."""
    page = Page(site, site.dataset.snapshot(), chosen_language(request), unpublished)
    return Response(render_template(template, page=page, **values), content_type=HTML.content_type)


def see_other(path: str) -> Response:
    """303 to a path of this server, with the query of the request."""
    return redirect(f"{request.script_root}{path}{query_along(request)}", HTTPStatus.SEE_OTHER)  # type: ignore[return-value]


def with_unshared_address(response: Response) -> Response:
    """A private response whose address, which has a secret, no other site learns."""
    # forms of a page without referrer state no origin
    response.headers["Referrer-Policy"] = "same-origin"
    return private(response)


def private(response: Response) -> Response:
    """A response that depends on the sender of the request."""
    return cached(response, Caching.NEVER, vary=f"{VARY}, Authorization, Cookie")


def report_format() -> Format:
    """The format of the report that a request prefers. 400, 406 for another one."""
    return negotiate(_REPORT_OFFER, lambda _: request.path, name=request.args.get("format"))
