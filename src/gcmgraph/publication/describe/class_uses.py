"""Properties in use with each class, with counts, kinds of values and examples, by the partitions of the dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.graph_values import GraphValues
from gcmgraph.store.port import Store

#: Vocabularies whose classes describe data, not the subject of the dataset.
_ABOUT_DATA = ("owl", "rdf", "rdfs", "sh", "void")

#: Examples in one query.
_IN_ONE_QUERY = 20

_EXAMPLE = "{{ SELECT ({of} AS ?class) ({property} AS ?property) ?o WHERE {{ ?s a {of} ; {property} ?o }} LIMIT 1 }}"

_CURIE = re.compile(r"[a-z-]+:[A-Za-z][\w-]*")


@dataclass(frozen=True)
class PropertyUse:
    """Use of a property with instances of a class."""

    property: IRI
    #: number of instances that have the property, and of statements
    subjects: int
    triples: int
    #: classes and datatypes of the values, the most frequent first, each with its number of statements
    kinds: tuple[tuple[IRI, int], ...]
    #: one value
    example: Term | None
    #: triple pattern, such as `?practice gcm:country ?country .`
    pattern: str


class ClassUses:
    """Classes of one dataset version, and the properties in use with each of them."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._values = GraphValues(store, addresses, "void")
        dataset = IRI(f"{addresses.base}dataset")
        self._parts = {
            name: part
            for part in self._values.iris(dataset, "void:classPartition")
            for name in self._values.iris(part, "void:class")
        }

    def instances(self, of: IRI) -> int:
        """The number of instances of a class; 0 where none is known."""
        return self._number(self._parts.get(of), "void:entities")

    def foreign(self, equal: Iterable[IRI]) -> tuple[IRI, ...]:
        """The classes of other vocabularies that describe the subject, except those `equal` to some of ours."""
        left_out = {*equal}
        spaces = (self._addresses.ontology, *(self._addresses.prefixes[prefix] for prefix in _ABOUT_DATA))
        found = (name for name in self._parts if name not in left_out and not name.value.startswith(spaces))
        return tuple(sorted(found, key=lambda iri: self._addresses.compress(iri.value) or iri.value))

    def properties(self, of: IRI) -> tuple[PropertyUse, ...]:
        """The properties in use with a class, those of most instances first."""
        uses = (self._use(of, part) for part in self._property_parts(of))
        return tuple(sorted(uses, key=lambda use: (-use.subjects, use.property.value)))

    def pattern(self, of: IRI) -> str:
        """A graph pattern of a class, with the properties that all its instances have."""
        number = self.instances(of)
        every = [use for use in self.properties(of) if use.subjects == number and use.property != self._type]
        lines = [f"?{self._variable(of)} a {self._written(of)}"]
        lines += [f"  {self._written(use.property)} ?{self._variable(use.property)}" for use in every]
        return " ;\n".join(lines) + " ."

    @property
    def _type(self) -> IRI:
        return IRI(self._addresses.expand("rdf:type"))

    def _property_parts(self, of: IRI) -> tuple[IRI, ...]:
        return self._values.iris(self._parts.get(of), "void:propertyPartition")

    def _use(self, of: IRI, part: IRI) -> PropertyUse:
        (name,) = self._values.iris(part, "void:property")
        return PropertyUse(
            name,
            self._number(part, "void:distinctSubjects"),
            self._number(part, "void:triples"),
            tuple(sorted(self._kinds(part), key=lambda kind: (-kind[1], kind[0].value))),
            self._examples.get((of, name)),
            f"?{self._variable(of)} {self._written(name)} ?{self._variable(name)} .",
        )

    def _kinds(self, part: IRI) -> Iterator[tuple[IRI, int]]:
        """The classes and datatypes of the values of a property, each with its number of statements."""
        for of_kind in self._values.iris(part, "void:classPartition", "void-ext:datatypePartition"):
            for kind in self._values.iris(of_kind, "void:class", "void-ext:datatype"):
                yield kind, self._number(of_kind, "void:triples")

    @cached_property
    def _examples(self) -> dict[tuple[Term, Term], Term]:
        """A value of each property with each class, in a few queries."""
        found: dict[tuple[Term, Term], Term] = {}
        pairs = list(self._pairs())
        for start in range(0, len(pairs), _IN_ONE_QUERY):
            some = pairs[start : start + _IN_ONE_QUERY]
            uses = " UNION ".join(_EXAMPLE.format(of=of, property=name) for of, name in some)
            for row in self._store.select(f"SELECT ?class ?property ?o WHERE {{ {uses} }}").rows:
                if isinstance(row["o"], IRI | Literal | BlankNode):
                    found[row["class"], row["property"]] = row["o"]
        return found

    def _pairs(self) -> Iterator[tuple[IRI, IRI]]:
        for of in (*filter(self._is_own, self._parts), *self.foreign(())):
            for part in self._property_parts(of):
                yield from ((of, name) for name in self._values.iris(part, "void:property"))

    def _is_own(self, iri: IRI) -> bool:
        return iri.value.startswith(self._addresses.ontology)

    def _number(self, subject: IRI | None, curie: str) -> int:
        return next((int(n.value) for n in self._values.all(subject, curie) if isinstance(n, Literal)), 0)

    def _written(self, iri: IRI) -> str:
        """A term in SPARQL; `rdf:type` and others with a prefix as CURIE."""
        curie = self._addresses.compress(iri.value) or ""
        return curie if _CURIE.fullmatch(curie) else str(iri)

    def _variable(self, iri: IRI) -> str:
        """The name of a variable after the local name of a term."""
        local = re.sub(r"\W", "_", re.split(r"[#/:]", iri.value)[-1]) or "value"
        return local[0].lower() + local[1:]
