"""Rules that data are validated against: shapes, and the terms of the ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.property_paths import Predicate
from gcmgraph.rdf.shapes import Name, ShapesGraph
from gcmgraph.rdf.shapes_reader import read_shapes
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, rebase_quad
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.dependencies import Dependencies, derive_dependencies
from gcmgraph.validation.graphs import SUB_CLASS_OF, Fact
from gcmgraph.validation.report import Result

if TYPE_CHECKING:
    from gcmgraph.validation.pyshacl_validator import PyshaclValidator

_LABEL = IRI(PREFIXES["rdfs"] + "label")
#: Properties by which shapes name a class, the first where a class has several.
_NAMING = (IRI(PREFIXES["skos"] + "prefLabel"), IRI(PREFIXES["dct"] + "title"))
_DOMAINS = (IRI(PREFIXES["rdfs"] + "domain"), IRI(PREFIXES["schema"] + "domainIncludes"))

#: The beginning of an address that its spellings differ by.
_SCHEME = re.compile(r"^https?://(?:www\.)?")


class RuleSet(StrEnum):
    """Rules that data are checked against, from most to least."""

    #: the verdict of a submission
    CONTRIBUTION = "contribution"
    #: the shapes and the checks of every dataset, for data of the operator
    DATASET = "dataset"
    #: the shapes alone, for data that are not sent here
    SHAPES = "shapes"


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, by which pySHACL validates graphs. Threads may share it."""

    quads: tuple[Quad, ...]
    #: `rdfs:subClassOf` statements between named classes, which `sh:class` and `sh:targetClass`
    #: follow; they are added to the data that is validated
    hierarchy: tuple[Quad, ...] = ()

    @cached_property
    def graph(self) -> ShapesGraph:
        """The quads as definitions of shapes."""
        return read_shapes(self.quads)

    @cached_property
    def dependencies(self) -> Dependencies:
        """The triples that evaluation of each shape reads."""
        return derive_dependencies(self.graph)

    @cached_property
    def _validator(self) -> PyshaclValidator:
        # half a second, which a server does not spend at its start
        from gcmgraph.validation.pyshacl_validator import PyshaclValidator  # noqa: PLC0415

        return PyshaclValidator(self.quads, self.graph)

    def results(
        self, triples: Iterable[Fact], focus: Mapping[Name, Iterable[Term]] | None = None
    ) -> tuple[Result, ...]:
        """The results of validating a graph: of all targets, or of the given focus nodes by shape.

        They have no labels. Raises `DataError` for unusable shapes.
        """
        return self._validator.results(triples, focus)


def load_shapes(repository: Repository, addresses: Addresses) -> Shapes:
    """The repository's shapes under one base.

    Raises `DataError` if there are none, `RdfSyntaxError`.
    """
    if not repository.shapes:
        raise DataError(
            f"There are no shapes in {repository.root / 'shapes'}.",
            hint="It should hold *.ttl files.",
        )
    quads = tuple(_rebased_quads(repository.shapes, addresses))
    hierarchy = tuple(
        quad
        for quad in _rebased_quads(repository.ontology, addresses)
        if quad.predicate == SUB_CLASS_OF
        and isinstance(quad.object, IRI)
        and isinstance(quad.subject, IRI)
    )
    return Shapes(quads, hierarchy)


def _rebased_quads(paths: Iterable[Path], addresses: Addresses) -> Iterator[Quad]:
    for path in paths:
        for quad in read_quads(path):
            yield rebase_quad(quad, addresses)


@dataclass(frozen=True)
class Rules:
    """The shapes, and the terms of the ontology."""

    shapes: Shapes
    addresses: Addresses
    #: labels of the terms that the ontology declares
    terms: dict[IRI, Texts] = field(default_factory=dict)
    #: classes in the domain of its properties
    domains: dict[IRI, frozenset[IRI]] = field(default_factory=dict)

    @cached_property
    def spellings(self) -> dict[str, IRI]:
        """The terms in the shapes by `spelling`."""
        return {
            spelling(quad.object): quad.object
            for quad in self.shapes.quads
            if isinstance(quad.object, IRI)
        }

    @cached_property
    def properties(self) -> dict[IRI, Texts]:
        """Labels of the properties in the shapes and the ontology; only the ontology has some."""
        properties: dict[IRI, Texts] = {}
        for shape in self.shapes.graph.shapes.values():
            if isinstance(shape.path, Predicate):
                properties[shape.path.iri] = Texts()
        for term, labels in self.terms.items():
            if term not in self.classes:
                properties[term] = labels
        return properties

    @cached_property
    def naming(self) -> dict[Term, IRI]:
        """The property by which resources are named, by class: the first of `_NAMING` of which a shape speaks."""
        shapes = self.shapes.graph.shapes
        naming: dict[Term, IRI] = {}
        for shape in shapes.values():
            paths = {shapes[name].path for name in shape.constraints.properties if name in shapes}
            predicate = next((iri for iri in _NAMING if Predicate(iri) in paths), None)
            if predicate is not None:
                naming |= dict.fromkeys(shape.targets.classes, predicate)
        return naming

    @cached_property
    def classes(self) -> dict[IRI, Texts]:
        """Labels of the classes of the ontology."""
        start = len(self.addresses.ontology)
        return {
            term: labels
            for term, labels in self.terms.items()
            if term.value[start : start + 1].isupper()
        }


def spelling(term: IRI) -> str:
    """The common part of the spellings of a term's address.

    >>> spelling(IRI("http://www.schema.org/startDate"))
    'schema.org/startDate'
    """
    return _SCHEME.sub("", term.value).replace("#", "/")


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` if there are no shapes, `RdfSyntaxError`."""
    labels: dict[IRI, list[Literal]] = {}
    domains: dict[IRI, set[IRI]] = {}
    for quad in _rebased_quads(repository.ontology, addresses):
        term = quad.subject
        if not isinstance(term, IRI) or not term.value.startswith(addresses.ontology):
            continue
        labels_of_term = labels.setdefault(term, [])
        if quad.predicate == _LABEL and isinstance(quad.object, Literal):
            labels_of_term.append(quad.object)
        elif quad.predicate in _DOMAINS and isinstance(quad.object, IRI):
            domains.setdefault(term, set()).add(quad.object)
    return Rules(
        load_shapes(repository, addresses),
        addresses,
        terms={term: Texts.of_terms(literals) for term, literals in labels.items()},
        domains={term: frozenset(classes) for term, classes in domains.items()},
    )
