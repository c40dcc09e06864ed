"""Typed links about a document, as headers and as a link set (https://signposting.org/FAIR/; RFC 8288, RFC 9264)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcmgraph.publication.attribution import Attribution, attribution
from gcmgraph.publication.metadata.dcat import version_iri
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.publication.versions.history import DatasetVersion, Download, History
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.web.http import formats
from gcmgraph.web.http.links import header_iri, header_path, local_path
from gcmgraph.web.services import Site, Snapshot

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
    """A link by its relation, and the media type of its target where it has one.

    >>> TypedLink("alternate", "/dataset.ttl", "text/turtle").header()
    '</dataset.ttl>; rel="alternate"; type="text/turtle"'
    """

    relation: str
    href: str
    media_type: str | None = None

    def header(self) -> str:
        """The value of a Link header."""
        media_type = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href}>; rel="{self.relation}"{media_type}'


@dataclass(frozen=True)
class LinkContext:
    """A document by its address (the anchor), with its links."""

    anchor: str
    links: Sequence[TypedLink]


def service_link(root: str) -> TypedLink:
    """The link to the description of the server (RFC 8631), for an application mounted at `root`."""
    return TypedLink("service-desc", f"{root}{SERVICE_DESCRIPTION}", SERVICE_DESCRIPTION_TYPE)


def document_links(
    site: Site, snapshot: Snapshot, iri: IRI, form: formats.Format, start: str = ""
) -> list[TypedLink]:
    """The links of the document about a resource in one format.

    Documents of this server are linked by path after `start`: the base in a link set, empty in a
    header.
    """
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    resource = header_iri(iri.value)
    has_linkset = "/doc/" in path  # the pages of named graphs have none
    document_formats = formats.DOCUMENTS if has_linkset else formats.DESCRIPTIONS
    links = [*_format_links(path, form, document_formats), TypedLink("describes", resource)]
    if form.suffix == "jsonld":
        links.append(TypedLink(CONTEXT, f"{start}/context.jsonld", "application/ld+json"))
    links.append(TypedLink("cite-as", resource))
    links += _licence_links(attribution(snapshot.store, site.addresses, iri))
    links += [TypedLink("type", header_iri(type_iri)) for type_iri in _types(site, snapshot, iri)]
    links.append(TypedLink("collection", f"{site.addresses.base}dataset"))
    if has_linkset:
        links.append(TypedLink("linkset", f"{path}{LINKSET_SUFFIX}", LINKSET_JSON))
    return links


def document_linkset(site: Site, snapshot: Snapshot, iri: IRI) -> str:
    """The links of the document about a resource in every format, by anchor.

    Anchors are under the base, whatever the Host header says.
    """
    start = site.addresses.base.rstrip("/")
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    return _linkset_json(
        LinkContext(f"{path}.{form.suffix}", document_links(site, snapshot, iri, form, start))
        for form in formats.DOCUMENTS
    )


def dataset_links(
    addresses: Addresses, dumps: Sequence[Download], form: formats.Format, start: str = ""
) -> list[TypedLink]:
    """The links of the description of the dataset in one format; see `document_links` for `start`."""
    types = [*_DATASET, _ABOUT_PAGE] if form is formats.HTML else _DATASET
    return [
        *_format_links(f"{start}/dataset", form, formats.DESCRIPTIONS),
        *_dataset_links(f"{addresses.base}dataset", types),
        *(_item_link(dump, start) for dump in dumps),
        TypedLink("linkset", f"{start}/dataset{LINKSET_SUFFIX}", LINKSET_JSON),
    ]


def dataset_linkset(addresses: Addresses, dumps: Sequence[Download]) -> str:
    """The links of the dataset's descriptions and of its downloads, by anchor."""
    start = addresses.base.rstrip("/")
    contexts = []
    for form in formats.DESCRIPTIONS:
        links = dataset_links(addresses, dumps, form, start)
        contexts.append(LinkContext(f"{start}/dataset.{form.suffix}", links))
    for dump in dumps:
        contexts.append(LinkContext(f"{start}/{dump.path}", dump_links(addresses, dump, start)))
    return _linkset_json(contexts)


