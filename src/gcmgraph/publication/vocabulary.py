"""The vocabulary: terms of the ontology, properties in use with each class, and shapes as rules for contributors.

Terms have domains, ranges, super-terms, alignments and examples. The uses of a class have counts,
kinds of values and examples, by the partitions of the dataset. Shapes have names, advice and
messages from the shapes graph (https://www.w3.org/TR/shacl/#nonValidation), and a valid and an
invalid example from the data.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from gcmgraph.publication.descriptions import Describer
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.property_paths import choices
from gcmgraph.rdf.shapes import VIOLATION, ShapeDefinition
from gcmgraph.rdf.shapes_reader import read_shapes
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term, Triple, Vocabulary
from gcmgraph.store.port import Row, Store


class GraphValues:
    """The values of properties in the graph with a name of `Addresses.graph`."""

    def __init__(self, store: Store, addresses: Addresses, graph: str) -> None:
        self._v = Vocabulary(addresses)
        self._values: dict[object, dict[IRI, list[object]]] = {}
        for quad in store.quads(graph=IRI(addresses.graph(graph))):
            self._values.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(
                quad.object
            )

    def of_class(self, curie: str) -> Iterator[IRI]:
        """The IRIs of a class."""
        subjects = (subject for subject in self._values if isinstance(subject, IRI))
        return (subject for subject in subjects if self._v(curie) in self.all(subject, "rdf:type"))

    def all(self, subject: object, curie: str) -> list[object]:
        """The values of a property, unordered."""
        return self._values.get(subject, {}).get(self._v(curie), [])

    def iris(self, subject: object, *curies: str) -> tuple[IRI, ...]:
        """The distinct IRIs among the values of some properties, sorted."""
        found = {
            value
            for curie in curies
            for value in self.all(subject, curie)
            if isinstance(value, IRI)
        }
        return tuple(sorted(found, key=lambda iri: iri.value))


#: Classes of terms, in the order of display.
TERM_CLASSES = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")

#: Properties that align a term with external terms.
_ALIGNMENTS = (
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty"),
    *(
        "skos:exactMatch",
        "skos:closeMatch",
        "skos:broadMatch",
        "skos:narrowMatch",
        "skos:relatedMatch",
        "rdfs:seeAlso",
    ),
)

#: The last part of a version IRI.
_VERSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

#: Limits: examples of a term, statements read for them, terms in one query.
MAX_EXAMPLES, _READ, _IN_ONE_QUERY = 3, 24, 20

#: A few statements that use a term; for a class, type statements.
_USES = (
    "{{ SELECT ({term} AS ?term) ?s ?o"
    " WHERE {{ GRAPH ?g {{ ?s {pattern} }} FILTER(?g != {graph}) }} LIMIT {most} }}"
)


def _sampled(store: Store, variables: str, uses: list[str]) -> Iterator[Row]:
    """The rows of some graph patterns, in a few queries."""
    for start in range(0, len(uses), _IN_ONE_QUERY):
        some = " UNION ".join(uses[start : start + _IN_ONE_QUERY])
        yield from store.select(f"SELECT {variables} WHERE {{ {some} }}").rows


@dataclass(frozen=True)
class OntologyTerm:
    """A term of the ontology."""

    iri: IRI
    #: one of TERM_CLASSES
    kind: str
    domains: tuple[IRI, ...]
    ranges: tuple[IRI, ...]
    #: super-classes or super-properties
    supers: tuple[IRI, ...]
    inverses: tuple[IRI, ...]

    @property
    def local(self) -> str:
        """The local name, used as the anchor."""
        return self.iri.value.partition("#")[2]


def ontology_versions(store: Store, addresses: Addresses) -> tuple[str, ...]:
    """The part after `ontology/` of each version IRI of the ontology that needs no escaping in a path."""
    ontology = f"{addresses.base}ontology"
    found = store.quads(
        IRI(ontology),
        IRI(addresses.expand("owl:versionIRI")),
        graph=IRI(addresses.graph("ontology")),
    )
    names = (
        quad.object.value.removeprefix(f"{ontology}/")
        for quad in found
        if isinstance(quad.object, IRI)
    )
    return tuple(sorted(name for name in names if _VERSION_NAME.fullmatch(name)))


class Ontology:
    """Terms of the ontology of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._graph = IRI(addresses.graph("ontology"))
        self._values = GraphValues(store, addresses, "ontology")
        self.terms = tuple(self._read())

    def of_kind(self, kind: str) -> tuple[OntologyTerm, ...]:
        """The terms of one of `TERM_CLASSES`, ordered by name."""
        return tuple(term for term in self.terms if term.kind == kind)

    def classes(self) -> tuple[OntologyTerm, ...]:
        """The classes."""
        return self.of_kind("owl:Class")

    def properties_from(self, iri: IRI) -> tuple[OntologyTerm, ...]:
        """The properties with a class as domain."""
        return tuple(term for term in self.terms if iri in term.domains)

    def properties_to(self, iri: IRI) -> tuple[OntologyTerm, ...]:
        """The properties with a class as range."""
        return tuple(term for term in self.terms if iri in term.ranges)

    def own(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """The IRIs that are terms of the ontology."""
        return tuple(iri for iri in iris if iri.value.startswith(self._addresses.ontology))

    def alignments(self, iri: IRI) -> tuple[tuple[IRI, IRI], ...]:
        """Relation and external term of each alignment of a term."""
        pairs = ((curie, other) for curie in _ALIGNMENTS for other in self._values.iris(iri, curie))
        ours = self._addresses.ontology
        return tuple(
            (self._v(curie), other) for curie, other in pairs if not other.value.startswith(ours)
        )

    def examples(self, term: OntologyTerm) -> tuple[Triple, ...]:
        """A few statements with a term, about different resources, outside of the ontology graph."""
        return self._examples.get(term.iri, ())

    @cached_property
    def _examples(self) -> dict[IRI, tuple[Triple, ...]]:
        found: dict[IRI, dict[Term, Triple]] = {}
        for row in _sampled(self._store, "?term ?s ?o", list(map(self._uses, self.terms))):
            term, subject = row["term"], row["s"]
            if not isinstance(term, IRI) or not isinstance(subject, IRI | BlankNode):
                continue
            of_term = found.setdefault(term, {})
            if len(of_term) < MAX_EXAMPLES:
                triple = (self._v("rdf:type"), term) if "o" not in row else (term, row["o"])
                of_term.setdefault(subject, Triple(subject, *triple))
        return {term: tuple(triples.values()) for term, triples in found.items()}

    def _uses(self, term: OntologyTerm) -> str:
        pattern = f"a {term.iri}" if term.kind == "owl:Class" else f"{term.iri} ?o"
        return _USES.format(term=term.iri, pattern=pattern, graph=self._graph, most=_READ)

    def _read(self) -> Iterator[OntologyTerm]:
        for kind in TERM_CLASSES:
            for iri in sorted(
                self.own(self._values.of_class(kind)), key=lambda iri: iri.value.casefold()
            ):
                yield OntologyTerm(
                    iri,
                    kind,
                    self._values.iris(iri, "rdfs:domain", "schema:domainIncludes"),
                    self._values.iris(iri, "rdfs:range", "schema:rangeIncludes"),
                    self._values.iris(iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
                    self._values.iris(iri, "owl:inverseOf"),
                )


#: Vocabularies whose classes describe data, not the subject of the dataset.
_ABOUT_DATA = ("owl", "rdf", "rdfs", "sh", "void")

_EXAMPLE = "{{ SELECT ({of} AS ?class) ({property} AS ?property) ?o WHERE {{ ?s a {of} ; {property} ?o }} LIMIT 1 }}"

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
        """The classes of other vocabularies that describe the subject, except those `equal` to some of ours."""
        left_out = {*equal}
        spaces = (
            self._addresses.ontology,
            *(self._addresses.prefixes[prefix] for prefix in _ABOUT_DATA),
        )
        found = (
            name
            for name in self._parts
            if name not in left_out and not name.value.startswith(spaces)
        )
        return tuple(
            sorted(found, key=lambda iri: self._addresses.compress(iri.value) or iri.value)
        )

    def properties(self, of: IRI) -> tuple[PropertyUse, ...]:
        """The properties in use with a class, those of most instances first."""
        uses = (self._use(of, part) for part in self._property_parts(of))
        return tuple(sorted(uses, key=lambda use: (-use.subjects, use.property.value)))

    def pattern(self, of: IRI) -> str:
        """A graph pattern of a class, with the properties that all its instances have."""
        number = self.instances(of)
        rdf_type = self._addresses.expand("rdf:type")
        every = [
            one
            for one in self.properties(of)
            if one.subjects == number and one.property.value != rdf_type
        ]
        lines = [f"?{self._variable(of)} a {self._written(of)}"]
        lines += [
            f"  {self._written(use.property)} ?{self._variable(use.property)}" for use in every
        ]
        return " ;\n".join(lines) + " ."

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
        uses = [_EXAMPLE.format(of=of, property=name) for of, name in self._pairs()]
        for row in _sampled(self._store, "?class ?property ?o", uses):
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
        return next(
            (int(n.value) for n in self._values.all(subject, curie) if isinstance(n, Literal)), 0
        )

    def _written(self, iri: IRI) -> str:
        """A term in SPARQL; `rdf:type` and others with a prefix as CURIE."""
        curie = self._addresses.compress(iri.value) or ""
        return curie if _CURIE.fullmatch(curie) else str(iri)

    def _variable(self, iri: IRI) -> str:
        """The name of a variable after the local name of a term."""
        local = re.sub(r"\W", "_", re.split(r"[#/:]", iri.value)[-1]) or "value"
        return local[0].lower() + local[1:]


#: Limits on the candidates for an example, and on the statements of one.
_CANDIDATES, _LONGEST = 60, 40

#: A whole is no example: its parts, which are resources of their own, complete it.
_PART = IRI(PREFIXES["dct"] + "hasPart")
_OF_CLASS = f"SELECT ?thing ?class WHERE {{ ?thing a ?class }} LIMIT {_CANDIDATES}"

#: Position of rules without `sh:order`.
_LAST = 1000.0


class Obligation(StrEnum):
    """Whether a property is required."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Rule:
    """A property shape with an address."""

    shape: ShapeDefinition
    iri: IRI

    @property
    def paths(self) -> tuple[IRI, ...]:
        """The property, or several of which any one is enough."""
        return choices(self.shape.path) or ()

    @property
    def warning(self) -> bool:
        """Whether its results are warnings."""
        return self.shape.severity != VIOLATION

    @property
    def need(self) -> Obligation:
        """Whether it requires a value."""
        constraints = self.shape.constraints
        if max(constraints.min_count or 0, constraints.qualified_min_count or 0) < 1:
            return Obligation.OPTIONAL
        return Obligation.RECOMMENDED if self.warning else Obligation.REQUIRED


@dataclass(frozen=True)
class PropertyRules:
    """The rules of one property, the strictest first."""

    rules: tuple[Rule, ...]
    paths: tuple[IRI, ...]

    @property
    def need(self) -> Obligation:
        """Whether the property is required: the strictest rule decides."""
        return self.rules[0].need

    @property
    def names(self) -> tuple[Literal, ...]:
        """The name of the property in all languages."""
        return self.rules[0].shape.names.literals

    @property
    def most(self) -> int | None:
        """The limit on the number of values."""
        limits = [rule.shape.constraints.max_count for rule in self.rules]
        return min((limit for limit in limits if limit is not None), default=None)


@dataclass(frozen=True)
class ShapeExample:
    """A published resource, and the same without its required properties, with the rules that this violates."""

    thing: IRI
    valid: frozenset[Triple]
    invalid: frozenset[Triple]
    broken: tuple[Rule, ...]


@dataclass(frozen=True)
class ShapeRules:
    """A node shape with the rules of its properties."""

    shape: ShapeDefinition
    iri: IRI
    targets: tuple[IRI, ...]
    properties: tuple[PropertyRules, ...]

    def needing(self, need: str) -> tuple[PropertyRules, ...]:
        """The properties with an `Obligation`, by its value."""
        return tuple(rules for rules in self.properties if rules.need == need)


class ShapeBook:
    """The shapes of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._graph = read_shapes(store.quads(graph=IRI(addresses.graph("shapes"))))

    def shapes(self) -> tuple[ShapeRules, ...]:
        """The node shapes by address, those of a class with properties first."""
        nodes = [shape for shape in self._graph.shapes.values() if not shape.path]
        shapes = [self._shape(node, node.name) for node in nodes if isinstance(node.name, IRI)]
        return tuple(
            sorted(
                shapes,
                key=lambda shape: (not (shape.targets and shape.properties), shape.iri.value),
            )
        )

    def others(self, shapes: Collection[ShapeRules]) -> list[IRI]:
        """The other resources with addresses in the graph, such as constraints in SPARQL, by address."""
        shown = {shape.iri for shape in shapes} | {
            rule.iri for s in shapes for p in s.properties for rule in p.rules
        }
        named = {
            node for node in self._graph.subjects if isinstance(node, IRI) and "#" in node.value
        }
        return sorted(named - shown, key=lambda iri: iri.value)

    def example(self, shape: ShapeRules, describer: Describer) -> ShapeExample | None:
        """An example of a shape: the shortest of some resources of its class without parts; None if there is none."""
        required = [p.paths for p in shape.needing(Obligation.REQUIRED)]
        found: list[tuple[int, str, IRI, frozenset[Triple]]] = []
        for iri in self._candidates(shape.targets) if required else ():
            own = describer.stated(iri)
            has = {triple.predicate for triple in own}
            if (
                len(own) <= _LONGEST
                and _PART not in has
                and all(has.intersection(paths) for paths in required)
            ):
                found.append((len(own), iri.value, iri, own))
        if not found:
            return None
        _, _, thing, valid = min(found, key=lambda one: one[:2])
        needed = {path for paths in required for path in paths}
        without = frozenset(triple for triple in valid if triple.predicate not in needed)
        broken = tuple(
            rule for p in shape.properties for rule in p.rules if rule.need is Obligation.REQUIRED
        )
        return ShapeExample(thing, valid, without, broken)

    def _candidates(self, targets: Iterable[IRI]) -> list[IRI]:
        found: set[IRI] = set()
        for target in targets:
            rows = self._store.select(_OF_CLASS, substitutions={"class": target}).rows
            found.update(row["thing"] for row in rows if isinstance(row["thing"], IRI))
        return sorted(found, key=lambda iri: iri.value)[:_CANDIDATES]

    def _shape(self, shape: ShapeDefinition, iri: IRI) -> ShapeRules:
        found = {rule.name: rule for rule in self._graph.properties(shape)}
        rules = [Rule(rule, name) for name, rule in found.items() if isinstance(name, IRI)]
        grouped: dict[object, list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: (_order(rule), rule.iri.value)):
            grouped.setdefault((_order(rule), rule.shape.names), []).append(rule)
        classes = [target for target in shape.targets.classes if isinstance(target, IRI)]
        targets = tuple(sorted(classes, key=lambda target: target.value))
        return ShapeRules(shape, iri, targets, tuple(map(_of_property, grouped.values())))


def _order(rule: Rule) -> float:
    return _LAST if rule.shape.order is None else rule.shape.order


def _of_property(rules: list[Rule]) -> PropertyRules:
    strictest = list(Obligation)
    ordered = sorted(rules, key=lambda rule: strictest.index(rule.need))
    return PropertyRules(
        tuple(ordered), tuple(dict.fromkeys(path for rule in rules for path in rule.paths))
    )
