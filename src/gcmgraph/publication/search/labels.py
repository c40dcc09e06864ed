"""The labels and codes by which things are found, and the order in which those that fit alike are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_words

#: Properties whose values are codes, found by themselves before any label.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values name a thing, those that name it best first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")


@dataclass(frozen=True, slots=True)
class SearchLabel:
    """A label or code of a thing; `folded` is what a query is compared with."""

    iri: IRI
    kind: str
    text: str
    language: str | None
    #: whether it is a code
    code: bool
    #: place of its property among `NAMES`; 0 for codes
    rank: int
    #: the words of `fold_words`, each with a space before it
    folded: str

    @property
    def order(self) -> tuple[int, int, str, str, str, bool]:
        """What labels that fit alike are ordered by: those that name their thing best, then the shortest."""
        return self.rank, len(self.folded), self.text, self.iri.value, self.language or "", self.code


def base_language(language: str | None) -> str:
    """The first part of a language tag; empty where there is none."""
    return (language or "").split("-", 1)[0]


def stored_labels(store: Store, addresses: Addresses) -> Iterator[SearchLabel]:
    """All labels and codes of the things of a dataset version, in no order."""
    v = Vocabulary(addresses)
    return _labels_in(
        chain.from_iterable(store.triples(predicate=v(curie)) for curie in ("rdf:type", *CODES, *NAMES)), addresses
    )


def labels_of(store: Store, things: Iterable[IRI], addresses: Addresses) -> frozenset[SearchLabel]:
    """The labels and codes of some things."""
    return frozenset(_labels_in(chain.from_iterable(store.triples(thing) for thing in things), addresses))


def named_in(quads: Iterable[Quad], addresses: Addresses) -> set[IRI]:
    """The things whose labels and codes depend on some of these quads."""
    v = Vocabulary(addresses)
    properties = {v(curie) for curie in ("rdf:type", *CODES, *NAMES)}
    return {quad.subject for quad in quads if quad.predicate in properties and isinstance(quad.subject, IRI)}


def _labels_in(triples: Iterable[Triple], addresses: Addresses) -> Iterator[SearchLabel]:
    """The labels and codes that these triples give to things of which they also tell the class.

    A text that two properties give to a thing is told once, with the better of them.
    """
    v, space = Vocabulary(addresses), f"{addresses.base}id/"
    rdf_type = v("rdf:type")
    properties = {v(curie): (False, rank) for rank, curie in enumerate(NAMES)}
    properties |= {v(curie): (True, 0) for curie in CODES}
    classes = {kind: {v(curie) for curie in curies} for kind, curies in KIND_CLASSES.items()}
    kinds: dict[IRI, str] = {}
    ranks: dict[tuple[IRI, str, str | None, bool], int] = {}
    for iri, predicate, value in triples:
        if not isinstance(iri, IRI):
            continue
        if predicate == rdf_type:
            kind = iri.value.removeprefix(space).partition("/")[0]
            if value in classes.get(kind, ()) and iri.value.startswith(space) and "#" not in iri.value:
                kinds[iri] = kind
        elif isinstance(value, Literal) and (named := properties.get(predicate)):
            code, rank = named
            key = iri, value.value, value.language, code
            ranks[key] = min(rank, ranks.get(key, rank))
    for (iri, text, language, code), rank in ranks.items():
        if iri in kinds:
            yield SearchLabel(iri, kinds[iri], text, language, code, rank, f" {fold_words(text)}")
