"""Files of addresses: each address is requested once in each of its languages, and written with relative links."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from functools import lru_cache
from html import escape, unescape
from http import HTTPStatus
from pathlib import Path

from flask import Flask, render_template
from werkzeug.test import Client, TestResponse

from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.file_states import Recorded
from gcmgraph.web.export.addresses import (
    ONLY_IN_COPIES,
    RESOURCE_DATA,
    SERVER_ONLY_PAGE,
    SiteAddress,
    resolve_link,
)
from gcmgraph.web.export.folder import write_piecewise
from gcmgraph.web.export.journal import WrittenAddress
from gcmgraph.web.resources.routes import existing_resource
from gcmgraph.web.services import Site

#: A start tag; templates escape `<`, `>` and quotes in values, so that none occurs within a tag.
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")

#: An attribute that holds a link.
_LINK = re.compile(r'(\s(?:href|src|action|data-names|data-results)=")([^"]*)"')

#: Paths of resources and graphs, with the paths of their IRIs.
_RESOURCE_PATHS = {"/doc/": "id/", "/graph/": "graph/"}

#: Number of links whose relative form is remembered: those of some pages of one folder.
_REMEMBERED_LINKS = 30_000

#: Answers to a link to nothing, such as a list of a scheme that the dataset does not have.
_ABSENT = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class SiteWriter:
    """Writer of the pages and data of a site to a folder."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._app = app
        self._client = Client(app, TestResponse)
        self._folder = folder
        self._links: set[SiteAddress] = set()
        self._new_links: set[SiteAddress] = set()
        self._dead: set[str] = set()
        self._has_resource = lru_cache(maxsize=None)(self._find_resource)
        self._relative_link = lru_cache(maxsize=_REMEMBERED_LINKS)(self._make_relative)

    def write(self, address: SiteAddress) -> WrittenAddress:
        """Write an address in each of its languages. `StoreError` where the site fails to answer."""
        self._new_links = set()
        self._dead = set()
        files = {}
        for language in address.languages:
            localized = replace(address, language=language)
            state = self._write_file(localized)
            if state is not None:
                files[localized.file] = state
        return WrittenAddress(address, files, frozenset(self._new_links), frozenset(self._dead))

    def _write_file(self, address: SiteAddress) -> Recorded | None:
        """Write an address; one that does not exist as a notice, and as no file where it is data."""
        accept = "text/html" if address.is_page else "*/*"
        headers = {"Accept": accept}
        target = address.request_target
        with self._client.open(target, headers=headers, follow_redirects=True) as response:
            if response.status_code in _ABSENT:
                self._dead.add(target)
                return self.write_notice(address) if address.is_page else None
            if response.status_code != HTTPStatus.OK:
                raise StoreError(
                    f"The page {target} cannot be exported: the site answers {response.status}."
                )
            file = self._folder / address.file
            if response.mimetype != "text/html":
                return write_piecewise(file, response.iter_encoded())
            page = response.get_data(as_text=True)
        return write_piecewise(file, [self._with_relative_links(page, address).encode()])

    def write_notice(
        self,
        address: SiteAddress,
        template: str = "server_only.html",
        *,
        rooted: bool = False,
        **values: object,
    ) -> Recorded:
        """Write a page that is in copies alone; its links begin at the root of the host where `rooted`."""
        with self._app.test_request_context(f"{address.path}?lang={address.language}"):
            page = render_template(template, **values)
        linked_page = self._with_relative_links(page, address, rooted=rooted)
        return write_piecewise(self._folder / address.file, [linked_page.encode()])

    def _with_relative_links(self, page: str, source: SiteAddress, *, rooted: bool = False) -> str:
        folder = None if rooted else posixpath.dirname(source.file)

        def replaced(match: re.Match[str]) -> str:
            link = match[2]
            if link.startswith("/") and not link.startswith("//"):
                relative_link = self._relative_link(link, source.language, folder)
            else:
                relative_link = self._make_relative(link, source.language, folder, source)
            return f'{match[1]}{relative_link}"'

        return _TAG.sub(lambda tag: _LINK.sub(replaced, tag[0]), page)

    def _make_relative(
        self,
        link: str,
        language: str | None,
        folder: str | None,
        source: SiteAddress | None = None,
    ) -> str:
        """The relative form of a link, as HTML, in a page of a language.

        From the root of the host without a folder. `source` is required for a link that is relative
        to its page.
        """
        base = source or SiteAddress("/", language=language)
        address = resolve_link(unescape(link), base)
        if address is None:
            return link
        target = self._target_of(address)
        if folder is None:
            return escape(f"/{target.relative_to('')}")
        return escape(target.relative_to(posixpath.join(folder, "page")))

    def _target_of(self, address: SiteAddress) -> SiteAddress:
        """The address itself, or for a resource that does not exist, the page about omitted addresses."""
        if address.path in ONLY_IN_COPIES:
            return address
        if not self._has_resource(address.path):
            self._dead.add(address.request_target)
            return SiteAddress(SERVER_ONLY_PAGE, language=address.language)
        link = address.in_no_language
        if link not in self._links:
            self._links.add(link)
            self._new_links.add(link)
        return address

    def _find_resource(self, path: str) -> bool:
        """Whether a path may be followed: it is of no resource, or of one that is published."""
        site: Site = self._app.extensions["gcmgraph"]
        snapshot = site.dataset.snapshot()
        for start, start_of_iri in _RESOURCE_PATHS.items():
            if path.startswith(start):
                local = path.removeprefix(start).removesuffix(f".{RESOURCE_DATA}")
                iri = existing_resource(site, snapshot, start_of_iri + local)
                return iri is not None and iri.value not in snapshot.describer.invalidated
        return True
