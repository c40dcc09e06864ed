"""Export of a dataset version to a folder: all reachable addresses as files.

The application is requested for each address; pages get relative links. The file of a page has the
path of the page with `.html`, in other languages than the default below a folder of the language:
`doc/country/AFG.html`, `fr/doc/country/AFG.html`. Other files have the path of their address.
What an export leaves out is in `addresses`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from urllib.parse import unquote

from gcmgraph import __version__
from gcmgraph.platform.file_states import Recorded
from gcmgraph.publication.tables import METADATA_SUFFIX, TABLES, WITH_PARQUET
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.publication.vocabulary import ontology_versions
from gcmgraph.rdf.json_ld import versions
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.settings import Settings
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.export.addresses import (
    NAMES_FILE,
    SEARCH_PAGE,
    SERVER_ONLY_PAGE,
    WELL_KNOWN,
    SiteAddress,
    is_published,
)
from gcmgraph.web.export.bill_of_materials import bill_of_materials
from gcmgraph.web.export.crawl import Crawl, Progress, ThisProcess, WriterProcesses, process_count
from gcmgraph.web.export.folder import ExportFolder, replacing
from gcmgraph.web.export.search_names import search_names
from gcmgraph.web.export.web_server_rules import RESOURCE_FORMATS, rule_files
from gcmgraph.web.export.worker import ExportTask, TaskWriter
from gcmgraph.web.http.formats import RDF
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
    files: int
    bytes: int
    #: request targets of links to nothing
    dead: tuple[str, ...]


def export_site(
    settings: Settings,
    target: Path,
    progress: Progress = lambda _: None,
    processes: int | None = None,
) -> ExportResult:
    """Write the site of the current dataset version to a folder, completely or not at all.

    An unfinished export of the same version and settings continues. Raises `StoreError` where
    there is no dataset, where the folder may not be replaced, or where the dataset changes during
    the export. `processes` write, by default one for each processor.
    """
    version = open_dataset(settings.location).current_folder().name
    marker = {
        "software": f"gcmgraph {__version__}",
        "version": version,
        "base": settings.addresses.base,
    }
    digest = hashlib.sha256(repr(asdict(settings)).encode()).hexdigest()
    with replacing(target, marker, digest) as folder:
        task = ExportTask(settings, version, folder.path)
        with closing(TaskWriter(task)) as writer:
            crawl = _crawl(task, writer, folder, progress, processes or process_count())
            _write_around(writer, folder, target)
            writer.require_version()
    return ExportResult(version, len(folder.states), folder.bytes, tuple(sorted(crawl.dead)))


def _crawl(
    task: ExportTask, writer: TaskWriter, folder: ExportFolder, progress: Progress, processes: int
) -> Crawl:
    """Write all addresses that the start pages and the resources lead to."""
    crawl = Crawl(folder, progress)
    seeds = _seeds(writer.site, writer.site.dataset.snapshot())
    if processes == 1:
        crawl.run(seeds, ThisProcess(writer))
    else:
        with WriterProcesses(task, processes) as writers:
            crawl.run(seeds, writers)
    return crawl


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
        for form in RDF:
            if is_published(f"{path}.{form.suffix}"):
                yield SiteAddress(f"{path}.{form.suffix}")
    yield SiteAddress(f"/dataset{LINKSET_SUFFIX}")


def _resources(addresses: Addresses, snapshot: Snapshot) -> Iterator[IRI]:
    """Resources under the base, in order; parts and withdrawn resources have no document."""
    start = f"{addresses.base}id/"
    resources: set[IRI] = set()
    for triple in snapshot.store.triples(predicate=IRI(addresses.expand("rdf:type"))):
        subject = triple.subject
        if not isinstance(subject, IRI) or not subject.value.startswith(start):
            continue
        if "#" not in subject.value:
            resources.add(subject)
    withdrawn = {IRI(iri) for iri in snapshot.describer.invalidated}
    yield from sorted(resources - withdrawn, key=lambda iri: iri.value)


def _write_around(writer: TaskWriter, folder: ExportFolder, target: Path) -> None:
    """Write the files that are in copies alone, and those without links to them."""
    client = writer.app.test_client()
    snapshot = writer.site.dataset.snapshot()
    for path, form in product(WELL_KNOWN, RDF):
        with client.get(path, headers={"Accept": form.media_type}) as response:
            folder.write(f"{path[1:]}.{form.suffix}", [response.data])
    for language in LANGUAGES:
        folder.states.update(_notices(writer, language))
    folder.write(NAMES_FILE[1:], [search_names(writer.app, snapshot)])
    versions = ontology_versions(snapshot.store, writer.site.addresses)
    rules = rule_files(writer.site.addresses, snapshot.version, target, versions)
    for name, content in rules.items():
        folder.write(name, [content])
    folder.write("sbom.cdx.json", [bill_of_materials()])


def _notices(writer: TaskWriter, language: str) -> dict[str, Recorded]:
    """Write the pages of a language about what is not published, and the search page."""
    server_only = SiteAddress(SERVER_ONLY_PAGE, language=language)
    search = SiteAddress(SEARCH_PAGE, language=language)
    # a server returns an error page at any address: its links begin at the root
    not_found = SiteAddress("/404", language=language)
    not_acceptable = SiteAddress("/406", language=language)
    files = writer.files
    return {
        server_only.file: files.write_notice(server_only),
        search.file: files.write_notice(search, "search_in_copy.html"),
        not_found.file: files.write_notice(not_found, rooted=True),
        not_acceptable.file: files.write_notice(
            not_acceptable, rooted=True, forms=RESOURCE_FORMATS
        ),
    }
