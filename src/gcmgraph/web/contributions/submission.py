"""/contributions: instructions, submission for review, list of contributions."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.content import TITLE
from gcmgraph.contributions.contribution import State
from gcmgraph.contributions.service import Contributions, Envelope
from gcmgraph.errors import GcmGraphError
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.translations import data_language
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.listing import as_page, contribution_json, listed, page_of, paged, private
from gcmgraph.web.contributions.reports import MEDIA_TYPES, REFUSED, page_report, wanted_report
from gcmgraph.web.contributions.validation import NAME, report_response
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import agent_of, refuse_foreign, required
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import Problem, ProblemError, problem_of
from gcmgraph.web.http.uploads import UPLOADED, read_upload, upload_body
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site

#: Metadata of a contribution: query parameters, or fields of a form.
_ENVELOPE = {
    "title": api.text(TITLE, description="Title for the curators, required; one line."),
    "language": api.text(description="Language tag of the title. Default: language of the request."),
    "supersedes": api.text(
        description="Identifier of an accepted contribution of the same sender that this one replaces."
    ),
    "key": api.text(description="Same as the header Idempotency-Key."),
}
_KEY = "Key chosen by the client: repeated requests with the same key store one contribution."
_PARAMETERS = (
    *(api.Parameter(name, schema["description"], schema) for name, schema in _ENVELOPE.items()),
    NAME,
    api.Parameter("Idempotency-Key", _KEY, api.text(), where="header"),
    api.format_of(MEDIA_TYPES),
    api.LANG,
)

#: Field of a form for a token.
TOKEN = {"token": api.text(description="Access token, for clients that send no Authorization header.")}

_ANSWERS = {
    200: api.answer(
        "Contribution stored by an earlier request with the same key.",
        documents.Contribution,
        HTML,
        headers=("Location",),
    ),
    201: api.answer("Stored contribution, to be reviewed by a curator.", documents.Contribution, HTML),
    422: api.answer("Validation report of data that do not conform; nothing was stored.", REFUSED),
}
_LIST = api.answer("Page of the list, newest first.", documents.Contributions, HTML, headers=api.PAGED)
_STATE = api.Parameter("state", "State of the contributions to list. Default: every state.", api.one_of(State))


def blueprint(site: Site, contributions: Contributions, tokens: Tokens) -> Blueprint:
    """/contributions."""
    routes = Blueprint("contributions", __name__)

    @routes.get("/contributions")
    @api.operation("contributions", _LIST, (_STATE, api.PAGE_NUMBER, api.LANG), (404,), token=False)
    def contributed() -> Response:
        """List contributions: published ones; with a token also those of its holder; for curators all."""
        page = as_page()
        agent = agent_of(request, tokens)
        state = request.args.get("state") if request.args.get("state") in set(State) else None
        listing = listed(contributions, agent, state)
        if not page:
            return paged(jsonify(listing.json(agent)), listing)
        return paged(page_of(site, "contributions.html", listing=listing, agent=agent, syntaxes=SYNTAXES), listing)

    @routes.post("/contributions")
    @api.operation(
        "contribute",
        _ANSWERS,
        _PARAMETERS,
        (404, 409, 411, 415, 503),
        body=upload_body({**_ENVELOPE, **TOKEN}),
        body_description=UPLOADED,
        token=True,
    )
    def submit() -> Response:
        """Submit data for review.

        The title is required. In a form body the parameters may be fields of the form.
        """
        refuse_foreign(request)
        media_type, name = wanted_report(request)
        page, language = name == "html", chosen_language(request)
        words = data_language(language)
        try:
            agent = required(request, tokens)
            upload = read_upload(request)
            fields = upload.fields
            envelope = Envelope(
                fields.get("title", ""),
                fields.get("language") or language,
                request.headers.get("Idempotency-Key") or fields.get("key") or None,
                fields.get("supersedes") or None,
            )
            report = "json" if page else name
            sent = contributions.submit(upload.content, envelope, agent, report=report, language=words)
        except GcmGraphError as error:
            if not page:
                raise
            problem = problem_of(error)
            return _again(site, problem.status, problem)
        if sent.contribution is None:
            verdict = sent.verdict
            if verdict is None:
                raise RuntimeError("neither stored nor reported")
            if page:
                return _again(
                    site,
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    verdict=verdict,
                    **page_report(verdict, language, site.addresses.base),
                )
            if name != "json":
                status = HTTPStatus.UNPROCESSABLE_ENTITY
                return private(report_response(verdict.written, media_type, words, status))
            detail = gettext("The contribution does not conform; nothing was stored.")
            members = {"report": verdict.document}
            raise ProblemError(Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, members))
        address = f"{request.script_root}/contributions/{sent.contribution.id}"
        if page:
            found = page_report(sent.verdict, language, site.addresses.base) if sent.verdict else {}
            body = page_of(site, "contribution_sent.html", contribution=sent.contribution, **found)
        else:
            body = jsonify(contribution_json(sent.contribution, agent))
        body.status_code = HTTPStatus.OK if sent.again else HTTPStatus.CREATED
        body.headers["Location"] = address
        return private(body)

    return routes


def _again(site: Site, status: int, problem: Problem | None = None, **values: object) -> Response:
    """The form with its problems, and all that was written into it but for the token."""
    response = page_of(site, "contributions.html", agent=None, syntaxes=SYNTAXES, problem=problem, **values)
    response.status_code = status
    response.headers.update(problem.headers if problem else {})
    return private(response)
