"""/feedback: remarks of readers on a statement or a page, and the answers of curators."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request

from gcmgraph.contributions.access import AddressCounts, Tokens
from gcmgraph.contributions.content import REASON
from gcmgraph.contributions.contribution import Agent, DamagedError, QuotaError, Role
from gcmgraph.contributions.remarks import (
    LIMITS,
    Outcome,
    Remark,
    RemarkBox,
    RemarkedStatement,
    RemarkState,
    read_answer,
    read_texts,
)
from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.listing import PAGE_SIZE, as_page, fields, page_of, private
from gcmgraph.web.contributions.remarked import Remarked, remarked
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import agent_of, client_address, refuse_foreign, refuse_other_sites, required
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import problem_of
from gcmgraph.web.http.requests import page_links
from gcmgraph.web.http.requests import page_of as part_of_list
from gcmgraph.web.http.urls import foreign_link, query_along
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site
from gcmgraph.web.sparql.protocol import Term as TermDocument

#: Seconds in which the remarks of an address are counted (setting `quota_feedback`).
PERIOD = 3600


_ABOUT = {
    "page": "Path of the page on this server, with the fragment of a part of its resource.",
    "statement": "Key of a statement of that resource, as in the links “Something wrong?” of pages.",
}
_FIELDS = {
    "reason": api.text(LIMITS["reason"], description="Error, in words of the sender."),
    "correction": api.text(LIMITS["correction"], description="Correction, if the sender knows it."),
    "source": api.text(LIMITS["source"], description="Web address, or document and page."),
    "email": api.text(LIMITS["email"], description="E-mail address, which only curators see."),
    **{name: api.text(description=about) for name, about in _ABOUT.items()},
}
_SENT = api.fields(_FIELDS, ("reason",))
_DECISION = {"decision": api.one_of(Outcome), "reason": api.text(REASON, description="Text for the sender.")}
_ANSWER = api.fields(_DECISION)
_REMARK = api.media(documents.Remark, HTML)
_ANSWERED = {
    200: api.answer("Remark with its answer.", documents.Remark),
    303: api.answer("Redirect of browsers to the page of the remark."),
}
_PAGE = (*(api.Parameter(name, about, api.text()) for name, about in _ABOUT.items()), api.LANG)
_STATE = api.Parameter("state", "State of the remarks to list.", api.one_of(RemarkState, RemarkState.RECEIVED))
_ID = api.Parameter("id", "Identifier of the remark.")
_STORED = {201: api.answer("Stored remark, and the address of its state.", _REMARK)}
_QUEUE = api.answer("Page of the list.", documents.Remarks, HTML, headers=api.PAGED)


def blueprint(site: Site, box: RemarkBox, tokens: Tokens, counts: AddressCounts, proxies: frozenset[str]) -> Blueprint:
    """/feedback, /feedback/review and /feedback/{id}."""
    routes = Blueprint("feedback", __name__)

    @routes.get("/feedback")
    @api.operation("feedback_form", api.FORM_PAGE, _PAGE, (404,), cached=False)
    def form() -> Response:
        """Return the form for a remark on a page or a statement."""
        return _form(site, remarked(site, request.args))

    @routes.post("/feedback")
    @api.operation("send_feedback", _STORED, (api.LANG,), (403, 404, 503), body=_SENT)
    def send() -> Response:
        """Send a remark on a page or a statement to the curators, without a token."""
        page = as_page()
        refuse_other_sites(request)
        about = Remarked()
        try:
            _count(counts, client_address(request, proxies))
            given = fields()
            about = remarked(site, given)
            made = box.add(_read(given, about))
        except GcmGraphError as error:
            if not page:
                raise
            problem = problem_of(error)
            again = _form(site, about, problem=problem)
            again.status_code = problem.status
            again.headers.update(problem.headers)
            return again
        body = page_of(site, "feedback_sent.html", remark=made) if page else jsonify(_json(made, None))
        body.status_code = HTTPStatus.CREATED
        body.headers["Location"] = f"{request.script_root}/feedback/{made.id}"
        return _unlisted(body)

    @routes.get("/feedback/review")
    @api.operation("feedback_queue", _QUEUE, (_STATE, api.PAGE_NUMBER, api.LANG), (404,), token=True)
    def queue() -> Response:
        """List remarks, for curators.

        Those that await an answer are listed the oldest first, others the newest first.
        """
        return _queue(site, box, required(request, tokens, Role.CURATOR))

    @routes.get("/feedback/<identifier>")
    @api.operation("remark", api.answer("Remark.", _REMARK), (_ID, api.LANG), (503,), token=False)
    def status(identifier: str) -> Response:
        """Return a remark and its answer, for those who have its address."""
        agent = agent_of(request, tokens)
        remark = box.find(identifier)
        if not as_page():
            return _unlisted(jsonify(_json(remark, agent)))
        values = {"agent": _curator(agent), "term": _term, "foreign": foreign_link}
        return _unlisted(page_of(site, "feedback_remark.html", remark=remark, **values))

    @routes.post("/feedback/<identifier>")
    @api.operation("answer_remark", _ANSWERED, (_ID, api.LANG), (406, 409, 503), body=_ANSWER, token=True)
    def answer(identifier: str) -> Response:
        """Answer or close a remark, for curators."""
        refuse_foreign(request)
        agent = required(request, tokens, Role.CURATOR)
        answered = box.answer(identifier, read_answer(fields(), agent, datetime.now(UTC)))
        if not as_page():
            return _unlisted(jsonify(_json(answered, agent)))
        address = f"{request.script_root}/feedback/{identifier}{query_along(request)}"
        return redirect(address, HTTPStatus.SEE_OTHER)  # type: ignore[return-value]

    return routes


def _read(given: dict[str, str], about: Remarked) -> Remark:
    texts = read_texts(given)
    return Remark(
        "",
        datetime.now(UTC),
        about.page,
        texts["reason"],
        texts["correction"],
        texts["source"],
        texts["email"],
        chosen_language(request),
        about.recorded,
    )


def _queue(site: Site, box: RemarkBox, agent: Agent) -> Response:
    page = as_page()
    given = request.args.get("state")
    state = RemarkState(given) if given in set(RemarkState) else RemarkState.RECEIVED
    damaged: list[DamagedError] = []
    found = box.identifiers(state)
    if state is not RemarkState.RECEIVED:
        found.reverse()
    number, last, here = part_of_list(request.args, found, PAGE_SIZE)
    remarks = list(box.readable(here, damaged))
    if page:
        told = [problem_of(error).detail for error in damaged]
        values = {"remarks": remarks, "counts": box.counts(), "state": state, "number": number, "last": last}
        body = page_of(site, "feedback_queue.html", **values, damaged=told, subject=subject_of, agent=agent)
    else:
        body = jsonify({"remarks": [_json(remark, agent) for remark in remarks]})
    body.headers["X-Total-Count"] = str(len(found))
    for link in page_links(
        number, last, lambda other: f"{request.script_root}{request.path}?state={state}&page={other}"
    ):
        body.headers.add("Link", link)
    return _unlisted(body)


def _count(counts: AddressCounts, address: str) -> None:
    if wait := counts.add(address):
        raise QuotaError(
            f"More than {counts.limit:,} remarks came from this address in an hour.",
            wait,
            hint="Write several errors into one remark, or try again later.",
        )


def _form(site: Site, about: Remarked, **values: object) -> Response:
    given = {name: request.form.get(name, "") for name in LIMITS}
    recorded = about.recorded
    body = page_of(
        site, "feedback.html", about=about, statement=recorded, term=_term, given=given, limits=LIMITS, **values
    )
    return _unlisted(body)


def _unlisted(response: Response) -> Response:
    """A response that no search engine lists and no cache stores."""
    response.headers["X-Robots-Tag"] = "noindex"
    return private(response)


def _curator(agent: Agent | None) -> Agent | None:
    return agent if agent is not None and agent.role is Role.CURATOR else None


def _json(remark: Remark, agent: Agent | None) -> documents.Remark:
    """A remark as JSON; its e-mail address only for curators."""
    document: documents.Remark = {
        "id": remark.id,
        "href": f"{request.script_root}/feedback/{remark.id}",
        "state": remark.state,
        "sent": remark.at.isoformat(timespec="seconds"),
        "page": remark.page or None,
        "statement": _statement_json(remark.statement) if remark.statement else None,
        "reason": remark.reason,
        "correction": remark.correction,
        "source": remark.source,
        "answer": None,
    }
    if remark.answer is not None:
        document["answer"] = {"at": remark.answer.at.isoformat(timespec="seconds"), "reason": remark.answer.reason}
    if _curator(agent):
        document["email"] = remark.email
        if remark.answer is not None and document["answer"] is not None:
            document["answer"]["by"] = remark.answer.by.name
    return document


def _statement_json(statement: RemarkedStatement) -> documents.RemarkedStatement:
    value: TermDocument = {"type": "uri" if statement.is_iri else "literal", "value": statement.value}
    if statement.language:
        value["xml:lang"] = statement.language
    if statement.datatype:
        value["datatype"] = statement.datatype
    return {"subject": statement.subject, "predicate": statement.predicate, "object": value, "graph": statement.graph}


def subject_of(remark: Remark) -> IRI | None:
    """The resource of a remark; None for a page that describes none."""
    return IRI(remark.statement.subject) if remark.statement is not None else None


def _term(statement: RemarkedStatement) -> dict[str, Term]:
    """The terms of a stored statement, for a template."""
    value: Term
    if statement.is_iri:
        value = IRI(statement.value)
    elif statement.language:
        value = Literal(statement.value, language=statement.language)
    else:
        value = Literal(statement.value, datatype=IRI(statement.datatype))
    return {
        "subject": IRI(statement.subject),
        "predicate": IRI(statement.predicate),
        "value": value,
        "graph": IRI(statement.graph),
    }
