"""/contributions/form/{kind}, a form for a practice or an organisation, and /suggest, suggestions for texts.

The values of a form are read as a row of the template, with the rules for spreadsheets. Its fields
are the columns of a sheet, which are derived from the shapes. Nothing that is sent to /suggest is
stored.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from gcmgraph.contributions.content import Content
from gcmgraph.contributions.service import Contributions, Envelope
from gcmgraph.contributions.submission_check import Request
from gcmgraph.model.kinds import DESCRIBED
from gcmgraph.publication import suggestions
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.suggestions import LONGEST, Suggester
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.media import SYNTAXES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn, filling
from gcmgraph.spreadsheets.grids import CSV, SPREADSHEETS
from gcmgraph.spreadsheets.headers import ID, curie_header
from gcmgraph.spreadsheets.lists import ListEntry, PublishedLists
from gcmgraph.spreadsheets.texts import TEXTS
from gcmgraph.web.contributions.responses import (
    ContributionServices,
    as_page,
    fields,
    page_of,
    private,
)
from gcmgraph.web.contributions.sender import TOKEN, read_upload, stored, template_contents
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import refuse_foreign, require_agent
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.problems import bad_request, not_found, refusal, show_on_form
from gcmgraph.web.i18n import NAMES, chosen_language
from gcmgraph.web.services import Site, Snapshot, per_version

#: Maximum length of a menu; a longer list is a list of suggestions.
_MAX_MENU = 40
#: Number of empty inputs for further values; maximum number of inputs of a field.
_BLANKS, _MAX_INPUTS = 2, 50

_PARAMETERS = (
    api.Parameter("kind", "Class of the resource.", api.one_of(DESCRIBED), DESCRIBED[0]),
    api.LANG,
)
_FIELDS = {"do": api.one_of(("check", "suggest", "send"), "check"), "key": api.text(), **TOKEN}
_FORM_BODY = api.media({api.FORM: api.record(_FIELDS, additionalProperties=api.text())})
_FORM_ANSWERS = {
    200: api.answer(
        "Form with the findings, or with the contribution stored by an earlier request.", HTML
    ),
    201: api.answer("Page of the stored contribution, to be reviewed by a curator.", HTML),
}

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
    group: api.many(api.record(_SUGGESTION, _SUGGESTION), most)
    for group, most in suggestions.GROUPS.items()
}
_OF_TEXT = {"title": _TEXTS_BY_LANGUAGE, "suggestions": api.record(_GROUPS, suggestions.GROUPS)}
_SUGGESTIONS = api.record(
    {"texts": api.many(api.record(_OF_TEXT, _OF_TEXT), suggestions.MOST)}, ("texts",)
)
_FOUND = "Suggestions for the text, or for each practice of a file."
_SUGGESTED = api.answer(_FOUND, {JSON.media_type: _SUGGESTIONS}, HTML)
_SUGGEST_BODY = api.media(
    "text/plain",
    api.fields({"text": _TEXT}),
    {api.MULTIPART: api.record({"text": _TEXT, "file": {"description": "RDF or spreadsheet."}})},
    *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS)),
)

#: Results of validation for a page, each with the name of its field, which is empty for none.
FieldResults = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class FormField:
    """The field of a property, in a language."""

    name: str
    label: str
    hint: str
    kind: CellKind
    need: ColumnNeed = ColumnNeed.OPTIONAL
    language: str | None = None
    #: name of its group
    group: str = ""
    #: values of its inputs, the last ones empty where more may be added
    values: tuple[str, ...] = ("",)
    #: a menu: value and text of each choice
    menu: tuple[tuple[str, Label], ...] = ()
    #: identifier of its list of suggestions
    suggestions: str | None = None
    errors: tuple[dict[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """Its identifier in the page."""
        return "field-" + "".join(char if char.isalnum() else "-" for char in self.name)

    @property
    def invalid(self) -> bool:
        """Whether a value must be corrected."""
        return any(error["level"] == "violation" for error in self.errors)


class Form:
    """The form for a sheet, in a language, with the values that were `given`."""

    def __init__(
        self,
        sheet: Sheet,
        lists: PublishedLists,
        addresses: Addresses,
        language: str,
        given: MultiDict[str, str],
    ) -> None:
        self.sheet = sheet
        self.language = language
        self._lists = lists
        self._columns = {curie_header(column, addresses): column for column in sheet.columns}
        self._id = given.get(ID, "").strip()
        self._values = {
            name: [
                text
                for raw in given.getlist(name)[:_MAX_INPUTS]
                if (text := raw.replace("\r\n", "\n").strip())
            ]
            for name in self._columns
        }

    def content(self) -> Content | None:
        """The values as a CSV file of the template; None where all are empty."""
        filled = self._cells()
        if not filled:
            return None
        text = io.StringIO(newline="")
        csv.writer(text).writerows([filled.keys(), filled.values()])
        return Content(
            text.getvalue().encode("utf-8", "replace"), f"{self.sheet.kind}.csv", CSV.media_type
        )

    def text(self) -> str:
        """The texts of the resource in all languages, with the names of its type in these languages."""
        texts = {
            name: values
            for name, values in self._values.items()
            if self._columns[name].kind is CellKind.TEXT
        }
        languages = {self._columns[name].language for name, values in texts.items() if values}
        column, chosen = self._columns.get("dct:type"), self._values.get("dct:type", ())
        types = self._lists.of(column.classes, column.scheme).all if column else ()
        pairs = (pair for one in types if one.iri.value in chosen for pair in one.labels.pairs)
        names = [name for tag, name in pairs if tag in languages]
        return "\n".join([*(text for values in texts.values() for text in values), *names])

    def title(self) -> tuple[str, str]:
        """The name of the resource on one line, and its language."""
        first = self.sheet.columns[0].property
        for name, column in self._columns.items():
            text = " ".join(next(iter(self._values[name]), "").split())
            if column.property == first and text:
                return text[:300], column.language or self.language
        return "", self.language

    def lists(self, fields: Iterable[FormField]) -> dict[str, list[str]]:
        """The lists of suggestions of some fields, by identifier."""
        return {
            field.suggestions: [
                choice.text(self.language) for choice in self._choices(self._columns[field.name])
            ]
            for field in fields
            if field.suggestions
        }

    def fields(self, results: FieldResults) -> list[FormField]:
        """The fields in the order of the shapes, with their values and errors."""
        fields = [self._field(name, column) for name, column in self._columns.items()]
        fields.append(
            FormField(
                ID, ID, TEXTS["id"].in_language(self.language), CellKind.CODE, values=(self._id,)
            )
        )
        return [
            replace(one, errors=tuple(result for name, result in results if name == one.name))
            for one in fields
        ]

    def results(self, found: Iterable[dict[str, Any]]) -> FieldResults:
        """Each result with the name of its field, empty for none; without duplicates at the same field."""
        headers, pairs = list(self._cells()), dict[str, tuple[str, dict[str, Any]]]()
        for result in found:
            column = (result.get("place") or {}).get("column") or 0
            stated = result["value"] is not None and 0 < column <= len(headers)
            name = headers[column - 1] if stated else self._lacking(result)
            same = (
                (name, result["message"], result["nearest"], result["level"])
                if name
                else len(pairs)
            )
            pairs.setdefault(str(same), (name, result))
        return list(pairs.values())

    def _cells(self) -> dict[str, str]:
        """The cells of a row that are not empty, by header."""
        cells = {
            name: _cell(column, self._values[name]) for name, column in self._columns.items()
        } | {ID: self._id}
        return {name: cell for name, cell in cells.items() if cell}

    def _lacking(self, result: dict[str, Any]) -> str:
        """The field that a result about a missing value requires, else the first of its property, empty ones first."""
        shape, path = result["sourceShape"]["value"], result.get("path") or ""
        required = [
            n
            for n, column in self._columns.items()
            if shape in {rule.value for rule in column.shapes_requiring_text}
        ]
        names = required or [
            name for name, column in self._columns.items() if f"<{column.property.value}>" in path
        ]
        return next((name for name in names if not self._values[name]), names[0] if names else "")

    def _choices(self, column: SheetColumn) -> Sequence[ListEntry]:
        return self._lists.of(column.classes, column.scheme).in_order(self.language)

    def _field(self, name: str, column: SheetColumn) -> FormField:
        values = self._values[name]
        several = column.max_values != 1 and not column.parts
        choices = self._choices(column) if column.kind is CellKind.RESOURCE else ()
        listed = len(choices) > _MAX_MENU
        menu: list[tuple[str, Label]] = []
        if column.kind is CellKind.BOOLEAN:
            menu = [
                (words, Label(words))
                for words in (word.in_language(self.language) for word in TEXTS["yes-no"])
            ]
        elif not listed:
            labels = [
                (one.iri.value, one.text(self.language), one.labels.tag(self.language))
                for one in choices
            ]
            menu = [(value, Label(shown, language)) for value, shown, language in labels]
        known = {choice for choice, _ in menu}
        menu += [
            (value, Label(value)) for value in values if menu and value not in known
        ]  # submitted values remain
        return FormField(
            name,
            column.names.best(self.language) or name,
            ""
            if menu or column.kind is CellKind.TEXT
            else filling(replace(column, max_values=1))[self.language],
            column.kind,
            column.need,
            column.language,
            column.group.labels.best(self.language) or "",
            (*values, *[""] * (_BLANKS if several else not values)),
            tuple(menu),
            "list-" + "-".join(kind.value.rpartition("#")[2].lower() for kind in column.classes)
            if listed
            else None,
        )


def _cell(column: SheetColumn, values: list[str]) -> str:
    """The cell of a spreadsheet for some values."""
    joins = column.kind in {CellKind.TEXT, CellKind.SOURCE} and column.max_values != 1
    return "\n".join(" ".join(value.split()) if joins else value for value in values)


@per_version
def _suggester(snapshot: Snapshot) -> Suggester:
    return Suggester(snapshot.store, snapshot.addresses)


def form_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/form/{kind}."""
    site = services.site

    def form_of(kind: str) -> Form:
        if kind not in DESCRIBED:
            raise not_found(request.path)
        (sheets, lists), language = (
            template_contents(site.dataset.snapshot()),
            chosen_language(request),
        )
        sheet = next(sheet for sheet in sheets if sheet.kind == kind)
        return Form(sheet.in_language(language), lists, site.addresses, language, request.form)

    @routes.get("/contributions/form/<kind>")
    @api.operation("form", api.FORM_PAGE, _PARAMETERS, cached=False)
    def empty(kind: str) -> Response:
        """Return the form that describes a resource of a class."""
        return _form_page(site, form_of(kind))

    @routes.post("/contributions/form/<kind>")
    @api.operation(
        "fill_form", _FORM_ANSWERS, _PARAMETERS, (403, 409, 422, 503), body=_FORM_BODY, token=False
    )
    def filled(kind: str) -> Response:
        """Validate or submit a completed form.

        With `do=send` its values are submitted for review; errors are displayed at their fields.
        With `do=suggest` they are not validated, and what their texts suggest is displayed.
        """
        form, act = form_of(kind), request.form.get("do")
        if act == "send":
            refuse_foreign(request)
        show_on_form(partial(_form_page, site, form))
        if act == "suggest":
            found = _suggester(site.dataset.snapshot()).suggest(form.text())
            return _form_page(site, form, suggested=_named_groups(found))
        content = form.content()
        if content is None:
            raise bad_request(gettext("Nothing was filled in."))
        if act != "send":
            return _form_page(site, form, verdict=services.service.visitors.check(Request(content)))
        agent = require_agent(request, services.tokens)
        title, language = form.title()
        envelope = Envelope(
            title or kind,
            language,
            request.form.get("key") or None,
            email=request.form.get("email"),
        )
        sent = services.service.submit(content, envelope, agent, language=chosen_language(request))
        if sent.contribution is not None:
            return stored(services, sent, kind=kind)
        page = _form_page(site, form, verdict=sent.verdict)
        page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return page


