"""/validate, /contributions and its template: data checked without storage, or submitted.

A request has its data as its body, in files of a form, or as a text in it.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import lru_cache, partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from gcmgraph.contributions.content import MAX_BYTES, ZIP, Content, format_of
from gcmgraph.contributions.contribution import Agent, State
from gcmgraph.contributions.service import Contributions, Envelope, Sent
from gcmgraph.contributions.submission_check import Checker, Request
from gcmgraph.contributions.texts import TITLE
from gcmgraph.contributions.zip_files import packed
from gcmgraph.model.kinds import DESCRIBED
from gcmgraph.platform.errors import StoreError, faults_of_files
from gcmgraph.rdf.media import SYNTAXES, TURTLE, syntax_for_media_type
from gcmgraph.rdf.terms import IRI
from gcmgraph.spreadsheets.columns import Sheet, SheetBook
from gcmgraph.spreadsheets.grids import CSV, SPREADSHEETS, XLSX, SpreadsheetSyntax
from gcmgraph.spreadsheets.lists import PublishedLists
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.translations import LANGUAGES, data_language
from gcmgraph.validation.report import LISTED
from gcmgraph.validation.rules import RuleSet
from gcmgraph.web.contributions import json_documents, responses
from gcmgraph.web.contributions.responses import ContributionServices, as_page, page_of, private
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import agent_of, refuse_foreign, require_agent
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, Format, content_type
from gcmgraph.web.http.parameters import require_permitted, require_utf8
from gcmgraph.web.http.problems import bad_request, not_found, refusal, show_on_form
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site, Snapshot, per_version

#: Value of the parameter `findings` for a report with all findings, not only the first ones.
ALL = "all"

#: Bytes of a report that are read at once.
_PIECE = 64 * 1024

_SYNTAXES_BY_SUFFIX = {syntax.suffix: syntax for syntax in SYNTAXES}
_SPREADSHEETS_BY_SUFFIX = {syntax.suffix: syntax for syntax in SPREADSHEETS}

_UPLOADED = (
    f"RDF, a spreadsheet based on the template, or a ZIP file of them; at most {MAX_BYTES:,} B."
)
_FILE: api.Json = {
    "description": "File; its suffix determines the format. Repeated for several files."
}
_TEXT = {
    "text": api.text(description="Data as text."),
    "syntax": api.one_of(_SYNTAXES_BY_SUFFIX, SYNTAXES[0].suffix),
}


_NAME = api.Parameter("name", "File name, used for locations in the report.")
_RULE_SET = api.one_of(RuleSet, RuleSet.CONTRIBUTION)
_FINDINGS = (
    f"All findings instead of the first {LISTED:,} with counts of all by kind; not for a page."
)
_CHECK_PARAMETERS = (
    api.format_of((*responses.REPORTS, XLSX.suffix)),
    api.Parameter("findings", _FINDINGS, api.one_of((ALL,))),
    _NAME,
    api.Parameter(
        "as",
        "Rules to check against: those of a submission, of a dataset, or the shapes alone.",
        _RULE_SET,
    ),
    api.LANG,
)
_REPORTED = "Validation report, for conforming and non-conforming data; or the workbook, marked."
_CHECKED = api.answer(_REPORTED, responses.REPORT, XLSX.media_type)

_REPLACED = """\
Identifier of a contribution of the same sender that this one replaces: one without a final \
decision at once, an accepted one by its acceptance."""

#: Metadata of a contribution: query parameters, or fields of a form.
_ENVELOPE = {
    "title": api.text(TITLE, description="Title for the curators, required; one line."),
    "language": api.text(
        description="Language tag of the title. Default: language of the request."
    ),
    "supersedes": api.text(description=_REPLACED),
    "email": api.text(
        description="E-mail address for notices of decisions, where the server sends them."
    ),
    "key": api.text(description="Same as the header Idempotency-Key."),
}
_KEY = "Key chosen by the client: repeated requests with the same key store one contribution."
_PARAMETERS = (
    *(api.Parameter(name, schema["description"], schema) for name, schema in _ENVELOPE.items()),
    _NAME,
    api.Parameter("Idempotency-Key", _KEY, api.text(), where="header"),
    api.format_of(responses.REPORTS),
    api.LANG,
)

#: Field of a form for a token.
TOKEN = {
    "token": api.text(description="Access token, for clients that send no Authorization header.")
}

_EARLIER = "Contribution stored by an earlier request with the same key."
_ANSWERS = {
    200: api.answer(_EARLIER, json_documents.ContributionJson, HTML, headers=("Location",)),
    201: api.answer(
        "Stored contribution, to be reviewed by a curator.", json_documents.StoredContribution, HTML
    ),
    422: api.answer(
        "Validation report of data that do not conform; nothing was stored.", responses.REFUSED
    ),
}
_LIST = api.answer(
    "Page of the list, newest first.", json_documents.ContributionsJson, HTML, headers=api.PAGED
)
_STATE = api.Parameter(
    "state", "State of the contributions to list. Default: every state.", api.one_of(State)
)

_TEMPLATE = api.answer("Template file.", *(syntax.media_type for syntax in SPREADSHEETS))
_HEADERS = "Language of headers and explanations. Default: language of the request."
_CLASSES = api.one_of((*DESCRIBED, "event", "corridor"), DESCRIBED[0])
_TEMPLATE_PARAMETERS = (
    api.suffix_of(_SPREADSHEETS_BY_SUFFIX, "csv"),
    api.Parameter("language", _HEADERS, api.one_of(LANGUAGES)),
    api.Parameter(
        "class", "Class that the CSV template describes; ignored for a workbook.", _CLASSES
    ),
    api.LANG,
)


def _upload(fields: dict[str, api.Json]) -> dict[str, Any]:
    """Body with data: the data, or a form with a file or a text, and other `fields`."""
    forms = {
        api.MULTIPART: api.record({"file": _FILE, **_TEXT, **fields}),
        api.FORM: api.record({**_TEXT, **fields}),
    }
    kinds = (syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS, ZIP))
    return {"body": api.media(*kinds, forms), "body_description": _UPLOADED}


@per_version
def template_contents(snapshot: Snapshot) -> tuple[tuple[Sheet, ...], PublishedLists]:
    """Sheets of the template, from the published shapes, and lists of permitted values."""
    quads = snapshot.store.quads(graph=IRI(snapshot.addresses.graph("shapes")))
    sheets = SheetBook(quads, snapshot.addresses).sheets()
    return sheets, PublishedLists(snapshot.store, snapshot.addresses)


def check_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/validate."""
    site = services.site
    visitors = services.service.visitors

    @routes.get("/validate")
    @api.operation("validate_form", api.FORM_PAGE)
    def form() -> Response:
        """Return the validation form."""
        return _check_page(site)

    @routes.post("/validate")
    @api.operation(
        "validate", _CHECKED, _CHECK_PARAMETERS, (415, 422), **_upload({"as": _RULE_SET})
    )
    def validate() -> Response:
        """Validate data without storing them."""
        is_workbook = request.args.get("format") == XLSX.suffix
        form = HTML if is_workbook else responses.report_format()
        is_page = _is_page(form)
        if is_page and (not is_workbook or "html" in request.headers.get("Accept", "")):
            show_on_form(partial(_check_page, site))
        content, _ = read_upload()
        language = data_language(chosen_language(request))
        check = Request(content, language=language, rule_set=_rule_set())
        if is_workbook or (is_page and request.form.get("format") == XLSX.suffix):
            return _marked_workbook(visitors, check, content.name)
        if is_page:
            return _check_page(site, verdict=visitors.check(check))
        return _report(visitors, check, form)


