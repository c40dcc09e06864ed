"""Paths of resources, documents about them, lists, and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.kinds import KINDS
from gcmgraph.publication.lists.facets import FACETS, Facet
from gcmgraph.publication.lists.index import SORTS
from gcmgraph.rdfio.json_ld import versions
from gcmgraph.rdfio.media import JSON_LD
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.text.partial_dates import FIRST_YEAR, LAST_YEAR
from gcmgraph.web.briefs.routes import BRIEFS
from gcmgraph.web.briefs.routes import OFFER as BRIEF_FORMATS
from gcmgraph.web.browse.matrix import ROWS
from gcmgraph.web.browse.matrix_routes import OFFER as MATRIX_FORMATS
from gcmgraph.web.browse.request import MAX_PAGE_SIZE, MAX_TEXT, MAX_VALUES, ListRequest
from gcmgraph.web.browse.routes import OFFER
from gcmgraph.web.home.guides import GUIDES
from gcmgraph.web.http.formats import CITATIONS, COMPACTED, DESCRIPTIONS, DOCUMENTS, EXPANDED, SVG
from gcmgraph.web.http.negotiation import RDF12_ANNOTATIONS
from gcmgraph.web.openapi.builders import (
    JSON,
    PAGE,
    Json,
    answer,
    get,
    many,
    media,
    one_of,
    path,
    query,
    text,
    whole,
)
from gcmgraph.web.openapi.components import LANG, MARK, PAGE_NUMBER, PAGED, format_of
from gcmgraph.web.responses.signposting import LINKSET_JSON, LINKSET_SUFFIX


def _named(suffixes: Iterable[str]) -> str:
    return ", ".join(f"`.{suffix}`" for suffix in suffixes)


#: Media types of a description.
DESCRIPTION = media(*(form.media_type for form in DESCRIPTIONS))

_DOCUMENT = media(*(form.media_type for form in (*DOCUMENTS, *CITATIONS)), LINKSET_JSON)
_SUFFIXES = _named(form.suffix for form in (*DOCUMENTS, *CITATIONS))

#: Suffix of the path of a description.
SUFFIX = path("suffix", "Format of the description.", one_of(form.suffix for form in DESCRIPTIONS), "ttl")

_KIND = path("kind", "Kind of the resource.", one_of(KINDS), "country")
_LOCAL = path(
    "local",
    "Local name of the resource within its kind. It may contain slashes, percent-encoded or not.",
    text(),
    "AFG",
)


#: Parameters of lists of practices about their dates.
_DATED = [
    query("from", "First year: only practices carried out in this year or later.", whole(FIRST_YEAR, LAST_YEAR)),
    query("to", "Last year: only practices carried out in this year or earlier.", whole(FIRST_YEAR, LAST_YEAR)),
]

#: Day of a list of practices.
_DAY = query(
    "on",
    "Day of the values of `state` (running, ended, planned, undated); by default that of the dataset version.",
    {"type": "string", "format": "date"},
)


def _page(name: str, summary: str) -> Json:
    """A path that returns an HTML page only."""
    told = {200: answer("HTML page.", PAGE)}
    return get(name, "things", summary, told, parameters=[LANG], conditional=True)


def _matrix(name: str, summary: str, *parameters: Json) -> Json:
    """A path of the matrix of practices, with the filters of their list."""
    filters = [_filter(facet) for facet in FACETS["practice"]]
    return get(
        name,
        "things",
        summary,
        {200: answer("Matrix in the requested format.", media(*MATRIX_FORMATS.by_media_type))},
        parameters=[*parameters, format_of(MATRIX_FORMATS.by_name), MARK, *filters, _DAY, LANG],
        problems=(400, 404, 406),
        conditional=True,
    )


def _vocabulary(name: str, summary: str) -> Json:
    """The two paths of a graph that is served as a whole: negotiated, and by suffix."""
    told = {200: answer("Complete graph.", DESCRIPTION, ["Link"])}
    by_suffix = f"{summary}, in the format of a suffix"
    return {
        f"/{name}": get(name, "things", summary, told, parameters=[LANG], problems=(406,), conditional=True),
        f"/{name}.{{suffix}}": get(
            f"{name}_as", "things", by_suffix, told, parameters=[SUFFIX, LANG], problems=(404,), conditional=True
        ),
    }


def _filter(facet: Facet) -> Json:
    description = (
        f"Filter by {facet.name}: a key of `counts` in the JSON response. If repeated, any of the values matches."
    )
    return query(facet.name, description, many(text(), MAX_VALUES))


def _list(kind: str) -> Json:
    """The path of the list of one kind."""
    parameters = [
        *(_filter(facet) for facet in FACETS[kind]),
        *((*_DATED, _DAY) if kind == "practice" else ()),
        query("q", "Words that the name contains.", text(MAX_TEXT)),
        query("sort", "Order of the list.", one_of(SORTS if kind == "practice" else SORTS[:1], SORTS[0])),
        PAGE_NUMBER,
        query(
            "limit",
            f"Items per page; in XLSX {MAX_WORKBOOK_ROWS} by default.",
            whole(1, MAX_PAGE_SIZE, ListRequest(kind, {}).size),
        ),
        format_of(OFFER.by_name),
        MARK,
        LANG,
    ]
    forms = media({JSON: "Things"}, *(form for form in OFFER.by_media_type if form != JSON))
    return get(
        f"list_{kind}",
        "things",
        f"List resources of the kind {kind}",
        {200: answer("Page of the list.", forms, PAGED)},
        parameters=parameters,
        problems=(400, 406),
        conditional=True,
    )


#: The rows of a matrix.
_MATRIX_FACET = path("facet", "Facet of the rows.", one_of(ROWS), ROWS[0])

PATHS: Json = {
    "/": _page("home", "Return the home page: counts and example questions"),
    "/about": _page("about", "Return the page about the site: coverage, glossary, citation, contact"),
    "/matrix": _matrix("matrix", "Return numbers of practices by country and objective"),
    "/matrix/{facet}": _matrix("matrixBy", "Return numbers of practices by a facet and objective", _MATRIX_FACET),
    "/guides/{name}": get(
        "guide",
        "things",
        "Return a guide for officers or analysts",
        {200: answer("HTML page.", PAGE)},
        parameters=[path("name", "Name of the guide.", one_of(GUIDES), "officer"), LANG],
        problems=(404,),
        conditional=True,
    ),
    "/guides/pictures/{file}.png": get(
        "guidePicture",
        "things",
        "Return a picture of a guide",
        {200: answer("Picture.", media("image/png"))},
        parameters=[path("file", "Name of the picture.", text(), "officer-steps.en")],
        problems=(404,),
        conditional=True,
    ),
    "/brief/{kind}/{local}": get(
        "brief",
        "things",
        "Return the brief of a country or an objective, which prints on two A4 pages",
        {200: answer("Brief in the requested format.", media(*BRIEF_FORMATS.by_media_type))},
        parameters=[
            path("kind", "Kind of the resource.", one_of(BRIEFS), "country"),
            path("local", "ISO code of the country, or number of the objective.", text(), "AFG"),
            format_of(BRIEF_FORMATS.by_name),
            LANG,
        ],
        problems=(400, 404, 406),
        conditional=True,
    ),
    "/map": _page("map", "Return a map of countries by number of practices, and its data as a table"),
    "/network": _page("network", "Return a diagram of cooperation between organisations, and its data as a table"),
    "/coverage": _page("coverage", "Return the actions of all objectives by number of practices, and a table of them"),
    **{
        f"/{name}.svg": get(
            f"{name}_svg",
            "things",
            f"Return the drawing of `/{name}` as a file",
            {200: answer("SVG drawing.", media(SVG.media_type))},
            parameters=[LANG],
            conditional=True,
        )
        for name in ("coverage", "map", "network")
    },
    **{f"/browse/{kind}": _list(kind) for kind in KINDS},
    "/id/{kind}/{local}": get(
        "identify",
        "things",
        "Redirect from a resource to the document about it",
        {303: answer("Redirect to the document.", headers=["Location"])},
        parameters=[_KIND, _LOCAL],
        problems=(404, 410),
    ),
    "/doc/{kind}/{local}": get(
        "describe",
        "things",
        "Return the document about a resource",
        {200: answer("Description of the resource.", _DOCUMENT, ["Link"])},
        description=f"Formats by the Accept header, or by suffix: {_SUFFIXES}; `{LINKSET_SUFFIX}` for typed links.",
        parameters=[
            _KIND,
            _LOCAL,
            query("statement", "For sources: local name of the evidence to highlight.", text()),
            query(
                "passage",
                "For sources: passage to highlight, as start and end offsets in characters.",
                text(),
                example="0-40",
            ),
            query("part", "For long sources: number of the part, from 1.", whole(1)),
            query("linkset", "Selects the typed links of the document; the value is ignored.", text()),
            query("profile", "Form of JSON-LD.", one_of((COMPACTED, EXPANDED), COMPACTED)),
            query("annotations", "Evidence as reifiers of RDF 1.2; not in JSON-LD.", one_of((RDF12_ANNOTATIONS,))),
            LANG,
        ],
        problems=(400, 404, 406, 410),
        conditional=True,
    ),
    "/graph/{name}": get(
        "describe_graph",
        "things",
        "Describe a named graph, with its number of triples",
        {200: answer("Description of the graph.", DESCRIPTION, ["Link"])},
        description=f"Formats by the Accept header, or by suffix: {_named(form.suffix for form in DESCRIPTIONS)}.",
        parameters=[path("name", "Name of the graph; it may contain slashes.", text(), "reference/countries"), LANG],
        problems=(404, 406),
        conditional=True,
    ),
    **_vocabulary("ontology", "Return the ontology"),
    "/ontology/{version}": get(
        "ontology_version",
        "things",
        "Return the ontology at its version IRI",
        {200: answer("Terms of the ontology.", DESCRIPTION, ["Link"])},
        parameters=[path("version", "Published version of the ontology.", text(), "0.1.0"), LANG],
        problems=(404, 406),
        conditional=True,
    ),
    **_vocabulary("shapes", "Return the shapes, the rules that data must satisfy"),
    "/context.jsonld": get(
        "context",
        "things",
        "Return the JSON-LD context",
        {200: answer("JSON-LD context.", media(JSON_LD.media_type))},
        conditional=True,
    ),
    "/context/{version}.jsonld": get(
        "context_of_version",
        "things",
        "Return the JSON-LD context of a version of the ontology",
        {200: answer("JSON-LD context.", media(JSON_LD.media_type))},
        parameters=[path("version", "Version of the ontology.", one_of(versions()), versions()[-1])],
        problems=(404,),
        conditional=True,
    ),
}
