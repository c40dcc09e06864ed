"""Requests for results of a named query with their form, the results by page, and the workbook of a page.

A query runs in a query process (`store.query_pool`) under the limits of SPARQL queries, with its
parameters bound as terms. Each page is an evaluation of its own. Columns have headings
(`headings.csv`).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from itertools import chain, takewhile
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from babel import Locale
from babel.numbers import format_decimal
from flask import Request
from flask_babel import LazyString, gettext

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest_value
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.tables import guarded
from gcmgraph.queries import headers, library, parameters
from gcmgraph.queries.description import query_iri
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS, TableCell
from gcmgraph.store.port import ROWS, QueryRequest, read_solutions
from gcmgraph.store.results import (
    CSV_RESULTS,
    JSON_RESULTS,
    RESULT_SYNTAXES,
    XML_RESULTS,
    ResultSyntax,
    transcribe,
)
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.http.formats import ALSO, HTML, RDF, XLSX, Format
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.negotiation import Offer, negotiate
from gcmgraph.web.http.parameters import read_number, require_utf8
from gcmgraph.web.http.problems import Problem, ProblemError, bad_request
from gcmgraph.web.i18n import NAMES, best_text, region_of
from gcmgraph.web.responses.attribution import SourceTexts, source_texts
from gcmgraph.web.responses.tables import NUMBERS, result_cell, workbook
from gcmgraph.web.templating import Page

#: Rows on one page of an answer, where the request does not say: on a page for people, and as data.
PAGE_ROWS = 100
DATA_ROWS = 1_000

#: `?format=`: names of the forms of an answer.
FORMATS: Mapping[str, ResultSyntax | Format] = {
    **{syntax.suffix: syntax for syntax in RESULT_SYNTAXES},
    **{syntax.name.lower(): syntax for syntax in RESULT_SYNTAXES},
    **{form.suffix: form for form in (*RDF, XLSX, HTML)},
}

#: A dataset of figures that a query names.
_FIGURE_SET = re.compile(r"\bstatistics:([a-z0-9-]+)")

#: Digits of a number from which on a column is written with separators.
_GROUPED = 5

_DEFAULT_ROWS: Mapping[ResultSyntax | Format, int] = {HTML: PAGE_ROWS, XLSX: MAX_WORKBOOK_ROWS}

_OFFER: Offer[ResultSyntax | Format] = Offer(
    {
        **{s.media_type: s for s in RESULT_SYNTAXES},
        **ALSO,
        **{form.media_type: form for form in (HTML, XLSX, *RDF)},
    },
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


def read_request(request: Request, query: library.NamedQuery) -> AnswerRequest:
    """Parse a request for results. Raises `ProblemError` (400, 406) that names the parameter."""
    require_utf8(request)
    for name, values in request.args.lists():
        if len(values) > 1:
            detail = gettext(
                "The parameter '%(name)s' is given %(count)s times; it may stand once.",
                name=name[:60],
                count=len(values),
            )
            raise bad_request(detail, parameter=name[:60])
    named = request.args.get("format") or None
    by_media_type = next((form for form in FORMATS.values() if form.media_type == named), None)
    form = by_media_type or negotiate(_OFFER, "?format={}".format, name=named)
    default_rows = _DEFAULT_ROWS.get(form, DATA_ROWS)
    most_rows = MAX_WORKBOOK_ROWS if form is XLSX else library.MAX_ROWS
    return AnswerRequest(
        given={name: value for name, value in request.args.items() if name not in library.RESERVED},
        form=form,
        page=read_number(request.args, "page", 1, library.MAX_ROWS) or 1,
        page_size=read_number(request.args, "page_size", 1, most_rows) or default_rows,
        repeated={
            name: request.args[name] for name in ("lang", "format", "bom") if request.args.get(name)
        },
    )


def bound_terms(page: Page, query: library.NamedQuery, given: Mapping[str, str]) -> dict[str, Term]:
    """The terms to bind for the values of a request.

    Raises `ProblemError` (400) for a parameter that is unknown, missing or of the wrong type, and
    for a resource that is not in the graph: empty results would read as a statement about it.
    """
    try:
        terms = query.substitutions(given, page.site.addresses)
        for parameter in query.parameters:
            _require_known(
                page, parameter, terms.get(parameter.name), given.get(parameter.name, "")
            )
    except parameters.ParameterError as error:
        raise _problem(page, query, given, error) from None
    return terms


def _require_known(
    page: Page, parameter: parameters.QueryParameter, term: Term | None, text: str
) -> None:
    """Raise `ParameterError` for a resource that is not in the graph."""
    kind, name = parameter.type, parameter.name
    if not isinstance(term, IRI):
        return
    if is_listed(kind) and text.strip() and not page.snapshot.listings.of(kind).holds(term):
        raise parameters.ParameterError(
            f"There is no {kind} {parameters.quoted(text)} in this graph, for the parameter '{name}'.",
            name,
            kind,
        )


def is_listed(type_name: str) -> bool:
    """Whether the values of a type are resources of a kind whose list is complete."""
    return type_name in KINDS and not KINDS[type_name].open


def _problem(
    page: Page,
    query: library.NamedQuery,
    given: Mapping[str, str],
    error: parameters.ParameterError,
) -> ProblemError:
    members: dict[str, object] = {}
    if error.type is None:
        members["parameters"] = [
            *(parameter.name for parameter in query.parameters),
            *library.RESERVED,
        ]
        hint = error.hint
    else:
        parameter = next(p for p in query.parameters if p.name == error.parameter)
        members["expected"] = parameter.expected_value
        hint = error.hint or f"It is {parameter.expected_value}."
        text = given.get(error.parameter, "").strip()
        if (value := _suggestion(page, parameter, text)) and value != text:
            members["nearest"] = value
            hint = f"{hint} Did you mean '{value}'?"
    members |= {"parameter": error.parameter[:60], "hint": hint}
    return ProblemError(
        Problem(HTTPStatus.BAD_REQUEST, error.message, members, language=SOURCE_LANGUAGE)
    )


def _suggestion(page: Page, parameter: parameters.QueryParameter, text: str) -> str | None:
    """The valid value nearest to an invalid one by code, name or address; None where none is similar."""
    text = text.strip()[:200]
    match parameter.type:
        case "integer":
            digits = (
                re.sub(r"[\s,.'’_]", "", text)
                if re.fullmatch(r"[+-]?\d{1,3}([\s,.'’_]\d{3})+", text)
                else ""
            )
            whole = re.match(r"[+-]?\d{1,18}(?=[.,]\d*$)", text, re.ASCII)
            return digits or (whole[0] if whole else None)
        case "gYear":
            year = re.search(r"(?<!\d)\d{4}(?!\d)", text, re.ASCII)
            return year[0] if year else None
        case "language":
            names = {
                n: tag
                for tag, name in LANGUAGES.items()
                for n in (name, str(Locale.parse(tag).english_name))
            }
        case kind if kind in KINDS:
            names = {
                name: local
                for name, local in _names(page, kind).items()
                if local.startswith(parameter.scheme)
            }
        case _:
            return None
    by_name = {name.casefold(): value for name, value in names.items()}
    folded = text.casefold()
    return nearest_value(folded, by_name) or nearest_value(
        re.split(r"\W", folded, maxsplit=1)[0], by_name
    )


def _names(page: Page, kind: str) -> dict[str, str]:
    """Labels, notations and local names of a kind, each with the parameter value."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for entry in page.snapshot.listings.of(kind).entries(language):
            local = page.local_name(entry.iri)
            names |= {name: local for name in (entry.label.text, entry.notation, local) if name}
    return names