def submission_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions."""
    site = services.site

    @routes.get("/contributions")
    @api.operation("contributions", _LIST, (_STATE, api.PAGE_NUMBER, api.LANG), (404,), token=False)
    def contributed() -> Response:
        """List contributions: published ones; with a token also those of its holder; for curators all."""
        is_page = as_page()
        agent = agent_of(request, services.tokens)
        state = request.args.get("state")
        listing = services.listing(agent, state if state in set(State) else None)
        if is_page:
            template = "contributions.html"
            response = page_of(site, template, listing=listing, agent=agent, syntaxes=SYNTAXES)
        else:
            response = jsonify(responses.listing_json(listing, agent))
        return responses.paged(response, listing)

    @routes.post("/contributions")
    @api.operation(
        "contribute",
        _ANSWERS,
        _PARAMETERS,
        (404, 409, 411, 415, 503),
        token=True,
        **_upload({**_ENVELOPE, **TOKEN}),
    )
    def submit() -> Response:
        """Submit data for review.

        The title is required. In a form body the parameters may be fields of the form.
        """
        refuse_foreign(request)
        form = responses.report_format()
        if _is_page(form):
            show_on_form(partial(_form_again, site))
        agent = require_agent(request, services.tokens)
        sent = _submitted(services.service, agent, form)
        if sent.contribution is None:
            return _refused(site, sent, form)
        if _is_page(form):
            return stored(services, sent)
        warnings = sent.verdict.results if sent.verdict else []  # what conforms has no violations
        contribution = responses.contribution_json(sent.contribution, agent)
        return at_its_address(jsonify({**contribution, "warnings": warnings}), sent)


def template_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/template.{suffix}."""
    site = services.site

    @lru_cache(maxsize=8)
    def template_file(version: str, syntax: SpreadsheetSyntax, kind: str, language: str) -> bytes:
        sheets, lists = template_contents(site.dataset.snapshot())
        if syntax is XLSX:
            return template_xlsx(sheets, lists, language)
        return template_csv(next(sheet for sheet in sheets if sheet.kind == kind), language)

    @routes.get("/contributions/template.<suffix>")
    @api.operation("template", _TEMPLATE, _TEMPLATE_PARAMETERS)
    def template(suffix: str) -> Response:
        """Return the spreadsheet template, generated from the shapes and lists of the current version."""
        syntax = _SPREADSHEETS_BY_SUFFIX.get(suffix)
        if syntax is None:
            raise not_found(request.path)
        snapshot = site.dataset.snapshot()
        sheets, _ = template_contents(snapshot)
        kinds = [sheet.kind for sheet in sheets]
        kind = kinds[0]
        subject = "template"
        if syntax is CSV:
            subject = kind = require_permitted("class", request.args.get("class", kind), kinds)
        language = request.args.get("language", chosen_language(request))
        require_permitted("language", language, LANGUAGES)
        data = template_file(snapshot.version, syntax, kind, language)
        response = Response(data, content_type=content_type(syntax.media_type))
        name = f"gcmgraph-{subject}-{language}.{syntax.suffix}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        tag = sha256(data).hexdigest()[:32]
        return cached(
            response, Caching.REVALIDATED, vary="Accept-Language", tag=tag, language=language
        )


