"""Export of a dataset version to a folder: all reachable addresses as files.

The application is requested for each address; pages get relative links. The file of a page has the
path of the page with `.html`, in other languages than the default below a folder of the language:
`doc/country/AFG.html`, `fr/doc/country/AFG.html`. Other files have the path of their address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from urllib.parse import unquote

from flask import Flask, render_template

from gcmgraph import __version__
from gcmgraph.platform.errors import StoreError
from gcmgraph.publication.tables import METADATA_SUFFIX, TABLES, WITH_PARQUET
from gcmgraph.publication.vocabulary import ontology_versions
from gcmgraph.rdf.json_ld import versions
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.settings import Settings
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.app import create_app
from gcmgraph.web.export.addresses import (
    SERVER_ONLY_PAGE,
    WELL_KNOWN,
    SiteAddress,
    is_published,
)
from gcmgraph.web.export.bill_of_materials import bill_of_materials
from gcmgraph.web.export.crawl import Crawl, Progress, relative_links
from gcmgraph.web.export.folder import ExportFolder, replacing
from gcmgraph.web.export.web_server_rules import rule_files
from gcmgraph.web.http.formats import DESCRIPTIONS, RDF, Format
from gcmgraph.web.http.links import local_path
from gcmgraph.web.responses.typed_links import LINKSET_SUFFIX
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.static_files import STATIC_FOLDER

#: Addresses that link to most others.
_STARTS = ("/", "/dataset", "/linksets", "/changes", "/ontology", "/shapes", "/dumps")
_DATA = ("/context.jsonld", "/robots.txt", "/sitemap.xml", "/changes.atom", "/changes.json")
_CONTEXTS = tuple(f"/context/{version}.jsonld" for version in versions())
_SUFFIXES = (".csv", f".csv{METADATA_SUFFIX}", *([".parquet"] if WITH_PARQUET else []))
_TABLES = tuple(f"/tables/{kind}{suffix}" for kind in TABLES for suffix in _SUFFIXES)

#: Documents with RDF formats.
_DOCUMENTS = ("/dataset", "/linksets", "/ontology", "/shapes", "/changes")


@dataclass(frozen=True)
class ExportResult:
    """Size of an export, and its dead links."""

    version: str
    pages: int
    files: int
    bytes: int
    #: addresses of dead links
    dead: tuple[str, ...]


def export_site(
    settings: Settings, target: Path, progress: Progress = lambda _written, _all: None
) -> ExportResult:
    """Write the site of the current dataset version to a folder, completely or not at all.

    `progress` is called with the number of written and of known files. Raises `StoreError` where
    there is no dataset, where the folder may not be replaced, or where the dataset changes during
    the export.
    """
    app = create_app(replace(settings, result_cache=0))
    site: Site = app.extensions["gcmgraph"]
    try:
        snapshot = site.dataset.snapshot()
        marker = {
            "software": f"gcmgraph {__version__}",
            "version": snapshot.version,
            "base": site.addresses.base,
        }
        with replacing(target, marker) as folder:
            crawl = Crawl(app, folder.write, progress)
            crawl.run(_seeds(site, snapshot))
            _write_around(app, folder)
            versions = ontology_versions(snapshot.store, site.addresses)
            rules = rule_files(site.addresses, snapshot.version, target, versions)
            for name, content in rules.items():
                folder.write(name, [content])
            folder.write("sbom.cdx.json", [bill_of_materials()])
            if site.dataset.version() != snapshot.version:
                raise StoreError(
                    "The dataset changed during the export; nothing was written.", hint="Try again."
                )
        return ExportResult(
            snapshot.version, crawl.pages, crawl.files, folder.bytes, tuple(sorted(crawl.dead))
        )
    finally:
        site.workers.close()


def _seeds(site: Site, snapshot: Snapshot) -> Iterator[SiteAddress]:
    """Addresses known to exist: documents in all formats, static files, pages with links."""
    for path in (*_STARTS, *_DATA, *_CONTEXTS, *_TABLES, "/tables/croissant.json", *WELL_KNOWN):
        yield SiteAddress(path)
    for file in sorted(STATIC_FOLDER.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield SiteAddress(f"/static/{file.relative_to(STATIC_FOLDER)}")
    paths = [*_DOCUMENTS, *(f"/ontology/{name}" for name in site.ontology_history.names)]
    graphs = map(IRI, snapshot.figures.graphs)
    for iri in (*_resources(site.addresses, snapshot), *graphs):
        path = unquote(local_path(site.addresses, iri.value) or "")
        if path and "#" not in path and is_published(path):
            paths.append(path)
            yield SiteAddress(path)
    for path in paths:
        yield from (SiteAddress(f"{path}.{form.suffix}") for form in RDF)
        if path.startswith("/doc/") or path == "/dataset":
            yield SiteAddress(path + LINKSET_SUFFIX)


def _resources(addresses: Addresses, snapshot: Snapshot) -> Iterator[IRI]:
    """Resources under the base, in order; parts and withdrawn resources have no document."""
    start = f"{addresses.base}id/"
    resources: set[IRI] = set()
    for quad in snapshot.store.quads():
        subject = quad.subject
        if not isinstance(subject, IRI) or not subject.value.startswith(start):
            continue
        if "#" not in subject.value:
            resources.add(subject)
    withdrawn = {IRI(iri) for iri in snapshot.describer.invalidated}
    yield from sorted(resources - withdrawn, key=lambda iri: iri.value)


def _write_around(app: Flask, folder: ExportFolder) -> None:
    """Write files without links to them.

    They are descriptions by format, the page about omitted addresses, and error pages.
    """
    client = app.test_client()
    for path, form in product(WELL_KNOWN, RDF):
        with client.get(path, headers={"Accept": form.media_type}) as response:
            folder.write(f"{path[1:]}.{form.suffix}", [response.data])
    for language in LANGUAGES:
        _write_notice(app, folder, SiteAddress(SERVER_ONLY_PAGE, language=language))
        # a server returns an error page at any address: its links begin at the root
        not_found = SiteAddress("/404", language=language)
        _write_notice(app, folder, not_found, rooted=True)
        not_acceptable = SiteAddress("/406", language=language)
        _write_notice(app, folder, not_acceptable, DESCRIPTIONS, rooted=True)


def _write_notice(
    app: Flask,
    folder: ExportFolder,
    address: SiteAddress,
    forms: Sequence[Format] = (),
    *,
    rooted: bool = False,
) -> None:
    """Write the page about an address that is not published, with the formats that are."""
    with app.test_request_context(f"{address.path}?lang={address.language}"):
        page = render_template("server_only.html", forms=forms)
    linked_page = relative_links(page, address, lambda linked: linked, rooted=rooted)
    folder.write(address.file, [linked_page.encode()])
