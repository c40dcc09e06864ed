"""Contents of the search index of a dataset version: names, codes, texts and related resources, read from its store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gcmgraph.kinds import KINDS
from gcmgraph.lexicon import lexicon_for, readable_tags
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.properties import PROPERTIES
from gcmgraph.store.port import Store

#: Properties whose values are codes. Codes rank above names.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values are names, preferred ones first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")

#: Properties whose values are longer texts, of resources and of their parts (`#`).
TEXTS = tuple(row.curie for row in PROPERTIES if row.searched)
PART_TEXTS = ("dct:title", "dct:description", "gcm:rationale", "schema:unitText")

#: Properties of an amount: its number, and its currency.
_NUMBER, _CURRENCY = "schema:value", "schema:currency"

#: Properties by which a resource is about another, whose names find it, too.
RELATED = (
    "gcm:country", "gcm:originCountry", "gcm:involvesCountry", "gcm:region", "dct:spatial", "schema:containedInPlace",
    "gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation", "org:subOrganizationOf",
    "gcm:targetAudience", "gcm:objective", "gcm:instrument", "dct:type", "sdgo:isTargetOf", "skos:broader",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchName:
    """A name or code of a resource."""

    text: str
    language: str | None
    #: whether it is a code
    code: bool
    #: index of its property in `NAMES`; 0 for codes
    rank: int


@dataclass(slots=True)
class Contents:
    """The names and texts of a resource, and the resources that it is about, by address after `{base}id/`."""

    names: list[SearchName] = field(default_factory=list)
    texts: dict[Literal, None] = field(default_factory=dict)
    related: dict[str, None] = field(default_factory=dict)
    #: words by which people look for it, never shown: those of an objective in the lexicon
    hidden: list[Literal] = field(default_factory=list)


def base_language(language: str | None) -> str:
    """The primary subtag of a language tag; empty for None."""
    return (language or "").split("-", 1)[0]


def stored_contents(store: Store, addresses: Addresses) -> dict[str, Contents]:
    """The contents of all resources that have a page, by the address after `{base}id/`, in its order."""
    reader = _Reader(store, addresses)
    reader.read_names()
    reader.read_texts()
    reader.read_amounts()
    reader.read_related()
    for language in readable_tags():
        for number, words in lexicon_for(language).table("objectives").items():
            if objective := reader.found.get(f"objective/{number}"):
                objective.hidden.append(Literal(words, language=language))
    return reader.found


class _Reader:
    """Reader of a store, each property once."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        classes = {self._v(curie): kind for kind, row in KINDS.items() for curie in row.classes}
        typed = ((thing, classes.get(of)) for thing, of in self._values("rdf:type") if isinstance(of, IRI))
        members = {thing for thing, kind in typed if kind and thing.startswith(f"{kind}/") and "#" not in thing}
        self.found = {thing: Contents() for thing in sorted(members)}

    def read_names(self) -> None:
        """Add names and codes. A text with two naming properties is a name once, with the preferred one."""
        named: set[tuple[str, Literal, bool]] = set()
        for rank, curie in [*((0, curie) for curie in CODES), *enumerate(NAMES)]:
            code = curie in CODES
            for thing, text in self._texts(curie):
                if thing in self.found and (thing, text, code) not in named:
                    named.add((thing, text, code))
                    self.found[thing].names.append(SearchName(text.value, text.language, code, rank))

    def read_texts(self) -> None:
        """Add longer texts, also those of parts."""
        for curie in dict.fromkeys((*TEXTS, *PART_TEXTS)):
            for thing, text in self._texts(curie):
                whole, part, _ = thing.partition("#")
                if whole in self.found and curie in (PART_TEXTS if part else TEXTS):
                    self.found[whole].texts[text] = None

    def read_amounts(self) -> None:
        """Add the amounts of parts as texts: USD 425."""
        currencies = dict(self._texts(_CURRENCY))
        for thing, number in self._texts(_NUMBER):
            whole = thing.partition("#")[0]
            if whole in self.found and thing in currencies:
                self.found[whole].texts[Literal(f"{currencies[thing].value} {number.value}")] = None

    def read_related(self) -> None:
        """Add the resources that resources are about."""
        for curie in RELATED:
            for thing, value in self._values(curie):
                if thing in self.found and isinstance(value, IRI) and value.value.startswith(self._start):
                    self.found[thing].related[value.value.removeprefix(self._start)] = None

    def _texts(self, curie: str) -> Iterator[tuple[str, Literal]]:
        return ((thing, value) for thing, value in self._values(curie) if isinstance(value, Literal))

    def _values(self, curie: str) -> Iterator[tuple[str, IRI | Literal]]:
        """The resources with a property, and its values."""
        for triple in self._store.triples(predicate=self._v(curie)):
            subject, value = triple.subject, triple.object
            if isinstance(subject, IRI) and isinstance(value, IRI | Literal) and subject.value.startswith(self._start):
                yield subject.value.removeprefix(self._start), value
