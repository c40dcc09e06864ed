"""/reconcile/table: names in a box or a file, matched in a table without OpenRefine, as page, CSV and workbook."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask_babel import format_decimal, gettext, lazy_gettext

from gcmgraph.contributions.content import Content
from gcmgraph.contributions.service import Contributions
from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.reconciliation import reconciler
from gcmgraph.publication.tables import write_csv
from gcmgraph.spreadsheets.workbooks import WorkbookTable, table_workbook
from gcmgraph.web.http import api, formats, limits
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, XLSX, content_type
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.parameters import require_permitted, require_utf8
from gcmgraph.web.http.problems import bad_request, refusal, show_on_form
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

#: Properties in the table: for countries and names of any type, and for resources of other types.
_FIELDS = {
    "names": api.text(description="Names, one a line."),
    "file": api.text(format="binary", description="CSV in UTF-8, or XLSX."),
    "column": api.text(description="Heading of the column of the file."),
    "type": api.one_of(("", *KINDS)),
    "format": api.one_of(("html", "csv", "xlsx")),
}
_BODY = (
    f"Form body of at most {limits.MAX_BATCH:,} bytes with at most {MAX_QUERIES:,} different names. Its fields "
    "`choice-0`, `choice-1` and so on are the resource chosen for a name, or empty for none."
)
_ANSWER = api.answer("Table of the names with their resources.", HTML, formats.CSV, XLSX)

_OF_COUNTRIES, _OF_OTHERS = ("m49", "iso3", "un", "wikidata"), ("code", "un", "wikidata")


#: A name, its answer, the choice of a person among the options (None before a choice), and the
#: answer after it.
TableRow = tuple[str, reconciler.NameMatch, str | None, reconciler.NameMatch]


def add_routes(
    app: Flask, writer: Callable[[], ResponseWriter], site: Site, service: Contributions | None
) -> None:
    """/reconcile/table.

    Files are read where the server takes contributions, in the process that checks them.
    """

    def page(ours: ResponseWriter, **values: object) -> Response:
        kinds, most = ours.reconciler.entities.kinds, format_decimal(MAX_QUERIES)
        context = {"kinds": kinds, "names": "", "kind": "country", "most": most, **values}
        body = render_template(
            "reconcile_table.html",
            path=lambda iri: local_path(site.addresses, iri),
            name=ours.name,
            headings=COLUMN_NAMES,
            **context,
        )
        response = Response(body, content_type=HTML.content_type)
        return cached(
            response,
            Caching.NEVER if request.method == "POST" else Caching.REVALIDATED,
        )

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
        body_description=_BODY,
        negotiated=False,
    )
    def matched() -> Response:
        """Match names of a list or of a column of a file, without a client of the API."""
        ours = writer()
        if "html" in request.headers.get("Accept", ""):
            show_on_form(lambda **values: page(ours, names=request.form.get("names", ""), **values))
        require_utf8(request)
        kind = request.form.get("type", "")
        if kind:
            kind = read_kind(kind, ours.reconciler)
        names = _names(service)
        added = _OF_COUNTRIES if kind in {"", "country"} else _OF_OTHERS
        matcher = reconciler.ColumnMatcher(ours.reconciler, (kind,) if kind else (), added)
        rows = [_row(matcher, number, name) for number, name in enumerate(names)]
        form = request.form.get("format", HTML.suffix)
        if form == HTML.suffix:
            return page(ours, rows=rows, matcher=matcher, names="\n".join(names), kind=kind)
        return _download(rows, matcher, form, ours)


def _names(service: Contributions | None) -> list[str]:
    """The distinct names of the box or of the column of a file.

    Raises `ProblemError`, `GcmGraphError`.
    """
    file = request.files.get("file")
    if file is not None and file.filename:
        if service is None:
            raise refusal(HTTPStatus.NOT_IMPLEMENTED, gettext("This server reads no files."))
        heading = request.form.get("column", "").strip() or None
        found = service.visitors.names(Content(file.read(), file.filename), heading, MAX_QUERIES)
        names, count = found.names, found.count
    else:
        texts = (" ".join(line.split()) for line in request.form.get("names", "").splitlines())
        names = list(dict.fromkeys(filter(None, texts)))
        count = len(names)
    if not names:
        hint = gettext(
            "Write names into the box, one a line, or choose a file with a column of names."
        )
        raise bad_request(gettext("There are no names."), hint=hint)
    if count > MAX_QUERIES:
        numbers = {"count": format_decimal(count), "limit": format_decimal(MAX_QUERIES)}
        detail = gettext("There are %(count)s different names; the limit is %(limit)s.", **numbers)
        hint = gettext(
            "Send them in parts, or use the command 'gcmgraph reconcile', which has no such limit."
        )
        raise refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, hint=hint)
    return names


def _row(matcher: reconciler.ColumnMatcher, number: int, name: str) -> TableRow:
    found, choice = matcher.match(name), request.form.get(f"choice-{number}")
    chosen = found.status is reconciler.MatchStatus.DOUBTFUL and choice is not None
    return name, found, choice, found.chosen(choice or "") if chosen else found


def _download(
    rows: list[TableRow], matcher: reconciler.ColumnMatcher, form: str, ours: ResponseWriter
) -> Response:
    """The table as a file. 400 for an unknown format."""
    known = {one.suffix: one for one in (formats.CSV, XLSX)}
    require_permitted("format", form, (HTML.suffix, *known))
    headings = ["query", "match", "score", "id", "name", "iri", *matcher.added]
    cells = [
        [name, match.status.value, *_cells(match.resource, matcher, ours)]
        for name, _, _, match in rows
    ]
    if known[form] is formats.CSV:
        data = write_csv(headings, cells).encode()
    else:
        codes = gettext("Codes such as 004 or 17.10 are texts. Cells without a value are empty.")
        about = [
            (gettext("Codes"), codes),
            (gettext("Address"), f"{ours.reconciler.entities.space}"),
        ]
        names = (gettext("Names"), gettext("About this table"))
        data = table_workbook(WorkbookTable(*names, headings, cells, about))
    response = Response(data, content_type=content_type(known[form].media_type))
    response.headers.set("Content-Disposition", "attachment", filename=f"names.{form}")
    return cached(response, Caching.NEVER, language=chosen_language(request))


def _cells(
    resource: reconciler.ScoredCandidate | None,
    matcher: reconciler.ColumnMatcher,
    ours: ResponseWriter,
) -> list[str]:
    if resource is None:
        return [""] * (4 + len(matcher.added))
    entity, score = resource.entity, f"{resource.score:g}"
    return [score, entity.id, ours.name(entity), entity.iri.value, *matcher.values(entity)]
