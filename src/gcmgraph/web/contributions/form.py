"""/contributions/form/{kind}: a form for a practice or an organisation.

Its values are read as a row of the template, with the rules for spreadsheets.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.service import Contributions, Envelope
from gcmgraph.errors import GcmGraphError
from gcmgraph.kinds import DESCRIBED
from gcmgraph.publication.suggestions import Suggester
from gcmgraph.web.contributions.form_fields import Form
from gcmgraph.web.contributions.listing import page_of, private
from gcmgraph.web.contributions.reports import page_results
from gcmgraph.web.contributions.submission import TOKEN
from gcmgraph.web.contributions.suggest import named_groups
from gcmgraph.web.contributions.template import TemplateContents
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import refuse_foreign, required
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import bad_request, not_found, problem_of
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import PerVersion, Site

_PARAMETERS = (api.Parameter("kind", "Class of the resource.", api.one_of(DESCRIBED), DESCRIBED[0]), api.LANG)
_FIELDS = {"do": api.one_of(("check", "suggest", "send"), "check"), "key": api.text(), **TOKEN}
_BODY = api.media({api.FORM: api.record(_FIELDS, additionalProperties=api.text())})
_ANSWERS = {
    200: api.answer("Form with the findings, or with the contribution stored by an earlier request.", HTML),
    201: api.answer("Page of the stored contribution, to be reviewed by a curator.", HTML),
}


def blueprint(
    site: Site,
    contributions: Contributions,
    tokens: Tokens,
    contents: PerVersion[TemplateContents],
    suggesters: PerVersion[Suggester],
) -> Blueprint:
    """/contributions/form/{kind}."""
    routes = Blueprint("contribution_form", __name__)

    def form_of(kind: str) -> Form:
        if kind not in DESCRIBED:
            raise not_found(request.path)
        now, language = contents.of(site.dataset.snapshot()), chosen_language(request)
        sheet = next(sheet for sheet in now.sheets if sheet.kind == kind)
        return Form(sheet.in_language(language), now.lists, site.addresses, language)

    @routes.get("/contributions/form/<kind>")
    @api.operation("form", api.FORM_PAGE, _PARAMETERS, cached=False)
    def empty(kind: str) -> Response:
        """Return the form that describes a resource of a class."""
        return _page(site, form_of(kind))

    @routes.post("/contributions/form/<kind>")
    @api.operation("fill_form", _ANSWERS, _PARAMETERS, (403, 409, 422, 503), body=_BODY, token=False)
    def filled(kind: str) -> Response:
        """Validate or submit a completed form.

        With `do=send` its values are submitted for review; errors are displayed at their fields. With `do=suggest` they
        are not validated, and what their texts suggest is displayed.
        """
        form, language = form_of(kind), chosen_language(request)
        sending = request.form.get("do") == "send"
        try:
            if request.form.get("do") == "suggest":
                found = suggesters.of(site.dataset.snapshot()).suggest(form.text(request.form))
                return _page(site, form, suggested=named_groups(found))
            content = form.content(request.form)
            if content is None:
                detail = gettext("Nothing was filled in.")
                raise bad_request(detail)
            if sending:
                refuse_foreign(request)
                agent = required(request, tokens)
                title, tongue = form.title(request.form)
                envelope = Envelope(title or kind, tongue, request.form.get("key") or None)
                sent = contributions.submit(content, envelope, agent)
                if sent.contribution is not None:
                    results = page_results(sent.verdict, language, site.addresses.base) if sent.verdict else []
                    body = page_of(
                        site, "contribution_sent.html", contribution=sent.contribution, results=results, kind=kind
                    )
                    body.status_code = HTTPStatus.OK if sent.again else HTTPStatus.CREATED
                    body.headers["Location"] = f"{request.script_root}/contributions/{sent.contribution.id}"
                    return private(body)
                verdict = sent.verdict
            else:
                verdict = contributions.check(content)
        except GcmGraphError as error:
            problem = problem_of(error)
            response = _page(site, form, problem.status, problem=problem)
            response.headers.update(problem.headers)
            return response
        if verdict is None:
            raise RuntimeError("neither stored nor reported")
        status = HTTPStatus.OK if verdict.conforms or not sending else HTTPStatus.UNPROCESSABLE_ENTITY
        results = form.distinct(request.form, page_results(verdict, language, site.addresses.base))
        return _page(site, form, status, verdict=verdict, results=results)

    return routes


def _page(site: Site, form: Form, status: int = HTTPStatus.OK, **values: object) -> Response:
    results = values.get("results")
    found = results if isinstance(results, list) else []
    given = request.form
    fields = form.fields(given, found)
    response = page_of(
        site,
        "contribution_form.html",
        form=form,
        fields=fields,
        lists=form.lists(fields),
        left=form.left(fields, found),
        key=given.get("key") or secrets.token_urlsafe(16),
        **{"results": [], **values},
    )
    response.status_code = status
    return private(response)
