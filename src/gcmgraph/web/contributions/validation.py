"""/validate: validation without storage."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request

from gcmgraph.contributions.service import Contributions
from gcmgraph.errors import GcmGraphError
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.translations.languages import data_language
from gcmgraph.web.contributions.reports import page_results, wanted_report
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, content_type
from gcmgraph.web.http.problems import problem_of
from gcmgraph.web.http.uploads import read_upload
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.services import Site
from gcmgraph.web.templating.page import Page


def blueprint(site: Site, contributions: Contributions) -> Blueprint:
    """/validate."""
    routes = Blueprint("validate", __name__)

    @routes.get("/validate")
    def form() -> Response:
        """The form."""
        return _page(site)

    @routes.post("/validate")
    def validate() -> Response:
        """The report on the data, as a page or in a format of reports."""
        media_type, name = wanted_report(request)
        language = chosen_language(request)
        if name == "html":
            try:
                contributions.admit()
                verdict = contributions.check(read_upload(request).content)
            except GcmGraphError as error:
                problem = problem_of(error)
                response = _page(site, status=problem.status, problem=problem)
                response.headers.update(problem.headers)
                return response
            return _page(site, verdict=verdict, results=page_results(verdict, language, site.addresses.base))
        words = data_language(language)
        contributions.admit()
        verdict = contributions.check(read_upload(request).content, report=name, language=words)
        return report_response(verdict.written, media_type, words)

    return routes


def report_response(written: str, media_type: str, language: str, status: int = HTTPStatus.OK) -> Response:
    """A report in one of its formats."""
    response = Response(written, status=status, content_type=content_type(media_type))
    return cached(response, Caching.NEVER, language=language)


def _page(site: Site, status: int = HTTPStatus.OK, **values: object) -> Response:
    language = chosen_language(request)
    page = Page(site, site.dataset.snapshot(), language)
    text = request.form.get("text", "") if request.method == "POST" else ""
    body = render_template("validate.html", page=page, syntaxes=SYNTAXES, text=text, **values)
    response = Response(body, status=status, content_type=HTML.content_type)
    return cached(response, Caching.NEVER if request.method == "POST" else Caching.REVALIDATED)
