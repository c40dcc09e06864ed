"""Parameters, format and page of a request for results of a named query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Request
from flask_babel import gettext

from gcmgraph.queries.library import MAX_ROWS, RESERVED, NamedQuery
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.store.port import RESULT_SYNTAXES, ResultSyntax
from gcmgraph.web.http.formats import ALSO, HTML, RDF, XLSX, Format
from gcmgraph.web.http.negotiation import Offer, negotiate
from gcmgraph.web.http.parameters import whole_number
from gcmgraph.web.http.problems import Problem, ProblemError, require_utf8

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
    {**{s.media_type: s for s in RESULT_SYNTAXES}, **ALSO, **{form.media_type: form for form in (HTML, XLSX, *RDF)}},
    FORMATS,
)


@dataclass(frozen=True)
class AnswerRequest:
    """A requested page of results: values of parameters as given, the format, and the page.

    The format is a result format, HTML, or an RDF syntax for a description of the query itself.
    """

    given: Mapping[str, str]
    form: ResultSyntax | Format
    page: int
    page_size: int
    #: `?lang=` and `?format=` as given, repeated in links
    repeated: Mapping[str, str]

    def address(self, path: str, page: int, **changed: str) -> str:
        """The path and query part of another page, with some parameters `changed`."""
        size = {"page": str(page), "page_size": str(self.page_size)}
        return f"{path}?{urlencode({**self.given, **self.repeated, **size, **changed})}"


def read_request(request: Request, query: NamedQuery) -> AnswerRequest:
    """Parse a request for results. Raises `ProblemError` (400, 406) that names the parameter."""
    require_utf8(request)
    for name, values in request.args.lists():
        if len(values) > 1:
            raise parameter_problem(
                gettext(
                    "The parameter '%(name)s' is given %(count)s times; it may stand once.",
                    name=name[:60],
                    count=len(values),
                ),
                name,
            )
    form = _form(request)
    default_rows = _DEFAULT_ROWS.get(form, DATA_ROWS)
    most_rows = MAX_WORKBOOK_ROWS if form is XLSX else MAX_ROWS
    return AnswerRequest(
        given={name: value for name, value in request.args.items() if name not in RESERVED},
        form=form,
        page=_positive(request, "page", 1, MAX_ROWS),
        page_size=_positive(request, "page_size", default_rows, most_rows),
        repeated={name: request.args[name] for name in ("lang", "format", "bom") if request.args.get(name)},
    )


def parameter_problem(detail: str, parameter: str, *, language: str | None = None, **members: object) -> ProblemError:
    """400 for a parameter; `language` is that of `detail` where it differs from that of the request."""
    return ProblemError(
        Problem(HTTPStatus.BAD_REQUEST, detail, {"parameter": parameter[:60], **members}, language=language)
    )


def unknown_format(name: str, known: Iterable[str]) -> ProblemError:
    """400 for a `format=` that there is not."""
    return parameter_problem(
        gettext("There is no format '%(format)s'.", format=name[:60]),
        "format",
        hint=gettext("Formats: %(formats)s.", formats=", ".join(known)),
    )


def _positive(request: Request, name: str, default: int, largest: int) -> int:
    text = request.args.get(name, "").strip()
    if not text:
        return default
    number = whole_number(text, 1, largest)
    if number is None:
        raise parameter_problem(
            gettext("The parameter '%(name)s' cannot be '%(value)s'.", name=name, value=text[:60]),
            name,
            expected=f"a whole number from 1 to {largest}",
            hint=gettext("It is a whole number from 1 to %(largest)s.", largest=largest),
        )
    return number


def _form(request: Request) -> ResultSyntax | Format:
    name = request.args.get("format") or None
    by_media_type = next((form for form in FORMATS.values() if form.media_type == name), None)
    return by_media_type or negotiate(_OFFER, "?format={}".format, name=name, unknown=unknown_format)
