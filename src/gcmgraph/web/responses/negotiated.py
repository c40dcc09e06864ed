"""Responses with negotiated documents, their validators (RFC 9110: 8.7, 8.8.3), and similar addresses.

Typed links about a document are headers and a link set (https://signposting.org/FAIR/; RFC 8288,
RFC 9264).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, request

from gcmgraph import __version__
from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest
from gcmgraph.publication.attribution import Attribution, attribution
from gcmgraph.publication.metadata.citations import BibliographicReference, bibtex, cite, ris
from gcmgraph.publication.metadata.dcat import version_iri
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.publication.versions.history import DatasetVersion, Download, History
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Triple, Vocabulary
from gcmgraph.web.http import formats
from gcmgraph.web.http.caching import VARY, Caching, cached
from gcmgraph.web.http.links import header_iri, header_path, local_path
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page

LINKSET_JSON = "application/linkset+json"
LINKSET_SUFFIX = ".linkset.json"

#: The relation by which JSON-LD names its context
#: (https://www.w3.org/TR/json-ld11/#interpreting-json-as-json-ld).
CONTEXT = "http://www.w3.org/ns/json-ld#context"

#: The description of the server by OpenAPI; it has no registered media type of its own.
SERVICE_DESCRIPTION = "/openapi.json"
SERVICE_DESCRIPTION_TYPE = "application/json"

#: Type of a document where no class of its resource is more specific.
_WEB_PAGE = "https://schema.org/WebPage"

#: Types of the dataset, and of the page about it (https://signposting.org/FAIR/#landingpage).
_DATASET = ("https://schema.org/Dataset", "http://www.w3.org/ns/dcat#Dataset")
_ABOUT_PAGE = "https://schema.org/AboutPage"


@dataclass(frozen=True)
class TypedLink:
    """A link by its relation, and the media type of its target where it has one."""

    relation: str
    href: str
    media_type: str | None = None

    def header(self) -> str:
        """The value of a Link header."""
        media_type = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href}>; rel="{self.relation}"{media_type}'


def service_link(root: str) -> TypedLink:
    """The link to the description of the server (RFC 8631), for an application mounted at `root`."""
    return TypedLink("service-desc", f"{root}{SERVICE_DESCRIPTION}", SERVICE_DESCRIPTION_TYPE)


def document_links(
    site: Site, snapshot: Snapshot, iri: IRI, representation: formats.Format, start: str = ""
) -> list[TypedLink]:
    """The links of one representation of the document about a resource.

    Documents of this server are linked by path after `start`: the base in a link set, empty in a
    header.
    """
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    thing = header_iri(iri.value)
    forms = formats.DOCUMENTS if "/doc/" in path else formats.DESCRIPTIONS
    links = [*_forms(path, representation, forms), TypedLink("describes", thing)]
    # the pages of named graphs have no link set of their own
    sets = (
        [TypedLink("linkset", f"{path}{LINKSET_SUFFIX}", LINKSET_JSON)] if "/doc/" in path else []
    )
    if representation.suffix == "jsonld":
        links.append(TypedLink(CONTEXT, f"{start}/context.jsonld", "application/ld+json"))
    return [
        *links,
        TypedLink("cite-as", thing),
        *_licence(attribution(snapshot.store, site.addresses, iri)),
        *(TypedLink("type", header_iri(kind)) for kind in _types(site, snapshot, iri)),
        TypedLink("collection", f"{site.addresses.base}dataset"),
        *sets,
    ]


def _licence(source: Attribution | None) -> list[TypedLink]:
    """The licence of a work of others, else that of the dataset; none for a work whose rights are in words."""
    if source is None or not (source.licence or source.rights):
        return [TypedLink("license", LICENCE)]
    return [TypedLink("license", source.licence.value)] if source.licence else []


def linkset(site: Site, snapshot: Snapshot, iri: IRI) -> str:
    """The links of every representation, by anchor.

    Anchors are under the base, whatever the Host header says.
    """
    start = site.addresses.base.rstrip("/")
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    return _written(
        (f"{path}.{form.suffix}", document_links(site, snapshot, iri, form, start))
        for form in formats.DOCUMENTS
    )


def dataset_links(
    addresses: Addresses, dumps: Sequence[Download], representation: formats.Format, start: str = ""
) -> list[TypedLink]:
    """The links of one representation of the description of the dataset; see `document_links` for `start`."""
    dataset = f"{addresses.base}dataset"
    return [
        *_forms(f"{start}/dataset", representation, formats.DESCRIPTIONS),
        *_described(
            dataset, (*_DATASET, *([_ABOUT_PAGE] if representation is formats.HTML else []))
        ),
        *(_item(dump, start) for dump in dumps),
        TypedLink("linkset", f"{start}/dataset{LINKSET_SUFFIX}", LINKSET_JSON),
    ]


def dataset_linkset(addresses: Addresses, dumps: Sequence[Download]) -> str:
    """The links of the dataset's descriptions and of its downloads, by anchor."""
    start = addresses.base.rstrip("/")
    described = [
        (f"{start}/dataset.{form.suffix}", dataset_links(addresses, dumps, form, start))
        for form in formats.DESCRIPTIONS
    ]
    return _written(
        [
            *described,
            *((f"{start}/{dump.path}", dump_links(addresses, dump, start)) for dump in dumps),
        ]
    )


