"""/suggest: suggestions for texts and for the practices of a file. Nothing that is sent is stored."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext

from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.submission_check import Request
from gcmgraph.publication import suggestions
from gcmgraph.publication.practice_texts import MAX_PRACTICES, TitledText, practice_texts
from gcmgraph.publication.suggestions import LONGEST, Suggester
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.media import SYNTAXES
from gcmgraph.spreadsheets.grids import SPREADSHEETS
from gcmgraph.web.contributions.responses import as_page, fields, page_of
from gcmgraph.web.contributions.sender import read_upload
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.problems import bad_request, refusal, show_on_form
from gcmgraph.web.i18n import NAMES
from gcmgraph.web.services import Site, Snapshot, per_version

#: Media types of bodies that have a text; others have a file.
_TEXTS = ("application/json", "text/plain", api.FORM, api.MULTIPART)

_TEXT = api.text(
    LONGEST, description="Title and summary of a practice in English, French or Spanish."
)
_TEXTS_BY_LANGUAGE: api.Json = {"type": "object", "additionalProperties": api.text()}
_SUGGESTION = {
    "iri": api.text(format="iri"),
    "code": api.text(),
    "label": _TEXTS_BY_LANGUAGE,
    "score": {"type": "number", "minimum": 0},
    "words": api.many(api.text()),
}
_GROUPS = {
    group: api.many(api.record(_SUGGESTION, _SUGGESTION), limit)
    for group, limit in suggestions.GROUPS.items()
}
_OF_TEXT = {"title": _TEXTS_BY_LANGUAGE, "suggestions": api.record(_GROUPS, suggestions.GROUPS)}
_SUGGESTIONS = api.record(
    {"texts": api.many(api.record(_OF_TEXT, _OF_TEXT), MAX_PRACTICES)}, ("texts",)
)
_SUGGESTED = api.answer(
    "Suggestions for the text, or for each practice of a file.",
    {JSON.media_type: _SUGGESTIONS},
    HTML,
)
_BODY = api.media(
    "text/plain",
    api.fields({"text": _TEXT}),
    {api.MULTIPART: api.record({"text": _TEXT, "file": {"description": "RDF or spreadsheet."}})},
    *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS)),
)


def suggestion_routes(site: Site, service: Contributions | None) -> Blueprint:
    """/suggest. Files are read where the server takes contributions."""
    routes = Blueprint("suggest", __name__)
    pages = SuggestionPages(site, service)
    routes.get("/suggest")(pages.form)
    routes.post("/suggest")(pages.suggest)
    return routes


class SuggestionPages:
    """Views of suggestions."""

    def __init__(self, site: Site, service: Contributions | None) -> None:
        self._site = site
        self._service = service

    @api.operation("suggestion_form", api.FORM_PAGE)
    def form(self) -> Response:
        """Return the form for suggestions."""
        return self._page()

    @api.operation("suggest_for_text", _SUGGESTED, (api.LANG,), (415, 422, 503), body=_BODY)
    def suggest(self) -> Response:
        """Suggest objectives, actions, targets, countries, organisations and audiences for practices.

        The suggestions of a group are in the order of their scores, which are comparable within the
        group only. Each has the words of the text that speak for it. Nothing is stored.
        """
        is_page = as_page()
        if is_page:
            show_on_form(self._page)
        outcomes = suggestions.outcomes(
            suggester(self._site.dataset.snapshot()), self._submitted_texts()
        )
        if is_page:
            return self._page(outcomes=outcomes)
        return cached(jsonify(suggestions.suggestions_json(outcomes)), Caching.NEVER)

    def _submitted_texts(self) -> list[TitledText]:
        """The texts of a request with their titles. 400 without one."""
        file = request.files.get("file") if request.mimetype == api.MULTIPART else None
        if request.mimetype not in _TEXTS or (file is not None and file.filename):
            return self._texts_of_file()
        if request.mimetype == "text/plain":
            text = request.get_data(cache=False).decode("utf-8", "replace")
        else:
            text = fields().get("text", "")
        if not text.strip():
            detail = gettext("There is no text.")
            hint = gettext("Write or copy the title and a summary of the practice.")
            raise bad_request(detail, hint=hint)
        return [TitledText(Texts(), text)]

    def _texts_of_file(self) -> list[TitledText]:
        """The texts of the practices of a file, which is read in the process that checks contributions."""
        if self._service is None:
            raise refusal(HTTPStatus.NOT_IMPLEMENTED, gettext("This server reads no files."))
        verdict = self._service.visitors.check(Request(read_upload()[0]))
        store = self._site.dataset.snapshot().store
        practices = practice_texts(verdict.quads(), self._site.addresses, store)
        if not practices:
            raise bad_request(gettext("The file describes no practice."))
        return practices

    def _page(self, **values: object) -> Response:
        is_posted = request.method == "POST"
        text = request.form.get("text", "")[: LONGEST + 1] if is_posted else ""
        page = page_of(
            self._site, "suggest.html", text=text, longest=LONGEST, groups=named_groups, **values
        )
        return cached(page, Caching.NEVER if is_posted else Caching.REVALIDATED)


@per_version
def suggester(snapshot: Snapshot) -> Suggester:
    """The program that suggests resources of a dataset version."""
    return Suggester(snapshot.store, snapshot.addresses)


def named_groups(
    outcome: suggestions.Suggestions | suggestions.SuggestionError,
) -> list[tuple[str, list[Any]]] | None:
    """The groups that are not empty, with their headings; None where nothing could be suggested for a text."""
    if isinstance(outcome, suggestions.SuggestionError):
        return None
    names = NAMES["suggestion"]
    return [(str(names[group]), resources) for group, resources in outcome.items() if resources]