def suggestion_routes(site: Site, service: Contributions | None) -> Blueprint:
    """/suggest. Files are read where the server takes contributions."""
    routes = Blueprint("suggest", __name__)

    @routes.get("/suggest")
    @api.operation("suggestion_form", api.FORM_PAGE)
    def form() -> Response:
        """Return the form for suggestions."""
        return _suggest_page(site)

    @routes.post("/suggest")
    @api.operation("suggest_for_text", _SUGGESTED, (api.LANG,), (415, 422, 503), body=_SUGGEST_BODY)
    def suggest() -> Response:
        """Suggest objectives, actions, targets, countries, organisations and audiences for practices.

        The suggestions of a group are in the order of their scores, which are comparable within the
        group only. Each has the words of the text that speak for it. Nothing is stored.
        """
        page = as_page()
        if page:
            show_on_form(partial(_suggest_page, site))
        found = suggestions.outcomes(
            _suggester(site.dataset.snapshot()), _sent_texts(site, service)
        )
        if page:
            return _suggest_page(site, found=found)
        return cached(jsonify(suggestions.suggestions_json(found)), Caching.NEVER)

    return routes


def _sent_texts(site: Site, service: Contributions | None) -> list[tuple[Texts, str]]:
    """The texts of a request with their titles. 400 without one."""
    file = request.files.get("file") if request.mimetype == api.MULTIPART else None
    if request.mimetype not in _TEXTS or (file is not None and file.filename):
        return _texts_of_file(site, service)
    plain = request.mimetype == "text/plain"
    text = (
        request.get_data(cache=False).decode("utf-8", "replace")
        if plain
        else fields().get("text", "")
    )
    if not text.strip():
        detail = gettext("There is no text.")
        raise bad_request(
            detail, hint=gettext("Write or copy the title and a summary of the practice.")
        )
    return [(Texts(), text)]


