"""/changes and /dataset/{version}: changes of each version, as pages, RDF, JSON and a feed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, render_template, request

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.dcat import describe_version, version_iri
from gcmgraph.publication.versions.changes import COUNTED_KINDS
from gcmgraph.publication.versions.history import History, Version
from gcmgraph.web.dataset.version_formats import Version as VersionJson
from gcmgraph.web.dataset.version_formats import Versions, version_json, versions_feed
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import ATOM, DESCRIPTIONS, HTML, JSON, Format
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.requests import Offer, negotiate, page_of
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.responses.documents import document, entity_tag, last_modified, page_variant, written
from gcmgraph.web.responses.signposting import TypedLink, version_links
from gcmgraph.web.services import Histories, Site, Snapshot
from gcmgraph.web.templating import Page

#: The formats of a version, and of the list of them.
OF_A_VERSION = (*DESCRIPTIONS, JSON)
OF_THE_LIST = (*DESCRIPTIONS, JSON, ATOM)
_VERSION_OFFER, _LIST_OFFER = Offer.of(OF_A_VERSION), Offer.of(OF_THE_LIST)

#: Versions on one page, and resources of one kind listed in a page.
PAGE_SIZE, NAMED = 50, 100

#: Name of a version in a path.
VERSION = api.Parameter("version", "Name of the version, the digest of its content.")

_LIST = api.answer("Page of the list of versions.", Versions, OF_THE_LIST, headers=("Link",))
_PARAMETERS = (api.suffix_of(OF_THE_LIST, "json"), api.PAGE_NUMBER, api.LANG)
_ANSWER = api.answer("Description of the version.", VersionJson, OF_A_VERSION, headers=("Link",))
_SUFFIXES = ", ".join(f"`.{form.suffix}`" for form in OF_A_VERSION)
_FORMATS = f"Formats by the Accept header, or by suffix: {_SUFFIXES}."


def blueprint(site: Site, histories: Histories) -> Blueprint:
    """/changes and /dataset/{version}, both also with a suffix."""
    routes = Blueprint("changes", __name__)

    @routes.get("/changes", defaults={"suffix": None})
    @routes.get("/changes.<suffix>")
    @api.operation("changes", _LIST, _PARAMETERS, (404, 503))
    def changes(suffix: str | None) -> Response:
        """List versions, newest first."""
        form = negotiate(_LIST_OFFER, "/changes.{}".format, suffix=suffix)
        snapshot = site.dataset.snapshot()
        history = histories.of(snapshot)
        number, last, here = page_of(request.args, history.names(), PAGE_SIZE)
        files = [history.dumps.names(name) for name in here]

        def body() -> bytes | str:
            versions = [history.version(name) for name in here]
            if form is HTML:
                page = Page(site, snapshot, chosen_language(request))
                return render_template(
                    "changes.html",
                    page=page,
                    versions=versions,
                    current=snapshot.version,
                    page_number=number,
                    last=last,
                    counted_kinds=COUNTED_KINDS,
                    forms=[other for other in OF_THE_LIST if other is not HTML],
                )
            if form is JSON:
                members = [version_json(version, site.addresses) for version in versions]
                return json.dumps({"current": snapshot.version, "versions": members}, ensure_ascii=False, indent=1)
            if form is ATOM:
                return versions_feed(versions, site.addresses)
            return written(_list_triples(versions, snapshot, site.addresses), form, site.addresses)

        response = document(
            request,
            body,
            form,
            path="/changes",
            tag=entity_tag(
                snapshot.version, *files, "changes", form.content_type, str(number), page_variant(request, form)
            ),
            describes=f"{site.addresses.base}dataset",
            language=chosen_language(request) if form is HTML else None,
            modified=last_modified(snapshot),
            links=lambda: _list_links(form, site.addresses),
        )
        for relation, other in (("prev", number - 1), ("next", number + 1)):
            if 1 <= other <= last:
                address = f"{request.script_root}{request.path}?page={other}"
                response.headers.add("Link", f'<{address}>; rel="{relation}"')
        return response

    @routes.get("/dataset/<version>")
    @api.operation("version", _ANSWER, (VERSION, api.LANG), (503,), description=_FORMATS)
    def version_of(version: str) -> Response:
        """Describe a version: downloads, added and removed statements."""
        snapshot = site.dataset.snapshot()
        history = histories.of(snapshot)
        stem, _, suffix = version.rpartition(".")
        found, asked = history.find(version), None
        if found is None and suffix in {form.suffix for form in OF_A_VERSION}:
            found, asked = history.find(stem), suffix
        if found is None:
            raise not_found(request.path)
        path = f"/dataset/{found.name}"
        form = negotiate(_VERSION_OFFER, lambda suffix: f"{path}.{suffix}", suffix=asked)
        files = [file.format.name for file in (*found.dumps, *found.patches)]  # some are added while it is current
        variant = page_variant(request, form)

        def body() -> bytes | str:
            if form is HTML:
                return _page(site, snapshot, history, found)
            if form is JSON:
                return json.dumps(version_json(found, site.addresses, named=True), ensure_ascii=False, indent=1)
            return written(describe_version(found, site.addresses), form, site.addresses)

        return document(
            request,
            body,
            form,
            path=path,
            tag=entity_tag(snapshot.version, *files, "version", found.name, form.content_type, variant),
            describes=version_iri(site.addresses, found.name).value,
            language=chosen_language(request) if form is HTML else None,
            modified=last_modified(snapshot),
            links=lambda: [link.header() for link in version_links(site.addresses, found, history, form, path)],
        )

    return routes


def _page(site: Site, snapshot: Snapshot, history: History, version: Version) -> str:
    describer = snapshot.describer
    previous, follower = history.neighbours(version)

    def known(thing: IRI) -> bool:
        return describer.knows(thing) and thing.value not in describer.invalidated

    return render_template(
        "version.html",
        page=Page(site, snapshot, chosen_language(request)),
        version=version,
        counted_kinds=COUNTED_KINDS,
        named=NAMED,
        known=known,
        thing=IRI,
        previous=previous,
        follower=follower,
        current=snapshot.version,
        forms=[other for other in OF_A_VERSION if other is not HTML],
    )


def _list_triples(versions: Sequence[Version], snapshot: Snapshot, addresses: Addresses) -> Iterator[Triple]:
    v = Vocabulary(addresses)
    dataset = IRI(f"{addresses.base}dataset")
    yield Triple(dataset, v("rdf:type"), v("dcat:Dataset"))
    yield Triple(dataset, v("dcat:version"), Literal(snapshot.version))
    if versions:
        yield Triple(dataset, v("dcat:hasCurrentVersion"), version_iri(addresses, snapshot.version))
    for version in versions:
        yield Triple(dataset, v("dcat:hasVersion"), version_iri(addresses, version.name))
        yield from describe_version(version, addresses)


def _list_links(form: Format, addresses: Addresses) -> list[str]:
    links = [
        TypedLink("alternate", f"/changes.{other.suffix}", other.media_type)
        for other in OF_THE_LIST
        if other is not form
    ]
    return [link.header() for link in (*links, TypedLink("describes", f"{addresses.base}dataset"))]
