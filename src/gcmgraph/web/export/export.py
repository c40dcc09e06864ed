"""Export of a dataset version to a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from urllib.parse import unquote

from flask import Flask, render_template

from gcmgraph import __version__
from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.csv.whole import METADATA_SUFFIX, TABLES
from gcmgraph.publication.describe.ontology import ontology_versions
from gcmgraph.rdfio.json_ld import versions
from gcmgraph.settings import Settings
from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.web.app import create_app
from gcmgraph.web.export.crawl import Crawl, Progress, relative_links
from gcmgraph.web.export.folder import ExportFolder, bill_of_materials, replacing
from gcmgraph.web.export.paths import SERVER_ONLY_PAGE, WELL_KNOWN, SiteAddress, is_published
from gcmgraph.web.export.server_config import rule_files
from gcmgraph.web.http.formats import DESCRIPTIONS, RDF
from gcmgraph.web.http.static_files import FOLDER
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.responses.signposting import LINKSET_SUFFIX
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Addresses that link to most others.
_STARTS = ("/", "/dataset", "/linksets", "/changes", "/ontology", "/shapes", "/dumps")
_DATA = ("/context.jsonld", "/robots.txt", "/sitemap.xml", "/changes.atom", "/changes.json")
_CONTEXTS = tuple(f"/context/{version}.jsonld" for version in versions())
_TABLES = tuple(f"/tables/{kind}.csv{suffix}" for kind in TABLES for suffix in ("", METADATA_SUFFIX))

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


def export_site(settings: Settings, target: Path, progress: Progress = lambda _done, _known: None) -> ExportResult:
    """Write the site of the current dataset version to a folder, completely or not at all.

    `progress` is called with the number of written and of known files. Raises `StoreError` where there is no dataset,
    where the folder may not be replaced, or where the dataset changes during the export.
    """
    app = create_app(replace(settings, result_cache=0))
    site: Site = app.extensions["gcmgraph"]
    try:
        snapshot = site.dataset.snapshot()
        marker = {"software": f"gcmgraph {__version__}", "version": snapshot.version, "base": site.addresses.base}
        with replacing(target, marker) as folder:
            crawl = Crawl(app, folder.write, progress)
            crawl.run(_seeds(site, snapshot))
            _write_around(app, folder)
            versions = ontology_versions(snapshot.store, site.addresses)
            for name, content in rule_files(site.addresses, snapshot.version, target, versions).items():
                folder.write(name, [content])
            folder.write("sbom.cdx.json", [bill_of_materials()])
            if site.dataset.version() != snapshot.version:
                raise StoreError("The dataset changed during the export; nothing was written.", hint="Try again.")
        return ExportResult(snapshot.version, crawl.pages, crawl.files, folder.bytes, tuple(sorted(crawl.dead)))
    finally:
        site.workers.close()


def _seeds(site: Site, snapshot: Snapshot) -> Iterator[SiteAddress]:
    """Addresses known to exist: documents in all formats, static files, pages with links to others."""
    known = (*_STARTS, *_DATA, *_CONTEXTS, *_TABLES, "/tables/croissant.json", *WELL_KNOWN)
    yield from (SiteAddress(path) for path in known)
    yield from (
        SiteAddress(f"/static/{file.relative_to(FOLDER)}") for file in sorted(FOLDER.rglob("*")) if _served(file)
    )
    paths = [*_DOCUMENTS]
    for iri in (*_resources(site.addresses, snapshot), *map(IRI, snapshot.figures.graphs)):
        path = unquote(local_path(site.addresses, iri.value) or "")
        if path and "#" not in path and is_published(path):
            paths.append(path)
            yield SiteAddress(path)
    for path in paths:
        yield from (SiteAddress(f"{path}.{form.suffix}") for form in RDF)
        if path.startswith("/doc/") or path == "/dataset":
            yield SiteAddress(path + LINKSET_SUFFIX)


def _resources(addresses: Addresses, snapshot: Snapshot) -> Iterator[IRI]:
    """Resources with a document, in order; parts and withdrawn resources have none."""
    start = f"{addresses.base}id/"
    withdrawn = set(map(IRI, snapshot.describer.invalidated))
    found = {
        quad.subject
        for quad in snapshot.store.quads()
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(start) and "#" not in quad.subject.value
    }
    yield from sorted(found - withdrawn, key=lambda iri: iri.value)


def _served(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".")


def _write_around(app: Flask, folder: ExportFolder) -> None:
    """Write files without links to them: descriptions by format, the page about omitted addresses, error pages."""
    client = app.test_client()
    for path, form in product(WELL_KNOWN, RDF):
        with client.get(path, headers={"Accept": form.media_type}) as response:
            folder.write(f"{path[1:]}.{form.suffix}", [response.data])
    for language in LANGUAGES:
        # a server returns an error page at any address: its links begin at the root
        for path, forms, rooted in ((SERVER_ONLY_PAGE, (), False), ("/404", (), True), ("/406", DESCRIPTIONS, True)):
            address = SiteAddress(path, language=language)
            with app.test_request_context(f"{path}?lang={language}"):
                page = render_template("server_only.html", forms=forms)
            folder.write(address.file, [relative_links(page, address, lambda there: there, rooted=rooted).encode()])
