"""Labels and codes by which resources are found, and their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Vocabulary
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
    """All labels and codes of a dataset version, unordered.

    A text with two properties is returned once, with the preferred one.
    """
    v = Vocabulary(addresses)
    kinds: dict[IRI, str] = {}
    for kind, row in KINDS.items():
        typed = (triple for curie in row.classes for triple in store.triples(predicate=v("rdf:type"), object=v(curie)))
        for iri in (triple.subject for triple in typed):
            if isinstance(iri, IRI) and addresses.kind_of(iri.value) == kind:
                kinds[iri] = kind
    ranks: dict[tuple[IRI, str, str | None, bool], int] = {}
    properties = [(curie, True, 0) for curie in CODES] + [(curie, False, rank) for rank, curie in enumerate(NAMES)]
    for curie, code, rank in properties:
        for iri, _, value in store.triples(predicate=v(curie)):
            if isinstance(iri, IRI) and isinstance(value, Literal):
                ranks.setdefault((iri, value.value, value.language, code), rank)
    for (iri, text, language, code), rank in ranks.items():
        if iri in kinds:
            yield SearchLabel(iri, kinds[iri], text, language, code, rank, f" {fold_words(text)}")
