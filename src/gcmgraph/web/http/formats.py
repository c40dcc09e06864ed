"""The table of formats in which the server writes its responses.

A format is added here, with its writer. All addresses that offer its kind serve it from then on,
and the lists of formats in pages, links, /openapi.json and the exported rules for web servers name
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from typing import TypeVar

from werkzeug.datastructures import MIMEAccept

from gcmgraph.rdf.canonical import serialize_canonical, with_reifiers
from gcmgraph.rdf.json_ld import write_compacted
from gcmgraph.rdf.media import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, RdfSyntax
from gcmgraph.rdf.terms import DefaultGraph, Quad, Triple
from gcmgraph.store.results import JSON_RESULTS, XML_RESULTS, require_syntax

#: Writes triples, given prefixes by name.
Writer = Callable[[Iterable[Triple], Mapping[str, str]], bytes]


class FormatKind(Enum):
    """Contents of a format."""

    #: any description, by a writer of triples
    DESCRIPTION = auto()
    #: rows and columns; each address has its own
    TABLE = auto()
    #: rows and columns as a workbook
    WORKBOOK = auto()
    #: a text to edit and print
    TEXT = auto()
    #: a drawing
    PICTURE = auto()
    #: several files in one
    ARCHIVE = auto()
    #: a page for people
    PAGE = auto()
    #: a description as a text for assistants and notes
    NOTE = auto()
    #: JSON for programs; each address has its own
    DATA = auto()
    #: the versions of the dataset
    FEED = auto()
    #: a reference to cite (`resources.citations`)
    CITATION = auto()


@dataclass(frozen=True)
class Format:
    """A format: its name for people, its name in addresses and in `format=`, its media type, its kind."""

    name: str
    suffix: str
    media_type: str
    kind: FormatKind
    #: for descriptions
    write: Writer | None = None
    #: the syntax of a description in RDF
    syntax: RdfSyntax | None = None
    #: parameters of the media type, where they are others than those of any text
    parameters: str = ""

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return (
            f"{self.media_type}; {self.parameters}"
            if self.parameters
            else content_type(self.media_type)
        )


def content_type(media_type: str) -> str:
    """The Content-Type header of a media type: text is UTF-8. One with parameters is complete."""
    return (
        f"{media_type}; charset=utf-8"
        if media_type.startswith("text/") and ";" not in media_type
        else media_type
    )


def _write_rdf(syntax: RdfSyntax, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Triples in an RDF syntax, the same bytes for the same triples. Raises `NotXmlError`."""
    quads = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    body = serialize_canonical(quads, syntax, dict(prefixes))
    require_syntax(body, syntax.engine_format)
    return body


#: Writers of syntaxes of descriptions, where they are not the engine's.
_WRITERS: Mapping[RdfSyntax, Writer] = {JSON_LD: write_compacted}

#: In order of preference within a kind. Neither media type of a citation is registered; reference
#: managers and DOI servers use these (https://citation.doi.org/docs.html).
FORMATS = (
    *(
        Format(
            s.name,
            s.suffix,
            s.media_type,
            FormatKind.DESCRIPTION,
            _WRITERS.get(s) or partial(_write_rdf, s),
            s,
        )
        for s in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
    ),
    Format("CSV", "csv", "text/csv", FormatKind.TABLE),
    Format(
        "XLSX",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FormatKind.WORKBOOK,
    ),
    Format(
        "DOCX",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FormatKind.TEXT,
    ),
    Format("SVG", "svg", "image/svg+xml", FormatKind.PICTURE),
    Format("PNG", "png", "image/png", FormatKind.PICTURE),
    Format("ZIP", "zip", "application/zip", FormatKind.ARCHIVE),
    Format("HTML", "html", "text/html", FormatKind.PAGE),
    Format("Markdown", "md", "text/markdown", FormatKind.NOTE),
    Format("JSON", "json", "application/json", FormatKind.DATA),
    Format("Atom", "atom", "application/atom+xml", FormatKind.FEED),
    Format(
        "BibTeX", "bib", "application/x-bibtex", FormatKind.CITATION, parameters="charset=utf-8"
    ),
    Format(
        "RIS",
        "ris",
        "application/x-research-info-systems",
        FormatKind.CITATION,
        parameters="charset=utf-8",
    ),
)

BY_SUFFIX = {form.suffix: form for form in FORMATS}

