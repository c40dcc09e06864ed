"""/suggest: suggestions for the text of a practice, or for the practices of a file. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext, lazy_gettext

from gcmgraph.contributions.service import Contributions
from gcmgraph.errors import GcmGraphError
from gcmgraph.publication.suggestions import (
    GROUPS,
    LONGEST,
    MOST,
    Suggester,
    SuggestionError,
    Suggestions,
    outcomes,
    practice_texts,
    suggestions_json,
)
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.shapes import Texts
from gcmgraph.spreadsheets.grids import SPREADSHEETS
from gcmgraph.web.contributions.listing import as_page, fields, page_of
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.http.problems import Problem, ProblemError, bad_request, problem_of
from gcmgraph.web.http.uploads import read_upload
from gcmgraph.web.services import PerVersion, Site

#: Headings of the groups.
HEADINGS: Mapping[str, Any] = {
    "objectives": lazy_gettext("Objectives"),
    "actions": lazy_gettext("Actions"),
    "targets": lazy_gettext("SDG targets"),
    "countries": lazy_gettext("Countries"),
    "organisations": lazy_gettext("Organisations"),
    "audiences": lazy_gettext("Audiences"),
}

#: Media types of bodies that have a text; others have a file.
_TEXTS = ("application/json", "text/plain", "application/x-www-form-urlencoded")

_TEXT = api.text(LONGEST, description="Title and summary of a practice in English, French or Spanish.")
_TEXTS_BY_LANGUAGE: api.Json = {"type": "object", "additionalProperties": api.text()}
_SUGGESTION = {
    "iri": api.text(format="iri"),
    "code": api.text(),
    "label": _TEXTS_BY_LANGUAGE,
    "score": {"type": "number", "minimum": 0},
    "words": api.many(api.text()),
}
_GROUPS = {group: api.many(api.record(_SUGGESTION, _SUGGESTION), most) for group, most in GROUPS.items()}
_OF_TEXT = {"title": _TEXTS_BY_LANGUAGE, "suggestions": api.record(_GROUPS, GROUPS)}
_SUGGESTIONS = api.record({"texts": api.many(api.record(_OF_TEXT, _OF_TEXT), MOST)}, ("texts",))
_ANSWER = api.answer("Suggestions for the text, or for each practice of a file.", {JSON.media_type: _SUGGESTIONS}, HTML)
_BODY = api.media(
    "text/plain",
    api.fields({"text": _TEXT}),
    {api.MULTIPART: api.record({"text": _TEXT, "file": {"description": "RDF or spreadsheet."}})},
    *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS)),
)


def suggesters(site: Site) -> PerVersion[Suggester]:
    """The suggester of each version."""
    return PerVersion(lambda snapshot: Suggester(snapshot.store, site.addresses))


def blueprint(site: Site, made: PerVersion[Suggester], service: Contributions | None) -> Blueprint:
    """/suggest. Files are read where the server takes contributions."""
    routes = Blueprint("suggest", __name__)

    @routes.get("/suggest")
    @api.operation("suggestion_form", api.FORM_PAGE)
    def form() -> Response:
        """Return the form for suggestions."""
        return cached(_page(site), Caching.REVALIDATED)

    @routes.post("/suggest")
    @api.operation("suggest_for_text", _ANSWER, (api.LANG,), (415, 422, 503), body=_BODY)
    def suggest() -> Response:
        """Suggest objectives, actions, targets, countries, organisations and audiences for practices.

        The suggestions of a group are in the order of their scores, which are comparable within the group only. Each
        has the words of the text that speak for it. Nothing is stored.
        """
        page = as_page()
        try:
            found = outcomes(made.of(site.dataset.snapshot()), _texts())
        except GcmGraphError as error:
            if not page:
                raise
            problem = problem_of(error)
            response = _page(site, problem=problem)
            response.status_code = problem.status
            response.headers.update(problem.headers)
            return cached(response, Caching.NEVER)
        return cached(_page(site, found=found) if page else jsonify(suggestions_json(found)), Caching.NEVER)

    def _texts() -> list[tuple[Texts, str]]:
        """The texts of a request with their titles. 400 without one."""
        sent = request.files.get("file") if request.mimetype == "multipart/form-data" else None
        if sent is None or not sent.filename:
            if request.mimetype == "text/plain":
                text = request.get_data(cache=False).decode("utf-8", "replace")
            elif request.mimetype in _TEXTS or request.mimetype == "multipart/form-data":
                text = fields().get("text", "")
            else:
                return _of_file()
            if not text.strip():
                detail = gettext("There is no text.")
                raise bad_request(detail, hint=gettext("Write or copy the title and a summary of the practice."))
            return [(Texts(), text)]
        return _of_file()

    def _of_file() -> list[tuple[Texts, str]]:
        """The texts of the practices of a file, which is read in the process that checks contributions."""
        if service is None:
            detail = gettext("This server reads no files.")
            raise ProblemError(Problem(HTTPStatus.NOT_IMPLEMENTED, detail))
        service.admit()
        verdict = service.check(read_upload(request).content)
        practices = practice_texts(verdict.quads(), site.addresses, site.dataset.snapshot().store)
        if not practices:
            raise bad_request(gettext("The file describes no practice."))
        return [(practice.titles, practice.text) for practice in practices]

    return routes


def named_groups(outcome: Suggestions | SuggestionError) -> list[tuple[str, list[Any]]] | None:
    """The groups that are not empty, with their headings; None where nothing could be suggested for a text."""
    if isinstance(outcome, SuggestionError):
        return None
    return [(str(HEADINGS[group]), ones) for group, ones in outcome.items() if ones]


def _page(site: Site, **values: object) -> Response:
    text = request.form.get("text", "") if request.method == "POST" else ""
    return page_of(site, "suggest.html", text=text[: LONGEST + 1], longest=LONGEST, groups=named_groups, **values)
