"""The addresses reachable from some others, each requested once from the application and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape, unescape
from http import HTTPStatus

from flask import Flask
from werkzeug.test import Client, TestResponse

from gcmgraph.platform.errors import StoreError
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.export.addresses import SERVER_ONLY_PAGE, SiteAddress, resolve_link

#: Function that takes the name of a file and its content in pieces.
Write = Callable[[str, Iterable[bytes]], object]

#: Function that takes the number of written files and of known files.
Progress = Callable[[int, int], object]


#: A start tag; templates escape `<`, `>` and quotes in values, so that none occurs within a tag.
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")

#: An attribute that holds a link.
_LINK = re.compile(r'(\s(?:href|src|action)=")([^"]*)"')


class Crawl:
    """The addresses reachable from some others, each requested once."""

    def __init__(
        self, app: Flask, write: Write, progress: Progress = lambda _written, _all: None
    ) -> None:
        self._client = Client(app, TestResponse)
        self._write = write
        self._progress = progress
        #: whether an address exists, by path and page
        self._exists: dict[tuple[str, int], bool] = {}
        self._queue: list[SiteAddress] = []
        #: files of the addresses that are or were in the queue
        self._queued_files: set[str] = set()
        #: numbers of pages and files written; addresses of dead links
        self.pages = 0
        self.files = 0
        self.dead: set[str] = set()

    def run(self, seeds: Iterable[SiteAddress]) -> None:
        """Write all addresses reachable from the seeds, which must exist."""
        for seed in seeds:
            self._exists[seed.path, seed.page] = True
            self._add(seed)
        while self._queue:
            self._publish(self._queue.pop())
            count = self.pages + self.files
            self._progress(count, count + len(self._queue))

    def _add(self, address: SiteAddress) -> None:
        """Queue an address, a page in every language."""
        plain = replace(address, fragment="")
        addresses = [plain]
        if address.is_page:
            addresses = [replace(plain, language=language) for language in LANGUAGES]
        for queued in addresses:
            if queued.file not in self._queued_files:
                self._queued_files.add(queued.file)
                self._queue.append(queued)

    def _publish(self, address: SiteAddress) -> None:
        response = self._request(address)
        if response.status_code != HTTPStatus.OK:
            raise StoreError(
                f"The page {address.request_target} cannot be exported:"
                f" the site answers {response.status}."
            )
        if response.mimetype == "text/html":
            page = relative_links(response.get_data(as_text=True), address, self._target_of)
            self._write(address.file, [page.encode()])
            self.pages += 1
        else:
            self._write(address.file, response.iter_encoded())
            self.files += 1
        response.close()

    def _request(self, address: SiteAddress, method: str = "GET") -> TestResponse:
        accept = "text/html" if address.is_page else "*/*"
        return self._client.open(
            address.request_target, method=method, headers={"Accept": accept}, follow_redirects=True
        )

    def _target_of(self, address: SiteAddress) -> SiteAddress:
        """The address itself, or for one that does not exist, the page about omitted addresses."""
        if address.path == SERVER_ONLY_PAGE:
            return address
        key = (address.path, address.page)
        if key not in self._exists:
            response = self._request(address, "HEAD")
            self._exists[key] = response.status_code == HTTPStatus.OK
            response.close()
            if not self._exists[key]:
                self.dead.add(address.request_target)
        if not self._exists[key]:
            return SiteAddress(SERVER_ONLY_PAGE, language=address.language)
        self._add(address)
        return address


def relative_links(
    page: str,
    source: SiteAddress,
    target_of: Callable[[SiteAddress], SiteAddress],
    *,
    rooted: bool = False,
) -> str:
    """A page with relative links to the site, or with links from the root of the host where `rooted`.

    `target_of` maps each linked address to the one to link to.
    """

    def link(match: re.Match[str]) -> str:
        address = resolve_link(unescape(match[2]), source)
        if address is None:
            return match[0]
        target = target_of(address)
        link = f"/{target.relative_to('')}" if rooted else target.relative_to(source.file)
        return f'{match[1]}{escape(link)}"'

    return _TAG.sub(lambda tag: _LINK.sub(link, tag[0]), page)
