"""Export the site: everything that the application publishes, as files in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from flask import Flask, render_template

from gcmgraph import __version__
from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.ontology import ontology_versions
from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app
from gcmgraph.web.export.crawl import Crawl, Told
from gcmgraph.web.export.folder import ExportFolder, replacing
from gcmgraph.web.export.paths import LEFT_OUT, VOID, Place
from gcmgraph.web.export.relative_links import relative_links
from gcmgraph.web.export.server_config import rule_files
from gcmgraph.web.http.negotiation import RDF, REPRESENTATIONS
from gcmgraph.web.http.static_files import FOLDER
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.i18n.languages import LANGUAGES
from gcmgraph.web.responses.signposting import LINKSET_SUFFIX
from gcmgraph.web.services import Site, Snapshot

#: Places that lead to nearly all others.
_STARTS = ("/", "/dataset", "/linksets", "/changes", "/ontology", "/shapes", "/dumps")
_DATA = ("/context.jsonld", "/robots.txt", "/sitemap.xml", "/changes.atom", "/changes.json")

#: Documents that there are in RDF, too.
_DOCUMENTS = ("/dataset", "/linksets", "/ontology", "/shapes", "/changes")


@dataclass(frozen=True)
class Exported:
    """What an export came to."""

    version: str
    pages: int
    files: int
    bytes: int
    #: links of the site that lead nowhere, by address
    dead: tuple[str, ...]


def export_site(settings: Settings, target: Path, told: Told = lambda _done, _known: None) -> Exported:
    """Write the site over the current dataset version to a folder, whole or not at all.

    `told` is told how many files are written and how many are known. Raises `StoreError` where there is no dataset,
    where the folder may not be replaced, or where the dataset changed meanwhile.
    """
    app = create_app(replace(settings, result_cache=0))
    site: Site = app.extensions["gcmgraph"]
    try:
        snapshot = site.dataset.snapshot()
        marker = {"software": f"gcmgraph {__version__}", "version": snapshot.version, "base": site.addresses.base}
        with replacing(target, marker) as folder:
            crawl = Crawl(app, folder.write, told)
            crawl.run(_seeds(site, snapshot))
            _write_around(app, folder)
            versions = ontology_versions(snapshot.store, site.addresses)
            for name, content in rule_files(site.addresses, snapshot.version, target, versions).items():
                folder.write(name, [content])
            if site.dataset.version() != snapshot.version:
                raise StoreError("The dataset changed during the export; nothing was written.", hint="Try again.")
        return Exported(snapshot.version, crawl.pages, crawl.files, folder.bytes, tuple(sorted(crawl.dead)))
    finally:
        site.workers.close()


def _seeds(site: Site, snapshot: Snapshot) -> Iterator[Place]:
    """Everything that is there for sure: documents in all forms, static files, what links to the rest."""
    yield from (Place(path) for path in (*_STARTS, *_DATA, VOID))
    yield from (Place(f"/static/{file.relative_to(FOLDER)}") for file in sorted(FOLDER.rglob("*")) if _served(file))
    paths = [*_DOCUMENTS]
    for iri in (*_things(site.addresses, snapshot), *map(IRI, snapshot.figures.graphs)):
        path = unquote(local_path(site.addresses, iri.value) or "")
        if path and "#" not in path and _can_be_file(path):
            paths.append(path)
            yield Place(path)
    for path in paths:
        yield from (Place(f"{path}.{form.suffix}") for form in RDF)
        if path.startswith("/doc/") or path == "/dataset":
            yield Place(path + LINKSET_SUFFIX)


def _can_be_file(path: str) -> bool:
    """Whether a path has no part that means something else to file systems."""
    return not any(part in {"", ".", ".."} or "\0" in part for part in path.strip("/").split("/"))


def _things(addresses: Addresses, snapshot: Snapshot) -> Iterator[IRI]:
    """Every thing of the dataset, in order; their parts have no documents of their own, nor has what was withdrawn."""
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
    """What no link leads to: VoID by form, the page about what is left out, pages for errors."""
    client = app.test_client()
    for form in RDF:
        with client.get(VOID, headers={"Accept": form.media_type}) as response:
            folder.write(f"{VOID[1:]}.{form.suffix}", [response.data])
    for language in LANGUAGES:
        # what servers show in place of a document may be seen at any address: its links begin at the root
        for path, forms, rooted in ((LEFT_OUT, (), False), ("/404", (), True), ("/406", REPRESENTATIONS, True)):
            place = Place(path, language=language)
            with app.test_request_context(f"{path}?lang={language}"):
                page = render_template("server_only.html", forms=forms)
            folder.write(place.file, [relative_links(page, place, lambda there: there, rooted=rooted).encode()])
