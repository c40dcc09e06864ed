"""/dumps/…: whole dataset versions to download, with digest, ranges and caching (RFC 9110: 8.8.3, 14)."""

from __future__ import annotations

import re
from typing import TypedDict

from flask import Blueprint, Response, jsonify, render_template, request, send_file

from gcmgraph.publication.versions.downloads import FORMATS, Download, VersionDownloads
from gcmgraph.web.dataset.version_formats import File
from gcmgraph.web.dataset.versions import PAGE_SIZE, VERSION
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.requests import JSON_OR_PAGE, negotiate, page_links, page_of
from gcmgraph.web.responses.documents import last_modified
from gcmgraph.web.responses.signposting import dump_links
from gcmgraph.web.services import Histories, Site, Snapshot

#: The one kind of Range header that is honoured: a single range of bytes (RFC 9110, 14.1.2).
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:[0-9]+-[0-9]*|-[0-9]+)[ \t]*", re.IGNORECASE)


class DownloadableFile(File):
    """File to download, with its address at this server and its date."""

    href: str
    made: api.Time


class Downloads(TypedDict):
    """Files by version."""

    current: str
    versions: dict[str, list[DownloadableFile]]


_LISTED = api.media(Downloads, HTML)
_LIST = api.answer("Page of the list: URLs, sizes and checksums of the files.", _LISTED, headers=("Link",))
_OF_VERSION = api.answer("URLs, sizes and checksums of the files.", _LISTED)
_LIST_OF = "List downloads of a version"
_FILES = api.media(*(form.compression or form.media_type for form in FORMATS))
_FILE = {
    200: api.answer("Complete file.", _FILES, headers=("Link",)),
    206: api.answer("Requested byte range.", _FILES, headers=("Link",)),
}
_NAME = api.Parameter("name", "File name.", api.one_of(form.name for form in FORMATS), FORMATS[0].name)


def blueprint(site: Site, histories: Histories) -> Blueprint:
    """/dumps/, /dumps/{version} and its files."""
    routes = Blueprint("dumps", __name__)

    def there() -> tuple[Snapshot, VersionDownloads]:
        snapshot = site.dataset.snapshot()
        return snapshot, histories.of(snapshot).dumps

    @routes.get("/dumps", defaults={"version": None})
    @routes.get("/dumps/", defaults={"version": None})
    @routes.get("/dumps/<version>")
    @api.operation("dumps", _LIST, (api.PAGE_NUMBER, api.LANG), (404,), path="/dumps/")
    @api.operation("dumps_of", _OF_VERSION, (VERSION, api.LANG), path="/dumps/{version}", summary=_LIST_OF)
    def listed(version: str | None) -> Response:
        """List downloads of versions, newest first."""
        snapshot, dumps = there()
        if version is not None and not dumps.holds(version):
            raise not_found(request.path)
        number, last, names = (
            page_of(request.args, dumps.versions(), PAGE_SIZE) if version is None else (1, 1, [version])
        )
        found = {name: dumps.of(name) for name in names}
        if negotiate(JSON_OR_PAGE, lambda _: request.path) is HTML:
            page = render_template(
                "dumps.html", versions=found, current=snapshot.version, page_number=number, last=last
            )
            response = Response(page, content_type=HTML.content_type)
        else:
            members = {name: [_download_json(site, dump) for dump in files] for name, files in found.items()}
            response = jsonify(current=snapshot.version, versions=members)
        if last > 1:
            for link in page_links(number, last, lambda other: f"{request.script_root}{request.path}?page={other}"):
                response.headers.add("Link", link)
        return cached(response, Caching.REVALIDATED, modified=last_modified(snapshot))

    @routes.get("/dumps/<version>/<name>")
    @api.operation("dump", _FILE, (VERSION, _NAME), (503,), negotiated=False)
    def file(version: str, name: str) -> Response:
        """Download a file, or a byte range of it."""
        _, dumps = there()
        dump = dumps.find(version, name)
        if dump is None:
            raise not_found(request.path)
        if request.method != "GET" or not _ONE_RANGE.fullmatch(request.headers.get("Range", "")):
            request.environ.pop("HTTP_RANGE", None)  # ignored (RFC 9110, 14.2); Werkzeug would refuse it
        stem, _, suffixes = name.partition(".")
        response = send_file(
            dump.file.absolute(),
            mimetype=dump.format.compression or dump.format.media_type,
            as_attachment=True,
            download_name=f"{stem}-{version}.{suffixes}",
            conditional=True,
            etag=dump.sha256,
            last_modified=dump.made,
        )
        cached(response, Caching.FOREVER, vary=None)
        response.headers["Accept-Ranges"] = "bytes"
        for link in dump_links(site.addresses, dump):
            response.headers.add("Link", link.header())
        return response

    return routes


def _download_json(site: Site, dump: Download) -> DownloadableFile:
    return {
        "iri": site.addresses.base + dump.path,
        "href": f"{request.script_root}/{dump.path}",
        "mediaType": dump.format.media_type,
        "byteSize": dump.size,
        "sha256": dump.sha256,
        "made": dump.made.isoformat(),
    }
