"""Entities with codes and names, gathered from RDF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import PREFIXES

#: Properties whose values are names, preferred ones first.
NAMES = (
    *(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
    PREFIXES["rdfs"] + "label",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
    "http://schema.org/name",
)

#: Properties whose values are codes, besides properties with a matching local name (`codeISO3`, `m49`).
CODES = (
    PREFIXES["skos"] + "notation",
    PREFIXES["org"] + "identifier",
    PREFIXES["dct"] + "identifier",
    PREFIXES["schema"] + "identifier",
    "http://schema.org/identifier",
)
_CODE_NAME = re.compile(r"(?:code|has)?_?(?:iso_?(?:3166_?)?(?:alpha_?)?[23]|m49|iati\w*)(?:_?code)?", re.IGNORECASE)
#: Properties whose values are the same resource in another dataset.
_SAME = frozenset((PREFIXES["skos"] + "exactMatch", PREFIXES["owl"] + "sameAs"))

_DEPRECATED = PREFIXES["owl"] + "deprecated"
_REPLACED = PREFIXES["dct"] + "isReplacedBy"
_TYPE = PREFIXES["rdf"] + "type"
_FORMAL_NAME = "formalName"


@dataclass(slots=True)
class LabelledEntity:
    """A resource of a dataset, with names and codes."""

    iri: str
    codes: set[str] = field(default_factory=set)
    #: text, language or None, and whether it is a preferred name
    names: set[tuple[str, str | None, bool]] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    #: addresses of the same resource in other datasets
    same: set[str] = field(default_factory=set)
    deprecated: bool = False
    replaced_by: str = ""

    @property
    def label(self) -> str:
        """A name for display: the preferred one in English, else the first."""
        ordered = sorted(self.names, key=lambda n: (not n[2], n[1] != "en", n[1] or "", n[0]))
        return ordered[0][0] if ordered else ""


def namespace(iri: str) -> str:
    """An IRI up to its last slash or hash sign."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def is_code(predicate: str) -> bool:
    """Whether the values of a property are codes, by its name."""
    return predicate in CODES or _CODE_NAME.fullmatch(re.split(r"[/#]", predicate)[-1]) is not None


class EntityReader:
    """Collector of entities from statements in any order."""

    def __init__(self, start: str = "") -> None:
        """`start` is a prefix of the addresses of entities; others are skipped."""
        self._start = start
        self.entities: dict[str, LabelledEntity] = {}

    def read(self, statements: Iterable[tuple[Term, IRI, Term]]) -> EntityReader:
        """Add statements."""
        for subject, predicate, value in statements:
            if isinstance(subject, IRI) and subject.value.startswith(self._start):
                self._add(subject.value, predicate.value, value)
        return self

    def _add(self, subject: str, predicate: str, value: Term) -> None:
        entity = self.entities.get(subject)
        if entity is None:
            entity = self.entities[subject] = LabelledEntity(subject)
        if isinstance(value, Literal):
            if predicate in NAMES or predicate.endswith(_FORMAL_NAME):
                entity.names.add((value.value, value.language, predicate == NAMES[0]))
            elif is_code(predicate):
                entity.codes.add(value.value)
            elif predicate == _DEPRECATED:
                entity.deprecated = value.value in ("true", "1")
        elif isinstance(value, IRI):
            if predicate == _TYPE:
                entity.types.add(value.value)
            elif predicate in _SAME:
                entity.same.add(value.value)
            elif predicate == _REPLACED:
                entity.replaced_by = value.value