def stored(services: ContributionServices, sent: Sent, **values: object) -> Response:
    """The page of a stored contribution: its report, and a link to its state that works once."""
    contribution = sent.contribution
    if contribution is not None:
        code = services.links.create(contribution.submission.sender, contribution.id)
        values["status"] = f"/contributions/status/{code}"
        values["unconfirmed"] = services.is_unconfirmed(contribution)
    page = page_of(
        services.site,
        "contribution_sent.html",
        **values,
        contribution=contribution,
        verdict=sent.verdict,
        replaced=sent.replaced,
    )
    return at_its_address(page, sent)


def at_its_address(response: Response, sent: Sent) -> Response:
    """The response to a stored submission: 201, or 200 where an earlier request stored it."""
    response.status_code = HTTPStatus.OK if sent.again else HTTPStatus.CREATED
    if sent.contribution is not None:
        response.headers["Location"] = f"{request.script_root}/contributions/{sent.contribution.id}"
    return private(response)


def read_upload() -> tuple[Content, dict[str, str]]:
    """The content of a request and its other fields.

    400 for an empty one or parameters that are not UTF-8, 415 for a body in a coding.
    """
    require_utf8(request)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity":
        detail = gettext("A body in the coding '%(coding)s' is not taken.", coding=coding[:40])
        hint = gettext("Send it as it is, without Content-Encoding.")
        raise refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, hint=hint)
    if request.mimetype in {api.MULTIPART, api.FORM}:
        return _content_of_form(), {**request.args, **request.form}
    data = request.get_data(cache=False)
    if not data:
        raise _nothing_sent()
    syntax = format_of(Content(b"", "", request.mimetype))
    name = request.args.get("name") or f"contribution.{syntax.suffix if syntax else 'bin'}"
    return Content(data, name, request.mimetype), dict(request.args)


