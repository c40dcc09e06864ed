"""/dumps/…: files of versions to download, with digest, ranges and caching (RFC 9110: 8.8.3, 14)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, jsonify, render_template, request, send_file

from gcmgraph.publication.versions.history import FORMATS, Download
from gcmgraph.web.dataset.version_json import DownloadableFile, DownloadsJson, downloadable_file
from gcmgraph.web.dataset.versions import PAGE_SIZE, VERSION, current_in_place_of
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.negotiation import JSON_OR_PAGE, negotiate
from gcmgraph.web.http.parameters import page_links, read_list_page
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.negotiated import last_modified
from gcmgraph.web.responses.typed_links import dump_links
from gcmgraph.web.services import Site

#: The one kind of Range header that is honoured: a single range of bytes (RFC 9110, 14.1.2).
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:[0-9]+-[0-9]*|-[0-9]+)[ \t]*", re.IGNORECASE)

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


_NEWEST = {302: api.answer("Address of the file in the newest version that has it.")}


class Downloads:
    """Views of the downloads of all versions."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._history = site.dataset.history

    @api.operation("dumps", _DOWNLOADS, (api.PAGE_NUMBER, api.LANG), (404,), path="/dumps/")
    @api.operation(
        "dumps_of", _OF_VERSION, (VERSION, api.LANG), path="/dumps/{version}", summary=_LIST_OF
    )
    def listed(self, version: str | None) -> Response:
        """List downloads of versions, newest first."""
        site = self._site
        snapshot = site.dataset.snapshot()
        if version is not None and not self._history.holds(version):
            return current_in_place_of(site, version, f"/dumps/{snapshot.version}")
        versions = self._history.names() if version is None else [version]
        arguments = request.args if version is None else {}
        number, last, names = read_list_page(arguments, versions, PAGE_SIZE)
        downloads = {name: self._history.downloads(name) for name in names}
        if negotiate(JSON_OR_PAGE, lambda _: request.path) is HTML:
            page = render_template(
                "dumps.html",
                versions=downloads,
                current=snapshot.version,
                page_number=number,
                last=last,
            )
            response = Response(page, content_type=HTML.content_type)
        else:
            files = {name: self._files(downloads[name]) for name in names}
            response = jsonify(current=snapshot.version, versions=files)
        if last > 1:
            for link in page_links(number, last, _address_of_page):
                response.headers.add("Link", link)
        return cached(response, Caching.REVALIDATED, modified=last_modified(snapshot))

    def _files(self, downloads: Iterable[Download]) -> list[DownloadableFile]:
        addresses = self._site.addresses
        return [downloadable_file(file, addresses, request.script_root) for file in downloads]

    @api.operation("dump", _FILE, (VERSION, _NAME), (503,), negotiated=False)
    def file(self, version: str, name: str) -> Response:
        """Download a file, or a byte range of it."""
        site = self._site
        download = self._history.download(version, name)
        if download is None:
            current = site.dataset.snapshot().version
            return current_in_place_of(site, version, f"/dumps/{current}/{name}")
        if request.method != "GET" or not _ONE_RANGE.fullmatch(request.headers.get("Range", "")):
            # ignored (RFC 9110, 14.2); Werkzeug would refuse it
            request.environ.pop("HTTP_RANGE", None)
        stem, _, suffixes = name.partition(".")
        response = send_file(
            download.file.absolute(),
            mimetype=download.format.compression or download.format.media_type,
            as_attachment=True,
            download_name=f"{stem}-{version}.{suffixes}",
            conditional=True,
            etag=download.sha256,
            last_modified=download.created,
        )
        cached(response, Caching.FOREVER, vary=None)
        response.headers["Accept-Ranges"] = "bytes"
        for link in dump_links(site.addresses, download):
            response.headers.add("Link", link.header())
        return response

    @api.operation("newest_dump", _NEWEST, (_NAME,), (404,), negotiated=False)
    def newest_file(self, name: str) -> Response:
        """Redirect to a file of the newest version that has it.

        A file that is written after its version was published is meanwhile that of the version before.
        """
        for version in self._history.names():
            if name in self._history.files(version).split():
                path = f"{request.script_root}/dumps/{version}/{name}"
                response = Response(status=HTTPStatus.FOUND)
                response.headers["Location"] = path
                return cached(response, Caching.NEVER, vary=None)
        raise not_found(request.path)


def _address_of_page(number: int) -> str:
    return f"{request.script_root}{request.path}?page={number}"
