"""Requests for results of a named query: values of parameters, the format and the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Request
from flask_babel import gettext

from gcmgraph.queries import library
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.store.results import RESULT_SYNTAXES, ResultSyntax
from gcmgraph.web.http.formats import ALSO, HTML, RDF, XLSX, Format
from gcmgraph.web.http.negotiation import Offer, negotiate
from gcmgraph.web.http.parameters import read_number, require_utf8
from gcmgraph.web.http.problems import bad_request

#: Rows on one page of an answer, where the request does not say: on a page for people, and as data.
PAGE_ROWS = 100
DATA_ROWS = 1_000

#: `?format=`: names of the forms of an answer.
FORMATS: Mapping[str, ResultSyntax | Format] = {
    **{syntax.suffix: syntax for syntax in RESULT_SYNTAXES},
    **{syntax.name.lower(): syntax for syntax in RESULT_SYNTAXES},
    **{form.suffix: form for form in (*RDF, XLSX, HTML)},
}

_DEFAULT_ROWS: Mapping[ResultSyntax | Format, int] = {HTML: PAGE_ROWS, XLSX: MAX_WORKBOOK_ROWS}

_OFFER: Offer[ResultSyntax | Format] = Offer(
    {
        **{syntax.media_type: syntax for syntax in RESULT_SYNTAXES},
        **ALSO,
        **{form.media_type: form for form in (HTML, XLSX, *RDF)},
    },
    FORMATS,
)

#: Limit on the characters of the name of a parameter in a message.
_NAME_LENGTH = 60

#: Parameters that links to other pages of the results repeat.
_REPEATED = ("lang", "format", "bom")


@dataclass(frozen=True)
class AnswerRequest:
    """A requested page of results: values of parameters as given, the format, and the page.

    The format is a result format, HTML, or an RDF syntax for a description of the query itself.
    """

    parameters: Mapping[str, str]
    form: ResultSyntax | Format
    page: int
    page_size: int
    #: `?lang=` and `?format=` as given, repeated in links
    repeated: Mapping[str, str]

    def address(self, path: str, page: int, **changed: str) -> str:
        """The path and query part of another page, with some parameters `changed`."""
        size = {"page": str(page), "page_size": str(self.page_size)}
        return f"{path}?{urlencode({**self.parameters, **self.repeated, **size, **changed})}"


def read_request(request: Request) -> AnswerRequest:
    """Parse a request for results. Raises `ProblemError` (400, 406) that names the parameter."""
    require_utf8(request)
    _require_single(request)
    format_name = request.args.get("format") or None
    form = _format_of_media_type(format_name) or negotiate(
        _OFFER, "?format={}".format, name=format_name
    )
    max_rows = MAX_WORKBOOK_ROWS if form is XLSX else library.MAX_ROWS
    page_size = read_number(request.args, "page_size", 1, max_rows)
    return AnswerRequest(
        parameters={
            name: value for name, value in request.args.items() if name not in library.RESERVED
        },
        form=form,
        page=read_number(request.args, "page", 1, library.MAX_ROWS) or 1,
        page_size=page_size or _DEFAULT_ROWS.get(form, DATA_ROWS),
        repeated={name: request.args[name] for name in _REPEATED if request.args.get(name)},
    )


def _format_of_media_type(media_type: str | None) -> ResultSyntax | Format | None:
    return next((form for form in FORMATS.values() if form.media_type == media_type), None)


def _require_single(request: Request) -> None:
    """Raise `ProblemError` (400) for a parameter that a request has twice."""
    for name, values in request.args.lists():
        if len(values) > 1:
            detail = gettext(
                "The parameter '%(name)s' is given %(count)s times; it may stand once.",
                name=name[:_NAME_LENGTH],
                count=len(values),
            )
            raise bad_request(detail, parameter=name[:_NAME_LENGTH])
