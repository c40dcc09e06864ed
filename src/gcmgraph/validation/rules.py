"""Rules that data are validated against: shapes, and terms of the ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Literal, Quad, Term, rebase_quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.shapes import Name, Predicate, ShapesGraph, Texts, read_shapes
from gcmgraph.validation.dependencies import SUB_CLASS_OF, Dependencies, derive
from gcmgraph.validation.graphs import Fact
from gcmgraph.validation.report import Result

if TYPE_CHECKING:
    from gcmgraph.validation.pyshacl_validator import PyshaclValidator


class Basis(StrEnum):
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
    #: `rdfs:subClassOf` statements between named classes, which `sh:class` and `sh:targetClass` follow; they are added
    #: to the data that is validated
    hierarchy: tuple[Quad, ...] = ()

    @cached_property
    def graph(self) -> ShapesGraph:
        """The quads as definitions of shapes."""
        return read_shapes(self.quads)

    @cached_property
    def dependencies(self) -> Dependencies:
        """The triples that evaluation of each shape reads."""
        return derive(self.graph)

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
    """The repository's shapes under one base. Raises `DataError` if there are none, `RdfSyntaxError`."""
    if not repository.shapes:
        raise DataError(f"There are no shapes in {repository.root / 'shapes'}.", hint="It should hold *.ttl files.")
    quads = tuple(rebase_quad(quad, addresses) for path in repository.shapes for quad in read_quads(path))
    hierarchy = tuple(
        rebase_quad(quad, addresses)
        for path in repository.ontology
        for quad in read_quads(path)
        if quad.predicate == SUB_CLASS_OF and isinstance(quad.object, IRI) and isinstance(quad.subject, IRI)
    )
    return Shapes(quads, hierarchy)


_LABEL = IRI(PREFIXES["rdfs"] + "label")
_DOMAINS = (IRI(PREFIXES["rdfs"] + "domain"), IRI(PREFIXES["schema"] + "domainIncludes"))

_SPELLINGS = re.compile(r"^https?://(?:www\.)?")


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
        return {spelling(quad.object): quad.object for quad in self.shapes.quads if isinstance(quad.object, IRI)}

    @cached_property
    def properties(self) -> dict[IRI, Texts]:
        """Labels of the properties in the shapes and the ontology; only the ontology has some."""
        found = (shape.path for shape in self.shapes.graph.shapes.values())
        paths = (path.iri for path in found if isinstance(path, Predicate))
        return {
            **dict.fromkeys(paths, Texts()),
            **{term: names for term, names in self.terms.items() if term not in self.classes},
        }

    @cached_property
    def classes(self) -> dict[IRI, Texts]:
        """Labels of the classes of the ontology."""
        start = len(self.addresses.ontology)
        return {term: names for term, names in self.terms.items() if term.value[start : start + 1].isupper()}


def spelling(term: IRI) -> str:
    """The common part of the spellings of a term's address: `schema.org/startDate`."""
    return _SPELLINGS.sub("", term.value).replace("#", "/")


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` if there are no shapes, `RdfSyntaxError`."""
    labels: dict[IRI, list[tuple[str, str]]] = {}
    domains: dict[IRI, set[IRI]] = {}
    for quad in (rebase_quad(quad, addresses) for path in repository.ontology for quad in read_quads(path)):
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(addresses.ontology):
            found = labels.setdefault(quad.subject, [])
            if quad.predicate == _LABEL and isinstance(quad.object, Literal):
                found.append((quad.object.language or "", quad.object.value))
            elif quad.predicate in _DOMAINS and isinstance(quad.object, IRI):
                domains.setdefault(quad.subject, set()).add(quad.object)
    return Rules(
        load_shapes(repository, addresses),
        addresses,
        {term: Texts.of(pairs) for term, pairs in labels.items()},
        {term: frozenset(classes) for term, classes in domains.items()},
    )
