"""/changes and /dataset/{version}: versions of the dataset and their changes.

They are pages, RDF, JSON and, as a list, an Atom feed (RFC 4287).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Response, redirect, render_template, request

from gcmgraph.platform.errors import LedgerError
from gcmgraph.publication.metadata.dcat import describe_version, version_iri, version_notes
from gcmgraph.publication.versions.history import DatasetVersion
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.dataset.version_json import Version, Versions, version_json
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import ATOM, DESCRIPTIONS, HTML, JSON, suffixes_in_words
from gcmgraph.web.http.links import query_along
from gcmgraph.web.http.negotiation import Offer, name_and_suffix, negotiate
from gcmgraph.web.http.parameters import read_list_page
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.negotiated import negotiated_document
from gcmgraph.web.responses.typed_links import version_links
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page

#: Date of a feed without versions.
_NEVER = datetime.fromtimestamp(0, UTC)

#: The formats of a version, and of the list of them.
OF_A_VERSION = (*DESCRIPTIONS, JSON)
OF_THE_LIST = (*DESCRIPTIONS, JSON, ATOM)
_VERSION_OFFER = Offer.of(OF_A_VERSION)
_LIST_OFFER = Offer.of(OF_THE_LIST)

#: Versions on one page.
PAGE_SIZE = 50

#: Name of a version in a path.
VERSION = api.Parameter("version", "Name of the version, the digest of its content.")

_LIST = api.answer("Page of the list of versions.", Versions, OF_THE_LIST, headers=("Link",))
_PARAMETERS = (api.suffix_of(OF_THE_LIST, "json"), api.PAGE_NUMBER, api.LANG)
_ANSWER = api.answer("Description of the version.", Version, OF_A_VERSION, headers=("Link",))
_FORMATS = f"{suffixes_in_words(OF_A_VERSION)}."


class VersionPages:
    """Views of versions and of the list of them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._history = site.dataset.history

    @api.operation("changes", _LIST, _PARAMETERS, (404, 503))
    def changes(self, suffix: str | None) -> Response:
        """List versions, newest first."""
        site = self._site
        form = negotiate(_LIST_OFFER, "/changes.{}".format, suffix=suffix)
        page = Page.requested(site)
        number, last, names = read_list_page(request.args, self._history.names(), PAGE_SIZE)
        files = [self._history.files(name) for name in names]

        def body() -> str | Iterable[Triple]:
            versions = [self._history.version(name) for name in names]
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
                return _list_json(versions, page.snapshot, site.addresses)
            if form is ATOM:
                return render_template(
                    "changes.atom.xml",
                    versions=versions,
                    base=site.addresses.base,
                    notes=_notes,
                    never=_NEVER,
                )
            return _list_triples(versions, page.snapshot, site.addresses)

        response = negotiated_document(
            page.snapshot,
            body,
            form,
            path="/changes",
            describes=f"{site.addresses.base}dataset",
            parts=files,
            document_formats=OF_THE_LIST,
        )
        for relation, page_number in (("prev", number - 1), ("next", number + 1)):
            if 1 <= page_number <= last:
                address = f"{request.script_root}{request.path}?page={page_number}"
                response.headers.add("Link", f'<{address}>; rel="{relation}"')
        return response

    @api.operation("version", _ANSWER, (VERSION, api.LANG), (503,), description=_FORMATS)
    def version(self, version: str) -> Response:
        """Describe a version: downloads, added and removed statements.

        A year, such as 2026, leads to the newest version of that year.
        """
        site = self._site
        history = self._history
        page = Page.requested(site)
        name, suffix = name_and_suffix(version, _VERSION_OFFER, history.holds)
        dataset_version = history.find(name)
        if dataset_version is None:
            newest = history.newest_of_year(name)
            if newest:
                return _redirect_to_newest(newest, suffix)
            end = f".{suffix}" if suffix else ""
            return current_in_place_of(site, name, f"/dataset/{page.snapshot.version}{end}")
        path = f"/dataset/{name}"
        form = negotiate(_VERSION_OFFER, lambda suffix: f"{path}.{suffix}", suffix=suffix)
        downloads = (*dataset_version.dumps, *dataset_version.patches)

        def body() -> str | Iterable[Triple]:
            if form is HTML:
                return render_template(
                    "version.html",
                    page=page,
                    version=dataset_version,
                    history=history,
                    forms=OF_A_VERSION,
                )
            if form is JSON:
                members = version_json(dataset_version, site.addresses, named=True)
                return json.dumps(members, ensure_ascii=False, indent=1)
            return describe_version(dataset_version, site.addresses)

        return negotiated_document(
            page.snapshot,
            body,
            form,
            path=path,
            describes=version_iri(site.addresses, name).value,
            # some are added while the version is current
            parts=[download.format.name for download in downloads],
            links=lambda: version_links(site.addresses, dataset_version, history, form, path),
        )


def _redirect_to_newest(version: str, suffix: str | None) -> Response:
    """Redirect from the edition of a year to its newest version."""
    end = f".{suffix}" if suffix else ""
    path = f"{request.script_root}/dataset/{version}{end}{query_along(request)}"
    return cached(redirect(path, HTTPStatus.FOUND), Caching.NEVER)  # type: ignore[arg-type]


def current_in_place_of(site: Site, version: str, path: str) -> Response:
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
    changes = version.changes
    if changes is None or not version.previous:
        return "The first version that is known."
    return version_notes(changes)[SOURCE_LANGUAGE]


def _list_json(versions: Sequence[DatasetVersion], snapshot: Snapshot, addresses: Addresses) -> str:
    members: Versions = {
        "current": snapshot.version,
        "versions": [version_json(version, addresses) for version in versions],
    }
    return json.dumps(members, ensure_ascii=False, indent=1)


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
