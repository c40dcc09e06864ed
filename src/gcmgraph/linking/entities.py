"""Entities: resources of a dataset, or of this graph, with names and codes, to link with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.store.port import Store

#: Properties whose values are names, preferred ones first.
NAMES = (
    *(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
    PREFIXES["rdfs"] + "label",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
    "http://schema.org/name",
)

#: Properties whose values are codes, besides properties with a matching local name (`codeISO3`,
#: `m49`).
CODES = (
    PREFIXES["skos"] + "notation",
    PREFIXES["org"] + "identifier",
    PREFIXES["dct"] + "identifier",
    PREFIXES["schema"] + "identifier",
    "http://schema.org/identifier",
)
_CODE_NAME = re.compile(
    r"(?:code|has)?_?(?:iso_?(?:3166_?)?(?:alpha_?)?[23]|m49|iati\w*)(?:_?code)?", re.IGNORECASE
)
#: Properties whose values are the same resource in another dataset.
_SAME = frozenset((PREFIXES["skos"] + "exactMatch", PREFIXES["owl"] + "sameAs"))

_DEPRECATED = PREFIXES["owl"] + "deprecated"
_REPLACED = PREFIXES["dct"] + "isReplacedBy"
_TYPE = PREFIXES["rdf"] + "type"
_FORMAL_NAME = "formalName"


#: Kinds of this graph without counterparts in other datasets.
_INTERNAL_KINDS = ("source", "contribution", "practice")


class EntityName(NamedTuple):
    """A name of an entity; `language` is None if the dataset states none."""

    text: str
    language: str | None
    is_preferred: bool


@dataclass(slots=True)
class LabelledEntity:
    """A resource of a dataset, with names and codes."""

    iri: str
    codes: set[str] = field(default_factory=set)
    names: set[EntityName] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    #: addresses of the same resource in other datasets
    same: set[str] = field(default_factory=set)
    deprecated: bool = False
    replaced_by: str = ""

    @property
    def label(self) -> str:
        """A name for display: the preferred one in English, else the first."""
        best = min(self.names, key=_display_order, default=None)
        return best.text if best else ""


def _display_order(name: EntityName) -> tuple[bool, bool, str, str]:
    return not name.is_preferred, name.language != "en", name.language or "", name.text


def namespace(iri: str) -> str:
    """An IRI up to its last slash or hash sign.

    >>> namespace("http://www.wikidata.org/entity/Q889")
    'http://www.wikidata.org/entity/'
    """
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def is_code(predicate: str) -> bool:
    """Whether the values of a property are codes, by its name.

    >>> is_code("http://example.org/ns#codeISO3"), is_code("http://example.org/ns#population")
    (True, False)
    """
    local_name = re.split(r"[/#]", predicate)[-1]
    return predicate in CODES or _CODE_NAME.fullmatch(local_name) is not None


class EntityReader:
    """Collector of entities from statements in any order."""

    def __init__(self, prefix: str = "") -> None:
        """`prefix` begins the addresses of entities; resources with others are skipped."""
        self._prefix = prefix
        self.entities: dict[str, LabelledEntity] = {}

    def read(self, triples: Iterable[Triple]) -> EntityReader:
        """Add statements."""
        for subject, predicate, value in triples:
            if not isinstance(subject, IRI) or not subject.value.startswith(self._prefix):
                continue
            entity = self.entities.get(subject.value)
            if entity is None:
                entity = self.entities[subject.value] = LabelledEntity(subject.value)
            if isinstance(value, Literal):
                _add_literal(entity, predicate.value, value)
            elif isinstance(value, IRI):
                _add_resource(entity, predicate.value, value.value)
        return self


def _add_literal(entity: LabelledEntity, predicate: str, value: Literal) -> None:
    if predicate in NAMES or predicate.endswith(_FORMAL_NAME):
        name = EntityName(value.value, value.language, is_preferred=predicate == NAMES[0])
        entity.names.add(name)
    elif is_code(predicate):
        entity.codes.add(value.value)
    elif predicate == _DEPRECATED:
        entity.deprecated = value.value in ("true", "1")


def _add_resource(entity: LabelledEntity, predicate: str, iri: str) -> None:
    if predicate == _TYPE:
        entity.types.add(iri)
    elif predicate in _SAME:
        entity.same.add(iri)
    elif predicate == _REPLACED:
        entity.replaced_by = iri


def own_entities(
    store: Store, addresses: Addresses, kinds: Collection[str] = ()
) -> list[tuple[str, LabelledEntity]]:
    """The entities of this graph, each with its kind (`country`, `sdg`, `concept/m49` …); of `kinds`, if any."""
    v = Vocabulary(addresses)
    predicates = [IRI(iri) for iri in (*NAMES, *CODES, _TYPE)]
    predicates += [v(f"gcm:{code}") for code in ("iso2", "iso3", "m49", "formalName")]
    prefix = f"{addresses.base}id/"
    reader = EntityReader(prefix)
    for predicate in predicates:
        reader.read(quad.triple for quad in store.quads(predicate=predicate))
    entities = []
    for iri, entity in sorted(reader.entities.items()):
        kind, slash, local_name = iri.removeprefix(prefix).rpartition("/")
        is_part = not slash or "#" in local_name
        is_internal = kind.split("/")[0] in _INTERNAL_KINDS
        is_selected = not kinds or kind in kinds
        if is_selected and not is_part and not is_internal:
            entities.append((kind, entity))
    return entities
