"""What the pages and answers about contributions share."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, render_template, request
from flask_babel import gettext

from gcmgraph.contributions.contribution import Agent, Contribution, Role, State
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.model.terms import Quad
from gcmgraph.web.language import chosen_language
from gcmgraph.web.negotiation import best_media_type
from gcmgraph.web.problems import Problem, ProblemError, not_acceptable
from gcmgraph.web.site import Site
from gcmgraph.web.thing_page import Page

#: Contributions listed on one page.
PAGE_SIZE = 50

_OFFERED = ("application/json", "text/html")


def listed(ledger: Ledger, agent: Agent | None, state: str | None) -> list[Contribution]:
    """The newest contributions that an agent may see; strangers see what is published."""
    found: list[Contribution] = []
    for identifier in reversed(ledger.identifiers()):
        one = ledger.find(identifier)
        mine = agent is not None and (agent.role is Role.CURATOR or one.submission.sender.iri == agent.iri)
        if (mine or one.state is State.ACCEPTED) and state in {None, one.state}:
            found.append(one)
            if len(found) == PAGE_SIZE:
                break
    return found


def as_page() -> bool:
    """Whether a page is wanted rather than JSON; 406 for anything else."""
    media_type = best_media_type(request.accept_mimetypes, _OFFERED)
    if media_type is None:
        raise not_acceptable([{"type": offered, "href": request.path} for offered in _OFFERED])
    return media_type == "text/html"


def fields() -> dict[str, str]:
    """The fields of a form, or of a JSON object. 400 for another JSON."""
    if request.mimetype != "application/json":
        return dict(request.form)
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise ProblemError(Problem(HTTPStatus.BAD_REQUEST, gettext("The body must be a JSON object of texts.")))
    return given


def page_of(site: Site, template: str, unpublished: Iterable[Quad] = (), /, **values: object) -> Response:
    """A page of a template. Things that are not published are named by the `unpublished` statements."""
    page = Page(site, site.dataset.snapshot(), chosen_language(request), unpublished)
    return Response(render_template(template, page=page, **values), content_type="text/html; charset=utf-8")


def private(response: Response) -> Response:
    """An answer that depends on who asks."""
    response.headers["Vary"] = "Accept, Accept-Language, Authorization"
    response.headers["Cache-Control"] = "no-store"
    return response
