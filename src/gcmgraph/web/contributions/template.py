"""/contributions/template.xlsx and .csv: the template, from the shapes and lists of a dataset version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from flask import Blueprint, Response, request
from flask_babel import gettext

from gcmgraph.kinds import DESCRIBED
from gcmgraph.model.terms import IRI
from gcmgraph.spreadsheets.cells import Lists
from gcmgraph.spreadsheets.columns import Sheet, SheetBook
from gcmgraph.spreadsheets.grids import CSV, SPREADSHEETS, XLSX, SpreadsheetSyntax
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import PerVersion, Site, Snapshot

_ANSWER = api.answer("Template file.", *(syntax.media_type for syntax in SPREADSHEETS))
_PARAMETERS = (
    api.suffix_of((syntax.suffix for syntax in SPREADSHEETS), "csv"),
    api.Parameter(
        "language", "Language of headers and explanations. Default: language of the request.", api.one_of(LANGUAGES)
    ),
    api.Parameter(
        "class",
        "Class that the CSV template describes; ignored for a workbook.",
        api.one_of((*DESCRIBED, "event", "corridor"), DESCRIBED[0]),
    ),
    api.LANG,
)


@dataclass(frozen=True)
class TemplateContents:
    """Sheets of the template, from the published shapes, and lists of permitted values."""

    sheets: tuple[Sheet, ...]
    lists: Lists


def template_contents(site: Site) -> PerVersion[TemplateContents]:
    """Contents of the template by dataset version."""

    def read(snapshot: Snapshot) -> TemplateContents:
        shapes = snapshot.store.quads(graph=IRI(site.addresses.graph("shapes")))
        return TemplateContents(SheetBook(shapes, site.addresses).sheets(), Lists(snapshot.store, site.addresses))

    return PerVersion(read)


def blueprint(site: Site, contents: PerVersion[TemplateContents]) -> Blueprint:
    """/contributions/template.{suffix}."""
    routes = Blueprint("contribution_template", __name__)

    @lru_cache(maxsize=8)
    def made(version: str, syntax: SpreadsheetSyntax, kind: str, language: str) -> bytes:
        now = contents.of(site.dataset.snapshot())
        if syntax is XLSX:
            return template_xlsx(now.sheets, now.lists, language)
        return template_csv(next(sheet for sheet in now.sheets if sheet.kind == kind), language)

    @routes.get("/contributions/template.<suffix>")
    @api.operation("template", _ANSWER, _PARAMETERS)
    def template(suffix: str) -> Response:
        """Return the spreadsheet template, generated from the shapes and lists of the current version."""
        syntax = next((one for one in SPREADSHEETS if one.suffix == suffix), None)
        if syntax is None:
            raise not_found(request.path)
        snapshot = site.dataset.snapshot()
        kinds = [sheet.kind for sheet in contents.of(snapshot).sheets]
        kind = _chosen("class", kinds) if syntax is CSV and "class" in request.args else kinds[0]
        spoken = chosen_language(request)
        language = _chosen("language", list(LANGUAGES)) if "language" in request.args else spoken
        data = made(snapshot.version, syntax, kind, language)
        response = Response(data, content_type=content_type(syntax.media_type))
        name = f"gcmgraph-{kind if syntax is CSV else 'template'}-{language}.{syntax.suffix}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        tag = sha256(data).hexdigest()[:32]
        return cached(response, Caching.REVALIDATED, vary="Accept-Language", tag=tag, language=language)

    return routes


def _chosen(name: str, offered: list[str] | tuple[str, ...]) -> str:
    """The value of a parameter. 400 for an unknown value."""
    value = request.args[name]
    if value in offered:
        return value
    detail = gettext("'%(value)s' is no value of '%(name)s'.", value=value[:60], name=name)
    hint = gettext("Values: %(values)s.", values=", ".join(offered))
    raise bad_request(detail, hint=hint)