#: Maximum number of choices of a list; a parameter with more is a text field.
MAX_CHOICES = 300


#: An option of a list: its value, its text, and the language of a name in words.
ParameterChoice = tuple[str, str, str | None]


def choices(page: Page, parameter: parameters.QueryParameter, value: str) -> list[ParameterChoice]:
    """The options of a parameter, with its present value; none for an input."""
    offered: list[ParameterChoice] = []
    if parameter.type == "language":
        offered = [(tag, name, tag) for tag, name in LANGUAGES.items()]
    elif parameter.type in KINDS:
        offered = _resources(page, parameter)
    if value and offered and all(known != value for known, *_ in offered):
        offered.insert(0, (value, value, None))  # a given value stays visible, even an invalid one
    return offered


def _resources(page: Page, parameter: parameters.QueryParameter) -> list[ParameterChoice]:
    """Resources of a parameter's kind: concepts of its scheme, only goals where the default is a goal."""
    kind, default = parameter.type, parameter.default or ""
    offered: list[ParameterChoice] = []
    for entry in page.snapshot.listings.of(kind).entries(page.language):
        local = page.local_name(entry.iri)
        if parameter.scheme and not local.startswith(f"{parameter.scheme}/"):
            continue
        if kind == "sdg" and default and "." not in default and "." in local:
            continue
        code = (
            entry.notation
            if entry.notation not in {None, entry.label.text} and kind != "country"
            else None
        )
        name = f"{code} – {entry.label.text}" if code else entry.label.text
        offered.append((local, name, entry.label.language))
    return offered if len(offered) <= MAX_CHOICES else []


