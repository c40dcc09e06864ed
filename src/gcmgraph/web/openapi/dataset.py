"""The addresses of the dataset as a whole, of its versions and of their downloads."""

from __future__ import annotations

from gcmgraph.publication.versions.downloads import FORMATS
from gcmgraph.web.dataset.versions import OF_A_VERSION, OF_THE_LIST
from gcmgraph.web.http.formats import CITATIONS, DESCRIPTIONS, HTML, RDF
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
_NAME = path("version", "The name of the version.", text())

PATHS: Json = {
    "/dataset": get(
        "dataset",
        "dataset",
        "The dataset in DCAT 3",
        {200: answer("What it is, and how it can be had.", DESCRIPTION | media(LINKSET_JSON), _LINKED)},
        parameters=[query("linkset", "Its typed links, whatever the value.", text()), LANG],
        problems=(406,),
        conditional=True,
    ),
    "/dataset.{suffix}": get(
        "dataset_as",
        "dataset",
        "The dataset in DCAT 3, as a reference to cite, or its typed links, by suffix",
        {200: answer("What it is, and how it can be had.", _ABOUT, _LINKED)},
        parameters=[path("suffix", "What it comes as.", one_of(_ABOUT_SUFFIXES), "ttl"), LANG],
        problems=(404,),
        conditional=True,
    ),
    "/dataset/{version}": get(
        "version",
        "dataset",
        "A version: its downloads, and what it added and took away",
        {200: answer("What is known of it.", _VERSION, _LINKED)},
        description="By Accept, or by suffix: " + ", ".join(f"`.{form.suffix}`" for form in OF_A_VERSION) + ".",
        parameters=[_NAME, LANG],
        problems=(404, 406),
        conditional=True,
    ),
    "/changes": get(
        "changes",
        "dataset",
        "All versions, newest first",
        {200: answer("A page of them.", _VERSIONS, _LINKED)},
        parameters=[PAGE_NUMBER, LANG],
        problems=(400, 404, 406),
        conditional=True,
    ),
    "/changes.{suffix}": get(
        "changes_as",
        "dataset",
        "All versions, newest first, by suffix",
        {200: answer("A page of them.", _VERSIONS, _LINKED)},
        parameters=[
            path("suffix", "What they come as.", one_of(form.suffix for form in OF_THE_LIST), "json"),
            PAGE_NUMBER,
            LANG,
        ],
        problems=(400, 404),
        conditional=True,
    ),
    "/dumps/": get(
        "dumps",
        "dataset",
        "The downloads of all versions",
        {200: answer("Their addresses, sizes and checksums.", _DOWNLOADS)},
        parameters=[LANG],
        problems=(404, 406),
        conditional=True,
    ),
    "/dumps/{version}": get(
        "dumps_of",
        "dataset",
        "The downloads of a version",
        {200: answer("Their addresses, sizes and checksums.", _DOWNLOADS)},
        parameters=[_NAME, LANG],
        problems=(404, 406),
        conditional=True,
    ),
    "/dumps/{version}/{name}": get(
        "dump",
        "dataset",
        "A download, whole or a range of it",
        {
            200: answer("All of it.", _DOWNLOAD, _LINKED),
            206: answer("The range that was asked for.", _DOWNLOAD, _LINKED),
        },
        parameters=[_NAME, path("name", "The file.", one_of(form.name for form in FORMATS), FORMATS[0].name)],
        problems=(404,),
        conditional=True,
    ),
    "/linksets": get(
        "linksets",
        "dataset",
        "The links to other datasets",
        {200: answer("Count, coverage and last check of each set.", DESCRIPTION, _LINKED)},
        parameters=[LANG],
        problems=(406,),
        conditional=True,
    ),
    "/linksets.{suffix}": get(
        "linksets_as",
        "dataset",
        "The links to other datasets, by suffix",
        {200: answer("Count, coverage and last check of each set.", DESCRIPTION, _LINKED)},
        parameters=[SUFFIX, LANG],
        problems=(404,),
        conditional=True,
    ),
    "/.well-known/void": get(
        "void",
        "dataset",
        "The dataset in VoID",
        {200: answer("What it holds.", media(*(form.media_type for form in RDF)))},
        problems=(406,),
        conditional=True,
    ),
}
