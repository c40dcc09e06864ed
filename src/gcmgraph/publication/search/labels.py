"""Labels and codes by which resources are found, and their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_words

#: Properties whose values are codes. Codes rank above labels.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values are labels, preferred ones first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")


@dataclass(frozen=True, slots=True)
class SearchLabel:
    """A label or code of a resource; queries are compared with `folded`."""

    iri: IRI
    kind: str
    text: str
    language: str | None
    #: whether it is a code
    code: bool
    #: index of its property in `NAMES`; 0 for codes
    rank: int
    #: the words of `fold_words`, each with a space before it
    folded: str

    @property
    def order(self) -> tuple[int, int, str, str, str, bool]:
        """Sort key of labels that fit equally well: preferred properties first, then short labels."""
        return self.rank, len(self.folded), self.text, self.iri.value, self.language or "", self.code


def base_language(language: str | None) -> str:
    """The primary subtag of a language tag; empty for None."""
    return (language or "").split("-", 1)[0]


def stored_labels(store: Store, addresses: Addresses) -> Iterator[SearchLabel]:
    """All labels and codes of a dataset version, unordered."""
    v = Vocabulary(addresses)
    return _labels_in(
        chain.from_iterable(store.triples(predicate=v(curie)) for curie in ("rdf:type", *CODES, *NAMES)), addresses
    )


def labels_of(store: Store, iris: Iterable[IRI], addresses: Addresses) -> frozenset[SearchLabel]:
    """Labels and codes of some resources."""
    return frozenset(_labels_in(chain.from_iterable(store.triples(iri) for iri in iris), addresses))


def named_in(quads: Iterable[Quad], addresses: Addresses) -> set[IRI]:
    """The resources whose labels and codes depend on some of these quads."""
    v = Vocabulary(addresses)
    properties = {v(curie) for curie in ("rdf:type", *CODES, *NAMES)}
    return {quad.subject for quad in quads if quad.predicate in properties and isinstance(quad.subject, IRI)}


def _labels_in(triples: Iterable[Triple], addresses: Addresses) -> Iterator[SearchLabel]:
    """Labels and codes in these triples, of resources whose class they state.

    A text with two properties is returned once, with the preferred one.
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