#: Headings by variable, in English. Other variables, as in a library of an operator's own, are
#: split into their words.
HEADINGS = dict(
    csv.reader((files(__package__) / "headings.csv").read_text("utf-8").splitlines()[1:])
)


def heading(variable: str) -> str:
    """The heading of a column in the language of the request: `objectiveName` is "Title of the objective"."""
    if variable in HEADINGS:
        return str(gettext(HEADINGS[variable]))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", variable).lower()
    return words[:1].upper() + words[1:]


#: Queries that the library shows first, above its groups.
BEGIN_WITH = (
    "practices-by-country",
    "practices-of-objective",
    "practices-per-country",
    "practices-by-organisation",
    "actions-without-practice",
    "funders-of-objective",
    "results",
    "figures-of-country",
)

#: Queries that list what is missing, so that no rows are an answer.
OF_GAPS = frozenset(
    {
        "actions-without-practice",
        "actions-without-practice-in-region",
        "audiences-not-named",
        "countries-not-party",
        "not-reviewed",
        "sources-that-differ",
        "targets-without-practice",
        "texts-without-translation",
    }
)


def grouped(
    queries: Iterable[library.NamedQuery], words: str = ""
) -> list[tuple[str, LazyString, list[library.NamedQuery]]]:
    """The groups that have queries, each with its name and heading; with `words` only queries that have all of them.

    Words are sought in titles, descriptions and names, in every language, without regard to case
    and accents.
    """
    found = [query for query in queries if _has(query, words)]
    groups = [
        (name, NAMES["query-group"][name], [query for query in found if query.group == name])
        for name in (*headers.GROUPS, "")
    ]
    return [group for group in groups if group[2]]


def _has(query: library.NamedQuery, words: str) -> bool:
    text = fold_words(" ".join([query.name, *query.title.values(), *query.description.values()]))
    return all(word in text for word in fold_words(words).split())


