"""Typed links about a document: headers, and a link set (https://signposting.org/FAIR/; RFC 8288, RFC 9264)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import PREFIXES
from gcmgraph.publication.void import LICENCE
from gcmgraph.web.links import header_iri, header_path, local_path
from gcmgraph.web.negotiation import HTML, RDF, REPRESENTATIONS, Representation
from gcmgraph.web.site import Site, Snapshot

LINKSET_JSON = "application/linkset+json"
LINKSET_SUFFIX = ".linkset.json"

#: The relation by which JSON-LD names its context (https://www.w3.org/TR/json-ld11/#interpreting-json-as-json-ld).
CONTEXT = "http://www.w3.org/ns/json-ld#context"

#: What a document is where no class of its thing says more.
_WEB_PAGE = "https://schema.org/WebPage"


@dataclass(frozen=True)
class TypedLink:
    """A link by its relation, and the media type of its target where it has one."""

    relation: str
    href: str
    media_type: str | None = None

    def header(self) -> str:
        """The link as it stands in a Link header."""
        media_type = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href}>; rel="{self.relation}"{media_type}'


def document_links(
    site: Site, snapshot: Snapshot, iri: IRI, representation: Representation, start: str = ""
) -> list[TypedLink]:
    """The links of one representation of the document about a thing.

    Our own documents are linked by path, behind `start`: the base in a link set, nothing in a header.
    """
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    thing = header_iri(iri.value)
    links = [
        TypedLink("alternate", f"{path}.{r.suffix}", r.media_type) for r in REPRESENTATIONS if r is not representation
    ]
    links.append(TypedLink("describes", thing))
    # the pages of named graphs have no link set of their own
    sets = [TypedLink("linkset", f"{path}{LINKSET_SUFFIX}", LINKSET_JSON)] if "/doc/" in path else []
    if representation is HTML:
        links += [TypedLink("describedby", f"{path}.{r.suffix}", r.media_type) for r in RDF]
    elif representation.suffix == "jsonld":
        links.append(TypedLink(CONTEXT, f"{start}/context.jsonld", "application/ld+json"))
    return [
        *links,
        TypedLink("cite-as", thing),
        TypedLink("license", LICENCE),
        *(TypedLink("type", header_iri(kind)) for kind in _types(site, snapshot, iri)),
        TypedLink("collection", f"{site.addresses.base}dataset"),
        *sets,
    ]


def linkset(site: Site, snapshot: Snapshot, iri: IRI) -> str:
    """The links of every representation, by anchor. Anchors are under the base, whatever host was asked."""
    start = site.addresses.base.rstrip("/")
    path = start + header_path(local_path(site.addresses, iri.value) or "")
    contexts: list[dict[str, object]] = []
    for representation in REPRESENTATIONS:
        relations: dict[str, list[dict[str, str]]] = {}
        for link in document_links(site, snapshot, iri, representation, start):
            if link.relation != "linkset":
                target = {"href": link.href} | ({"type": link.media_type} if link.media_type else {})
                relations.setdefault(link.relation, []).append(target)
        contexts.append({"anchor": f"{path}.{representation.suffix}", **relations})
    return json.dumps({"linkset": contexts}, indent=1)


def _types(site: Site, snapshot: Snapshot, iri: IRI) -> list[str]:
    """The classes of a thing that are ours or schema.org's; at least one."""
    named = (site.addresses.ontology, PREFIXES["schema"])
    rdf_type = Vocabulary(site.addresses)("rdf:type")
    found = {q.object.value for q in snapshot.store.quads(iri, rdf_type) if isinstance(q.object, IRI)}
    return sorted(kind for kind in found if kind.startswith(named)) or [_WEB_PAGE]