def _content_of_form() -> Content:
    files = [file for file in request.files.getlist("file") if file.filename]
    if files:
        return packed([_content_of_file(file) for file in files])
    text = request.form.get("text", "")
    if not text.strip():
        raise _nothing_sent()
    syntax = _SYNTAXES_BY_SUFFIX.get(request.form.get("syntax", ""), TURTLE)
    # a form sends line ends as CR LF (https://html.spec.whatwg.org/#constructing-the-form-data-set)
    return Content(text.replace("\r\n", "\n").encode(), f"text.{syntax.suffix}", syntax.media_type)


def _content_of_file(file: FileStorage) -> Content:
    media_type = file.mimetype if syntax_for_media_type(file.mimetype) else ""  # browsers guess
    return Content(file.read(), file.filename or "", media_type)


def _nothing_sent() -> Exception:
    detail = gettext("Nothing was sent.")
    hint = gettext("Choose a file, write a text, or send the data as the body of the request.")
    return bad_request(detail, hint=hint)


def _submitted(contributions: Contributions, agent: Agent, form: Format) -> Sent:
    """The outcome of submitting the content of a request."""
    content, fields = read_upload()
    language = chosen_language(request)
    envelope = Envelope(
        fields.get("title", ""),
        fields.get("language") or language,
        request.headers.get("Idempotency-Key") or fields.get("key") or None,
        fields.get("supersedes") or None,
        fields.get("email"),
    )
    report = "json" if _is_page(form) else form.suffix
    return contributions.submit(
        content, envelope, agent, report=report, language=data_language(language)
    )


def _refused(site: Site, sent: Sent, form: Format) -> Response:
    """422 with the report on data that do not conform."""
    verdict = sent.verdict
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if verdict is None:
        raise RuntimeError("neither stored nor reported")
    if _is_page(form):
        page = _form_again(site, verdict=verdict)
        page.status_code = status
        return page
    if form.suffix != "json":
        response = Response(verdict.written, status=status, content_type=form.content_type)
        response.headers["Content-Language"] = data_language(chosen_language(request))
        return private(response)
    detail = gettext("The contribution does not conform; nothing was stored.")
    raise refusal(status, detail, report=verdict.document)


def _form_again(site: Site, **values: object) -> Response:
    """The form with its problems, and all that was written into it but for the token."""
    return private(page_of(site, "contributions.html", agent=None, syntaxes=SYNTAXES, **values))


def _is_page(form: Format) -> bool:
    """Whether a report is shown on a page."""
    return form.suffix == HTML.suffix


def _rule_set() -> RuleSet:
    """The rules that `as` names. 400 for unknown ones."""
    return RuleSet(
        require_permitted("as", request.values.get("as") or RuleSet.CONTRIBUTION, RuleSet)
    )


def _check_page(site: Site, **values: object) -> Response:
    posted = request.method == "POST"
    text = request.form.get("text", "") if posted else ""
    response = page_of(site, "validate.html", syntaxes=SYNTAXES, text=text, **values)
    return cached(response, Caching.NEVER if posted else Caching.REVALIDATED)


def _report(visitors: Checker, check: Request, form: Format) -> Response:
    """The report in a format.

    With `findings=all` it is read in pieces from a file that the process of the check writes.
    """
    check = replace(check, format=form.suffix)
    if request.args.get("findings") != ALL:
        response = Response(visitors.check(check).written, content_type=form.content_type)
        return cached(response, Caching.NEVER, language=check.language)
    with faults_of_files(StoreError, "The report cannot be written"):
        # closed with the response
        file = tempfile.NamedTemporaryFile(prefix="gcmgraph-report-")  # noqa: SIM115
    try:
        visitors.check(replace(check, whole=file.name))
    except BaseException:
        file.close()
        raise
    response = Response(iter(partial(file.read, _PIECE), b""), content_type=form.content_type)
    response.call_on_close(file.close)
    return cached(response, Caching.NEVER, language=check.language)


def _marked_workbook(visitors: Checker, check: Request, name: str) -> Response:
    """The workbook of a name with its findings, as a file."""
    workbook = visitors.check(replace(check, mark=True)).marked
    response = Response(workbook, content_type=content_type(XLSX.media_type))
    file_name = f"{PurePath(name).stem}-checked.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return cached(response, Caching.NEVER, language=check.language)
