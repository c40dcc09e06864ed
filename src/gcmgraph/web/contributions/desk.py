"""/contributions/review and /contributions/{id}: queue, page, changes and preview of a contribution, and decisions.

Changes are shown property by property: published values, and values after its acceptance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, Response, jsonify, request, send_file
from flask_babel import gettext

from gcmgraph.contributions.content import REASON
from gcmgraph.contributions.contribution import MAX_COMMENTS, Agent, Contribution, Role, State
from gcmgraph.contributions.ledger import Ledger, statement_line
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.publishing import change_by_acceptance
from gcmgraph.contributions.remarks import RemarkState
from gcmgraph.contributions.service import returned_statements, statement_key
from gcmgraph.platform.errors import ConflictError, UnknownContributionError
from gcmgraph.publication.descriptions import Description, Fact, Label
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, Quad, Term
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.checks.published import changes_by_property
from gcmgraph.web.contributions import json_documents, responses
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
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import refuse_foreign, require_agent, unauthorized
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.parameters import read_number
from gcmgraph.web.http.problems import bad_request, not_found, refusal
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.facts import EvidencePage, FactsPage
from gcmgraph.web.resources.routes import resource_page
from gcmgraph.web.services import Site, Snapshot

#: Limit on the remarks of readers beside the contributions that await a decision.
SHOWN = 20

#: Start of the name of a field with the reason for returning a statement; its key follows.
RETURN = "return-"

#: Upper bounds of the ages of contributions that are counted, in days; the last group has none.
AGES = (1, 7, 30)

#: Limits on the resources that are compared property by property, and on the statements that can be
#: returned on a page.
MAX_THINGS, MAX_RETURNS = 100, 1_000

_ID = api.Parameter("id", "Identifier of the contribution.")

#: Fields of a form or of JSON with reasons for returning statements.
_WHY = api.text(
    REASON, description="Reason for returning the statement with this key to its sender."
)
_RETURNS: api.Json = {"patternProperties": {f"^{RETURN}[0-9a-f]{{12}}$": _WHY}}
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
_CHANGED = responses.changed("Contribution in its new state.", json_documents.ContributionJson)
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
_CHANGE, _DECIDED = ((statuses, (_ID, api.LANG)) for statuses in (_CHANGED, _PUBLISHED))

#: Terms of statements, and the keys of statements by them.
Stated = set[tuple[IRI, IRI, Term]]
Keys = dict[tuple[object, ...], str]


def review_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/review, and the review and previews of /contributions/{id}."""
    site, ledger = services.site, services.service.ledger

    @routes.get("/contributions/review")
    @api.operation("review_queue", _QUEUE, (api.PAGE_NUMBER, api.LANG), (404,), token=True)
    def queue() -> Response:
        """List contributions to be reviewed, for curators."""
        agent = require_agent(request, services.tokens, Role.CURATOR)
        page, listing = as_page(), services.listing(agent, State.SUBMITTED, oldest_first=True)
        if not page:
            return responses.paged(jsonify(responses.listing_json(listing, agent)), listing)
        remarks, waiting = services.box.listed(RemarkState.RECEIVED, most=SHOWN)
        shown = {
            "remarks": list(services.box.readable(remarks, [])),
            "remarks_waiting": waiting,
            "term": statement_terms,
        }
        times = {
            "ages": _ages(ledger),
            "now": datetime.now(UTC),
            "notices": Notices(ledger.database).state(),
        }
        body = page_of(
            site, "contribution_queue.html", listing=listing, agent=agent, **times, **shown
        )
        return responses.paged(body, listing)

    @routes.get("/contributions/<identifier>/review")
    @api.operation("contribution_review", _REVIEW, (_ID, api.LANG), (503,), token=True)
    def review(identifier: str) -> Response:
        """Return changes and validation report, for the sender and curators."""
        contribution, agent = services.seen(identifier)
        if as_page():
            return _contribution_page(services, contribution, agent)
        stated = ledger.statements(contribution)
        lines = [{"key": statement_key(quad), "statement": statement_line(quad)} for quad in stated]
        return private(
            jsonify({**responses.contribution_json(contribution, agent), "statements": lines})
        )

    @routes.route("/contributions/<identifier>/preview", methods=["GET", "POST"])
    @api.operation("preview", *_PREVIEW, method="GET", token=True)
    @api.operation(
        "preview_part",
        *_PREVIEW,
        api.fields({}, **_RETURNS),
        method="POST",
        summary=_PART,
        token=True,
    )
    def preview(identifier: str) -> Response:
        """Return the page of a resource as the acceptance of a contribution would make it."""
        refuse_foreign(request)
        contribution, agent = services.seen(identifier)
        if not contribution.is_open:
            raise ConflictError(f"Contribution {identifier} is {contribution.state} already.")
        given = fields() if request.method == "POST" else {}
        things = things_of(ledger.statements(contribution))
        number = read_number(request.args, "of", 1, max(1, len(things))) or 1
        after = _accepted(site, ledger, contribution, agent, _returned_reasons(given))
        if not things:
            raise not_found(request.path)
        body = resource_page(
            site, after, things[number - 1], chosen_language(request), preview=True
        )
        return private(Response(body, content_type=HTML.content_type))