def version_links(
    addresses: Addresses, version: DatasetVersion, history: History, form: formats.Format, path: str
) -> list[TypedLink]:
    """The links of a version's description in one format, with its neighbours (RFC 5829)."""
    iri = version_iri(addresses, version.name).value
    predecessor, successor = history.neighbours(version)
    links = [
        *_format_links(path, form, formats.DESCRIPTIONS),
        *_dataset_links(iri, _DATASET),
        *(_item_link(dump, "") for dump in (*version.dumps, *version.patches)),
        TypedLink("latest-version", f"{addresses.base}dataset"),
        TypedLink("version-history", "/changes"),
    ]
    if predecessor:
        links.append(TypedLink("predecessor-version", f"/dataset/{predecessor}"))
    if successor:
        links.append(TypedLink("successor-version", f"/dataset/{successor}"))
    return links


def dump_links(addresses: Addresses, dump: Download, start: str = "") -> list[TypedLink]:
    """The links of a download: its dataset, version and licence."""
    return [
        TypedLink("collection", f"{start}/dataset.html", formats.HTML.media_type),
        TypedLink("cite-as", version_iri(addresses, dump.version).value),
        TypedLink("license", LICENCE),
    ]


def alternate_links(
    path: str, form: formats.Format, document_formats: Iterable[formats.Format]
) -> Iterator[TypedLink]:
    """The formats of a document other than its own."""
    for alternate in document_formats:
        if alternate.suffix != form.suffix:
            yield TypedLink("alternate", f"{path}.{alternate.suffix}", alternate.media_type)


def _format_links(
    path: str, form: formats.Format, document_formats: Iterable[formats.Format]
) -> Iterator[TypedLink]:
    """The other formats of a description; those in RDF describe the page, too."""
    yield from alternate_links(path, form, document_formats)
    if form is formats.HTML:
        for syntax in formats.RDF:
            yield TypedLink("describedby", f"{path}.{syntax.suffix}", syntax.media_type)


def _dataset_links(iri: str, types: Iterable[str]) -> Iterator[TypedLink]:
    """The dataset or version that a document describes, its licence and its types."""
    yield TypedLink("describes", iri)
    yield TypedLink("cite-as", iri)
    yield TypedLink("license", LICENCE)
    for type_iri in types:
        yield TypedLink("type", type_iri)


def _item_link(dump: Download, start: str) -> TypedLink:
    media_type = dump.format.compression or dump.format.media_type
    return TypedLink("item", f"{start}/{dump.path}", media_type)


def _licence_links(source: Attribution | None) -> list[TypedLink]:
    """The licence of a work of others, else that of the dataset.

    None for a work whose rights are stated in words.
    """
    if source is None or not (source.licence or source.rights):
        return [TypedLink("license", LICENCE)]
    return [TypedLink("license", source.licence.value)] if source.licence else []


def _types(site: Site, snapshot: Snapshot, iri: IRI) -> list[str]:
    """The classes of a resource in our ontology or schema.org; at least one."""
    namespaces = (site.addresses.ontology, PREFIXES["schema"])
    rdf_type = Vocabulary(site.addresses)("rdf:type")
    objects = {quad.object for quad in snapshot.store.quads(iri, rdf_type)}
    classes = {term.value for term in objects if isinstance(term, IRI)}
    return sorted(iri for iri in classes if iri.startswith(namespaces)) or [_WEB_PAGE]


def _linkset_json(contexts: Iterable[LinkContext]) -> str:
    """A link set in JSON (RFC 9264, 4.2), which does not link itself."""
    members: list[dict[str, object]] = []
    for context in contexts:
        targets_by_relation: dict[str, list[dict[str, str]]] = {}
        for link in context.links:
            if link.relation == "linkset":
                continue
            target = {"href": link.href}
            if link.media_type:
                target["type"] = link.media_type
            targets_by_relation.setdefault(link.relation, []).append(target)
        members.append({"anchor": context.anchor, **targets_by_relation})
    return json.dumps({"linkset": members}, indent=1)
