"""/contributions/review and /contributions/{id}: queue, page, changes and preview of a contribution, and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, Response, g, jsonify, request, send_file
from flask_babel import gettext

from gcmgraph.contributions.contribution import MAX_COMMENTS, Agent, Contribution, Role, State
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.partial_acceptance import returned_statements
from gcmgraph.contributions.published_statements import change_by_acceptance
from gcmgraph.contributions.remarks import RemarkState
from gcmgraph.contributions.sent_graphs import SentGraphs
from gcmgraph.contributions.stored_statements import statement_key, statement_line
from gcmgraph.contributions.texts import REASON
from gcmgraph.platform.errors import ConflictError, UnknownContributionError
from gcmgraph.rdf.terms import Quad
from gcmgraph.web.contributions import json_documents, responses
from gcmgraph.web.contributions.changes import (
    ContributionChanges,
    changes_of,
    described_resources,
)
from gcmgraph.web.contributions.feedback import statement_terms
from gcmgraph.web.contributions.responses import (
    ContributionServices,
    acting,
    as_page,
    fields,
    page_of,
    private,
    see_other,
)
from gcmgraph.web.contributions.revisions import (
    StatementsByLine,
    property_changes,
    statements_by_line,
)
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import refuse_foreign, require_agent, unauthorized
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.parameters import read_number
from gcmgraph.web.http.problems import bad_request, not_found, refusal
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.page import resource_page
from gcmgraph.web.services import Snapshot

#: Limit on the remarks of readers beside the contributions that await a decision.
MAX_REMARKS = 20

#: Start of the name of a field with the reason for returning a statement; its key follows.
RETURN = "return-"

#: Upper bounds of the ages of contributions that are counted, in days; the last group has none.
AGES = (1, 7, 30)

_ID = api.Parameter("id", "Identifier of the contribution.")
_ID_AND_LANGUAGE = (_ID, api.LANG)

#: Fields of a form or of JSON with reasons for returning statements.
_RETURN_REASON = api.text(
    REASON, description="Reason for returning the statement with this key to its sender."
)
_RETURNS: api.Json = {"patternProperties": {f"^{RETURN}[0-9a-f]{{12}}$": _RETURN_REASON}}
_QUEUE = api.answer(
    "Page of the list, oldest first.", json_documents.ContributionsJson, HTML, headers=api.PAGED
)
_REVIEWED = "Review page, or the contribution with its statements and their keys."
_REVIEW = api.answer(_REVIEWED, json_documents.ReviewedContribution, HTML)
_OF = api.Parameter("of", "Number of the resource in the list of changes.", api.whole(1, default=1))
_PREVIEW = (api.answer("Page that is not published.", HTML), (_ID, _OF, api.LANG), (409, 503))
_PART = "Return the preview without the statements that are returned"
_STATUS = {
    200: api.answer("Contribution.", json_documents.ContributionJson, HTML),
    303: api.answer("Redirect of other clients to the published description."),
}
_CONTENT = api.answer("Submitted file, unchanged.", "application/octet-stream")
_CHANGED = responses.change_answers(
    "Contribution in its new state.", json_documents.ContributionJson
)
_LATER = "Contribution, `pending`: the decision is stored, and published later. `Location` shows its state."
_PUBLISHED = {
    **_CHANGED,
    202: api.answer(_LATER, json_documents.ContributionJson, HTML, headers=("Location",)),
}
_REASON = {"reason": api.text(REASON)}
_COMMENT = (
    f"Add a comment for the sender or the curators; a contribution has at most {MAX_COMMENTS:,}"
)
_DECISION = {"decision": api.one_of(("accept", "ask", "reject")), **_REASON}


def review_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/review, and the review and previews of /contributions/{id}."""
    pages = ReviewPages(services)
    routes.get("/contributions/review")(pages.queue)
    routes.get("/contributions/<identifier>/review")(pages.review)
    routes.route("/contributions/<identifier>/preview", methods=["GET", "POST"])(pages.preview)