def version_links(
    addresses: Addresses, version: DatasetVersion, history: History, form: formats.Format, path: str
) -> list[TypedLink]:
    """The links of one form of a version's description, with its neighbours (RFC 5829)."""
    iri = version_iri(addresses, version.name).value
    previous, follower = history.neighbours(version)
    return [
        *_forms(path, form, formats.DESCRIPTIONS),
        *_described(iri, _DATASET),
        *(_item(dump, "") for dump in (*version.dumps, *version.patches)),
        TypedLink("latest-version", f"{addresses.base}dataset"),
        TypedLink("version-history", "/changes"),
        *([TypedLink("predecessor-version", f"/dataset/{previous}")] if previous else []),
        *([TypedLink("successor-version", f"/dataset/{follower}")] if follower else []),
    ]


def dump_links(addresses: Addresses, dump: Download, start: str = "") -> list[TypedLink]:
    """The links of a download: its dataset, version and licence."""
    return [
        TypedLink("collection", f"{start}/dataset.html", formats.HTML.media_type),
        TypedLink("cite-as", version_iri(addresses, dump.version).value),
        TypedLink("license", LICENCE),
    ]


def _forms(path: str, form: formats.Format, forms: Sequence[formats.Format]) -> Iterator[TypedLink]:
    """The other formats of a description; those in RDF describe the page, too."""
    yield from (
        TypedLink("alternate", f"{path}.{f.suffix}", f.media_type)
        for f in forms
        if f.suffix != form.suffix
    )
    if form is formats.HTML:
        yield from (
            TypedLink("describedby", f"{path}.{f.suffix}", f.media_type) for f in formats.RDF
        )


def _described(iri: str, types: Iterable[str]) -> Iterator[TypedLink]:
    """The dataset or version that a document describes, its licence and its types."""
    yield from (
        TypedLink("describes", iri),
        TypedLink("cite-as", iri),
        TypedLink("license", LICENCE),
    )
    yield from (TypedLink("type", kind) for kind in types)


def _item(dump: Download, start: str) -> TypedLink:
    return TypedLink(
        "item", f"{start}/{dump.path}", dump.format.compression or dump.format.media_type
    )


