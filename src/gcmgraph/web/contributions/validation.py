"""/validate: validation without storage."""

from __future__ import annotations

import tempfile
from functools import partial
from http import HTTPStatus
from pathlib import Path, PurePath

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from gcmgraph.contributions.service import Contributions
from gcmgraph.errors import GcmGraphError, StoreError
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.spreadsheets.grids import XLSX
from gcmgraph.translations import data_language
from gcmgraph.validation.report import LISTED
from gcmgraph.validation.rules import Basis
from gcmgraph.web.contributions.reports import MEDIA_TYPES, REPORT, ReportFormat, page_report, wanted_report
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, content_type
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.http.problems import bad_request, problem_of
from gcmgraph.web.http.uploads import UPLOADED, read_upload, upload_body
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: Value of the parameter `findings` for a report with all findings, not only the first ones.
ALL = "all"

#: Bytes of a report that are read at once.
_PIECE = 64 * 1024

#: Name of the data of a body.
NAME = api.Parameter("name", "File name, used for locations in the report.")

_BASIS = api.one_of(Basis, Basis.CONTRIBUTION)
_PARAMETERS = (
    api.format_of((*MEDIA_TYPES, XLSX.suffix)),
    api.Parameter(
        "findings",
        f"All findings instead of the first {LISTED:,} with counts of all by kind; not for a page.",
        api.one_of((ALL,)),
    ),
    NAME,
    api.Parameter("as", "Rules to check against: those of a submission, of a dataset, or the shapes alone.", _BASIS),
    api.LANG,
)
_ANSWER = api.answer(
    "Validation report, for conforming and non-conforming data; or the workbook, marked.", REPORT, XLSX.media_type
)


def blueprint(site: Site, contributions: Contributions) -> Blueprint:
    """/validate."""
    routes = Blueprint("validate", __name__)

    @routes.get("/validate")
    @api.operation("validate_form", api.FORM_PAGE)
    def form() -> Response:
        """Return the validation form."""
        return _page(site)

    @routes.post("/validate")
    @api.operation(
        "validate", _ANSWER, _PARAMETERS, (415, 422), body=upload_body({"as": _BASIS}), body_description=UPLOADED
    )
    def validate() -> Response:
        """Validate data without storing them."""
        language = chosen_language(request)
        if request.args.get("format") == XLSX.suffix:
            return _marked(site, contributions)
        media_type, name = wanted_report(request)
        if name == "html":
            try:
                contributions.admit()
                if request.form.get("format") == XLSX.suffix:
                    return _marked(site, contributions)
                verdict = contributions.check(read_upload(request).content, basis=_basis())
            except GcmGraphError as error:
                problem = problem_of(error)
                response = _page(site, status=problem.status, problem=problem)
                response.headers.update(problem.headers)
                return response
            return _page(site, verdict=verdict, **page_report(verdict, language, site.addresses.base))
        words = data_language(language)
        contributions.admit()
        if request.args.get("findings") == ALL:
            return _whole(contributions, ReportFormat(name, media_type), words)
        verdict = contributions.check(read_upload(request).content, report=name, language=words, basis=_basis())
        return report_response(verdict.written, media_type, words)

    return routes


def _whole(contributions: Contributions, form: ReportFormat, language: str) -> Response:
    """The report with all findings, which the process that checks writes to a temporary file."""
    content = read_upload(request).content
    try:
        file = tempfile.NamedTemporaryFile(prefix="gcmgraph-report-")  # noqa: SIM115 - closed with the response
    except OSError as error:
        raise StoreError(f"The report cannot be written: {error.strerror}.") from error
    try:
        contributions.check(content, report=form.name, language=language, basis=_basis(), whole=Path(file.name))
    except BaseException:
        file.close()
        raise
    response = Response(iter(partial(file.read, _PIECE), b""), content_type=content_type(form.media_type))
    response.call_on_close(file.close)
    return cached(response, Caching.NEVER, language=language)


def _marked(site: Site, contributions: Contributions) -> Response:
    """The workbook with its findings, as a file; an error as a page for a browser."""
    language = data_language(chosen_language(request))
    try:
        contributions.admit()
        content = read_upload(request).content
        verdict = contributions.check(content, language=language, basis=_basis(), mark=True)
    except GcmGraphError as error:
        if "html" not in request.headers.get("Accept", ""):
            raise
        problem = problem_of(error)
        page = _page(site, status=problem.status, problem=problem)
        page.headers.update(problem.headers)
        return page
    response = Response(verdict.marked, content_type=content_type(XLSX.media_type))
    response.headers.set("Content-Disposition", "attachment", filename=f"{PurePath(content.name).stem}-checked.xlsx")
    return cached(response, Caching.NEVER, language=language)


def _basis() -> Basis:
    """The rules that `as` names. 400 for unknown ones."""
    value = request.values.get("as") or Basis.CONTRIBUTION
    if value in set(Basis):
        return Basis(value)
    detail = gettext("'%(value)s' is no value of '%(name)s'.", value=value[:60], name="as")
    raise bad_request(detail, hint=gettext("Values: %(values)s.", values=", ".join(Basis)))


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
