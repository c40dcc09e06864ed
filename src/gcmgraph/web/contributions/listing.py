"""Lists of contributions, and parts shared by pages and JSON documents about contributions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, render_template, request
from flask_babel import gettext

from gcmgraph.contributions.contribution import Agent, Contribution, DamagedError, Role
from gcmgraph.contributions.service import Contributions
from gcmgraph.model.terms import Quad
from gcmgraph.web.contributions import documents
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.headers import VARY, Caching, cached
from gcmgraph.web.http.problems import bad_request, problem_of
from gcmgraph.web.http.requests import JSON_OR_PAGE, negotiate, page_links, read_page, require_page
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: Number of contributions on a page.
PAGE_SIZE = 50


@dataclass(frozen=True)
class Listing:
    """A page of a list of contributions; `query` has the other parameters of its address.

    `damaged` names the contributions that cannot be read, for curators.
    """

    contributions: list[Contribution]
    total: int
    number: int
    last: int
    query: str
    damaged: list[str]

    def address(self, number: int) -> str:
        """The path of another page."""
        return f"{request.path}?{self.query}page={number}"

    def json(self, agent: Agent | None) -> documents.Contributions:
        """The page as JSON."""
        document: documents.Contributions = {
            "contributions": [contribution_json(one, agent) for one in self.contributions]
        }
        if self.damaged:
            document["damaged"] = self.damaged
        return document


def listed(
    contributions: Contributions, agent: Agent | None, state: str | None, *, oldest_first: bool = False
) -> Listing:
    """The requested page of the contributions visible to an agent; without one, of published contributions.

    404 for a page that does not exist.
    """
    number, ledger = read_page(request.args), contributions.ledger
    first = (number - 1) * PAGE_SIZE
    here, total = ledger.listed(agent, state, oldest_first=oldest_first, first=first, most=PAGE_SIZE)
    last = max(1, -(-total // PAGE_SIZE))
    require_page(number, last)
    query = f"state={state}&" if state and "state" in request.args else ""
    damaged: list[DamagedError] = []
    shown = list(ledger.readable(here, damaged))
    curates = agent is not None and agent.role is Role.CURATOR
    named = [problem_of(error).detail for error in damaged] if curates else []
    return Listing(shown, total, number, last, query, named)


def contribution_json(contribution: Contribution, agent: Agent | None) -> documents.Contribution:
    """A contribution as JSON; content and history only for its sender and for curators."""
    sent = contribution.submission
    address = f"{request.script_root}/contributions/{contribution.id}"
    document: documents.Contribution = {
        "id": contribution.id,
        "href": address,
        "state": contribution.state,
        "title": {"text": sent.title, "language": sent.language},
        "sender": {"name": sent.sender.name, "iri": sent.sender.iri},
        "sent": sent.at.isoformat(timespec="seconds"),
        "file": {"name": sent.name, "mediaType": sent.media_type, "sha256": sent.sha256},
        "supersedes": sent.supersedes,
    }
    if agent is not None and (agent.role is Role.CURATOR or agent.iri == sent.sender.iri):
        document["content"] = f"{address}/content"
        document["history"] = [
            {
                "event": event.verb,
                "by": event.by.name,
                "at": event.at.isoformat(timespec="seconds"),
                "reason": event.reason,
                "successor": event.successor,
                "returned": [{"statement": one.statement, "reason": one.reason} for one in event.returned],
            }
            for event in contribution.events
        ]
    return document


def paged(response: Response, listing: Listing) -> Response:
    """Add the total number and links to the other pages."""
    response.headers["X-Total-Count"] = str(listing.total)
    for link in page_links(listing.number, listing.last, lambda number: request.script_root + listing.address(number)):
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
        given = request.get_json(silent=True)
    except RecursionError:  # deeply nested brackets
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise bad_request(gettext("The body must be a JSON object of texts."))
    return given


def page_of(site: Site, template: str, unpublished: Iterable[Quad] = (), /, **values: object) -> Response:
    """Render a page. The `unpublished` statements have the labels of unpublished resources."""
    page = Page(site, site.dataset.snapshot(), chosen_language(request), unpublished)
    return Response(render_template(template, page=page, **values), content_type=HTML.content_type)


def private(response: Response) -> Response:
    """An answer that depends on who asks."""
    return cached(response, Caching.NEVER, vary=f"{VARY}, Authorization, Cookie")
