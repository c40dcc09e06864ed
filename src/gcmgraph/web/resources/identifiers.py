"""From other people's IRIs to things of ours, by the links of the dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.web.snapshot import Snapshot

#: Properties that link a thing of ours to one of others, the closest first.
#: https://www.w3.org/TR/skos-reference/#mapping
MATCHES = (
    "skos:exactMatch",
    "owl:sameAs",
    "skos:closeMatch",
    "skos:narrowMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
)

#: How alike an IRI must be, of 100, to be suggested.
_NEAR = 80


@dataclass(frozen=True)
class Found:
    """A thing of ours, and the property that links it to what was asked; None where it is that itself."""

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

    def find(self, iri: IRI) -> list[Found]:
        """What an IRI is here: itself where it is ours, else what is linked to it, closest first.

        `http` and `https`, with and without a slash at the end, count as the same.
        """
        forms = _forms(iri.value)
        found: dict[IRI, Found] = {}
        for form in forms:
            if form.value.startswith(self._ours) and self._describer.knows(form):
                found.setdefault(form, Found(form, None))
        for link in self._matches:
            for form in forms:
                linked = {quad.subject for quad in self._store.quads(predicate=link, object=form)}
                for thing in sorted((s for s in linked if isinstance(s, IRI)), key=lambda s: s.value):
                    if thing.value.startswith(self._ours):
                        found.setdefault(thing, Found(thing, link))
        return list(found.values())

    def near(self, asked: str, limit: int = 5) -> list[Found]:
        """The things whose own or linked IRIs are most like one that is unknown."""
        addresses, things = self._known
        near = process.extract(asked, addresses, scorer=fuzz.ratio, limit=limit * 2, score_cutoff=_NEAR)
        found = {things[place]: Found(things[place], None) for _, _, place in near}
        return list(found.values())[:limit]

    @cached_property
    def _known(self) -> tuple[list[str], list[IRI]]:
        """Every IRI by which a thing of ours may be asked for, and at the same place the thing."""
        pairs: set[tuple[str, IRI]] = set()
        for link in self._matches:
            for quad in self._store.quads(predicate=link):
                if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI):
                    pairs.add((quad.object.value, quad.subject))
        for kind in KIND_CLASSES:
            pairs.update((iri.value, iri) for iri in self._catalogue.members(kind))
        ordered = sorted(((a, i) for a, i in pairs if i.value.startswith(self._ours)), key=lambda p: p[0])
        return [address for address, _ in ordered], [iri for _, iri in ordered]


#: Addresses of pages about a thing, and the address of the thing itself that the link sets hold.
_PAGES = (
    (re.compile(r"https?://(?:www\.)?geonames\.org/(\d+)(?:/.*)?"), r"https://sws.geonames.org/\1/"),
    (re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/wiki/(Q\d+)"), r"http://www.wikidata.org/entity/\1"),
)


def _forms(iri: str) -> list[IRI]:
    """An IRI as it is, then as other people write it, then the thing that a page of that address is about."""
    things = [pattern.sub(thing, iri) for pattern, thing in _PAGES if pattern.fullmatch(iri)]
    return [form for one in (iri, *things) for form in _spellings(one)]


def _spellings(iri: str) -> list[IRI]:
    scheme, colon, rest = iri.partition(":")
    other = {"http": "https", "https": "http"}.get(scheme.lower(), scheme)
    slashed = rest[:-1] if rest.endswith("/") else f"{rest}/"
    return [IRI(s + colon + r) for s in (scheme, other) for r in (rest, slashed)]
