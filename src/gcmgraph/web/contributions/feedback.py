"""/feedback: remarks of readers on a statement or a page, and the answers of curators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gcmgraph.contributions import remarks
from gcmgraph.contributions.access import AddressCounts, Tokens
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.remarks import (
    Outcome,
    Remark,
    RemarkBox,
    RemarkedStatement,
    RemarkState,
)
from gcmgraph.contributions.texts import REASON
from gcmgraph.platform.errors import QuotaError
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term
from gcmgraph.validation.report_formats import term_json
from gcmgraph.web.contributions import json_documents, responses
from gcmgraph.web.contributions.responses import (
    acting,
    as_page,
    fields,
    page_of,
    private,
    see_other,
)
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import (
    Networks,
    agent_of,
    client_address,
    refuse_other_sites,
    require_agent,
)
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.links import foreign_link
from gcmgraph.web.http.problems import ProblemError, refusal, show_on_form
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.evidence import statement_key
from gcmgraph.web.resources.routes import existing_resource
from gcmgraph.web.services import Site, Snapshot

#: Seconds in which the remarks of an address are counted (setting `quota_feedback`).
PERIOD = 3600

#: Longest path of a page.
_LONGEST = 600

#: Kinds of addresses of resources and graphs.
_DESCRIBED = {"doc": "id/", "id": "id/", "graph": "graph/"}

_ABOUT = {
    "page": "Path of the page on this server, with the fragment of a part of its resource.",
    "statement": "Key of a statement of that resource, as in the links “Something wrong?” of pages.",
}
_TEXTS = {
    "reason": "Error, in words of the sender.",
    "correction": "Correction, if the sender knows it.",
    "source": "Web address, or document and page.",
    "email": "E-mail address, which only curators see.",
}
_FIELDS = {
    **{name: api.text(remarks.LIMITS[name], description=about) for name, about in _TEXTS.items()},
    **{name: api.text(description=about) for name, about in _ABOUT.items()},
}
_DECISION = {
    "decision": api.one_of(Outcome),
    "reason": api.text(REASON, description="Text for the sender."),
}
_REMARK = api.media(json_documents.RemarkJson, HTML)
_ANSWERED = responses.changed("Remark with its answer.", json_documents.RemarkJson, "remark")
_PAGE = (*(api.Parameter(name, about, api.text()) for name, about in _ABOUT.items()), api.LANG)
_STATE = api.Parameter(
    "state", "State of the remarks to list.", api.one_of(RemarkState, RemarkState.RECEIVED)
)
_ID = api.Parameter("id", "Identifier of the remark.")
_STORED = {201: api.answer("Stored remark, and the address of its state.", _REMARK)}
_QUEUE = api.answer("Page of the list.", json_documents.Remarks, HTML, headers=api.PAGED)


@dataclass(frozen=True)
class Remarked:
    """The page of a remark; the statement that it is about, if it is about one, and its key in addresses."""

    page: str = ""
    statement: RemarkedStatement | None = None
    key: str = ""


def blueprint(
    site: Site, box: RemarkBox, tokens: Tokens, counts: AddressCounts, proxies: Networks
) -> Blueprint:
    """/feedback, /feedback/review and /feedback/{id}."""
    routes = Blueprint("feedback", __name__)

    @routes.get("/feedback")
    @api.operation("feedback_form", api.FORM_PAGE, _PAGE, (404,), cached=False)
    def form() -> Response:
        """Return the form for a remark on a page or a statement."""
        return _form(site, _remarked(site, request.args))

    @routes.post("/feedback")
    @api.operation(
        "send_feedback",
        _STORED,
        (api.LANG,),
        (403, 404, 503),
        body=api.fields(_FIELDS, ("reason",)),
    )
    def send() -> Response:
        """Send a remark on a page or a statement to the curators, without a token."""
        page = as_page()
        refuse_other_sites(request)
        if page:
            show_on_form(partial(_form, site, Remarked()))
        if wait := counts.add(client_address(request, proxies)):
            message = f"More than {counts.limit:,} remarks came from this address in an hour."
            raise QuotaError(
                message, wait, hint="Write several errors into one remark, or try again later."
            )
        given = fields()
        about = _remarked(site, given)
        if page:
            show_on_form(partial(_form, site, about))
        texts = remarks.read_texts(given)
        asked = Remark("", datetime.now(UTC), about.page, statement=about.statement, **texts)  # type: ignore[arg-type]
        made = box.add(replace(asked, language=chosen_language(request)))
        body = (
            page_of(site, "feedback_sent.html", remark=made) if page else jsonify(_json(made, None))
        )
        body.status_code = HTTPStatus.CREATED
        body.headers["Location"] = f"{request.script_root}/feedback/{made.id}"
        return _unlisted(body)

    @routes.get("/feedback/review")
    @api.operation(
        "feedback_queue", _QUEUE, (_STATE, api.PAGE_NUMBER, api.LANG), (404,), token=True
    )
    def queue() -> Response:
        """List remarks, for curators.

        Those that await an answer are listed the oldest first, others the newest first.
        """
        agent = require_agent(request, tokens, Role.CURATOR)
        page, given = as_page(), request.args.get("state")
        state = RemarkState(given) if given in set(RemarkState) else RemarkState.RECEIVED
        listing = responses.listing_of(
            partial(box.listed, state), box.readable, agent, f"state={state}&"
        )
        if not page:
            members = [_json(remark, agent) for remark in listing.members]
            return _unlisted(responses.paged(jsonify({"remarks": members}), listing))
        values = {
            "listing": listing,
            "counts": box.counts(),
            "state": state,
            "term": statement_terms,
        }
        return _unlisted(
            responses.paged(page_of(site, "feedback_queue.html", agent=agent, **values), listing)
        )

    @routes.get("/feedback/<identifier>")
    @api.operation("remark", api.answer("Remark.", _REMARK), (_ID, api.LANG), (503,), token=False)
    def status(identifier: str) -> Response:
        """Return a remark and its answer, for those who have its address."""
        agent = agent_of(request, tokens)
        remark = box.find(identifier)
        if not as_page():
            return _unlisted(jsonify(_json(remark, agent)))
        values = {"remark": remark, "term": statement_terms, "foreign": foreign_link}
        curator = agent if responses.is_curator(agent) else None
        return _unlisted(page_of(site, "feedback_remark.html", agent=curator, **values))

    @routes.post("/feedback/<identifier>")
    @api.operation(
        "answer_remark",
        _ANSWERED,
        (_ID, api.LANG),
        (406, 409, 503),
        body=api.fields(_DECISION),
        token=True,
    )
    def answer(identifier: str) -> Response:
        """Answer or close a remark, for curators."""
        agent = acting(tokens, Role.CURATOR)
        answered = box.answer(identifier, remarks.read_answer(fields(), agent, datetime.now(UTC)))
        if not as_page():
            return _unlisted(jsonify(_json(answered, agent)))
        return see_other(f"/feedback/{identifier}")

    return routes


def statement_terms(statement: RemarkedStatement) -> dict[str, Term]:
    """The terms of a stored statement, for a template."""
    value: Term
    if statement.is_iri:
        value = IRI(statement.value)
    elif statement.language:
        value = Literal(statement.value, language=statement.language)
    else:
        value = Literal(statement.value, datatype=IRI(statement.datatype))
    return {
        "value": value,
        **{name: IRI(getattr(statement, name)) for name in ("subject", "predicate", "graph")},
    }


def _remarked(site: Site, given: Mapping[str, str]) -> Remarked:
    """The page that `page` names, with the `statement` of its resource or of a part of it.

    404 where there is no such page or statement.
    """
    page, key = given.get("page", "").strip(), given.get("statement", "").strip()
    if not page and not key:
        return Remarked()
    path = urlsplit(page[:_LONGEST])
    if len(page) > _LONGEST or not page.startswith("/") or path.scheme or path.netloc:
        raise _missing(
            gettext("There is no page at '%(address)s' on this server.", address=page[:80])
        )
    snapshot = site.dataset.snapshot()
    resource = _resource(site, snapshot, path.path, path.fragment)
    if resource is None and (key or not _is_page(path.path)):
        raise _missing(
            gettext("There is no page at '%(address)s' on this server.", address=page[:80])
        )
    if not key or resource is None:
        return Remarked(page)
    found = next((quad for quad in snapshot.store.quads(resource) if _key(quad) == key), None)
    if found is None:
        raise _missing(
            gettext(
                "There is no such statement at '%(address)s', or not any more.", address=page[:80]
            )
        )
    return Remarked(page, _recorded(found), key)


def _resource(site: Site, snapshot: Snapshot, path: str, fragment: str) -> IRI | None:
    """The resource or graph that a page describes, or a part of it; None for other pages."""
    first, _, rest = path.lstrip("/").partition("/")
    part = f"#{fragment}" if fragment else ""
    return (
        existing_resource(site, snapshot, f"{_DESCRIBED[first]}{rest}{part}")
        if first in _DESCRIBED and rest
        else None
    )


def _is_page(path: str) -> bool:
    """Whether a path is one of this application, other than of resources."""
    if path.lstrip("/").partition("/")[0] in _DESCRIBED:
        return False
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _key(quad: Quad) -> str:
    graph = quad.graph_name
    return (
        statement_key(quad.subject, quad.predicate, quad.object, graph)
        if isinstance(graph, IRI)
        else ""
    )


def _recorded(quad: Quad) -> RemarkedStatement:
    """A statement as it is stored."""
    value, graph = quad.object, quad.graph_name
    text = str(getattr(value, "value", value))
    language, datatype = (
        (value.language or "", value.datatype.value) if isinstance(value, Literal) else ("", "")
    )
    short = text if len(text) <= remarks.VALUE else f"{text[: remarks.VALUE]}…"
    subject, where = (
        str(getattr(quad.subject, "value", quad.subject)),
        graph.value if isinstance(graph, IRI) else "",
    )
    kind = "" if language else datatype
    return RemarkedStatement(
        subject, quad.predicate.value, short, where, isinstance(value, IRI), language, kind
    )


def _missing(detail: str) -> ProblemError:
    hint = gettext(
        "Open the page and follow “Something wrong?” there, or describe the error without naming a page."
    )
    return refusal(HTTPStatus.NOT_FOUND, detail, hint=hint)


def _form(site: Site, about: Remarked, **values: object) -> Response:
    given = {name: request.form.get(name, "") for name in remarks.LIMITS}
    values |= {"about": about, "term": statement_terms, "given": given, "limits": remarks.LIMITS}
    return _unlisted(page_of(site, "feedback.html", **values))


def _unlisted(response: Response) -> Response:
    """A response that no search engine lists and no cache stores."""
    response.headers["X-Robots-Tag"] = "noindex"
    return private(response)


def _json(remark: Remark, agent: Agent | None) -> dict[str, Any]:
    """A remark as JSON (`documents.RemarkJson`); its e-mail address only for curators."""
    curator, answer = responses.is_curator(agent), remark.answer
    document = {
        name: getattr(remark, name) for name in ("id", "state", "reason", "correction", "source")
    }
    document |= {
        "href": f"{request.script_root}/feedback/{remark.id}",
        "page": remark.page or None,
        "answer": None,
    }
    document["sent"] = remark.at.isoformat(timespec="seconds")
    document["statement"] = _statement_json(remark.statement) if remark.statement else None
    if answer is not None:
        by = {"by": answer.by.name} if curator else {}
        document["answer"] = {
            "at": answer.at.isoformat(timespec="seconds"),
            "reason": answer.reason,
            **by,
        }
    return document | ({"email": remark.email} if curator else {})


def _statement_json(statement: RemarkedStatement) -> dict[str, Any]:
    value = term_json(statement_terms(statement)["value"])
    return {
        "subject": statement.subject,
        "predicate": statement.predicate,
        "object": value,
        "graph": statement.graph,
    }
