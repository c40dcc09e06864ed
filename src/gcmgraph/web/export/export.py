"""Export of a dataset version to a folder, with rules for nginx and Apache and a README.

The rules negotiate content by regular expressions (RFC 9110, 12.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from urllib.parse import unquote

from flask import Flask, render_template
from jinja2 import Environment, PackageLoader, StrictUndefined

from gcmgraph import __version__
from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.vocabulary import ontology_versions
from gcmgraph.publication.tables import METADATA_SUFFIX, TABLES
from gcmgraph.rdfio.json_ld import versions
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.settings import Settings
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.app import create_app
from gcmgraph.web.export.crawl import (
    NEEDS_SERVER,
    SERVER_ONLY_PAGE,
    WELL_KNOWN,
    Crawl,
    Progress,
    SiteAddress,
    is_published,
    relative_links,
)
from gcmgraph.web.export.folder import ExportFolder, bill_of_materials, replacing
from gcmgraph.web.http.formats import DESCRIPTIONS, HTML, RDF, FormatKind, of_kinds
from gcmgraph.web.http.headers import CONTENT_SECURITY_POLICY
from gcmgraph.web.http.urls import FOLDER, local_path
from gcmgraph.web.responses.signposting import LINKSET_SUFFIX
from gcmgraph.web.services import Site, Snapshot

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


#: Files of the export with their templates.
_FILES = {"nginx.conf": "nginx.conf.jinja", ".htaccess": "htaccess.jinja", "README.md": "README.md.jinja"}

#: Media types that web servers may not have, by suffix.
_TYPES = {
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES},
    **{form.suffix: form.media_type for form in of_kinds(FormatKind.FEED, FormatKind.CITATION)},
}


def rule_files(
    addresses: Addresses, version: str, target: Path, ontology_versions: Sequence[str]
) -> Mapping[str, bytes]:
    """The files by name, for an export of a dataset version to `target`."""
    templates = Environment(
        loader=PackageLoader("gcmgraph.web.export", "rules"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no markup
    )
    values = {
        "accept": list(accept_rules()),
        "languages": list(language_rules()),
        "other_languages": [tag for tag in LANGUAGES if tag != SOURCE_LANGUAGE],
        "all_languages": LANGUAGES,
        "source_language": SOURCE_LANGUAGE,
        "html": HTML.suffix,
        "types": _TYPES,
        "needs_server": sorted(NEEDS_SERVER),
        "policy": CONTENT_SECURITY_POLICY,
        "base": addresses.base,
        "ontology_versions": ontology_versions,
        "version": version,
        "software": f"gcmgraph {__version__}",
        "root": str(target.absolute()),
    }
    return {name: templates.get_template(template).render(values).encode() for name, template in _FILES.items()}


#: Beginning and end of an entry of the header.
_BEGIN, _END = r"(?:^|,)\s*", r"\s*(?:,|$)"

#: Parameters other than `q`; `q` of 1; `q` below 1.
_OTHER = r"(?:\s*;\s*(?!q=)[^,;]*)*"
_FULL = r"(?:\s*;\s*q=1(?:\.0*)?)?"
_PART = r"\s*;\s*q=0?\.0*[1-9][0-9]*"

#: Media range of all formats.
_ANY = r"\*/\*"


def accept_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept header, each with the suffix of a format; the first match counts.

    A missing or empty header accepts any format.
    """
    first = DESCRIPTIONS[0].suffix
    yield "^$", first
    for quality in (_FULL, _PART):
        for form in DESCRIPTIONS:
            yield f"{_BEGIN}{re.escape(form.media_type)}{_OTHER}{quality}{_END}", form.suffix
        for whole in ("text", "application"):
            covered = next(form for form in DESCRIPTIONS if form.media_type.startswith(whole))
            yield rf"{_BEGIN}{whole}/\*{_OTHER}{quality}{_END}", covered.suffix
        yield f"{_BEGIN}{_ANY}{_OTHER}{quality}{_END}", first


def language_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept-Language header, each with the language of the page.

    The first supported language in the header counts: clients order them by preference.
    """
    ours = "|".join(LANGUAGES)
    others = rf"(?:(?!(?:{ours})(?:[-;,\s]|$))[^,]*,\s*)*"
    for tag in LANGUAGES:
        if tag != SOURCE_LANGUAGE:
            yield rf"^\s*{others}{tag}(?:[-;,\s]|$)", tag