def _texts_of_file(site: Site, service: Contributions | None) -> list[tuple[Texts, str]]:
    """The texts of the practices of a file, which is read in the process that checks contributions."""
    if service is None:
        raise refusal(HTTPStatus.NOT_IMPLEMENTED, gettext("This server reads no files."))
    verdict = service.visitors.check(Request(read_upload()[0]))
    practices = suggestions.practice_texts(
        verdict.quads(), site.addresses, site.dataset.snapshot().store
    )
    if not practices:
        raise bad_request(gettext("The file describes no practice."))
    return practices


def _named_groups(
    outcome: suggestions.Suggestions | suggestions.SuggestionError,
) -> list[tuple[str, list[Any]]] | None:
    """The groups that are not empty, with their headings; None where nothing could be suggested for a text."""
    if isinstance(outcome, suggestions.SuggestionError):
        return None
    return [(str(NAMES["suggestion"][group]), ones) for group, ones in outcome.items() if ones]


def _suggest_page(site: Site, **values: object) -> Response:
    posted = request.method == "POST"
    text = request.form.get("text", "")[: LONGEST + 1] if posted else ""
    page = page_of(site, "suggest.html", text=text, longest=LONGEST, groups=_named_groups, **values)
    return cached(page, Caching.NEVER if posted else Caching.REVALIDATED)


def _form_page(site: Site, form: Form, **values: Any) -> Response:
    """The form with its values; of a `verdict` the results at their fields."""
    verdict = values.get("verdict")
    results = form.results(verdict.results) if verdict else []
    fields, key = form.fields(results), request.form.get("key") or secrets.token_urlsafe(16)
    values |= {
        "fields": fields,
        "groups": groupby(fields, key=attrgetter("group")),
        "lists": form.lists(fields),
    }
    values |= {
        "results": [result for _, result in results],
        "left": [one for name, one in results if not name],
    }
    return private(page_of(site, "contribution_form.html", form=form, key=key, **values))