def _written(contexts: Iterable[tuple[str, list[TypedLink]]]) -> str:
    """Links by anchor as a link set (RFC 9264, 4.2)."""
    members: list[dict[str, object]] = []
    for anchor, links in contexts:
        relations: dict[str, list[dict[str, str]]] = {}
        for link in links:
            if link.relation != "linkset":
                target = {"href": link.href} | (
                    {"type": link.media_type} if link.media_type else {}
                )
                relations.setdefault(link.relation, []).append(target)
        members.append({"anchor": anchor, **relations})
    return json.dumps({"linkset": members}, indent=1)


def _types(site: Site, snapshot: Snapshot, iri: IRI) -> list[str]:
    """The classes of a resource in our ontology or schema.org; at least one."""
    named = (site.addresses.ontology, PREFIXES["schema"])
    rdf_type = Vocabulary(site.addresses)("rdf:type")
    found = {
        q.object.value for q in snapshot.store.quads(iri, rdf_type) if isinstance(q.object, IRI)
    }
    return sorted(kind for kind in found if kind.startswith(named)) or [_WEB_PAGE]


#: Function that makes the body of a document, or the triples that it holds.
Maker = Callable[[], bytes | str | Iterable[Triple]]

#: Folders of this package whose times are not that of the installation.
_NOT_OURS = frozenset({"__pycache__", "node_modules"})


