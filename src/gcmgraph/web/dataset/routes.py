"""/dataset, /tables/…, /linksets and /.well-known/void: the dataset in DCAT 3 and VoID, its tables and link sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from flask import Flask, Response, render_template, request
from markupsafe import Markup

from gcmgraph import __version__
from gcmgraph.linking.sssom import Figure
from gcmgraph.publication import tables
from gcmgraph.publication.metadata import dcat, schema_org, table_metadata, void
from gcmgraph.publication.metadata.link_sets import LinkSetFacts, LinkSets
from gcmgraph.publication.metadata.partitions import PARTITIONS
from gcmgraph.rdf.canonical import sha256
from gcmgraph.rdf.terms import Triple
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CITATIONS, CSV, DESCRIPTIONS, HTML, RDF
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, RDF_FOR_ANYONE, negotiate
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses import negotiated
from gcmgraph.web.services import Site, Snapshot, per_version
from gcmgraph.web.templating import Page

#: Versions before the current one that the description of the dataset describes.
EARLIER = 9

_DESCRIBED = "Description of the dataset and its distributions."
_ANSWER = api.answer(_DESCRIBED, DESCRIPTIONS, negotiated.LINKSET_JSON, headers=("Link",))
_OF_SUFFIX = api.answer(
    _DESCRIBED, DESCRIPTIONS, CITATIONS, negotiated.LINKSET_JSON, headers=("Link",)
)
_LINKSET = api.Parameter("linkset", "Selects the typed links of the dataset; the value is ignored.")
_SUFFIX = api.suffix_of((*DESCRIPTIONS, *CITATIONS, negotiated.LINKSET_SUFFIX[1:]))
_BY_SUFFIX = "Describe the dataset in the format of a suffix: DCAT 3, citation or typed links"


@per_version
def _facts(snapshot: Snapshot, site: Site) -> void.DatasetFacts:
    known = (snapshot.store, snapshot.listings, snapshot.figures, snapshot.version)
    return void.dataset_facts(
        *known, site.addresses, site.sparql_url, site.operator.contact_link or ""
    )


def known_facts(site: Site, snapshot: Snapshot) -> void.DatasetFacts:
    """Facts about a version, with its present downloads: some are added while it is current."""
    history, version = site.dataset.history, snapshot.version
    return replace(
        _facts(snapshot, site),
        current=history.described(version) if history.holds(version) else None,
    )


def known_files(site: Site, snapshot: Snapshot) -> str:
    """The names of the present downloads, for the entity tags of documents that list them."""
    return site.dataset.history.files(snapshot.version)


def _with_earlier(site: Site, snapshot: Snapshot) -> void.DatasetFacts:
    """As `known_facts`, with the newest of the versions before that have downloads."""
    history = site.dataset.history
    names = [name for name in history.names() if name != snapshot.version][:EARLIER]
    found = tuple(one for one in map(history.described, names) if one.dumps)
    return replace(known_facts(site, snapshot), earlier=found)


@per_version
def _link_sets(snapshot: Snapshot) -> tuple[LinkSetFacts, ...]:
    return LinkSets(snapshot.store, snapshot.addresses).facts()


def structured_data(site: Site, facts: void.DatasetFacts, language: str) -> Markup:
    """The dataset for search engines, as the text of a block of data in a page."""
    return Markup(  # noqa: S704 - no markup in it
        schema_org.script_text(schema_org.dataset_in_schema_org(facts, site.addresses, language))
    )


def add_routes(app: Flask, site: Site) -> None:
    """/dataset, and with a suffix."""
    _add_tables(app, site)
    _add_link_sets(app, site)
    _add_void(app, site)

    @app.get("/dataset", defaults={"suffix": None})
    @app.get("/dataset.<suffix>")
    @api.operation("dataset", _ANSWER, (_LINKSET, api.LANG), path="/dataset")
    @api.operation(
        "dataset_as", _OF_SUFFIX, (_SUFFIX, api.LANG), path="/dataset.{suffix}", summary=_BY_SUFFIX
    )
    def dataset(suffix: str | None) -> Response:
        """Describe the dataset (DCAT 3)."""
        if suffix == negotiated.LINKSET_SUFFIX[1:] or (
            suffix is None and "linkset" in request.args
        ):
            return _linkset()
        form = negotiate(DESCRIPTION_OFFER, "/dataset.{}".format, suffix=suffix)
        page = Page.requested(site)
        snapshot = page.snapshot

        def body() -> str | Iterable[Triple]:
            if form is not HTML:
                return dcat.describe_in_dcat(_with_earlier(site, snapshot), site.addresses)
            facts = known_facts(site, snapshot)
            return render_template(
                "dataset.html",
                page=page,
                facts=facts,
                structured=structured_data(site, facts, page.language),
                data_formats=RDF,
                tables=tables.TABLES,
                with_parquet=tables.WITH_PARQUET,
            )

        return negotiated.document(
            snapshot,
            body,
            form,
            path="/dataset",
            describes=f"{site.addresses.base}dataset",
            parts=(known_files(site, snapshot),),
            links=lambda: negotiated.dataset_links(
                site.addresses, known_facts(site, snapshot).dumps, form
            ),
        )

    def _linkset() -> Response:
        snapshot = site.dataset.snapshot()

        def body() -> str:
            return negotiated.dataset_linkset(site.addresses, known_facts(site, snapshot).dumps)

        return negotiated.cached_document(
            snapshot, body, negotiated.LINKSET_JSON, known_files(site, snapshot), vary=None
        )


#: Media types of a table (RFC 7111) and of its metadata
#: (https://www.w3.org/TR/tabular-metadata/#iana-considerations).
TABLE_TYPE = f"{CSV.content_type}; header=present"
METADATA_TYPE = "application/csvm+json"
JSON_LD_TYPE = "application/ld+json"

_TABLE = api.answer("Table, ordered by name.", CSV, headers=("Link",))
_KIND = api.Parameter("kind", "Kind of the resources.", api.one_of(tables.TABLES), "country")


def _add_tables(app: Flask, site: Site) -> None:
    """/tables/KIND.csv and .parquet, metadata, and /tables/croissant.json."""

    @app.get("/tables/<kind>.csv")
    @api.operation("table", _TABLE, (_KIND,))
    def table(kind: str) -> Response:
        """Return all resources of a kind as a table."""
        snapshot = _of(kind)
        make = partial(_content, snapshot, kind)
        response = negotiated.cached_document(
            snapshot, make, TABLE_TYPE, vary=None, language=SOURCE_LANGUAGE
        )
        described = f"{request.script_root}/tables/{kind}.csv{tables.METADATA_SUFFIX}"
        response.headers.add(
            "Link", negotiated.TypedLink("describedby", described, METADATA_TYPE).header()
        )
        return response

    def parquet(kind: str) -> Response:
        """Return all resources of a kind as a table in Parquet, with lists where a resource has several values."""
        snapshot = _of(kind)
        make = partial(tables.table_parquet, snapshot.listings.of(kind))
        return negotiated.cached_document(
            snapshot, make, tables.PARQUET_TYPE, vary=None, language=SOURCE_LANGUAGE
        )

    if tables.WITH_PARQUET:
        described = api.operation(
            "table_parquet", api.answer("Table, ordered by name.", tables.PARQUET_TYPE), (_KIND,)
        )
        app.get("/tables/<kind>.parquet")(described(parquet))

    @app.get(f"/tables/<kind>.csv{tables.METADATA_SUFFIX}")
    @api.operation("table_metadata", api.answer("Metadata of the table.", METADATA_TYPE), (_KIND,))
    def metadata(kind: str) -> Response:
        """Describe the columns of a table (CSV on the Web)."""
        snapshot = _of(kind)
        make = partial(table_metadata.table_metadata, snapshot.listings.of(kind), site.addresses)
        return negotiated.cached_document(snapshot, make, METADATA_TYPE, vary=None)

    @app.get("/tables/croissant.json")
    @api.operation("croissant", api.answer("Description of the tables.", JSON_LD_TYPE), ())
    def croissant() -> Response:
        """Describe all tables (Croissant 1.1).

        It has the checksums of their content.
        """
        snapshot = site.dataset.snapshot()

        def make() -> str:
            named = {kind: tables.columns(snapshot.listings.of(kind)) for kind in tables.TABLES}
            digests = {kind: sha256(_content(snapshot, kind)) for kind in tables.TABLES}
            facts = known_facts(site, snapshot)
            return table_metadata.describe_in_croissant(
                facts, named, digests, site.public_base, __version__
            )

        parts = (known_files(site, snapshot), site.public_base)
        return negotiated.cached_document(snapshot, make, JSON_LD_TYPE, *parts, vary=None)

    def _of(kind: str) -> Snapshot:
        if kind not in tables.TABLES:
            raise not_found(request.path)
        return site.dataset.snapshot()


def _content(snapshot: Snapshot, kind: str) -> bytes:
    return tables.table_csv(snapshot.listings.of(kind)).encode()


#: Defects that a check may find, in the order of the page's columns.
FOUND_WRONG = tuple(figure for figure in Figure if figure is not Figure.LINKS)

_LINK_SETS = api.answer(
    "Size, coverage and last check of each link set.", DESCRIPTIONS, headers=("Link",)
)
_LINK_SET_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)


def _add_link_sets(app: Flask, site: Site) -> None:
    """/linksets, and with a suffix."""

    @app.get("/linksets", defaults={"suffix": None})
    @app.get("/linksets.<suffix>")
    @api.operation("linksets", _LINK_SETS, _LINK_SET_PARAMETERS)
    def link_sets(suffix: str | None) -> Response:
        """Describe the link sets to other datasets."""
        form = negotiate(DESCRIPTION_OFFER, "/linksets.{}".format, suffix=suffix)
        page = Page.requested(site)
        snapshot = page.snapshot

        def body() -> str | Iterable[Triple]:
            if form is not HTML:
                return LinkSets(snapshot.store, site.addresses).triples()
            return render_template(
                "linksets.html", page=page, sets=_link_sets(snapshot), figures=FOUND_WRONG
            )

        describes = f"{site.addresses.base}dataset"
        return negotiated.document(snapshot, body, form, path="/linksets", describes=describes)


_VOID = api.answer(
    "VoID description: counts, classes with their properties, graphs, link sets, downloads.", RDF
)


def _add_void(app: Flask, site: Site) -> None:
    """/.well-known/void."""

    @app.get("/.well-known/void")
    @api.operation("void", _VOID, ())
    def well_known_void() -> Response:
        """Describe the dataset in VoID."""
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/void")
        snapshot = site.dataset.snapshot()

        def triples() -> Iterable[Triple]:
            link_sets, partitions = (
                LinkSets(snapshot.store, site.addresses),
                snapshot.graph(PARTITIONS),
            )
            facts = known_facts(site, snapshot)
            return void.describe_dataset(
                facts, site.addresses, list(link_sets.in_void()), partitions
            )

        return negotiated.cached_document(snapshot, triples, form, known_files(site, snapshot))
