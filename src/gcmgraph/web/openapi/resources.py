"""The addresses of things, of the documents about them, of lists of them, and of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.namespaces import KINDS
from gcmgraph.publication.lists.catalogue import CLASSES
from gcmgraph.publication.lists.facets import FACETS, Facet
from gcmgraph.publication.lists.index import SORTS
from gcmgraph.rdfio.media import JSON_LD
from gcmgraph.text.partial_dates import FIRST_YEAR, LAST_YEAR
from gcmgraph.web.browse.request import MAX_PAGE_SIZE, MAX_TEXT, MAX_VALUES, ListRequest
from gcmgraph.web.browse.routes import OFFER
from gcmgraph.web.http.formats import CITATIONS, DESCRIPTIONS, DOCUMENTS
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
from gcmgraph.web.openapi.components import LANG, PAGE_NUMBER, PAGED, format_of
from gcmgraph.web.responses.signposting import LINKSET_JSON, LINKSET_SUFFIX


def _named(suffixes: Iterable[str]) -> str:
    return ", ".join(f"`.{suffix}`" for suffix in suffixes)


#: What a description comes as.
DESCRIPTION = media(*(form.media_type for form in DESCRIPTIONS))

_DOCUMENT = media(*(form.media_type for form in (*DOCUMENTS, *CITATIONS)), LINKSET_JSON)
_SUFFIXES = _named(form.suffix for form in (*DOCUMENTS, *CITATIONS))

#: What may stand at the end of the address of a description.
SUFFIX = path("suffix", "What the description comes as.", one_of(form.suffix for form in DESCRIPTIONS), "ttl")

_KIND = path("kind", "The kind of the thing.", one_of(KINDS), "country")
_LOCAL = path(
    "local", "The name of the thing among its kind. It may hold slashes, percent-encoded or not.", text(), "AFG"
)


def _page(name: str, summary: str) -> Json:
    """An address that gives a page, and nothing else."""
    told = {200: answer("The page.", PAGE)}
    return get(name, "things", summary, told, parameters=[LANG], conditional=True)


def _vocabulary(name: str, summary: str) -> Json:
    """The addresses of a graph that is served whole, negotiated and by suffix."""
    told = {200: answer("All of it.", DESCRIPTION, ["Link"])}
    by_suffix = f"{summary}, by suffix"
    return {
        f"/{name}": get(name, "things", summary, told, parameters=[LANG], problems=(406,), conditional=True),
        f"/{name}.{{suffix}}": get(
            f"{name}_as", "things", by_suffix, told, parameters=[SUFFIX, LANG], problems=(404,), conditional=True
        ),
    }


def _filter(facet: Facet) -> Json:
    description = f"Only things with this {facet.name}; with one of them, if it is repeated."
    return query(facet.name, description, many(text(), MAX_VALUES))


def _list(kind: str) -> Json:
    """The list of the things of a kind."""
    years = whole(FIRST_YEAR, LAST_YEAR)
    dated = [
        query("from", "Only what was going on in this year or later.", years),
        query("to", "Only what was going on in this year or earlier.", years),
    ]
    parameters = [
        *(_filter(facet) for facet in FACETS[kind]),
        *(dated if kind == "practice" else []),
        query("q", "Words in the names of the things.", text(MAX_TEXT)),
        query("sort", "The order.", one_of(SORTS if kind == "practice" else SORTS[:1], SORTS[0])),
        PAGE_NUMBER,
        query("limit", "Things on a page.", whole(1, MAX_PAGE_SIZE, ListRequest(kind, {}).size)),
        format_of(OFFER.by_name),
        LANG,
    ]
    forms = media({JSON: "Things"}, *(form for form in OFFER.by_media_type if form != JSON))
    return get(
        f"list_{kind}",
        "things",
        f"The things of the kind {kind}",
        {200: answer("A page of the list.", forms, PAGED)},
        parameters=parameters,
        problems=(400, 406),
        conditional=True,
    )


PATHS: Json = {
    "/": _page("home", "Counts, and questions to start from"),
    "/map": _page("map", "A map of the countries by number of practices, and the same as a table"),
    "/network": _page("network", "A picture of who works with whom, and the same as a table"),
    **{f"/browse/{kind}": _list(kind) for kind in CLASSES},
    "/id/{kind}/{local}": get(
        "identify",
        "things",
        "A thing: leads to the document about it",
        {303: answer("The document about it.", headers=["Location"])},
        parameters=[_KIND, _LOCAL],
        problems=(404, 410),
    ),
    "/doc/{kind}/{local}": get(
        "describe",
        "things",
        "The document about a thing",
        {200: answer("What is known of it.", _DOCUMENT, ["Link"])},
        description=f"By Accept, or by suffix: {_SUFFIXES}; `{LINKSET_SUFFIX}` gives its typed links.",
        parameters=[
            _KIND,
            _LOCAL,
            query("statement", "Of a source: the words that say so, by the name of the evidence.", text()),
            query("passage", "Of a source: a passage, by its first place and its end.", text(), example="0-40"),
            query("part", "Of a long source: the part.", whole(1)),
            query("linkset", "The typed links of the document, whatever its value.", text()),
            LANG,
        ],
        problems=(404, 406, 410),
        conditional=True,
    ),
    "/graph/{name}": get(
        "describe_graph",
        "things",
        "What a named graph is, and how many triples it holds",
        {200: answer("What is known of it.", DESCRIPTION, ["Link"])},
        description=f"By Accept, or by suffix: {_named(form.suffix for form in DESCRIPTIONS)}.",
        parameters=[path("name", "The name; it may hold slashes.", text(), "reference/countries"), LANG],
        problems=(404, 406),
        conditional=True,
    ),
    **_vocabulary("ontology", "The terms"),
    "/ontology/{version}": get(
        "ontology_version",
        "things",
        "The terms, by the version IRI of the ontology: leads to them",
        {303: answer("All of it.", headers=["Location"])},
        parameters=[path("version", "The version that is published.", text(), "0.1.0")],
        problems=(404,),
    ),
    **_vocabulary("shapes", "The rules for data"),
    "/context.jsonld": get(
        "context", "things", "The JSON-LD context", {200: answer("It.", media(JSON_LD.media_type))}, conditional=True
    ),
}
