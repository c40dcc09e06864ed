"""Contents of the search file, read from a store.

They are the names, codes, texts and related resources of resources, and passages of documents.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple, TypeGuard

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import PROPERTIES
from gcmgraph.publication.descriptions import is_resource, resources_of_kind, with_parts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.store.port import Change, Store

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

#: The property of what a passage or an evaluation is about.
_ABOUT = ("schema:about",)

#: Beginnings of the addresses of documents with their passages, of actions and of objectives.
_SOURCE = "source/"
_ACTION = "action/"
_OBJECTIVE = "objective/"

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
    #: the names of the resources that it is about
    related_names: list[SearchName] = field(default_factory=list)
    #: the topics that its passages name, with their shares: those of an objective are those of its
    #: actions
    topics: dict[str, float] = field(default_factory=dict)

    @property
    def names_in_others(self) -> list[SearchName]:
        """The names by which the resources that are about this one are found, too."""
        return [name for name in self.names if name.rank == 0 and (not name.code or name.language)]


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
    """Reader of a store: of all resources, each property once, or of some resources, one by one."""

    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        resources: Iterable[str] | None = None,
        *,
        parts: bool = True,
    ) -> None:
        """`resources` and parts are addresses after `{base}id/`; without them, all are read.

        Without `parts`, only the properties of some resources themselves are.
        """
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        #: the objectives of actions, once read
        self._objectives: dict[str, list[str]] = {}
        #: the resources, with their parts if these are read; None for all
        self._subjects: list[IRI] | None = None
        self._addresses_read: list[str] = []
        if resources is None:
            members: Iterable[str] = self._all_resources()
        else:
            distinct = sorted(set(resources))
            self._addresses_read = distinct
            self._subjects = [IRI(self._start + resource) for resource in distinct]
            if parts:
                subjects = (part for iri in self._subjects for part in with_parts(store, iri))
                self._subjects = list(dict.fromkeys(subjects))
            members = filter(self._is_resource, distinct)
        self._contents = {resource: Contents() for resource in sorted(members)}

    def contents(self) -> dict[str, Contents]:
        """The contents of the resources, by address after `{base}id/`."""
        self._read_names()
        self._read_texts()
        self._read_amounts()
        self._read_related()
        self._read_topics()
        self._read_related_names()
        return self._contents

    def with_present_names(self, contents: Mapping[str, Contents]) -> dict[str, Contents]:
        """Contents of an earlier store that did not change, with the names of related resources in this one."""
        names_of = self._names_in_others(contents)
        return {
            resource: replace(own, related_names=_related_names(own, names_of))
            for resource, own in contents.items()
        }

    def affected_by(self, change: Change) -> set[str]:
        """The resources whose own contents a change may alter, and the passages; with their parts.

        They are the subjects, the resources whose parts these are, those that they are about, and
        the objectives of actions. A part that one version does not link is a part in both.
        """
        subjects = {quad.subject for quad in change.removed | change.added}
        affected = {self._local(subject) for subject in subjects if self._is_address(subject)}
        wholes = {resource.partition("#")[0] for resource in affected}
        for whole in wholes:
            affected.update(map(self._local, with_parts(self._store, IRI(self._start + whole))))
        for resource in list(affected):
            affected |= self._targets(resource, _ABOUT)
        for action in [resource for resource in affected if resource.startswith(_ACTION)]:
            affected |= self._targets(action, RELATED)
        return affected

    def resources_about(self, resources: Iterable[str]) -> set[str]:
        """The resources that are about some others."""
        return {
            source
            for resource in resources
            for source in self._sources(resource, RELATED)
            if self._is_resource(source)
        }

    def _all_resources(self) -> Iterator[str]:
        for kind in KINDS:
            for iri in resources_of_kind(self._store, self._addresses, kind):
                yield self._local(iri)

    def _is_resource(self, resource: str) -> bool:
        return is_resource(self._store, self._addresses, IRI(self._start + resource))

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
            for resource, text in sorted(self._texts(curie), key=_by_text):
                whole, part, _ = resource.partition("#")
                if whole in self._contents and curie in (PART_TEXTS if part else TEXTS):
                    self._contents[whole].texts[text] = None

    def _read_amounts(self) -> None:
        """Add the amounts of parts as texts: USD 425."""
        currencies = dict(self._texts(_CURRENCY))
        for resource, number in sorted(self._texts(_NUMBER), key=_by_text):
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

    def _read_related_names(self) -> None:
        """Add the names of the resources that resources are about."""
        names_of = self._names_in_others(self._contents)
        for own in self._contents.values():
            own.related_names = _related_names(own, names_of)

    def _names_in_others(self, contents: Mapping[str, Contents]) -> dict[str, list[SearchName]]:
        """The names, by resource, of what resources are about."""
        reader = self
        if self._subjects is not None:
            related = chain.from_iterable(own.related for own in contents.values())
            reader = ContentsReader(self._store, self._addresses, related, parts=False)
            reader._read_names()
        return {resource: own.names_in_others for resource, own in reader._contents.items()}

    def _read_topics(self) -> None:
        """Add the topics that passages name to the resources that the passages are about.

        Topics of an action are added to its objectives, too.
        """
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for resource, topic in self._named_topics():
            counts[resource][topic] += 1
        for resource in counts.keys() & self._contents.keys():
            length = math.hypot(*counts[resource].values())
            self._contents[resource].topics = {
                topic: count / length for topic, count in sorted(counts[resource].items())
            }

    def _named_topics(self) -> Iterator[tuple[str, str]]:
        """The resources and the topics that the passages about them name, once for each passage."""
        reader = self if self._subjects is None else self._reader_of_passages()
        about = dict(reader._resources("schema:about"))
        for annotation, topic in reader._resources("oa:hasBody"):
            resource = about.get(annotation.partition("#")[0], "")
            yield resource, topic
            for objective in self._objectives_of(resource):
                yield objective, topic

    def _reader_of_passages(self) -> ContentsReader:
        """A reader of the passages about the resources, and about the actions of objectives."""
        resources = list(self._contents)
        for objective in [resource for resource in resources if resource.startswith(_OBJECTIVE)]:
            resources += self._sources(objective, RELATED)
        passages = [
            passage for resource in resources for passage in self._sources(resource, _ABOUT)
        ]
        changed = [address for address in self._addresses_read if address.startswith(_SOURCE)]
        return ContentsReader(self._store, self._addresses, [*passages, *changed])

    def _objectives_of(self, resource: str) -> list[str]:
        """The objectives of an action; none of another resource."""
        if not resource.startswith(_ACTION):
            return []
        if resource not in self._objectives:
            objectives = (
                related
                for related in self._targets(resource, RELATED)
                if related.startswith(_OBJECTIVE)
            )
            self._objectives[resource] = list(objectives) if self._is_resource(resource) else []
        return self._objectives[resource]

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

    def _targets(self, resource: str, curies: Iterable[str]) -> set[str]:
        """The resources that are values of some properties of a resource."""
        subject = IRI(self._start + resource)
        triples = (self._store.triples(subject, self._v(curie)) for curie in curies)
        terms = (triple.object for triple in chain.from_iterable(triples))
        return {self._local(term) for term in terms if self._is_address(term)}

    def _sources(self, resource: str, curies: Iterable[str]) -> set[str]:
        """The resources with a resource as value of some properties."""
        value = IRI(self._start + resource)
        triples = (self._store.triples(None, self._v(curie), value) for curie in curies)
        terms = (triple.subject for triple in chain.from_iterable(triples))
        return {self._local(term) for term in terms if self._is_address(term)}

    def _resources(self, curie: str) -> Iterator[tuple[str, str]]:
        """The resources with a property, and its values that are resources."""
        for resource, value in self._values(curie):
            if self._is_address(value):
                yield resource, self._local(value)

    def _texts(self, curie: str) -> Iterator[tuple[str, Literal]]:
        """The resources with a property, and its values that are literals."""
        for resource, value in self._values(curie):
            if isinstance(value, Literal):
                yield resource, value

    def _values(self, curie: str) -> Iterator[tuple[str, IRI | Literal]]:
        """The resources with a property, and its values."""
        for triple in self._triples(self._v(curie)):
            value = triple.object
            if isinstance(value, IRI | Literal) and self._is_address(triple.subject):
                yield self._local(triple.subject), value

    def _triples(self, predicate: IRI) -> Iterator[Triple]:
        """The triples with a property; only those of the resources and their parts, if some are read."""
        if self._subjects is None:
            return self._store.triples(predicate=predicate)
        triples = (self._store.triples(subject, predicate) for subject in self._subjects)
        return chain.from_iterable(triples)

    def _is_address(self, term: object) -> TypeGuard[IRI]:
        return isinstance(term, IRI) and term.value.startswith(self._start)

    def _local(self, iri: IRI) -> str:
        return iri.value.removeprefix(self._start)


def _related_names(own: Contents, names_of: Mapping[str, Sequence[SearchName]]) -> list[SearchName]:
    return [name for related in own.related for name in names_of.get(related, ())]


def _by_text(row: tuple[str, Literal]) -> tuple[str, str]:
    """Sort key of texts: the order in the store depends on their parts."""
    _, text = row
    return text.value, text.language or ""