def decision_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/{id} with its sub-paths for decisions and comments."""
    pages = DecisionPages(services)
    routes.get("/contributions/<identifier>")(pages.status)
    routes.get("/contributions/<identifier>/content")(pages.content)
    routes.post("/contributions/<identifier>/review")(pages.decide)
    routes.post("/contributions/<identifier>/comments")(pages.comment)
    routes.post("/contributions/<identifier>/withdrawal")(pages.withdraw)


class ReviewPages:
    """Views of contributions that await a decision."""

    def __init__(self, services: ContributionServices) -> None:
        self._services = services
        self._ledger = services.service.ledger

    @api.operation("review_queue", _QUEUE, (api.PAGE_NUMBER, api.LANG), (404,), token=True)
    def queue(self) -> Response:
        """List contributions to be reviewed, for curators."""
        agent = require_agent(request, self._services.tokens, Role.CURATOR)
        is_page = as_page()
        listing = self._services.listing(agent, State.SUBMITTED, oldest_first=True)
        if not is_page:
            return responses.paged(jsonify(responses.listing_json(listing, agent)), listing)
        box = self._services.box
        identifiers, waiting = box.listed(RemarkState.RECEIVED, limit=MAX_REMARKS)
        site = self._services.site
        database = self._ledger.database
        sent = SentGraphs(database, site.publish_to).state() if site.publish_to else None
        body = page_of(
            site,
            "contribution_queue.html",
            listing=listing,
            agent=agent,
            pending=list(self._ledger.readable(self._ledger.pending(), [])),
            ages=_ages(self._ledger),
            now=datetime.now(UTC),
            notices=Notices(database).state(),
            sent=sent,
            remarks=list(box.readable(identifiers, [])),
            remarks_waiting=waiting,
            term=statement_terms,
        )
        return responses.paged(body, listing)

    @api.operation("contribution_review", _REVIEW, _ID_AND_LANGUAGE, (503,), token=True)
    def review(self, identifier: str) -> Response:
        """Return changes and validation report, for the sender and curators."""
        contribution, agent = self._services.seen(identifier)
        if as_page():
            return _contribution_page(self._services, contribution, agent)
        statements = [
            {"key": statement_key(quad), "statement": statement_line(quad)}
            for quad in self._ledger.statements(contribution)
        ]
        document = responses.contribution_json(contribution, agent)
        return private(jsonify({**document, "statements": statements}))

    @api.operation("preview", *_PREVIEW, method="GET", token=True)
    @api.operation(
        "preview_part",
        *_PREVIEW,
        api.fields({}, **_RETURNS),
        method="POST",
        summary=_PART,
        token=True,
    )
    def preview(self, identifier: str) -> Response:
        """Return the page of a resource as the acceptance of a contribution would make it."""
        refuse_foreign(request)
        contribution, agent = self._services.seen(identifier)
        if not contribution.is_open:
            raise ConflictError(f"Contribution {identifier} is {contribution.state} already.")
        reasons = _return_reasons(fields()) if request.method == "POST" else {}
        resources = described_resources(self._ledger.statements(contribution))
        number = read_number(request.args, "of", 1, max(1, len(resources))) or 1
        after = _accepted(self._services, contribution, agent, reasons)
        if not resources:
            raise not_found(request.path)
        resource = resources[number - 1]
        language = chosen_language(request)
        body = resource_page(self._services.site, after, resource, language, preview=True)
        return private(Response(body, content_type=HTML.content_type))


class DecisionPages:
    """Views of a contribution, and of decisions and comments on it."""

    def __init__(self, services: ContributionServices) -> None:
        self._services = services
        self._site = services.site
        self._contributions = services.service
        self._ledger = services.service.ledger

    @api.operation("contribution", _STATUS, _ID_AND_LANGUAGE, (403, 503), token=False)
    def status(self, identifier: str) -> Response:
        """Return a contribution with its history, for its sender and curators.

        Without a token, a browser gets 401 with a field for one.
        """
        agent = self._services.viewer(identifier)
        contribution = self._visible(identifier, agent)
        if agent is None or contribution is None:
            if self._was_published(identifier):
                return see_other(f"/id/contribution/{identifier}")
            if agent is None and "text/html" in request.headers.get("Accept", ""):
                detail = gettext("A contribution that is not public opens with its sender's token.")
                raise unauthorized(request, detail)
            g.asks_token = True  # the browser may have the token of somebody else
            detail = gettext("There is no such contribution, or it is not public.")
            raise refusal(HTTPStatus.NOT_FOUND, detail)
        if contribution.successor is not None and not contribution.was_published:
            # a corrected file
            return private(see_other(f"/contributions/{contribution.successor}"))
        if as_page():
            return _contribution_page(self._services, contribution, agent)
        return private(jsonify(responses.contribution_json(contribution, agent)))

    def _visible(self, identifier: str, agent: Agent | None) -> Contribution | None:
        """The contribution, where an agent may see it."""
        if agent is not None:
            with suppress(UnknownContributionError):
                return self._contributions.visible(identifier, agent)
        return None

    def _was_published(self, identifier: str) -> bool:
        with suppress(UnknownContributionError):
            return self._ledger.find(identifier).was_published
        return False

    @api.operation("contribution_content", _CONTENT, (_ID,), (503,), token=True)
    def content(self, identifier: str) -> Response:
        """Return the submitted file, for its sender and curators."""
        contribution, _ = self._services.seen(identifier)
        response = send_file(
            BytesIO(self._ledger.content(contribution)),
            "application/octet-stream",
            as_attachment=True,
            download_name=contribution.submission.name,
            conditional=False,
        )
        return private(response)

    @api.operation(
        "decide",
        _PUBLISHED,
        _ID_AND_LANGUAGE,
        (406, 409, 422, 503),
        body=api.fields(_DECISION, **_RETURNS),
        token=True,
    )
    def decide(self, identifier: str) -> Response:
        """Accept or reject a contribution, or ask its sender for changes; for curators."""
        agent = acting(self._services.tokens, Role.CURATOR)
        form = fields()
        decision = form.get("decision", "")
        reason = form.get("reason", "")
        if decision == "reject":
            return _changed(self._contributions.reject(identifier, agent, reason), agent)
        decisions = {"accept": self._contributions.accept, "ask": self._contributions.ask_changes}
        if decision not in decisions:
            raise bad_request(gettext("The decision must be 'accept', 'ask' or 'reject'."))
        contribution = decisions[decision](identifier, agent, reason, _return_reasons(form))
        return self._decided(contribution, agent)

    @api.operation(
        "comment",
        _CHANGED,
        _ID_AND_LANGUAGE,
        (406, 409, 503),
        summary=_COMMENT,
        body=api.fields({"text": api.text(REASON)}),
        token=True,
    )
    def comment(self, identifier: str) -> Response:
        """Add a comment."""
        agent = acting(self._services.tokens)
        text = fields().get("text", "")
        return _changed(self._contributions.comment(identifier, agent, text), agent)

    @api.operation(
        "withdraw",
        _PUBLISHED,
        _ID_AND_LANGUAGE,
        (406, 409, 503),
        body=api.fields(_REASON),
        token=True,
    )
    def withdraw(self, identifier: str) -> Response:
        """Withdraw a contribution, for its sender and curators."""
        agent = acting(self._services.tokens)
        reason = fields().get("reason", "")
        return self._decided(self._contributions.withdraw(identifier, agent, reason), agent)

    def _decided(self, contribution: Contribution, agent: Agent) -> Response:
        """The answer to a decision: 202 with the address that shows its state where it is not published yet."""
        if not contribution.pending:
            return _changed(contribution, agent)
        if as_page():
            response = page_of(self._site, "contribution_decided.html", contribution=contribution)
        else:
            response = jsonify(responses.contribution_json(contribution, agent))
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"{request.script_root}/contributions/{contribution.id}"
        return private(response)


def _changed(contribution: Contribution, agent: Agent) -> Response:
    """The answer to a change: the contribution as JSON, or a redirect to its page for holders of a token."""
    if not as_page():
        return private(jsonify(responses.contribution_json(contribution, agent)))
    return see_other(f"/contributions/{contribution.id}/review")


def _accepted(
    services: ContributionServices,
    contribution: Contribution,
    agent: Agent,
    reasons: Mapping[str, str],
) -> Snapshot:
    """The current version as if the contribution was accepted, without the statements in `reasons`.

    Raises `ContributionError` for an unknown statement.
    """
    ledger = services.service.ledger
    addresses = services.site.addresses
    snapshot = services.site.dataset.snapshot()
    returned = returned_statements(ledger.statements(contribution), reasons, addresses)
    change = change_by_acceptance(ledger, contribution, agent, snapshot.store, addresses, returned)
    return snapshot.changed(change)


def _ages(ledger: Ledger) -> list[tuple[int | None, int]]:
    """The numbers of waiting contributions by age: of each group its upper bound in days, and how many there are."""
    from ulid import ULID  # noqa: PLC0415 - its import takes long

    now = datetime.now(UTC)
    counts: dict[int | None, int] = dict.fromkeys((*AGES, None), 0)
    for identifier in ledger.submitted():
        age = now - ULID.from_str(identifier).datetime
        upper_bounds = (days for days in AGES if age < timedelta(days=days))
        counts[next(upper_bounds, None)] += 1
    return list(counts.items())


def _return_reasons(form: Mapping[str, str]) -> dict[str, str]:
    """The reasons for returning statements, by key: a form has an empty one for each that it does not return."""
    return {
        name.removeprefix(RETURN): reason
        for name, reason in form.items()
        if name.startswith(RETURN) and reason.strip()
    }


def _contribution_page(
    services: ContributionServices, contribution: Contribution, agent: Agent
) -> Response:
    """The page of a contribution: its statements compared with the published ones, and its history."""
    ledger = services.service.ledger
    submitted = ledger.statements(contribution)
    unpublished = list(submitted)
    predecessors = ledger.predecessors(contribution)
    earlier = [predecessor for predecessor in predecessors if not predecessor.was_published]
    files = [*reversed(earlier), contribution]
    statements = statements_by_line(submitted)
    values: dict[str, object] = {
        "contribution": contribution,
        "open": contribution.is_open,
        "agent": agent,
        "decides": services.service.may_decide(contribution, agent),
        "unconfirmed": services.is_unconfirmed(contribution),
        "files": files,
        "statements": property_changes({}, statements),
        "returned": _returned_statements(ledger, files),
    }
    if earlier:
        earlier_statements = ledger.statements(earlier[0])
        subjects = {quad.subject for quad in submitted}
        unpublished += [quad for quad in earlier_statements if quad.subject not in subjects]
        values["revisions"] = property_changes(statements_by_line(earlier_statements), statements)
    if contribution.is_open:
        values["verdict"] = services.service.recheck(contribution)
        values["changes"] = _changes(services, contribution, agent, submitted)
    return private(page_of(services.site, "contribution.html", unpublished, **values))


def _changes(
    services: ContributionServices,
    contribution: Contribution,
    agent: Agent,
    submitted: list[Quad],
) -> ContributionChanges:
    """The changes by an open contribution, also of what it replaces."""
    ledger = services.service.ledger
    replaced = ledger.replaced(contribution)
    removed = [] if replaced is None else ledger.accepted_statements(replaced)
    after = _accepted(services, contribution, agent, {})
    return changes_of(services.site, after, submitted, removed)


def _returned_statements(ledger: Ledger, files: list[Contribution]) -> StatementsByLine:
    """The statements of some files that curators returned to their sender."""
    events = [event for file in files for event in file.events]
    lines = {returned.statement for event in events for returned in event.returned}
    if not lines:
        return {}
    quads = [quad for file in files for quad in ledger.statements(file)]
    return statements_by_line([quad for quad in quads if statement_line(quad) in lines])
