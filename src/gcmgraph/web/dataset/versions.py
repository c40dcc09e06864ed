"""/changes, /dataset/{version} and /dumps/…: versions of the dataset, their changes and downloads.

Changes are pages, RDF, JSON and an Atom feed (RFC 4287); downloads have digest, ranges and caching
(RFC 9110: 8.8.3, 14).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

from flask import Flask, Response, jsonify, redirect, render_template, request, send_file

from gcmgraph.platform.errors import LedgerError
from gcmgraph.publication.metadata.dcat import describe_version, version_iri, version_notes
from gcmgraph.publication.versions.changes import Resources
from gcmgraph.publication.versions.history import FORMATS, DatasetVersion, Download
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import ATOM, DESCRIPTIONS, HTML, JSON
from gcmgraph.web.http.links import query_along
from gcmgraph.web.http.negotiation import JSON_OR_PAGE, Offer, negotiate
from gcmgraph.web.http.parameters import page_links, read_list_page
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.negotiated import document, dump_links, last_modified, version_links
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page


class File(TypedDict):
    """File to download."""

    iri: api.Address
    mediaType: str
    byteSize: api.Count
    sha256: str
    compression: NotRequired[str | None]


class Changed(TypedDict):
    """Numbers of statements."""

    added: api.Count
    removed: api.Count


class Version(TypedDict):
    """Version of the dataset, with what it changed."""

    version: str
    iri: api.Address
    published: api.Time
    previous: str | None
    statements: Changed | None
    graphs: dict[str, Changed]
    things: dict[str, Any]
    downloads: list[File]
    patches: list[File]


class Versions(TypedDict):
    """Page of the list of versions."""

    current: str
    versions: list[Version]


def version_json(version: DatasetVersion, addresses: Addresses, *, named: bool = False) -> Version:
    """A version as JSON; with the IRIs of its resources where `named`."""
    changes = version.changes
    kinds = (
        {"added": changes.came, "removed": changes.went, "changed": changes.changed}
        if changes
        else {}
    )
    graphs = changes.graphs if changes else {}
    return {
        "version": version.name,
        "iri": version_iri(addresses, version.name).value,
        "published": version.published.isoformat(),
        "previous": version.previous,
        "statements": {"added": changes.added, "removed": changes.removed}
        if version.previous and changes
        else None,
        "graphs": {
            name: {"added": added, "removed": removed} for name, (added, removed) in graphs.items()
        },
        "things": {name: _resources(resources, named) for name, resources in kinds.items()},
        "downloads": [_download(dump, addresses) for dump in version.dumps],
        "patches": [_download(dump, addresses) for dump in version.patches],
    }


def _resources(kinds: Mapping[str, Resources], named: bool) -> dict[str, object]:
    return {
        kind: {"count": found.count, "iris": found.iris, "complete": found.count == len(found.iris)}
        if named
        else found.count
        for kind, found in kinds.items()
    }


def _download(dump: Download, addresses: Addresses) -> File:
    return {
        "iri": addresses.base + dump.path,
        "mediaType": dump.format.media_type,
        "compression": dump.format.compression,
        "byteSize": dump.size,
        "sha256": dump.sha256,
    }


#: Date of a feed without versions.
_NEVER = datetime.fromtimestamp(0, UTC)

#: The formats of a version, and of the list of them.
OF_A_VERSION = (*DESCRIPTIONS, JSON)
OF_THE_LIST = (*DESCRIPTIONS, JSON, ATOM)
_VERSION_OFFER, _LIST_OFFER = Offer.of(OF_A_VERSION), Offer.of(OF_THE_LIST)

#: Versions on one page.
PAGE_SIZE = 50

#: Name of a version in a path.
VERSION = api.Parameter("version", "Name of the version, the digest of its content.")

_LIST = api.answer("Page of the list of versions.", Versions, OF_THE_LIST, headers=("Link",))
_PARAMETERS = (api.suffix_of(OF_THE_LIST, "json"), api.PAGE_NUMBER, api.LANG)
_ANSWER = api.answer("Description of the version.", Version, OF_A_VERSION, headers=("Link",))
_SUFFIXES = ", ".join(f"`.{form.suffix}`" for form in OF_A_VERSION)
_FORMATS = f"Formats by the Accept header, or by suffix: {_SUFFIXES}."


def add_routes(app: Flask, site: Site) -> None:
    """/changes and /dataset/{version}, both also with a suffix."""
    _add_downloads(app, site)
    history = site.dataset.history

    @app.get("/changes", defaults={"suffix": None})
    @app.get("/changes.<suffix>")
    @api.operation("changes", _LIST, _PARAMETERS, (404, 503))
    def changes(suffix: str | None) -> Response:
        """List versions, newest first."""
        form = negotiate(_LIST_OFFER, "/changes.{}".format, suffix=suffix)
        page = Page.requested(site)
        snapshot = page.snapshot
        number, last, here = read_list_page(request.args, history.names(), PAGE_SIZE)
        files = [history.files(name) for name in here]

        def body() -> str | Iterable[Triple]:
            versions = [history.version(name) for name in here]
            if form is HTML:
                return render_template(
                    "changes.html",
                    page=page,
                    versions=versions,
                    page_number=number,
                    last=last,
                    forms=OF_THE_LIST,
                )
            if form is JSON:
                members = [version_json(version, site.addresses) for version in versions]
                return json.dumps(
                    {"current": snapshot.version, "versions": members}, ensure_ascii=False, indent=1
                )
            if form is ATOM:
                return render_template(
                    "changes.atom.xml",
                    versions=versions,
                    base=site.addresses.base,
                    notes=_notes,
                    never=_NEVER,
                )
            return _list_triples(versions, snapshot, site.addresses)

        response = document(
            snapshot,
            body,
            form,
            path="/changes",
            describes=f"{site.addresses.base}dataset",
            parts=files,
            forms=OF_THE_LIST,
        )
        for relation, other in (("prev", number - 1), ("next", number + 1)):
            if 1 <= other <= last:
                address = f"{request.script_root}{request.path}?page={other}"
                response.headers.add("Link", f'<{address}>; rel="{relation}"')
        return response

    @app.get("/dataset/<version>")
    @api.operation("version", _ANSWER, (VERSION, api.LANG), (503,), description=_FORMATS)
    def version_of(version: str) -> Response:
        """Describe a version: downloads, added and removed statements."""
        page = Page.requested(site)
        stem, _, suffix = version.rpartition(".")
        found, chosen = history.find(version), None
        if found is None and suffix in {form.suffix for form in OF_A_VERSION}:
            found, chosen = history.find(stem), suffix
        if found is None:
            name, end = (
                (stem, f".{suffix}")
                if suffix in {form.suffix for form in OF_A_VERSION}
                else (version, "")
            )
            return _current_in_place_of(site, name, f"/dataset/{page.snapshot.version}{end}")
        path = f"/dataset/{found.name}"
        form = negotiate(_VERSION_OFFER, lambda suffix: f"{path}.{suffix}", suffix=chosen)
        files = [
            file.format.name for file in (*found.dumps, *found.patches)
        ]  # some are added while it is current

        def body() -> str | Iterable[Triple]:
            if form is HTML:
                return render_template(
                    "version.html", page=page, version=found, history=history, forms=OF_A_VERSION
                )
            if form is JSON:
                return json.dumps(
                    version_json(found, site.addresses, named=True), ensure_ascii=False, indent=1
                )
            return describe_version(found, site.addresses)

        return document(
            page.snapshot,
            body,
            form,
            path=path,
            describes=version_iri(site.addresses, found.name).value,
            parts=files,
            links=lambda: version_links(site.addresses, found, history, form, path),
        )


def _current_in_place_of(site: Site, version: str, path: str) -> Response:
    """Redirect to a path of the current version, for a version that another server made; 404 for any other."""
    with suppress(LedgerError):  # the database cannot be read, which requests for it report
        if not site.dataset.history.holds(version) and site.versions.knows(version):
            response = redirect(
                f"{request.script_root}{path}{query_along(request)}", HTTPStatus.FOUND
            )
            return cached(response, Caching.NEVER)  # type: ignore[arg-type]
    raise not_found(request.path)


def _notes(version: DatasetVersion) -> str:
    """The changes of a version in a sentence, for the feed."""
    known = version.changes if version.previous else None
    return version_notes(known)[SOURCE_LANGUAGE] if known else "The first version that is known."


def _list_triples(
    versions: Sequence[DatasetVersion], snapshot: Snapshot, addresses: Addresses
) -> Iterator[Triple]:
    v = Vocabulary(addresses)
    dataset = IRI(f"{addresses.base}dataset")
    yield Triple(dataset, v("rdf:type"), v("dcat:Dataset"))
    yield Triple(dataset, v("dcat:version"), Literal(snapshot.version))
    if versions:
        yield Triple(dataset, v("dcat:hasCurrentVersion"), version_iri(addresses, snapshot.version))
    for version in versions:
        yield Triple(dataset, v("dcat:hasVersion"), version_iri(addresses, version.name))
        yield from describe_version(version, addresses)


#: The one kind of Range header that is honoured: a single range of bytes (RFC 9110, 14.1.2).
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:[0-9]+-[0-9]*|-[0-9]+)[ \t]*", re.IGNORECASE)


class DownloadableFile(File):
    """File to download, with its address at this server and its date."""

    href: str
    made: api.Time


class DownloadsJson(TypedDict):
    """Files by version."""

    current: str
    versions: dict[str, list[DownloadableFile]]


_LISTED = api.media(DownloadsJson, HTML)
_DOWNLOADS = api.answer(
    "Page of the list: URLs, sizes and checksums of the files.", _LISTED, headers=("Link",)
)
_OF_VERSION = api.answer("URLs, sizes and checksums of the files.", _LISTED)
_LIST_OF = "List downloads of a version"
_FILES = api.media(*(form.compression or form.media_type for form in FORMATS))
_FILE = {
    200: api.answer("Complete file.", _FILES, headers=("Link",)),
    206: api.answer("Requested byte range.", _FILES, headers=("Link",)),
}
_NAME = api.Parameter(
    "name", "File name.", api.one_of(form.name for form in FORMATS), FORMATS[0].name
)


def _add_downloads(app: Flask, site: Site) -> None:
    """/dumps/, /dumps/{version} and its files."""
    history = site.dataset.history

    @app.get("/dumps", defaults={"version": None})
    @app.get("/dumps/", defaults={"version": None})
    @app.get("/dumps/<version>")
    @api.operation("dumps", _DOWNLOADS, (api.PAGE_NUMBER, api.LANG), (404,), path="/dumps/")
    @api.operation(
        "dumps_of", _OF_VERSION, (VERSION, api.LANG), path="/dumps/{version}", summary=_LIST_OF
    )
    def listed(version: str | None) -> Response:
        """List downloads of versions, newest first."""
        snapshot = site.dataset.snapshot()
        if version is not None and not history.holds(version):
            return _current_in_place_of(site, version, f"/dumps/{snapshot.version}")
        versions = history.names() if version is None else [version]
        number, last, names = read_list_page(
            request.args if version is None else {}, versions, PAGE_SIZE
        )
        found = {name: history.downloads(name) for name in names}
        if negotiate(JSON_OR_PAGE, lambda _: request.path) is HTML:
            page = render_template(
                "dumps.html",
                versions=found,
                current=snapshot.version,
                page_number=number,
                last=last,
            )
            response = Response(page, content_type=HTML.content_type)
        else:
            members = {
                name: [_download_json(site, dump) for dump in files]
                for name, files in found.items()
            }
            response = jsonify(current=snapshot.version, versions=members)
        if last > 1:
            for link in page_links(
                number, last, lambda other: f"{request.script_root}{request.path}?page={other}"
            ):
                response.headers.add("Link", link)
        return cached(response, Caching.REVALIDATED, modified=last_modified(snapshot))

    @app.get("/dumps/<version>/<name>")
    @api.operation("dump", _FILE, (VERSION, _NAME), (503,), negotiated=False)
    def file(version: str, name: str) -> Response:
        """Download a file, or a byte range of it."""
        dump = history.download(version, name)
        if dump is None:
            return _current_in_place_of(
                site, version, f"/dumps/{site.dataset.snapshot().version}/{name}"
            )
        if request.method != "GET" or not _ONE_RANGE.fullmatch(request.headers.get("Range", "")):
            request.environ.pop(
                "HTTP_RANGE", None
            )  # ignored (RFC 9110, 14.2); Werkzeug would refuse it
        stem, _, suffixes = name.partition(".")
        response = send_file(
            dump.file.absolute(),
            mimetype=dump.format.compression or dump.format.media_type,
            as_attachment=True,
            download_name=f"{stem}-{version}.{suffixes}",
            conditional=True,
            etag=dump.sha256,
            last_modified=dump.created,
        )
        cached(response, Caching.FOREVER, vary=None)
        response.headers["Accept-Ranges"] = "bytes"
        for link in dump_links(site.addresses, dump):
            response.headers.add("Link", link.header())
        return response


def _download_json(site: Site, dump: Download) -> DownloadableFile:
    return {
        "iri": site.addresses.base + dump.path,
        "href": f"{request.script_root}/{dump.path}",
        "mediaType": dump.format.media_type,
        "byteSize": dump.size,
        "sha256": dump.sha256,
        "made": dump.created.isoformat(),
    }
