"""/dataset, /tables/…, /linksets and /.well-known/void: the dataset in DCAT 3 and VoID, its tables and link sets."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from gcmgraph import __version__
from gcmgraph.linking.sssom import Figure
from gcmgraph.model.terms import IRI
from gcmgraph.publication.descriptions import choose
from gcmgraph.publication.metadata import dcat, formats, void
from gcmgraph.publication.tables import (
    METADATA_SUFFIX,
    PARQUET_TYPE,
    TABLES,
    WITH_PARQUET,
    columns,
    table_csv,
    table_parquet,
)
from gcmgraph.rdfio.canonical import sha256
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CITATIONS, CSV, DESCRIPTIONS, HTML, RDF
from gcmgraph.web.http.requests import DESCRIPTION_OFFER, RDF_FOR_ANYONE, negotiate
from gcmgraph.web.http.responses import not_found
from gcmgraph.web.responses.documents import (
    LINKSET_JSON,
    LINKSET_SUFFIX,
    TypedLink,
    cached_document,
    dataset_links,
    dataset_linkset,
    document,
    make_citation,
    written,
)
from gcmgraph.web.services import Histories, PerVersion, Site, Snapshot
from gcmgraph.web.templating import Page

#: Versions before the current one that the description of the dataset describes.
EARLIER = 9

_DESCRIBED = "Description of the dataset and its distributions."
_ANSWER = api.answer(_DESCRIBED, DESCRIPTIONS, LINKSET_JSON, headers=("Link",))
_OF_SUFFIX = api.answer(_DESCRIBED, DESCRIPTIONS, CITATIONS, LINKSET_JSON, headers=("Link",))
_LINKSET = api.Parameter("linkset", "Selects the typed links of the dataset; the value is ignored.")
_SUFFIX = api.suffix_of((*DESCRIPTIONS, *CITATIONS, LINKSET_SUFFIX[1:]))
_BY_SUFFIX = "Describe the dataset in the format of a suffix: DCAT 3, citation or typed links"


class KnownFacts:
    """Facts about each version of the dataset. Downloads are not cached: some are added while it is current."""

    def __init__(self, site: Site, histories: Histories) -> None:
        self._histories = histories

        def facts_of(snapshot: Snapshot) -> void.DatasetFacts:
            known = (snapshot.store, snapshot.listings, snapshot.figures, snapshot.version)
            return void.dataset_facts(*known, site.addresses, site.sparql_url, site.operator.contact_link or "")

        self._facts = PerVersion(facts_of)

    def of(self, snapshot: Snapshot) -> void.DatasetFacts:
        """The facts of a snapshot, with its present downloads."""
        facts, history = self._facts.of(snapshot), self._histories.of(snapshot)
        return replace(facts, current=history.current(snapshot.version))

    def with_earlier(self, snapshot: Snapshot) -> void.DatasetFacts:
        """As `of`, with the newest of the versions before that have downloads."""
        facts, history = self.of(snapshot), self._histories.of(snapshot)
        names = [name for name in history.names() if name != snapshot.version][:EARLIER]
        return replace(facts, earlier=tuple(one for one in map(history.described, names) if one.dumps))

    def files(self, snapshot: Snapshot) -> str:
        """The names of the present downloads, for the entity tags of pages that list them."""
        history = self._histories.of(snapshot)
        return history.files(snapshot.version)


def structured_data(site: Site, facts: void.DatasetFacts, language: str) -> Markup:
    """The dataset for search engines, as the text of a block of data in a page."""
    return Markup(formats.script_text(formats.dataset_in_schema_org(facts, site.addresses, language)))  # noqa: S704 - no markup in it


def blueprint(site: Site, known: KnownFacts) -> Blueprint:
    """/dataset, and with a suffix."""
    routes = Blueprint("dataset", __name__)

    @routes.get("/dataset", defaults={"suffix": None})
    @routes.get("/dataset.<suffix>")
    @api.operation("dataset", _ANSWER, (_LINKSET, api.LANG), path="/dataset")
    @api.operation("dataset_as", _OF_SUFFIX, (_SUFFIX, api.LANG), path="/dataset.{suffix}", summary=_BY_SUFFIX)
    def dataset(suffix: str | None) -> Response:
        """Describe the dataset (DCAT 3)."""
        if suffix == LINKSET_SUFFIX[1:] or (suffix is None and "linkset" in request.args):
            return _linkset()
        form = negotiate(DESCRIPTION_OFFER, "/dataset.{}".format, suffix=suffix)
        page = Page.requested(site)
        snapshot = page.snapshot

        def body() -> bytes | str:
            if form is not HTML:
                return written(
                    dcat.describe_in_dcat(known.with_earlier(snapshot), site.addresses), form, site.addresses
                )
            facts = known.of(snapshot)
            return render_template(
                "dataset.html",
                page=page,
                facts=facts,
                choose=choose,
                structured=structured_data(site, facts, page.language),
                citation=make_citation(page),
                citation_forms=CITATIONS,
                data_formats=RDF,
                cite_path="/dataset",
                tables=TABLES,
                with_parquet=WITH_PARQUET,
            )

        return document(
            snapshot,
            body,
            form,
            path="/dataset",
            describes=f"{site.addresses.base}dataset",
            parts=(known.files(snapshot),),
            links=lambda: dataset_links(site.addresses, known.of(snapshot).dumps, form),
        )

    def _linkset() -> Response:
        snapshot = site.dataset.snapshot()

        def body() -> str:
            return dataset_linkset(site.addresses, known.of(snapshot).dumps)

        return cached_document(snapshot, body, LINKSET_JSON, known.files(snapshot), "dataset", "linkset", vary=None)

    return routes


#: Media types of a table (RFC 7111) and of its metadata (https://www.w3.org/TR/tabular-metadata/#iana-considerations).
TABLE_TYPE = f"{CSV.content_type}; header=present"
METADATA_TYPE = "application/csvm+json"
JSON_LD_TYPE = "application/ld+json"

_TABLE = api.answer("Table, ordered by name.", CSV, headers=("Link",))
_KIND = api.Parameter("kind", "Kind of the resources.", api.one_of(TABLES), "country")


def table_routes(site: Site, known: KnownFacts) -> Blueprint:
    """/tables/KIND.csv and .parquet, metadata, and /tables/croissant.json."""
    routes = Blueprint("tables", __name__)

    @routes.get("/tables/<kind>.csv")
    @api.operation("table", _TABLE, (_KIND,))
    def table(kind: str) -> Response:
        """Return all resources of a kind as a table."""
        snapshot = _of(kind)
        make = partial(_content, snapshot, kind)
        response = cached_document(snapshot, make, TABLE_TYPE, "table", kind, vary=None, language=SOURCE_LANGUAGE)
        described = f"{request.script_root}/tables/{kind}.csv{METADATA_SUFFIX}"
        response.headers.add("Link", TypedLink("describedby", described, METADATA_TYPE).header())
        return response

    def parquet(kind: str) -> Response:
        """Return all resources of a kind as a table in Parquet, with lists where a resource has several values."""
        snapshot = _of(kind)
        make = partial(table_parquet, snapshot.listings.of(kind))
        return cached_document(
            snapshot, make, PARQUET_TYPE, "table as Parquet", kind, vary=None, language=SOURCE_LANGUAGE
        )

    if WITH_PARQUET:
        described = api.operation("table_parquet", api.answer("Table, ordered by name.", PARQUET_TYPE), (_KIND,))
        routes.get("/tables/<kind>.parquet")(described(parquet))

    @routes.get(f"/tables/<kind>.csv{METADATA_SUFFIX}")
    @api.operation("table_metadata", api.answer("Metadata of the table.", METADATA_TYPE), (_KIND,))
    def metadata(kind: str) -> Response:
        """Describe the columns of a table (CSV on the Web)."""
        snapshot = _of(kind)
        make = partial(formats.table_metadata, snapshot.listings.of(kind), site.addresses)
        return cached_document(snapshot, make, METADATA_TYPE, "table metadata", kind, vary=None)

    @routes.get("/tables/croissant.json")
    @api.operation("croissant", api.answer("Description of the tables.", JSON_LD_TYPE), ())
    def croissant() -> Response:
        """Describe all tables (Croissant 1.1).

        It has the checksums of their content.
        """
        snapshot = site.dataset.snapshot()

        def make() -> str:
            tables = {kind: columns(snapshot.listings.of(kind)) for kind in TABLES}
            digests = {kind: sha256(_content(snapshot, kind)) for kind in TABLES}
            return formats.describe_in_croissant(known.of(snapshot), tables, digests, site.public_base, __version__)

        return cached_document(
            snapshot, make, JSON_LD_TYPE, known.files(snapshot), "croissant", site.public_base, vary=None
        )

    def _of(kind: str) -> Snapshot:
        if kind not in TABLES:
            raise not_found(request.path)
        return site.dataset.snapshot()

    return routes


def _content(snapshot: Snapshot, kind: str) -> bytes:
    return table_csv(snapshot.listings.of(kind)).encode()


#: Defects that a check may find, in the order of the page's columns.
FOUND_WRONG = tuple(figure for figure in Figure if figure is not Figure.LINKS)

_LINK_SETS = api.answer("Size, coverage and last check of each link set.", DESCRIPTIONS, headers=("Link",))
_LINK_SET_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)


def link_set_routes(site: Site) -> Blueprint:
    """/linksets, and with a suffix."""
    routes = Blueprint("link_sets", __name__)
    known: PerVersion[tuple[void.LinkSetFacts, ...]] = PerVersion(
        lambda snapshot: void.LinkSets(snapshot.store, site.addresses).facts()
    )

    def metric(figure: Figure) -> IRI:
        return IRI(site.addresses.thing("concept", f"link-metric/{figure.value}"))

    @routes.get("/linksets", defaults={"suffix": None})
    @routes.get("/linksets.<suffix>")
    @api.operation("linksets", _LINK_SETS, _LINK_SET_PARAMETERS)
    def link_sets(suffix: str | None) -> Response:
        """Describe the link sets to other datasets."""
        form = negotiate(DESCRIPTION_OFFER, "/linksets.{}".format, suffix=suffix)
        page = Page.requested(site)
        snapshot = page.snapshot

        def body() -> bytes | str:
            if form is not HTML:
                return written(void.LinkSets(snapshot.store, site.addresses).triples(), form, site.addresses)
            return render_template(
                "linksets.html", page=page, sets=known.of(snapshot), choose=choose, figures=FOUND_WRONG, metric=metric
            )

        describes = f"{site.addresses.base}dataset"
        return document(snapshot, body, form, path="/linksets", describes=describes, parts=("linksets",))

    return routes


_VOID = api.answer("VoID description: counts, classes with their properties, graphs, link sets, downloads.", RDF)


def void_routes(site: Site, known: KnownFacts) -> Blueprint:
    """/.well-known/void."""
    routes = Blueprint("descriptions", __name__)

    @routes.get("/.well-known/void")
    @api.operation("void", _VOID, ())
    def well_known_void() -> Response:
        """Describe the dataset in VoID."""
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/void")
        snapshot = site.dataset.snapshot()

        def body() -> bytes:
            link_sets = list(void.LinkSets(snapshot.store, site.addresses).in_void())
            partitions = [
                quad.triple for quad in snapshot.store.quads(graph=IRI(site.addresses.graph(void.PARTITIONS)))
            ]
            triples = void.describe_dataset(known.of(snapshot), site.addresses, link_sets, partitions)
            return written(triples, form, site.addresses)

        return cached_document(snapshot, body, form.content_type, known.files(snapshot), "void", form.content_type)

    return routes
