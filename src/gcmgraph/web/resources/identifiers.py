"""Resources of the graph for external IRIs, by the links of the dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.text.nearest import nearest
from gcmgraph.web.snapshot import Snapshot

#: Properties that link a resource to an external one, the closest first.
#: https://www.w3.org/TR/skos-reference/#mapping
MATCHES = (
    "skos:exactMatch",
    "owl:sameAs",
    "skos:closeMatch",
    "skos:narrowMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
)


@dataclass(frozen=True)
class ResolvedResource:
    """A resource, and the property that links it to the requested IRI; None where it has that IRI itself."""

    iri: IRI
    link: IRI | None


class Links:
    """The links of one dataset version."""

    def __init__(self, snapshot: Snapshot, addresses: Addresses) -> None:
        self._store = snapshot.store
        self._describer = snapshot.describer
        self._catalogue = snapshot.catalogue
        self._matches = [Vocabulary(addresses)(curie) for curie in MATCHES]
        self._ours = f"{addresses.base}id/"

    def find(self, iri: IRI) -> list[ResolvedResource]:
        """The resource with an IRI, else the resources linked to it, closest first.

        `http` and `https`, and forms with and without a final slash, are equivalent.
        """
        forms = _forms(iri.value)
        found: dict[IRI, ResolvedResource] = {}
        for form in forms:
            if form.value.startswith(self._ours) and self._describer.knows(form):
                found.setdefault(form, ResolvedResource(form, None))
        for link in self._matches:
            for form in forms:
                linked = {quad.subject for quad in self._store.quads(predicate=link, object=form)}
                for resource in sorted((s for s in linked if isinstance(s, IRI)), key=lambda s: s.value):
                    if resource.value.startswith(self._ours):
                        found.setdefault(resource, ResolvedResource(resource, link))
        return list(found.values())

    def near(self, unknown: str, limit: int = 5) -> list[ResolvedResource]:
        """The resources whose own or linked IRIs are most similar to an unknown one."""
        near = dict.fromkeys(iri for _, iri in nearest(unknown, self._known, limit * 2, key=itemgetter(0), strict=True))
        return [ResolvedResource(iri, None) for iri in near][:limit]

    @cached_property
    def _known(self) -> list[tuple[str, IRI]]:
        """Own and external IRIs of the resources in order, each with the resource."""
        pairs: set[tuple[str, IRI]] = set()
        for link in self._matches:
            for quad in self._store.quads(predicate=link):
                if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI):
                    pairs.add((quad.object.value, quad.subject))
        for kind in KINDS:
            pairs.update((iri.value, iri) for iri in self._catalogue.members(kind))
        return sorted(((a, i) for a, i in pairs if i.value.startswith(self._ours)), key=lambda p: (p[0], p[1].value))


#: Addresses of web pages about a resource, and the IRI of the resource in the link sets.
_PAGES = (
    (re.compile(r"https?://(?:www\.)?geonames\.org/(\d+)(?:/.*)?"), r"https://sws.geonames.org/\1/"),
    (re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/wiki/(Q\d+)"), r"http://www.wikidata.org/entity/\1"),
)


def _forms(iri: str) -> list[IRI]:
    """Spellings of an IRI, then of the resource of a web page with this address."""
    resources = [pattern.sub(resource, iri) for pattern, resource in _PAGES if pattern.fullmatch(iri)]
    return [form for one in (iri, *resources) for form in _spellings(one)]


def _spellings(iri: str) -> list[IRI]:
    scheme, colon, rest = iri.partition(":")
    other = {"http": "https", "https": "http"}.get(scheme.lower(), scheme)
    slashed = rest[:-1] if rest.endswith("/") else f"{rest}/"
    return [IRI(s + colon + r) for s in (scheme, other) for r in (rest, slashed)]
