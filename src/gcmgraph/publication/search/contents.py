"""Contents of the search file, read from a store.

They are the names, codes, texts and related resources of resources, and passages of documents.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import PROPERTIES
from gcmgraph.publication.descriptions import resources_of_kind
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.store.port import Store

#: Properties whose values are codes. Codes rank above names.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values are names, preferred ones first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")

#: Properties whose values are longer texts, of resources and of their parts (`#`).
TEXTS = tuple(row.curie for row in PROPERTIES if row.searched)
PART_TEXTS = ("dct:title", "dct:description", "gcm:rationale", "schema:unitText")

#: Properties by which a resource is about another, whose names find it, too.
RELATED = (
    "gcm:country", "gcm:originCountry", "gcm:involvesCountry", "gcm:region", "dct:spatial",
    "schema:containedInPlace", "gcm:leadOrganisation", "gcm:partnerOrganisation",
    "gcm:involvesOrganisation", "org:subOrganizationOf", "gcm:targetAudience", "gcm:objective",
    "gcm:instrument", "dct:type", "sdgo:isTargetOf", "skos:broader",
)  # fmt: skip

#: Properties of an amount.
_NUMBER = "schema:value"
_CURRENCY = "schema:currency"

#: Kinds of passages that are searched; the others are parts of these, or headings.
_PASSAGE_KINDS = frozenset(
    f"concept/passage-kind/{kind}"
    for kind in ("action", "commitment", "note", "paragraph", "practice-title")
)

_EMPTY = Literal("")


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
    """The names and texts of a resource, and the resources that it is about.

    Resources are given by their addresses after `{base}id/`.
    """

    names: list[SearchName] = field(default_factory=list)
    texts: dict[Literal, None] = field(default_factory=dict)
    related: dict[str, None] = field(default_factory=dict)
    #: the topics that its passages name, with their shares: those of an objective are those of its
    #: actions
    topics: dict[str, float] = field(default_factory=dict)


class Passage(NamedTuple):
    """A passage of a document."""

    #: address after `{base}id/`: source/objective-05.en/117-505
    address: str
    text: str
    language: str
    #: number of the page on which it begins; empty for a text without pages
    page: str
    #: address of the resource that it is about, after `{base}id/`; empty if none is stated
    about: str


class ContentsReader:
    """Reader of a store, each property once."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        resources = (
            iri.value.removeprefix(self._start)
            for kind in KINDS
            for iri in resources_of_kind(store, addresses, kind)
        )
        self._contents = {resource: Contents() for resource in sorted(resources)}

    def contents(self) -> dict[str, Contents]:
        """The contents of all resources, by address after `{base}id/`."""
        self._read_names()
        self._read_texts()
        self._read_amounts()
        self._read_related()
        self._read_topics()
        return self._contents

    def _read_names(self) -> None:
        """Add names and codes.

        A text with two naming properties is a name once, with the preferred one.
        """
        added: set[tuple[str, Literal, bool]] = set()
        for rank, curie in [*((0, curie) for curie in CODES), *enumerate(NAMES)]:
            is_code = curie in CODES
            for resource, text in self._texts(curie):
                if resource in self._contents and (resource, text, is_code) not in added:
                    added.add((resource, text, is_code))
                    name = SearchName(text.value, text.language, is_code, rank)
                    self._contents[resource].names.append(name)

    def _read_texts(self) -> None:
        """Add longer texts, also those of parts."""
        for curie in dict.fromkeys((*TEXTS, *PART_TEXTS)):
            for resource, text in self._texts(curie):
                whole, part, _ = resource.partition("#")
                if whole in self._contents and curie in (PART_TEXTS if part else TEXTS):
                    self._contents[whole].texts[text] = None

    def _read_amounts(self) -> None:
        """Add the amounts of parts as texts: USD 425."""
        currencies = dict(self._texts(_CURRENCY))
        for resource, number in self._texts(_NUMBER):
            whole = resource.partition("#")[0]
            if whole in self._contents and resource in currencies:
                amount = Literal(f"{currencies[resource].value} {number.value}")
                self._contents[whole].texts[amount] = None

    def _read_related(self) -> None:
        """Add the resources that resources are about."""
        for curie in RELATED:
            for resource, related in self._resources(curie):
                if resource in self._contents:
                    self._contents[resource].related[related] = None

    def _read_topics(self) -> None:
        """Add the topics that passages name to the resources that the passages are about.

        Topics of an action are added to its objectives, too.
        """
        about = dict(self._resources("schema:about"))
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for annotation, topic in self._resources("oa:hasBody"):
            resource = about.get(annotation.partition("#")[0], "")
            counts[resource][topic] += 1
            if resource.startswith("action/") and resource in self._contents:
                for related in self._contents[resource].related:
                    if related.startswith("objective/"):
                        counts[related][topic] += 1
        for resource in counts.keys() & self._contents.keys():
            length = math.hypot(*counts[resource].values())
            self._contents[resource].topics = {
                topic: count / length for topic, count in counts[resource].items()
            }

    def passages(self) -> Iterator[Passage]:
        """The passages whose text the store has."""
        kinds = dict(self._resources("dct:type"))
        about = dict(self._resources("schema:about"))
        languages = dict(self._texts("dct:language"))
        pages = dict(self._texts("rdf:value"))
        for selector, text in self._texts("oa:exact"):
            address = selector.partition("#")[0]
            if kinds.get(address) in _PASSAGE_KINDS:
                yield Passage(
                    address=address,
                    text=text.value,
                    language=languages.get(address, _EMPTY).value,
                    page=pages.get(f"{address}#page", _EMPTY).value.removeprefix("page="),
                    about=about.get(address, ""),
                )

    def _resources(self, curie: str) -> Iterator[tuple[str, str]]:
        """The resources with a property, and its values that are resources."""
        for resource, value in self._values(curie):
            if isinstance(value, IRI) and value.value.startswith(self._start):
                yield resource, value.value.removeprefix(self._start)

    def _texts(self, curie: str) -> Iterator[tuple[str, Literal]]:
        """The resources with a property, and its values that are literals."""
        for resource, value in self._values(curie):
            if isinstance(value, Literal):
                yield resource, value

    def _values(self, curie: str) -> Iterator[tuple[str, IRI | Literal]]:
        """The resources with a property, and its values."""
        for triple in self._store.triples(predicate=self._v(curie)):
            subject = triple.subject
            value = triple.object
            if (
                isinstance(subject, IRI)
                and isinstance(value, IRI | Literal)
                and subject.value.startswith(self._start)
            ):
                yield subject.value.removeprefix(self._start), value