#: A row of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
Binding = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class NamedQueryResults:
    """All rows of the results, `MAX_ROWS` at most, in a stable order."""

    variables: Sequence[str]
    rows: Sequence[Binding]
    #: whether there are more rows than the limit
    cut: bool

    def page_count(self, size: int) -> int:
        """The number of pages of a size, at least one."""
        return max(1, -(-len(self.rows) // size))

    def page(self, number: int, size: int) -> Sequence[Binding]:
        """The rows of one page, counted from 1."""
        return self.rows[(number - 1) * size : number * size]


def figure_sources(
    page: Page, query: library.NamedQuery, rows: Sequence[Binding]
) -> list[SourceTexts]:
    """The datasets of figures that a query reads by name, or that its rows have, each with its attribution."""
    start = page.site.addresses.resource("statistics", "")
    named = (f"{start}{name}" for name in _FIGURE_SET.findall(query.query))
    values = (
        term["value"] for row in rows for term in row.values() if term["value"].startswith(start)
    )
    sources = (source_texts(page, IRI(iri)) for iri in dict.fromkeys(chain(named, values)))
    return [source for source in sources if source]


def evaluate(page: Page, query: library.NamedQuery, terms: Mapping[str, Term]) -> NamedQueryResults:
    """All rows of a query.

    Raises as `QueryWorkers.run`, and `QueryRefusedError` for one that asks an endpoint.
    """
    query.require_local()
    request = QueryRequest(query.in_stable_order(), ROWS, substitutions=terms)
    found = page.site.workers.run(request, page.snapshot.index)
    results = json.loads(found.body)
    rows = results["results"]["bindings"]
    return NamedQueryResults(
        results["head"]["vars"], rows, found.cut or len(rows) >= library.MAX_ROWS
    )


def _document(
    variables: Sequence[str], rows: Sequence[Binding], sources: Sequence[SourceTexts] = ()
) -> bytes:
    """Rows as JSON, with links to the sources of figures (https://www.w3.org/TR/sparql11-results-json/#select-link)."""
    head: dict[str, object] = {"vars": variables}
    if sources:
        head["link"] = [source.work.value for source in sources]
    document = {"head": head, "results": {"bindings": rows}}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def serialize_page(
    results: NamedQueryResults,
    syntax: ResultSyntax,
    *,
    page: int,
    size: int,
    sources: Sequence[SourceTexts] = (),
) -> bytes:
    """One page in a result format.

    In CSV, which readers open in spreadsheets, formulas are guarded.

    JSON and XML link the `sources` of figures in their head; CSV and TSV have no room for them.
    """
    rows = results.page(page, size)
    if syntax is CSV_RESULTS:
        rows = [{name: _guarded(term) for name, term in row.items()} for row in rows]
    body = _document(results.variables, rows, sources)
    if syntax is JSON_RESULTS:
        return body
    transcribed = transcribe(body, syntax)
    if (
        syntax is XML_RESULTS
    ):  # https://www.w3.org/TR/rdf-sparql-XMLres/#head: links follow the variables
        links = "".join(f"<link href={quoteattr(source.work.value)}/>" for source in sources)
        return transcribed.replace(b"</head>", f"{links}</head>".encode(), 1)
    return transcribed


def _guarded(term: Mapping[str, str]) -> Mapping[str, str]:
    """A term whose text no spreadsheet takes for a formula. A triple term has no text."""
    return {**term, "value": guarded(term["value"])} if term["type"] != "triple" else term


def shown_columns(query: library.NamedQuery, terms: Mapping[str, Term]) -> list[str]:
    """The variables of a query that are not bound to the same value in each row."""
    return [variable for variable in query.variables if variable not in terms]


#: Some rows for people: headings, each with whether its column has numbers, and cells: a term, or a
#: number as text.
ResultsTable = tuple[list[tuple[str, bool]], list[tuple[Term | str | None, ...]]]


def results_table(page: Page, columns: Sequence[str], bindings: Sequence[Binding]) -> ResultsTable:
    """The table of some rows, without names and codes of resources that another column links.

    The first columns with links, and years beside them, are first, and numbers next.
    """
    rows = read_solutions(_document([*dict.fromkeys(chain.from_iterable(bindings))], bindings)).rows
    found = {column: [row.get(column) for row in rows] for column in columns}
    linked = [one for one in columns if any(isinstance(cell, IRI) for cell in found[one])]
    shown = [
        one
        for one in columns
        if not any(_repeats(page, found[one], found[other]) for other in linked)
    ]
    figures = [one for one in shown if _are_numbers(one, found[one])]
    others = [one for one in shown if one not in figures]
    begin = next((place for place, one in enumerate(others) if one in linked), 0)
    lead = [
        *others[begin : begin + 1],
        *takewhile(lambda one: one in linked or _is_year(one), others[begin + 1 :]),
    ]
    ordered = [*lead, *figures, *(one for one in others if one not in lead)]
    cells = [_grouped(page, found[one]) if one in figures else found[one] for one in ordered]
    return [(heading(one), one in figures) for one in ordered], list(zip(*cells, strict=True))


def _repeats(page: Page, texts: Sequence[Term | None], resources: Sequence[Term | None]) -> bool:
    """Whether all texts are names or codes of the resources beside them, as a page shows them."""
    pairs = [(text, iri) for text, iri in zip(texts, resources, strict=True) if text is not None]
    return bool(pairs) and all(
        isinstance(text, Literal) and isinstance(iri, IRI) and _is_name(page, text.value, iri)
        for text, iri in pairs
    )


def _is_name(page: Page, text: str, iri: IRI) -> bool:
    """Whether a text is the code of a resource, or its name; a name may have a distinction in brackets."""
    return text == page.notation(iri) or f"{page.label(iri).text} (".startswith(f"{text} (")


def _are_numbers(column: str, cells: Sequence[Term | None]) -> bool:
    """Whether all cells are numbers, and not years."""
    present = [cell for cell in cells if cell is not None]
    numbers = (isinstance(cell, Literal) and cell.datatype.value in NUMBERS for cell in present)
    return bool(present) and not _is_year(column) and all(numbers)


def _is_year(column: str) -> bool:
    return column.casefold().endswith("year")


def _grouped(page: Page, cells: Sequence[Term | None]) -> list[Term | str | None]:
    """Whole numbers with the separators of the language where one of them has five digits; other terms as they are."""
    texts = [cell.value if isinstance(cell, Literal) else "" for cell in cells]
    if (
        not all(re.fullmatch(r"-?[0-9]{0,30}", text) for text in texts)
        or max(map(len, texts)) < _GROUPED
    ):
        return [*cells]
    return [
        format_decimal(int(text), locale=region_of(page.language)) if text else None
        for text in texts
    ]


#: Columns whose page is the source of a row, the best first; else the first column with a page.
_SOURCES = ("document", "otherDocument", "passage", "dataset", "practice")


def results_workbook(
    page: Page,
    query: library.NamedQuery,
    terms: Mapping[str, Term],
    rows: Sequence[Binding],
    about: Mapping[str, str],
) -> bytes:
    """The workbook of some rows.

    `about` has further lines of the second sheet, such as the number of rows.

    Figures of others are attributed to their producers, with their licence in place of that of the
    dataset.
    """
    columns = shown_columns(query, terms)
    short = page.site.addresses.compress
    sources = figure_sources(page, query, rows)
    values = {name: str(getattr(term, "value", term)) for name, term in terms.items()}
    lines = {
        gettext("Title"): best_text(query.title, page.language).text,
        gettext("Description"): best_text(query.description, page.language).text,
        gettext("Parameters"): "; ".join(
            f"{heading(name)}: {short(value) or value}" for name, value in values.items()
        ),
        gettext("Address"): query_iri(query.name, page.site.addresses),
        **about,
        gettext("Source"): gettext(
            "The last column has the page of the document or resource that a row is about."
        ),
        **_attribution_lines(sources),
    }
    headings = [*(heading(column) for column in columns), gettext("Source")]
    return workbook(
        page, gettext("Answer"), headings, _rows(page, query, columns, rows, sources), lines
    )


def _attribution_lines(sources: Sequence[SourceTexts]) -> dict[str, str]:
    """Lines of a sheet about figures: each dataset with its attribution, and the licences."""
    if not sources:
        return {}
    licences = dict.fromkeys(source.licence for source in sources)
    datasets = (f"{source.title}: {source.line}" for source in sources)
    return {gettext("Figures"): "; ".join(datasets), gettext("Licence"): "; ".join(licences)}


def _rows(
    page: Page,
    query: library.NamedQuery,
    columns: Sequence[str],
    rows: Sequence[Binding],
    sources: Sequence[SourceTexts],
) -> Iterator[list[TableCell]]:
    """The cells of each row, and its source: the datasets of its figures, else the first resource with a page."""
    addresses = page.site.addresses
    of_figures = (
        []
        if "dataset" in columns
        else [page.url(page.link(source.work) or "") for source in sources]
    )
    order = (*(column for column in _SOURCES if column in columns), *columns)
    for row in rows:
        paths = (
            local_path(addresses, value["value"]) for column in order if (value := row.get(column))
        )
        path = next(filter(None, paths), None)
        source = page.url(path) if path else query_iri(query.name, addresses)
        if of_figures:
            source = "; ".join(of_figures)
        yield [*(result_cell(row.get(column)) for column in columns), source]
