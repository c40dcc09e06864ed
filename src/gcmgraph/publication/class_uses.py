"""Classes in use, and the properties in use with each of them, by the partitions of the dataset.

Each use has counts, kinds of values, an example and a triple pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.publication.vocabulary import GraphValues, sampled_rows
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.store.port import Store

#: Vocabularies whose classes describe data, not the subject of the dataset.
_ABOUT_DATA = ("owl", "rdf", "rdfs", "sh", "void")

#: A value of a property of an instance of a class.
_EXAMPLE = (
    "{{ SELECT ({of} AS ?class) ({property} AS ?property) ?o"
    " WHERE {{ ?s a {of} ; {property} ?o }} LIMIT 1 }}"
)

_CURIE = re.compile(r"[a-z-]+:[A-Za-z][\w-]*")


@dataclass(frozen=True)
class PropertyUse:
    """Use of a property with instances of a class."""

    property: IRI
    #: number of instances that have the property, and of statements
    subjects: int
    triples: int
    #: classes and datatypes of the values, the most frequent first, each with its number of
    #: statements
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
        """The classes of other vocabularies that describe the subject of the dataset.

        Those `equal` to some of ours are left out.
        """
        namespaces_about_data = (self._addresses.prefixes[prefix] for prefix in _ABOUT_DATA)
        namespaces = (self._addresses.ontology, *namespaces_about_data)
        classes = {iri for iri in self._parts if not iri.value.startswith(namespaces)}
        classes.difference_update(equal)
        return tuple(
            sorted(classes, key=lambda iri: self._addresses.compress(iri.value) or iri.value)
        )

    def properties(self, of: IRI) -> tuple[PropertyUse, ...]:
        """The properties in use with a class, those of most instances first."""
        uses = (self._use(of, part) for part in self._property_parts(of))
        return tuple(sorted(uses, key=lambda use: (-use.subjects, use.property.value)))

    def pattern(self, of: IRI) -> str:
        """A graph pattern of a class, with the properties that all its instances have."""
        count = self.instances(of)
        rdf_type = self._addresses.expand("rdf:type")
        lines = [f"?{_variable(of)} a {self._sparql(of)}"]
        for use in self.properties(of):
            if use.subjects == count and use.property.value != rdf_type:
                lines.append(f"  {self._sparql(use.property)} ?{_variable(use.property)}")
        return " ;\n".join(lines) + " ."

    def _property_parts(self, of: IRI) -> tuple[IRI, ...]:
        return self._values.iris(self._parts.get(of), "void:propertyPartition")

    def _use(self, of: IRI, part: IRI) -> PropertyUse:
        (name,) = self._values.iris(part, "void:property")
        return PropertyUse(
            property=name,
            subjects=self._number(part, "void:distinctSubjects"),
            triples=self._number(part, "void:triples"),
            kinds=tuple(
                sorted(
                    self._classes_and_datatypes(part), key=lambda kind: (-kind[1], kind[0].value)
                )
            ),
            example=self._examples.get((of, name)),
            pattern=f"?{_variable(of)} {self._sparql(name)} ?{_variable(name)} .",
        )

    def _classes_and_datatypes(self, part: IRI) -> Iterator[tuple[IRI, int]]:
        """The classes and datatypes of the values of a property.

        Each has its number of statements.
        """
        partitions = ("void:classPartition", "void-ext:datatypePartition")
        for part_of_kind in self._values.iris(part, *partitions):
            for kind in self._values.iris(part_of_kind, "void:class", "void-ext:datatype"):
                yield kind, self._number(part_of_kind, "void:triples")

    @cached_property
    def _examples(self) -> dict[tuple[Term, Term], Term]:
        """A value of each property with each class, in a few queries."""
        examples: dict[tuple[Term, Term], Term] = {}
        patterns = list(self._example_patterns())
        for row in sampled_rows(self._store, "?class ?property ?o", patterns):
            if isinstance(row["o"], IRI | Literal | BlankNode):
                examples[row["class"], row["property"]] = row["o"]
        return examples

    def _example_patterns(self) -> Iterator[str]:
        """A graph pattern for each property of each class."""
        for of in (*filter(self._is_own, self._parts), *self.foreign(())):
            for part in self._property_parts(of):
                for name in self._values.iris(part, "void:property"):
                    yield _EXAMPLE.format(of=of, property=name)

    def _is_own(self, iri: IRI) -> bool:
        return iri.value.startswith(self._addresses.ontology)

    def _number(self, subject: IRI | None, curie: str) -> int:
        for value in self._values.all(subject, curie):
            if isinstance(value, Literal):
                return int(value.value)
        return 0

    def _sparql(self, iri: IRI) -> str:
        """A term in SPARQL; `rdf:type` and others with a prefix as CURIE."""
        curie = self._addresses.compress(iri.value) or ""
        return curie if _CURIE.fullmatch(curie) else str(iri)


def _variable(iri: IRI) -> str:
    """The name of a variable after the local name of a term."""
    local = re.sub(r"\W", "_", re.split(r"[#/:]", iri.value)[-1]) or "value"
    return local[0].lower() + local[1:]
