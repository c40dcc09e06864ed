"""/feedback: remarks of readers on a statement or a page, and the answers of curators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Response, current_app, jsonify, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gcmgraph.contributions import remarks
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.quotas import AddressCounts
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
from gcmgraph.web.http.links import url_parts, web_link
from gcmgraph.web.http.problems import ProblemError, refusal, show_on_form
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.evidence import statement_key
from gcmgraph.web.resources.routes import existing_resource
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.schemas import Term as ResultTerm

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
    **{name: api.text(remarks.LIMITS[name], description=words) for name, words in _TEXTS.items()},
    **{name: api.text(description=words) for name, words in _ABOUT.items()},
}
_DECISION = {
    "decision": api.one_of(Outcome),
    "reason": api.text(REASON, description="Text for the sender."),
}
_REMARK = api.media(json_documents.RemarkJson, HTML)
_ANSWERED = responses.change_answers("Remark with its answer.", json_documents.RemarkJson, "remark")
_PAGE = (*(api.Parameter(name, words, api.text()) for name, words in _ABOUT.items()), api.LANG)
_STATE = api.Parameter(
    "state", "State of the remarks to list.", api.one_of(RemarkState, RemarkState.RECEIVED)
)
_ID = api.Parameter("id", "Identifier of the remark.")
_STORED = {201: api.answer("Stored remark, and the address of its state.", _REMARK)}
_QUEUE = api.answer("Page of the list.", json_documents.Remarks, HTML, headers=api.PAGED)


@dataclass(frozen=True)
class RemarkSubject:
    """The page that a remark is about; the statement, if it is about one, and its key in addresses."""

    page: str = ""
    statement: RemarkedStatement | None = None
    key: str = ""


def blueprint(
    site: Site, box: RemarkBox, tokens: Tokens, counts: AddressCounts, proxies: Networks
) -> Blueprint:
    """/feedback, /feedback/review and /feedback/{id}."""
    routes = Blueprint("feedback", __name__)
    pages = FeedbackPages(site, box, tokens, counts, proxies)
    routes.get("/feedback")(pages.form)
    routes.post("/feedback")(pages.send)
    routes.get("/feedback/review")(pages.queue)
    routes.get("/feedback/<identifier>")(pages.status)
    routes.post("/feedback/<identifier>")(pages.answer)
    return routes


class FeedbackPages:
    """Views of remarks."""

    def __init__(
        self,
        site: Site,
        box: RemarkBox,
        tokens: Tokens,
        counts: AddressCounts,
        proxies: Networks,
    ) -> None:
        """`counts` of remarks by address."""
        self._site = site
        self._box = box
        self._tokens = tokens
        self._counts = counts
        self._proxies = proxies

    @api.operation("feedback_form", api.FORM_PAGE, _PAGE, (404,), cached=False)
    def form(self) -> Response:
        """Return the form for a remark on a page or a statement."""
        return _form(self._site, _subject_of(self._site, request.args))

    @api.operation(
        "send_feedback",
        _STORED,
        (api.LANG,),
        (403, 404, 503),
        body=api.fields(_FIELDS, ("reason",)),
    )
    def send(self) -> Response:
        """Send a remark on a page or a statement to the curators, without a token."""
        is_page = as_page()
        refuse_other_sites(request)
        if is_page:
            show_on_form(partial(_form, self._site, RemarkSubject()))
        self._count_remark()
        form = fields()
        subject = _subject_of(self._site, form)
        if is_page:
            show_on_form(partial(_form, self._site, subject))
        remark = Remark(
            "",
            datetime.now(UTC),
            subject.page,
            statement=subject.statement,
            **remarks.read_texts(form),  # type: ignore[arg-type]
        )
        remark = self._box.add(replace(remark, language=chosen_language(request)))
        response = jsonify(_json(remark, None))
        if is_page:
            response = page_of(self._site, "feedback_sent.html", remark=remark)
        response.status_code = HTTPStatus.CREATED
        response.headers["Location"] = f"{request.script_root}/feedback/{remark.id}"
        return _unlisted(response)

    def _count_remark(self) -> None:
        """Count a remark of the address of the request. 429 for too many."""
        limit = self._counts.limit
        if wait := self._counts.add(client_address(request, self._proxies)):
            raise QuotaError(
                f"More than {limit:,} remarks came from this address in an hour.",
                wait,
                hint="Write several errors into one remark, or try again later.",
            )

    @api.operation(
        "feedback_queue", _QUEUE, (_STATE, api.PAGE_NUMBER, api.LANG), (404,), token=True
    )
    def queue(self) -> Response:
        """List remarks, for curators.

        Those that await an answer are listed the oldest first, others the newest first.
        """
        agent = require_agent(request, self._tokens, Role.CURATOR)
        is_page = as_page()
        state = RemarkState.RECEIVED
        if request.args.get("state") in set(RemarkState):
            state = RemarkState(request.args["state"])
        listing = responses.listing_of(
            partial(self._box.listed, state), self._box.readable, agent, f"state={state}&"
        )
        if is_page:
            response = page_of(
                self._site,
                "feedback_queue.html",
                agent=agent,
                listing=listing,
                counts=self._box.counts(),
                state=state,
                term=statement_terms,
            )
        else:
            response = jsonify({"remarks": [_json(remark, agent) for remark in listing.members]})
        return _unlisted(responses.paged(response, listing))

    @api.operation("remark", api.answer("Remark.", _REMARK), (_ID, api.LANG), (503,), token=False)
    def status(self, identifier: str) -> Response:
        """Return a remark and its answer, for those who have its address."""
        agent = agent_of(request, self._tokens)
        remark = self._box.find(identifier)
        if not as_page():
            return _unlisted(jsonify(_json(remark, agent)))
        page = page_of(
            self._site,
            "feedback_remark.html",
            agent=agent if responses.is_curator(agent) else None,
            remark=remark,
            term=statement_terms,
            foreign=web_link,
        )
        return _unlisted(page)

    @api.operation(
        "answer_remark",
        _ANSWERED,
        (_ID, api.LANG),
        (406, 409, 503),
        body=api.fields(_DECISION),
        token=True,
    )
    def answer(self, identifier: str) -> Response:
        """Answer or close a remark, for curators."""
        agent = acting(self._tokens, Role.CURATOR)
        answer = remarks.read_answer(fields(), agent, datetime.now(UTC))
        remark = self._box.answer(identifier, answer)
        if not as_page():
            return _unlisted(jsonify(_json(remark, agent)))
        return see_other(f"/feedback/{identifier}")


def statement_terms(statement: RemarkedStatement) -> dict[str, Term]:
    """The terms of a stored statement, for a template."""
    return {
        "value": _value_term(statement),
        "subject": IRI(statement.subject),
        "predicate": IRI(statement.predicate),
        "graph": IRI(statement.graph),
    }


def _value_term(statement: RemarkedStatement) -> Term:
    if statement.is_iri:
        return IRI(statement.value)
    if statement.language:
        return Literal(statement.value, language=statement.language)
    return Literal(statement.value, datatype=IRI(statement.datatype))


def _subject_of(site: Site, parameters: Mapping[str, str]) -> RemarkSubject:
    """The page that `page` names, with the `statement` of its resource or of a part of it.

    404 where there is no such page or statement.
    """
    page = parameters.get("page", "").strip()
    key = parameters.get("statement", "").strip()
    if not page and not key:
        return RemarkSubject()
    url = url_parts(page[:_LONGEST])
    if len(page) > _LONGEST or not url.path.startswith("/") or url.scheme or url.netloc:
        raise _no_page(page)
    snapshot = site.dataset.snapshot()
    resource = _resource(site, snapshot, url.path, url.fragment)
    if resource is None and (key or not _is_page(url.path)):
        raise _no_page(page)
    if not key or resource is None:
        return RemarkSubject(page)
    for quad in snapshot.store.quads(resource):
        if _key(quad) == key:
            return RemarkSubject(page, _recorded(quad), key)
    raise _missing(
        gettext("There is no such statement at '%(address)s', or not any more.", address=page[:80])
    )


def _resource(site: Site, snapshot: Snapshot, path: str, fragment: str) -> IRI | None:
    """The resource or graph that a page describes, or a part of it; None for other pages."""
    room, _, local_name = path.lstrip("/").partition("/")
    if room not in _DESCRIBED or not local_name:
        return None
    part = f"#{fragment}" if fragment else ""
    return existing_resource(site, snapshot, f"{_DESCRIBED[room]}{local_name}{part}")


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
    """The key of a statement in addresses; empty outside named graphs."""
    graph = quad.graph_name
    if not isinstance(graph, IRI):
        return ""
    return statement_key(quad.subject, quad.predicate, quad.object, graph)


def _recorded(quad: Quad) -> RemarkedStatement:
    """A statement as it is stored."""
    value = quad.object
    text = _text(value)
    if len(text) > remarks.VALUE:
        text = f"{text[: remarks.VALUE]}…"
    language = ""
    datatype = ""
    if isinstance(value, Literal):
        language = value.language or ""
        datatype = "" if language else value.datatype.value
    return RemarkedStatement(
        _text(quad.subject),
        quad.predicate.value,
        text,
        quad.graph_name.value if isinstance(quad.graph_name, IRI) else "",
        isinstance(value, IRI),
        language,
        datatype,
    )


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _no_page(page: str) -> ProblemError:
    return _missing(gettext("There is no page at '%(address)s' on this server.", address=page[:80]))


def _missing(detail: str) -> ProblemError:
    hint = gettext(
        "Open the page and follow “Something wrong?” there, or describe the error without naming a page."
    )
    return refusal(HTTPStatus.NOT_FOUND, detail, hint=hint)


def _form(site: Site, subject: RemarkSubject, **values: object) -> Response:
    """The form for a remark on a subject, with the texts of the request."""
    page = page_of(
        site,
        "feedback.html",
        about=subject,
        term=statement_terms,
        given={name: request.form.get(name, "") for name in remarks.LIMITS},
        limits=remarks.LIMITS,
        **values,
    )
    return _unlisted(page)


def _unlisted(response: Response) -> Response:
    """A response that no search engine lists and no cache stores."""
    response.headers["X-Robots-Tag"] = "noindex"
    return private(response)


def _json(remark: Remark, agent: Agent | None) -> json_documents.RemarkJson:
    """A remark as JSON; its e-mail address and the name of the curator only for curators."""
    document: json_documents.RemarkJson = {
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
    answer = remark.answer
    if answer is not None:
        document["answer"] = {
            "at": answer.at.isoformat(timespec="seconds"),
            "reason": answer.reason,
        }
    if responses.is_curator(agent):
        document["email"] = remark.email
        if answer is not None and document["answer"] is not None:
            document["answer"]["by"] = answer.by.name
    return document


def _statement_json(statement: RemarkedStatement) -> json_documents.RemarkedStatementJson:
    return {
        "subject": statement.subject,
        "predicate": statement.predicate,
        "object": cast("ResultTerm", term_json(_value_term(statement))),
        "graph": statement.graph,
    }