TTL, JSONLD, CSV, XLSX, DOCX, SVG, PNG, ZIP, HTML, MARKDOWN, JSON, ATOM = (
    BY_SUFFIX[suffix]
    for suffix in (
        "ttl",
        "jsonld",
        "csv",
        "xlsx",
        "docx",
        "svg",
        "png",
        "zip",
        "html",
        "md",
        "json",
        "atom",
    )
)


def of_kinds(*kinds: FormatKind) -> tuple[Format, ...]:
    """The formats of some kinds, by kind in the order given."""
    return tuple(form for kind in kinds for form in FORMATS if form.kind is kind)


RDF = of_kinds(FormatKind.DESCRIPTION)

#: The profiles of JSON-LD (https://www.w3.org/TR/json-ld11/#iana-considerations): the last part of
#: their IRIs.
JSON_LD_PROFILE = "http://www.w3.org/ns/json-ld#"
EXPANDED, COMPACTED = "expanded", "compacted"

#: JSON-LD in expanded form, without context.
EXPANDED_JSON_LD = replace(
    JSONLD, write=partial(_write_rdf, JSON_LD), parameters=f'profile="{JSON_LD_PROFILE}{EXPANDED}"'
)


def _write_rdf12(
    syntax: RdfSyntax, triples: Iterable[Triple], prefixes: Mapping[str, str]
) -> bytes:
    """Triples with reifiers in an RDF syntax, as `_write_rdf`."""
    return _write_rdf(syntax, with_reifiers(triples), prefixes)


#: Syntaxes of RDF 1.2, by suffix; JSON-LD has none
#: (https://www.w3.org/TR/rdf12-turtle/#sec-mediaReg).
RDF12 = {
    form.suffix: replace(
        form,
        write=partial(_write_rdf12, form.syntax),
        parameters="charset=utf-8; version=1.2"
        if form.media_type.startswith("text/")
        else "version=1.2",
    )
    for form in of_kinds(FormatKind.DESCRIPTION)
    if form.syntax is not None and form is not JSONLD
}

#: Formats of a description, in order of preference where a client takes any: browsers always name
#: HTML, programs get Turtle.
DESCRIPTIONS = of_kinds(FormatKind.DESCRIPTION, FormatKind.PAGE)

#: Formats of the document about a resource.
DOCUMENTS = of_kinds(FormatKind.DESCRIPTION, FormatKind.TABLE, FormatKind.NOTE, FormatKind.PAGE)

#: Formats of descriptions under other media types: JSON-LD is JSON; Turtle is TriG and Notation3,
#: N-Triples is N-Quads.
ALIASES: Mapping[str, Format] = {
    "application/json": replace(JSONLD, media_type="application/json"),
    "application/trig": replace(TTL, media_type="application/trig"),
    "text/n3": replace(TTL, media_type="text/n3"),
    "application/n-quads": replace(BY_SUFFIX["nt"], media_type="application/n-quads"),
    "application/xhtml+xml": HTML,
}

#: Formats whose texts are in the language of the reader.
IN_LANGUAGE = (HTML, MARKDOWN, CSV)

CITATIONS = of_kinds(FormatKind.CITATION)

#: Other media types under which clients request a syntax of query results.
ALSO = {"application/json": JSON_RESULTS, "application/xml": XML_RESULTS, "text/xml": XML_RESULTS}

Form = TypeVar("Form")


def suffixes_in_words(offered: Iterable[Format]) -> str:
    """The sentence of an operation's description about its formats, without the full stop."""
    suffixes = ", ".join(f"`.{form.suffix}`" for form in offered)
    return f"Formats by the Accept header, or by suffix: {suffixes}"


def best_media_type(accept: MIMEAccept, offered: Iterable[str]) -> str | None:
    """The offered media type that an Accept header prefers; the first where it has none; None for 406.

    Parameters (`profile=…`, `charset=…`) are ignored: they request variants of one type.
    """
    offers = list(offered)
    if not accept:
        return offers[0]
    plain = MIMEAccept([(media_type.split(";", 1)[0], quality) for media_type, quality in accept])
    return plain.best_match(offers)


def preferred(accept: MIMEAccept, offered: Mapping[str, Form]) -> Form | None:
    """The form, of those offered by media type, that an Accept header prefers; None for 406."""
    media_type = best_media_type(accept, offered)
    return None if media_type is None else offered[media_type]
