"""Typed links about a document: headers, and a link set (https://signposting.org/FAIR/; RFC 8288, RFC 9264)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.metadata.dcat import version_iri
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.publication.versions.history import DatasetVersion, Download, History
from gcmgraph.web.http.formats import DESCRIPTIONS, DOCUMENTS, HTML, RDF, Format
from gcmgraph.web.http.urls import header_iri, header_path, local_path
from gcmgraph.web.services import Site, Snapshot

LINKSET_JSON = "application/linkset+json"
LINKSET_SUFFIX = ".linkset.json"

#: The relation by which JSON-LD names its context (https://www.w3.org/TR/json-ld11/#interpreting-json-as-json-ld).
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
    site: Site, snapshot: Snapshot, iri: IRI, representation: Format, start: str = ""
) -> list[TypedLink]:
    """The links of one representation of the document about a resource.

    Documents of this server are linked by path after `start`: the base in a link set, empty in a header.
    """
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    thing = header_iri(iri.value)
    forms = DOCUMENTS if "/doc/" in path else DESCRIPTIONS
    links = [*_forms(path, representation, forms), TypedLink("describes", thing)]
    # the pages of named graphs have no link set of their own
    sets = [TypedLink("linkset", f"{path}{LINKSET_SUFFIX}", LINKSET_JSON)] if "/doc/" in path else []
    if representation.suffix == "jsonld":
        links.append(TypedLink(CONTEXT, f"{start}/context.jsonld", "application/ld+json"))
    return [
        *links,
        TypedLink("cite-as", thing),
        *([] if _has_rights(site, snapshot, iri) else [TypedLink("license", LICENCE)]),
        *(TypedLink("type", header_iri(kind)) for kind in _types(site, snapshot, iri)),
        TypedLink("collection", f"{site.addresses.base}dataset"),
        *sets,
    ]


def linkset(site: Site, snapshot: Snapshot, iri: IRI) -> str:
    """The links of every representation, by anchor. Anchors are under the base, whatever the Host header says."""
    start = site.addresses.base.rstrip("/")
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    return _written((f"{path}.{form.suffix}", document_links(site, snapshot, iri, form, start)) for form in DOCUMENTS)


def dataset_links(
    addresses: Addresses, dumps: Sequence[Download], representation: Format, start: str = ""
) -> list[TypedLink]:
    """The links of one representation of the description of the dataset; see `document_links` for `start`."""
    dataset = f"{addresses.base}dataset"
    return [
        *_forms(f"{start}/dataset", representation, DESCRIPTIONS),
        *_described(dataset, (*_DATASET, *([_ABOUT_PAGE] if representation is HTML else []))),
        *(_item(dump, start) for dump in dumps),
        TypedLink("linkset", f"{start}/dataset{LINKSET_SUFFIX}", LINKSET_JSON),
    ]


def dataset_linkset(addresses: Addresses, dumps: Sequence[Download]) -> str:
    """The links of the dataset's descriptions and of its downloads, by anchor."""
    start = addresses.base.rstrip("/")
    described = [
        (f"{start}/dataset.{form.suffix}", dataset_links(addresses, dumps, form, start)) for form in DESCRIPTIONS
    ]
    return _written([*described, *((f"{start}/{dump.path}", dump_links(addresses, dump, start)) for dump in dumps)])


def version_links(
    addresses: Addresses, version: DatasetVersion, history: History, form: Format, path: str
) -> list[TypedLink]:
    """The links of one form of a version's description, with its neighbours (RFC 5829)."""
    iri = version_iri(addresses, version.name).value
    previous, follower = history.neighbours(version)
    return [
        *_forms(path, form, DESCRIPTIONS),
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
        TypedLink("collection", f"{start}/dataset.html", HTML.media_type),
        TypedLink("cite-as", version_iri(addresses, dump.version).value),
        TypedLink("license", LICENCE),
    ]


def _forms(path: str, form: Format, forms: Sequence[Format]) -> Iterator[TypedLink]:
    """The other formats of a description; those in RDF describe the page, too."""
    yield from (TypedLink("alternate", f"{path}.{f.suffix}", f.media_type) for f in forms if f.suffix != form.suffix)
    if form is HTML:
        yield from (TypedLink("describedby", f"{path}.{f.suffix}", f.media_type) for f in RDF)


def _described(iri: str, types: Iterable[str]) -> Iterator[TypedLink]:
    """The dataset or version that a document describes, its licence and its types."""
    yield from (TypedLink("describes", iri), TypedLink("cite-as", iri), TypedLink("license", LICENCE))
    yield from (TypedLink("type", kind) for kind in types)


def _item(dump: Download, start: str) -> TypedLink:
    return TypedLink("item", f"{start}/{dump.path}", dump.format.compression or dump.format.media_type)


def _written(contexts: Iterable[tuple[str, list[TypedLink]]]) -> str:
    """Links by anchor as a link set (RFC 9264, 4.2)."""
    members: list[dict[str, object]] = []
    for anchor, links in contexts:
        relations: dict[str, list[dict[str, str]]] = {}
        for link in links:
            if link.relation != "linkset":
                target = {"href": link.href} | ({"type": link.media_type} if link.media_type else {})
                relations.setdefault(link.relation, []).append(target)
        members.append({"anchor": anchor, **relations})
    return json.dumps({"linkset": members}, indent=1)


def _has_rights(site: Site, snapshot: Snapshot, iri: IRI) -> bool:
    """Whether a resource is a text under the rights of others."""
    return any(snapshot.store.quads(iri, Vocabulary(site.addresses)("dct:rights")))


def _types(site: Site, snapshot: Snapshot, iri: IRI) -> list[str]:
    """The classes of a resource in our ontology or schema.org; at least one."""
    named = (site.addresses.ontology, PREFIXES["schema"])
    rdf_type = Vocabulary(site.addresses)("rdf:type")
    found = {q.object.value for q in snapshot.store.quads(iri, rdf_type) if isinstance(q.object, IRI)}
    return sorted(kind for kind in found if kind.startswith(named)) or [_WEB_PAGE]
