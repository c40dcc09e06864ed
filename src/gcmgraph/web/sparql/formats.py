"""Formats of query results: names for `?format=`, media types of the Accept header."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from http import HTTPStatus

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from gcmgraph.rdf.media import (
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    SYNTAXES,
    TURTLE,
    syntax_for_media_type,
    syntax_for_suffix,
)
from gcmgraph.store.port import AcceptedMediaTypes
from gcmgraph.store.results import (
    CSV_RESULTS,
    JSON_RESULTS,
    RESULT_SYNTAXES,
    TSV_RESULTS,
    XML_RESULTS,
)
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import ALSO, HTML, XLSX, best_media_type
from gcmgraph.web.http.problems import Problem, ProblemError, problem

#: A workbook: the solutions of SELECT.
WORKBOOK = AcceptedMediaTypes(XLSX.media_type, None, None)

#: Syntaxes for a page: JSON is read into a table, a graph is shown as Turtle.
PAGE = AcceptedMediaTypes(JSON_RESULTS.media_type, JSON_RESULTS.media_type, TURTLE.media_type)

_NOT_ACCEPTABLE = AcceptedMediaTypes(None, None, None)

#: Names for `?format=`, with the syntaxes of solutions, of a truth value and of a graph; None for a
#: page.
FORMATS: dict[str, AcceptedMediaTypes | None] = {
    "json": AcceptedMediaTypes(
        JSON_RESULTS.media_type, JSON_RESULTS.media_type, JSON_LD.media_type
    ),
    "xml": AcceptedMediaTypes(XML_RESULTS.media_type, XML_RESULTS.media_type, RDF_XML.media_type),
    "csv": AcceptedMediaTypes(CSV_RESULTS.media_type, None, None),
    "tsv": AcceptedMediaTypes(TSV_RESULTS.media_type, None, None),
    # names that SPARQLWrapper sends
    "rdf+xml": AcceptedMediaTypes(None, None, RDF_XML.media_type),
    "json-ld": AcceptedMediaTypes(None, None, JSON_LD.media_type),
    "n3": AcceptedMediaTypes(None, None, TURTLE.media_type),
    **{
        syntax.suffix: AcceptedMediaTypes(syntax.media_type, syntax.media_type, None)
        for syntax in (JSON_RESULTS, XML_RESULTS)
    },
    **{syntax.suffix: AcceptedMediaTypes(None, None, syntax.media_type) for syntax in SYNTAXES},
    XLSX.suffix: WORKBOOK,
    HTML.suffix: None,
}

#: The same with media types.
_FORMATS_AND_MEDIA_TYPES = FORMATS | {
    **{
        syntax.media_type: AcceptedMediaTypes(
            syntax.media_type, syntax.media_type if syntax.boolean else None, None
        )
        for syntax in RESULT_SYNTAXES
    },
    XLSX.media_type: WORKBOOK,
    HTML.media_type: None,
}

#: Names that an error suggests: those of `FORMATS` without synonyms.
_SUGGESTED_NAMES = (
    "json",
    "xml",
    "csv",
    "tsv",
    XLSX.suffix,
    HTML.suffix,
    TURTLE.suffix,
    JSON_LD.suffix,
    RDF_XML.suffix,
    N_TRIPLES.suffix,
)

#: Media types of solutions, of truth values and of graphs.
_SOLUTIONS = [syntax.media_type for syntax in RESULT_SYNTAXES]
_BOOLEANS = [syntax.media_type for syntax in RESULT_SYNTAXES if syntax.boolean]
_GRAPHS = [syntax.media_type for syntax in SYNTAXES]


@functools.lru_cache(maxsize=1024)
def accepted_media_types(accept: str, format_name: str | None) -> AcceptedMediaTypes | None:
    """The syntaxes that `?format=` or else the Accept header requests; None for a page.

    Raises `ProblemError`.
    """
    if format_name:
        return named_format(format_name)
    ranges = parse_accept_header(accept, MIMEAccept)
    offered = [*_SOLUTIONS, *ALSO, *_GRAPHS, HTML.media_type]
    if best_media_type(ranges, offered) == HTML.media_type:
        return None
    solutions = _best_of_results(ranges, [*_SOLUTIONS, XLSX.media_type])
    if solutions == XLSX.media_type:
        return WORKBOOK
    boolean = _best_of_results(ranges, _BOOLEANS)
    accepted = AcceptedMediaTypes(solutions, boolean, best_media_type(ranges, _GRAPHS))
    if accepted == _NOT_ACCEPTABLE:
        alternatives = [*_SOLUTIONS, XLSX.media_type, *_GRAPHS, HTML.media_type]
        raise ProblemError(
            Problem(
                HTTPStatus.NOT_ACCEPTABLE,
                "None of the formats in the Accept header can be had here.",
                {"alternatives": alternatives},
                language=SOURCE_LANGUAGE,
            )
        )
    return accepted


def _best_of_results(ranges: MIMEAccept, offered: Sequence[str]) -> str | None:
    """The preferred syntax of results, also where a client requests `application/json`."""
    synonyms = [name for name, syntax in ALSO.items() if syntax.media_type in offered]
    best = best_media_type(ranges, [*offered, *synonyms])
    return ALSO[best].media_type if best in ALSO else best


def named_format(name: str) -> AcceptedMediaTypes | None:
    """The syntaxes of a format by its name, suffix or media type; None for a page.

    Raises `ProblemError`.
    """
    if name in _FORMATS_AND_MEDIA_TYPES:
        return _FORMATS_AND_MEDIA_TYPES[name]
    syntax = syntax_for_media_type(name) or syntax_for_suffix(name)
    if syntax is None:
        raise problem(f"There is no format '{name}'. Formats: {', '.join(_SUGGESTED_NAMES)}.")
    return AcceptedMediaTypes(None, None, syntax.media_type)
