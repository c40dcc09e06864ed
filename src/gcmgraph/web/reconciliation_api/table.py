"""/reconcile/table: names matched without OpenRefine, as page, CSV and workbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask, Response, render_template, request
from flask_babel import format_decimal, gettext, lazy_gettext

from gcmgraph.contributions.content import Content
from gcmgraph.contributions.service import Contributions
from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.reconciliation.columns import ColumnMatcher, MatchStatus, NameMatch
from gcmgraph.publication.reconciliation.reconciler import ScoredCandidate
from gcmgraph.publication.tables import write_csv
from gcmgraph.spreadsheets.workbooks import WorkbookTable, table_workbook
from gcmgraph.web.http import api, caching, formats, limits, problems
from gcmgraph.web.http.formats import HTML, XLSX, content_type
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.parameters import require_permitted, require_utf8
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.reconciliation_api.requests import MAX_QUERIES, read_kind
from gcmgraph.web.reconciliation_api.responses import ResponseWriter
from gcmgraph.web.services import Site

#: Names of the columns with identifiers.
COLUMN_NAMES = {
    "code": lazy_gettext("Code"),
    "m49": "M49",
    "iso3": "ISO 3166",
    "un": "metadata.un.org",
    "wikidata": "Wikidata",
}

#: Fields of the form.
_FIELDS = {
    "names": api.text(description="Names, one a line."),
    "file": api.text(format="binary", description="CSV in UTF-8, or XLSX."),
    "column": api.text(description="Heading of the column of the file."),
    "type": api.one_of(("", *KINDS)),
    "format": api.one_of(("html", "csv", "xlsx")),
}
_BODY_TEXT = (
    f"Form body of at most {limits.MAX_BATCH:,} bytes with at most {MAX_QUERIES:,} different names."
    " Its fields `choice-0`, `choice-1` and so on are the resource chosen for a name, or empty for"
    " none."
)
_ANSWER = api.answer("Table of the names with their resources.", HTML, formats.CSV, XLSX)

#: Properties in the table: for countries and names of any type, and for resources of other types.
_PROPERTIES_OF_COUNTRIES = ("m49", "iso3", "un", "wikidata")
_PROPERTIES_OF_OTHERS = ("code", "un", "wikidata")

_FILE_FORMATS = {file_format.suffix: file_format for file_format in (formats.CSV, XLSX)}


class TableRow(NamedTuple):
    """A name with its match, and the choice of a person among the options."""

    name: str
    match: NameMatch
    #: identifier of the chosen resource, empty for none; None before a choice
    choice: str | None
    match_after_choice: NameMatch


def add_routes(
    app: Flask, writer: Callable[[], ResponseWriter], site: Site, service: Contributions | None
) -> None:
    """/reconcile/table.

    Files are read where the server takes contributions, in the process that checks them.
    """

    def page(response_writer: ResponseWriter, **values: object) -> Response:
        context = {
            "kinds": response_writer.reconciler.entities.kinds,
            "names": "",
            "kind": "country",
            "most": format_decimal(MAX_QUERIES),
            **values,
        }
        body = render_template(
            "reconcile_table.html",
            path=lambda iri: local_path(site.addresses, iri),
            name=response_writer.name,
            headings=COLUMN_NAMES,
            **context,
        )
        response = Response(body, content_type=HTML.content_type)
        is_post = request.method == "POST"
        policy = caching.Caching.NEVER if is_post else caching.Caching.REVALIDATED
        return caching.cached(response, policy)

    @app.get("/reconcile/table")
    @api.operation("reconcile_table_form", api.FORM_PAGE)
    def table_form() -> Response:
        """Return the form for names to match."""
        return page(writer())

    @app.post("/reconcile/table")
    @api.operation(
        "reconcile_table",
        _ANSWER,
        problems=(422, 503),
        body={api.MULTIPART: api.record(_FIELDS)},
        body_description=_BODY_TEXT,
        negotiated=False,
    )
    def matched() -> Response:
        """Match names of a list or of a column of a file, without a client of the API."""
        response_writer = writer()
        if "html" in request.headers.get("Accept", ""):
            names_in_box = request.form.get("names", "")
            problems.show_on_form(partial(page, response_writer, names=names_in_box))
        require_utf8(request)
        kind = request.form.get("type", "")
        if kind:
            kind = read_kind(kind, response_writer.reconciler)
        names = _read_names(service)
        is_of_countries = kind in {"", "country"}
        matcher = ColumnMatcher(
            response_writer.reconciler,
            kind,
            _PROPERTIES_OF_COUNTRIES if is_of_countries else _PROPERTIES_OF_OTHERS,
        )
        rows = [_row(matcher, number, name) for number, name in enumerate(names)]
        suffix = request.form.get("format", HTML.suffix)
        if suffix == HTML.suffix:
            text = "\n".join(names)
            return page(response_writer, rows=rows, matcher=matcher, names=text, kind=kind)
        return _download(rows, matcher, suffix, response_writer)


def _read_names(service: Contributions | None) -> list[str]:
    """The distinct names of the box or of the column of a file.

    Raises `ProblemError`, `GcmGraphError`.
    """
    file = request.files.get("file")
    if file is not None and file.filename:
        if service is None:
            raise problems.refusal(
                HTTPStatus.NOT_IMPLEMENTED, gettext("This server reads no files.")
            )
        heading = request.form.get("column", "").strip() or None
        content = Content(file.read(), file.filename)
        column = service.visitors.names(content, heading, MAX_QUERIES)
        names = column.names
        count = column.count
    else:
        lines = request.form.get("names", "").splitlines()
        texts = dict.fromkeys(" ".join(line.split()) for line in lines)
        names = [text for text in texts if text]
        count = len(names)
    if not names:
        hint = gettext(
            "Write names into the box, one a line, or choose a file with a column of names."
        )
        raise problems.bad_request(gettext("There are no names."), hint=hint)
    if count > MAX_QUERIES:
        numbers = {"count": format_decimal(count), "limit": format_decimal(MAX_QUERIES)}
        detail = gettext("There are %(count)s different names; the limit is %(limit)s.", **numbers)
        hint = gettext(
            "Send them in parts, or use the command 'gcmgraph reconcile', which has no such limit."
        )
        raise problems.refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, hint=hint)
    return names


def _row(matcher: ColumnMatcher, number: int, name: str) -> TableRow:
    match = matcher.match(name)
    choice = request.form.get(f"choice-{number}")
    match_after_choice = match
    if match.status is MatchStatus.DOUBTFUL and choice is not None:
        match_after_choice = match.chosen(choice)
    return TableRow(name, match, choice, match_after_choice)


def _download(
    rows: list[TableRow],
    matcher: ColumnMatcher,
    suffix: str,
    response_writer: ResponseWriter,
) -> Response:
    """The table as a file. 400 for an unknown format."""
    require_permitted("format", suffix, (HTML.suffix, *_FILE_FORMATS))
    file_format = _FILE_FORMATS[suffix]
    headings = ["query", "match", "score", "id", "name", "iri", *matcher.added]
    cells = []
    for row in rows:
        match = row.match_after_choice
        resource_cells = _resource_cells(match.resource, matcher, response_writer)
        cells.append([row.name, match.status.value, *resource_cells])
    if file_format is formats.CSV:
        data = write_csv(headings, cells).encode()
    else:
        data = table_workbook(_workbook(headings, cells, response_writer))
    response = Response(data, content_type=content_type(file_format.media_type))
    response.headers.set("Content-Disposition", "attachment", filename=f"names.{suffix}")
    return caching.cached(response, caching.Caching.NEVER, language=chosen_language(request))


def _workbook(
    headings: list[str], cells: list[list[str]], response_writer: ResponseWriter
) -> WorkbookTable:
    codes = gettext("Codes such as 004 or 17.10 are texts. Cells without a value are empty.")
    about = [
        (gettext("Codes"), codes),
        (gettext("Address"), f"{response_writer.reconciler.entities.space}"),
    ]
    return WorkbookTable(gettext("Names"), gettext("About this table"), headings, cells, about)


def _resource_cells(
    resource: ScoredCandidate | None,
    matcher: ColumnMatcher,
    response_writer: ResponseWriter,
) -> list[str]:
    """The score, identifier, name, IRI and properties of a resource; empty cells for none."""
    if resource is None:
        return [""] * (4 + len(matcher.added))
    entity = resource.entity
    return [
        f"{resource.score:g}",
        entity.id,
        response_writer.name(entity),
        entity.iri.value,
        *matcher.values(entity),
    ]
