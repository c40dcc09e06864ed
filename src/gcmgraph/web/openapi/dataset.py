"""Paths of the dataset, its versions, downloads and link sets."""

from __future__ import annotations

from gcmgraph.publication.csv.whole import TABLES
from gcmgraph.publication.metadata.csvw import METADATA_SUFFIX
from gcmgraph.publication.versions.downloads import FORMATS
from gcmgraph.web.dataset.tables import JSON_LD_TYPE, METADATA_TYPE
from gcmgraph.web.dataset.versions import OF_A_VERSION, OF_THE_LIST
from gcmgraph.web.http.formats import CITATIONS, CSV, DESCRIPTIONS, HTML, RDF
from gcmgraph.web.openapi.builders import JSON, Json, answer, get, media, one_of, path, query, text
from gcmgraph.web.openapi.components import LANG, PAGE_NUMBER
from gcmgraph.web.openapi.resources import DESCRIPTION, SUFFIX
from gcmgraph.web.responses.signposting import LINKSET_JSON, LINKSET_SUFFIX

_LINKED = ("Link",)

_ABOUT = media(*(form.media_type for form in (*DESCRIPTIONS, *CITATIONS)), LINKSET_JSON)
_ABOUT_SUFFIXES = [*(form.suffix for form in (*DESCRIPTIONS, *CITATIONS)), LINKSET_SUFFIX[1:]]

_VERSION = media({JSON: "Version"}, *(form.media_type for form in OF_A_VERSION if form.media_type != JSON))
_VERSIONS = media({JSON: "Versions"}, *(form.media_type for form in OF_THE_LIST if form.media_type != JSON))

_DOWNLOADS = media({JSON: "Downloads"}, HTML.media_type)
_DOWNLOAD = media(*dict.fromkeys(form.compression or form.media_type for form in FORMATS))
_KIND = path("kind", "Kind of the resources.", one_of(TABLES), "country")
_NAME = path("version", "Name of the version, the digest of its content.", text())

PATHS: Json = {
    "/dataset": get(
        "dataset",
        "dataset",
        "Describe the dataset (DCAT 3)",
        {200: answer("Description of the dataset and its distributions.", DESCRIPTION | media(LINKSET_JSON), _LINKED)},
        parameters=[query("linkset", "Selects the typed links of the dataset; the value is ignored.", text()), LANG],
        problems=(406,),
        conditional=True,
    ),
    "/dataset.{suffix}": get(
        "dataset_as",
        "dataset",
        "Describe the dataset in the format of a suffix: DCAT 3, citation or typed links",
        {200: answer("Description of the dataset and its distributions.", _ABOUT, _LINKED)},
        parameters=[path("suffix", "Format of the response.", one_of(_ABOUT_SUFFIXES), "ttl"), LANG],
        problems=(404,),
        conditional=True,
    ),
    "/dataset/{version}": get(
        "version",
        "dataset",
        "Describe a version: downloads, added and removed statements",
        {200: answer("Description of the version.", _VERSION, _LINKED)},
        description="Formats by the Accept header, or by suffix: "
        + ", ".join(f"`.{form.suffix}`" for form in OF_A_VERSION)
        + ".",
        parameters=[_NAME, LANG],
        problems=(404, 406, 503),
        conditional=True,
    ),
    "/tables/{kind}.csv": get(
        "table",
        "dataset",
        "Return all resources of a kind as a table",
        {200: answer("Table, ordered by name.", media(CSV.media_type), _LINKED)},
        parameters=[_KIND],
        problems=(404,),
        conditional=True,
    ),
    f"/tables/{{kind}}.csv{METADATA_SUFFIX}": get(
        "table_metadata",
        "dataset",
        "Describe the columns of a table (CSV on the Web)",
        {200: answer("Metadata of the table.", media(METADATA_TYPE))},
        parameters=[_KIND],
        problems=(404,),
        conditional=True,
    ),
    "/tables/croissant.json": get(
        "croissant",
        "dataset",
        "Describe all tables (Croissant 1.1)",
        {200: answer("Description of the tables.", media(JSON_LD_TYPE))},
        conditional=True,
    ),
    "/changes": get(
        "changes",
        "dataset",
        "List versions, newest first",
        {200: answer("Page of the list of versions.", _VERSIONS, _LINKED)},
        parameters=[PAGE_NUMBER, LANG],
        problems=(400, 404, 406, 503),
        conditional=True,
    ),
    "/changes.{suffix}": get(
        "changes_as",
        "dataset",
        "List versions, newest first, in the format of a suffix",
        {200: answer("Page of the list of versions.", _VERSIONS, _LINKED)},
        parameters=[
            path("suffix", "Format of the response.", one_of(form.suffix for form in OF_THE_LIST), "json"),
            PAGE_NUMBER,
            LANG,
        ],
        problems=(400, 404, 503),
        conditional=True,
    ),
    "/dumps/": get(
        "dumps",
        "dataset",
        "List downloads of versions, newest first",
        {200: answer("Page of the list: URLs, sizes and checksums of the files.", _DOWNLOADS, _LINKED)},
        parameters=[PAGE_NUMBER, LANG],
        problems=(400, 404, 406),
        conditional=True,
    ),
    "/dumps/{version}": get(
        "dumps_of",
        "dataset",
        "List downloads of a version",
        {200: answer("URLs, sizes and checksums of the files.", _DOWNLOADS)},
        parameters=[_NAME, LANG],
        problems=(404, 406),
        conditional=True,
    ),
    "/dumps/{version}/{name}": get(
        "dump",
        "dataset",
        "Download a file, or a byte range of it",
        {
            200: answer("Complete file.", _DOWNLOAD, _LINKED),
            206: answer("Requested byte range.", _DOWNLOAD, _LINKED),
        },
        parameters=[_NAME, path("name", "File name.", one_of(form.name for form in FORMATS), FORMATS[0].name)],
        problems=(404, 503),
        conditional=True,
    ),
    "/linksets": get(
        "linksets",
        "dataset",
        "Describe the link sets to other datasets",
        {200: answer("Size, coverage and last check of each link set.", DESCRIPTION, _LINKED)},
        parameters=[LANG],
        problems=(406,),
        conditional=True,
    ),
    "/linksets.{suffix}": get(
        "linksets_as",
        "dataset",
        "Describe the link sets to other datasets, in the format of a suffix",
        {200: answer("Size, coverage and last check of each link set.", DESCRIPTION, _LINKED)},
        parameters=[SUFFIX, LANG],
        problems=(404,),
        conditional=True,
    ),
    "/.well-known/sparql-examples": get(
        "sparql_examples",
        "dataset",
        "Describe example queries, for SPARQL editors and assistants",
        {
            200: answer(
                "Queries that can be run as they are, with texts in six languages, and the prefixes of the dataset.",
                media(*(form.media_type for form in RDF)),
            )
        },
        problems=(406,),
        conditional=True,
    ),
    "/.well-known/void": get(
        "void",
        "dataset",
        "Describe the dataset in VoID",
        {
            200: answer(
                "VoID description: counts, classes with their properties, graphs, link sets, downloads.",
                media(*(form.media_type for form in RDF)),
            )
        },
        problems=(406,),
        conditional=True,
    ),
}
