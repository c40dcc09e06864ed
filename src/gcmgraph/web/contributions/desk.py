"""Desk of curators: queue, page of a contribution with its changes, preview of the pages that it makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, jsonify, request

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.content import REASON
from gcmgraph.contributions.contribution import Agent, ConflictError, Contribution, DamagedError, Role, State
from gcmgraph.contributions.ledger import statement_line
from gcmgraph.contributions.publishing import differences
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions, statement_key
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.changes import accepted_snapshot, changes_of, things_of
from gcmgraph.web.contributions.feedback import subject_of
from gcmgraph.web.contributions.listing import as_page, contribution_json, fields, listed, page_of, paged, private
from gcmgraph.web.contributions.reports import page_report
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import refuse_foreign, required
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.requests import read_number
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.pages import resource_page
from gcmgraph.web.services import Site

#: Limit on the remarks of readers beside the contributions that await a decision.
SHOWN = 20

#: Start of the name of a field with the reason for returning a statement; its key follows.
RETURN = "return-"

#: Upper bounds of the ages of contributions that are counted, in days; the last group has none.
AGES = (1, 7, 30)


#: The identifier of a contribution in a path.
ID = api.Parameter("id", "Identifier of the contribution.")

#: Fields of a form or of JSON with reasons for returning statements.
RETURNS: api.Json = {
    "patternProperties": {
        f"^{RETURN}[0-9a-f]{{12}}$": api.text(
            REASON, description="Reason for returning the statement with this key to its sender."
        )
    }
}
_QUEUE = api.answer("Page of the list, oldest first.", documents.Contributions, HTML, headers=api.PAGED)
_REVIEW = api.answer(
    "Review page, or the contribution with its statements and their keys.", documents.ReviewedContribution, HTML
)
_PREVIEW = api.answer("Page that is not published.", HTML)
_OF = api.Parameter("of", "Number of the resource in the list of changes.", api.whole(1, default=1))
_WITHOUT = api.fields({}, **RETURNS)


def blueprint(site: Site, contributions: Contributions, tokens: Tokens, box: RemarkBox) -> Blueprint:
    """/contributions/review, and the page and previews of /contributions/{id}."""
    routes = Blueprint("contributions_desk", __name__)
    ledger = contributions.ledger

    @routes.get("/contributions/review")
    @api.operation("review_queue", _QUEUE, (api.PAGE_NUMBER, api.LANG), (404,), token=True)
    def queue() -> Response:
        """List contributions to be reviewed, for curators."""
        agent = required(request, tokens, Role.CURATOR)
        page, listing = as_page(), listed(contributions, agent, State.SUBMITTED, oldest_first=True)
        if not page:
            return paged(jsonify(listing.json(agent)), listing)
        waiting, damaged = box.waiting(), list[DamagedError]()
        remarks = list(box.readable(waiting[:SHOWN], damaged))
        values = {"remarks": remarks, "remarks_waiting": len(waiting), "subject": subject_of}
        values |= {"ages": ages_of(contributions), "now": datetime.now(UTC)}
        return paged(page_of(site, "contribution_queue.html", listing=listing, agent=agent, **values), listing)

    @routes.get("/contributions/<identifier>/review")
    @api.operation("contribution_review", _REVIEW, (ID, api.LANG), (503,), token=True)
    def review(identifier: str) -> Response:
        """Return changes and validation report, for the sender and curators."""
        agent = required(request, tokens)
        contribution = contributions.visible(identifier, agent)
        if as_page():
            return private(contribution_page(site, contributions, contribution, agent))
        stated = ledger.statements(contribution)
        lines = [{"key": statement_key(quad), "statement": statement_line(quad)} for quad in stated]
        return private(jsonify({**contribution_json(contribution, agent), "statements": lines}))

    @routes.route("/contributions/<identifier>/preview", methods=["GET", "POST"])
    @api.operation("preview", _PREVIEW, (ID, _OF, api.LANG), (409, 503), method="GET", token=True)
    @api.operation(
        "preview_part",
        _PREVIEW,
        (ID, _OF, api.LANG),
        (409, 503),
        method="POST",
        summary="Return the preview without the statements that are returned",
        body=_WITHOUT,
        token=True,
    )
    def preview(identifier: str) -> Response:
        """Return the page of a resource as the acceptance of a contribution would make it."""
        refuse_foreign(request)
        agent = required(request, tokens)
        contribution = contributions.visible(identifier, agent)
        if contribution.state is not State.SUBMITTED:
            raise ConflictError(f"Contribution {identifier} is {contribution.state} already.")
        given = fields() if request.method == "POST" else {}
        things = things_of(ledger.statements(contribution))
        number = read_number(request.args, "of", 1, max(1, len(things))) or 1
        after = accepted_snapshot(site, ledger, contribution, agent, returned_reasons(given))
        if not things:
            raise not_found(request.path)
        body = resource_page(site, after, things[number - 1], chosen_language(request), preview=True)
        return private(Response(body, content_type=HTML.content_type))

    return routes


def ages_of(contributions: Contributions) -> list[tuple[int | None, int]]:
    """The numbers of waiting contributions by age: of each group its upper bound in days, and how many there are."""
    from ulid import ULID  # noqa: PLC0415 - its import takes long

    now, counts = datetime.now(UTC), dict.fromkeys((*AGES, None), 0)
    for identifier in contributions.ledger.submitted():
        age = now - ULID.from_str(identifier).datetime
        counts[next((days for days in AGES if age < timedelta(days=days)), None)] += 1
    return list(counts.items())


def returned_reasons(given: dict[str, str]) -> dict[str, str]:
    """The reasons for returning statements, by key: a form has an empty one for each that it does not return."""
    return {
        name.removeprefix(RETURN): words for name, words in given.items() if name.startswith(RETURN) and words.strip()
    }


def contribution_page(site: Site, contributions: Contributions, contribution: Contribution, agent: Agent) -> Response:
    """The page of a contribution: its statements compared with the published ones, and its history."""
    snapshot = site.dataset.snapshot()
    replaced = contribution.submission.supersedes
    removed = (
        contributions.ledger.accepted_statements(contributions.ledger.find(replaced))
        if replaced and contribution.state is State.SUBMITTED
        else []
    )
    stated = contributions.ledger.statements(contribution)
    lines = {one.statement for event in contribution.events for one in event.returned}
    things = differences(stated, removed, snapshot.store)
    waits = contribution.state is State.SUBMITTED
    verdict = contributions.recheck(contribution) if waits else None
    after = accepted_snapshot(site, contributions.ledger, contribution, agent) if waits else None
    language = chosen_language(request)
    return page_of(
        site,
        "contribution.html",
        stated,
        contribution=contribution,
        agent=agent,
        things=things,
        returned=_returned([quad for quad in stated if statement_line(quad) in lines] if lines else []),
        changes=changes_of(site, after, stated, removed, language) if after is not None else None,
        verdict=verdict,
        **(page_report(verdict, language, site.addresses.base) if verdict else {}),
    )


def _returned(quads: list[Quad]) -> dict[str, tuple[Quad, list[object]] | None]:
    """Returned statements by line, each with its values; None for one about a part, whose values are with its whole."""
    parts: dict[object, list[Quad]] = {
        quad.object: [] for quad in quads if isinstance(quad.object, IRI) and "#" in quad.object.value
    }
    for quad in quads:
        if quad.subject in parts:
            parts[quad.subject].append(quad)

    def values(term: object) -> list[object]:
        below = parts.pop(term, [])  # each once, also where parts name each other
        found = [value for quad in below if not quad.predicate.value.endswith("#type") for value in values(quad.object)]
        return found or [term]

    owned = {quad.subject for quad in quads if quad.subject in parts}
    return {statement_line(quad): None if quad.subject in owned else (quad, values(quad.object)) for quad in quads}
