"""/contributions/template.xlsx and .csv: what contributors fill in, from the shapes and lists of this version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext

from gcmgraph.model.terms import IRI
from gcmgraph.spreadsheets.columns import Sheet, SheetBook
from gcmgraph.spreadsheets.lists import Lists
from gcmgraph.spreadsheets.media import CSV, SPREADSHEETS, XLSX, SpreadsheetSyntax
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.translations.languages import DATA_LANGUAGES, data_language
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.problems import Problem, ProblemError, not_found
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot


@dataclass(frozen=True)
class Asked:
    """What contributors are asked for."""

    #: the sheets that follow from the published shapes
    sheets: tuple[Sheet, ...]
    lists: Lists


def asked_for(site: Site) -> PerVersion[Asked]:
    """What each version asks contributors for."""

    def read(snapshot: Snapshot) -> Asked:
        shapes = snapshot.store.quads(graph=IRI(site.addresses.graph("shapes")))
        return Asked(SheetBook(shapes, site.addresses).sheets(), Lists(snapshot.store, site.addresses))

    return PerVersion(read)


def blueprint(site: Site, asked: PerVersion[Asked]) -> Blueprint:
    """/contributions/template.{suffix}."""
    routes = Blueprint("contribution_template", __name__)

    @lru_cache(maxsize=8)
    def made(version: str, syntax: SpreadsheetSyntax, kind: str, language: str) -> bytes:
        now = asked.of(site.dataset.snapshot())
        if syntax is XLSX:
            return template_xlsx(now.sheets, now.lists, language)
        return template_csv(next(sheet for sheet in now.sheets if sheet.kind == kind), language)

    @routes.get("/contributions/template.<suffix>")
    def template(suffix: str) -> Response:
        """The template in a `language` (en, fr); as CSV, the headers of one `class`."""
        syntax = next((one for one in SPREADSHEETS if one.suffix == suffix), None)
        if syntax is None:
            raise not_found(request.path)
        snapshot = site.dataset.snapshot()
        kinds = [sheet.kind for sheet in asked.of(snapshot).sheets]
        kind = _chosen("class", kinds) if syntax is CSV and "class" in request.args else kinds[0]
        spoken = chosen_language(request)
        language = _chosen("language", DATA_LANGUAGES) if "language" in request.args else data_language(spoken)
        data = made(snapshot.version, syntax, kind, language)
        response = Response(data, content_type=content_type(syntax.media_type))
        name = f"gcmgraph-{kind if syntax is CSV else 'template'}-{language}.{syntax.suffix}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        tag = sha256(data).hexdigest()[:32]
        return cached(response, Caching.REVALIDATED, vary="Accept-Language", tag=tag, language=language)

    return routes


def _chosen(name: str, offered: list[str] | tuple[str, ...]) -> str:
    """The value of a parameter. 400 for one that is not offered."""
    value = request.args[name]
    if value in offered:
        return value
    detail = gettext("'%(value)s' is no value of '%(name)s'.", value=value[:60], name=name)
    hint = gettext("Values: %(values)s.", values=", ".join(offered))
    raise ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, {"hint": hint}))
