"""/contributions/form/{kind}: a form for a practice, an organisation, an evaluation or a pledge."""

from __future__ import annotations

import secrets
from functools import partial
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.submission_check import Request
from gcmgraph.model.kinds import DESCRIBED
from gcmgraph.web.contributions.form import Form
from gcmgraph.web.contributions.responses import ContributionServices, page_of, private
from gcmgraph.web.contributions.sender import TOKEN, stored, template_contents
from gcmgraph.web.contributions.suggest import named_groups, suggester
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import refuse_foreign, require_agent
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import bad_request, not_found, show_on_form
from gcmgraph.web.i18n import chosen_language

_PARAMETERS = (
    api.Parameter("kind", "Class of the resource.", api.one_of(DESCRIBED), DESCRIBED[0]),
    api.LANG,
)
_FIELDS = {"do": api.one_of(("check", "suggest", "send"), "check"), "key": api.text(), **TOKEN}
_BODY = api.media({api.FORM: api.record(_FIELDS, additionalProperties=api.text())})
_ANSWERS = {
    200: api.answer(
        "Form with the findings, or with the contribution stored by an earlier request.", HTML
    ),
    201: api.answer("Page of the stored contribution, to be reviewed by a curator.", HTML),
}


def form_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/form/{kind}."""
    pages = FormPages(services)
    routes.get("/contributions/form/<kind>")(pages.empty)
    routes.post("/contributions/form/<kind>")(pages.filled)


class FormPages:
    """Views of the form."""

    def __init__(self, services: ContributionServices) -> None:
        self._services = services
        self._site = services.site

    @api.operation("form", api.FORM_PAGE, _PARAMETERS, cached=False)
    def empty(self, kind: str) -> Response:
        """Return the form that describes a resource of a class."""
        return self._page(self._form(kind))

    @api.operation(
        "fill_form", _ANSWERS, _PARAMETERS, (403, 409, 422, 503), body=_BODY, token=False
    )
    def filled(self, kind: str) -> Response:
        """Validate or submit a completed form.

        With `do=send` its values are submitted for review; errors are displayed at their fields.
        With `do=suggest` they are not validated, and what their texts suggest is displayed.
        """
        form = self._form(kind)
        action = request.form.get("do")
        if action == "send":
            refuse_foreign(request)
        show_on_form(partial(self._page, form))
        if action == "suggest":
            suggestions = suggester(self._site.dataset.snapshot()).suggest(form.text())
            return self._page(form, suggested=named_groups(suggestions))
        content = form.content()
        if content is None:
            raise bad_request(gettext("Nothing was filled in."))
        if action != "send":
            return self._page(form, verdict=self._services.service.visitors.check(Request(content)))
        agent = require_agent(request, self._services.tokens)
        title, language = form.title()
        envelope = Envelope(
            title or kind,
            language,
            request.form.get("key") or None,
            email=request.form.get("email"),
        )
        sent = self._services.service.submit(
            content, envelope, agent, language=chosen_language(request)
        )
        if sent.contribution is not None:
            return stored(self._services, sent, kind=kind)
        page = self._page(form, verdict=sent.verdict)
        page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return page

    def _form(self, kind: str) -> Form:
        """The form for a kind with the values of the request. 404 for an unknown kind."""
        if kind not in DESCRIBED:
            raise not_found(request.path)
        sheets, lists = template_contents(self._site.dataset.snapshot())
        sheet = next(sheet for sheet in sheets if sheet.kind == kind)
        language = chosen_language(request)
        addresses = self._site.addresses
        return Form(sheet.in_language(language), lists, addresses, language, request.form)

    def _page(self, form: Form, **values: Any) -> Response:
        """The form with its values; of a `verdict` the results at their fields."""
        verdict = values.get("verdict")
        results = form.results(verdict.results) if verdict else []
        fields = form.fields(results)
        first_fields = [field for field in fields if field.position is not None]
        other_fields = [field for field in fields if field.position is None]
        page = page_of(
            self._site,
            "contribution_form.html",
            form=form,
            key=request.form.get("key") or secrets.token_urlsafe(16),
            fields=fields,
            first_fields=sorted(first_fields, key=attrgetter("position")),
            groups=[
                (name, list(group)) for name, group in groupby(other_fields, attrgetter("group"))
            ],
            lists=form.lists(fields),
            results=[result.result for result in results],
            left=[result.result for result in results if not result.field],
            **values,
        )
        return private(page)