def decision_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/{id} with its sub-paths for decisions and comments."""
    site, contributions, tokens = services.site, services.service, services.tokens
    ledger = contributions.ledger

    @routes.get("/contributions/<identifier>")
    @api.operation("contribution", _STATUS, (_ID, api.LANG), (403, 503), token=False)
    def status(identifier: str) -> Response:
        """Return a contribution with its history, for its sender and curators.

        Without a token, a browser gets 401 with a field for one.
        """
        agent, contribution = services.viewer(identifier), None
        with suppress(UnknownContributionError):
            contribution = contributions.visible(identifier, agent) if agent else None
        if agent is None or contribution is None:
            with suppress(UnknownContributionError):
                if ledger.find(identifier).was_published:
                    return see_other(f"/id/contribution/{identifier}")
            if agent is None and "text/html" in request.headers.get("Accept", ""):
                raise unauthorized(
                    request,
                    gettext("A contribution that is not public opens with its sender's token."),
                )
            raise refusal(
                HTTPStatus.NOT_FOUND, gettext("There is no such contribution, or it is not public.")
            )
        if contribution.successor is not None and not contribution.was_published:
            return private(
                see_other(f"/contributions/{contribution.successor}")
            )  # a corrected file
        if as_page():
            return _contribution_page(services, contribution, agent)
        return private(jsonify(responses.contribution_json(contribution, agent)))

    @routes.get("/contributions/<identifier>/content")
    @api.operation("contribution_content", _CONTENT, (_ID,), (503,), token=True)
    def content(identifier: str) -> Response:
        """Return the submitted file, for its sender and curators."""
        contribution, _ = services.seen(identifier)
        file, name = BytesIO(ledger.content(contribution)), contribution.submission.name
        return private(send_file(file, "application/octet-stream", True, name, conditional=False))

    @routes.post("/contributions/<identifier>/review")
    @api.operation(
        "decide",
        *_DECIDED,
        (406, 409, 422, 503),
        body=api.fields(_DECISION, **_RETURNS),
        token=True,
    )
    def decide(identifier: str) -> Response:
        """Accept or reject a contribution, or ask its sender for changes; for curators."""
        agent, given = acting(tokens, Role.CURATOR), fields()
        decision, reason = given.get("decision", ""), given.get("reason", "")
        if decision == "reject":
            return _after(contributions.reject(identifier, agent, reason), agent)
        if decision not in (
            acts := {"accept": contributions.accept, "ask": contributions.ask_changes}
        ):
            raise bad_request(gettext("The decision must be 'accept', 'ask' or 'reject'."))
        contribution = acts[decision](identifier, agent, reason, _returned_reasons(given))
        return _decided(site, contribution, agent)

    @routes.post("/contributions/<identifier>/comments")
    @api.operation(
        "comment",
        *_CHANGE,
        (406, 409, 503),
        summary=_COMMENT,
        body=api.fields({"text": api.text(REASON)}),
        token=True,
    )
    def comment(identifier: str) -> Response:
        """Add a comment."""
        agent = acting(tokens)
        return _after(contributions.comment(identifier, agent, fields().get("text", "")), agent)

    @routes.post("/contributions/<identifier>/withdrawal")
    @api.operation("withdraw", *_DECIDED, (406, 409, 503), body=api.fields(_REASON), token=True)
    def withdraw(identifier: str) -> Response:
        """Withdraw a contribution, for its sender and curators."""
        agent = acting(tokens)
        return _decided(
            site, contributions.withdraw(identifier, agent, fields().get("reason", "")), agent
        )


def things_of(stated: Iterable[Quad]) -> list[IRI]:
    """The resources that statements describe, without parts that others of them name, in their order."""
    stated = list(stated)
    named = {
        quad.object for quad in stated if isinstance(quad.object, IRI) and "#" in quad.object.value
    }
    accounts = {
        quad.subject for quad in stated if quad.predicate.value.endswith(("#subject", "/oa#exact"))
    }
    found = dict.fromkeys(quad.subject for quad in stated if isinstance(quad.subject, IRI))
    return [iri for iri in found if iri not in named and iri not in accounts]


def changes_of(
    site: Site, after: Snapshot, stated: Sequence[Quad], removed: Sequence[Quad]
) -> dict[str, object]:
    """The changes that an accepted contribution makes, for statements `stated` by it, and `removed` with it.

    Values of a template: the changed resources, which are new where nothing is published about
    them, with the names that change, the label and values of each property that changes, the `page`
    in whose language they are shown after the acceptance, the facts of parts by part, and the
    number of resources that are left out.
    """
    language = chosen_language(request)
    before, page, quads = (
        site.dataset.snapshot(),
        EvidencePage(site, after, language),
        (*stated, *removed),
    )
    parts = {
        iri: facts
        for iri in dict.fromkeys(quad.object for quad in quads if isinstance(quad.object, IRI))
        if "#" in iri.value and iri.value.startswith(f"{site.addresses.base}id/")
        if (facts := _facts(after, iri) or _facts(before, iri))
    }
    keys: Keys = {
        (q.subject, q.predicate, q.object): statement_key(q) for q in stated[:MAX_RETURNS]
    }
    things, touched = things_of(quads), {(quad.subject, quad.predicate) for quad in quads}
    made = []
    for thing in things[:MAX_THINGS]:
        known, coming = _facts(before, thing), _facts(after, thing)
        context = FactsPage(
            site, after, language, Description(thing, coming, parts, (), 0, frozenset())
        )
        was, comes = ({_triple(fact) for fact in facts} for facts in (known, coming))
        every = {_triple(fact): fact for fact in (*known, *coming)}
        properties = []
        for group in page.by_property(every.values(), names=True):
            if (thing, group.predicate) in touched:
                shown = [*group.facts, *_displaced_facts(group.predicate, known, site)]
                values = [_value(context, fact, was, comes, keys) for fact in shown]
                properties.append((group.label, values))
        renamed = _changed_names(thing, before, after) if known else []
        changed = {"thing": thing, "new": not known, "names": renamed, "properties": properties}
        made.append({**changed, "types": page.types(every.values())})
    return {
        "things": made,
        "page": page,
        "parts": parts,
        "left_out": max(0, len(things) - MAX_THINGS),
    }


@dataclass(frozen=True)
class ChangedName:
    """The name of a published resource on pages in a language, now and after an acceptance."""

    language: str
    now: Label
    then: Label


def _changed_names(resource: IRI, before: Snapshot, after: Snapshot) -> list[ChangedName]:
    """The languages in which a published resource would have another name."""
    names = (
        ChangedName(
            language, before.labels.of(resource, language), after.labels.of(resource, language)
        )
        for language in LANGUAGES
    )
    return [name for name in names if name.now != name.then]


def _displaced_facts(predicate: IRI, published: Iterable[Fact], site: Site) -> list[Fact]:
    """The published facts of other properties that change the same as a property, such as other identifiers."""
    changes = changes_by_property(site.addresses)
    row = changes.get(predicate)
    if row is None:
        return []
    same = {other.property for other in changes.values() if other.changes == row.changes}
    return [fact for fact in published if fact.predicate != predicate and fact.predicate in same]


def _facts(snapshot: Snapshot, iri: IRI) -> tuple[Fact, ...]:
    description = snapshot.describer.describe(iri, with_inbound=False)
    return (
        tuple(fact for fact in description.facts if not fact.inferred)
        if description is not None
        else ()
    )


def _triple(fact: Fact) -> tuple[IRI, IRI, Term]:
    return fact.subject, fact.predicate, fact.object


def _value(
    context: FactsPage, fact: Fact, was: Stated, comes: Stated, keys: Keys
) -> dict[str, object]:
    """The fact of a value, and whether it is added, removed or the same, for what was stated before and comes after.

    With it are the key of the statement, if the contribution states it, and an amount or number in
    words.
    """
    found, stated = (
        context.quantity(fact) if fact.object in context.description.parts else None,
        _triple(fact),
    )
    mark = "removed" if stated not in comes else "same" if stated in was else "added"
    key = keys.get(stated, "") if mark == "added" else ""
    return {
        "fact": fact,
        "mark": mark,
        "key": key,
        "quantity": found if found is not None and found.text else None,
    }


def _accepted(
    site: Site,
    ledger: Ledger,
    contribution: Contribution,
    agent: Agent,
    reasons: dict[str, str] | None = None,
) -> Snapshot:
    """The current version as if the contribution was accepted, without the statements in `reasons`.

    Raises `ContributionError` for an unknown statement.
    """
    snapshot = site.dataset.snapshot()
    returned = returned_statements(ledger.statements(contribution), reasons or {}, site.addresses)
    change = change_by_acceptance(
        ledger, contribution, agent, snapshot.store, site.addresses, returned
    )
    return snapshot.changed(change)


def _ages(ledger: Ledger) -> list[tuple[int | None, int]]:
    """The numbers of waiting contributions by age: of each group its upper bound in days, and how many there are."""
    from ulid import ULID  # noqa: PLC0415 - its import takes long

    now, counts = datetime.now(UTC), dict.fromkeys((*AGES, None), 0)
    for identifier in ledger.submitted():
        age = now - ULID.from_str(identifier).datetime
        counts[next((days for days in AGES if age < timedelta(days=days)), None)] += 1
    return list(counts.items())


def _returned_reasons(given: dict[str, str]) -> dict[str, str]:
    """The reasons for returning statements, by key: a form has an empty one for each that it does not return."""
    returned = {
        name: words for name, words in given.items() if name.startswith(RETURN) and words.strip()
    }
    return {name.removeprefix(RETURN): words for name, words in returned.items()}


def _contribution_page(
    services: ContributionServices, contribution: Contribution, agent: Agent
) -> Response:
    """The page of a contribution: its statements compared with the published ones, and its history."""
    site, ledger = services.site, services.service.ledger
    stated, removed = ledger.statements(contribution), list[Quad]()
    earlier = [one for one in ledger.predecessors(contribution) if not one.was_published]
    values: dict[str, object] = {
        "contribution": contribution,
        "open": contribution.is_open,
        "agent": agent,
    }
    values["decides"], named = services.service.may_decide(contribution, agent), list(stated)
    if earlier:
        before, known = ledger.statements(earlier[0]), {quad.subject for quad in stated}
        named += [quad for quad in before if quad.subject not in known]
        values["revisions"] = _revisions(_returned(before), _returned(stated))
    if contribution.is_open:
        if (replaced := ledger.replaced(contribution)) is not None:
            removed = ledger.accepted_statements(replaced)
        verdict = services.service.recheck(contribution)
        after = _accepted(site, ledger, contribution, agent)
        values |= {"changes": changes_of(site, after, stated, removed), "verdict": verdict}
    values["unconfirmed"] = services.is_unconfirmed(contribution)
    files = [*reversed(earlier), contribution]
    lines = {one.statement for file in files for event in file.events for one in event.returned}
    returned = [
        quad
        for file in files
        if lines
        for quad in ledger.statements(file)
        if statement_line(quad) in lines
    ]
    values |= {
        "files": files,
        "statements": _revisions({}, _returned(stated)),
        "returned": _returned(returned),
    }
    return private(page_of(site, "contribution.html", named, **values))


_SUBJECT = f"{PREFIXES['rdf']}subject"

#: Statements by line, each with its values; None for one about a part.
ReturnedValues = dict[str, tuple[Quad, list[object]] | None]


def _returned(quads: list[Quad]) -> ReturnedValues:
    """Returned statements by line, each with its values; None for one about a part, whose values are with its whole."""
    parts: dict[object, list[Quad]] = {
        quad.object: []
        for quad in quads
        if isinstance(quad.object, IRI) and "#" in quad.object.value
    }
    for quad in quads:
        if quad.subject in parts:
            parts[quad.subject].append(quad)

    def values(term: object) -> list[object]:
        below = parts.pop(term, [])  # each once, also where parts name each other
        found = [
            value
            for quad in below
            if not quad.predicate.value.endswith("#type")
            for value in values(quad.object)
        ]
        return found or [term]

    owned = {quad.subject for quad in quads if quad.subject in parts}
    return {
        statement_line(quad): None if quad.subject in owned else (quad, values(quad.object))
        for quad in quads
    }


def _revisions(before: ReturnedValues, after: ReturnedValues) -> list[dict[str, object]]:
    """The properties whose values differ between two files, where parts count as their values.

    Each has its `subject` and `predicate`, and the values that were `removed` and `added`.
    """
    found: dict[tuple[object, IRI], tuple[set[tuple[object, ...]], set[tuple[object, ...]]]] = {}
    for at, stated in enumerate((before, after)):
        # a judgement has no address of its own: it is compared by the subject that it names
        names = (
            (q.subject, q.object)
            for q, _ in filter(None, stated.values())
            if q.predicate.value == _SUBJECT
        )
        abouts = dict(names)
        for quad, values in filter(None, stated.values()):
            if quad.subject not in abouts or not quad.predicate.value.startswith(PREFIXES["rdf"]):
                key = abouts.get(quad.subject, quad.subject), quad.predicate
                found.setdefault(key, (set(), set()))[at].add(tuple(sorted(values, key=str)))
    differ = (
        (key, [sorted(one, key=str) for one in (old - new, new - old)])
        for key, (old, new) in found.items()
    )
    return [
        {"subject": subject, "predicate": predicate, "removed": removed, "added": added}
        for (subject, predicate), (removed, added) in differ
        if removed or added
    ]


def _decided(site: Site, contribution: Contribution, agent: Agent) -> Response:
    """The answer to a decision: 202 with the address that shows its state where it is not published yet."""
    if not contribution.pending:
        return _after(contribution, agent)
    if as_page():
        response = page_of(site, "contribution_decided.html", contribution=contribution)
    else:
        response = jsonify(responses.contribution_json(contribution, agent))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = f"{request.script_root}/contributions/{contribution.id}"
    return private(response)


def _after(contribution: Contribution, agent: Agent) -> Response:
    if not as_page():
        return private(jsonify(responses.contribution_json(contribution, agent)))
    return see_other(
        f"/contributions/{contribution.id}/review"
    )  # a page for holders of a token only