def entity_tag(*parts: str) -> str:
    """A strong entity tag of a representation that depends on this software and on the parts."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:32]


def written(triples: Iterable[Triple], form: formats.Format | str, addresses: Addresses) -> bytes:
    """Triples in a format of descriptions. Raises `NotXmlError`."""
    if isinstance(form, str) or form.write is None:
        raise ValueError(f"{form} does not hold triples")
    return form.write(triples, addresses.prefixes)


def last_modified(snapshot: Snapshot) -> datetime | None:
    """The date of the last change of responses about a dataset version; None where it was removed meanwhile.

    That is when its folder was built, when it became current again, or when this software was
    installed: the latest.
    """
    folder = snapshot.index.parent
    link = folder.parent.parent / "current"
    try:
        times = [folder.stat().st_mtime, link.lstat().st_mtime, _installed()]
    except OSError:  # removed meanwhile; what is opened can still be read
        return None
    return datetime.fromtimestamp(max(times), UTC)


@cache
def _installed() -> float:
    """The date of the newest file of this package, in seconds since 1970."""
    newest = 0.0
    for folder, within, files in os.walk(Path(__file__).parents[2]):
        within[:] = [name for name in within if name not in _NOT_OURS]
        newest = max([newest, *(os.lstat(f"{folder}/{name}").st_mtime for name in files)])
    return newest


def document(
    snapshot: Snapshot,
    make: Maker,
    form: formats.Format,
    *,
    path: str,
    describes: str,
    parts: Iterable[str] = (),
    forms: Sequence[formats.Format] = formats.DESCRIPTIONS,
    links: Callable[[], Iterable[TypedLink]] | None = None,
) -> Response:
    """A negotiated document about a dataset version, whose address without suffix is `path`.

    As `cached_document`. `links` are its Link headers, where it has others than to the other
    `forms` and the resource that it `describes`.
    """
    language = chosen_language(request) if form in formats.IN_LANGUAGE else None

    def plain() -> Iterable[TypedLink]:
        others = (other for other in forms if other.suffix != form.suffix)
        yield from (
            TypedLink("alternate", f"{address}.{other.suffix}", other.media_type)
            for other in others
        )
        yield TypedLink("describes", header_iri(describes))

    address = header_path(path)
    response = cached_document(snapshot, make, form, *parts, language=language)
    response.headers["Content-Location"] = f"{address}.{form.suffix}"
    for link in (links or plain)():  # last: setting a header searches those before it
        response.headers.add("Link", link.header())
    return response


#: Media types of documents with the texts of all languages.
_IN_ALL_LANGUAGES = tuple(form.media_type for form in formats.RDF)


def cached_document(
    snapshot: Snapshot,
    make: Maker,
    form: formats.Format | str,
    *parts: str,
    vary: str | None = VARY,
    language: str | None = None,
) -> Response:
    """A document that depends on the dataset version, the address, the language of the reader and `parts`.

    One in RDF, or without Accept-Language in `vary`, does not depend on the language. 304 where the
    client has it already: its body is only made where the client does not have it. `form` is a
    format, in which triples are written, or a Content-Type.
    """
    content_type = form if isinstance(form, str) else form.content_type
    operator = current_app.extensions["gcmgraph"].operator  # in the footer of pages
    spoken = vary and "Language" in vary and not content_type.startswith(_IN_ALL_LANGUAGES)
    read = chosen_language(request) if spoken else ""
    address = f"{request.script_root}{request.path}?{request.query_string!r}"
    tag = entity_tag(snapshot.version, content_type, address, read, str(operator), *parts)
    response = Response(content_type=content_type)
    cached(
        response,
        Caching.BY_VERSION,
        vary=vary,
        tag=tag,
        modified=last_modified(snapshot),
        language=language,
    )
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        made = make()
        response.set_data(
            made if isinstance(made, bytes | str) else written(made, form, snapshot.addresses)
        )
    return response


def cached_page(snapshot: Snapshot, make: Maker, *parts: str) -> Response:
    """A page, as `cached_document`."""
    return cached_document(snapshot, make, formats.HTML, *parts, language=chosen_language(request))


_BY_SUFFIX = {form.suffix: form for form in formats.CITATIONS}

#: Writers by suffix.
_WRITERS = {"bib": bibtex, "ris": ris}


def add_routes(app: Flask, site: Site) -> None:
    """/dataset.bib and /dataset.ris."""

    @app.get(f"/dataset.<any({', '.join(_BY_SUFFIX)}):suffix>")
    def citation(suffix: str) -> Response:
        return cited(Page.requested(site), None, _BY_SUFFIX[suffix])


def cited(page: Page, iri: IRI | None, form: formats.Format) -> Response:
    """A citation of a resource, or for None of the dataset, as a file with today as the date of access."""
    citation = make_citation(page, iri)
    make = partial(_WRITERS[form.suffix], citation)
    response = cached_document(page.snapshot, make, form, citation.accessed.isoformat())
    response.headers["Content-Disposition"] = f'attachment; filename="{citation.key}.{form.suffix}"'
    return response


def make_citation(page: Page, iri: IRI | None = None) -> BibliographicReference:
    """A citation of a resource, or for None of the dataset."""
    snapshot, modified = page.snapshot, last_modified(page.snapshot)
    issued = modified.date() if modified else None
    return cite(snapshot.store, page.site.addresses, iri, page.language, snapshot.version, issued)


#: Maximum number of suggestions, maximum length of an unknown address.
MAX_SUGGESTIONS, MAX_LENGTH = 5, 200


def suggest(page: Page, kind: str, local: str) -> list[dict[str, str]]:
    """The resources whose addresses are most similar to `{kind}/{local}`, best first.

    Each has its `href`, its label as `title`, and the `language` of the label. Case is ignored. An
    unknown kind is read as the most similar one (`organization`).
    """
    if len(local) > MAX_LENGTH or len(kind) > MAX_LENGTH:
        return []
    likely = nearest(kind.casefold(), KINDS)
    if not likely:
        return []
    start = len(f"{page.site.addresses.base}id/{likely[0]}/")
    members, unknown = page.snapshot.listings.of(likely[0]).members, local.casefold()
    found = nearest(unknown, members, MAX_SUGGESTIONS, key=lambda iri: iri.value[start:].casefold())
    if found and found[0].value[start:].casefold() == unknown:  # equal but for case or kind
        found = found[:1]
    labels = {iri: page.label(iri) for iri in found}
    return [
        {"href": page.link(iri) or "", "title": label.text}
        | ({"language": label.language} if label.language else {})
        for iri, label in labels.items()
    ]
